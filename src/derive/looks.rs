//! Where the looks of one socket disagree, and why.

use crate::model::readiness::{Interest, PollMask, Readiness, SelectSets};
use crate::model::record::Answer;
use crate::model::socket::Stage;
use crate::model::world::{RowState, World, within};
use strum::IntoStaticStr;

/// A reason for a disagreement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Differs {
    /// poll has an error, select's third list has not.
    SelectError,
    /// True, and reported in an earlier tick.
    EdgeTold,
    /// True, but only since the last poll.
    NotYetTold,
    /// A socket that was never connected.
    Phantom,
    /// Descriptor 1024 or above.
    FdSet,
    /// True, and not asked for.
    NotAsked,
    /// Reported in this tick, and no longer true.
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

    /// The key of its sentence in the assets.
    pub fn key(self) -> &'static str {
        self.into()
    }
}

/// What the last tick reported about a row; nothing if it reported nothing.
pub fn reported_now(world: &World, row: &RowState) -> Readiness {
    world.reported(row)
}

/// Every reason why the looks of this row differ now.
pub fn differs(world: &World, row: &RowState) -> Vec<Differs> {
    let mut reasons = Vec::new();
    let Some(mask) = row.look.poll.answer() else {
        return reasons;
    };
    let reported = reported_now(world, row);
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
    if select == Answer::NoAnswer {
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
    let silent = |(flag, event): &&(PollMask, Readiness)| {
        wanted.contains(*flag) && !reported.contains(*event)
    };
    let (reported_before, fresh): (Vec<&(PollMask, Readiness)>, Vec<_>) = pairs
        .iter()
        .filter(silent)
        .partition(|(flag, event)| was_reported(world, row, *flag, *event));
    if !reported_before.is_empty() {
        reasons.push(Differs::EdgeTold);
    }
    if !fresh.is_empty() {
        reasons.push(Differs::NotYetTold);
    }
    if pairs
        .iter()
        .any(|(flag, event)| !wanted.contains(*flag) && reported.contains(*event))
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

/// Whether what is true now is the edge that an event has reported. An event reports all that is true in its moment, so what the last one
/// left out has come later; so has what the look before did not have.
fn was_reported(world: &World, row: &RowState, flag: PollMask, event: Readiness) -> bool {
    let since_registered = row.changed_at.reported > row.changed_at.asked;
    let came_back = row.changed_at.look >= world.tick_n
        && row
            .look_before()
            .poll
            .answer()
            .is_some_and(|before| !before.contains(flag));
    since_registered && row.reported.contains(event) && !came_back
}
