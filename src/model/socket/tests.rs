//! What a call says decides the stage.

use super::*;
use crate::model::addr::Family;
use crate::model::call::{Call, CtlOp, Out, Outcome};

fn at(n: u64) -> AtRecord {
    AtRecord { n, tick: Some(n) }
}

fn after(connects: &[Option<Errno>]) -> Attempt {
    let addr: Addr = "127.0.0.1:80".parse().expect("a valid address");
    let mut attempt = Attempt::new(AttemptId(1), Some(addr.clone()));
    attempt.observe(
        at(1),
        &Call::Socket {
            family: Family::Inet,
        },
        &Outcome::ok(4),
    );
    attempt.observe(at(2), &Call::SetNonblocking { fd: Fd(4) }, &Outcome::ok(0));
    for errno in connects {
        let outcome = errno.map_or_else(|| Outcome::ok(0), Outcome::failed);
        attempt.observe(
            at(3),
            &Call::Connect {
                fd: Fd(4),
                addr: addr.clone(),
            },
            &outcome,
        );
    }
    attempt
}

#[test]
fn what_connect_says_decides_the_stage() {
    type Case<'a> = (&'a [Option<Errno>], Stage, Option<ConnectionFact>);
    let cases: [Case<'_>; 9] = [
        (
            &[None],
            Stage::Connected,
            Some(ConnectionFact::Connect(None)),
        ),
        (
            &[Some(Errno::EINPROGRESS)],
            Stage::ConnectAttempted,
            Some(ConnectionFact::Connect(Some(Errno::EINPROGRESS))),
        ),
        (
            &[Some(Errno::EINPROGRESS), Some(Errno::EALREADY)],
            Stage::ConnectAttempted,
            Some(ConnectionFact::Connect(Some(Errno::EALREADY))),
        ),
        (
            &[Some(Errno::EINPROGRESS), None],
            Stage::Connected,
            Some(ConnectionFact::ConnectedBefore),
        ),
        (
            &[Some(Errno::EINPROGRESS), None, Some(Errno::EISCONN)],
            Stage::Connected,
            Some(ConnectionFact::ConnectedBefore),
        ),
        (
            &[Some(Errno::EAGAIN)],
            Stage::ConnectAttempted,
            Some(ConnectionFact::Connect(Some(Errno::EAGAIN))),
        ),
        (
            &[Some(Errno::EAGAIN), None],
            Stage::Connected,
            Some(ConnectionFact::Connect(None)),
        ),
        (
            &[Some(Errno::ENETUNREACH)],
            Stage::Error,
            Some(ConnectionFact::Failed(Failure::Errno(Errno::ENETUNREACH))),
        ),
        (
            &[Some(Errno::ECONNREFUSED), Some(Errno::EINPROGRESS)],
            Stage::ConnectAttempted,
            Some(ConnectionFact::Connect(Some(Errno::EINPROGRESS))),
        ),
    ];
    for (connects, stage, fact) in cases {
        let attempt = after(connects);
        assert_eq!(
            (attempt.stage, &attempt.fact),
            (stage, &fact),
            "{connects:?}"
        );
    }
}

#[test]
fn an_event_that_is_only_an_error_leads_to_so_error() {
    let mut attempt = after(&[Some(Errno::EINPROGRESS)]);
    let add = Call::EpollCtl {
        epfd: Fd(3),
        op: CtlOp::Add,
        fd: Fd(4),
        interest: Interest::default(),
    };
    attempt.observe(at(4), &add, &Outcome::ok(0));
    assert_eq!((attempt.stage, attempt.next()), (Stage::Pending, None));
    attempt.add_hint(Readiness::ERROR);
    assert_eq!(
        (attempt.stage, attempt.next()),
        (Stage::Pending, Some(NextCall::SoError))
    );
}

