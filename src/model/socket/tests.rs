//! What a call says decides the stage.

use super::*;
use crate::model::addr::Family;
use crate::model::call::{Call, CtlOp, Out, Outcome, Payload, PollWants, ShutdownHow};

fn at(n: u64) -> AtRecord {
    AtRecord {
        n,
        tick: Some(n),
        last_tick: n,
    }
}

fn after(connects: &[Option<Errno>]) -> Attempt {
    let addr: Addr = "127.0.0.1:80".parse().expect("a valid address");
    let mut attempt = Attempt::new(AttemptId(1), Some(addr.clone()));
    attempt.observe(at(1), &Call::socket(Family::Inet), &Outcome::ok(4));
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
    blocking.observe(at(1), &Call::socket(Family::Inet), &Outcome::ok(4));
    blocking.observe(at(2), &disconnect, &Outcome::ok(0));
    assert_eq!(
        (blocking.stage, blocking.next()),
        (Stage::Created, Some(NextCall::Connect))
    );
}

/// After connect() and its watching, and then these calls with what came back.
fn then(calls: &[(Call, Outcome)]) -> Attempt {
    let mut attempt = after(&[Some(Errno::EINPROGRESS)]);
    let add = Call::EpollCtl {
        epfd: Fd(3),
        op: CtlOp::Add,
        fd: Fd(4),
        interest: Interest::default(),
    };
    attempt.observe(at(4), &add, &Outcome::ok(0));
    for (n, (call, outcome)) in (5..).zip(calls) {
        attempt.observe(at(n), call, outcome);
    }
    attempt
}

fn so_error(found: Option<Errno>) -> (Call, Outcome) {
    let outcome = Outcome {
        ret: 0,
        errno: None,
        out: Some(Out::SoError(found)),
    };
    (Call::SoError { fd: Fd(4) }, outcome)
}

fn peer(outcome: Option<Errno>) -> (Call, Outcome) {
    let addr: Addr = "127.0.0.1:80".parse().expect("a valid address");
    let found = Outcome {
        ret: 0,
        errno: None,
        out: Some(Out::Addr(addr)),
    };
    let call = Call::Getpeername { fd: Fd(4) };
    (call, outcome.map_or(found, Outcome::failed))
}

fn send(outcome: Outcome) -> (Call, Outcome) {
    let data = crate::model::call::Payload::Fill(4);
    (Call::Send { fd: Fd(4), data }, outcome)
}

fn recv(outcome: Outcome) -> (Call, Outcome) {
    let call = Call::Recv {
        fd: Fd(4),
        size: 16,
    };
    (call, outcome)
}

#[test]
fn an_error_of_a_living_connection_is_noted_and_what_comes_later_decides() {
    let failed = Outcome::failed;
    let noted = |errno| vec![peer(None), so_error(Some(errno))];
    let cases: Vec<(Vec<(Call, Outcome)>, Stage)> = vec![
        (noted(Errno::EHOSTUNREACH), Stage::Connected),
        (noted(Errno::ENETUNREACH), Stage::Connected),
        (noted(Errno::ECONNREFUSED), Stage::Connected),
        (noted(Errno::ECONNRESET), Stage::Error),
        (noted(Errno::ETIMEDOUT), Stage::Error),
        (noted(Errno::EPIPE), Stage::Error),
        (
            [noted(Errno::EHOSTUNREACH), vec![send(Outcome::ok(4))]].concat(),
            Stage::Connected,
        ),
        (
            [noted(Errno::EHOSTUNREACH), vec![send(failed(Errno::EPIPE))]].concat(),
            Stage::Error,
        ),
        // The end of file ends one direction.
        (
            [noted(Errno::EHOSTUNREACH), vec![recv(Outcome::ok(0))]].concat(),
            Stage::Connected,
        ),
        // A call that moves data took it, and nothing can come any more.
        (
            vec![
                peer(None),
                recv(failed(Errno::EHOSTUNREACH)),
                recv(Outcome::ok(0)),
            ],
            Stage::Error,
        ),
        (
            vec![
                peer(None),
                recv(failed(Errno::EHOSTUNREACH)),
                recv(failed(Errno::EAGAIN)),
            ],
            Stage::Connected,
        ),
    ];
    for (calls, stage) in cases {
        assert_eq!(then(&calls).stage, stage, "{calls:?}");
    }
}

#[test]
fn a_broken_pipe_ends_the_stage_unless_this_end_has_shut_its_writing() {
    let broken = || send(Outcome::failed(Errno::EPIPE));
    let shutdown = |how| (Call::Shutdown { fd: Fd(4), how }, Outcome::ok(0));
    assert_eq!(then(&[peer(None), broken()]).stage, Stage::Error);
    let reads_no_more = then(&[peer(None), shutdown(ShutdownHow::Read), broken()]);
    assert_eq!(reads_no_more.stage, Stage::Error);
    let sends_no_more = then(&[peer(None), shutdown(ShutdownHow::Write), broken()]);
    assert_eq!(sends_no_more.stage, Stage::Connected);
}

