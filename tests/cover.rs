//! The cover hides what the kernel knows: in every pane, at every place, at every size the screen is the same whatever the kernel said.

mod support;

use sockstep::app::guide::Guide;
use sockstep::app::history::History;
use sockstep::app::lesson::LessonRun;
use sockstep::app::model::{Model, Pane};
use sockstep::app::update::{Msg, begin_lesson, update};
use sockstep::language::keys::Key;
use sockstep::language::lesson::Lesson;
use sockstep::model::readiness::{PollMask, SelectSets};
use sockstep::model::record::{Answer, Record};
use sockstep::model::tcp::TcpState;
use sockstep::model::world::World;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use support::recordings::{self, golden_text, model, read};

const SIZES: [(u16, u16); 3] = [(60, 18), (80, 24), (160, 50)];

/// The cells of a screen, as text.
fn screen(model: &mut Model, size: (u16, u16)) -> String {
    model.size = size;
    let buffer = recordings::screen(model);
    let cells: Vec<&str> = buffer
        .content()
        .iter()
        .map(ratatui::buffer::Cell::symbol)
        .collect();
    let lines: Vec<String> = cells
        .chunks(usize::from(size.0))
        .map(<[&str]>::concat)
        .collect();
    lines.join("\n")
}

/// The same record with another kernel behind it: every look says something else.
fn of_another_kernel(record: &Record) -> Record {
    let mut record = record.clone();
    for (_, look) in &mut record.looks {
        look.poll = Answer::Says(PollMask::IN | PollMask::PRI);
        look.epoll = Answer::Says(PollMask::PRI);
        look.select = Answer::Says(SelectSets::X);
        if let Answer::Says(tcp) = &mut look.tcp {
            tcp.state = TcpState::LastAck;
            tcp.retransmits = 5;
            tcp.unacked = 77;
        }
        if let Answer::Says(queue) = &mut look.queue {
            queue.length = 99;
        }
        if let Some(ends) = &mut look.ends {
            for end in [&mut ends.client, &mut ends.server] {
                if let Answer::Says(end) = end {
                    end.state = TcpState::Closing;
                    end.retransmits = 9;
                }
            }
        }
    }
    record
}

fn covered(records: &[Arc<Record>], name: &str) -> Model {
    let (header, _) = read(golden_text(name).as_bytes()).expect("a recording");
    let mut model = model(&header, records, (80, 24));
    model.recorded = None;
    model.history.cover_all(true);
    model
}

fn press(model: &mut Model, key: Key) {
    update(model, Msg::Key(key), Duration::ZERO);
}

#[test]
fn no_cell_of_any_pane_depends_on_what_is_covered() {
    for name in ["default-lab", "unix", "name-and-closed-port", "wire-talk"] {
        let (_, records) = read(golden_text(name).as_bytes()).expect("a recording");
        let other: Vec<Arc<Record>> = records
            .iter()
            .map(|record| Arc::new(of_another_kernel(record)))
            .collect();
        let mut pair = [covered(&records, name), covered(&other, name)];
        let mut compared = 0;
        for _ in 0..records.len() {
            for size in SIZES {
                for pane in [None]
                    .into_iter()
                    .chain(Pane::ALL.iter().copied().map(Some))
                {
                    for chosen in [1, 2] {
                        let [one, two] = pair.each_mut().map(|model| {
                            model.zoom = pane.map(|_| 0);
                            model.pane = pane.unwrap_or(Pane::Sockets);
                            model.chosen.0 = chosen;
                            model.notice = None;
                            screen(model, size)
                        });
                        let differ = one.lines().zip(two.lines()).find(|(one, two)| one != two);
                        assert_eq!(differ, None, "{name}, {pane:?}, {size:?}");
                        for hidden in ["ESTABLISHED", "SYN-SENT", "LAST-ACK", "CLOSE-WAIT"] {
                            assert!(!one.contains(hidden), "{name}, {pane:?}:\n{one}");
                        }
                        compared += 1;
                    }
                }
            }
            for model in &mut pair {
                model.zoom = None;
                model.pane = Pane::Sockets;
                press(model, Key::Left);
            }
        }
        assert!(compared >= 500, "{compared}");
    }
}

