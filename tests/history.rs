//! The history's bounds: memory and the time of a step back, with many ticks and with many sockets; jumps, notes and the timeline.

mod support;

use sockstep::app::history::History;
use sockstep::app::model::{Model, Pane};
use sockstep::app::update::{Effect, Msg, update};
use sockstep::derive::ladder::LadderRow;
use sockstep::language::keys::Key;
use sockstep::model::call::{Call, CallFact, CalledBy, CtlOp, Out, Outcome};
use sockstep::model::ids::{Fd, Row};
use sockstep::model::readiness::{Interest, PollMask, Readiness, SelectSets};
use sockstep::model::record::{Answer, Cause, Change, Event, Header, Look, Record, TcpFacts};
use sockstep::model::tcp::TcpState;
use sockstep::model::world::World;
use sockstep::trace::encode;
use std::io::Write;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;
use support::pty::Pty;
use support::recordings::{golden_text, model, read, screen};
use support::{SOCKSTEP, skip, sockstep, stdout};

const MIB: usize = 1024 * 1024;

fn header() -> Header {
    Header {
        version: Header::NEWEST,
        unknown: Vec::new(),
        os: "linux".to_owned(),
        kernel: "6.18.0".to_owned(),
        program: "sockstep".to_owned(),
        started: 0,
        sysctl: Vec::new(),
    }
}

/// How busy the sockets are after they are connected.
#[derive(Clone, Copy, PartialEq)]
enum Load {
    /// One in a hundred receives in each tick.
    Usual,
    /// Every one receives in each tick.
    Worst,
}

/// A session of so many sockets: they are added, connect in seven ticks, and then receive.
struct Session {
    sockets: u32,
    load: Load,
}

impl Session {
    fn added(&self) -> Record {
        let mut record = Record::new(0, Cause::parse("add"), 0);
        for row in 1..=self.sockets {
            record.changes.push(Change::Added {
                row: Row(row),
                target: sockstep::model::target::Target::parse(&format!(
                    "127.0.0.1:{}",
                    1000 + row
                ))
                .expect("a target"),
                addresses: vec!["127.0.0.1:80".parse().expect("a valid address")],
                interest: Interest::default(),
                mode: sockstep::model::socket::Mode::default(),
            });
        }
        record
    }

    fn tick(&self, tick: u64) -> Record {
        let mut record = Record::new(tick, Cause::parse("tick"), tick * 1000);
        record.tick = Some(tick);
        record.looked = true;
        let wait = Call::EpollWait {
            epfd: Fd(3),
            capacity: 1024,
            timeout: Some(Duration::ZERO),
        };
        let poll = CallFact::done(None, CalledBy::Program, wait, Outcome::ok(0));
        record.calls.push(poll);
        for row in (1..=self.sockets).map(Row) {
            let busy =
                tick <= 7 || self.load == Load::Worst || u64::from(row.0) % 100 == tick % 100;
            if busy {
                Session::step(&mut record, tick, row);
            }
        }
        record
    }

