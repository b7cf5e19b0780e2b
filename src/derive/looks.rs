//! Where the looks of one socket disagree, and why.

use super::kinds::{ERROR, READABLE, ReadinessKind, WRITABLE};
use crate::model::readiness::{PollMask, Readiness, SelectSets};
use crate::model::record::Answer;
use crate::model::socket::Stage;
use crate::model::world::{Moment, ReadyList, RowState, World, within};
use strum::IntoStaticStr;

/// A reason for a disagreement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Differs {
    /// poll has an error, select's third list has not.
    SelectError,
    /// True, and reported in an earlier tick.
    EdgeReported,
    /// True, but only since the last poll.
    NotYetReported,
    /// A socket that was never connected.
    Early,
    /// Descriptor 1024 or above.
    FdSet,
    /// True, and not asked for.
    NotAsked,
    /// Reported in this tick, and no longer true.
    MovedOn,
    /// Not registered.
    NotWatched,
    /// epoll refuses to watch it.
    Refused,
}

/// A reason, and the lists for which it is one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Difference {
    /// Why.
    pub why: Differs,
    /// For which kinds of readiness; none if it is one for all.
    pub kinds: Vec<&'static ReadinessKind>,
}

impl From<Differs> for Difference {
    fn from(why: Differs) -> Difference {
        let kinds = Vec::new();
        Difference { why, kinds }
    }
}

impl Differs {
    /// All of them.
    pub const ALL: [Differs; 9] = [
        Differs::SelectError,
        Differs::EdgeReported,
        Differs::NotYetReported,
        Differs::Early,
        Differs::FdSet,
        Differs::NotAsked,
        Differs::MovedOn,
        Differs::NotWatched,
        Differs::Refused,
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

/// So many rows are asked whether an event has reported what is true of them.
const MAX_ASKED: usize = 64;

/// The rows of which poll(2) says this, whose last event has reported it, and of which the last tick did not report it again; of the first
/// few of a long list.
pub fn rows_reported_before<'a>(world: &'a World, kind: &ReadinessKind) -> Vec<&'a RowState> {
    let lists = [ReadyList::Poll(kind.mask)];
    let standing = world.standing(&lists, Moment::Now).take(MAX_ASKED);
    standing
        .filter_map(|row| world.row(row))
        .filter(|row| !reported_now(world, row).contains(kind.new))
        .filter(|row| was_reported(world, row, kind.mask, kind.new))
        .collect()
}

/// Every reason why the looks of this row differ now. Nobody is asked about a socket without a descriptor.
pub fn differs(world: &World, row: &RowState) -> Vec<Difference> {
    let mut reasons: Vec<Difference> = Vec::new();
    let Some(mask) = row.look.poll.answer().filter(|_| row.fd().is_some()) else {
        return reasons;
    };
    let reported = reported_now(world, row);
    let select = row.look.select;
    if mask == PollMask::OUT | PollMask::HUP
        && row.file().is_none()
        && !matches!(row.stage(), Stage::Connected | Stage::Pending)
    {
        reasons.push(Differs::Early.into());
    }
    if mask.contains(PollMask::ERR)
        && select
            .answer()
            .is_some_and(|sets| !sets.contains(SelectSets::X))
    {
        reasons.push(Differs::SelectError.into());
    }
    if select == Answer::NoAnswer {
        reasons.push(Differs::FdSet.into());
    }
    // How and when a watched program asks is not known well enough to say why it was told or not.
    if world.is_watched() {
        return reasons;
    }
    if row.current().is_refused_by_epoll() {
        reasons.push(Differs::Refused.into());
        return reasons;
    }
    let Some(asked) = row.asked() else {
        reasons.push(Differs::NotWatched.into());
        return reasons;
    };
    let wanted = within(mask, asked);
    let lists: [&'static ReadinessKind; 3] = [&READABLE, &WRITABLE, &ERROR];
    let of = |holds: &dyn Fn(&ReadinessKind) -> bool| -> Vec<&'static ReadinessKind> {
        lists.into_iter().filter(|kind| holds(kind)).collect()
    };
    let silent = |kind: &ReadinessKind| wanted.contains(kind.mask) && !reported.contains(kind.new);
    let told = |kind: &ReadinessKind| was_reported(world, row, kind.mask, kind.new);
    let unasked = |kind: &ReadinessKind| {
        let interest = kind.asked;
        mask.contains(kind.mask) && interest.is_some_and(|interest| !asked.contains(interest))
    };
    let found = [
        (
            Differs::EdgeReported,
            of(&|kind| silent(kind) && told(kind)),
        ),
        (
            Differs::NotYetReported,
            of(&|kind| silent(kind) && !told(kind)),
        ),
        (
            Differs::MovedOn,
            of(&|kind| !mask.contains(kind.mask) && reported.contains(kind.new)),
        ),
        (Differs::NotAsked, of(&unasked)),
    ];
    let found = found.into_iter().filter(|(_, kinds)| !kinds.is_empty());
    reasons.extend(found.map(|(why, kinds)| Difference { why, kinds }));
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
