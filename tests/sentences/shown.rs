//! What a pane or the telling says in a place of its own, and no story: it is found where it is read, on drawn screens and in what is told.

use crate::support::bench::{Bench, Scene};
use crate::support::recordings::{golden_text, model, read, screen};
use sockstep::app::model::Model;
use sockstep::words::prose::{self, Prose};
use std::sync::LazyLock;

/// A piece of a text is known by so many words, so that it is found however its lines are broken.
const WORDS: usize = 3;

/// What is pressed in each scene, so that every pane is open once.
const KEYS: &[&str] = &[
    "", "<home>", "b", "B", "BB", "U", "W", "4<tab>z", "<left>", "q",
];

/// What is pressed where a program is watched.
const PROGRAM_KEYS: &[&str] = &[
    " ",
    "I",
    "X",
    ".",
    "O",
    "B",
    "L",
    "<up>",
    ":thread 1<enter>",
    ":thread 9<enter>",
];

/// A projector with a huge font, the usual terminal, a large one.
const SIZES: [(u16, u16); 3] = [(60, 18), (80, 24), (160, 50)];

/// Every screen of every scene, as text.
static SCREENS: LazyLock<String> = LazyLock::new(|| {
    let mut all = String::new();
    for scene in Scene::ALL {
        for (size, keys) in SIZES
            .iter()
            .flat_map(|size| KEYS.iter().map(move |keys| (*size, *keys)))
        {
            let mut bench = Bench::sized(scene, size);
            bench.play(keys);
            draw(&mut bench.model, &mut all);
        }
    }
    let mut live = Bench::new(Scene::Live);
    live.play(":int<enter>");
    draw(&mut live.model, &mut all);
    for scene in Scene::PROGRAM {
        for keys in PROGRAM_KEYS {
            let mut bench = Bench::sized(scene, (160, 50));
            bench.play(keys);
            draw(&mut bench.model, &mut all);
        }
    }
    for (name, count) in [
        ("default-lab", 1),
        ("wire-talk", 1),
        ("wire-talk", 0),
        ("wire-talk", 5),
    ] {
        let (header, records) = read(golden_text(name).as_bytes()).expect("a recording");
        for size in SIZES {
            let mut model = model(&header, &records[..count], size);
            draw(&mut model, &mut all);
            if let Some(recorded) = &mut model.recorded {
                recorded.broken = Some("here".to_owned());
            }
            draw(&mut model, &mut all);
        }
    }
    all
});

/// The screen of a model, as text.
pub(crate) fn draw(model: &mut Model, all: &mut String) {
    let cells = screen(model);
    for y in 0..cells.area.height {
        all.extend((0..cells.area.width).map(|x| cells[(x, y)].symbol()));
        all.push('\n');
    }
}

/// Whether a text stands on a screen, or in what was told: the longest piece between its holes, in each of its forms.
pub(crate) fn is_shown(prose: &Prose, told: &str) -> bool {
    let forms = [prose.text.as_str(), prose.prompt(), prose.log()];
    forms.iter().any(|form| {
        let pieces = form.split(['{', '}', '\n']);
        let pieces = pieces.filter(|piece| piece.contains(' '));
        let longest = pieces.max_by_key(|piece| piece.len()).unwrap_or(form);
        let words: Vec<&str> = longest.split(' ').filter(|word| !word.is_empty()).collect();
        let piece = words[..words.len().min(WORDS)].join(" ");
        SCREENS.contains(&piece) || told.contains(&piece)
    })
}

/// Of these keys those that are on no screen and were not told.
pub(crate) fn not_shown(keys: Vec<String>, told: &str) -> Vec<String> {
    let shown = |key: &String| prose::all().any(|prose| prose.key == *key && is_shown(prose, told));
    keys.into_iter().filter(|key| !shown(key)).collect()
}
