//! What a call says decides the stage.

use super::*;
use crate::model::addr::Family;
use crate::model::call::{Call, CtlOp, Out, Outcome};

fn at(n: u64) -> At {
    At { n, tick: Some(n) }
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
    type Case<'a> = (&'a [Option<Errno>], Stage, Option<Fact>);
    let cases: [Case<'_>; 9] = [
        (&[None], Stage::Connected, Some(Fact::Connect(None))),
        (
            &[Some(Errno::EINPROGRESS)],
            Stage::ConnectAttempted,
            Some(Fact::Connect(Some(Errno::EINPROGRESS))),
        ),
        (
            &[Some(Errno::EINPROGRESS), Some(Errno::EALREADY)],
            Stage::ConnectAttempted,
            Some(Fact::Connect(Some(Errno::EALREADY))),
        ),
        (
            &[Some(Errno::EINPROGRESS), None],
            Stage::Connected,
            Some(Fact::ConnectedBefore),
        ),
        (
            &[Some(Errno::EINPROGRESS), None, Some(Errno::EISCONN)],
            Stage::Connected,
            Some(Fact::ConnectedBefore),
        ),
        (
            &[Some(Errno::EAGAIN)],
            Stage::ConnectAttempted,
            Some(Fact::Connect(Some(Errno::EAGAIN))),
        ),
        (
            &[Some(Errno::EAGAIN), None],
            Stage::Connected,
            Some(Fact::Connect(None)),
        ),
        (
            &[Some(Errno::ENETUNREACH)],
            Stage::Error,
            Some(Fact::Failed(Failure::Errno(Errno::ENETUNREACH))),
        ),
        (
            &[Some(Errno::ECONNREFUSED), Some(Errno::EINPROGRESS)],
            Stage::ConnectAttempted,
            Some(Fact::Connect(Some(Errno::EINPROGRESS))),
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
    attempt.hear(Readiness::ERROR);
    assert_eq!(
        (attempt.stage, attempt.next()),
        (Stage::Pending, Some(Step::SoError))
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
    attempt.hear(Readiness::WRITABLE);
    let zero = Outcome {
        ret: 0,
        errno: None,
        out: Some(Out::SoError(None)),
    };
    attempt.observe(at(5), &Call::SoError { fd: Fd(4) }, &zero);
    assert_eq!(attempt.next(), Some(Step::Getpeername));
    attempt.observe(
        at(6),
        &Call::Getpeername { fd: Fd(4) },
        &Outcome::failed(Errno::ENOTCONN),
    );
    assert_eq!(
        (attempt.stage, attempt.next(), &attempt.fact),
        (Stage::Pending, None, &Some(Fact::Phantom))
    );
}
