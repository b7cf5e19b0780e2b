//! The stage machine: what one socket may conclude from the calls made on it, and which call it makes next.
//!
//! ```text
//!                                            .------------- connect() = 0 ------------------.
//! (new) -> created -> non-blocking -> connect attempted -> pending -> writable -> (SO_ERROR 0) -> connected
//!   |         |            |                 |                |          |                |
//!   '---------'------------'-----------------'----------------'----------'--> error       '-> pending (ENOTCONN)
//! ```
//! Events are hints, calls are facts: [`Attempt::hear`] never reaches *connected*, *error* or *closed*; only [`Attempt::observe`] does.

use super::addr::Addr;
use super::call::{Call, CtlOp, Out, Outcome};
use super::errno::{Errno, Failure};
use super::ids::{AttemptId, Fd};
use super::readiness::{Interest, Readiness};
use std::time::Duration;

/// Where a socket stands, as far as the program may know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stage {
    /// No socket yet. Never written to a trace.
    New,
    /// getaddrinfo is running, or has answered and the socket is not made yet.
    Resolving,
    /// socket(2) gave a descriptor.
    Created,
    /// No call on it will block.
    NonBlocking,
    /// connect(2) was called, and nobody watches the socket yet.
    ConnectAttempted,
    /// The kernel works on the connection; the poll watches it.
    Pending,
    /// *Pending* plus a hint: the poll said writable, which is not yet an answer.
    Writable,
    /// The program has proof that there is a connection.
    Connected,
    /// A call said that it failed.
    Error,
    /// close(2) was called. For ever.
    Closed,
    /// A listener.
    Listening,
    /// A connection that came out of accept(2).
    Accepted,
}

impl Stage {
    /// Every stage that a trace names.
    pub const NAMED: [Stage; 11] = [
        Stage::Resolving,
        Stage::Created,
        Stage::NonBlocking,
        Stage::ConnectAttempted,
        Stage::Pending,
        Stage::Writable,
        Stage::Connected,
        Stage::Error,
        Stage::Closed,
        Stage::Listening,
        Stage::Accepted,
    ];

    /// The word on the screen and in a trace.
    pub fn word(self) -> &'static str {
        match self {
            Stage::New => "no socket yet",
            Stage::Resolving => "resolving",
            Stage::Created => "created",
            Stage::NonBlocking => "non-blocking",
            Stage::ConnectAttempted => "connect attempted",
            Stage::Pending => "pending",
            Stage::Writable => "writable",
            Stage::Connected => "connected",
            Stage::Error => "error",
            Stage::Closed => "closed",
            Stage::Listening => "listening",
            Stage::Accepted => "accepted",
        }
    }

    /// From the word of a trace.
    pub fn from_word(word: &str) -> Option<Stage> {
        Stage::NAMED.into_iter().find(|stage| stage.word() == word)
    }

    /// The sign that stands before the word, so that colour is never needed.
    pub fn sign(self) -> char {
        match self {
            Stage::New => '.',
            Stage::Resolving | Stage::Created | Stage::NonBlocking | Stage::ConnectAttempted => 'o',
            Stage::Pending => '~',
            Stage::Writable => '?',
            Stage::Connected | Stage::Listening | Stage::Accepted => '=',
            Stage::Error => 'x',
            Stage::Closed => '-',
        }
    }

    /// Whether connect() was called and has no verdict yet.
    pub fn is_under_way(self) -> bool {
        matches!(
            self,
            Stage::ConnectAttempted | Stage::Pending | Stage::Writable
        )
    }
}

/// The call that the stage machine makes next on one socket. One step is one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// getaddrinfo(3), on a thread of its own.
    Resolve,
    /// socket(2)
    Socket,
    /// ioctl(2) FIONBIO
    SetNonblocking,
    /// connect(2)
    Connect,
    /// epoll_ctl(2) ADD
    Register,
    /// getsockopt(2) SO_ERROR
    SoError,
    /// getpeername(2)
    Getpeername,
    /// poll(2) for writing, on a thread of its own: how a socket with a timeout waits.
    Poll,
    /// recv(2), if reading by itself is switched on.
    Recv,
    /// close(2): the deadline has passed.
    GiveUp,
}

/// How a program uses its socket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// No call waits; the poll tells when to go on.
    #[default]
    NonBlocking,
    /// Every call waits until it is done.
    Blocking,
    /// As Python's `settimeout`: non-blocking inside, and poll(2) with a timeout after connect().
    Timeout(Duration),
}

