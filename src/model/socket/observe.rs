//! What a finished call says of a socket: the only way to *connected*, *error* and *closed*.

mod answers;

use super::past::{is_pending_error, may_be_noted, may_be_of_the_route};
use super::{AtRecord, Attempt, ConnectionFact, Happened, Mode, SoErrorState, Stage};
use crate::model::addr::Family;
use crate::model::call::{BornAs, Call, CtlOp, Out, Outcome, ShutdownHow};
use crate::model::errno::{Errno, Failure};
use crate::model::ids::Fd;
use crate::model::readiness::{Interest, Readiness};

impl Attempt {
    /// What a finished call proves, whoever asked for it. `at` is the record in which it was made.
    pub fn observe(&mut self, at: AtRecord, call: &Call, outcome: &Outcome) {
        if self.stage == Stage::Closed {
            return;
        }
        if self.file.is_some() && self.observe_file(call, outcome) {
            return;
        }
        let was_connected = self.past.happened.contains(Happened::CONNECTED);
        let had_taken = self.past.taken.is_some();
        let mut past = self.past;
        past.observe(self, call, outcome);
        self.past = past;
        self.note_who_took(at, call, outcome, had_taken);
        match call {
            Call::Socket { born, .. } => self.observe_socket(*born, outcome),
            Call::SetNonblocking { .. } => self.observe_nonblocking(outcome.errno),
            Call::SetBlocking { .. } => self.observe_blocking(outcome.errno),
            // A socket whose connection is over says EISCONN too: that proves nothing new.
            Call::Connect { .. }
                if outcome.errno == Some(Errno::EISCONN)
                    && was_connected
                    && self.stage == Stage::Error => {}
            // A unix connect() looks for the listener first: what it finds there says nothing of a connection that was made before.
            Call::Connect { .. }
                if self.is_connected_unix()
                    && !matches!(outcome.errno, None | Some(Errno::EISCONN)) => {}
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
            Call::Poll { wants, .. } => self.observe_poll(*wants, outcome),
            Call::Select { fd } => {
                if outcome.errno == Some(Errno::EBADF) {
                    self.fail(Failure::Errno(Errno::EBADF));
                    self.drop_name(*fd);
                    self.bad_fd = false;
                }
            }
            Call::Listen { .. } => self.observe_listen(outcome),
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
            Call::Shutdown { how, .. } => self.observe_shutdown(*how, outcome),
            Call::EpollWait { .. }
            | Call::Open { .. }
            | Call::Pipe {}
            | Call::UnlockPty { .. }
            | Call::OpenSlave { .. }
            | Call::Read { .. }
            | Call::Write { .. }
            | Call::Bind { .. }
            | Call::Accept { .. }
            | Call::SetOption { .. }
            | Call::SetDescriptorLimit { .. }
            | Call::Other {} => {}
        }
    }

    fn observe_socket(&mut self, born: BornAs, outcome: &Outcome) {
        self.observe_made(outcome);
        if outcome.errno.is_none() && born == BornAs::NonBlocking {
            self.nonblocking = true;
            self.enter(Stage::NonBlocking);
        }
    }

    fn observe_made(&mut self, outcome: &Outcome) {
        match outcome.errno {
            None => {
                self.fd = i32::try_from(outcome.ret).ok().map(Fd);
                self.enter(Stage::Created);
            }
            Some(errno) => self.fail(Failure::Errno(errno)),
        }
    }

    fn observe_nonblocking(&mut self, errno: Option<Errno>) {
        if let Some(errno) = errno {
            return self.fail(Failure::Errno(errno));
        }
        self.nonblocking = true;
        if self.stage == Stage::Created {
            self.enter(Stage::NonBlocking);
        }
    }

    fn observe_blocking(&mut self, errno: Option<Errno>) {
        if errno.is_none() {
            self.nonblocking = false;
            if self.stage == Stage::NonBlocking {
                self.enter(Stage::Created);
            }
        }
    }

    fn observe_listen(&mut self, outcome: &Outcome) {
        // A unix listener whose reading is shut stays so: listen() works, and connect() to it does not.
        let stays_shut = self.is_unix() && self.past.happened.contains(Happened::SHUT_READ);
        if outcome.errno.is_none() && self.stage == Stage::Created && !stays_shut {
            self.enter(Stage::Listening);
        }
    }

