//! Why the queue does not do what is wished.

use crate::model::wire::Number;

/// Why a wish cannot be fulfilled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No packet has this number.
    #[error("no packet has the number {0}")]
    Unknown(Number),
    /// It is not in the hand any more.
    #[error("packet {0} was let go already; repeat sends one more copy")]
    LetGo(Number),
    /// It was thrown away.
    #[error("packet {0} was dropped; its sender sends it again by itself, or repeat does")]
    Dropped(Number),
    /// Nobody lives where it was sent to.
    #[error("packet {0} was swallowed: nobody lives where it was sent to")]
    Swallowed(Number),
    /// Only a connection can be reset.
    #[error("packet {0} belongs to no TCP connection")]
    NotTcp(Number),
    /// An ICMP error is about a packet that a kernel sent.
    #[error("packet {0} was injected: choose one that a kernel sent")]
    Injected(Number),
}
