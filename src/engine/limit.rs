//! The limit of the program's descriptors: RLIMIT_NOFILE is set just around its own calls, so that EMFILE comes to it and to nobody else.

use super::Session;
use crate::model::call::{Call, CallFact, CalledBy, Out, Outcome};
use crate::model::ids::{Fd, Row};
use crate::model::record::Record;
use crate::os::call::perform;
use crate::os::system;

/// A limit that somebody wants for the program.
#[derive(Clone, Copy, Debug)]
pub(super) struct ProgramLimit {
    /// So many descriptors may be open that the program made.
    most: usize,
    /// The limit of the whole process, to which it goes back after each call.
    usual: u32,
}

impl Session {
    /// From now on the program may open so many descriptors more; `None`: as many as the process may.
    pub(super) fn limit_program(&mut self, more: Option<u32>) {
        self.limit = more.map(|more| ProgramLimit {
            most: self
                .descriptors
                .count_of_program()
                .saturating_add(more as usize),
            usual: system::descriptor_limit(),
        });
    }

    /// How many descriptors more the program may open, if somebody said it.
    fn left(&self) -> Option<u32> {
        let left = self
            .limit?
            .most
            .saturating_sub(self.descriptors.count_of_program());
        Some(u32::try_from(left).unwrap_or(u32::MAX))
    }

    /// Makes calls of the program that may give it a descriptor, under its limit. The lab sets that, and takes it back at once.
    pub(super) fn under_limit<T>(
        &mut self,
        record: &mut Record,
        row: Row,
        make: impl FnOnce(&mut Session, &mut Record) -> T,
    ) -> T {
        let (Some(left), Some(ProgramLimit { usual, .. })) = (self.left(), self.limit) else {
            return make(self, record);
        };
        // What the process has open anyway is not the program's: it counts from the number that comes next.
        let value = system::lowest_free_descriptor().saturating_add(left);
        let set = |session: &mut Session, record: &mut Record, value| {
            session.make_as(
                record,
                row,
                CalledBy::Lab,
                Call::SetDescriptorLimit { value },
            );
        };
        set(self, record, value.min(usual));
        let made = make(self, record);
        set(self, record, usual);
        made
    }

    /// Makes a call of a row that gives it a descriptor. One who may have no more is told so by this namespace's socket(), on the wire too.
    pub(super) fn make_descriptor(
        &mut self,
        record: &mut Record,
        row: Row,
        by: CalledBy,
        call: &Call,
    ) -> Option<Outcome> {
        let note = |record: &mut Record, outcome: &Outcome| {
            let fact = CallFact::done(row, by, call.clone(), outcome.clone());
            record.calls.push(fact);
        };
        let inside = if self.left() == Some(0) {
            None
        } else {
            self.socket_inside(row, call)
        };
        let outcome = if let Some(outcome) = inside {
            note(record, &outcome);
            outcome
        } else {
            self.under_limit(record, row, |session, record| {
                let outcome = perform(call, &mut session.descriptors)?;
                note(record, &outcome);
                Some(outcome)
            })?
        };
        self.count_for_program(call, &outcome);
        Some(outcome)
    }

    /// Notes that the program has a descriptor more, if this call gave one.
    pub(super) fn count_for_program(&mut self, call: &Call, outcome: &Outcome) {
        if let Some(Out::Fds(read, write)) = outcome.out {
            self.descriptors.is_of_program(read);
            self.descriptors.is_of_program(write);
        }
        let gives = matches!(
            call,
            Call::Socket { .. }
                | Call::Dup { .. }
                | Call::Accept { .. }
                | Call::Open { .. }
                | Call::OpenSlave { .. }
        );
        if let (true, None, Ok(fd)) = (gives, outcome.errno, i32::try_from(outcome.ret)) {
            self.descriptors.is_of_program(Fd(fd));
        }
    }
}
