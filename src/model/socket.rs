//! The stage machine: what one socket may conclude from the calls made on it, and which call it makes next.
//!
//! ```text
//!                                            .------------- connect() = 0 ------------------.
//! (new) -> created -> non-blocking -> connect attempted -> pending -> writable -> (SO_ERROR 0) -> connected
//!   |         |            |                 |                |          |                |
//!   '---------'------------'-----------------'----------------'----------'--> error       '-> pending (ENOTCONN)
//! ```
//! Events are hints, calls are facts: [`Attempt::add_hint`] never reaches *connected*, *error* or *closed*; only [`Attempt::observe`] does.

mod file;
mod observe;
mod past;
mod stage;

pub use past::{Happened, Past, Taken, TakenBy};
pub use stage::Stage;

use super::addr::Addr;
use super::errno::{Errno, Failure};
use super::file::FileKind;
use super::ids::{AttemptId, Fd};
use super::readiness::{Interest, Readiness};
use std::time::Duration;

/// The call that the stage machine makes next on one socket. One step is one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NextCall {
    /// getaddrinfo(3), on a thread of its own.
    Resolve,
    /// socket(2)
    Socket,
    /// open(2), pipe2(2) or ioctl(2) `TIOCGPTPEER`, by what it is: a descriptor that is no socket.
    Open(FileKind),
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
    /// close(2): another attempt of its race is connected.
    Withdraw,
}

/// How a program uses its socket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// No call waits; the poll says when to go on.
    #[default]
    NonBlocking,
    /// No call waits, and the program asks by connect() itself, again and again: Python's `connect_ex` in a loop.
    ConnectEx,
    /// Every call waits until it is done.
    Blocking,
    /// As Python's `settimeout`: non-blocking inside, and poll(2) for so long at most before each call, and behind connect().
    Timeout(Duration),
}

impl Mode {
    /// The mode in words, with its time.
    pub fn words(self) -> String {
        match self {
            Mode::NonBlocking => "non-blocking".to_owned(),
            Mode::ConnectEx => "connect_ex".to_owned(),
            Mode::Blocking => "blocking".to_owned(),
            Mode::Timeout(after) => format!("timeout {} ms", after.as_millis()),
        }
    }
}

/// What is known about the connection from the calls so far: the word beside the stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConnectionFact {
    /// What connect() said last; `None` is 0.
    Connect(Option<Errno>),
    /// connect() was called again and said 0: the attempt before is connected.
    ConnectedBefore,
    /// SO_ERROR was read in the step that asks for the result and was 0.
    SoErrorZero,
    /// SO_ERROR was 0, and yet there is no peer.
    Phantom,
    /// getpeername() named the other end.
    Peer(Addr),
    /// Data went through: that proves a connection.
    Data,
    /// A call told this error, which does not end a connection or an attempt by itself.
    Noted(Errno),
    /// Why it failed.
    Failed(Failure),
    /// The program gave up: its deadline passed, and it closed the socket.
    GaveUp,
    /// The program closed the socket: another attempt of its race was proved connected.
    Outrun,
}

