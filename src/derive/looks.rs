//! Which lists of the looks disagree about one socket, and in which way.

use super::kinds::{ERROR, READABLE, ReadinessKind, WRITABLE};
use crate::model::readiness::{PollMask, Readiness};
use crate::model::world::{Moment, ReadyList, RowState, World, within};

/// In which way an event and poll(2) disagree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Differs {
    /// True, and reported in an earlier tick.
    EdgeReported,
    /// True, but only since the last poll.
    NotYetReported,
    /// Reported in this tick, and no longer true.
    MovedOn,
    /// True, and not asked for.
    NotAsked,
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

/// In which ways an event and poll(2) disagree about a row, and in which lists. Nobody is asked about a socket without a descriptor.
pub fn differs(world: &World, row: &RowState) -> Vec<(Differs, Vec<&'static ReadinessKind>)> {
    // What epoll refuses has no events that could agree or not.
    let has_events = row.fd().is_some() && !row.current().is_refused_by_epoll();
    // How and when a watched program asks is not known well enough to say why something was reported to it or not.
    let has_events = has_events && !world.is_watched();
    let mask = row.look.poll.answer().filter(|_| has_events);
    let (Some(mask), Some(asked)) = (mask, row.asked()) else {
        return Vec::new();
    };
    let reported = reported_now(world, row);
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
    found.collect()
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
