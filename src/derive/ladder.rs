//! The ladder of a connection on the lab wire: what the two programs called, what left a kernel, what arrived at the other, and which
//! states the kernels moved to, in the order in which it happened. It follows from the records, and takes each of them in once.

mod connection;
mod lines;
mod sessions;

pub use sessions::Ladders;

use crate::model::errno::Errno;
use crate::model::tcp::TcpState;
use crate::model::wire::{Due, PacketNumber};

/// One line of the ladder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LadderRow {
    /// The record in which it changed last.
    pub n: u64,
    /// When it happened, in microseconds since the session began.
    pub at_us: u64,
    /// What the client program called, and what came back.
    pub client_call: Option<String>,
    /// What became of the client's end in its kernel, and in which record.
    pub client_state: Option<(EndChange, u64)>,
    /// What is on the wire.
    pub transit: Option<Transit>,
    /// What became of the server's end in its kernel, and in which record.
    pub server_state: Option<(EndChange, u64)>,
    /// What the server program called, and what came back.
    pub server_call: Option<String>,
}

/// What became of one end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndChange {
    /// It has this state now.
    To(TcpState),
    /// Its kernel knows nothing of it any more.
    Gone,
}

impl EndChange {
    /// In a word.
    pub fn word(self) -> &'static str {
        match self {
            EndChange::To(state) => state.name(),
            EndChange::Gone => "forgotten",
        }
    }
}

/// A packet on the wire, on one line of the ladder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transit {
    /// Which packet.
    pub number: PacketNumber,
    /// What is seen of it here.
    pub part: LadderPart,
    /// So often its kernel has sent it, counted from this line on.
    pub sent: u32,
    /// The record in which it was sent last.
    pub sent_n: u64,
}

/// What one line of the ladder shows of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LadderPart {
    /// It has left its kernel, and is held.
    Held,
    /// It has left its kernel, and is let go by itself when this is due.
    Waits(Due),
    /// It has left its kernel; it arrives on a later line.
    Leaves,
    /// It has left its kernel and has arrived at the other, with nothing in between.
    Passes,
    /// It arrives; it left on an earlier line.
    Arrives,
    /// One more copy of it arrives.
    ArrivesAgain,
    /// It was thrown away here.
    Dropped,
    /// Nobody lives where it was sent to.
    Swallowed,
    /// It was made by hand, and arrives.
    Made,
    /// It could not be written to the other kernel, for this reason.
    NotWritten(Errno),
}
