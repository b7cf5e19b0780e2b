//! When something happens, and what it brings about: changes to record, bytes to write.

use crate::model::wire::{PacketChange, PacketEvent, PacketNumber};

/// When it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionTime {
    /// The time of the session, in microseconds.
    pub at_us: u64,
    /// The last tick of the user that is over.
    pub tick: u64,
}

/// Something to be written to the TUN device, as it is. What became of it is to be told with [`super::PacketQueue::written`]: until then it
/// has not happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Which packet it is.
    pub number: PacketNumber,
    /// Its bytes, addresses already swapped.
    pub bytes: Vec<u8>,
    /// What has happened once it is written.
    pub(super) what: PacketEvent,
    pub(super) at_us: u64,
}

/// What one event brings about: first record the changes, which are applied already, then write the deliveries and record what became of
/// each, all in this order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QueueChanges {
    /// What happened.
    pub changes: Vec<PacketChange>,
    /// What to write.
    pub deliveries: Vec<Delivery>,
}
