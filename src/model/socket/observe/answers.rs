//! What the calls prove that ask, wait, read and write.

use crate::model::call::{Call, Out, Outcome, PollWants};
use crate::model::errno::{Errno, Failure};
use crate::model::readiness::Readiness;
use crate::model::socket::past::is_pending_error;
use crate::model::socket::{
    AtRecord, Attempt, ConnectionFact, Happened, Mode, SoErrorState, Stage, Taken, TakenBy,
};

impl Attempt {
    /// poll(2) of a socket with a timeout: it said writable, or the time is over, which is the program's own conclusion and not the kernel's.
    /// Before any other call than connect() it decides nothing.
    pub(super) fn observe_poll(&mut self, wants: PollWants, outcome: &Outcome) {
        if !self.stage.is_under_way() || wants == PollWants::Read {
            return;
        }
        match (outcome.errno, outcome.ret) {
            (None, 0) => self.fail(Failure::TimedOut),
            (None, _) => {
                self.hints |= Readiness::WRITABLE;
                self.enter(Stage::Writable);
            }
            (Some(_), _) => {}
        }
    }

    pub(super) fn observe_so_error(&mut self, at: AtRecord, found: Option<Errno>) {
        self.so_error = SoErrorState::Read {
            n: at.n,
            tick: at.tick,
            found,
        };
        match found {
            Some(errno) if self.leaves_open(errno) => self.note(errno),
            // It speaks of what was dissolved; nothing new was tried.
            Some(_) if self.is_dissolved() => {}
            Some(errno) => self.fail(Failure::Errno(errno)),
            None if self.is_writable_by_its_own_poll() => {
                self.connected(ConnectionFact::SoErrorZero);
            }
            None if matches!(self.stage, Stage::Pending | Stage::Writable)
                && !self.hints.is_empty() =>
            {
                self.so_error_zero = true;
                self.fact = Some(ConnectionFact::SoErrorZero);
            }
            None => {}
        }
    }

    /// A socket with a timeout: its own poll(2) said writable of the attempt that it began, and nobody took an error before. For the library
    /// that waits so, zero is a yes.
    fn is_writable_by_its_own_poll(&self) -> bool {
        matches!(self.mode, Mode::Timeout(_))
            && self.stage == Stage::Writable
            && self.registered.is_none()
            && self.past.taken.is_none()
    }

    pub(super) fn observe_getpeername(&mut self, outcome: &Outcome) {
        match (&outcome.errno, &outcome.out) {
            (None, Some(Out::Addr(addr)))
                if self.stage.is_under_way() || self.may_have_been_given_up_too_early() =>
            {
                self.connected(ConnectionFact::Peer(addr.clone()));
            }
            (None, Some(Out::Addr(addr))) if self.is_noted() => {
                self.fact = Some(ConnectionFact::Peer(addr.clone()));
            }
            (Some(Errno::ENOTCONN), _)
                if matches!(self.stage, Stage::Pending | Stage::Writable) =>
            {
                // An event, no error any more, and no peer: the error that was taken before was the end.
                if let (true, Some(taken)) = (self.so_error_zero, self.past.taken) {
                    return self.fail(Failure::Errno(taken.errno));
                }
                self.enter(Stage::Pending);
                self.hints = Readiness::empty();
                if self.so_error_zero {
                    self.fact = Some(ConnectionFact::Phantom);
                }
                self.so_error_zero = false;
            }
            _ => {}
        }
    }

    pub(super) fn observe_data(&mut self, call: &Call, outcome: &Outcome) {
        let (done_hint, proof) = match call {
            Call::Recv { .. } => (Readiness::READABLE, outcome.ret > 0),
            _ => (Readiness::WRITABLE, outcome.ret >= 0),
        };
        match outcome.errno {
            None if proof
                && (self.stage.is_under_way() || self.may_have_been_given_up_too_early()) =>
            {
                self.connected(ConnectionFact::Data);
            }
            None if proof && self.is_noted() => self.fact = Some(ConnectionFact::Data),
            None if outcome.ret == 0 && matches!(call, Call::Recv { .. }) => {
                self.hints.remove(done_hint);
                self.observe_end(call);
            }
            None => {}
            Some(Errno::EAGAIN) if matches!(self.stage, Stage::Connected | Stage::Accepted) => {
                self.hints.remove(done_hint);
            }
            // Nobody can receive: the connection is over, unless the program itself has ended its sending.
            Some(Errno::EPIPE)
                if matches!(self.stage, Stage::Connected | Stage::Accepted)
                    && !self.past.happened.contains(Happened::SHUT_WRITE) =>
            {
                self.fail(Failure::Errno(Errno::EPIPE));
            }
            // So the error that was taken before was the end of the attempt.
            Some(Errno::EPIPE) if self.stage.is_under_way() && self.past.taken.is_some() => {
                let errno = self.past.taken.map_or(Errno::EPIPE, |taken| taken.errno);
                self.fail(Failure::Errno(errno));
            }
            Some(errno)
                if matches!(self.stage, Stage::Connected | Stage::Accepted)
                    && is_pending_error(errno)
                    && self.leaves_open(errno) =>
            {
                self.note(errno);
            }
            Some(_) if self.is_dissolved() => {}
            // The pending error is delivered once, to whoever asks first: here it was this call.
            Some(errno) if is_pending_error(errno) => self.fail(Failure::Errno(errno)),
            // ENOTCONN and the like speak of this call, not of how the connection ended.
            Some(_) => {}
        }
    }

    /// A call that moves data took an error, and nothing can come any more: that was the end.
    fn observe_end(&mut self, call: &Call) {
        let is_noted = self.is_noted() && matches!(call, Call::Recv { size: 1.., .. });
        let by_data = |taken: &Taken| taken.by != TakenBy::Getsockopt;
        if let Some(taken) = self.past.taken.filter(by_data).filter(|_| is_noted) {
            self.fail(Failure::Errno(taken.errno));
        }
    }
}