#[test]
fn an_error_of_the_route_before_any_event_leaves_the_attempt_open() {
    let noted = so_error(Some(Errno::ENETUNREACH));
    let mut attempt = then(std::slice::from_ref(&noted));
    assert_eq!(
        (attempt.stage, &attempt.fact, attempt.next()),
        (
            Stage::Pending,
            &Some(ConnectionFact::Noted(Errno::ENETUNREACH)),
            None
        )
    );
    // The link came up again.
    let mut connects = attempt.clone();
    connects.add_hint(Readiness::WRITABLE);
    for (call, outcome) in [so_error(None), peer(None)] {
        connects.observe(at(8), &call, &outcome);
    }
    assert_eq!(connects.stage, Stage::Connected);
    // It had ended before: the event comes all the same.
    attempt.add_hint(Readiness::WRITABLE | Readiness::ERROR);
    for (call, outcome) in [so_error(None), peer(Some(Errno::ENOTCONN))] {
        attempt.observe(at(8), &call, &outcome);
    }
    assert_eq!(
        (attempt.stage, attempt.failure),
        (Stage::Error, Some(Failure::Errno(Errno::ENETUNREACH)))
    );
    // After an event the error is the answer to it.
    let mut asked = then(&[]);
    asked.add_hint(Readiness::WRITABLE);
    asked.observe(at(9), &noted.0, &noted.1);
    assert_eq!(asked.stage, Stage::Error);
}

#[test]
fn a_later_success_proves_that_it_was_given_up_too_early() {
    let mut attempt = then(&[]).used(Mode::Timeout(std::time::Duration::from_millis(5)));
    let poll = Call::Poll {
        fd: Fd(4),
        wants: PollWants::Write,
        timeout: Some(std::time::Duration::from_millis(5)),
    };
    attempt.observe(at(5), &poll, &Outcome::ok(0));
    assert_eq!(attempt.failure, Some(Failure::TimedOut));
    let (call, outcome) = peer(Some(Errno::ENOTCONN));
    attempt.observe(at(6), &call, &outcome);
    assert_eq!(attempt.stage, Stage::Error, "no peer yet proves nothing");
    let (call, outcome) = peer(None);
    attempt.observe(at(7), &call, &outcome);
    assert_eq!(attempt.stage, Stage::Connected);
    let reset = then(&[
        peer(None),
        so_error(Some(Errno::ECONNRESET)),
        recv(Outcome::ok(3)),
    ]);
    assert_eq!(
        reset.stage,
        Stage::Error,
        "bytes that had come before the reset"
    );
}

#[test]
fn a_new_attempt_knows_nothing_of_the_one_before() {
    let addr: Addr = "127.0.0.1:80".parse().expect("a valid address");
    let connect = |errno| {
        let call = Call::Connect {
            fd: Fd(4),
            addr: addr.clone(),
        };
        (call, Outcome::failed(errno))
    };
    let refused = [recv(Outcome::failed(Errno::ECONNREFUSED))];
    let old = then(&refused);
    assert!(old.past.taken.is_some() && old.taken_at.is_some());
    let again = [
        refused.to_vec(),
        vec![connect(Errno::ECONNABORTED), connect(Errno::EINPROGRESS)],
    ];
    let new = then(&again.concat());
    assert_eq!((new.past.taken, new.taken_at), (None, None));
    let asked = [vec![so_error(None)], again.concat()].concat();
    assert_eq!(then(&asked).so_error, SoErrorState::Unread);
    assert_eq!(new.past.happened, Happened::BEGUN);
}

#[test]
fn a_first_epipe_of_a_connection_is_the_pending_error_itself() {
    let send = |errno| {
        let call = Call::Send {
            fd: Fd(4),
            data: Payload::Bytes(b"x".to_vec()),
        };
        (call, Outcome::failed(errno))
    };
    let shut = || {
        let how = ShutdownHow::Write;
        (Call::Shutdown { fd: Fd(4), how }, Outcome::ok(0))
    };
    let took = then(&[peer(None), send(Errno::EPIPE)]);
    let by_send = Taken {
        by: TakenBy::Send,
        errno: Errno::EPIPE,
    };
    assert_eq!(took.past.taken, Some(by_send));
    assert!(took.taken_at.is_some());
    let shut_here = then(&[peer(None), shut(), send(Errno::EPIPE)]);
    assert_eq!(
        shut_here.past.taken, None,
        "this end has ended its own sending"
    );
    let read = then(&[
        peer(None),
        so_error(Some(Errno::ECONNRESET)),
        send(Errno::EPIPE),
    ]);
    assert_eq!(
        read.past.taken.map(|taken| taken.by),
        Some(TakenBy::Getsockopt),
        "it was taken before"
    );
    assert_eq!(read.taken_at, None);
}
