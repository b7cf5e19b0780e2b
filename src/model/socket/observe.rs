//! What a finished call says of a socket: the only way to *connected*, *error* and *closed*.

use super::past::is_pending_error;
use super::{AtRecord, Attempt, ConnectionFact, Happened, Mode, SoErrorState, Stage};
use crate::model::addr::Family;
use crate::model::call::{Call, CtlOp, Out, Outcome, ShutdownHow};
use crate::model::errno::{Errno, Failure};
use crate::model::ids::Fd;
use crate::model::readiness::{Interest, Readiness};

impl Attempt {
    /// What a finished call proves, whoever asked for it. `at` is the record in which it was made.
    pub fn observe(&mut self, at: AtRecord, call: &Call, outcome: &Outcome) {
        self.running = None;
        if self.stage == Stage::Closed {
            return;
        }
        let was_connected = self.past.happened.contains(Happened::CONNECTED);
        let mut past = self.past;
        past.observe(self, call, outcome);
        self.past = past;
        match call {
            Call::Socket { .. } => match outcome.errno {
                None => {
                    self.fd = i32::try_from(outcome.ret).ok().map(Fd);
                    self.enter(Stage::Created);
                }
                Some(errno) => self.fail(Failure::Errno(errno)),
            },
            Call::SetNonblocking { .. } => match outcome.errno {
                None => {
                    self.nonblocking = true;
                    if self.stage == Stage::Created {
                        self.enter(Stage::NonBlocking);
                    }
                }
                Some(errno) => self.fail(Failure::Errno(errno)),
            },
            // A socket whose connection is over says EISCONN too: that proves nothing new.
            Call::Connect { .. }
                if outcome.errno == Some(Errno::EISCONN)
                    && was_connected
                    && self.stage == Stage::Error => {}
            Call::Connect { .. } => self.observe_connect(outcome.errno),
            Call::EpollCtl { op, interest, .. } => self.observe_ctl(*op, *interest, outcome.errno),
            Call::SoError { .. } => {
                if let Some(Out::SoError(found)) = outcome.out {
                    self.observe_so_error(at, found);
                }
            }
            Call::Getpeername { .. } => self.observe_getpeername(outcome),
            Call::Send { .. } | Call::SendUrgent { .. } | Call::Recv { .. } => {
                self.observe_data(call, outcome);
            }
            Call::Poll { .. } => self.observe_poll(outcome),
            Call::Select { fd } => {
                if outcome.errno == Some(Errno::EBADF) {
                    self.fail(Failure::Errno(Errno::EBADF));
                    self.drop_name(*fd);
                    self.bad_fd = false;
                }
            }
            Call::Listen { .. } => {
                // A unix listener whose reading is shut stays so: listen() works, and connect() to it does not.
                let stays_shut = self.is_unix() && self.past.happened.contains(Happened::SHUT_READ);
                if outcome.errno.is_none() && self.stage == Stage::Created && !stays_shut {
                    self.enter(Stage::Listening);
                }
            }
            Call::Disconnect { .. } => {
                if outcome.errno.is_none() {
                    self.unconnected();
                }
            }
            Call::Dup { .. } => self.observe_dup(outcome),
            Call::Close { fd } => self.observe_close(*fd),
            Call::Getaddrinfo { .. } => {
                if let Some(Out::Eai(eai)) = outcome.out {
                    self.fail(Failure::Name(eai));
                }
            }
            // Without its reading direction a listener takes no connection any more: only its address is left.
            Call::Shutdown { how, .. }
                if self.stage == Stage::Listening
                    && outcome.errno.is_none()
                    && *how != ShutdownHow::Write =>
            {
                self.enter(Stage::Created);
            }
            Call::Shutdown { .. }
            | Call::EpollWait { .. }
            | Call::Bind { .. }
            | Call::Accept { .. }
            | Call::SetOption { .. } => {}
        }
    }

    fn fail(&mut self, failure: Failure) {
        self.enter(Stage::Error);
        self.failure = Some(failure);
        self.fact = Some(ConnectionFact::Failed(failure));
        self.hints = Readiness::empty();
    }

    fn connected(&mut self, fact: ConnectionFact) {
        self.enter(Stage::Connected);
        self.failure = None;
        self.fact = Some(fact);
        self.hints = Readiness::empty();
    }

    /// The association is dissolved: the socket is as it was before connect(), and whoever watched it still does.
    fn unconnected(&mut self) {
        // What listened has its address, and nobody listens on it.
        self.enter(if self.stage == Stage::Listening {
            Stage::Created
        } else if self.nonblocking {
            Stage::NonBlocking
        } else {
            Stage::Created
        });
        self.hints = Readiness::empty();
        self.so_error_zero = false;
        self.must_retry = false;
        self.failure = None;
        self.fact = None;
    }

    fn observe_dup(&mut self, outcome: &Outcome) {
        let name = i32::try_from(outcome.ret).ok().filter(|name| *name >= 0);
        if let (None, Some(name)) = (outcome.errno, name.map(Fd))
            && !self.has_name(name)
        {
            self.more_names.push(name);
        }
    }