#[test]
fn the_cards_of_a_covered_socket_do_not_depend_on_what_is_covered() {
    let name = "default-lab";
    let (_, records) = read(golden_text(name).as_bytes()).expect("a recording");
    let other: Vec<Arc<Record>> = records
        .iter()
        .map(|record| Arc::new(of_another_kernel(record)))
        .collect();
    let mut pair = [covered(&records, name), covered(&other, name)];
    for _ in 0..records.len() {
        let [one, two] = pair.each_mut().map(|model| {
            press(model, Key::Char('K'));
            let shown: Vec<String> = (0..12)
                .map(|_| {
                    press(model, Key::Tab);
                    screen(model, (80, 24))
                })
                .collect();
            press(model, Key::Esc);
            press(model, Key::Left);
            shown
        });
        assert_eq!(one, two);
    }
}

#[test]
fn a_lesson_covers_from_the_record_behind_its_last_reveal() {
    let (_, records) = read(golden_text("default-lab").as_bytes()).expect("a recording");
    let mut history = History::new();
    for record in &records[..5] {
        history.push_folding(Arc::clone(record));
    }
    assert!(!history.is_covered());
    history.cover_from(Some(3));
    assert!(history.is_covered());
    assert!(
        history
            .world()
            .rows()
            .all(|row| row.look.poll == Answer::NotAsked)
    );
    assert!(
        history.records()[4]
            .looks
            .iter()
            .all(|(_, look)| look.poll == Answer::NotAsked)
    );
    assert!(history.back() && history.is_covered());
    assert!(history.back() && !history.is_covered());
    assert!(
        history
            .world()
            .rows()
            .any(|row| row.look.poll != Answer::NotAsked)
    );
    history.end();
    history.push_folding(Arc::clone(&records[5]));
    assert!(history.is_covered());
    history.cover_from(None);
    assert!(!history.is_covered());
}

#[test]
fn in_a_lesson_no_letter_and_no_space_makes_a_call_that_is_not_the_lessons() {
    let text =
        "lesson L\nask Q?\na) x\n= 1 stage created\nb) y\n= 1 stage error\ntick\nreveal So.\n";
    let (header, _) = read(golden_text("default-lab").as_bytes()).expect("a recording");
    let mut model = model(&header, &[], (80, 24));
    model.recorded = None;
    let lesson = Lesson::parse(text).expect("a lesson");
    begin_lesson(&mut model, LessonRun::new("x", lesson, false, true));
    let done = || Msg::LinesDone(sockstep::app::lesson::LineEnd::Done);
    update(&mut model, done(), Duration::ZERO);
    update(&mut model, done(), Duration::ZERO);
    // The question has not been drawn: whatever was typed before is thrown away.
    for key in [' ', 'a', 'b', 'c', 'd', 'X'] {
        assert!(update(&mut model, Msg::Key(Key::Char(key)), Duration::ZERO).is_empty());
    }
    assert!(screen(&mut model, (60, 18)).contains("What do you say? a to"));
    // SPACE alone only says so; keys that act are refused.
    assert!(update(&mut model, Msg::Key(Key::Char(' ')), Duration::ZERO).is_empty());
    assert!(screen(&mut model, (60, 18)).contains("No answer yet"));
    for key in ['w', 'n', 'o', 's', 'v', 'p', 'e', 'r'] {
        let asked = update(&mut model, Msg::Key(Key::Char(key)), Duration::ZERO);
        assert!(asked.is_empty(), "{key}: {asked:?}");
        assert!(
            model
                .notice
                .as_deref()
                .is_some_and(|said| said.contains("question is open")),
            "{key}: {:?}",
            model.notice
        );
    }
    for key in ['a', 'B'] {
        assert!(update(&mut model, Msg::Key(Key::Char(key)), Duration::ZERO).is_empty());
    }
    assert!(screen(&mut model, (60, 18)).contains("You say b"));
    assert_eq!(
        update(&mut model, Msg::Key(Key::Char(' ')), Duration::ZERO).len(),
        1
    );
    update(&mut model, done(), Duration::ZERO);
    screen(&mut model, (60, 18));
    // The answer is there, and a late letter connects nothing.
    for key in ['a', 'b', 'c', 'd', 'A', 'D'] {
        assert!(
            update(&mut model, Msg::Key(Key::Char(key)), Duration::ZERO).is_empty(),
            "{key}"
        );
    }
}

