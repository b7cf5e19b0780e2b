//! Calls on blocking sockets: what returns at once is told as that, and only what has not returned waits.

mod support;

use sockstep::engine::{AskKernel, Options, PerformOptions, Session};
use sockstep::model::call::CallFact;
use sockstep::model::command::Command;
use sockstep::model::errno::Errno;
use sockstep::model::ids::Row;
use sockstep::model::readiness::Interest;
use sockstep::model::record::Record;
use sockstep::model::socket::Stage;
use std::time::{Duration, Instant};

fn session() -> Session {
    let options = Options {
        looks: AskKernel::On,
        interest: Interest::default(),
        race: None,
        seed: 1,
    };
    Session::new(options, None).expect("a session")
}

fn done(session: &mut Session, line: &str) -> Record {
    let command = Command::parse(line).expect("a command");
    let performed = session.perform(&command, PerformOptions::default());
    assert_eq!(performed.refusal, None, "{line}");
    performed.record.expect("it has a record")
}

/// The call of this name in a record.
fn call<'a>(record: &'a Record, name: &str) -> &'a CallFact {
    let mut calls = record.calls.iter();
    let found = calls.find(|fact| fact.call.name() == name);
    found.unwrap_or_else(|| panic!("no {name} in {record:?}"))
}

/// The call has returned in the record that began it, as if nothing ran beside.
fn at_once(record: &Record, name: &str) -> Result<i64, Errno> {
    let fact = call(record, name);
    assert_eq!(fact.id, None, "{fact:?}");
    let outcome = fact.outcome.as_ref().expect("it has returned");
    outcome.errno.map_or(Ok(outcome.ret), Err)
}

#[test]
fn what_returns_at_once_stands_in_the_record_that_began_it() {
    let rounds = if support::soak() { 200 } else { 20 };
    for round in 0..rounds {
        let mut session = session();
        done(&mut session, "add @open");
        done(&mut session, "tick");
        let recv = done(&mut session, "recv 1");
        assert_eq!(at_once(&recv, "recv"), Err(Errno::ENOTCONN), "{round}");
        let send = done(&mut session, "send 1 early");
        assert_eq!(at_once(&send, "send"), Err(Errno::EPIPE), "{round}");
        // No call runs, so nothing is refused, and nothing comes later.
        let peer = done(&mut session, "getpeername 1");
        assert_eq!(at_once(&peer, "getpeername"), Err(Errno::ENOTCONN));
        assert_eq!(session.answers(&[]), None, "{round}");
        let connect = done(&mut session, "connect 1");
        assert_eq!(at_once(&connect, "connect"), Ok(0), "{round}");
        let state = session.world().row(Row(1)).expect("row 1");
        assert_eq!(state.stage(), Stage::Connected);
        assert_eq!(state.running(), None);
    }
}

#[test]
fn each_way_to_wait_is_told_at_once_where_nobody_has_to_wait() {
    let mut session = session();
    done(&mut session, "modes @open");
    done(&mut session, "tick");
    let tick = done(&mut session, "tick");
    assert_eq!(at_once(&tick, "connect"), Ok(0), "the blocking one");
    done(&mut session, "tick");
    let tick = done(&mut session, "tick");
    assert_eq!(at_once(&tick, "poll"), Ok(1), "the one with a timeout");
    // The lab sees the connect of the blocking one, and does what it does for whoever knows that he is connected.
    let recv = done(&mut session, "recv 1");
    assert_eq!(at_once(&recv, "recv"), Ok(17));
}

#[test]
fn a_refused_blocking_connect_says_so_at_once() {
    let mut session = session();
    done(&mut session, "modes @refused");
    done(&mut session, "tick");
    let tick = done(&mut session, "tick");
    assert_eq!(at_once(&tick, "connect"), Err(Errno::ECONNREFUSED));
    let stages: Vec<Stage> = tick
        .stages
        .iter()
        .filter(|change| change.row == Row(1))
        .map(|change| change.stage)
        .collect();
    assert_eq!(stages, [Stage::ConnectAttempted, Stage::Error]);
}

#[test]
fn a_call_that_waits_is_running_after_its_record_and_returns_in_another() {
    let mut session = session();
    done(&mut session, "modes @drip");
    done(&mut session, "tick");
    done(&mut session, "tick");
    let first = done(&mut session, "recv 1");
    assert_eq!(
        at_once(&first, "recv"),
        Ok(1),
        "what has come with the tick"
    );
    // A byte comes in each tick, after the program's calls.
    let waits = done(&mut session, "recv 1");
    assert_eq!(call(&waits, "recv").outcome, None);
    let state = session.world().row(Row(1)).expect("row 1");
    assert_eq!(state.running(), Some("recv"));
    let ticks = done(&mut session, "tick");
    let answer = support::eventually("the byte is there", || session.answers(&[]));
    let fact = call(&answer, "recv");
    assert_eq!(fact.id, call(&waits, "recv").id);
    assert_eq!(fact.outcome.as_ref().map(|outcome| outcome.ret), Some(1));
    assert!(ticks.calls.iter().all(|fact| fact.call.name() != "recv"));
}

#[test]
fn many_calls_that_wait_share_one_wait() {
    let mut session = session();
    done(&mut session, "add @pending");
    for _ in 0..50 {
        done(&mut session, "modes @pending/1");
    }
    done(&mut session, "tick");
    let fifty = "50 calls that wait take less than 50 times 5 ms";
    support::eventually(fifty, || {
        let began = Instant::now();
        let record = done(&mut session, "tick");
        let took = began.elapsed();
        let waits = |fact: &&CallFact| fact.outcome.is_none() && fact.call.name() == "connect";
        assert_eq!(record.calls.iter().filter(waits).count(), 50);
        if took < Duration::from_millis(150) {
            return Some(());
        }
        // The machine was busy: the same again.
        for row in (2..=149).step_by(3) {
            done(&mut session, &format!("restart {row}"));
        }
        done(&mut session, "tick");
        None
    });
}
