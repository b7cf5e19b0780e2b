//! Every key as a line of a table: where, the keys pressed, what is asked of the world outside, and what can be seen then. The program is
//! a pure machine here: no terminal, no socket, no clock.

#[path = "../support/mod.rs"]
mod support;

mod cases;

use cases::{CASES, Case};
use sockstep::language::keys::{self, Action, Binding, Key, KeyContext};
use support::bench::{Bench, Scene};
use support::notation::{self, Input};

/// Plays one line of the table; says what is different.
fn play(case: &Case) -> Result<Bench, String> {
    let mut bench = Bench::new(case.on);
    bench.play(case.keys);
    let wanted = case.asks.iter().map(|asks| notation::effect(asks));
    let wanted: Vec<_> = wanted.collect();
    if bench.asked != wanted {
        return Err(format!("asks for {:?}, not {wanted:?}", bench.asked));
    }
    let (visible, said) = (bench.visible(), bench.said());
    let (wanted, part) = match case.shows.split_once(" | ") {
        Some((visible, part)) => (visible, Some(part)),
        None => (case.shows, None),
    };
    if visible != wanted {
        return Err(format!("shows {visible:?}, not {wanted:?}"));
    }
    match (part, said) {
        (Some(part), Some(said)) if said.contains(part) => Ok(bench),
        (None, None) => Ok(bench),
        (part, said) => Err(format!("says {said:?}, not {part:?}")),
    }
}

#[test]
fn every_line_of_the_table_asks_and_shows_what_it_says() {
    let wrong: Vec<String> = CASES
        .iter()
        .filter_map(|case| {
            let fault = play(case).err()?;
            Some(format!("{:?}, {:?}: {fault}", case.on, case.keys))
        })
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn every_action_of_the_key_table_is_pressed_by_a_line() {
    let mut pressed: Vec<Action> = Vec::new();
    for case in CASES {
        pressed.extend(play(case).map(|bench| bench.pressed).unwrap_or_default());
    }
    let missing: Vec<Action> = keys::all()
        .iter()
        .map(|binding| binding.action)
        // Two recordings have a screen of their own, which has its own tests.
        .filter(|action| *action != Action::FirstDifference)
        .filter(|action| !pressed.iter().any(|pressed| is_same(*pressed, *action)))
        .collect();
    assert!(
        missing.is_empty(),
        "no line of tests/keys/cases.rs presses {missing:?}"
    );
}

/// Every digit is one action.
fn is_same(one: Action, other: Action) -> bool {
    matches!((one, other), (Action::Digit(_), Action::Digit(_))) || one == other
}

#[test]
fn every_key_of_a_binding_does_the_same() {
    for binding in keys::all() {
        let scenes = match binding.on {
            KeyContext::Everywhere => &Scene::ALL[..],
            KeyContext::Wire => &[Scene::Wire],
            KeyContext::Program => &Scene::PROGRAM[..],
            // One key each, and screens of their own: tests/keys/cases.rs and src/app/compare.rs press them.
            KeyContext::Guide | KeyContext::Comparison => &[],
        };
        for scene in scenes {
            let after = |key: Key| {
                let mut bench = Bench::new(*scene);
                bench.take(Input::Key(key));
                (bench.visible(), bench.said(), bench.asked)
            };
            let Some((first, others)) = binding.keys.split_first() else {
                continue;
            };
            for other in others {
                assert_eq!(after(*other), after(*first), "{other:?} in {scene:?}");
            }
        }
    }
}

#[test]
fn a_key_without_a_meaning_changes_nothing_and_says_what_is_near() {
    let every = (' '..='~')
        .map(Key::Char)
        .chain([Key::Delete, Key::Ctrl('x')]);
    for key in every {
        for scene in Scene::ALL {
            let model = Bench::new(scene).model;
            let has = |on| model.has_keys_of(on);
            let means = |binding: &Binding| has(binding.on) && binding.keys.contains(&key);
            let is_digit = matches!(key, Key::Char('0'..='9'));
            if is_digit || keys::all().iter().any(means) {
                continue;
            }
            let mut bench = Bench::new(scene);
            let before = bench.visible();
            bench.take(Input::Key(key));
            let said = bench.said().unwrap_or_default();
            let says = ["no key. ", "not on the wire. "].map(|part| said.contains(part));
            assert!(says.contains(&true), "{key:?} in {scene:?}: {said:?}");
            let now = (bench.visible(), bench.asked);
            assert_eq!(now, (before, Vec::new()), "{key:?} in {scene:?}");
        }
    }
}

/// Where a packet of the socket is let go, its kernel's state changes, or a call of it comes back.
#[test]
fn the_keys_for_changes_stop_at_every_record_that_speaks_of_the_socket() {
    let mut bench = Bench::new(Scene::Talk);
    bench.play("<home>");
    let stops = [1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 13, 14, 17, 18];
    for stop in stops {
        bench.play("]");
        assert_eq!(bench.visible(), format!("1, past {stop}"));
    }
    for stop in stops.iter().rev().skip(1) {
        bench.play("[");
        assert_eq!(bench.visible(), format!("1, past {stop}"));
    }
}
