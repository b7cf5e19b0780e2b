//! What became of every packet on the lab wire, and the rules. Packets change only by [`Wire::apply`], so a recording can be folded again; [`queue`] decides
//! what happens, from the packets that appear and what the learner does.

pub mod patience;
pub mod places;
pub mod queue;
pub mod rule;

use super::chunks::Chunks;
use super::errno::Errno;
use super::packet::flow::Flow;
use super::packet::segment::Segment;
use super::tcp::TcpState;
use rule::Rules;
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;

/// A packet's number: from 1 in order of appearance, never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Number(pub u32);

impl std::fmt::Display for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(&self.0, f)
    }
}

/// Who made a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// The client's or the server's kernel.
    Kernel,
    /// The learner.
    Injected,
}

/// When something is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Due {
    /// At this time of the session, in microseconds.
    AtUs(u64),
    /// When this tick of the learner is over.
    AfterTick(u64),
}

/// Where a packet is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// In the learner's hand.
    Held,
    /// It is let go by itself when this is due.
    Waits(Due),
    /// The other kernel has it. When its sender sends it again it is held again, as after a drop.
    LetGo,
    /// The learner threw it away.
    Dropped,
    /// Nobody lives where it was sent to.
    Swallowed,
}

impl Fate {
    /// Where a packet is after this happened to it.
    pub fn after(self, what: &What) -> Fate {
        match what {
            What::Appeared { .. } => Fate::Held,
            What::SentAgain => match self {
                Fate::Held | Fate::Waits(_) | Fate::Swallowed => self,
                // A copy of what was let go or lost is held like any other packet.
                Fate::LetGo | Fate::Dropped => Fate::Held,
            },
            What::Waits(due) => Fate::Waits(*due),
            What::LetGo(_) => Fate::LetGo,
            What::Dropped => Fate::Dropped,
            What::Swallowed => Fate::Swallowed,
            What::NotWritten(_) => match self {
                Fate::Waits(_) => Fate::Held,
                Fate::Held | Fate::LetGo | Fate::Dropped | Fate::Swallowed => self,
            },
            What::Repeated(_) | What::Moved(..) => self,
        }
    }

    /// Whether it is held, by the learner or for a time.
    pub fn is_in_hand(self) -> bool {
        match self {
            Fate::Held | Fate::Waits(_) => true,
            Fate::LetGo | Fate::Dropped | Fate::Swallowed => false,
        }
    }
}

/// Before or behind another packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// Before it.
    Before,
    /// Behind it.
    After,
}

/// Who let a packet go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Hand {
    /// The learner, by name.
    Learner,
    /// A rule.
    Rule,
}

/// One thing that happened to one packet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[serde(deny_unknown_fields)]
pub enum What {
    /// It is new, and held.
    Appeared {
        /// Whose it is; `None` if it is not TCP.
        flow: Option<Flow>,
        /// In words.
        segment: Segment,
        /// Who made it.
        origin: Origin,
    },
    /// Its sender sent it again.
    SentAgain,
    /// It will be let go later, by a rule.
    Waits(Due),
    /// It was written to the other kernel, for the first time or again after a drop.
    LetGo(Hand),
    /// One more copy was written to the other kernel.
    Repeated(Hand),
    /// It was thrown away.
    Dropped,
    /// Nobody lives there.
    Swallowed,
    /// It has another place among those that are held.
    Moved(Place, Number),
    /// It, or one more copy, could not be written to the other kernel. It is where it was; one that waited for its time is held.
    NotWritten(#[serde(with = "errno_name")] Errno),
}

/// One thing that happened to one packet, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// Which packet.
    pub number: Number,
    /// The time of the session, in microseconds.
    pub at_us: u64,
    /// What happened.
    pub what: What,
}

/// A packet with all its copies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its number.
    pub number: Number,
    /// Whose it is; `None` if it is not TCP.
    pub flow: Option<Flow>,
    /// In words.
    pub segment: Segment,
    /// Who made it.
    pub origin: Origin,
    /// Where it is.
    pub fate: Fate,
    /// So often its sender sent it: 1 at first.
    pub copies: u32,
    /// So many of these are in the hand now: they came after it was last let go or thrown away.
    pub in_hand: u32,
    /// When the first of those in the hand appeared.
    pub held_us: u64,
    /// So many were written to the other kernel.
    pub delivered: u32,
    /// So many were thrown away.
    pub dropped: u32,
    /// When the first copy appeared.
    pub first_us: u64,
    /// When the last copy appeared.
    pub last_us: u64,
    /// When it was last let go or thrown away.
    pub decided_us: Option<u64>,
}

/// Every packet of a session. A copy shares the packets that neither of the two changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wire {
    entries: Chunks<Entry>,
    /// Those that are held or wait, in the order in which they would be let go.
    waiting: Vec<Number>,
    /// Which packets are held, and which pass.
    pub rules: Rules,
}

impl Wire {
    /// All packets, by number.
    pub fn entries(&self) -> &Chunks<Entry> {
        &self.entries
    }

    /// What it takes beside an earlier state, in bytes; `own` says what one packet owns.
    pub(super) fn weight_beside(
        &self,
        before: Option<&Wire>,
        own: impl Fn(&Entry) -> usize,
    ) -> usize {
        let Wire {
            entries,
            waiting,
            rules,
        } = self;
        let before = before.map(|wire| &wire.entries);
        entries.weight_beside(before, |entry, _| own(entry))
            + waiting.capacity() * size_of::<Number>()
            + size_of_val(rules.list())
    }

