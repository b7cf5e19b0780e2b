//! Why the queue does not do what is wished.

use crate::model::wire::PacketNumber;

/// Why a command about a packet is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PacketRefusal {
    /// No packet has this number.
    #[error("no packet has the number {0}")]
    Unknown(PacketNumber),
    /// It is not held any more.
    #[error("packet {0} was let go already; repeat sends one more copy")]
    LetGo(PacketNumber),
    /// It was thrown away.
    #[error("packet {0} was dropped; its sender sends it again by itself, or repeat does")]
    Dropped(PacketNumber),
    /// Nobody lives where it was sent to.
    #[error("packet {0} was swallowed: nobody lives where it was sent to")]
    Swallowed(PacketNumber),
    /// Only a connection can be reset.
    #[error("packet {0} belongs to no TCP connection")]
    NotTcp(PacketNumber),
    /// An ICMP error is about a packet that a kernel sent.
    #[error("packet {0} was injected: choose one that a kernel sent")]
    Injected(PacketNumber),
}
