//! What became of every packet on the lab wire, and the rules. Packets change only by [`Wire::apply`], so a recording can be folded again; [`queue`] decides
//! what happens, from the packets that appear and what the user does.

pub mod ends;
pub mod held_options;
pub mod places;
pub mod queue;
pub mod rule;

use super::chunks::Chunks;
use super::errno::Errno;
use super::packet::flow::Flow;
use super::packet::segment::Segment;
use rule::Rules;
use serde::{Deserialize, Serialize};

/// A packet's number: from 1 in order of appearance, never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PacketNumber(pub u32);

impl std::fmt::Display for PacketNumber {
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
    /// The user.
    Injected,
}

/// When something is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Due {
    /// At this time of the session, in microseconds.
    AtUs(u64),
    /// When this tick of the user is over.
    AfterTick(u64),
}

/// Where a packet is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PacketStatus {
    /// Held by the user.
    Held,
    /// It is let go by itself when this is due.
    Waits(Due),
    /// The other kernel has it. When its sender sends it again it is held again, as after a drop.
    LetGo,
    /// The user threw it away.
    Dropped,
    /// Nobody lives where it was sent to.
    Swallowed,
}

impl PacketStatus {
    /// Where a packet is after this happened to it.
    pub fn after(self, what: &PacketEvent) -> PacketStatus {
        match what {
            PacketEvent::Appeared { .. } => PacketStatus::Held,
            PacketEvent::SentAgain => match self {
                PacketStatus::Held | PacketStatus::Waits(_) | PacketStatus::Swallowed => self,
                // A copy of what was let go or lost is held like any other packet.
                PacketStatus::LetGo | PacketStatus::Dropped => PacketStatus::Held,
            },
            PacketEvent::Waits(due) => PacketStatus::Waits(*due),
            PacketEvent::LetGo(_) => PacketStatus::LetGo,
            PacketEvent::Dropped => PacketStatus::Dropped,
            PacketEvent::Swallowed => PacketStatus::Swallowed,
            PacketEvent::NotWritten(_) => match self {
                PacketStatus::Waits(_) => PacketStatus::Held,
                PacketStatus::Held
                | PacketStatus::LetGo
                | PacketStatus::Dropped
                | PacketStatus::Swallowed => self,
            },
            PacketEvent::Repeated(_) | PacketEvent::Moved(..) => self,
        }
    }

    /// Whether it is held, by the user or for a time.
    pub fn is_held(self) -> bool {
        match self {
            PacketStatus::Held | PacketStatus::Waits(_) => true,
            PacketStatus::LetGo | PacketStatus::Dropped | PacketStatus::Swallowed => false,
        }
    }
}

/// Before or behind another packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RelativePlace {
    /// Before it.
    Before,
    /// Behind it.
    After,
}

/// Who let a packet go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReleasedBy {
    /// The user, by name.
    Learner,
    /// A rule.
    Rule,
}

/// One thing that happened to one packet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[serde(deny_unknown_fields)]
pub enum PacketEvent {
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
    LetGo(ReleasedBy),
    /// One more copy was written to the other kernel.
    Repeated(ReleasedBy),
    /// It was thrown away.
    Dropped,
    /// Nobody lives there.
    Swallowed,
    /// It has another place among those that are held.
    Moved(RelativePlace, PacketNumber),
    /// It, or one more copy, could not be written to the other kernel. It is where it was; one that waited for its time is held.
    NotWritten(#[serde(with = "errno_name")] Errno),
}

/// One thing that happened to one packet, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PacketChange {
    /// Which packet.
    pub number: PacketNumber,
    /// The time of the session, in microseconds.
    pub at_us: u64,
    /// What happened.
    pub what: PacketEvent,
}

/// A packet with all its copies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PacketEntry {
    /// Its number.
    pub number: PacketNumber,
    /// Whose it is; `None` if it is not TCP.
    pub flow: Option<Flow>,
    /// In words.
    pub segment: Segment,
    /// Who made it.
    pub origin: Origin,
    /// Where it is.
    pub status: PacketStatus,
    /// So often its sender sent it: 1 at first.
    pub copies: u32,
    /// So many of these are held now: they came after it was last let go or thrown away.
    pub held_copies: u32,
    /// When the first of those held appeared.
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
    entries: Chunks<PacketEntry>,
    /// Those that are held or wait, in the order in which they would be let go.
    waiting: Vec<PacketNumber>,
    /// Which packets are held, and which pass.
    pub rules: Rules,
}