/// A question is open, and the records before it, each changed so, are there.
fn open_question(change: fn(&Record) -> Record) -> Model {
    let text =
        "lesson L\nask Q?\na) x\n= 1 kernel ESTABLISHED\nb) y\n= 1 stage error\nreveal So.\n";
    let (header, records) = read(golden_text("default-lab").as_bytes()).expect("a recording");
    let records: Vec<Arc<Record>> = records
        .iter()
        .map(|record| Arc::new(change(record)))
        .collect();
    let mut model = model(&header, &[], (80, 24));
    model.recorded = None;
    model.guide = Some(Box::new(Guide::new(BTreeMap::default())));
    let lesson = Lesson::parse(text).expect("a lesson");
    begin_lesson(&mut model, LessonRun::new("x", lesson, false, true));
    let mut world = World::default();
    for record in records {
        world.apply(&record);
        let world = Box::new(world.clone());
        let effects = update(&mut model, Msg::Made { record, world }, Duration::ZERO);
        assert!(effects.is_empty(), "what is recognised waits: {effects:?}");
    }
    for _ in 0..2 {
        let done = sockstep::app::lesson::LineEnd::Done;
        update(&mut model, Msg::LinesDone(done), Duration::ZERO);
    }
    screen(&mut model, (80, 24));
    model
}

#[test]
fn while_a_question_is_open_neither_vote_nor_list_nor_guide_shows_what_is_covered() {
    let mut pair = [
        open_question(Record::clone),
        open_question(of_another_kernel),
    ];
    let char = Key::Char;
    let steps: [(&[Key], &str); 8] = [
        (&[], "QUESTION 1 of 1"),
        (&[char('V')], "FIRST VOTE"),
        (&[char('3'), char(' '), char('1'), Key::Enter], "first"),
        (&[char('Z')], "A class votes: numbers"),
        (&[Key::Esc, char('L')], "LESSONS"),
        (&[Key::Tab], "The guide waits"),
        (
            &[
                Key::Esc,
                char(':'),
                char('g'),
                char('u'),
                char('i'),
                char('d'),
                char('e'),
                Key::Enter,
            ],
            "The guide waits",
        ),
        (&[char('.')], "covers by itself"),
    ];
    for (keys, shows) in steps {
        for size in SIZES {
            let [one, two] = pair.each_mut().map(|model| screen(model, size));
            assert_eq!(one, two);
        }
        for model in &mut pair {
            for key in keys {
                press(model, *key);
            }
        }
        for size in SIZES {
            let [one, two] = pair.each_mut().map(|model| screen(model, size));
            assert!(one.contains(shows), "{shows}:\n{one}");
            assert!(!one.contains("guide +"), "{one}");
            assert_eq!(one, two);
        }
    }
    // SPACE without an own answer, but with counts: the kernel answers, and the votes stand beside it.
    for model in &mut pair {
        press(model, char(' '));
        let done = sockstep::app::lesson::LineEnd::Done;
        update(model, Msg::LinesDone(done), Duration::ZERO);
    }
    let shown = screen(&mut pair[0], (60, 18));
    for words in [
        "the class voted, the kernel says a",
        "Votes: first a 3, b 1.",
    ] {
        assert!(shown.contains(words), "{words}:\n{shown}");
    }
    assert!(
        pair[0]
            .guide
            .as_ref()
            .is_some_and(|guide| guide.count_new() >= 5)
    );
    press(&mut pair[0], Key::Char('L'));
    press(&mut pair[0], Key::Tab);
    assert!(screen(&mut pair[0], (60, 18)).contains("Writable is not connected"));
}

