//! The default session, tick by tick, with what a teacher does next: every sentence stands on the screen, and columns keep their place.

use super::support::bench::Bench;
use super::support::bench::Scene::Live;
use super::support::recordings::{golden_text, model, read, screen};
use super::{READ_SIZES as SIZES, add, compare_all, lines};
use sockstep::app::model::{InFlight, Model, Pane, Theme};
use sockstep::app::update::{Msg, update};
use sockstep::model::command::Command;
use sockstep::model::ids::Row;
use sockstep::model::wire::PacketEvent;
use sockstep::view::theme;
use std::time::Duration;

/// Every golden screen of this file.
pub(crate) const NAMES: [&str; 4] = ["seven-ticks", "three-modes", "keys-of-panes", "files"];

/// The model after so many records of a recording, as if it were live: the last of them was asked for with this socket chosen.
fn after(name: &str, count: usize, size: (u16, u16), chosen: u32) -> Model {
    let (header, records) = read(golden_text(name).as_bytes()).expect("a golden recording");
    let mut model = model(&header, &[], size);
    model.recorded = None;
    let mut world = sockstep::model::world::World::default();
    // Each record comes as it came then: what follows from its coming is seen too.
    for (at, record) in records[..count].iter().enumerate() {
        if at + 1 == count {
            model.chosen = Row(chosen);
        }
        if let Some(command) = record.command().cloned() {
            let since = Duration::from_secs(10);
            model.in_flight = Some(InFlight { command, since });
        }
        world.apply(record);
        let msg = Msg::Made {
            record: std::sync::Arc::clone(record),
            world: Box::new(world.clone()),
        };
        update(&mut model, msg, Duration::from_secs(10));
        screen(&mut model);
    }
    model
}

fn drawn(model: &mut Model) -> Vec<String> {
    lines(&screen(model))
}

/// The moments of the default session: a tick each, then `3 A`, then `f`.
fn moments(size: (u16, u16)) -> impl Iterator<Item = Model> {
    (1..=10).map(move |count| {
        let chosen = if count > 8 { 3 } else { 1 };
        after("seven-ticks", count, size, chosen)
    })
}

#[test]
fn the_seven_ticks_and_what_comes_next_are_drawn_word_for_word_as_kept() {
    let screens = ["seven-ticks", "three-modes"].map(|name| {
        let mut all = String::new();
        for size in SIZES {
            match name {
                "seven-ticks" => {
                    for mut model in moments(size) {
                        add(&mut all, size, &drawn(&mut model));
                    }
                }
                _ => {
                    for count in [2, 4, 7] {
                        let mut model = after(name, count, size, 5);
                        add(&mut all, size, &drawn(&mut model));
                    }
                }
            }
        }
        (name, all)
    });
    compare_all(screens.into_iter());
}

#[test]
fn what_is_no_socket_is_drawn_word_for_word_as_kept() {
    let moments = [
        (1, None),
        (7, None),
        (7, Some(Pane::Looks)),
        (7, Some(Pane::Kernel)),
        (14, None),
        (14, Some(Pane::Kernel)),
    ];
    let mut all = String::new();
    for (count, pane) in moments {
        for size in SIZES {
            let mut model = after("files", count, size, 2);
            if let Some(pane) = pane {
                (model.pane, model.zoom) = (pane, Some(0));
            }
            add(&mut all, size, &drawn(&mut model));
        }
    }
    compare_all([("files", all)].into_iter());
}

#[test]
fn the_panes_behind_a_key_are_drawn_word_for_word_as_kept() {
    let mut all = String::new();
    for keys in ["W", "U", "B", "Y", "N", "K"] {
        for size in SIZES {
            let mut bench = Bench::sized(Live, size);
            bench.play(keys);
            add(&mut all, size, &drawn(&mut bench.model));
        }
    }
    compare_all([("keys-of-panes", all)].into_iter());
}

