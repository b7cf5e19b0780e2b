//! Golden screens: every pane and everything that can lie over the panes, at three sizes, as text in `snapshots/`.
//!
//! A snapshot keeps the structure: a sentence that has its place in a table (the assets, the keys, the words, what is reported of the record)
//! stands there as its key in braces, so that other words for the same thing change no snapshot. What happens to be drawn of the
//! default session is kept word for word.
//!
//! After a wanted change: `INSTA_UPDATE=always cargo test --test screens`, and read the difference.

#[path = "../support/mod.rs"]
mod support;

mod explained;
mod prose;
mod session;

use sockstep::app::compare::Comparison;
use sockstep::app::model::Pane;
use sockstep::app::overlay::Overlay;
use sockstep::model::record::Record;
use sockstep::narrate::compare;
use sockstep::view;
use std::fmt::Write;
use support::bench::Bench;
use support::bench::Scene::{
    self, Datagrams, Forks, Held, Hints, InCall, Limit, Live, Nothing, Over, Recording, Start,
    Stuck, Syn, Threads, Two, Wire,
};
use support::recordings::{golden_text, read, screen};

/// A projector with a huge font, the usual terminal, and a large one.
const SIZES: [(u16, u16); 3] = [(60, 18), (80, 24), (160, 50)];
/// What is read line by line has one more size, between the usual and the large one.
const READ_SIZES: [(u16, u16); 4] = [(60, 18), (80, 24), (100, 30), (160, 50)];

/// One golden screen: its name, where it stands, and the keys that lead to it.
type Golden = (&'static str, Scene, &'static str);

/// Every golden screen that keeps the structure.
const STRUCTURES: &[Golden] = &[
    ("nothing", Nothing, ""),
    ("live", Live, ""),
    ("past", Live, "4<left>"),
    ("recording-begins", Recording, "<home>"),
    ("recording-ends", Recording, ""),
    ("waiting", Hints, "w<1500ms>"),
    ("filtered", Live, "/e<enter>2"),
    ("on-the-wire", Syn, ""),
    ("pane-sockets", Live, "z"),
    ("pane-stages", Live, "4<tab>z"),
    ("pane-lists", Hints, "<tab><tab>z"),
    ("pane-calls", Live, "<tab><tab><tab>z"),
    ("pane-story", Hints, ":tell<enter>"),
    ("pane-story-kernel", Hints, "yy:tell<enter>"),
    ("pane-looks", Live, "2W"),
    ("pane-kernel", Live, "U"),
    ("pane-code", Live, "3B"),
    ("pane-bytes", Live, "b"),
    ("pane-wire", Wire, ""),
    ("pane-timeline", Live, "Y"),
    ("help", Live, "?"),
    ("help-searched", Live, "?tick"),
    ("help-of-a-misspelt-word", Live, "?conect"),
    ("palette", Live, ":"),
    (
        "palette-at-a-refused-one",
        Live,
        "2:connect<down><down><down>",
    ),
    ("palette-on-the-wire", Wire, ":<down>"),
    ("prompt-targets-refused", Live, "a1.2.3.4.5:80<enter>"),
    ("prompt-words-completed", Live, ":shutdown 1 <tab>"),
    ("card", Live, "4K"),
    ("cost", Live, ":cost<enter><measured 3>"),
    ("question", Live, "bX"),
    ("lessons", Live, "L<down><down>"),
    ("guide", Live, "L<tab><down><down>"),
    ("guide-card", Live, ":guide<enter><down><enter>"),
    ("covered", Hints, "."),
    ("message", Live, "<left>c"),
    ("watch-held", Held, ""),
    ("watch-in-call", InCall, "<0ms>"),
    ("watch-threads", Threads, "<down>"),
    ("watch-limit", Limit, ""),
    ("watch-stuck", Stuck, ""),
    ("watch-datagrams", Datagrams, ""),
    ("watch-two-sockets", Two, ""),
    ("watch-fork", Forks, ""),
    ("watch-over", Over, ""),
    ("watch-covered", Held, "."),
    ("watch-past", Held, "<left><left>"),
    ("pane-output", Held, "O"),
    ("palette-of-a-program", Held, ":"),
];

/// Those that are kept word for word: the default session.
const WORD_FOR_WORD: &[Golden] = &[
    ("default-session-begins", Start, ""),
    ("default-session-after-five-ticks", Hints, ""),
];

/// The screens of a golden one, size by size.
fn drawn(golden: &Golden, text: fn(&Bench, &[String]) -> Vec<String>) -> String {
    let (_, scene, keys) = golden;
    let mut all = String::new();
    let is_read = keys.starts_with(['?', ':']) || keys.contains(":connect");
    let sizes = if is_read { &READ_SIZES[..] } else { &SIZES };
    for size in sizes.iter().copied() {
        let mut bench = Bench::sized(*scene, size);
        bench.play(keys);
        let lines = lines(&screen(&mut bench.model));
        add(&mut all, size, &text(&bench, &lines));
    }
    all
}

fn add(all: &mut String, (columns, rows): (u16, u16), lines: &[String]) {
    writeln!(all, "{columns}x{rows}\n").expect("a string takes everything");
    for line in lines {
        writeln!(all, "{}", line.trim_end()).expect("a string takes everything");
    }
    all.push('\n');
}

