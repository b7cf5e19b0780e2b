//! What the stage machine is for a descriptor that is no socket: it is made, made non-blocking, tried with connect(), and registered. There
//! it ends: nothing is ever connected, and nothing has failed.

use super::{Attempt, ConnectionFact, Happened, Mode, NextCall, Stage};
use crate::model::call::{Call, CtlOp, Outcome};
use crate::model::errno::Errno;
use crate::model::file::FileKind;
use crate::model::ids::Fd;

impl Attempt {
    /// The call of the tick table.
    pub(super) fn next_of_file(&self, file: FileKind) -> Option<NextCall> {
        let happened = self.past.happened;
        match self.stage {
            // pipe2() gives both ends at once.
            Stage::New if file == FileKind::PipeWrite => None,
            Stage::New => Some(NextCall::Open(file)),
            Stage::Created if self.mode != Mode::Blocking => Some(NextCall::SetNonblocking),
            Stage::Created | Stage::NonBlocking if !happened.contains(Happened::NO_SOCKET) => {
                Some(NextCall::Connect)
            }
            Stage::NonBlocking
                if self.mode == Mode::NonBlocking
                    && self.registered.is_none()
                    && !happened.contains(Happened::NOT_WATCHABLE) =>
            {
                Some(NextCall::Register)
            }
            _ => None,
        }
    }

    /// What a finished call says of it. False if it says the same as of a socket.
    pub(super) fn observe_file(&mut self, call: &Call, outcome: &Outcome) -> bool {
        let made = |number: i64| i32::try_from(number).ok().map(Fd);
        match (call, outcome.errno) {
            (Call::Open { .. } | Call::OpenSlave { .. }, None) => self.is_made(made(outcome.ret)),
            (Call::Pipe {}, None) => {
                if let Some(crate::model::call::Out::Fds(read, _)) = outcome.out {
                    self.is_made(Some(read));
                }
            }
            (Call::Open { .. } | Call::OpenSlave { .. } | Call::Pipe {}, Some(errno)) => {
                self.fail(crate::model::errno::Failure::Errno(errno));
            }
            (Call::EpollCtl { op: CtlOp::Add, .. }, Some(Errno::EPERM)) => {
                self.past.happened |= Happened::NOT_WATCHABLE;
                self.note(Errno::EPERM);
            }
            (_, Some(Errno::ENOTSOCK)) => {
                self.past.happened |= Happened::NO_SOCKET;
                self.note(Errno::ENOTSOCK);
            }
            (Call::Read { size: 1.., .. }, None) => {
                self.past.happened.set(Happened::END, outcome.ret == 0);
                self.fact = Some(ConnectionFact::Data).filter(|_| outcome.ret > 0);
            }
            (Call::Write { .. }, None) => self.fact = Some(ConnectionFact::Data),
            (Call::Write { .. }, Some(Errno::EPIPE)) => {
                self.past.happened |= Happened::BROKEN_PIPE;
                self.note(Errno::EPIPE);
            }
            (Call::Read { .. } | Call::Write { .. }, Some(errno)) => self.note(errno),
            (
                Call::SetNonblocking { .. }
                | Call::SetBlocking { .. }
                | Call::EpollCtl { .. }
                | Call::Dup { .. }
                | Call::Close { .. }
                | Call::Select { .. },
                _,
            ) => return false,
            _ => {}
        }
        true
    }

    /// Its descriptor is there.
    pub(in crate::model) fn is_made(&mut self, fd: Option<Fd>) {
        self.fd = fd;
        self.enter(Stage::Created);
    }

    /// Whether epoll_ctl() has refused to watch it: then poll(2) and select(2) alone can be asked.
    pub fn is_refused_by_epoll(&self) -> bool {
        self.past.happened.contains(Happened::NOT_WATCHABLE) && self.fd.is_some()
    }
}
