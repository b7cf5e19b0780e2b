//! Where the witnesses of one socket disagree, and why.

use super::assets;
use crate::pure::readiness::{Interest, PollMask, Readiness, SelectSets};
use crate::pure::record::Witness;
use crate::pure::socket::Stage;
use crate::pure::world::{RowState, World, within};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

#[derive(Debug, Deserialize)]
struct Texts {
    differs: BTreeMap<String, String>,
    elsewhere: BTreeMap<String, String>,
}

static TEXTS: LazyLock<Texts> =
    LazyLock::new(|| toml::from_str(assets::WITNESSES).expect("a test reads this embedded asset"));

/// A reason for a disagreement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Differs {
    /// poll has an error, select's third list has not.
    SelectError,
    /// True, and told in an earlier tick.
    EdgeTold,
    /// A socket that was never connected.
    Phantom,
    /// Descriptor 1024 or above.
    FdSet,
    /// True, and not asked for.
    NotAsked,
    /// Told in this tick, and no longer true.
    MovedOn,
    /// Not registered.
    NotWatched,
}

impl Differs {
    /// All of them.
    pub const ALL: [Differs; 7] = [
        Differs::SelectError,
        Differs::EdgeTold,
        Differs::Phantom,
        Differs::FdSet,
        Differs::NotAsked,
        Differs::MovedOn,
        Differs::NotWatched,
    ];

    fn key(self) -> &'static str {
        match self {
            Differs::SelectError => "select_error",
            Differs::EdgeTold => "edge_told",
            Differs::Phantom => "phantom",
            Differs::FdSet => "fd_set",
            Differs::NotAsked => "not_asked",
            Differs::MovedOn => "moved_on",
            Differs::NotWatched => "not_watched",
        }
    }

    /// Why, in a sentence or two.
    pub fn sentence(self) -> &'static str {
        TEXTS.differs.get(self.key()).map_or("", String::as_str)
    }
}

/// What other systems would say. Documented, not measured.
pub fn elsewhere() -> impl Iterator<Item = &'static str> {
    TEXTS.elsewhere.values().map(String::as_str)
}

/// What the last tick told about a row; nothing if it told nothing.
pub fn told_now(world: &World, row: &RowState) -> Readiness {
    if world.tick > 0 && row.marks.told == world.tick_n {
        row.news
    } else {
        Readiness::empty()
    }
}

/// Every reason why the witnesses of this row differ now.
pub fn differs(world: &World, row: &RowState) -> Vec<Differs> {
    let mut reasons = Vec::new();
    let Some(mask) = row.look.poll.answer() else {
        return reasons;
    };
    let told = told_now(world, row);
    let select = row.look.select;
    if mask == PollMask::OUT | PollMask::HUP
        && !matches!(row.stage(), Stage::Connected | Stage::Pending)
    {
        reasons.push(Differs::Phantom);
    }
    if mask.contains(PollMask::ERR)
        && select
            .answer()
            .is_some_and(|sets| !sets.contains(SelectSets::X))
    {
        reasons.push(Differs::SelectError);
    }
    if select == Witness::NoAnswer {
        reasons.push(Differs::FdSet);
    }
    let Some(asked) = row.asked() else {
        reasons.push(Differs::NotWatched);
        return reasons;
    };
    let wanted = within(mask, asked);
    let pairs = [
        (PollMask::IN, Readiness::READABLE),
        (PollMask::OUT, Readiness::WRITABLE),
        (PollMask::ERR, Readiness::ERROR),
    ];
    if pairs
        .iter()
        .any(|(flag, event)| wanted.contains(*flag) && !told.contains(*event))
    {
        reasons.push(Differs::EdgeTold);
    }
    if pairs
        .iter()
        .any(|(flag, event)| !wanted.contains(*flag) && told.contains(*event))
    {
        reasons.push(Differs::MovedOn);
    }
    let unasked = [
        (PollMask::IN, Interest::READABLE),
        (PollMask::OUT, Interest::WRITABLE),
    ];
    if unasked
        .iter()
        .any(|(flag, interest)| mask.contains(*flag) && !asked.contains(*interest))
    {
        reasons.push(Differs::NotAsked);
    }
    reasons
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_a_sentence() {
        for reason in Differs::ALL {
            assert!(!reason.sentence().is_empty(), "{reason:?}");
        }
        assert_eq!(
            TEXTS.differs.len(),
            Differs::ALL.len(),
            "a text without a reason"
        );
        assert_eq!(elsewhere().count(), 2);
    }
}