    fn step(record: &mut Record, tick: u64, row: Row) {
        let fd = Fd(row.0 as i32 + 10);
        let addr = "127.0.0.1:80".parse().expect("a valid address");
        let (call, outcome) = match tick {
            1 => (
                Call::socket(sockstep::model::addr::Family::Inet),
                Outcome::ok(i64::from(fd.0)),
            ),
            2 => (Call::SetNonblocking { fd }, Outcome::ok(0)),
            3 => (
                Call::Connect { fd, addr },
                Outcome::failed(sockstep::model::errno::Errno::EINPROGRESS),
            ),
            4 => (
                Call::EpollCtl {
                    epfd: Fd(3),
                    op: CtlOp::Add,
                    fd,
                    interest: Interest::default(),
                },
                Outcome::ok(0),
            ),
            5 => {
                record.events.push(Event {
                    row,
                    stale: None,
                    readiness: Readiness::WRITABLE,
                });
                return;
            }
            6 => (
                Call::SoError { fd },
                Outcome {
                    ret: 0,
                    errno: None,
                    out: Some(Out::SoError(None)),
                },
            ),
            7 => (
                Call::Getpeername { fd },
                Outcome {
                    ret: 0,
                    errno: None,
                    out: Some(Out::Addr(addr)),
                },
            ),
            _ => (
                Call::Recv { fd, size: 1024 },
                Outcome {
                    ret: 5,
                    errno: None,
                    out: Some(Out::Bytes(b"hello".to_vec())),
                },
            ),
        };
        record
            .calls
            .push(CallFact::done(row, CalledBy::Program, call, outcome));
        let look = Look {
            poll: Answer::Says(if tick.is_multiple_of(2) {
                PollMask::OUT
            } else {
                PollMask::OUT | PollMask::IN
            }),
            select: Answer::Says(SelectSets::W),
            tcp: Answer::Says(TcpFacts {
                state: TcpState::Established,
                retransmits: 0,
                rto_us: 1,
                rtt_us: tick as u32,
                unacked: 0,
                sacked: 0,
                due_us: None,
                gives_up_us: None,
            }),
            local: Some("127.0.0.1:5000".parse().expect("a valid address")),
            ..Look::default()
        };
        record.looks.push((row, look));
    }
}

/// What `/proc/self/status` says, in bytes.
fn status(field: &str) -> Option<usize> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(field))?;
    let kib: usize = line
        .trim_start_matches(':')
        .split_whitespace()
        .next()?
        .parse()
        .ok()?;
    Some(kib * 1024)
}

/// Runs in a process of its own, so that no other test's memory is counted.
#[test]
#[ignore = "the test of the bounds runs it, in a process of its own"]
fn measured_in_a_child() {
    let Ok(plan) = std::env::var("SOCKSTEP_HISTORY") else {
        return;
    };
    // As whoever shows it does.
    sockstep::os::heap::keep_little();
    let parts: Vec<&str> = plan.split_whitespace().collect();
    let number = |i: usize| parts[i].parse::<u64>().expect("a number");
    let load = if parts[2] == "worst" {
        Load::Worst
    } else {
        Load::Usual
    };
    let session = Session {
        sockets: number(1) as u32,
        load,
    };
    let mut model = model(&header(), &[], (160, 50));
    model.recorded = None;
    let before = status("VmRSS").expect("Linux");
    // As a driver does it: the record with its stages, and the world after it.
    let mut world = World::default();
    let mut made = |mut record: Record| {
        record.stages = world.apply(&record).into();
        model.history.push(Arc::new(record), world.clone());
    };
    made(session.added());
    for tick in 1..=number(0) {
        made(session.tick(tick));
    }
    let (after, peak) = (
        status("VmRSS").expect("Linux"),
        status("VmHWM").expect("Linux"),
    );
    screen(&mut model);
    let mut times = Vec::new();
    for _ in 0..60 {
        let begin = support::computed();
        if !model.history.back() {
            break;
        }
        std::hint::black_box(screen(&mut model));
        times.push(support::computed().saturating_sub(begin));
    }
    times.sort();
    let line = format!(
        "MEASURED {} {} {} {} {} {} {}",
        (after - before) / 1024,
        peak / 1024,
        model.history.heap_size() / 1024,
        model.history.dropped(),
        times[times.len() / 2].as_micros(),
        times[times.len() * 9 / 10].as_micros(),
        times[times.len() - 1].as_micros(),
    );
    writeln!(std::io::stdout(), "{line}").expect("the parent reads it");
}