/// The pending error of a socket, which can be read once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SoErrorState {
    /// SO_ERROR was never read.
    #[default]
    Unread,
    /// It was read in this record, and this was in it; `None` is 0.
    Read {
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
pub struct AtRecord {
    /// Its number.
    pub n: u64,
    /// Its tick, if it was one; of a program that is watched the number of the step.
    pub tick: Option<u64>,
    /// The last tick, up to then.
    pub last_tick: u64,
}

/// One descriptor's life.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Its number, which is also its mio token.
    pub id: AttemptId,
    /// Where it connects to; unknown while a name is looked up.
    pub addr: Option<Addr>,
    /// What its descriptor stands for, if not for a socket.
    pub file: Option<FileKind>,
    /// Its descriptor, while it is open: the name that its calls use.
    pub fd: Option<Fd>,
    /// More descriptors of the same open socket, from dup(2), each with how the library that holds it waits. The kernel's flag is the open
    /// file's, and they share it; a library's timeout is each one's own.
    pub more_names: Vec<(Fd, Mode)>,
    /// How far it is.
    pub stage: Stage,
    /// What the poll watches it for, once it is registered.
    pub registered: Option<Interest>,
    /// What events have reported since the last connect() and was not yet acted on.
    pub hints: Readiness,
    /// SO_ERROR was 0 in the step that asks for the result; getpeername comes next.
    so_error_zero: bool,
    /// connect() said "try again": nothing will come by waiting.
    pub must_retry: bool,
    /// What is known so far.
    pub fact: Option<ConnectionFact>,
    /// Why it is in stage *error*.
    pub failure: Option<Failure>,
    /// Who has read the pending error.
    pub so_error: SoErrorState,
    /// When another call than getsockopt() took a pending error: which call stands in its past.
    pub taken_at: Option<AtRecord>,
    /// Every stage it has been in.
    pub walked: StageSet,
    /// How it is used.
    pub mode: Mode,
    /// Its calls do not wait: FIONBIO was set, or accept4 made it so.
    pub nonblocking: bool,
    /// The call that is still running on it, by its id and name.
    pub running: Option<(u64, &'static str)>,
    /// Somebody closed its number behind the program's back.
    pub bad_fd: bool,
    /// What has happened on it so far.
    pub past: Past,
}

/// A set of stages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StageSet(u16);

impl StageSet {
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
            file: None,
            fd: None,
            more_names: Vec::new(),
            stage: Stage::New,
            registered: None,
            hints: Readiness::empty(),
            so_error_zero: false,
            must_retry: false,
            fact: None,
            failure: None,
            so_error: SoErrorState::Unread,
            taken_at: None,
            walked: StageSet::default(),
            mode: Mode::NonBlocking,
            nonblocking: false,
            running: None,
            bad_fd: false,
            past: Past::default(),
        }
    }

    /// The same, used in this way. What is open already is blocking or not by it.
    pub fn used(mut self, mode: Mode) -> Attempt {
        self.mode = mode;
        self.nonblocking &= mode != Mode::Blocking;
        self
    }

    /// The same, for a descriptor that is no socket.
    pub fn of_file(mut self, file: Option<FileKind>) -> Attempt {
        self.file = file;
        self
    }

    /// The peer's socket: it begins with a descriptor, in this stage.
    pub fn peer_end(id: AttemptId, addr: Option<Addr>, fd: Fd, stage: Stage) -> Attempt {
        let mut attempt = Attempt {
            fd: Some(fd),
            nonblocking: true,
            past: Past::accepted(stage),
            ..Attempt::new(id, addr)
        };
        attempt.enter(stage);
        attempt
    }

    /// Every descriptor that it has, the one that its calls use first.
    pub fn names(&self) -> impl Iterator<Item = Fd> + '_ {
        let more = self.more_names.iter().map(|(name, _)| *name);
        self.fd.into_iter().chain(more)
    }

    /// Whether this descriptor is one of its names.
    pub fn has_name(&self, fd: Fd) -> bool {
        self.names().any(|name| name == fd)
    }

    /// Takes a name away; the next one is used from then on.
    fn drop_name(&mut self, fd: Fd) {
        if self.fd == Some(fd) {
            let next = (!self.more_names.is_empty()).then(|| self.more_names.remove(0));
            self.fd = next.map(|(name, _)| name);
            self.mode = next.map_or(self.mode, |(_, mode)| mode);
        } else {
            self.more_names.retain(|(name, _)| *name != fd);
        }
    }

    /// Enters a stage.
    pub(super) fn enter(&mut self, stage: Stage) {
        self.stage = stage;
        self.walked.insert(stage);
    }

    /// An event of the program's poll: a hint.
    pub fn add_hint(&mut self, readiness: Readiness) {
        if self.stage == Stage::Closed {
            return;
        }
        self.hints |= readiness;
        if self.stage == Stage::Pending && readiness.contains(Readiness::WRITABLE) {
            self.enter(Stage::Writable);
        }
    }

    /// A watched program asks its poll for this from now on. Whoever is asked about while a connect is under way waits for it.
    pub(super) fn is_asked(&mut self, interest: Option<Interest>) {
        self.registered = interest;
        if interest.is_some() && self.stage == Stage::ConnectAttempted && !self.must_retry {
            self.enter(Stage::Pending);
        }
    }

    /// A watched program has it by these descriptors from now on. Without any it is closed.
    pub(super) fn has_names(&mut self, names: &[Fd]) {
        let first = self.fd.filter(|fd| names.contains(fd));
        self.fd = first.or_else(|| names.first().copied());
        let more = names.iter().filter(|name| Some(**name) != self.fd);
        self.more_names = more.map(|name| (*name, self.mode)).collect();
        if self.fd.is_none() {
            self.enter(Stage::Closed);
            self.registered = None;
            self.hints = Readiness::empty();
            self.running = None;
        }
    }

    /// The call of the tick table, or none: then it waits, or is settled.
    pub fn next(&self) -> Option<NextCall> {
        if self.running.is_some() || self.bad_fd {
            return None;
        }
        if let Some(file) = self.file {
            return self.next_of_file(file);
        }
        match self.stage {
            Stage::Created if self.mode == Mode::Blocking => Some(NextCall::Connect),
            Stage::ConnectAttempted if self.mode == Mode::ConnectEx => Some(NextCall::Connect),
            // Nothing was begun, so there is nothing to wait for, whatever the mode.
            Stage::ConnectAttempted if self.must_retry => None,
            Stage::ConnectAttempted if self.mode != Mode::NonBlocking => Some(NextCall::Poll),
            Stage::New if self.addr.is_none() => Some(NextCall::Resolve),
            Stage::New => Some(NextCall::Socket),
            Stage::Resolving if self.addr.is_some() => Some(NextCall::Socket),
            Stage::Created => Some(NextCall::SetNonblocking),
            Stage::NonBlocking => Some(NextCall::Connect),
            Stage::ConnectAttempted => Some(NextCall::Register),
            Stage::Pending | Stage::Writable if self.hints.is_empty() => None,
            Stage::Pending | Stage::Writable if self.so_error_zero => Some(NextCall::Getpeername),
            Stage::Pending | Stage::Writable => Some(NextCall::SoError),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
