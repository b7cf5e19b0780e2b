//! The queue: packets appear, the user decides, and out come the bytes to write back and the changes to record. Time is an argument.

mod changes;
mod client_view;
mod copy_key;
mod inject;
mod refusal;
mod vanish;

pub use changes::{Delivery, QueueChanges, SessionTime};
pub use refusal::PacketRefusal;

use super::super::errno::Errno;
use super::super::packet::flow::Flows;
use super::super::packet::{Packet, mirrored};
use super::places;
use super::rule::{Rule, Treatment};
use super::{
    Due, Origin, PacketChange, PacketEvent, PacketNumber, PacketStatus, RelativePlace, ReleasedBy,
    Wire,
};
use copy_key::{CopyKey, likeness};
use std::collections::HashMap;

/// The packets of the lab wire with their bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PacketQueue {
    wire: Wire,
    /// Of each packet, by number: the last copy as it left its kernel, or as it was injected.
    bytes: Vec<Vec<u8>>,
    /// The newest number of equal packets.
    known: HashMap<CopyKey, PacketNumber>,
    flows: Flows,
    /// The host at [`places::WirePlace::Gone`] has vanished.
    is_gone: bool,
}

impl PacketQueue {
    /// What became of every packet.
    pub fn wire(&self) -> &Wire {
        &self.wire
    }

    /// One more rule, for packets that appear from now on.
    pub fn rule(&mut self, rule: Rule) {
        self.wire.rules.add(rule);
    }

    /// A packet left a kernel. What is neither TCP nor ICMP between the places of the lab is not taken notice of.
    pub fn appear(&mut self, bytes: &[u8], now: SessionTime) -> QueueChanges {
        let mut turn = QueueChanges::default();
        let Some(packet) = Packet::parse(bytes) else {
            return turn;
        };
        let goes = |place| places::is(packet.target, place);
        let is_known = goes(places::WirePlace::Silent)
            || goes(places::WirePlace::There)
            || goes(places::WirePlace::Gone);
        if !places::is(packet.source, places::WirePlace::Here) || !is_known {
            return turn;
        }
        let silent = self.is_swallowed(bytes);
        let (flow, segment) = self.flows.see(&packet);
        let likeness = flow.and_then(|flow| likeness(&packet, flow, segment.direction));
        let known = likeness
            .as_ref()
            .and_then(|likeness| self.known.get(likeness).copied());
        let number = if let Some(number) = known {
            self.keep(number, bytes);
            self.note(&mut turn, number, now, PacketEvent::SentAgain);
            number
        } else {
            let what = PacketEvent::Appeared {
                flow,
                segment,
                origin: Origin::Kernel,
            };
            let number = self.new_entry(&mut turn, bytes.to_vec(), now, what);
            self.known
                .extend(likeness.map(|likeness| (likeness, number)));
            number
        };
        if silent {
            self.swallow(&mut turn, number, now);
            return turn;
        }
        self.by_rule(&mut turn, number, now);
        turn
    }

    /// Lets a packet go: its last copy is written to the other kernel, the others with it are forgotten.
    ///
    /// # Errors
    /// It is not held.
    pub fn release(
        &mut self,
        number: PacketNumber,
        now: SessionTime,
    ) -> Result<QueueChanges, PacketRefusal> {
        self.must_be_held(number)?;
        let mut turn = QueueChanges::default();
        self.let_go(&mut turn, number, now, ReleasedBy::Learner);
        Ok(turn)
    }

    /// Lets everything go that is held or waits, in the order of the queue.
    pub fn release_all(&mut self, now: SessionTime) -> QueueChanges {
        let mut turn = QueueChanges::default();
        for number in self.waiting() {
            self.let_go(&mut turn, number, now, ReleasedBy::Learner);
        }
        turn
    }

    /// Throws a packet away, with all its copies so far.
    ///
    /// # Errors
    /// It is not held.
    pub fn drop(
        &mut self,
        number: PacketNumber,
        now: SessionTime,
    ) -> Result<QueueChanges, PacketRefusal> {
        self.must_be_held(number)?;
        let mut turn = QueueChanges::default();
        self.note(&mut turn, number, now, PacketEvent::Dropped);
        Ok(turn)
    }

    /// Writes one more copy of a packet. One that is held stays there.
    ///
    /// # Errors
    /// There is no such packet, or it was swallowed.
    pub fn repeat(
        &mut self,
        number: PacketNumber,
        now: SessionTime,
    ) -> Result<QueueChanges, PacketRefusal> {
        let entry = self
            .wire
            .get(number)
            .ok_or(PacketRefusal::Unknown(number))?;
        if entry.status == PacketStatus::Swallowed {
            return Err(PacketRefusal::Swallowed(number));
        }
        let mut turn = QueueChanges::default();
        self.deliver(
            &mut turn,
            number,
            now,
            PacketEvent::Repeated(ReleasedBy::Learner),
        );
        Ok(turn)
    }

    /// Gives a packet another place among those that are held.
    ///
    /// # Errors
    /// One of the two is not held.
    pub fn reorder(
        &mut self,
        number: PacketNumber,
        place: RelativePlace,
        other: PacketNumber,
        now: SessionTime,
    ) -> Result<QueueChanges, PacketRefusal> {
        self.must_be_held(number)?;
        self.must_be_held(other)?;
        let mut turn = QueueChanges::default();
        self.note(&mut turn, number, now, PacketEvent::Moved(place, other));
        Ok(turn)
    }

