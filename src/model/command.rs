//! What a user can ask for. How it is written and read is the language's.

use super::call::Call;
use super::ids::{Fd, Row};
use super::lesson_mark::LessonMark;
use super::packet::flow::RstNumber;
use super::packet::segment::Direction;
use super::readiness::Interest;
use super::socket::Mode;
use super::target::Target;
use super::wire::rule::Rule;
use super::wire::{PacketNumber, RelativePlace};
use std::time::Duration;
use strum::{EnumString, IntoStaticStr};

/// Something the user asked for that acts on sockets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// New targets.
    Add(Vec<Target>),
    /// The same target three times: connected blocking, with a timeout, and non-blocking.
    Modes(Target),
    /// The same target twice: connected by connect() again and again, and by the poll.
    Ways(Target),
    /// How calls on a row wait from now on.
    Mode(Row, Mode),
    /// Take a row away; its descriptors are closed.
    Delete(Row),
    /// Begin a row again.
    Restart(Row),
    /// One tick.
    Tick {
        /// Only this row makes its call.
        only: Option<Row>,
        /// Wait for an event.
        wait: bool,
    },
    /// Look again.
    Look,
    /// Watch a row for something else.
    Interest(Row, Interest),
    /// connect() again.
    Connect(Row),
    /// Register with the poll at once, however far the socket is.
    Register(Row),
    /// One call on a row's descriptor.
    Make(Row, CallRequest),
    /// Offer bytes until the kernel takes no more.
    Fill(Row),
    /// Read until nothing is left.
    Drain(Row),
    /// Whether a tick reads by itself from a socket that was reported to be readable.
    Autodrain(OnOff),
    /// Close the descriptor.
    Close(Row),
    /// Close it so that the other end is reset.
    Reset(Row),
    /// Give up the connect after so long; `None`: never.
    Deadline(Row, Option<Duration>),
    /// Race the addresses of a row, each attempt beginning so long after the one before it; `None`: one after the other.
    Race(Row, Option<Duration>),
    /// End a call that is stuck, by a signal.
    Interrupt(Row),
    /// Close a row's descriptor behind the program's back.
    BadFd(Row),
    /// select(2) on the next row alone, to find the bad one.
    Probe,
    /// Accept at the peer of a lab row, or on a listener.
    Accept(Row, AfterAccept),
    /// Listen at a peer that is only bound.
    Listen(Row, u32),
    /// The peer waits for keys, and stands in the list; or the lab plays it again.
    ByHand(Row, OnOff),
    /// Fill the peer's accept queue, or empty it.
    Queue(Row, Fullness),
    /// How many events one poll can report; `None`: as many as there can be.
    Capacity(Option<u32>),
    /// How many descriptors more the program may open; `None`: as many as its process may.
    Limit(Option<u32>),
    /// Let a packet of the wire go; `None`: all of them.
    Release(Option<PacketNumber>),
    /// Throw a packet of the wire away.
    Drop(PacketNumber),
    /// Let one more copy of a packet go.
    Repeat(PacketNumber),
    /// Give a held packet another place.
    Reorder(PacketNumber, RelativePlace, PacketNumber),
    /// Which packets of the wire are held from now on, and which pass.
    Rule(Rule),
    /// Write a reset to one of the two ends; of the newest connection unless a packet of another is named.
    InjectRst(Direction, RstNumber, Option<PacketNumber>),
    /// Write an ICMP error about a packet: type and code; about the first that is held unless one is named.
    InjectIcmp(u8, u8, Option<PacketNumber>),
    /// Words of the user, to be kept beside what happened.
    Note(String),
    /// What a lesson writes down.
    Lesson(LessonMark),
}

/// A call on a descriptor whose number is not known yet: the row's, when the call is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallRequest(Call);

impl CallRequest {
    /// What stands where the descriptor will.
    const NOT_YET: Fd = Fd(-1);

    /// The call that this makes of a descriptor.
    pub fn new(call: impl FnOnce(Fd) -> Call) -> CallRequest {
        CallRequest(call(CallRequest::NOT_YET))
    }

    /// The call on this descriptor.
    pub fn on(&self, fd: Fd) -> Call {
        self.0.on(fd)
    }

    /// The call without its descriptor.
    pub fn call(&self) -> &Call {
        &self.0
    }

    /// The same, to change what goes in.
    pub fn call_mut(&mut self) -> &mut Call {
        &mut self.0
    }
}

/// On or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum OnOff {
    /// On.
    On,
    /// Off.
    Off,
}

impl OnOff {
    /// The word.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// What becomes of a connection that was accepted by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AfterAccept {
    /// It is kept.
    Keep,
    /// It is kept, and it is a blocking socket.
    Blocking,
    /// It is reset at once.
    Reset,
}

/// What to make of an accept queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Fullness {
    /// Connections of the lab's own take every place.
    Full,
    /// The lab's own connections that wait there are taken out.
    Free,
}

impl Fullness {
    /// The word.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// The most that one recv asks for, and one send offers unless it is `bulk`.
pub const MAX_RECV: u32 = 65_536;
/// What recv asks for when nothing is said.
pub const DEFAULT_RECV: u32 = 1024;
/// The most that `bulk` offers in one call.
pub const MAX_BULK: u32 = 64 * 1024 * 1024;
/// The backlog of `listen` when nothing is said.
pub const DEFAULT_BACKLOG: u32 = 4096;

impl Command {
    /// One tick of all sockets, which does not wait.
    pub const TICK: Command = Command::Tick {
        only: None,
        wait: false,
    };

    /// One call on a row's descriptor.
    pub fn make(row: Row, call: impl FnOnce(Fd) -> Call) -> Command {
        Command::Make(row, CallRequest::new(call))
    }

    /// The row at whose peer it is done, and not on a socket of the program's own, if it is.
    pub fn at_peer_of(&self) -> Option<Row> {
        match self {
            Command::Accept(row, _)
            | Command::Listen(row, _)
            | Command::ByHand(row, _)
            | Command::Queue(row, _) => Some(*row),
            _ => None,
        }
    }

    /// The row it acts on, if on one.
    pub fn row(&self) -> Option<Row> {
        match self {
            Command::Add(_)
            | Command::Modes(_)
            | Command::Ways(_)
            | Command::Look
            | Command::Autodrain(_)
            | Command::Probe
            | Command::Capacity(_)
            | Command::Limit(_)
            | Command::Release(_)
            | Command::Drop(_)
            | Command::Repeat(_)
            | Command::Reorder(..)
            | Command::Rule(_)
            | Command::InjectRst(..)
            | Command::InjectIcmp(..)
            | Command::Note(_)
            | Command::Lesson(_) => None,
            Command::Tick { only, .. } => *only,
            Command::Mode(row, _)
            | Command::Delete(row)
            | Command::Restart(row)
            | Command::Interest(row, _)
            | Command::Connect(row)
            | Command::Register(row)
            | Command::Make(row, _)
            | Command::Fill(row)
            | Command::Drain(row)
            | Command::Close(row)
            | Command::Reset(row)
            | Command::Deadline(row, _)
            | Command::Race(row, _)
            | Command::Interrupt(row)
            | Command::BadFd(row)
            | Command::Accept(row, _)
            | Command::Listen(row, _)
            | Command::ByHand(row, _)
            | Command::Queue(row, _) => Some(*row),
        }
    }
}