/// The lines of a screen as text, each as wide as the screen.
fn lines(buffer: &ratatui::buffer::Buffer) -> Vec<String> {
    let area = buffer.area;
    let line = |y| (0..area.width).map(move |x| buffer[(x, y)].symbol());
    (0..area.height).map(|y| line(y).collect()).collect()
}

/// Compares with what is kept.
fn compare(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

/// Compares all of them; every one that differs is shown, and named at the end.
fn compare_all(screens: impl Iterator<Item = (&'static str, String)>) {
    let mut wrong = Vec::new();
    for (name, text) in screens {
        if std::panic::catch_unwind(|| compare(name, &text)).is_err() {
            wrong.push(name);
        }
    }
    assert!(wrong.is_empty(), "these screens are not as kept: {wrong:?}");
}

#[test]
fn every_screen_has_the_structure_that_is_kept() {
    compare_all(
        STRUCTURES
            .iter()
            .map(|golden| (golden.0, drawn(golden, prose::keyed))),
    );
}

#[test]
fn the_default_session_is_drawn_word_for_word_as_kept() {
    let plain = |_: &Bench, lines: &[String]| lines.to_vec();
    compare_all(
        WORD_FOR_WORD
            .iter()
            .map(|golden| (golden.0, drawn(golden, plain))),
    );
}

#[test]
fn two_recordings_beside_each_other_are_drawn_as_kept() {
    let records = |text: &str| -> Vec<Record> {
        let (_, records) = read(text.as_bytes()).expect("a recording");
        records.iter().map(|record| Record::clone(record)).collect()
    };
    let a = golden_text("default-lab");
    let b = a.replace("ECONNREFUSED", "ETIMEDOUT");
    let names = ["a.jsonl  linux 6.18", "b.jsonl  linux 6.18"].map(str::to_owned);
    let mut state = Comparison::new(names, compare::all(&records(&a), &records(&b)));
    state.at = state.first_difference().expect("they differ");
    let mut all = String::new();
    for size in SIZES {
        let area = ratatui::layout::Rect::new(0, 0, size.0, size.1);
        let mut picture = view::Picture::new(area);
        view::compare::draw(&mut view::Frame::new(&mut picture), &state);
        add(&mut all, size, &lines(&picture.cells()));
    }
    compare("two-recordings", &all);
}

#[test]
fn every_pane_fills_a_golden_screen() {
    let shown: Vec<Pane> = STRUCTURES
        .iter()
        .filter_map(|(_, scene, keys)| {
            let mut bench = Bench::new(*scene);
            bench.play(keys);
            bench.model.zoom.map(|_| bench.model.pane)
        })
        .collect();
    let missing: Vec<&Pane> = Pane::ALL
        .iter()
        .filter(|pane| !shown.contains(pane))
        .collect();
    assert!(
        missing.is_empty(),
        "no golden screen shows {missing:?} whole"
    );
}

/// What can lie over the panes. A new overlay does not compile here: give it a name, and a golden screen.
fn name(overlay: &Overlay) -> &'static str {
    match overlay {
        Overlay::None => "none",
        Overlay::Help { .. } => "help",
        Overlay::Prompt(_) => "prompt",
        Overlay::Card { .. } => "card",
        Overlay::Cost { .. } => "cost",
        Overlay::Confirm { .. } => "question",
        Overlay::Lessons { .. } => "lessons",
        Overlay::Guide { .. } => "guide",
    }
}

#[test]
fn everything_that_can_lie_over_the_panes_has_a_golden_screen() {
    let shown: Vec<&str> = STRUCTURES
        .iter()
        .map(|(_, scene, keys)| {
            let mut bench = Bench::new(*scene);
            bench.play(keys);
            name(&bench.model.overlay)
        })
        .collect();
    for overlay in [
        "none", "help", "prompt", "card", "cost", "question", "lessons", "guide",
    ] {
        assert!(
            shown.contains(&overlay),
            "no golden screen shows: {overlay}"
        );
    }
}

#[test]
fn a_kept_screen_belongs_to_a_golden_one() {
    let names: Vec<&str> = STRUCTURES
        .iter()
        .chain(WORD_FOR_WORD)
        .map(|golden| golden.0)
        .collect();
    let kept = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/screens/snapshots");
    for entry in std::fs::read_dir(kept).expect("the snapshots") {
        let file = entry
            .expect("an entry")
            .file_name()
            .into_string()
            .expect("UTF-8");
        let Some(name) = file.strip_suffix(".snap") else {
            continue;
        };
        assert!(
            names.contains(&name) || name == "two-recordings" || session::NAMES.contains(&name),
            "{file} is nobody's"
        );
    }
}

#[test]
fn the_table_of_all_looks_has_a_socket_below_its_whole_heading_at_every_height() {
    for rows in 16..=60 {
        for socket in 1..=4 {
            let mut bench = Bench::sized(Live, (80, rows));
            bench.play(&format!("{socket}W"));
            let lines = lines(&screen(&mut bench.model));
            let what = format!("80x{rows}, socket {socket}:\n{}", lines.join("\n"));
            let is_heading = |line: &String| line.starts_with('\u{2500}');
            for (heading, below) in lines.iter().zip(&lines[1..]) {
                let is_all = is_heading(heading) && heading.contains("poll(2)");
                assert!(
                    !is_all || heading.contains(" ALL ") && heading.ends_with('\u{2500}'),
                    "{what}"
                );
                assert!(!is_all || below.contains(" @"), "{what}");
            }
        }
    }
}
