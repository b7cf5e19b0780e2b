//! The unit of history: what one press, one answer or one command made happen.

mod look;
mod pack;

pub use look::Look;
pub use pack::KeptChange;

use super::addr::Addr;
use super::call::CallFact;
use super::command::{Command, OnOff};
use super::errno::Failure;
pub use super::header::Header;
use super::ids::{AttemptId, Fd, Row};
use super::lesson_mark::LessonMark;
use super::pack::Packable;
use super::readiness::{Interest, Readiness};
use super::socket::{Mode, Stage};
use super::target::Target;
use super::task::{ProgramWords, Task, TaskFact};
use super::tcp::TcpState;
use super::unknown::Unknown;
use std::sync::Arc;
use std::time::Duration;

/// Why a record exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Somebody asked for it.
    Command(Command),
    /// A resolver or another helper has an answer: nobody pressed anything.
    Answer,
    /// A thread of the watched program was let go, and made its call.
    Step(Task),
    /// The watched program went on by itself: it began, came to a call, spoke, or ended.
    Program,
    /// Words of a recording that this program does not speak, kept as they were.
    Unknown(String),
}

/// What a command changed without a call of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A new row.
    Added {
        /// Its number: one more than the last.
        row: Row,
        /// What the user typed, and where it leads.
        target: Target,
        /// Its addresses, if they are known already; a name has none yet.
        addresses: Vec<Addr>,
        /// What it will be watched for.
        interest: Interest,
        /// How its socket is used.
        mode: Mode,
    },
    /// A socket of the peer stands in the list from now on.
    Appeared {
        /// Its number: one more than the last.
        row: Row,
        /// What it is called.
        target: Arc<str>,
        /// Which end.
        role: Role,
        /// Its descriptor, which is open already.
        fd: Fd,
        /// *created* (bound only), *listening* or *accepted*.
        stage: Stage,
        /// Of a listener its own address, of an accepted connection the other end's.
        addr: Option<Addr>,
        /// What it will be watched for.
        interest: Interest,
        /// How its calls wait.
        mode: Mode,
    },
    /// How calls on a row wait from now on.
    Mode {
        /// Which.
        row: Row,
        /// How.
        mode: Mode,
    },
    /// The peer of a row waits for keys from now on, or is played by the lab again.
    ByHand {
        /// The row whose peer it is.
        row: Row,
        /// Whether it waits for keys.
        switch: OnOff,
    },
    /// When the program gives a row's connect up, in microseconds since the session began.
    Deadline {
        /// Which.
        row: Row,
        /// When; `None` is never.
        at_us: Option<u64>,
    },
    /// The addresses of a row are raced from its next lookup on.
    Race {
        /// Which.
        row: Row,
        /// So long after an attempt called connect() the next one begins; `None`: they are tried one after the other.
        delay: Option<Duration>,
    },
    /// A row is the last attempt of the race of another.
    Races {
        /// Which.
        row: Row,
        /// Whose addresses are raced.
        of: Row,
    },
    /// When an attempt of a race begins if nothing comes before, in microseconds since the session began.
    Due {
        /// Which.
        row: Row,
        /// When.
        at_us: u64,
    },
    /// Whether ticks read by themselves.
    Autodrain(OnOff),
    /// The row is gone from the screen.
    Removed {
        /// Which.
        row: Row,
    },
    /// The row begins again with a new attempt.
    Restarted {
        /// Which.
        row: Row,
    },
    /// What it will be watched for.
    Interest {
        /// Which.
        row: Row,
        /// For what.
        interest: Interest,
    },
    /// Where the socket of a watched program leads, as its connect() says.
    Named {
        /// Which.
        row: Row,
        /// What it is called from now on: the address, or the peer of the lab that is there.
        target: Arc<str>,
        /// The address.
        addr: Addr,
    },
    /// What a watched program asks about a socket from now on, in a set of poll(2) or select(2) or by epoll_ctl(2).
    Asked {
        /// Which.
        row: Row,
        /// For what; `None` is not at all.
        interest: Option<Interest>,
    },
    /// The descriptors by which a watched program has a socket from now on, from /proc/PID/fd: none is left when it is closed.
    Names {
        /// Which.
        row: Row,
        /// Each with the number of its process.
        names: Vec<(u32, Fd)>,
    },
}

