//! The queue: packets appear, the learner decides, and out come the bytes to write back and the changes to record. Time is an argument.

mod client_view;
mod inject;
mod likeness;
mod refusal;
mod turn;

pub use refusal::Refusal;
pub use turn::{Delivery, Now, Turn};

use super::super::errno::Errno;
use super::super::packet::flow::Flows;
use super::super::packet::{Packet, mirrored};
use super::places;
use super::rule::{Rule, Treatment};
use super::{Change, Due, Fate, Hand, Number, Origin, Place, What, Wire};
use likeness::{Likeness, likeness};
use std::collections::HashMap;

/// The packets of the lab wire with their bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Queue {
    wire: Wire,
    /// Of each packet, by number: the last copy as it left its kernel, or as it was injected.
    bytes: Vec<Vec<u8>>,
    /// The newest number of equal packets.
    known: HashMap<Likeness, Number>,
    flows: Flows,
}

impl Queue {
    /// What became of every packet.
    pub fn wire(&self) -> &Wire {
        &self.wire
    }

    /// One more rule, for packets that appear from now on.
    pub fn rule(&mut self, rule: Rule) {
        self.wire.rules.add(rule);
    }

    /// A packet left a kernel. What is neither TCP nor ICMP between the places of the lab is not taken notice of.
    pub fn appear(&mut self, bytes: &[u8], now: Now) -> Turn {
        let mut turn = Turn::default();
        let Some(packet) = Packet::parse(bytes) else {
            return turn;
        };
        let silent = places::is(packet.target, places::Place::Silent);
        if !places::is(packet.source, places::Place::Here)
            || !(silent || places::is(packet.target, places::Place::There))
        {
            return turn;
        }
        let (flow, segment) = self.flows.see(&packet);
        let likeness = flow.and_then(|flow| likeness(&packet, flow, segment.direction));
        let known = likeness
            .as_ref()
            .and_then(|likeness| self.known.get(likeness).copied());
        let number = if let Some(number) = known {
            self.keep(number, bytes);
            self.note(&mut turn, number, now, What::SentAgain);
            number
        } else {
            let what = What::Appeared {
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
            if known.is_none() {
                self.note(&mut turn, number, now, What::Swallowed);
            }
            return turn;
        }
        self.by_rule(&mut turn, number, now);
        turn
    }

    /// Lets a packet go: its last copy is written to the other kernel, the others with it are forgotten.
    ///
    /// # Errors
    /// It is not in the hand.
    pub fn release(&mut self, number: Number, now: Now) -> Result<Turn, Refusal> {
        self.in_hand(number)?;
        let mut turn = Turn::default();
        self.let_go(&mut turn, number, now, Hand::Learner);
        Ok(turn)
    }

    /// Lets everything go that is in the hand or waits, in the order of the queue.
    pub fn release_all(&mut self, now: Now) -> Turn {
        let mut turn = Turn::default();
        for number in self.waiting() {
            self.let_go(&mut turn, number, now, Hand::Learner);
        }
        turn
    }

    /// Throws a packet away, with all its copies so far.
    ///
    /// # Errors
    /// It is not in the hand.
    pub fn drop(&mut self, number: Number, now: Now) -> Result<Turn, Refusal> {
        self.in_hand(number)?;
        let mut turn = Turn::default();
        self.note(&mut turn, number, now, What::Dropped);
        Ok(turn)
    }

    /// Writes one more copy of a packet. One that is in the hand stays there.
    ///
    /// # Errors
    /// There is no such packet, or it was swallowed.
    pub fn repeat(&mut self, number: Number, now: Now) -> Result<Turn, Refusal> {
        let entry = self.wire.get(number).ok_or(Refusal::Unknown(number))?;
        if entry.fate == Fate::Swallowed {
            return Err(Refusal::Swallowed(number));
        }
        let mut turn = Turn::default();
        self.deliver(&mut turn, number, now, What::Repeated(Hand::Learner));
        Ok(turn)
    }

    /// Gives a packet another place among those that are held.
    ///
    /// # Errors
    /// One of the two is not in the hand.
    pub fn reorder(
        &mut self,
        number: Number,
        place: Place,
        other: Number,
        now: Now,
    ) -> Result<Turn, Refusal> {
        self.in_hand(number)?;
        self.in_hand(other)?;
        let mut turn = Turn::default();
        self.note(&mut turn, number, now, What::Moved(place, other));
        Ok(turn)
    }

    /// Lets go what waits by a rule and is due.
    pub fn due(&mut self, now: Now) -> Turn {
        let mut turn = Turn::default();
        for number in self.waiting() {
            let is_due = match self.wire.get(number).map(|entry| entry.fate) {
                Some(Fate::Waits(Due::AtUs(at_us))) => at_us <= now.at_us,
                Some(Fate::Waits(Due::AfterTick(tick))) => tick <= now.tick,
                _ => false,
            };
            if is_due {
                self.let_go(&mut turn, number, now, Hand::Rule);
            }
        }
        turn
    }

    /// The next time of the session at which [`Queue::due`] has something to do by the clock, in microseconds.
    pub fn next_due_us(&self) -> Option<u64> {
        let times = self.wire.waiting().filter_map(|entry| match entry.fate {
            Fate::Waits(Due::AtUs(at_us)) => Some(at_us),
            _ => None,
        });
        times.min()
    }

    fn bytes(&self, number: Number) -> Option<&[u8]> {
        let index = (number.0 as usize).checked_sub(1)?;
        self.bytes.get(index).map(Vec::as_slice)
    }

    fn waiting(&self) -> Vec<Number> {
        self.wire.waiting().map(|entry| entry.number).collect()
    }

    fn in_hand(&self, number: Number) -> Result<(), Refusal> {
        let entry = self.wire.get(number).ok_or(Refusal::Unknown(number))?;
        match entry.fate {
            Fate::Held | Fate::Waits(_) => Ok(()),
            Fate::LetGo => Err(Refusal::LetGo(number)),
            Fate::Dropped => Err(Refusal::Dropped(number)),
            Fate::Swallowed => Err(Refusal::Swallowed(number)),
        }
    }

    fn keep(&mut self, number: Number, bytes: &[u8]) {
        let index = (number.0 as usize).wrapping_sub(1);
        if let Some(kept) = self.bytes.get_mut(index) {
            *kept = bytes.to_vec();
        }
    }

    fn new_entry(&mut self, turn: &mut Turn, bytes: Vec<u8>, now: Now, what: What) -> Number {
        let number = self.wire.next_number();
        self.bytes.push(bytes);
        self.note(turn, number, now, what);
        number
    }

    /// What became of a delivery: the other kernel has it, or it could not be written and stays where it was.
    pub fn written(&mut self, delivery: &Delivery, result: Result<(), Errno>) -> Change {
        let number = delivery.number;
        let what = match result {
            Ok(()) => {
                self.has_passed(number);
                delivery.what.clone()
            }
            Err(errno) => What::NotWritten(errno),
        };
        self.happens(number, delivery.at_us, what)
    }

    /// A packet of a kernel has reached the other one: what it acknowledges is known there.
    fn has_passed(&mut self, number: Number) {
        let from_a_kernel = self
            .wire
            .get(number)
            .is_some_and(|entry| entry.origin == Origin::Kernel);
        let packet = self.bytes(number).filter(|_| from_a_kernel);
        if let Some(packet) = packet.and_then(Packet::parse) {
            self.flows.let_go(&packet);
        }
    }

    fn happens(&mut self, number: Number, at_us: u64, what: What) -> Change {
        let change = Change {
            number,
            at_us,
            what,
        };
        self.wire.apply(&change);
        change
    }

    /// Records what happened, and lets it happen.
    fn note(&mut self, turn: &mut Turn, number: Number, now: Now, what: What) {
        let change = self.happens(number, now.at_us, what);
        turn.changes.push(change);
    }

    fn by_rule(&mut self, turn: &mut Turn, number: Number, now: Now) {
        let Some(entry) = self.wire.get(number) else {
            return;
        };
        let Treatment::Pass(delay) = self.wire.rules.treatment(&entry.segment) else {
            return;
        };
        match (entry.fate, delay.due(now.at_us, now.tick)) {
            // A copy of what is on its way travels with it.
            (Fate::Waits(_), Some(_)) => {}
            (_, Some(due)) => self.note(turn, number, now, What::Waits(due)),
            (_, None) => self.let_go(turn, number, now, Hand::Rule),
        }
    }

    fn let_go(&mut self, turn: &mut Turn, number: Number, now: Now, hand: Hand) {
        self.deliver(turn, number, now, What::LetGo(hand));
    }

    fn deliver(&mut self, turn: &mut Turn, number: Number, now: Now, what: What) {
        let (Some(bytes), Some(entry)) = (self.bytes(number), self.wire.get(number)) else {
            return;
        };
        let bytes = match entry.origin {
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
            None => self.note(turn, number, now, What::NotWritten(Errno::EINVAL)),
        }
    }
}

#[cfg(test)]
mod tests;