#[test]
fn the_history_keeps_within_its_bounds() {
    if status("VmRSS").is_none() {
        return skip("/proc/self/status does not say how much memory is used");
    }
    // The budget is for what users run; a build without optimisation is many times slower, and so are some machines.
    let bound = Duration::from_millis(if cfg!(debug_assertions) { 1000 } else { 20 });
    let program = std::env::current_exe().expect("this test");
    for (plan, may_drop) in [
        ("10000 100 usual", false),
        ("100 10000 usual", false),
        ("10000 100 worst", true),
        ("100 10000 worst", true),
    ] {
        let output = Command::new(&program)
            .args(["--exact", "measured_in_a_child", "--ignored", "--nocapture"])
            .env("SOCKSTEP_HISTORY", plan)
            .output()
            .expect("it runs");
        let text = stdout(&output);
        let line = text
            .lines()
            .find_map(|line| line.split_once("MEASURED ").map(|(_, rest)| rest))
            .unwrap_or_else(|| panic!("{plan}: nothing was measured:\n{text}"));
        let numbers: Vec<usize> = line
            .split_whitespace()
            .map(|word| word.parse().expect("a number"))
            .collect();
        let &[grown, peak, heap_size, dropped, usual, slow, slowest] = numbers.as_slice() else {
            panic!("{line}");
        };
        let told = format!(
            "{plan}: the history takes {} MiB (estimated {} MiB), the process at most {} MiB, {dropped} records dropped; a step back with its picture takes {usual} us, nine of ten at most {slow} us, the slowest {slowest} us",
            grown / 1024,
            heap_size / 1024,
            peak / 1024
        );
        writeln!(std::io::stderr(), "{told}").expect("standard error");
        assert!(grown * 1024 < 256 * MIB, "{told}");
        assert!(dropped == 0 || may_drop, "{told}");
        // The slowest of sixty is the machine's, which does other things too.
        assert!(Duration::from_micros(slow as u64) < bound, "{told}");
        // The estimate counts shared rows once and the live world not at all.
        assert!(
            heap_size * 10 > grown * 6 && heap_size * 10 < grown * 14,
            "the estimate is wrong: {told}"
        );
    }
}

fn press(model: &mut Model, keys: &[Key]) -> Vec<Effect> {
    let each = keys
        .iter()
        .flat_map(|key| update(model, Msg::Key(*key), Duration::ZERO));
    each.collect()
}

fn typed(model: &mut Model, text: &str) -> Vec<Effect> {
    let mut effects: Vec<Effect> = Vec::new();
    for c in text.chars() {
        effects.extend(press(model, &[Key::Char(c)]));
    }
    effects.extend(press(model, &[Key::Enter]));
    effects
}

fn default_lab(size: (u16, u16)) -> Model {
    let (header, records) = read(golden_text("default-lab").as_bytes()).expect("a recording");
    let mut model = model(&header, &records, size);
    model.recorded = None;
    model
}

fn text(model: &mut Model) -> Vec<String> {
    let buffer = screen(model);
    let area = buffer.area;
    (0..area.height)
        .map(|y| (0..area.width).map(|x| buffer[(x, y)].symbol()).collect())
        .collect()
}

#[test]
fn jumps_go_to_a_tick_and_to_the_changes_of_the_chosen_socket() {
    let mut model = default_lab((80, 24));
    let last = model.history.live().tick;
    assert!(typed(&mut model, ":goto 3").is_empty());
    assert_eq!(model.world().tick, 3);
    assert!(text(&mut model)[0].contains(&format!("TICK 3 of {last}   PAST")));
    // 3 @pending: nothing speaks of it after it was registered in tick 4.
    press(&mut model, &[Key::Char('3'), Key::Char(']')]);
    assert_eq!(model.world().tick, 4);
    press(&mut model, &[Key::Char('['), Key::Char('[')]);
    assert_eq!(model.world().tick, 2);
    typed(&mut model, ":goto 99");
    assert_eq!(model.world().tick, 2, "it stays where it was");
    assert!(
        model
            .notice
            .as_deref()
            .is_some_and(|n| n.contains("no tick 99"))
    );
    // Nothing acts in the past, by key or by word.
    assert!(press(&mut model, &[Key::Char('m')]).is_empty());
    assert!(
        model
            .notice
            .as_deref()
            .is_some_and(|n| n.contains("the past"))
    );
    assert!(typed(&mut model, ":recv 1").is_empty());
    press(&mut model, &[Key::Esc]);
    typed(&mut model, ":goto 0");
    assert_eq!(model.history.at(), 0);
    typed(&mut model, ":live");
    assert!(model.history.is_live());
}