impl Wire {
    /// All packets, by number.
    pub fn entries(&self) -> &Chunks<PacketEntry> {
        &self.entries
    }

    /// What it takes beside an earlier state, in bytes; `own` says what one packet owns.
    pub(super) fn heap_size_beyond(
        &self,
        before: Option<&Wire>,
        own: impl Fn(&PacketEntry) -> usize,
    ) -> usize {
        let Wire {
            entries,
            waiting,
            rules,
        } = self;
        let before = before.map(|wire| &wire.entries);
        entries.heap_size_beyond(before, |entry, _| own(entry))
            + waiting.capacity() * size_of::<PacketNumber>()
            + size_of_val(rules.list())
    }

    /// The packet of this number.
    pub fn get(&self, number: PacketNumber) -> Option<&PacketEntry> {
        self.entries.get((number.0 as usize).checked_sub(1)?)
    }

    /// Those that are held or wait, in the order in which they would be let go.
    pub fn waiting(&self) -> impl Iterator<Item = &PacketEntry> {
        self.waiting.iter().filter_map(|number| self.get(*number))
    }

    /// The number that the next new packet gets.
    pub fn next_number(&self) -> PacketNumber {
        PacketNumber(
            u32::try_from(self.entries.len()).map_or(u32::MAX, |count| count.saturating_add(1)),
        )
    }

    /// The only thing that changes it. A change that does not fit (a damaged recording) changes nothing.
    pub fn apply(&mut self, change: &PacketChange) {
        let PacketChange {
            number,
            at_us,
            what,
        } = change;
        if let PacketEvent::Appeared {
            flow,
            segment,
            origin,
        } = what
        {
            if *number == self.next_number() {
                self.entries.push(PacketEntry {
                    number: *number,
                    flow: *flow,
                    segment: segment.clone(),
                    origin: *origin,
                    status: PacketStatus::Held,
                    copies: 1,
                    held_copies: 1,
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
        if let PacketEvent::Moved(place, other) = what {
            self.move_to(*number, *place, *other);
            return;
        }
        let index = (number.0 as usize).wrapping_sub(1);
        let Some(entry) = self.entries.get_mut(index) else {
            return;
        };
        let before = entry.status;
        entry.status = before.after(what);
        match what {
            PacketEvent::SentAgain => {
                entry.copies = entry.copies.saturating_add(1);
                entry.last_us = *at_us;
                if before.is_held() {
                    entry.held_copies = entry.held_copies.saturating_add(1);
                } else if entry.status.is_held() {
                    entry.held_copies = 1;
                    entry.held_us = *at_us;
                }
            }
            PacketEvent::LetGo(_) => {
                entry.held_copies = 0;
                entry.delivered = entry.delivered.saturating_add(1);
                entry.decided_us = Some(*at_us);
            }
            PacketEvent::Repeated(_) => entry.delivered = entry.delivered.saturating_add(1),
            PacketEvent::Dropped => {
                entry.held_copies = 0;
                entry.dropped = entry.dropped.saturating_add(1);
                entry.decided_us = Some(*at_us);
            }
            PacketEvent::Swallowed => entry.held_copies = 0,
            PacketEvent::Waits(_)
            | PacketEvent::NotWritten(_)
            | PacketEvent::Appeared { .. }
            | PacketEvent::Moved(..) => {}
        }
        let is_waiting = entry.status.is_held();
        let was_waiting = self.waiting.contains(number);
        if is_waiting && !was_waiting {
            self.waiting.push(*number);
        } else if !is_waiting && was_waiting {
            self.waiting.retain(|waiting| waiting != number);
        }
    }

    fn move_to(&mut self, number: PacketNumber, place: RelativePlace, other: PacketNumber) {
        if number == other || !self.waiting.contains(&number) || !self.waiting.contains(&other) {
            return;
        }
        self.waiting.retain(|waiting| *waiting != number);
        let at = self.waiting.iter().position(|waiting| *waiting == other);
        let step = usize::from(place == RelativePlace::After);
        if let Some(at) = at {
            self.waiting.insert(at + step, number);
        }
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