/// A lesson between two questions, after these own keys were pressed and these records came of them.
fn after_own_keys(change: fn(&Record) -> Record) -> Model {
    let text = "lesson L\nadd @open @refused @pending @reset\nask One?\na) x\n= 1 stage created\nb) y\n= 1 stage error\ntick\nreveal So.\ntick\nask Two?\na) x\n= 1 kernel ESTABLISHED\nb) y\n= 1 stage error\nreveal So.\n";
    let (header, records) = read(golden_text("default-lab").as_bytes()).expect("a recording");
    let mut model = model(&header, &[], (80, 24));
    model.recorded = None;
    let lesson = Lesson::parse(text).expect("a lesson");
    begin_lesson(&mut model, LessonRun::new("x", lesson, false, true));
    let mut world = World::default();
    let mut records = records
        .iter()
        .map(|record| Arc::new(change(record)))
        .collect::<Vec<_>>()
        .into_iter();
    let mut make = |model: &mut Model| {
        let record = records.next().expect("one more record");
        world.apply(&record);
        let world = Box::new(world.clone());
        update(model, Msg::Made { record, world }, Duration::ZERO);
    };
    let done = |model: &mut Model| {
        let done = sockstep::app::lesson::LineEnd::Done;
        update(model, Msg::LinesDone(done), Duration::ZERO);
        screen(model, (80, 24));
    };
    done(&mut model);
    press(&mut model, Key::Char(' '));
    make(&mut model);
    done(&mut model);
    done(&mut model);
    press(&mut model, Key::Char('a'));
    press(&mut model, Key::Char(' '));
    make(&mut model);
    done(&mut model);
    assert!(screen(&mut model, (80, 24)).contains("you said a, the kernel says a"));
    for _ in 0..3 {
        // Before the first of them it is written down that the answer was seen.
        let asked = update(&mut model, Msg::Key(Key::Char('w')), Duration::ZERO);
        assert!(!asked.is_empty());
        if asked.len() > 1 {
            done(&mut model);
        }
        make(&mut model);
    }
    model
}

#[test]
fn off_the_path_of_a_lesson_nothing_shows_what_the_next_question_covers() {
    let mut pair = [
        after_own_keys(Record::clone),
        after_own_keys(of_another_kernel),
    ];
    let mut compared = 0;
    for back in 0..3 {
        for size in SIZES {
            for pane in [None]
                .into_iter()
                .chain(Pane::ALL.iter().copied().map(Some))
            {
                let [one, two] = pair.each_mut().map(|model| {
                    model.zoom = pane.map(|_| 0);
                    model.pane = pane.unwrap_or(Pane::Sockets);
                    screen(model, size)
                });
                let differ = one.lines().zip(two.lines()).find(|(one, two)| one != two);
                assert_eq!(differ, None, "{back} back, {pane:?}, {size:?}");
                if pane.is_none() && back == 0 {
                    assert!(one.contains("OFF THE PATH"), "{one}");
                    assert!(one.contains("covered"), "{one}");
                }
                compared += 1;
            }
        }
        for model in &mut pair {
            model.zoom = None;
            press(model, Key::Left);
        }
    }
    assert!(compared >= 90, "{compared}");
    for model in &mut pair {
        press(model, Key::End);
        assert_eq!(
            update(model, Msg::Key(Key::Char(' ')), Duration::ZERO),
            [sockstep::app::update::Effect::StageAfresh],
            "SPACE stages it afresh, and asks nothing before"
        );
    }
}
