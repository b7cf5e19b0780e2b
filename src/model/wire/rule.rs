//! Rules: which packets are held, and which pass by themselves.

use super::super::packet::segment::{Direction, Segment, SegmentKind};
use super::Due;
use serde::{Deserialize, Serialize};

/// Which packets a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PacketFilter {
    /// Every packet.
    Everything,
    /// Everything that goes this way.
    Going(Direction),
    /// Everything of this kind.
    Of(SegmentKind),
}

impl PacketFilter {
    /// Whether it is about this packet.
    pub fn fits(self, segment: &Segment) -> bool {
        match self {
            PacketFilter::Everything => true,
            PacketFilter::Going(direction) => segment.direction == direction,
            PacketFilter::Of(kind) => segment.kind == kind,
        }
    }
}

/// How long a packet takes that passes by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Delay {
    /// It passes at once.
    None,
    /// So many milliseconds.
    Ms(u32),
    /// So many ticks of the user.
    Ticks(u32),
}

impl Delay {
    /// When a packet is due that appears now, `tick` being the last tick that was begun. `None` is at once.
    pub fn due(self, now_us: u64, tick: u64) -> Option<Due> {
        match self {
            Delay::None | Delay::Ms(0) | Delay::Ticks(0) => None,
            Delay::Ms(ms) => Some(Due::AtUs(now_us.saturating_add(u64::from(ms) * 1000))),
            Delay::Ticks(ticks) => Some(Due::AfterTick(tick.saturating_add(u64::from(ticks)))),
        }
    }
}

/// What is done with a packet that appears.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Treatment {
    /// It waits for the user.
    Hold,
    /// It is let go by itself.
    Pass(Delay),
}

/// One rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// Which packets.
    pub which: PacketFilter,
    /// What is done with them.
    pub treatment: Treatment,
}

/// Rules in the order in which they were given. The last that fits decides; without one a packet is held.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Rules {
    list: Vec<Rule>,
}

impl Rules {
    /// All of them, in the order in which they were given.
    pub fn list(&self) -> &[Rule] {
        &self.list
    }

    /// One more rule. It replaces an older one about the same packets; one about everything replaces all. It is for packets that
    /// appear from now on.
    pub fn add(&mut self, rule: Rule) {
        match rule.which {
            PacketFilter::Everything => self.list.clear(),
            which => self.list.retain(|old| old.which != which),
        }
        self.list.push(rule);
    }

    /// What is done with this packet.
    pub fn treatment(&self, segment: &Segment) -> Treatment {
        let fits = |rule: &&Rule| rule.which.fits(segment);
        let rule = self.list.iter().rev().find(fits);
        rule.map_or(Treatment::Hold, |rule| rule.treatment)
    }
}