    /// Lets go what waits by a rule and is due.
    pub fn due(&mut self, now: SessionTime) -> QueueChanges {
        let mut turn = QueueChanges::default();
        for number in self.waiting() {
            let is_due = match self.wire.get(number).map(|entry| entry.status) {
                Some(PacketStatus::Waits(Due::AtUs(at_us))) => at_us <= now.at_us,
                Some(PacketStatus::Waits(Due::AfterTick(tick))) => tick <= now.tick,
                _ => false,
            };
            if is_due {
                self.let_go(&mut turn, number, now, ReleasedBy::Rule);
            }
        }
        turn
    }

    /// The next time of the session at which [`PacketQueue::due`] has something to do by the clock, in microseconds.
    pub fn next_due_us(&self) -> Option<u64> {
        let times = self.wire.waiting().filter_map(|entry| match entry.status {
            PacketStatus::Waits(Due::AtUs(at_us)) => Some(at_us),
            _ => None,
        });
        times.min()
    }

    fn bytes(&self, number: PacketNumber) -> Option<&[u8]> {
        let index = (number.0 as usize).checked_sub(1)?;
        self.bytes.get(index).map(Vec::as_slice)
    }

    fn waiting(&self) -> Vec<PacketNumber> {
        self.wire.waiting().map(|entry| entry.number).collect()
    }

    fn must_be_held(&self, number: PacketNumber) -> Result<(), PacketRefusal> {
        let entry = self
            .wire
            .get(number)
            .ok_or(PacketRefusal::Unknown(number))?;
        match entry.status {
            PacketStatus::Held | PacketStatus::Waits(_) => Ok(()),
            PacketStatus::LetGo => Err(PacketRefusal::LetGo(number)),
            PacketStatus::Dropped => Err(PacketRefusal::Dropped(number)),
            PacketStatus::Swallowed => Err(PacketRefusal::Swallowed(number)),
        }
    }

    fn keep(&mut self, number: PacketNumber, bytes: &[u8]) {
        let index = (number.0 as usize).wrapping_sub(1);
        if let Some(kept) = self.bytes.get_mut(index) {
            *kept = bytes.to_vec();
        }
    }

    fn new_entry(
        &mut self,
        turn: &mut QueueChanges,
        bytes: Vec<u8>,
        now: SessionTime,
        what: PacketEvent,
    ) -> PacketNumber {
        let number = self.wire.next_number();
        self.bytes.push(bytes);
        self.note(turn, number, now, what);
        number
    }

    /// What became of a delivery: the other kernel has it, or it could not be written and stays where it was.
    pub fn written(&mut self, delivery: &Delivery, result: Result<(), Errno>) -> PacketChange {
        let number = delivery.number;
        let what = match result {
            Ok(()) => {
                self.has_passed(number);
                delivery.what.clone()
            }
            Err(errno) => PacketEvent::NotWritten(errno),
        };
        self.record_event(number, delivery.at_us, what)
    }

    /// A packet of a kernel has reached the other one: what it acknowledges is known there.
    fn has_passed(&mut self, number: PacketNumber) {
        let from_a_kernel = self
            .wire
            .get(number)
            .is_some_and(|entry| entry.origin == Origin::Kernel);
        let packet = self.bytes(number).filter(|_| from_a_kernel);
        if let Some(packet) = packet.and_then(Packet::parse) {
            self.flows.let_go(&packet);
        }
    }

    fn record_event(
        &mut self,
        number: PacketNumber,
        at_us: u64,
        what: PacketEvent,
    ) -> PacketChange {
        let change = PacketChange {
            number,
            at_us,
            what,
        };
        self.wire.apply(&change);
        change
    }

    /// Records what happened, and lets it happen.
    fn note(
        &mut self,
        turn: &mut QueueChanges,
        number: PacketNumber,
        now: SessionTime,
        what: PacketEvent,
    ) {
        let change = self.record_event(number, now.at_us, what);
        turn.changes.push(change);
    }

    fn by_rule(&mut self, turn: &mut QueueChanges, number: PacketNumber, now: SessionTime) {
        let Some(entry) = self.wire.get(number) else {
            return;
        };
        let Treatment::Pass(delay) = self.wire.rules.treatment(&entry.segment) else {
            return;
        };
        match (entry.status, delay.due(now.at_us, now.tick)) {
            // A copy of what is on its way travels with it.
            (PacketStatus::Waits(_), Some(_)) => {}
            (_, Some(due)) => self.note(turn, number, now, PacketEvent::Waits(due)),
            (_, None) => self.let_go(turn, number, now, ReleasedBy::Rule),
        }
    }

    fn let_go(
        &mut self,
        turn: &mut QueueChanges,
        number: PacketNumber,
        now: SessionTime,
        released_by: ReleasedBy,
    ) {
        self.deliver(turn, number, now, PacketEvent::LetGo(released_by));
    }

    fn deliver(
        &mut self,
        turn: &mut QueueChanges,
        number: PacketNumber,
        now: SessionTime,
        what: PacketEvent,
    ) {
        let (Some(bytes), Some(entry)) = (self.bytes(number), self.wire.get(number)) else {
            return;
        };
        let bytes = match entry.origin {
            Origin::Kernel if self.is_swallowed(bytes) => {
                return self.swallow(turn, number, now);
            }
            Origin::Injected => Some(bytes.to_vec()),
            Origin::Kernel => mirrored(bytes),
        };
        match bytes {
            Some(bytes) => turn.deliveries.push(Delivery {
                number,
                bytes,
                what,
                at_us: now.at_us,
            }),
            None => self.note(turn, number, now, PacketEvent::NotWritten(Errno::EINVAL)),
        }
    }
}

#[cfg(test)]
mod tests;