#[test]
fn the_timeline_shows_who_was_where_and_when() {
    for size in [(80, 24), (60, 18)] {
        let mut model = default_lab(size);
        press(&mut model, &[Key::Char('Y'), Key::Char('2')]);
        assert_eq!((model.pane, model.zoom), (Pane::Timeline, Some(0)));
        typed(&mut model, ":goto 4");
        let lines = text(&mut model);
        let all = lines.join("\n");
        assert!(lines[0].contains("PAST"), "{all}");
        assert!(lines[1].contains("TIMELINE  records 1-"), "{all}");
        let of = |number: &str| {
            let named = |line: &&String| line.get(1..).is_some_and(|rest| rest.starts_with(number));
            lines.iter().find(named).expect("its row")
        };
        let refused = of(" 2 @");
        assert!(
            refused.starts_with("> 2 @refused"),
            "the chosen one stands out: {all}"
        );
        let codes: Vec<&str> = refused.split_whitespace().skip(3).take(8).collect();
        assert_eq!(
            codes,
            [".", "cre", "nbl", "att", "pen", "wri", "ERR", "ERR"],
            "{all}"
        );
        let open: Vec<&str> = of(" 1 @").split_whitespace().skip(2).take(8).collect();
        assert_eq!(
            open,
            [".", "cre", "nbl", "att", "pen", "wri", "wri", "CON"],
            "{all}"
        );
        // The mark stands under the tick that is shown.
        let at = lines[3].find('^').expect("a mark");
        assert_eq!(lines[2][at..].split_whitespace().next(), Some("4"), "{all}");
        assert!(
            all.contains("cre created") && all.contains("ERR error"),
            "{all}"
        );
        press(&mut model, &[Key::Down]);
        assert_eq!(model.chosen, Row(3), "up and down choose a socket");
        press(&mut model, &[Key::Char('Y')]);
        assert_eq!(model.zoom, None);
    }
}

#[test]
fn a_long_timeline_of_many_sockets_follows_the_moment_and_the_choice() {
    let session = Session {
        sockets: 200,
        load: Load::Usual,
    };
    let mut model = model(&header(), &[], (80, 24));
    model.recorded = None;
    let mut world = World::default();
    for tick in 0..=1_200 {
        let mut record = match tick {
            0 => session.added(),
            tick => session.tick(tick),
        };
        record.stages = world.apply(&record).into();
        model.history.push(Arc::new(record), world.clone());
    }
    press(&mut model, &[Key::Char('Y')]);
    for (words, tick, row) in [
        (":goto 3", "3", 150),
        (":goto 600", "600", 200),
        (":live", "1200", 1),
    ] {
        typed(&mut model, words);
        model.chosen = Row(row);
        let lines = text(&mut model);
        let at = lines[3].find('^').expect("a mark");
        assert_eq!(lines[2][at..].split_whitespace().next(), Some(tick));
        assert!(
            lines
                .iter()
                .any(|line| line.starts_with(&format!("> {row} "))),
            "{lines:?}"
        );
    }
}

#[test]
fn a_note_is_kept_in_the_recording_and_marked() {
    let dir = tempfile::tempdir().expect("a directory");
    let file = dir.path().join("session.jsonl");
    let path = file.to_str().expect("a path in UTF-8");
    let mut pty = Pty::start(80, 24, SOCKSTEP, &["--no-save", "--record", path, "@open"]);
    pty.wait_for("TICK 0");
    pty.press_until(" ", "TICK 1 ");
    pty.press_until("m", "note:");
    pty.press("look at the port\r");
    pty.wait_for("Note: look at the port");
    pty.press_until("Y", "TIMELINE");
    let shown = pty.wait_for(" m");
    let ticks = shown
        .lines()
        .find(|line| line.trim_start().starts_with("tick"))
        .expect("ticks");
    let words: Vec<&str> = ticks.split_whitespace().collect();
    assert_eq!(words, ["tick", "0", "1", "m"]);
    pty.press("qq");
    pty.end();
    let told = stdout(&sockstep(&["replay", path, "--tell"]));
    assert!(told.contains("\nnote: look at the port\n"), "{told}");
    let mut again = Pty::start(80, 24, SOCKSTEP, &["replay", path]);
    again.wait_for("RECORDING");
    again.press("\u{1b}[F");
    again.wait_for("Note: look at the port");
    again.press("q");
    again.end();
}

