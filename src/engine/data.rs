//! Calls by key on a row's descriptor: data in and out, options, close and reset, and a descriptor that goes bad.

use super::turn::Turn;
use super::{BadFd, Refusal, Session};
use crate::model::call::{Call, CallFact, CalledBy, Outcome, Payload, SocketOption};
use crate::model::command::CallRequest;
use crate::model::errno::Errno;
use crate::model::file::FileKind;
use crate::model::ids::{Fd, Row};
use crate::model::record::Change;
use crate::os::look::{inode, select_one};
use std::time::Duration;

/// What `fill` offers in each call.
const SEND_CHUNK: u32 = 65_536;
/// What `drain` asks for in each call.
const READ_CHUNK: u32 = 65_536;
/// `fill` and `drain` make at most so many calls in one record.
const MAX_CALLS: usize = 512;

impl Session {
    /// The open descriptor of a row on which a call can be made now.
    pub(super) fn open_fd(&self, row: Row) -> Result<Fd, Refusal> {
        self.world.open_fd(row)
    }

    /// The same for another thread of the program, beside a call that waits.
    pub(super) fn open_fd_beside(&self, row: Row) -> Result<Fd, Refusal> {
        self.world.open_fd_beside(row)
    }

    /// One call on the row's open descriptor.
    pub(super) fn single(
        &mut self,
        turn: &mut Turn,
        row: Row,
        call: impl FnOnce(Fd) -> Call,
    ) -> Result<(), Refusal> {
        let fd = self.open_fd(row)?;
        self.make(&mut turn.record, row, call(fd));
        Ok(())
    }

    /// The same call again and again, until it says that there is no more to do. Where calls wait it is one call: the last would never
    /// come back.
    fn repeat(
        &mut self,
        turn: &mut Turn,
        row: Row,
        call: impl Fn(Fd) -> Call,
    ) -> Result<(), Refusal> {
        let fd = self.open_fd(row)?;
        if self.waits(row, &call(fd)) {
            self.make(&mut turn.record, row, call(fd));
            return Ok(());
        }
        for _ in 0..MAX_CALLS {
            match self.make(&mut turn.record, row, call(fd)) {
                Some(Outcome {
                    errno: None, ret, ..
                }) if ret > 0 => {}
                _ => break,
            }
        }
        Ok(())
    }

    /// Offers data until the kernel takes no more.
    pub(super) fn fill(&mut self, turn: &mut Turn, row: Row) -> Result<(), Refusal> {
        let data = Payload::Fill(SEND_CHUNK);
        match self.known(row)?.file() {
            None => self.repeat(turn, row, |fd| Call::Send {
                fd,
                data: data.clone(),
            }),
            // A file takes whatever it is given, until the disk is full.
            Some(FileKind::Regular) => self.single(turn, row, |fd| Call::Write { fd, data }),
            Some(_) => self.repeat(turn, row, |fd| Call::Write {
                fd,
                data: data.clone(),
            }),
        }
    }

    /// Reads until nothing is left; while another thread waits in send() as long as poll(2) says that something is there.
    pub(super) fn drain(&mut self, turn: &mut Turn, row: Row) -> Result<(), Refusal> {
        if self.known(row)?.running() == Some("send") {
            let make = CallRequest::new(|fd| Call::Recv {
                fd,
                size: READ_CHUNK,
            });
            for _ in 0..MAX_CALLS {
                if !self.acts_beside(turn, row, &make)? {
                    break;
                }
            }
            return Ok(());
        }
        let is_file = self.known(row)?.file().is_some();
        self.repeat(turn, row, |fd| match is_file {
            true => Call::Read {
                fd,
                size: READ_CHUNK,
            },
            false => Call::Recv {
                fd,
                size: READ_CHUNK,
            },
        })
    }

    /// Closes a row's descriptor, perhaps so that the other end is reset. The socket lives on if it has another name; then its next calls
    /// are made on that.
    pub(super) fn close(&mut self, turn: &mut Turn, row: Row, reset: bool) -> Result<(), Refusal> {
        let fd = self.open_fd_beside(row)?;
        let state = self.known(row)?;
        let (of, next) = (state.role.of(), state.current().names().nth(1));
        if reset {
            let option = SocketOption::Linger;
            let value = 0;
            self.make(&mut turn.record, row, Call::SetOption { fd, option, value });
        }
        self.make(&mut turn.record, row, Call::Close { fd });
        if let Some(of) = of {
            self.lab.closed(of, fd, next);
        }
        Ok(())
    }

    pub(super) fn deadline(&self, turn: &mut Turn, row: Row, after: Option<Duration>) {
        let after = after.map(|after| u64::try_from(after.as_micros()).unwrap_or(u64::MAX));
        let at_us = after.map(|after| self.now_us().saturating_add(after));
        turn.record.changes.push(Change::Deadline { row, at_us });
    }

    /// Somebody else's code closes a descriptor. The program is not told.
    pub(super) fn close_behind(&mut self, turn: &mut Turn, row: Row) -> Result<(), Refusal> {
        let fd = self.open_fd(row)?;
        let was = inode(fd);
        if self.make_as(&mut turn.record, row, CalledBy::Lab, Call::Close { fd }) {
            self.bad_fds.insert(row, BadFd { fd, was });
        }
        Ok(())
    }

    /// Asks select about the next row alone.
    pub(super) fn probe_each(&mut self, turn: &mut Turn) -> Result<(), Refusal> {
        let row = self.world.next_probed().ok_or(Refusal::NothingToProbe)?;
        let state = self.known(row)?;
        let fd = state.fd().ok_or(Refusal::NothingToProbe)?;
        if self.is_a_strangers(row) {
            return Err(Refusal::AStrangers(row, fd));
        }
        let call = Call::Select { fd };
        let outcome = self.descriptors.through(&call, |_| select_one(fd));
        if outcome.errno == Some(Errno::EBADF) {
            self.bad_fds.remove(&row);
        }
        let fact = CallFact::done(row, CalledBy::Program, call, outcome);
        turn.record.calls.push(fact);
        Ok(())
    }
}
