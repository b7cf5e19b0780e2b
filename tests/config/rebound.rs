//! Every face with keys bound anew: what is pressed does the same, and no text names a key by its old name.

use super::REBOUND;
use super::support::bench::{Bench, Scene};
use super::support::notation::{self, Input};
use super::support::recordings::screen;
use sockstep::app::compare::Comparison;
use sockstep::app::model::Model;
use sockstep::app::overlay::Overlay;
use sockstep::language::keys::{self, Action, Binding, Key, KeyContext, KeyLine};
use sockstep::run::explain;

/// Binds them for this whole process, once.
fn bind() {
    let table: toml::Table = toml::from_str(REBOUND).expect("TOML");
    let wanted = table["keys"].as_table().expect("a table");
    let line = |(action, key): (&String, &toml::Value)| KeyLine {
        action: action.clone(),
        keys: vec![key.as_str().expect("a key").to_owned()],
        line: 1,
    };
    let lines: Vec<KeyLine> = wanted.iter().map(line).collect();
    assert_eq!(lines.len(), 22);
    let bound = keys::bind(&lines).expect("they can be bound");
    // Another test of this process may have been first.
    keys::install(bound);
    assert!(keys::is_bound_anew());
}

/// The key that ships, as the action has it now.
fn now(model: &Model, shipped: Key) -> Key {
    let places = [KeyContext::Wire, KeyContext::Program];
    let here = places.into_iter().filter(|on| model.has_keys_of(*on));
    let action = here
        .chain([KeyContext::Everywhere])
        .find_map(|on| keys::action_in(on, shipped));
    let of = |binding: &&Binding| Some(binding.action) == action && !binding.keys.is_empty();
    let Some(binding) = keys::all().iter().find(of) else {
        return shipped;
    };
    match binding.keys.contains(&shipped) {
        true => shipped,
        false => binding.keys[0],
    }
}

fn types_a_text(model: &Model) -> bool {
    matches!(model.overlay, Overlay::Prompt(_) | Overlay::Help { .. })
}

/// Plays a line as somebody would whose keys are others.
fn play(bench: &mut Bench, line: &str) {
    for input in notation::parse(line) {
        let input = match input {
            Input::Key(key) if !types_a_text(&bench.model) => Input::Key(now(&bench.model, key)),
            other => other,
        };
        bench.take(input);
    }
}

/// Old names that stand in a text as words of their own.
fn old_names(text: &str, is_typing: bool) -> Vec<&'static str> {
    const NEVER: &[&str] = &["LEFT", "RIGHT", "K", "L", "z", "q", "U", "Backspace"];
    // Where a text is typed these keys are what they are.
    const TYPED: &[&str] = &[
        "SPACE", "ENTER", "TAB", "ESC", "Esc", "HOME", "END", "PageUp", "PageDown",
    ];
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '@' | '=');
    let words: Vec<&str> = text.split(|c| !is_part(c)).collect();
    let known = NEVER.iter().chain(if is_typing { &[][..] } else { TYPED });
    let mut found: Vec<&str> = known.copied().filter(|old| words.contains(old)).collect();
    for part in ["? help", ": do", ": words", "(? shows", "? shows every"] {
        if text.contains(part) {
            found.push(part);
        }
    }
    found
}

/// Every line of a screen that names a key by its old name.
fn wrong(bench: &mut Bench, place: &str) -> Vec<String> {
    let is_typing = types_a_text(&bench.model);
    let buffer = screen(&mut bench.model);
    let area = buffer.area;
    let line = |y| (0..area.width).map(move |x| (x, y));
    let mut wrong = Vec::new();
    for y in 0..area.height {
        let text: String = line(y).map(|at| buffer[at].symbol()).collect();
        for old in old_names(&text, is_typing) {
            wrong.push(format!("{place}: {old} in {:?}", text.trim()));
        }
    }
    wrong
}

