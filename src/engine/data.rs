//! Calls by key on a row's descriptor: data in and out, options, close and reset, and a descriptor that goes bad.

use super::{Refusal, Session};
use crate::model::call::{By, Call, CallFact, Outcome, Payload, SocketOption};
use crate::model::command::Command;
use crate::model::errno::Errno;
use crate::model::ids::{Fd, Row};
use crate::model::record::{Cause, Change, Record};
use crate::model::socket::Stage;
use crate::os::look::select_one;
use std::time::Duration;

/// What `fill` offers in each call.
const PIECE: u32 = 65_536;
/// What `drain` asks for in each call.
const GULP: u32 = 65_536;
/// `fill` and `drain` make at most so many calls in one record.
const MOST_CALLS: usize = 512;

impl Session {
    /// The open descriptor of a row on which a call can be made now.
    pub(super) fn open_fd(&self, row: Row) -> Result<Fd, Refusal> {
        let state = self.known(row)?;
        let attempt = state.current();
        if let Some((_, call)) = attempt.running {
            return Err(Refusal::Stuck(row, call));
        }
        if attempt.spoiled {
            return Err(Refusal::Spoiled(row));
        }
        attempt.fd.ok_or(match state.stage() {
            Stage::Closed => Refusal::Closed(row),
            Stage::Error => Refusal::ThrownAway(row),
            _ => Refusal::NoSocketYet(row),
        })
    }

    pub(super) fn single(&mut self, row: Row, call: Call, words: Command, shown: &[Row]) -> Record {
        let mut record = self.begin(Cause::Command(words));
        self.make(&mut record, row, call);
        self.finish(record, shown)
    }

    pub(super) fn on_fd(
        &mut self,
        row: Row,
        words: Command,
        shown: &[Row],
        call: impl FnOnce(Fd) -> Call,
    ) -> Result<Record, Refusal> {
        let fd = self.open_fd(row)?;
        Ok(self.single(row, call(fd), words, shown))
    }

    pub(super) fn bulk(
        &mut self,
        row: Row,
        size: u32,
        words: Command,
        shown: &[Row],
    ) -> Result<Record, Refusal> {
        self.on_fd(row, words, shown, |fd| Call::Send {
            fd,
            data: Payload::Fill(size),
        })
    }

    /// The same call again and again, until it says that there is no more to do.
    fn repeat(
        &mut self,
        row: Row,
        words: Command,
        shown: &[Row],
        call: impl Fn(Fd) -> Call,
    ) -> Result<Record, Refusal> {
        let fd = self.open_fd(row)?;
        if !self.known(row)?.current().nonblocking {
            return Err(Refusal::WouldWait(row));
        }
        let mut record = self.begin(Cause::Command(words));
        for _ in 0..MOST_CALLS {
            match self.make(&mut record, row, call(fd)) {
                Some(Outcome {
                    errno: None, ret, ..
                }) if ret > 0 => {}
                _ => break,
            }
        }
        Ok(self.finish(record, shown))
    }

    /// Offers data until the kernel takes no more.
    pub(super) fn fill(
        &mut self,
        row: Row,
        words: Command,
        shown: &[Row],
    ) -> Result<Record, Refusal> {
        self.repeat(row, words, shown, |fd| Call::Send {
            fd,
            data: Payload::Fill(PIECE),
        })
    }

    /// Reads until nothing is left.
    pub(super) fn drain(
        &mut self,
        row: Row,
        words: Command,
        shown: &[Row],
    ) -> Result<Record, Refusal> {
        self.repeat(row, words, shown, |fd| Call::Recv { fd, size: GULP })
    }

    /// Closes a row's descriptor, perhaps so that the other end is reset.
    pub(super) fn close(
        &mut self,
        row: Row,
        reset: bool,
        words: Command,
        shown: &[Row],
    ) -> Result<Record, Refusal> {
        let fd = self.open_fd(row)?;
        let mut record = self.begin(Cause::Command(words));
        if reset {
            let option = SocketOption::Linger;
            let value = 0;
            self.make(&mut record, row, Call::SetOption { fd, option, value });
        }
        self.make(&mut record, row, Call::Close { fd });
        if let Some(of) = self.known(row)?.role.of() {
            self.lab.closed(of, fd);
        }
        Ok(self.finish(record, shown))
    }

    pub(super) fn deadline(
        &mut self,
        row: Row,
        after: Option<Duration>,
        words: Command,
        shown: &[Row],
    ) -> Result<Record, Refusal> {
        let state = self.known(row)?;
        if !state.is_client() {
            return Err(Refusal::FarEndCannot(row, "have a deadline"));
        }
        let mut record = self.begin(Cause::Command(words));
        let after = after.map(|after| u64::try_from(after.as_micros()).unwrap_or(u64::MAX));
        let at_us = after.map(|after| self.now_us().saturating_add(after));
        record.changes.push(Change::Deadline { row, at_us });
        Ok(self.finish(record, shown))
    }

    /// Somebody else's code closes a descriptor. The program is not told.
    pub(super) fn spoil(
        &mut self,
        row: Row,
        words: Command,
        shown: &[Row],
    ) -> Result<Record, Refusal> {
        let fd = self.open_fd(row)?;
        if !self.known(row)?.is_client() {
            return Err(Refusal::FarEndCannot(row, "be spoiled"));
        }
        let mut record = self.begin(Cause::Command(words));
        let call = Call::Close { fd };
        if let Some(outcome) = crate::os::call::perform(&call, &mut self.descriptors) {
            record
                .calls
                .push(CallFact::done(row, By::Lab, call, outcome));
            self.spoiled.insert(fd, row);
        }
        Ok(self.finish(record, shown))
    }

    /// Asks select about the next row alone.
    pub(super) fn hunt(&mut self, words: Command, shown: &[Row]) -> Result<Record, Refusal> {
        let row = self.world.next_hunted().ok_or(Refusal::NothingToHunt)?;
        let fd = self.known(row)?.fd().ok_or(Refusal::NothingToHunt)?;
        if self
            .world
            .row(row)
            .is_some_and(|state| state.current().spoiled)
            && self.descriptors.has(fd)
        {
            return Err(Refusal::AStrangers(row, fd));
        }
        let mut record = self.begin(Cause::Command(words));
        let outcome = select_one(fd);
        if outcome.errno == Some(Errno::EBADF) {
            self.spoiled.remove(&fd);
        }
        record.calls.push(CallFact::done(
            row,
            By::Program,
            Call::Select { fd },
            outcome,
        ));
        Ok(self.finish(record, shown))
    }
}
