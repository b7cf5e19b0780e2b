//! A door to the system that can be given faults: whatever call of whatever command fails, the log holds every call that went through the
//! door, in order and with what came back, and nothing is lost by it.

use super::tests::{done, session};
use super::{PerformOptions, Performed, Session};
use crate::language::request::Request;
use crate::language::verbs;
use crate::model::call::{Call, CallFact, Out, Outcome};
use crate::model::command::Command;
use crate::model::errno::{Errno, Failure};
use crate::model::ids::{Fd, Row};
use crate::model::record::{Cause, Record};
use crate::model::socket::Stage;
use crate::model::world::{RowState, World};
use std::collections::BTreeSet;

/// A command with the commands before it; `tick 8` is eight ticks.
type Case = (&'static [&'static str], &'static str);

const CONNECTED: &[&str] = &["add @open", "tick 8"];
const HINTS: &[&str] = &["add @open @refused @pending @reset", "tick 5"];
/// The file is row 1, the pipe's ends are 2 and 3, the terminal's 4 and 5.
const FILES: &[&str] = &["add @file @pipe @pty", "tick 6"];
/// The client is row 1, its listener row 2, the socket that came out of accept() row 3.
const BOTH_ENDS: &[&str] = &["add @open", "hand 1 on", "tick 8", "accept 2"];

/// Every command that makes calls by its descriptors; those of the wire have a table of their own, `wire/tests.rs`.
const CASES: &[Case] = &[
    (&[], "add @open @refused @pending @reset @two @unix"),
    (&[], "add @file @pipe @pty"),
    (&["add @file @pipe @pty"], "tick"),
    (&["add @file @pipe @pty", "tick"], "tick"),
    (&["add @file @pipe @pty", "tick 2"], "tick"),
    (&["add @file @pipe @pty", "tick 3"], "tick"),
    (FILES, "read 1 5"),
    (FILES, "write 3 hello"),
    (FILES, "fill 3"),
    (FILES, "drain 2"),
    (FILES, "connect 4"),
    (FILES, "close 3"),
    (FILES, "restart 3"),
    (FILES, "delete 2"),
    (&[], "modes @open"),
    (&[], "ways @open"),
    (&["modes @open", "tick 2"], "tick"),
    (&["add @open @refused"], "tick"),
    (&["add @open @refused", "tick"], "tick"),
    (&["add @open @refused", "tick 2"], "tick"),
    (&["add @open @reset", "tick 3"], "tick"),
    (&["add @open @refused", "tick 4"], "tick"),
    (HINTS, "tick"),
    (HINTS, "tick only 2"),
    (&["add @open @refused", "tick 6"], "tick"),
    (&["add @open", "tick 6", "autodrain on"], "tick"),
    (CONNECTED, "look"),
    (CONNECTED, "note what a day"),
    (CONNECTED, "capacity 2"),
    (CONNECTED, "autodrain on"),
    (CONNECTED, "interest 1 rwp"),
    (&["add @open", "tick"], "register 1"),
    (CONNECTED, "register 1"),
    (&["add @open", "tick 2"], "connect 1"),
    (CONNECTED, "connect 1"),
    (&["add @open", "tick"], "bind 1 127.0.0.1:0"),
    (CONNECTED, "so_error 1"),
    (CONNECTED, "getpeername 1"),
    (CONNECTED, "send 1 hello"),
    (CONNECTED, "bulk 1 100000"),
    (CONNECTED, "urgent 1 !"),
    (CONNECTED, "recv 1 5"),
    (CONNECTED, "shutdown 1 wr"),
    (CONNECTED, "set 1 sndbuf 8192"),
    (CONNECTED, "dup 1"),
    (CONNECTED, "disconnect 1"),
    (
        &["add @open", "tick", "set 1 sndbuf 4608", "tick 7"],
        "fill 1",
    ),
    (CONNECTED, "drain 1"),
    (CONNECTED, "close 1"),
    (CONNECTED, "reset 1"),
    (&["add @open", "tick 8", "dup 1"], "close 1"),
    (CONNECTED, "delete 1"),
    (BOTH_ENDS, "delete 1"),
    (CONNECTED, "restart 1"),
    (HINTS, "deadline 3 2s"),
    (&["add @two"], "race 1 250ms"),
    (&["add @two", "race 1 60s", "tick 4"], "restart 1"),
    (&["add @two", "race 1 60s", "tick 4"], "delete 1"),
    (&["modes @pending", "tick 3"], "interrupt 1"),
    (CONNECTED, "mode 1 blocking"),
    (CONNECTED, "mode 1 timeout 100ms"),
    (BOTH_ENDS, "mode 3 blocking"),
    (BOTH_ENDS, "mode 2 blocking"),
    (CONNECTED, "badfd 1"),
    (&["add @open", "tick 8", "badfd 1"], "probe"),
    (HINTS, "accept 3"),
    (&["add @pending", "hand 1 on", "tick 4"], "accept 2 reset"),
    (BOTH_ENDS, "send 3 hello"),
    (BOTH_ENDS, "close 3"),
    (BOTH_ENDS, "reset 3"),
    (&["add @refused", "hand 1 on"], "listen 2 5"),
    (&["add @open"], "hand 1 on"),
    (&["add @open", "listen 1 3"], "queue 1 full"),
    (&["add @open", "listen 1 3", "queue 1 full"], "queue 1 free"),
];

/// No command of the table makes so many.
const MOST_CALLS: u32 = 200;

/// What a call can fail with when the machine is in trouble.
pub(super) fn trouble() -> [Errno; 3] {
    ["EMFILE", "ENOBUFS", "ENOMEM"].map(|name| Errno::from_name(name).expect(name))
}