#[test]
fn no_sentence_of_the_default_session_is_cut_at_any_size() {
    for size in SIZES {
        for (at, mut model) in moments(size).enumerate() {
            let lines = drawn(&mut model);
            let what = format!("{size:?}, record {at}:\n{}", lines.join("\n"));
            assert!(!model.story_is_cut, "{what}");
            assert!(!what.contains("z: all of it"), "{what}");
        }
    }
}

#[test]
fn what_the_poll_returned_and_what_the_chosen_socket_called_is_seen_at_every_size() {
    for size in SIZES {
        for (count, wanted) in [
            (6, "1024, 0) = 3"),
            (7, "SO_ERROR, [0]) = 0"),
            (8, "getpeername("),
        ] {
            let lines = drawn(&mut after("seven-ticks", count, size, 1));
            let all = lines.join("\n");
            assert!(all.contains(wanted), "{size:?} {wanted}:\n{all}");
        }
    }
}

#[test]
fn columns_keep_their_place_when_a_peer_joins_and_it_comes_into_view() {
    for size in SIZES {
        let heading = |count| {
            let lines = drawn(&mut after("seven-ticks", count, size, 3));
            let reset = lines.iter().find(|line| line.contains("4 @reset"));
            let line = reset.expect("socket 4").clone();
            ["x error", "ECONNRESET", "CLOSE", " 17 ", " 53"].map(|word| line.find(word))
        };
        assert_eq!(heading(8), heading(10), "{size:?}");
        let all = drawn(&mut after("seven-ticks", 10, size, 3)).join("\n");
        assert!(
            all.contains("  5 peer 3") && all.contains("  6 peer 3"),
            "{size:?}:\n{all}"
        );
    }
}

#[test]
fn three_modes_come_into_view_and_the_one_that_waits_has_its_clock_at_every_size() {
    for size in SIZES {
        let all = drawn(&mut after("three-modes", 2, size, 1)).join("\n");
        for row in ["> 5 @pend", " blocking ", " timeout ", "7 @pending"] {
            assert!(all.contains(row), "{size:?} {row}:\n{all}");
        }
        let mut model = after("three-modes", 4, size, 5);
        let all = drawn(&mut model).join("\n");
        let waits = all.lines().find(|line| line.contains("> 5 "));
        let waits = waits.expect("the mode that waits");
        assert!(
            waits.contains("connect() ") && waits.contains(" s "),
            "{size:?}: {waits}"
        );
    }
}

#[test]
fn select_never_disappears_and_nothing_overwrites_the_table_of_all_sockets() {
    for size in SIZES {
        for socket in 1..=4 {
            let mut bench = Bench::sized(Live, size);
            bench.play(&format!("{socket}W"));
            let lines = drawn(&mut bench.model);
            let what = format!("{size:?} {socket}:\n{}", lines.join("\n"));
            let all = lines.iter().position(|line| line.contains(" ALL "));
            let all = all.unwrap_or_else(|| panic!("{what}"));
            assert!(
                lines[1..all].iter().any(|line| line.contains("select")),
                "{what}"
            );
            assert!(lines[all].contains("select(2)"), "{what}");
            let below = lines[all + 1..]
                .iter()
                .take_while(|line| line.contains('@'))
                .count();
            assert!(below >= 2, "{what}");
        }
    }
}

#[test]
fn high_contrast_fills_every_cell() {
    let mut model = after("seven-ticks", 8, (80, 24), 1);
    model.theme = Theme::HighContrast;
    let background = theme::text(&model).bg;
    let cells = screen(&mut model);
    assert!(cells.content.iter().all(|cell| Some(cell.bg) == background));
}

#[test]
fn the_sign_of_pending_means_nothing_else() {
    for size in SIZES {
        for mut model in moments(size) {
            for line in drawn(&mut model) {
                let signs = line.matches('~').count();
                assert_eq!(signs, line.matches("~ pending").count(), "{line}");
            }
        }
    }
}

