//! Two ends of one connection that wait for each other.

use crate::model::ids::Row;
use crate::model::readiness::PollMask;
use crate::model::world::{RowState, World};

/// Both ends are inside the same call, and each could be ended by the other alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Circle {
    /// The end that was asked about.
    pub one: Row,
    /// The row at its other end.
    pub other: Row,
    /// `recv`: neither sends; or `send`: neither reads.
    pub call: &'static str,
}

/// The circle in which a row stands, if it stands in one.
pub fn of(world: &World, row: &RowState) -> Option<Circle> {
    let call = waits_in(row)?;
    let other = world.row(world.partner(row)?)?;
    (waits_in(other) == Some(call)).then_some(Circle {
        one: row.row,
        other: other.row,
        call,
    })
}

/// The call in which a row waits for its other end. What poll(2) has seen to be ready returns by itself.
fn waits_in(row: &RowState) -> Option<&'static str> {
    let (call, ready) = ended_by(row)?;
    let mask = row.look.poll.answer();
    (!mask.is_some_and(|mask| mask.contains(ready))).then_some(call)
}

/// Whether the look before had seen that the call of a row would return, and the last one has not.
pub fn was_ready(row: &RowState) -> bool {
    let before = row.look_before().poll.answer();
    ended_by(row).is_some_and(|(_, ready)| before.is_some_and(|mask| mask.contains(ready)))
        && waits_in(row).is_some()
}

/// The call in which a row is, and what must be true for it to return.
fn ended_by(row: &RowState) -> Option<(&'static str, PollMask)> {
    let (_, call) = row.current().running?;
    match call {
        "recv" => Some((call, PollMask::IN)),
        "send" => Some((call, PollMask::OUT)),
        _ => None,
    }
}