    /// Without its reading direction a listener takes no connection any more: only its address is left.
    fn observe_shutdown(&mut self, how: ShutdownHow, outcome: &Outcome) {
        let takes_none = how != ShutdownHow::Write && outcome.errno.is_none();
        if self.stage == Stage::Listening && takes_none {
            self.enter(Stage::Created);
        }
    }

    /// The pending error is delivered once, to whoever asks first.
    fn note_who_took(&mut self, at: AtRecord, call: &Call, outcome: &Outcome, had_taken: bool) {
        let took = self.past.taken.is_some_and(|taken| {
            taken.by.name() == call.name()
                && outcome.errno == Some(taken.errno)
                && (is_pending_error(taken.errno) || !had_taken)
        });
        if took {
            self.taken_at = Some(at);
        } else if self.past.taken.is_none() {
            self.taken_at = None;
        }
    }

    /// An error that need not be the end: what comes later decides.
    pub(super) fn note(&mut self, errno: Errno) {
        self.fact = Some(ConnectionFact::Noted(errno));
    }

    /// Nothing was tried since the program dissolved what was before.
    pub(super) fn is_dissolved(&self) -> bool {
        matches!(self.stage, Stage::Created | Stage::NonBlocking)
            && self.past.happened.contains(Happened::DISSOLVED)
    }

    pub(super) fn is_noted(&self) -> bool {
        matches!(self.fact, Some(ConnectionFact::Noted(_)))
    }

    /// Whether this error leaves it open how it stands: TCP tells errors of living connections, and of attempts that go on. An event that
    /// was reported before says that the attempt has ended.
    pub(super) fn leaves_open(&self, errno: Errno) -> bool {
        match self.stage {
            Stage::Connected | Stage::Accepted => may_be_noted(errno),
            stage if stage.is_under_way() => self.hints.is_empty() && may_be_of_the_route(errno),
            _ => false,
        }
    }

    /// It was given up for an error or a limit after which TCP may go on.
    pub(super) fn may_have_been_given_up_too_early(&self) -> bool {
        self.stage == Stage::Error
            && match self.failure {
                Some(Failure::Errno(errno)) => may_be_noted(errno) && errno != Errno::ECONNREFUSED,
                Some(Failure::TimedOut) => true,
                _ => false,
            }
    }

    pub(super) fn fail(&mut self, failure: Failure) {
        self.enter(Stage::Error);
        self.failure = Some(failure);
        self.fact = Some(ConnectionFact::Failed(failure));
        self.hints = Readiness::empty();
    }

    pub(super) fn connected(&mut self, fact: ConnectionFact) {
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
        self.so_error = SoErrorState::Unread;
    }

    fn observe_dup(&mut self, outcome: &Outcome) {
        let name = i32::try_from(outcome.ret).ok().filter(|name| *name >= 0);
        if let (None, Some(name)) = (outcome.errno, name.map(Fd))
            && !self.has_name(name)
        {
            self.more_names.push((name, self.mode));
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
        if !was_connected && !was_under_way {
            self.forget_who_read(errno);
        }
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

    /// Who has read the pending error of the attempt before has not read that of a new one.
    fn forget_who_read(&mut self, errno: Option<Errno>) {
        let begins = match errno {
            None | Some(Errno::EINPROGRESS) => true,
            Some(Errno::EINTR) => !self.is_unix(),
            _ => false,
        };
        if begins {
            self.so_error = SoErrorState::Unread;
        }
    }

    /// A blocking connect() has begun and has not returned.
    pub(in crate::model) fn begins_to_wait(&mut self) {
        self.enter(Stage::ConnectAttempted);
        self.past.begins();
        self.so_error = SoErrorState::Unread;
    }

    fn nothing_was_begun(&mut self, errno: Errno) {
        self.enter(Stage::ConnectAttempted);
        self.must_retry = true;
        self.failure = None;
        self.fact = Some(ConnectionFact::Connect(Some(errno)));
    }

    /// A unix stream socket connects only once, and is connected for ever.
    pub(in crate::model) fn is_connected_unix(&self) -> bool {
        self.is_unix() && self.past.happened.contains(Happened::CONNECTED)
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
}
