//! Sockets with more than one descriptor, bound before they connect, and disconnected again.

use super::tests::{add, done, session};
use super::{PerformOptions, Session};
use crate::model::addr::Addr;
use crate::model::call::{Call, CalledBy, Outcome};
use crate::model::command::Command;
use crate::model::errno::Errno;
use crate::model::ids::{Fd, Row};
use crate::model::record::{Cause, Record};
use crate::model::socket::Stage;
use crate::model::world::RowState;
use std::time::{Duration, Instant};

const ONE: Row = Row(1);

fn one(session: &Session) -> &RowState {
    session.world().row(ONE).expect("row 1")
}

fn words(session: &mut Session, words: &str) -> Record {
    let command = Command::parse(words).expect("a command");
    done(session, &command)
}

/// One call on row 1, as a command of a single call makes it.
fn call(session: &mut Session, call: impl FnOnce(Fd) -> Call) -> (Record, Outcome) {
    let mut turn = session.begin(Cause::Answer);
    let verdict = session.single(&mut turn, ONE, call);
    assert_eq!(verdict, Ok(()));
    let record = session.commit(turn, verdict, &[]).record;
    let record = record.expect("a call was made");
    let made = record
        .calls
        .iter()
        .find(|fact| fact.by == CalledBy::Program);
    let outcome = made.and_then(|fact| fact.outcome.clone());
    (record, outcome.expect("the call has returned"))
}

/// Ticks until `done`, with a bound.
fn until(session: &mut Session, what: &str, done: impl Fn(&RowState) -> bool) {
    let deadline = Instant::now() + Duration::from_secs(5);
    let tick = Command::Tick {
        only: None,
        wait: true,
    };
    while !done(one(session)) {
        assert!(Instant::now() < deadline, "{what}: {:?}", one(session));
        let asked = PerformOptions {
            until: Some(Instant::now() + Duration::from_millis(50)),
            ..PerformOptions::default()
        };
        assert_eq!(session.perform(&tick, asked).refusal, None);
    }
}

fn connected(target: &str) -> Session {
    let mut session = session();
    done(&mut session, &add(&[target]));
    until(&mut session, "it connects", |row| {
        row.stage() == Stage::Connected
    });
    session
}

fn dup(session: &mut Session) -> Fd {
    let (_, outcome) = call(session, |fd| Call::Dup { fd });
    assert_eq!(outcome.errno, None);
    Fd(outcome.ret as i32)
}

fn closes(record: &Record, by: CalledBy) -> usize {
    let calls = record.calls.iter();
    calls
        .filter(|fact| fact.by == by && matches!(fact.call, Call::Close { .. }))
        .count()
}

#[test]
fn a_socket_lives_until_its_last_name_is_closed() {
    let mut session = connected("@echo");
    let first = one(&session).fd().expect("it is open");
    let second = dup(&mut session);
    assert_ne!(first, second);
    let record = words(&mut session, "close 1");
    assert_eq!(
        (
            closes(&record, CalledBy::Program),
            closes(&record, CalledBy::Peer)
        ),
        (1, 0)
    );
    let row = one(&session);
    assert_eq!((row.stage(), row.fd()), (Stage::Connected, Some(second)));
    assert!(
        row.look.poll.answer().is_some(),
        "the other name can be asked"
    );
    words(&mut session, "send 1 hi");
    let record = words(&mut session, "recv 1");
    assert!(record.calls.iter().any(|fact| {
        fact.outcome
            .as_ref()
            .is_some_and(|outcome| outcome.ret == 2)
    }));
    let record = words(&mut session, "close 1");
    assert_eq!(
        (
            closes(&record, CalledBy::Program),
            closes(&record, CalledBy::Peer)
        ),
        (1, 1)
    );
    assert_eq!(one(&session).stage(), Stage::Closed);
}

#[test]
fn delete_and_restart_close_every_name() {
    for command in ["restart 1", "delete 1"] {
        let mut session = connected("@open");
        dup(&mut session);
        dup(&mut session);
        let open = one(&session).open_fds();
        assert_eq!(open.len(), 3);
        let record = words(&mut session, command);
        assert_eq!(closes(&record, CalledBy::Program), 3, "{command}");
        assert!(
            open.iter().all(|fd| !session.descriptors.has(*fd)),
            "{command}"
        );
    }
}