fn commands(lines: &[&str]) -> Vec<Command> {
    let parse = |line: &&str| match line.strip_prefix("tick ").and_then(|n| n.parse().ok()) {
        Some(count) => vec![Command::TICK; count],
        None => vec![Command::parse(line).expect(line)],
    };
    lines.iter().flat_map(parse).collect()
}

/// The calls of a record that came back in it, from the last one that was begun before.
fn came_back(record: &Record) -> impl Iterator<Item = (&Call, &Outcome)> {
    let back = |fact: &CallFact| fact.id.is_none();
    let facts = record.calls.iter().filter(move |fact| back(fact));
    facts.filter_map(|fact| Some((&fact.call, fact.outcome.as_ref()?)))
}

/// The descriptors that are open by what the records say.
fn open(records: &[Record]) -> BTreeSet<Fd> {
    let mut open = BTreeSet::new();
    for (call, outcome) in records.iter().flat_map(came_back) {
        match call {
            Call::Pipe {} if outcome.errno.is_none() => {
                if let Some(Out::Fds(read, write)) = outcome.out {
                    open.extend([read, write]);
                }
            }
            Call::Socket { .. }
            | Call::Accept { .. }
            | Call::Dup { .. }
            | Call::Open { .. }
            | Call::OpenSlave { .. }
                if outcome.errno.is_none() =>
            {
                open.insert(Fd(outcome.ret as i32));
            }
            Call::Close { fd } => {
                open.remove(fd);
            }
            _ => {}
        }
    }
    open
}

/// Takes in what has come on other threads.
fn answers(session: &mut Session, records: &mut Vec<Record>) {
    records.extend(session.answers(&[]));
}

/// What must be so after any record, however it came about.
fn check(session: &mut Session, records: &[Record], what: &str) {
    let numbers: Vec<u64> = records.iter().map(|record| record.n).collect();
    let wanted: Vec<u64> = (0..records.len() as u64).collect();
    assert_eq!(numbers, wanted, "{what}: every number is used once");
    let really: BTreeSet<Fd> = (0..1024)
        .map(Fd)
        .filter(|fd| session.descriptors.has(*fd))
        .collect();
    assert_eq!(open(records), really, "{what}: the open descriptors");
    let mut folded = World::default();
    for record in records {
        folded.apply(record);
    }
    assert_eq!(
        rows(session.world()),
        rows(&folded),
        "{what}: the rows by the records"
    );
}

/// A row, its stage with the failure, its descriptors, and whether it is gone.
type Seen = (Row, Stage, Option<Failure>, Vec<Fd>, bool);

/// What the rows are; not when it was seen, since the live world has the moment before the looks.
fn rows(world: &World) -> Vec<Seen> {
    let of = |row: &RowState| {
        let failure = row.current().failure;
        (row.row, row.stage(), failure, row.open_fds(), row.removed)
    };
    world.rows().map(of).collect()
}

/// Lets the call behind `n` others fail; false if there was none.
fn fails((before, line): &Case, n: u32, errno: Errno) -> bool {
    let what = format!("{before:?}, {line:?}, call {n} {errno:?}");
    let mut session = session();
    let mut records = Vec::new();
    for command in commands(before) {
        answers(&mut session, &mut records);
        records.push(done(&mut session, &command));
    }
    answers(&mut session, &mut records);
    session.descriptors.made();
    session.descriptors.fail_after(n, errno);
    let command = Command::parse(line).expect(line);
    let Performed { record, refusal } = session.perform(&command, PerformOptions::default());
    let made = session.descriptors.made();
    if let Some(record) = &record {
        let written: Vec<(Call, Outcome)> = came_back(record)
            .map(|(call, outcome)| (call.clone(), outcome.clone()))
            .collect();
        assert_eq!(written, made, "{what}: the log and the door");
        assert_eq!(record.cause, Cause::Command(command), "{what}");
    } else {
        assert!(refusal.is_some() && made.is_empty(), "{what}");
    }
    records.extend(record);
    answers(&mut session, &mut records);
    check(&mut session, &records, &what);
    let failed = !session.descriptors.forget_the_fault();
    // Whatever it was, the session goes on.
    for _ in 0..3 {
        records.push(done(&mut session, &Command::TICK));
        answers(&mut session, &mut records);
        check(&mut session, &records, &what);
    }
    failed
}

#[test]
fn whatever_call_of_a_command_fails_the_log_has_every_call_and_nothing_is_lost() {
    for case in CASES {
        for errno in trouble() {
            let calls = (0..MOST_CALLS).find(|n| !fails(case, *n, errno));
            assert!(
                calls.is_some(),
                "{case:?} makes more calls than {MOST_CALLS}"
            );
        }
    }
}

#[test]
fn every_command_is_in_a_table_of_faults() {
    let lines = || CASES.iter().map(|(_, line)| *line);
    let on_the_wire = super::wire::tests::LINES;
    for verb in verbs::all() {
        let acts =
            crate::language::parse(verb.examples[0], crate::language::request::Frontend::Script);
        if !matches!(acts, Ok(Request::Act(_))) {
            continue;
        }
        // It moves a limit of the whole process, which the other tests of this binary would feel: tests/fidelity.rs tries it.
        if verb.name == "limit" {
            continue;
        }
        let is_it = |line: &str| line.split(' ').next() == Some(verb.name);
        assert!(
            lines().chain(on_the_wire.iter().copied()).any(is_it),
            "no case lets a call of {} fail",
            verb.name
        );
    }
}
