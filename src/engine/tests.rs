//! What becomes of a command when a call of it fails.

use super::{AskKernel, Options, PerformOptions, Performed, Session};
use crate::model::call::Call;
use crate::model::command::{AfterAccept, Command, OnOff};
use crate::model::errno::Errno;
use crate::model::ids::{Fd, Row};
use crate::model::readiness::Interest;
use crate::model::record::{Answer, Record};
use crate::model::target::Target;
use std::collections::BTreeSet;

pub(super) fn session() -> Session {
    let options = Options {
        looks: AskKernel::On,
        interest: Interest::default(),
        race: None,
        seed: 1,
    };
    Session::new(options, None).expect("a poll instance")
}

pub(super) fn add(targets: &[&str]) -> Command {
    let parse = |text: &&str| Target::parse(text).expect("a target");
    Command::Add(targets.iter().map(parse).collect())
}

pub(super) fn done(session: &mut Session, command: &Command) -> Record {
    let Performed { record, refusal } = session.perform(command, PerformOptions::default());
    assert_eq!(refusal, None, "{command:?}");
    record.expect("what was not refused has a record")
}

/// The descriptors that are open by what the records say.
fn open(records: &[Record]) -> BTreeSet<Fd> {
    let mut open = BTreeSet::new();
    for fact in records.iter().flat_map(|record| &record.calls) {
        let outcome = fact.outcome.as_ref().expect("no call is still running");
        match &fact.call {
            Call::Socket { .. } | Call::Accept { .. } if outcome.errno.is_none() => {
                open.insert(Fd(outcome.ret as i32));
            }
            Call::Close { fd } => {
                assert!(open.remove(fd), "close({fd:?}) of what was never opened");
            }
            _ => {}
        }
    }
    open
}

/// Lets each call of a command fail in turn: the call stands in the record, and so does everything that was made before it. Returns how
/// many calls the command makes. `check` sees what else there is to see.
fn fails_at_each(
    before: &[Command],
    command: &Command,
    check: impl Fn(&Session, &Record, usize),
) -> u32 {
    for n in 0.. {
        let mut session = session();
        let mut records: Vec<Record> = before
            .iter()
            .map(|command| done(&mut session, command))
            .collect();
        let rows = session.world().rows_ever();
        session.descriptors.fail_after(n, Errno::EMFILE);
        let Performed { record, refusal } = session.perform(command, PerformOptions::default());
        let record = record.expect("a call was made");
        let mut made = record
            .calls
            .iter()
            .filter(|fact| !matches!(fact.call, Call::Close { .. }));
        let Some(refusal) = refusal else {
            assert!(
                made.count() <= n as usize,
                "it fails no more when no call is left to fail"
            );
            return n;
        };
        assert!(refusal.to_string().ends_with("EMFILE"), "{refusal}");
        let failed: Vec<Option<Errno>> = made
            .by_ref()
            .map(|fact| fact.outcome.as_ref().and_then(|outcome| outcome.errno))
            .collect();
        // A port that is taken on one address is looked for again; nothing else fails by itself.
        let by_itself = |errno: &Option<Errno>| errno.is_none_or(|e| e == Errno::EADDRINUSE);
        let (last, before) = failed.split_last().expect("a call was made");
        assert_eq!(before.len(), n as usize, "what was made before call {n}");
        assert!(before.iter().all(by_itself), "{before:?}");
        assert_eq!(*last, Some(Errno::EMFILE), "call {n}");
        check(&session, &record, rows);
        records.push(record);
        let reported = open(&records);
        let really: BTreeSet<Fd> = (0..1024)
            .map(Fd)
            .filter(|fd| session.descriptors.has(*fd))
            .collect();
        assert_eq!(
            reported, really,
            "call {n}: the log knows every open descriptor"
        );
        // The number after it is the next one, and the session goes on.
        let next = done(&mut session, command);
        assert_eq!(next.n, records.len() as u64);
        records.push(next);
        done(&mut session, &Command::TICK);
    }
    unreachable!("it returns when nothing fails any more")
}

#[test]
fn a_target_that_cannot_be_staged_leaves_every_call_in_the_record_and_no_row() {
    let targets = ["@open", "@pending", "@two", "@unix-full", "@self"];
    let calls = fails_at_each(&[], &add(&targets), |session, record, rows| {
        assert_eq!(session.world().rows_ever(), rows);
        assert_eq!(*record.changes, [], "all of them come, or none");
        assert!(record.calls.iter().all(|fact| fact.row.is_none()));
    });
    assert!(calls > 20, "{calls}");
}

#[test]
fn a_queue_that_cannot_be_filled_keeps_what_is_in_it_and_freeing_takes_it_out() {
    let listen = Command::parse("listen 1 3").expect("a command");
    let full = Command::parse("queue 1 full").expect("a command");
    let calls = fails_at_each(&[add(&["@open"]), listen], &full, |session, record, _| {
        let closed = |call: &Call| matches!(call, Call::Close { .. });
        assert!(!record.calls.iter().any(|fact| closed(&fact.call)));
        let connected = record.calls.iter().filter(|fact| {
            let ok = fact
                .outcome
                .as_ref()
                .is_some_and(|outcome| outcome.errno.is_none());
            ok && matches!(fact.call, Call::Connect { .. })
        });
        let waiting = session
            .lab
            .queue(crate::model::ids::Row(1), &session.descriptors);
        let length = waiting.expect("it listens").length as usize;
        assert_eq!(length, connected.count());
    });
    assert_eq!(calls, 8, "socket and connect, four times");
}

#[test]
fn what_is_refused_before_any_call_leaves_no_record_and_uses_no_number() {
    let mut session = session();
    done(&mut session, &add(&["@open"]));
    for words in [
        "close 9",
        "close 1",
        "probe",
        "drop 1",
        "accept 9",
        "tick only 9",
    ] {
        let command = Command::parse(words).expect("a command");
        let Performed { record, refusal } = session.perform(&command, PerformOptions::default());
        assert_eq!(record, None, "{words}");
        assert!(refusal.is_some(), "{words}");
    }
    let target = add(&["@open", "@open/9"]);
    assert_eq!(
        session.perform(&target, PerformOptions::default()).record,
        None
    );
    assert_eq!(done(&mut session, &Command::TICK).n, 1);
}

#[test]
fn a_row_that_appears_is_looked_at_in_the_record_that_brings_it() {
    let mut session = session();
    done(&mut session, &add(&["@never-accept"]));
    for _ in 0..4 {
        done(&mut session, &Command::TICK);
    }
    done(&mut session, &Command::ByHand(Row(1), OnOff::On));
    // Only the first row is on the screen.
    let options = PerformOptions {
        shown: &[Row(1)],
        ..PerformOptions::default()
    };
    let accept = Command::Accept(Row(2), AfterAccept::Keep);
    let record = session.perform(&accept, options).record.expect("a record");
    let looked = record.looks.iter().find(|(row, _)| *row == Row(3));
    let (_, look) = looked.expect("the accepted row is looked at");
    assert!(matches!(look.tcp, Answer::Says(_)), "{look:?}");
}