/// Which end of a connection a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The program that is stepped.
    Client,
    /// The socket to which the client connects: a listener, or one that is only bound.
    Peer {
        /// The client's row, for which it was made.
        of: Row,
    },
    /// What came out of accept(2).
    Accepted {
        /// The client's row, for which the listener was made.
        of: Row,
    },
}

impl Role {
    /// The row for which this peer was made; `None` for a client.
    pub fn of(self) -> Option<Row> {
        match self {
            Role::Client => None,
            Role::Peer { of } | Role::Accepted { of } => Some(of),
        }
    }
}

/// One event of the program's poll.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// Whom it concerns.
    pub row: Row,
    /// The attempt it was registered for, if that is not the row's current one: a stale event, which nobody takes.
    pub stale: Option<AttemptId>,
    /// What it says.
    pub readiness: Readiness,
}

/// What one look says of a socket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Answer<T> {
    /// Nobody asked.
    #[default]
    NotAsked,
    /// It was asked and cannot answer, such as select(2) about descriptor 1024.
    NoAnswer,
    /// The call failed as a whole, with EBADF: one descriptor among those it was asked about was closed.
    BadDescriptor,
    /// Its answer.
    Says(T),
}

impl<T: Copy> Answer<T> {
    /// The answer, if there is one.
    pub fn answer(self) -> Option<T> {
        match self {
            Answer::Says(answer) => Some(answer),
            _ => None,
        }
    }
}

/// What `TCP_INFO` says: tcp(7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TcpFacts {
    /// The state.
    pub state: TcpState,
    /// Segments sent again since the socket was made. In SYN-SENT: SYNs sent, less one.
    pub retransmits: u32,
    /// The pause before the next try, in microseconds.
    pub rto_us: u32,
    /// The smoothed round trip, in microseconds; 0 before the first.
    pub rtt_us: u32,
    /// Segments sent and not acknowledged. On a listener: the accept queue's length.
    pub unacked: u32,
    /// On a listener: the accept queue's limit.
    pub sacked: u32,
    /// When the retransmission timer goes off, in microseconds since the session began, from sock_diag(7); asked in SYN-SENT only.
    pub due_us: Option<u64>,
    /// When the kernel gives the connect up if nothing comes, counted forward from the timer and the socket's options
    /// ([`crate::model::retransmit`]), in microseconds since the session began; in SYN-SENT only.
    pub gives_up_us: Option<u64>,
}

/// The accept queue of the listener at the peer of a lab row, from its `TCP_INFO`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AcceptQueue {
    /// Finished connections that wait for accept().
    pub length: u32,
    /// The limit; one more than this fits.
    pub limit: u32,
}

/// What a kernel says of its end of a connection on the lab wire: sock_diag(7). A half-open end (SYN-RECV), one in TIME-WAIT and one whose
/// program has closed it have no descriptor; they are only here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WireEnd {
    /// The state.
    pub state: TcpState,
    /// So often the last thing was sent again.
    pub retransmits: u32,
    /// When it sends again if nothing comes, in microseconds since the session began; `None` if no such timer runs.
    pub due_us: Option<u64>,
    /// When it forgets the connection if nothing comes, in microseconds since the session began: from the timer itself in TIME-WAIT and an
    /// orphaned FIN-WAIT-2, else counted forward ([`crate::model::retransmit`]). `None` if it cannot be told.
    pub gives_up_us: Option<u64>,
}

/// Both ends of a connection on the lab wire. No answer: that kernel knows nothing of the connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WireEnds {
    /// The client's kernel.
    pub client: Answer<WireEnd>,
    /// The server's kernel.
    pub server: Answer<WireEnd>,
}