    /// The socket lives as long as it has a name, and the poll watches it as long.
    fn observe_close(&mut self, fd: Fd) {
        self.drop_name(fd);
        if self.fd.is_some() {
            return;
        }
        self.enter(Stage::Closed);
        self.registered = None;
        self.hints = Readiness::empty();
    }

    /// connect() clears all hints: they spoke of what was before.
    fn observe_connect(&mut self, errno: Option<Errno>) {
        let was_connected = self.stage == Stage::Connected;
        let was_under_way = self.stage.is_under_way() && !self.must_retry;
        self.walked.insert(Stage::ConnectAttempted);
        self.hints = Readiness::empty();
        self.so_error_zero = false;
        self.must_retry = false;
        match errno {
            None | Some(Errno::EISCONN) if was_connected => {}
            None if was_under_way && self.mode != Mode::Blocking => {
                self.connected(ConnectionFact::ConnectedBefore);
            }
            None => self.connected(ConnectionFact::Connect(None)),
            Some(Errno::EISCONN) => self.connected(ConnectionFact::Connect(errno)),
            // A unix connect() has no attempt that could go on without it.
            Some(Errno::EINTR) if self.is_unix() => self.nothing_was_begun(Errno::EINTR),
            Some(Errno::EINPROGRESS | Errno::EALREADY | Errno::EINTR) => {
                let watched = self.registered.is_some();
                self.enter(Stage::ConnectAttempted);
                if watched {
                    self.enter(Stage::Pending);
                }
                self.failure = None;
                self.fact = Some(ConnectionFact::Connect(errno));
            }
            Some(Errno::EAGAIN) => self.nothing_was_begun(Errno::EAGAIN),
            Some(errno) => self.fail(Failure::Errno(errno)),
        }
    }

    fn nothing_was_begun(&mut self, errno: Errno) {
        self.enter(Stage::ConnectAttempted);
        self.must_retry = true;
        self.failure = None;
        self.fact = Some(ConnectionFact::Connect(Some(errno)));
    }

    pub(super) fn is_unix(&self) -> bool {
        self.addr
            .as_ref()
            .is_some_and(|addr| addr.family() == Family::Unix)
    }

    fn observe_ctl(&mut self, op: CtlOp, interest: Interest, errno: Option<Errno>) {
        match (op, errno) {
            (CtlOp::Add, Some(errno)) => self.fail(Failure::Errno(errno)),
            (CtlOp::Modify, Some(_)) => {}
            (_, None) => {
                self.registered = Some(interest);
                if self.stage == Stage::ConnectAttempted && !self.must_retry {
                    self.enter(Stage::Pending);
                }
            }
        }
    }

    /// poll(2) of a socket with a timeout: it said writable, or the time is over, which is the program's own conclusion and not the kernel's.
    fn observe_poll(&mut self, outcome: &Outcome) {
        if !self.stage.is_under_way() {
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

    fn observe_so_error(&mut self, at: AtRecord, found: Option<Errno>) {
        self.so_error = SoErrorState::Read {
            n: at.n,
            tick: at.tick,
            found,
        };
        match found {
            Some(errno) => self.fail(Failure::Errno(errno)),
            None if matches!(self.stage, Stage::Pending | Stage::Writable)
                && !self.hints.is_empty() =>
            {
                self.so_error_zero = true;
                self.fact = Some(ConnectionFact::SoErrorZero);
            }
            None => {}
        }
    }

    fn observe_getpeername(&mut self, outcome: &Outcome) {
        match (&outcome.errno, &outcome.out) {
            (None, Some(Out::Addr(addr))) if self.stage.is_under_way() => {
                self.connected(ConnectionFact::Peer(addr.clone()));
            }
            (Some(Errno::ENOTCONN), _)
                if matches!(self.stage, Stage::Pending | Stage::Writable) =>
            {
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

    fn observe_data(&mut self, call: &Call, outcome: &Outcome) {
        let (done_hint, proof) = match call {
            Call::Recv { .. } => (Readiness::READABLE, outcome.ret > 0),
            _ => (Readiness::WRITABLE, outcome.ret >= 0),
        };
        match outcome.errno {
            None if proof && self.stage.is_under_way() => self.connected(ConnectionFact::Data),
            None if outcome.ret == 0 && matches!(call, Call::Recv { .. }) => {
                self.hints.remove(done_hint);
            }
            None => {}
            Some(Errno::EAGAIN) if matches!(self.stage, Stage::Connected | Stage::Accepted) => {
                self.hints.remove(done_hint);
            }
            // The pending error is delivered once, to whoever asks first: here it was this call.
            Some(errno) if is_pending_error(errno) => self.fail(Failure::Errno(errno)),
            // EPIPE, ENOTCONN and the like speak of this call, not of how the connection ended.
            Some(_) => {}
        }
    }
}