#[test]
fn a_phantom_goes_back_to_pending() {
    let mut attempt = after(&[Some(Errno::EINPROGRESS)]);
    let add = Call::EpollCtl {
        epfd: Fd(3),
        op: CtlOp::Add,
        fd: Fd(4),
        interest: Interest::default(),
    };
    attempt.observe(at(4), &add, &Outcome::ok(0));
    attempt.add_hint(Readiness::WRITABLE);
    let zero = Outcome {
        ret: 0,
        errno: None,
        out: Some(Out::SoError(None)),
    };
    attempt.observe(at(5), &Call::SoError { fd: Fd(4) }, &zero);
    assert_eq!(attempt.next(), Some(NextCall::Getpeername));
    attempt.observe(
        at(6),
        &Call::Getpeername { fd: Fd(4) },
        &Outcome::failed(Errno::ENOTCONN),
    );
    assert_eq!(
        (attempt.stage, attempt.next(), &attempt.fact),
        (Stage::Pending, None, &Some(ConnectionFact::Phantom))
    );
}

#[test]
fn a_socket_is_closed_when_the_last_of_its_names_goes() {
    let mut attempt = after(&[Some(Errno::EINPROGRESS)]);
    let close = |fd| Call::Close { fd: Fd(fd) };
    for (from, name) in [(4, 7), (7, 9)] {
        attempt.observe(at(4), &Call::Dup { fd: Fd(from) }, &Outcome::ok(name));
    }
    let refused = Outcome::failed(Errno::EMFILE);
    attempt.observe(at(5), &Call::Dup { fd: Fd(4) }, &refused);
    assert_eq!(attempt.names().collect::<Vec<_>>(), [Fd(4), Fd(7), Fd(9)]);
    assert!(attempt.has_name(Fd(9)) && !attempt.has_name(Fd(-1)));
    let add = Call::EpollCtl {
        epfd: Fd(3),
        op: CtlOp::Add,
        fd: Fd(4),
        interest: Interest::default(),
    };
    attempt.observe(at(6), &add, &Outcome::ok(0));
    let steps = [
        (4, Stage::Pending, Some(Fd(7)), true),
        (9, Stage::Pending, Some(Fd(7)), true),
        (7, Stage::Closed, None, false),
    ];
    for (name, stage, left, watched) in steps {
        attempt.observe(at(7), &close(name), &Outcome::ok(0));
        let is = (attempt.stage, attempt.fd, attempt.registered.is_some());
        assert_eq!(is, (stage, left, watched), "close({name})");
    }
}

#[test]
fn a_socket_that_was_disconnected_may_connect_again() {
    let add = Call::EpollCtl {
        epfd: Fd(3),
        op: CtlOp::Add,
        fd: Fd(4),
        interest: Interest::default(),
    };
    let disconnect = Call::Disconnect { fd: Fd(4) };
    for said in [Errno::EINPROGRESS, Errno::EISCONN, Errno::ECONNREFUSED] {
        let mut attempt = after(&[Some(said)]);
        attempt.observe(at(4), &add, &Outcome::ok(0));
        attempt.add_hint(Readiness::WRITABLE);
        let before = attempt.clone();
        attempt.observe(at(5), &disconnect, &Outcome::failed(Errno::EINVAL));
        assert_eq!(attempt, before, "a refusal changes nothing");
        attempt.observe(at(6), &disconnect, &Outcome::ok(0));
        assert_eq!(
            (attempt.stage, attempt.next()),
            (Stage::NonBlocking, Some(NextCall::Connect)),
            "{said}"
        );
        assert_eq!(
            (attempt.hints, &attempt.fact, attempt.failure),
            (Readiness::empty(), &None, None)
        );
        assert_eq!(attempt.registered, before.registered);
    }
    let mut blocking = Attempt::new(AttemptId(1), None).used(Mode::Blocking);
    blocking.observe(
        at(1),
        &Call::Socket {
            family: Family::Inet,
        },
        &Outcome::ok(4),
    );
    blocking.observe(at(2), &disconnect, &Outcome::ok(0));
    assert_eq!(
        (blocking.stage, blocking.next()),
        (Stage::Created, Some(NextCall::Connect))
    );
}
