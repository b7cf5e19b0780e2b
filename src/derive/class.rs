//! The class of an errno where it happens: what the program can do about it after this call, on this socket.

use crate::model::addr::Family;
use crate::model::call::{Call, CallFact, Out};
use crate::model::errno::{Errno, ErrnoClass};
use crate::model::world::{AroundCall, IsSo};

/// The class of what a call gave, or read from `SO_ERROR`; `None` of a success, and of EISCONN, which is the good news of a second connect().
pub fn of(fact: &CallFact, around: Option<&AroundCall>) -> Option<ErrnoClass> {
    let outcome = fact.outcome.as_ref()?;
    let before = around.map(|around| &around.before);
    let is_unix = before.is_some_and(|facts| facts.family == Some(Family::Unix));
    let is_under_way = before
        .is_some_and(|facts| facts.stage.is_under_way() && !facts.is.contains(IsSo::MUST_RETRY));
    let errno = match (&outcome.out, outcome.errno) {
        (Some(Out::SoError(Some(_))), _) => return Some(ErrnoClass::Error),
        (_, errno) => errno?,
    };
    Some(match (&fact.call, errno) {
        (Call::Connect { .. }, Errno::EISCONN) => return None,
        // The kernel goes on with the attempt; a unix socket has begun nothing.
        (Call::Connect { .. }, Errno::EINTR) if !is_unix => ErrnoClass::Pending,
        // On Linux the number is free already: a second close() could close another socket.
        (Call::Close { .. }, Errno::EINTR) => ErrnoClass::Error,
        // The connection is not there yet.
        (Call::Getpeername { .. }, Errno::ENOTCONN) if is_under_way => ErrnoClass::Pending,
        // That connection is gone; the next one may be there.
        (Call::Accept { .. }, Errno::ECONNABORTED) => ErrnoClass::Retry,
        (_, errno) => errno.class(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::addr::Addr;
    use crate::model::call::{AcceptGives, CalledBy, Outcome};
    use crate::model::ids::{Fd, Row};
    use crate::model::readiness::Interest;
    use crate::model::record::{Cause, Change, Record};
    use crate::model::socket::Mode;
    use crate::model::target::Target;
    use crate::model::world::World;
    use ErrnoClass::{Error, Pending, Retry};

    /// The class of a call on a socket that has made these connects before.
    fn class(target: &str, before: &[Errno], call: Call, errno: Errno) -> Option<ErrnoClass> {
        let target = Target::parse(target).expect("a target");
        let addr: Addr = target.place.to_string().parse().expect("an address");
        let mut world = World::default();
        let mut added = Record::new(0, Cause::parse("add"), 0);
        added.changes.push(Change::Added {
            row: Row(1),
            target,
            addresses: vec![addr.clone()],
            interest: Interest::default(),
            mode: Mode::NonBlocking,
        });
        world.apply(&added);
        let fd = Fd(9);
        let done = |call, outcome| CallFact::done(Row(1), CalledBy::Program, call, outcome);
        let mut record = Record::new(1, Cause::parse("tick"), 1);
        let family = addr.family();
        record
            .calls
            .push(done(Call::socket(family), Outcome::ok(9)));
        record
            .calls
            .push(done(Call::SetNonblocking { fd }, Outcome::ok(0)));
        for errno in before {
            let addr = addr.clone();
            record
                .calls
                .push(done(Call::Connect { fd, addr }, Outcome::failed(*errno)));
        }
        let call = match call {
            Call::Connect { .. } => Call::Connect { fd, addr },
            call => call.on(fd),
        };
        record.calls.push(done(call, Outcome::failed(errno)));
        world.apply(&record);
        let last = record.calls.len() - 1;
        of(&record.calls[last], world.around(last))
    }

    #[test]
    fn the_class_differs_by_the_call_and_the_socket() {
        let fd = Fd(9);
        let connect = || Call::Connect {
            fd,
            addr: Addr::UnixUnnamed,
        };
        let recv = || Call::Recv { fd, size: 1 };
        let accept = || Call::Accept {
            fd,
            gives: AcceptGives::NonBlocking,
        };
        let (tcp, unix) = ("127.0.0.1:9", "unix:/a");
        let begun = [Errno::EINPROGRESS];
        let full = [Errno::EAGAIN];
        let none: [Errno; 0] = [];
        let aborted = Errno::ECONNABORTED;
        for (target, before, call, errno, wanted) in [
            (tcp, &none[..], connect(), Errno::EINPROGRESS, Some(Pending)),
            (tcp, &begun[..], connect(), Errno::EALREADY, Some(Pending)),
            (tcp, &begun[..], connect(), Errno::EISCONN, None),
            (tcp, &none[..], connect(), Errno::EINTR, Some(Pending)),
            (unix, &none[..], connect(), Errno::EINTR, Some(Retry)),
            (unix, &none[..], connect(), Errno::EAGAIN, Some(Retry)),
            (tcp, &begun[..], recv(), Errno::EINTR, Some(Retry)),
            (tcp, &begun[..], recv(), Errno::EAGAIN, Some(Retry)),
            (
                tcp,
                &begun[..],
                Call::Close { fd },
                Errno::EINTR,
                Some(Error),
            ),
            (
                tcp,
                &begun[..],
                Call::Getpeername { fd },
                Errno::ENOTCONN,
                Some(Pending),
            ),
            (
                unix,
                &full[..],
                Call::Getpeername { fd },
                Errno::ENOTCONN,
                Some(Error),
            ),
            (
                tcp,
                &none[..],
                Call::Getpeername { fd },
                Errno::ENOTCONN,
                Some(Error),
            ),
            (tcp, &none[..], connect(), Errno::ECONNREFUSED, Some(Error)),
            (tcp, &none[..], connect(), aborted, Some(Error)),
            (tcp, &none[..], accept(), aborted, Some(Retry)),
        ] {
            let what = format!("{target} {before:?} {} {errno}", call.name());
            assert_eq!(class(target, before, call, errno), wanted, "{what}");
        }
    }
}