#[test]
fn a_peer_goes_on_under_its_other_name_and_nothing_of_it_stays_open() {
    let mut session = connected("@echo");
    words(&mut session, "hand 1 on");
    let accepted = Row(3);
    let mut turn = session.begin(Cause::Answer);
    let verdict = session.single(&mut turn, accepted, |fd| Call::Dup { fd });
    assert_eq!(session.commit(turn, verdict, &[]).refusal, None);
    let record = words(&mut session, "close 3");
    assert_eq!(closes(&record, CalledBy::Peer), 1);
    let state = session.world().row(accepted).expect("row 3");
    let left = state.fd().expect("its other name");
    assert_eq!(state.stage(), Stage::Accepted);
    // The lab plays it again, under the name that is left.
    words(&mut session, "hand 1 off");
    words(&mut session, "send 1 hi");
    let record = words(&mut session, "recv 1");
    assert!(record.calls.iter().any(|fact| {
        fact.outcome
            .as_ref()
            .is_some_and(|outcome| outcome.ret == 2)
    }));
    words(&mut session, "delete 1");
    assert!(!session.descriptors.has(left));
}

#[test]
fn the_poll_goes_on_watching_a_socket_whose_registered_number_was_closed() {
    let mut session = connected("@drip");
    dup(&mut session);
    words(&mut session, "drain 1");
    words(&mut session, "close 1");
    assert!(one(&session).asked().is_some(), "it is still watched");
    let n = session.world().n;
    until(&mut session, "the poll tells of it", |row| {
        row.changed_at.reported > n
    });
    // Under its other number the poll does not know it.
    let record = words(&mut session, "interest 1 r");
    let reported = record
        .calls
        .first()
        .and_then(|fact| fact.outcome.as_ref()?.errno);
    assert_eq!(reported, Errno::from_name("ENOENT"));
}

#[test]
fn a_number_that_was_closed_behind_the_programs_back_leaves_the_other_name() {
    let mut session = connected("@drip");
    let second = dup(&mut session);
    words(&mut session, "drain 1");
    let record = words(&mut session, "badfd 1");
    assert_eq!(closes(&record, CalledBy::Peer), 0, "the connection lives");
    let n = session.world().n;
    until(&mut session, "the poll still tells of it", |row| {
        row.changed_at.reported > n
    });
    // Its other name is there still, and nothing else of it.
    assert!(session.descriptors.has(second));
    let record = words(&mut session, "restart 1");
    assert_eq!(
        (
            closes(&record, CalledBy::Program),
            closes(&record, CalledBy::Peer)
        ),
        (1, 1)
    );
    assert!(!session.descriptors.has(second));
}

#[test]
fn a_socket_that_is_bound_before_connect_shows_its_address_at_once() {
    let mut session = session();
    done(&mut session, &add(&["@open"]));
    until(&mut session, "it is non-blocking", |row| {
        row.stage() == Stage::NonBlocking
    });
    assert_eq!(one(&session).look.local, None, "nothing gave it an address");
    let addr: Addr = "0.0.0.0:0".parse().expect("an address");
    let (record, outcome) = call(&mut session, |fd| Call::Bind { fd, addr });
    assert_eq!(outcome.errno, None);
    let looked = record
        .looks
        .first()
        .and_then(|(_, look)| look.local.clone());
    let port = looked.as_ref().and_then(Addr::port);
    assert!(port.is_some_and(|port| port != 0), "{record:?}");
    until(&mut session, "it connects", |row| {
        row.stage() == Stage::Connected
    });
    let local = one(&session).look.local.as_ref();
    assert_eq!(local.and_then(Addr::port), port, "connect() keeps it");
    assert!(
        local.is_some_and(|addr| addr.to_string().starts_with("127.0.0.1:")),
        "{local:?}"
    );
}

#[test]
fn a_disconnected_socket_has_no_address_and_connects_again() {
    let mut session = connected("@open");
    let before = one(&session).look.local.clone().expect("it is connected");
    let (record, outcome) = call(&mut session, |fd| Call::Disconnect { fd });
    assert_eq!(outcome.errno, None);
    assert_eq!(
        closes(&record, CalledBy::Peer),
        1,
        "its peer sees the end of the connection"
    );
    let row = one(&session);
    assert_eq!(row.stage(), Stage::NonBlocking);
    // Kernels differ in whether they keep the port.
    let local = row.look.local.as_ref().map(ToString::to_string);
    assert!(
        local.is_none_or(|local| local.starts_with("0.0.0.0:")),
        "it has the address no more"
    );
    until(&mut session, "it connects again", |row| {
        row.stage() == Stage::Connected
    });
    let again = one(&session).look.local.clone().expect("it is connected");
    let host = |addr: &Addr| {
        addr.to_string()
            .rsplit_once(':')
            .map(|(host, _)| host.to_owned())
    };
    assert_eq!(host(&again), host(&before));
}
