//! Situations that are staged for single sentences, in a session of this process: what nobody looks at, unix peers that go, time limits.

use crate::judge::Judge;
use crate::live::{Live, Servers};
use crate::stagings::STAGED;
use crate::support::recordings::{golden_text, read};
use rustix::process::{self, PidfdFlags, PidfdGetfdFlags, Resource, Rlimit};
use sockstep::engine::AskKernel;
use sockstep::model::command::Command;
use sockstep::model::errno::Errno;
use sockstep::model::ids::Row;
use sockstep::model::lesson_mark::LessonMark;
use sockstep::model::record::{Cause, PacketFact, Record};
use sockstep::model::wire::{PacketChange, PacketEvent};
use sockstep::model::world::{IsSo, RowState, World};
use std::fs::File;
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

/// So long may something take for which a line waits.
const LONGEST: Duration = Duration::from_secs(60);

/// Plays all of them.
pub(crate) fn all(judge: &mut Judge) {
    above_an_fd_set(judge);
    marks_of_a_lesson(judge);
    what_no_kernel_here_does(judge);
    for (looks, lines) in STAGED {
        let mut servers = Servers::new();
        let mut live = Live::looking(1, *looks);
        let mut copies: Vec<OwnedFd> = Vec::new();
        for line in *lines {
            if let Some(act) = line.strip_prefix("SERVER ") {
                servers.act(act);
            } else if let Some(wanted) = line.strip_prefix("AWAIT ") {
                wait(judge, &mut live, wanted, *looks);
            } else if let Some(row) = line.strip_prefix("COPY ") {
                copies.push(copy(&live, Row(row.parse().expect("a row"))));
            } else {
                live.line(judge, &servers.named(line));
            }
        }
    }
}

/// A copy of a row's descriptor, as a child would have it.
fn copy(live: &Live, row: Row) -> OwnedFd {
    let fd = live.session.world().row(row).and_then(RowState::fd);
    let fd = fd.expect("it is open").0;
    let this = process::pidfd_open(process::getpid(), PidfdFlags::empty()).expect("it is running");
    process::pidfd_getfd(this, fd, PidfdGetfdFlags::empty()).expect("it is ours")
}

/// What a lesson writes down.
fn marks_of_a_lesson(judge: &mut Judge) {
    let marks = [
        LessonMark::Begun("01".to_owned()),
        LessonMark::Asked(1, "ask Where is it?\na) here".to_owned()),
        LessonMark::Answered(1, 'a'),
        LessonMark::Later(2),
        LessonMark::Voted(1, vec![3, 4]),
        LessonMark::Voted(2, Vec::new()),
        LessonMark::Reached(1),
        LessonMark::Staged(3),
        LessonMark::Revealed(1),
    ];
    let mut world = World::default();
    for (n, mark) in (0..).zip(marks) {
        let record = Record::new(n, Cause::Command(Command::Lesson(mark)), n);
        world.apply(&record);
        judge.judge(&world, &record, &|| "a mark of a lesson".to_owned());
    }
}

/// What stands in recordings and cannot be made to happen here: a packet that could not be written, and one that stays where it was.
fn what_no_kernel_here_does(judge: &mut Judge) {
    let (_, records) = read(golden_text("wire-talk").as_bytes()).expect("a recording");
    let mut world = World::default();
    for record in &records {
        world.apply(record);
        let Some(held) = world.wire.waiting().next() else {
            continue;
        };
        let mut broken = Record::new(record.n + 1, Cause::Answer, record.at_us + 1);
        let change = PacketChange {
            number: held.number,
            at_us: record.at_us + 1,
            what: PacketEvent::NotWritten(Errno::EAGAIN),
        };
        let bytes = None;
        broken.packets.push(PacketFact { change, bytes });
        let mut after = world.clone();
        after.apply(&broken);
        judge.judge(&after, &broken, &|| {
            "a packet that was not written".to_owned()
        });
    }
}

/// A socket whose number does not fit into an fd_set.
fn above_an_fd_set(judge: &mut Judge) {
    let limit = process::getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        ..limit
    };
    process::setrlimit(Resource::Nofile, raised).expect("it may rise");
    let filling = || File::open("/dev/null").expect("there is room");
    let below: Vec<File> = std::iter::repeat_with(filling).take(1024).collect();
    let mut live = Live::new(1);
    for line in ["add @never-accept", "tick 7", "look"] {
        live.line(judge, line);
    }
    drop(below);
}

/// Waits until something is so.
fn wait(judge: &mut Judge, live: &mut Live, wanted: &str, looks: AskKernel) {
    let (row, what) = wanted.split_once(' ').expect("a row and what it waits for");
    let row = Row(row.parse().expect("a row"));
    let until = Instant::now() + LONGEST;
    loop {
        let facts = live.session.world().row(row).expect("a row").facts();
        let is_so = match what {
            "returned" => !facts.is.contains(IsSo::RUNNING),
            what => facts.stage.word() == what || facts.tcp.is_some_and(|tcp| tcp.name() == what),
        };
        if is_so {
            return;
        }
        assert!(Instant::now() < until, "{wanted}: {facts:?}");
        // Where nobody looks, only what is asked for is seen.
        let line = if looks == AskKernel::Off {
            "tick"
        } else {
            "look"
        };
        live.line(judge, line);
    }
}