/// What is known about the connection from the calls so far: the word beside the stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// What connect() said last; `None` is 0.
    Connect(Option<Errno>),
    /// connect() was called again and said 0: the attempt before is through.
    ConnectedBefore,
    /// SO_ERROR was read in the verdict step and was 0.
    SoErrorZero,
    /// SO_ERROR was 0, and yet there is no peer.
    Phantom,
    /// getpeername() named the other end.
    Peer(Addr),
    /// Data went through: that proves a connection.
    Data,
    /// Why it failed.
    Failed(Failure),
    /// The program gave up: its deadline passed, and it closed the socket.
    GaveUp,
}

/// The pending error of a socket, which can be read once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Envelope {
    /// SO_ERROR was never read.
    #[default]
    Sealed,
    /// It was read in this record, and this was in it; `None` is 0.
    Opened {
        /// The record's number.
        n: u64,
        /// Its tick, if it was one.
        tick: Option<u64>,
        /// What it said.
        found: Option<Errno>,
    },
}

/// A record, as a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct At {
    /// Its number.
    pub n: u64,
    /// Its tick, if it was one.
    pub tick: Option<u64>,
}

/// One descriptor's life.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Its number, which is also its mio token.
    pub id: AttemptId,
    /// Where it connects to; unknown while a name is looked up.
    pub addr: Option<Addr>,
    /// Its descriptor, while it is open.
    pub fd: Option<Fd>,
    /// How far it is.
    pub stage: Stage,
    /// What the poll watches it for, once it is registered.
    pub registered: Option<Interest>,
    /// What events have told since the last connect() and was not yet acted on.
    pub hints: Readiness,
    /// SO_ERROR was 0 in the verdict step; getpeername comes next.
    so_error_zero: bool,
    /// connect() said "try again": nothing will come by waiting.
    pub must_retry: bool,
    /// What is known so far.
    pub fact: Option<Fact>,
    /// Why it is in stage *error*.
    pub failure: Option<Failure>,
    /// Who has read the pending error.
    pub envelope: Envelope,
    /// Every stage it has been in.
    pub walked: Walked,
    /// How it is used.
    pub mode: Mode,
    /// Its calls do not wait: FIONBIO was set, or accept4 made it so.
    pub nonblocking: bool,
    /// The call that is still running on it, by its id and name.
    pub running: Option<(u64, &'static str)>,
    /// Somebody closed its number behind the program's back.
    pub spoiled: bool,
}

/// A set of stages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Walked(u16);

impl Walked {
    /// Whether the stage is in it.
    pub fn contains(self, stage: Stage) -> bool {
        self.0 & (1 << stage as u16) != 0
    }

    fn insert(&mut self, stage: Stage) {
        self.0 |= 1 << stage as u16;
    }
}

impl Attempt {
    /// An attempt that has no descriptor yet.
    pub fn new(id: AttemptId, addr: Option<Addr>) -> Attempt {
        Attempt {
            id,
            addr,
            fd: None,
            stage: Stage::New,
            registered: None,
            hints: Readiness::empty(),
            so_error_zero: false,
            must_retry: false,
            fact: None,
            failure: None,
            envelope: Envelope::Sealed,
            walked: Walked::default(),
            mode: Mode::NonBlocking,
            nonblocking: false,
            running: None,
            spoiled: false,
        }
    }

    /// The same, used in this way.
    pub fn used(mut self, mode: Mode) -> Attempt {
        self.mode = mode;
        self
    }

    /// The far end's socket: it begins with a descriptor, in this stage.
    pub fn far_end(id: AttemptId, addr: Option<Addr>, fd: Fd, stage: Stage) -> Attempt {
        let mut attempt = Attempt {
            fd: Some(fd),
            nonblocking: true,
            ..Attempt::new(id, addr)
        };
        attempt.enter(stage);
        attempt
    }

    /// Enters a stage.
    pub(super) fn enter(&mut self, stage: Stage) {
        self.stage = stage;
        self.walked.insert(stage);
    }

    /// An event of the learner's poll: a hint.
    pub fn hear(&mut self, readiness: Readiness) {
        if self.stage == Stage::Closed {
            return;
        }
        self.hints |= readiness;
        if self.stage == Stage::Pending && readiness.contains(Readiness::WRITABLE) {
            self.enter(Stage::Writable);
        }
    }

    /// The call of the tick table, or none: then it waits, or is settled.
    pub fn next(&self) -> Option<Step> {
        if self.running.is_some() || self.spoiled {
            return None;
        }
        match self.stage {
            Stage::Created if self.mode == Mode::Blocking => Some(Step::Connect),
            Stage::ConnectAttempted if self.mode != Mode::NonBlocking => Some(Step::Poll),
            Stage::New if self.addr.is_none() => Some(Step::Resolve),
            Stage::New => Some(Step::Socket),
            Stage::Resolving if self.addr.is_some() => Some(Step::Socket),
            Stage::Created => Some(Step::SetNonblocking),
            Stage::NonBlocking => Some(Step::Connect),
            Stage::ConnectAttempted if self.must_retry => None,
            Stage::ConnectAttempted => Some(Step::Register),
            Stage::Pending | Stage::Writable if self.hints.is_empty() => None,
            Stage::Pending | Stage::Writable if self.so_error_zero => Some(Step::Getpeername),
            Stage::Pending | Stage::Writable => Some(Step::SoError),
            _ => None,
        }
    }