/// A session on the wire in which the SYN is held, and its kernel has sent it again so many times by itself.
fn sent_again(times: usize, size: (u16, u16)) -> Model {
    let text = golden_text("wire-secret");
    let mut lines: Vec<String> = text.lines().take(6).map(str::to_owned).collect();
    for n in 5..5 + times {
        lines.push(format!(
            "{{\"n\":{n},\"cause\":\"answer\",\"at_us\":{n}000000,\"packets\":[{{\"number\":1,\"at_us\":{n}000000,\"what\":\"sent-again\"}}]}}"
        ));
    }
    let (header, records) = read(lines.join("\n").as_bytes()).expect("a recording");
    assert_eq!(records.len(), 5 + times, "every line is a record");
    let mut model = model(&header, &records, size);
    model.recorded = None;
    model
}

#[test]
fn what_a_kernel_sends_again_by_itself_does_not_replace_the_story() {
    for size in SIZES {
        let mut own = sent_again(0, size);
        let (_, told) = own.history.told().expect("a record");
        assert_eq!(told.n, 4);
        let story = drawn(&mut own).join("\n");
        assert!(!story.contains("Meanwhile:"));
        for back in 0..3 {
            let mut model = sent_again(3, size);
            for _ in 0..back {
                assert!(model.history.back());
            }
            let (world, told) = model.history.told().expect("a record");
            assert_eq!((told.n, world.n), (4, 4), "{back} back");
            let all = drawn(&mut model).join("\n");
            assert!(all.contains("Meanwhile:"), "{size:?}, {back} back:\n{all}");
            model.pane = sockstep::app::model::Pane::Wire;
            model.zoom = Some(0);
            let all = drawn(&mut model).join("\n");
            assert!(all.contains("Meanwhile:"), "{size:?} on the wire:\n{all}");
        }
    }
}

#[test]
fn what_appears_because_a_packet_was_let_go_is_chosen_next() {
    let (_, records) = read(golden_text("wire-talk").as_bytes()).expect("a golden recording");
    let mut seen = 0;
    for (at, record) in records.iter().enumerate() {
        let appeared = record
            .packets
            .iter()
            .find_map(|fact| match fact.change.what {
                PacketEvent::Appeared { .. } => Some(fact.change.number),
                _ => None,
            });
        let let_go = matches!(record.command(), Some(Command::Release(_)));
        let Some(appeared) = appeared.filter(|_| let_go) else {
            continue;
        };
        let model = after("wire-talk", at + 1, (80, 24), 1);
        assert_eq!(model.packet(), Some(appeared), "record {}", record.n);
        seen += 1;
    }
    assert!(seen > 0, "no packet was let go");
}

#[test]
fn urgent_data_has_a_row_as_soon_as_it_is_asked_for_at_every_size() {
    let text = golden_text("seven-ticks").replace("\"interest\":\"rw\"", "\"interest\":\"rwp\"");
    let (header, records) = read(text.as_bytes()).expect("a recording");
    for size in SIZES {
        let mut model = model(&header, &records[..6], size);
        let all = drawn(&mut model).join("\n");
        let urgent = all.lines().find(|line| line.starts_with("  urgent "));
        let urgent = urgent.unwrap_or_else(|| panic!("{size:?}:\n{all}"));
        assert!(urgent.contains("1 2 3 4"), "{urgent}");
    }
}

#[test]
fn a_terminal_of_ascii_alone_gets_ascii_alone() {
    for size in SIZES {
        let mut model = after("three-modes", 4, size, 5);
        model.place.unicode = false;
        let all = drawn(&mut model).join("\n");
        assert!(all.is_ascii(), "{size:?}:\n{all}");
    }
}

#[test]
fn what_is_said_of_the_chosen_socket_comes_first_at_every_size() {
    for size in SIZES {
        for chosen in [1, 2, 4] {
            let all = drawn(&mut after("seven-ticks", 7, size, chosen)).join("\n");
            let first = format!(" {chosen}: ");
            let others = [1, 2, 4].map(|row| all.find(&format!(" {row}: ")));
            let place = all.find(&first);
            assert!(place.is_some(), "{size:?} {chosen}:\n{all}");
            let before = others.iter().flatten().all(|other| Some(*other) >= place);
            assert!(before, "{size:?} {chosen}:\n{all}");
        }
    }
}
