//! Moves in what has happened, which act on nothing.

use crate::model::ids::Row;
use crate::model::record::{Change, Record};

/// A move in the history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Travel {
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

/// Whether a record speaks of a row: it entered a stage, heard news, was called on, or was added, removed, begun again or changed.
pub fn speaks_of(record: &Record, row: Row) -> bool {
    record.stages.iter().any(|change| change.row == row)
        || record.events.iter().any(|event| event.row == row)
        || record.calls.iter().any(|fact| fact.row == Some(row))
        || record.changes.iter().any(|change| concerns(change, row))
}

fn concerns(change: &Change, wanted: Row) -> bool {
    match change {
        Change::Added { row, .. }
        | Change::Appeared { row, .. }
        | Change::Hand { row, .. }
        | Change::Deadline { row, .. }
        | Change::Removed { row }
        | Change::Restarted { row }
        | Change::Interest { row, .. } => *row == wanted,
        Change::Autodrain(_) => false,
    }
}