#[test]
fn the_ladder_at_every_earlier_place_is_the_one_that_was_shown_then() {
    let (_, records) = read(golden_text("wire-talk").as_bytes()).expect("a recording");
    let ladder = |history: &History| -> Vec<LadderRow> {
        let rungs = history.ladder(Row(1));
        rungs.into_iter().flatten().cloned().collect()
    };
    let mut history = History::new();
    let mut shown = Vec::new();
    for record in &records {
        history.push_folding(Arc::clone(record));
        shown.push(ladder(&history));
    }
    assert!(shown.last().is_some_and(|rungs| rungs.len() > 15));
    for (place, then) in shown.iter().enumerate().rev() {
        assert_eq!(history.at(), place);
        assert_eq!(&ladder(&history), then, "after record {place}");
        history.back();
    }
    // With too little memory the oldest lines go with their records; what is left is as it was.
    history.end();
    let mut small = History::within(128 * 1024);
    for record in &records {
        small.push_folding(Arc::clone(record));
    }
    let last = history.live().clone();
    for extra in 1..=300 {
        let mut record = Record::new(last.n + extra, Cause::parse("tick"), last.at_us);
        record.tick = Some(last.tick + extra);
        let wait = Call::EpollWait {
            epfd: Fd(3),
            capacity: 1024,
            timeout: Some(Duration::ZERO),
        };
        let poll = CallFact::done(None, CalledBy::Program, wait, Outcome::ok(0));
        record.calls.push(poll);
        let record = Arc::new(record);
        history.push_folding(Arc::clone(&record));
        small.push_folding(record);
        assert!(
            small.heap_size() <= 128 * 1024,
            "{} bytes",
            small.heap_size()
        );
    }
    assert!(small.dropped() > records.len());
    loop {
        let (left, all) = (ladder(&small), ladder(&history));
        assert!(!left.is_empty() && left.len() < all.len());
        assert!(all.ends_with(&left), "after record {}", small.at());
        assert_eq!(history.at(), small.at());
        if !small.back() {
            break;
        }
        history.back();
    }
}

#[test]
fn a_place_in_the_past_is_as_it_was_also_where_its_record_was_packed() {
    let session = Session {
        sockets: 300,
        load: Load::Usual,
    };
    let mut world = World::default();
    let mut history = History::new();
    let mut made: Vec<(Record, World)> = Vec::new();
    for tick in 0..=50 {
        let mut record = match tick {
            0 => session.added(),
            tick => session.tick(tick),
        };
        record.stages = world.apply(&record).into();
        made.push((record.clone(), world.clone()));
        history.push(Arc::new(record), world.clone());
    }
    let packed = |history: &History| {
        let records = history.records().iter();
        records
            .map(|record| record.is_packed())
            .collect::<Vec<bool>>()
    };
    let before = packed(&history);
    assert!(before[1..=4].iter().all(|packed| *packed), "{before:?}");
    // Back one by one, and from the beginning again.
    let there_and_back = (0..50).rev().chain(1..50);
    for at in there_and_back {
        if at < history.at() {
            assert!(history.back());
        } else {
            assert!(history.forward());
        }
        assert_eq!(history.at(), at);
        let (record, world) = &made[at];
        assert_eq!(history.record().map(AsRef::as_ref), Some(record));
        let shown = history.record().expect("a record");
        assert_eq!(*shown.calls, *record.calls);
        assert_eq!(*shown.stages, *record.stages);
        assert!(history.world() == world, "place {at}");
        assert_eq!(encode::record(shown), encode::record(record));
    }
    history.end();
    assert_eq!(packed(&history), before);
    for (kept, (record, _)) in history.records().iter().zip(&made) {
        assert_eq!(&**kept, record);
    }
}
