//! Why a command was not carried out, or not to its end, and what to do instead.

use super::errno::Errno;
use super::ids::{Fd, Row};
use super::target::TargetError;
use thiserror::Error;

/// A command that was refused. What was done before stands in the record that comes with the refusal; without a record nothing was done.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    /// What cannot be done with a client of a lesson.
    #[error("{0}")]
    OfAClient(String),
    /// The text is no target.
    #[error("{0}")]
    Target(#[from] TargetError),
    /// The number belongs to no row.
    #[error("there is no socket {0}")]
    NoSuchRow(Row),
    /// Nothing to call it on.
    #[error("{0} has no socket yet: the next tick makes one")]
    NoSocketYet(Row),
    /// Its number turned out to be bad, and the program threw it away.
    #[error("{0} has no descriptor any more: restart {0} begins again")]
    ThrownAway(Row),
    /// Closed for ever.
    #[error("{0} is closed: restart {0} begins again")]
    Closed(Row),
    /// A call has not returned yet.
    #[error("{0} is stuck in {1}(): interrupt {0} ends that call with a signal")]
    Stuck(Row, &'static str),
    /// Its attempts would begin all at once.
    #[error(
        "the attempts of a race begin at least 10 ms apart (RFC 8305, section 5): race {0} 250ms"
    )]
    RaceTooDense(Row),
    /// Nothing to interrupt.
    #[error("no call is stuck on {0}, so there is nothing to interrupt")]
    NothingRuns(Row),
    /// Its number was closed behind the program's back.
    #[error(
        "the number of {0} was closed behind the program's back, so no call is made on it: probe finds it, restart {0} begins again"
    )]
    BadFd(Row),
    /// The kernel has given the number to another socket.
    #[error(
        "number {1} of {0} was handed out again and is another socket's now: select would speak of that one; restart {0} begins again"
    )]
    AStrangers(Row, Fd),
    /// The lab wire cannot be set up here.
    #[error("there is no lab wire here: {0} (sockstep doctor tries every step)")]
    NoWire(String),
    /// No target on it.
    #[error("nothing is on the lab wire: add @wire:80 first")]
    NoWireYet,
    /// Not with this packet.
    #[error("{0}")]
    Packet(#[from] super::wire::queue::PacketRefusal),
    /// No packet to do it with.
    #[error("no packet was sent yet, so there is nothing to do it with")]
    NothingHeld,
    /// No open descriptor anywhere.
    #[error("no socket is open, so there is nothing to probe")]
    NothingToProbe,
    /// Not with a peer.
    #[error("{0} is a peer, which cannot {1}")]
    PeerCannot(Row, &'static str),
    /// The row exists, and leads elsewhere.
    #[error("{0} does not lead to @{1}")]
    NotThatPeer(Row, String),
    /// A mystery keeps its secret.
    #[error("the peer of {0} is a mystery: it plays by itself, and does not show how")]
    Hidden(Row),
    /// Thousands would be needed.
    #[error(
        "the queue of {0} has room for {1}: too many to fill. listen {0} 2 makes it smaller first"
    )]
    TooRoomy(Row, u32),
    /// The peer is somebody else's.
    #[error("the peer of {0} has no socket in this lab: only its own program can act there")]
    NotOurs(Row),
    /// What it is has none.
    #[error("{0} is no socket, so it has no peer that could listen, accept or wait for keys")]
    NoPeer(Row),
    /// A pipe and a pseudo-terminal have two ends, and both have rows.
    #[error("both ends of {0} are in the list already: add @pipe or @pty makes a new pair")]
    BothEnds(Row),
    /// What files are read and written by, asked of a socket.
    #[error("{0} is a socket: send {0} TEXT and recv {0} are the words for it")]
    IsSocket(Row),
    /// Nothing to race.
    #[error("{0} leads to one address: a race wants a name, or a peer with several, such as @two")]
    OneAddress(Row),
    /// It has begun.
    #[error(
        "{0} has begun to connect: restart {0} begins again, and race {0} 250ms comes before its first socket"
    )]
    RacesTooLate(Row),
    /// Its calls wait.
    #[error(
        "the attempts of a race go on side by side, so none of their calls may wait: {0} races only in mode non-blocking"
    )]
    RacesWithoutWaiting(Row),
    /// It is an attempt of another row's race.
    #[error(
        "{0} is one attempt of the race of {1}: race {1} 250ms, or race {1} off, is about all of them"
    )]
    OneOfARace(Row, Row),
    /// There is none.
    #[error("the addresses of {0} are not raced, so there is nothing to switch off")]
    NoRace(Row),
    /// Nobody listens at the peer.
    #[error("nobody listens at the peer of {0}, so there is nothing to accept")]
    NobodyListens(Row),
    /// A call of the lab failed. What it had made for one peer was closed again; places that were taken in a queue stay taken.
    #[error("the lab could not set up {target}: {errno}{}", hint.map_or_else(String::new, |hint| format!("; {hint}")))]
    Staging {
        /// Which peer, or whose queue.
        target: String,
        /// The errno of the call that failed.
        errno: Errno,
        /// What to do, if the machine is known to be at fault.
        hint: Option<&'static str>,
    },
}