/// Where one can be: what is pressed, with the keys that ship.
const PLACES: &[(Scene, &str)] = &[
    (Scene::Nothing, ""),
    (Scene::Start, ""),
    (Scene::Live, ""),
    (Scene::Live, "4<left>"),
    (Scene::Live, "<left>c"),
    (Scene::Live, "%"),
    (Scene::Live, "D"),
    (Scene::Recording, "<home>"),
    (Scene::Recording, ""),
    (Scene::Recording, "<end> "),
    (Scene::Recording, "c"),
    (Scene::Hints, ""),
    (Scene::Hints, "w<1500ms>"),
    (Scene::Hints, "."),
    (Scene::Hints, "z"),
    (Scene::Live, "4<tab>z"),
    (Scene::Live, "<tab><tab><tab>z"),
    (Scene::Live, "2W"),
    (Scene::Live, "U"),
    (Scene::Live, "3B"),
    (Scene::Live, "b"),
    (Scene::Live, "Y"),
    (Scene::Syn, ""),
    (Scene::Wire, ""),
    (Scene::Live, "4K"),
    (Scene::Live, "4K<tab>"),
    (Scene::Live, ":cost<enter><measured 3>"),
    (Scene::Live, "d"),
    (Scene::Live, "X"),
    (Scene::Live, "L<down>"),
    (Scene::Live, "L<tab><down>"),
    (Scene::Live, "L<tab><down><enter>"),
    (Scene::Live, "V"),
    (Scene::Live, "/nothing<enter>"),
    (Scene::Live, ":"),
    (Scene::Wire, ":<down>"),
    (Scene::Live, "2:connect<down><down>"),
    (Scene::Held, ""),
    (Scene::Held, "c"),
    (Scene::Held, "O"),
    (Scene::Held, "X"),
    (Scene::InCall, ""),
    (Scene::InCall, " "),
    (Scene::Threads, "<down>"),
    (Scene::Begun, ""),
    (Scene::Limit, ""),
    (Scene::Over, ""),
    (Scene::Over, " "),
    (Scene::Live, "a"),
    (Scene::Live, "?conect"),
];

#[test]
fn no_face_names_a_key_by_its_old_name() {
    bind();
    let mut all = Vec::new();
    for (scene, line) in PLACES {
        for size in [(60, 18), (80, 24), (160, 50)] {
            let mut bench = Bench::sized(*scene, size);
            play(&mut bench, line);
            all.extend(wrong(
                &mut bench,
                &format!("{scene:?} {line:?} at {size:?}"),
            ));
        }
    }
    assert!(all.is_empty(), "\n{}", all.join("\n"));
}

#[test]
fn the_help_names_the_keys_as_they_are_from_its_first_line_to_its_last() {
    bind();
    for binding in keys::all() {
        let old = old_names(binding.help, false);
        assert!(
            old.is_empty(),
            "{:?}: {old:?} in {}",
            binding.action,
            binding.help
        );
    }
    let mut bench = Bench::sized(Scene::Live, (80, 200));
    bench.take(Input::Key(Key::F(1)));
    let buffer = screen(&mut bench.model);
    let area = buffer.area;
    let lines = (0..area.height)
        .map(|y| -> String { (0..area.width).map(|x| buffer[(x, y)].symbol()).collect() });
    let text: Vec<String> = lines.collect();
    let has = |part: &str| text.iter().any(|line| line.starts_with(part));
    for label in [" t ", " F1 ", " Ctrl-G ", " & ", " F4 ", " Ctrl-C "] {
        assert!(has(label), "{label:?} is not in the help");
    }
    assert!(!has(" SPACE ") && !has(" ? "), "{}", text.join("\n"));
}

#[test]
fn no_card_and_no_sentence_names_a_key_by_its_old_name() {
    bind();
    let mut all = Vec::new();
    for name in sockstep::narrate::cards::all_names() {
        let text = explain::explain(&name).expect("a card");
        // A key is looked up by the name that it has now.
        let old = old_names(&text, false);
        all.extend(old.iter().map(|old| format!("{name}: {old} in {text}")));
    }
    for prose in sockstep::words::prose::all() {
        let old = old_names(&prose.text, false);
        all.extend(
            old.iter()
                .map(|old| format!("{}: {old} in {}", prose.key, prose.text)),
        );
    }
    assert!(all.is_empty(), "\n{}", all.join("\n"));
    let said = explain::explain("F4").expect("it is a key now");
    assert!(said.starts_with("key F4: "), "{said}");
}

