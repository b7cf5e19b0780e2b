//! Moves in what has happened, which act on nothing.

mod mentions;

pub use mentions::RowMentions;

use crate::model::ids::Row;

/// A move in the history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seek {
    /// One record back.
    Back,
    /// One record forward; never a new tick.
    Forward,
    /// To the first record.
    First,
    /// To the last one.
    Live,
    /// To this tick; 0 is the beginning.
    Goto(u64),
    /// To the next record that speaks of this row.
    Next(Row),
    /// To the one before that does.
    Previous(Row),
}
