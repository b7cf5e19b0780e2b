//! The modes: whether a call on a row waits, how that is changed, and what a second thread of the program does beside a call that waits.

use super::turn::Turn;
use super::{Refusal, Session};
use crate::model::call::{Call, CallFact, Out, PollWants, ShutdownHow};
use crate::model::command::CallRequest;
use crate::model::ids::{Fd, Row};
use crate::model::record::Change;
use crate::model::socket::{Mode, Stage};
use crate::model::world::RowState;
use crate::os::blocking::is_ready;
use std::time::{Duration, Instant};

/// What shutdown() wakes has returned within this time, unless the machine is busy.
const WOKEN: Duration = Duration::from_millis(250);
/// What a second thread may send at most: where poll(2) says writable there is room for more.
const SMALL: usize = 1024;

/// How a call is made on a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WaitKind {
    /// It returns at once.
    No,
    /// It may wait inside.
    Inside,
    /// The library waits in poll(2) first, for so long at most.
    BehindPoll(Duration),
}

impl Session {
    /// How a call would be made on a row.
    pub(super) fn wait_kind(&self, row: Row, call: &Call) -> WaitKind {
        let Some(attempt) = self.world.row(row).map(RowState::current) else {
            return WaitKind::No;
        };
        match (call, attempt.mode) {
            _ if attempt.fd != call.fd() => WaitKind::No,
            // Calls for sockets say ENOTSOCK at once.
            (call, _)
                if attempt.file.is_some()
                    && !matches!(call, Call::Read { .. } | Call::Write { .. }) =>
            {
                WaitKind::No
            }
            (Call::Poll { .. }, _) => WaitKind::Inside,
            (call, Mode::Timeout(after)) if call.waits_for().is_some() => {
                WaitKind::BehindPoll(after)
            }
            (call, _) if call.may_wait() && !attempt.nonblocking => WaitKind::Inside,
            _ => WaitKind::No,
        }
    }

    /// Whether this call on a row may wait.
    pub(super) fn waits(&self, row: Row, call: &Call) -> bool {
        self.wait_kind(row, call) != WaitKind::No
    }

    /// A second thread of the program makes a call on a socket on which the first waits in the other direction: it sends a few bytes for which
    /// there is room, or reads what is there, so that this call does not wait. False if that is not what is asked for.
    pub(super) fn acts_beside(
        &mut self,
        turn: &mut Turn,
        row: Row,
        make: &CallRequest,
    ) -> Result<bool, Refusal> {
        let state = self.known(row)?;
        let wants = match (state.running(), make.call()) {
            (Some("recv"), Call::Send { data, .. }) if data.size() <= SMALL => PollWants::Write,
            (Some("send"), Call::Recv { .. }) => PollWants::Read,
            _ => return Ok(false),
        };
        let fd = self.open_fd_beside(row)?;
        let ready = self
            .descriptors
            .get(fd)
            .is_some_and(|fd| is_ready(fd, wants));
        if ready {
            let by = self.caller(row);
            self.make_as(&mut turn.record, row, by, make.on(fd));
        }
        Ok(ready)
    }

    /// How calls on a row wait from now on. If it has a socket that is one ioctl, as `setblocking` and `settimeout` make it.
    pub(super) fn set_mode(
        &mut self,
        turn: &mut Turn,
        row: Row,
        mode: Mode,
    ) -> Result<(), Refusal> {
        let state = self.known(row)?;
        let has_none = matches!(state.stage(), Stage::New | Stage::Resolving);
        if !has_none {
            let fd = self.open_fd_beside(row)?;
            let call = match mode {
                Mode::Blocking => Call::SetBlocking { fd },
                Mode::NonBlocking | Mode::ConnectEx | Mode::Timeout(_) => {
                    Call::SetNonblocking { fd }
                }
            };
            let names: Vec<Fd> = state.current().names().collect();
            let by = self.caller(row);
            if !self.make_as(&mut turn.record, row, by, call) {
                return Ok(());
            }
            for name in names {
                self.descriptors
                    .is_blocking_now(name, mode == Mode::Blocking);
            }
        }
        turn.record.changes.push(Change::Mode { row, mode });
        Ok(())
    }

    /// A socket with a timeout asks for no peer's name: what proves to it that it is connected is SO_ERROR behind its own poll(2).
    pub(super) fn tell_the_lab(&mut self, made: &[CallFact], calls: &mut Vec<CallFact>) {
        for fact in made {
            let (Some(row), Call::SoError { fd }, Some(outcome)) =
                (fact.row, &fact.call, &fact.outcome)
            else {
                continue;
            };
            let proves = self.world.row(row).is_some_and(|state| {
                let attempt = state.current();
                matches!(attempt.mode, Mode::Timeout(_)) && attempt.stage == Stage::Writable
            });
            if proves && outcome.out == Some(Out::SoError(None)) {
                self.lab.is_told(row, *fd, &mut self.descriptors, calls);
            }
        }
    }

    /// shutdown() in another thread of the program, also while a call waits. What it wakes returns in the same record.
    pub(super) fn shut_down(
        &mut self,
        turn: &mut Turn,
        row: Row,
        how: ShutdownHow,
    ) -> Result<(), Refusal> {
        let fd = self.open_fd_beside(row)?;
        let running = self.known(row)?.current().running;
        let record = &mut turn.record;
        self.make(record, row, Call::Shutdown { fd, how });
        let Some((waits, _)) = running.filter(|(_, call)| wakes(how, call)) else {
            return Ok(());
        };
        let until = Instant::now() + WOKEN;
        if let Some(answer) = self.answers.wait_for(|id| id == waits, until) {
            self.take_answer(record, answer);
        }
        Ok(())
    }
}

/// Whether shutdown() of this direction ends the wait of a call.
fn wakes(how: ShutdownHow, call: &str) -> bool {
    match call {
        "recv" => how != ShutdownHow::Write,
        "send" => how != ShutdownHow::Read,
        _ => true,
    }
}