#[test]
fn what_is_pressed_does_what_the_key_did_that_ships() {
    bind();
    for (line, asks, visible) in [
        ("t", "tick", "1, busy with tick"),
        ("T", "tick only 1", "1, busy with tick only 1"),
        ("w", "tick wait", "1, busy with tick wait"),
    ] {
        let mut bench = Bench::new(Scene::Live);
        bench.play(line);
        assert_eq!(bench.asked, [notation::effect(asks)], "{line}");
        assert_eq!(bench.visible(), visible);
    }
    // What was there before means nothing now, and is named as it was pressed.
    for (key, name) in [
        (Key::Char(' '), "SPACE"),
        (Key::Char('q'), "q"),
        (Key::Esc, "ESC"),
    ] {
        let mut bench = Bench::new(Scene::Live);
        let before = bench.visible();
        bench.take(Input::Key(key));
        assert_eq!((bench.visible(), bench.asked.len()), (before, 0));
        let said = bench.said().unwrap_or_default();
        assert!(said.starts_with(&format!("{name}: no key. ")), "{said}");
    }
}

#[test]
fn in_a_text_every_key_is_what_it_is_and_ctrl_c_quits_everywhere() {
    bind();
    let mut bench = Bench::new(Scene::Live);
    bench.take(Input::Key(Key::Char('&')));
    bench.play("tTuEHZGPQC& q");
    assert!(
        bench.visible().contains("Command 'tTuEHZGPQC& q'"),
        "{}",
        bench.visible()
    );
    bench.take(Input::Key(Key::Ctrl('g')));
    assert!(
        bench.visible().contains("Command"),
        "only a key of texts closes it"
    );
    bench.take(Input::Key(Key::Esc));
    assert_eq!(bench.visible(), "1");
    for (scene, line) in PLACES {
        let mut bench = Bench::new(*scene);
        play(&mut bench, line);
        let before = bench.asked.len();
        bench.take(Input::Key(Key::Ctrl('c')));
        assert_eq!(
            bench.asked[before..],
            [notation::effect("-- quit")],
            "{scene:?} {line:?}"
        );
    }
}

#[test]
fn every_action_is_reached_by_its_key_wherever_the_shipped_one_reaches_it() {
    bind();
    for scene in Scene::ALL {
        for binding in keys::all() {
            let mut bench = Bench::new(scene);
            let Some(key) = binding
                .keys
                .first()
                .filter(|_| bench.model.has_keys_of(binding.on))
            else {
                continue;
            };
            if matches!(binding.action, Action::Digit(_)) {
                continue;
            }
            bench.take(Input::Key(*key));
            let said = bench.said().unwrap_or_default();
            assert!(!said.contains("no key"), "{key:?} in {scene:?}: {said}");
        }
    }
}

#[test]
fn the_guide_and_a_comparison_hear_the_keys_that_are_bound_and_name_them() {
    bind();
    let mut bench = Bench::new(Scene::Live);
    play(&mut bench, "L<tab>");
    bench.take(Input::Key(Key::F(11)));
    let said = bench.said().unwrap_or_default();
    assert!(said.starts_with("It was not seen"), "{said}");
    // The key that ships with it means a tick now, which is a page in a list.
    bench.take(Input::Key(Key::Char('t')));
    assert_eq!(
        (bench.visible().as_str(), bench.said()),
        ("1, guide 10", None)
    );

    let names = || ["a".to_owned(), "b".to_owned()];
    let mut comparison = Comparison::new(names(), Vec::new());
    comparison.key(Key::F(12));
    assert_eq!(comparison.notice.as_deref(), Some("Nothing differs."));
    comparison.key(Key::Char('f'));
    let said = comparison.notice.unwrap_or_default();
    assert!(said.contains("F12 goes to the first difference"), "{said}");
}