    /// The packet of this number.
    pub fn get(&self, number: Number) -> Option<&Entry> {
        self.entries.get((number.0 as usize).checked_sub(1)?)
    }

    /// Those that are held or wait, in the order in which they would be let go.
    pub fn waiting(&self) -> impl Iterator<Item = &Entry> {
        self.waiting.iter().filter_map(|number| self.get(*number))
    }

    /// The number that the next new packet gets.
    pub fn next_number(&self) -> Number {
        Number(u32::try_from(self.entries.len()).map_or(u32::MAX, |count| count.saturating_add(1)))
    }

    /// The only thing that changes it. A change that does not fit (a damaged recording) changes nothing.
    pub fn apply(&mut self, change: &Change) {
        let Change {
            number,
            at_us,
            what,
        } = change;
        if let What::Appeared {
            flow,
            segment,
            origin,
        } = what
        {
            if *number == self.next_number() {
                self.entries.push(Entry {
                    number: *number,
                    flow: *flow,
                    segment: segment.clone(),
                    origin: *origin,
                    fate: Fate::Held,
                    copies: 1,
                    in_hand: 1,
                    held_us: *at_us,
                    delivered: 0,
                    dropped: 0,
                    first_us: *at_us,
                    last_us: *at_us,
                    decided_us: None,
                });
                self.waiting.push(*number);
            }
            return;
        }
        if let What::Moved(place, other) = what {
            self.move_to(*number, *place, *other);
            return;
        }
        let index = (number.0 as usize).wrapping_sub(1);
        let Some(entry) = self.entries.get_mut(index) else {
            return;
        };
        let before = entry.fate;
        entry.fate = before.after(what);
        match what {
            What::SentAgain => {
                entry.copies = entry.copies.saturating_add(1);
                entry.last_us = *at_us;
                if before.is_in_hand() {
                    entry.in_hand = entry.in_hand.saturating_add(1);
                } else if entry.fate.is_in_hand() {
                    entry.in_hand = 1;
                    entry.held_us = *at_us;
                }
            }
            What::LetGo(_) => {
                entry.in_hand = 0;
                entry.delivered = entry.delivered.saturating_add(1);
                entry.decided_us = Some(*at_us);
            }
            What::Repeated(_) => entry.delivered = entry.delivered.saturating_add(1),
            What::Dropped => {
                entry.in_hand = 0;
                entry.dropped = entry.dropped.saturating_add(1);
                entry.decided_us = Some(*at_us);
            }
            What::Swallowed => entry.in_hand = 0,
            What::Waits(_) | What::NotWritten(_) | What::Appeared { .. } | What::Moved(..) => {}
        }
        let is_waiting = entry.fate.is_in_hand();
        let was_waiting = self.waiting.contains(number);
        if is_waiting && !was_waiting {
            self.waiting.push(*number);
        } else if !is_waiting && was_waiting {
            self.waiting.retain(|waiting| waiting != number);
        }
    }

    fn move_to(&mut self, number: Number, place: Place, other: Number) {
        if number == other || !self.waiting.contains(&number) || !self.waiting.contains(&other) {
            return;
        }
        self.waiting.retain(|waiting| *waiting != number);
        let at = self.waiting.iter().position(|waiting| *waiting == other);
        let step = usize::from(place == Place::After);
        if let Some(at) = at {
            self.waiting.insert(at + step, number);
        }
    }
}

/// What the kernel inside says of one TCP socket: sock_diag(7). A half-open connection (SYN-RECV) has no descriptor; it is only here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndState {
    /// Its own address.
    pub local: SocketAddr,
    /// The other's; unspecified on a listener.
    pub remote: SocketAddr,
    /// Its state, as a name in a trace: `SYN-RECV`.
    #[serde(with = "state_name")]
    pub state: TcpState,
    /// So often the last thing was sent again.
    pub retransmits: u8,
    /// Its timer, if one runs.
    pub timer: Option<Timer>,
    /// Bytes not read yet; on a listener the accept queue's length.
    pub unread: u32,
    /// Bytes not acknowledged yet; on a listener the accept queue's limit.
    pub unacked: u32,
}

/// What a timer does when it goes off: `idiag_timer` of sock_diag(7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TimerKind {
    /// Something is sent again: what was not acknowledged, or a probe of a closed window.
    Again,
    /// It probes whether the other end is alive; of an orphan in FIN-WAIT-2 it ends the wait for the other's FIN.
    KeepAlive,
    /// TIME-WAIT is over.
    TimeWait,
}

/// A timer that runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timer {
    /// What it does.
    pub kind: TimerKind,
    /// Milliseconds until it goes off.
    pub left_ms: u32,
}

mod state_name {
    use crate::model::tcp::TcpState;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
    pub(super) fn serialize<S: Serializer>(
        state: &TcpState,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(state.name())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<TcpState, D::Error> {
        let name = String::deserialize(deserializer)?;
        let found = TcpState::ALL.into_iter().find(|state| state.name() == name);
        found.ok_or_else(|| D::Error::custom("not a TCP state"))
    }
}

mod errno_name {
    use crate::model::errno::Errno;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
    pub(super) fn serialize<S: Serializer>(
        errno: &Errno,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&errno.name())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Errno, D::Error> {
        let name = String::deserialize(deserializer)?;
        Errno::from_name(&name).ok_or_else(|| D::Error::custom("not an errno"))
    }
}