    /// What a finished call proves, whoever asked for it. `at` is the record in which it was made.
    pub fn observe(&mut self, at: At, call: &Call, outcome: &Outcome) {
        self.running = None;
        if self.stage == Stage::Closed {
            return;
        }
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
            Call::Connect { .. } => self.observe_connect(outcome.errno),
            Call::EpollCtl { op, interest, .. } => self.observe_ctl(*op, *interest, outcome.errno),
            Call::SoError { .. } => {
                if let Some(Out::SoError(found)) = outcome.out {
                    self.observe_so_error(at, found);
                }
            }
            Call::Getpeername { .. } => self.observe_getpeername(outcome),
            Call::Send { .. } | Call::SendUrgent { .. } | Call::Recv { .. } => {
                self.observe_data(call, outcome)
            }
            Call::Poll { .. } => self.observe_poll(outcome),
            Call::Select { .. } => {
                if outcome.errno == Some(Errno::EBADF) {
                    self.fail(Failure::Errno(Errno::EBADF));
                    self.fd = None;
                    self.spoiled = false;
                }
            }
            Call::Listen { .. } => {
                if outcome.errno.is_none() && self.stage == Stage::Created {
                    self.enter(Stage::Listening);
                }
            }
            Call::Close { .. } => {
                self.enter(Stage::Closed);
                self.fd = None;
                self.registered = None;
                self.hints = Readiness::empty();
            }
            Call::Getaddrinfo { .. } => {
                if let Some(Out::Eai(eai)) = outcome.out {
                    self.fail(Failure::Name(eai));
                }
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
        self.fact = Some(Fact::Failed(failure));
        self.hints = Readiness::empty();
    }

    fn connected(&mut self, fact: Fact) {
        self.enter(Stage::Connected);
        self.failure = None;
        self.fact = Some(fact);
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
                self.connected(Fact::ConnectedBefore)
            }
            None => self.connected(Fact::Connect(None)),
            Some(Errno::EISCONN) => self.connected(Fact::Connect(errno)),
            Some(Errno::EINPROGRESS | Errno::EALREADY | Errno::EINTR) => {
                let watched = self.registered.is_some();
                self.enter(Stage::ConnectAttempted);
                if watched {
                    self.enter(Stage::Pending);
                }
                self.failure = None;
                self.fact = Some(Fact::Connect(errno));
            }
            Some(Errno::EAGAIN) => {
                self.enter(Stage::ConnectAttempted);
                self.must_retry = true;
                self.failure = None;
                self.fact = Some(Fact::Connect(errno));
            }
            Some(errno) => self.fail(Failure::Errno(errno)),
        }
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

    /// poll(2) of a socket with a timeout: it said writable, or the time is over, which is the program's verdict and not the kernel's.
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