/// One thing that happened to one packet, with the packet as the client sees it where it was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PacketFact {
    /// What happened.
    pub change: crate::model::wire::PacketChange,
    /// If it was sent just now: its bytes from the IP header on, from the client's point of view.
    pub bytes: Option<Vec<u8>>,
}

/// A row that entered a stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageChange {
    /// Which row.
    pub row: Row,
    /// Its target, as typed.
    pub target: Arc<str>,
    /// The new stage.
    pub stage: Stage,
    /// Why, if it is *error*.
    pub failure: Option<Failure>,
}

/// What happened between two moments at which the user was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Counts records, from 0: the targets given at the start.
    pub n: u64,
    /// Counts calls of the program's poll; `None` if it was not called.
    pub tick: Option<u64>,
    /// Why it happened.
    pub cause: Cause,
    /// Microseconds since the session began, by the monotonic clock.
    pub at_us: u64,
    /// Rows added, removed, begun again.
    pub changes: Packable<Change>,
    /// Every call, in the order in which they were made.
    pub calls: Packable<CallFact>,
    /// What the program's poll said.
    pub events: Packable<Event>,
    /// The rules that the wire was given, for packets that appear from now on.
    pub rules: Vec<crate::model::wire::rule::Rule>,
    /// What happened to packets of the lab wire.
    pub packets: Vec<PacketFact>,
    /// What happened to the threads of a watched program.
    pub tasks: Vec<TaskFact>,
    /// What a watched program said, behind its calls.
    pub said: Vec<ProgramWords>,
    /// What the looks said afterwards.
    pub looks: Packable<(Row, Look)>,
    /// When the looks were taken, if they were.
    pub looked: bool,
    /// Which rows entered which stage: follows from the rest, for readers who do not fold.
    pub stages: Packable<StageChange>,
    /// What its line says besides, and this program does not understand. Nothing follows from it.
    pub unknown: Vec<Unknown>,
}

impl Record {
    /// The command that asked for it, if one did.
    pub fn command(&self) -> Option<&Command> {
        match &self.cause {
            Cause::Command(command) => Some(command),
            Cause::Answer | Cause::Step(_) | Cause::Program | Cause::Unknown(_) => None,
        }
    }

    /// The words of a note, if it is one.
    pub fn note(&self) -> Option<&str> {
        match self.command() {
            Some(Command::Note(words)) => Some(words),
            _ => None,
        }
    }

    /// What a lesson wrote down, if it is that.
    pub fn lesson_mark(&self) -> Option<&LessonMark> {
        match self.command() {
            Some(Command::Lesson(mark)) => Some(mark),
            _ => None,
        }
    }

    /// Packs its long lists: nothing else about it changes.
    pub fn pack(&mut self) {
        self.changes.pack();
        self.calls.pack();
        self.events.pack();
        self.looks.pack();
        self.stages.pack();
    }

    /// Whether any list of it is packed.
    pub fn is_packed(&self) -> bool {
        self.changes.is_packed()
            || self.calls.is_packed()
            || self.events.is_packed()
            || self.looks.is_packed()
            || self.stages.is_packed()
    }

    /// Whether any list of it is long enough to be packed.
    pub fn is_long(&self) -> bool {
        self.changes.is_long()
            || self.calls.is_long()
            || self.events.is_long()
            || self.looks.is_long()
            || self.stages.is_long()
    }

    /// An empty record.
    pub fn new(n: u64, cause: Cause, at_us: u64) -> Record {
        Record {
            n,
            tick: None,
            cause,
            at_us,
            changes: Packable::default(),
            calls: Packable::default(),
            events: Packable::default(),
            rules: Vec::new(),
            packets: Vec::new(),
            tasks: Vec::new(),
            said: Vec::new(),
            looks: Packable::default(),
            looked: false,
            stages: Packable::default(),
            unknown: Vec::new(),
        }
    }
}
