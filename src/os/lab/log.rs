//! The lab's calls, as they are made and written down.

use crate::model::addr::Family;
use crate::model::call::{Call, CallFact, CalledBy, Outcome};
use crate::model::errno::Errno;
use crate::model::ids::{Fd, Row};
use crate::os::call::{Descriptors, perform};

/// The calls of a turn.
pub(super) struct Log<'a> {
    pub(super) descriptors: &'a mut Descriptors,
    calls: &'a mut Vec<CallFact>,
    /// The row they are written for.
    row: Row,
    /// A mystery does not tell.
    hidden: bool,
}

impl<'a> Log<'a> {
    pub(super) fn new(
        descriptors: &'a mut Descriptors,
        calls: &'a mut Vec<CallFact>,
        row: Row,
        hidden: bool,
    ) -> Log<'a> {
        Log {
            descriptors,
            calls,
            row,
            hidden,
        }
    }

    pub(super) fn make(&mut self, by: CalledBy, call: Call) -> Outcome {
        self.make_for(self.row, by, call)
    }

    /// The same for another row: a socket that stands in the list itself.
    pub(super) fn make_for(&mut self, row: Row, by: CalledBy, call: Call) -> Outcome {
        // The learner made this socket blocking: here nobody would end the wait, and whoever waits in it plays it.
        if self.descriptors.may_wait(&call) {
            return Outcome::failed(Errno::EAGAIN);
        }
        let Some(outcome) = perform(&call, self.descriptors) else {
            return Outcome::failed(Errno::EBADF);
        };
        if !self.hidden {
            self.calls
                .push(CallFact::done(row, by, call, outcome.clone()));
        }
        outcome
    }

    /// A call that staging cannot do without.
    pub(super) fn must(&mut self, call: Call) -> Result<i64, Errno> {
        let outcome = self.make(CalledBy::Lab, call);
        outcome.errno.map_or(Ok(outcome.ret), Err)
    }

    pub(super) fn socket(&mut self, family: Family) -> Result<Fd, Errno> {
        self.must(Call::socket(family)).map(|ret| Fd(ret as i32))
    }

    /// The row that a socket of the peer stands in, or the one it was made for.
    pub(super) fn row(&self) -> Row {
        self.row
    }
}
