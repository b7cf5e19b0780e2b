//! Packets that nobody receives: nobody lives where they are sent to, or the host there has vanished.

use super::{PacketQueue, QueueChanges, SessionTime};
use crate::model::packet::Packet;
use crate::model::wire::places::{self, WirePlace};
use crate::model::wire::{PacketEvent, PacketNumber, PacketStatus};

impl PacketQueue {
    /// The host of the server at [`WirePlace::Gone`] vanishes: whatever is on its way to it or from it is lost, from now on.
    pub fn host_vanishes(&mut self, now: SessionTime) -> QueueChanges {
        self.is_gone = true;
        let mut turn = QueueChanges::default();
        for number in self.waiting() {
            if self
                .bytes(number)
                .is_some_and(|bytes| self.is_swallowed(bytes))
            {
                self.swallow(&mut turn, number, now);
            }
        }
        turn
    }

    /// Whether nobody lives where this packet of a kernel is sent to.
    pub(super) fn is_swallowed(&self, bytes: &[u8]) -> bool {
        Packet::parse(bytes).is_some_and(|packet| {
            places::is(packet.target, WirePlace::Silent)
                || self.is_gone && places::is(packet.target, WirePlace::Gone)
        })
    }

    /// Its later copies are counted alone.
    pub(super) fn swallow(
        &mut self,
        turn: &mut QueueChanges,
        number: PacketNumber,
        now: SessionTime,
    ) {
        let entry = self.wire.get(number);
        if entry.is_some_and(|entry| entry.status != PacketStatus::Swallowed) {
            self.note(turn, number, now, PacketEvent::Swallowed);
        }
    }
}