    fn observe_so_error(&mut self, at: At, found: Option<Errno>) {
        self.envelope = Envelope::Opened {
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
                self.fact = Some(Fact::SoErrorZero);
            }
            None => {}
        }
    }

    fn observe_getpeername(&mut self, outcome: &Outcome) {
        match (&outcome.errno, &outcome.out) {
            (None, Some(Out::Addr(addr))) if self.stage.is_under_way() => {
                self.connected(Fact::Peer(addr.clone()))
            }
            (Some(Errno::ENOTCONN), _)
                if matches!(self.stage, Stage::Pending | Stage::Writable) =>
            {
                self.enter(Stage::Pending);
                self.hints = Readiness::empty();
                if self.so_error_zero {
                    self.fact = Some(Fact::Phantom);
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
            None if proof && self.stage.is_under_way() => self.connected(Fact::Data),
            None if outcome.ret == 0 && matches!(call, Call::Recv { .. }) => {
                self.hints.remove(done_hint)
            }
            None => {}
            Some(Errno::EAGAIN) if matches!(self.stage, Stage::Connected | Stage::Accepted) => {
                self.hints.remove(done_hint)
            }
            // The pending error is delivered once, to whoever asks first: here it was this call.
            Some(
                errno @ (Errno::ECONNREFUSED
                | Errno::ECONNRESET
                | Errno::ECONNABORTED
                | Errno::ETIMEDOUT
                | Errno::EHOSTUNREACH
                | Errno::ENETUNREACH),
            ) => self.fail(Failure::Errno(errno)),
            // EPIPE, ENOTCONN and the like speak of this call, not of how the connection ended.
            Some(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pure::addr::Family;

    fn at(n: u64) -> At {
        At { n, tick: Some(n) }
    }

    fn after(connects: &[Option<Errno>]) -> Attempt {
        let addr: Addr = "127.0.0.1:80".parse().expect("a valid address");
        let mut attempt = Attempt::new(AttemptId(1), Some(addr.clone()));
        attempt.observe(
            at(1),
            &Call::Socket {
                family: Family::Inet,
            },
            &Outcome::ok(4),
        );
        attempt.observe(at(2), &Call::SetNonblocking { fd: Fd(4) }, &Outcome::ok(0));
        for errno in connects {
            let outcome = errno.map_or_else(|| Outcome::ok(0), Outcome::failed);
            attempt.observe(
                at(3),
                &Call::Connect {
                    fd: Fd(4),
                    addr: addr.clone(),
                },
                &outcome,
            );
        }
        attempt
    }

    #[test]
    fn what_connect_says_decides_the_stage() {
        type Case<'a> = (&'a [Option<Errno>], Stage, Option<Fact>);
        let cases: [Case<'_>; 9] = [
            (&[None], Stage::Connected, Some(Fact::Connect(None))),
            (
                &[Some(Errno::EINPROGRESS)],
                Stage::ConnectAttempted,
                Some(Fact::Connect(Some(Errno::EINPROGRESS))),
            ),
            (
                &[Some(Errno::EINPROGRESS), Some(Errno::EALREADY)],
                Stage::ConnectAttempted,
                Some(Fact::Connect(Some(Errno::EALREADY))),
            ),
            (
                &[Some(Errno::EINPROGRESS), None],
                Stage::Connected,
                Some(Fact::ConnectedBefore),
            ),
            (
                &[Some(Errno::EINPROGRESS), None, Some(Errno::EISCONN)],
                Stage::Connected,
                Some(Fact::ConnectedBefore),
            ),
            (
                &[Some(Errno::EAGAIN)],
                Stage::ConnectAttempted,
                Some(Fact::Connect(Some(Errno::EAGAIN))),
            ),
            (
                &[Some(Errno::EAGAIN), None],
                Stage::Connected,
                Some(Fact::Connect(None)),
            ),
            (
                &[Some(Errno::ENETUNREACH)],
                Stage::Error,
                Some(Fact::Failed(Failure::Errno(Errno::ENETUNREACH))),
            ),
            (
                &[Some(Errno::ECONNREFUSED), Some(Errno::EINPROGRESS)],
                Stage::ConnectAttempted,
                Some(Fact::Connect(Some(Errno::EINPROGRESS))),
            ),
        ];
        for (connects, stage, fact) in cases {
            let attempt = after(connects);
            assert_eq!(
                (attempt.stage, &attempt.fact),
                (stage, &fact),
                "{connects:?}"
            );
        }
    }

    #[test]
    fn an_event_that_is_only_an_error_leads_to_so_error() {
        let mut attempt = after(&[Some(Errno::EINPROGRESS)]);
        let add = Call::EpollCtl {
            epfd: Fd(3),
            op: CtlOp::Add,
            fd: Fd(4),
            interest: Interest::default(),
        };
        attempt.observe(at(4), &add, &Outcome::ok(0));
        assert_eq!((attempt.stage, attempt.next()), (Stage::Pending, None));
        attempt.hear(Readiness::ERROR);
        assert_eq!(
            (attempt.stage, attempt.next()),
            (Stage::Pending, Some(Step::SoError))
        );
    }

    #[test]
    fn a_phantom_goes_back_to_pending() {
        let mut attempt = after(&[Some(Errno::EINPROGRESS)]);
        let add = Call::EpollCtl {
            epfd: Fd(3),
            op: CtlOp::Add,
            fd: Fd(4),
            interest: Interest::default(),
        };
        attempt.observe(at(4), &add, &Outcome::ok(0));
        attempt.hear(Readiness::WRITABLE);
        let zero = Outcome {
            ret: 0,
            errno: None,
            out: Some(Out::SoError(None)),
        };
        attempt.observe(at(5), &Call::SoError { fd: Fd(4) }, &zero);
        assert_eq!(attempt.next(), Some(Step::Getpeername));
        attempt.observe(
            at(6),
            &Call::Getpeername { fd: Fd(4) },
            &Outcome::failed(Errno::ENOTCONN),
        );
        assert_eq!(
            (attempt.stage, attempt.next(), &attempt.fact),
            (Stage::Pending, None, &Some(Fact::Phantom))
        );
    }
}
