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
    /// True, but only since the last poll.
    NotYetTold,
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
    pub const ALL: [Differs; 8] = [
        Differs::SelectError,
        Differs::EdgeTold,
        Differs::NotYetTold,
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
            Differs::NotYetTold => "not_yet_told",
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
    let silent =
        |(flag, event): &&(PollMask, Readiness)| wanted.contains(*flag) && !told.contains(*event);
    let (told_before, fresh): (Vec<&(PollMask, Readiness)>, Vec<_>) = pairs
        .iter()
        .filter(silent)
        .partition(|(flag, event)| was_told(world, row, *flag, *event));
    if !told_before.is_empty() {
        reasons.push(Differs::EdgeTold);
    }
    if !fresh.is_empty() {
        reasons.push(Differs::NotYetTold);
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

/// Whether what is true now is the edge that an event has told. An event tells all that is true in its moment, so what the last one
/// left out has come later; so has what the look before did not have.
fn was_told(world: &World, row: &RowState, flag: PollMask, event: Readiness) -> bool {
    let since_registered = row.marks.told > row.marks.asked;
    let came_back = row.marks.look >= world.tick_n
        && row
            .look_before
            .poll
            .answer()
            .is_some_and(|before| !before.contains(flag));
    since_registered && row.news.contains(event) && !came_back
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
