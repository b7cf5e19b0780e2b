//! How much of a recording a form has room for: a page that is made of any file can still be opened, and is made in bounded time.

use super::ExportInput;
use crate::derive::board::{self, BoardPlace};
use crate::model::world::World;

/// The most steps of a form.
const MAX_STEPS: usize = 5_000;
/// The most lines: a socket or a call of a step is one, and so is a line of a screen.
const MAX_LINES: usize = 100_000;
/// So many sockets are looked at, all steps together.
const MAX_LOOKED_AT: usize = 5_000_000;
/// So many sockets are written out in a step; more are counted.
pub const MAX_ROWS: usize = 100;
/// Up to so many sockets, all steps together, each step knows all of them.
pub const MAX_CELLS: usize = 20_000;

/// How much of a recording a form has room for.
#[derive(Clone, Debug)]
pub struct Room {
    /// So many steps are shown, from the first.
    pub steps: usize,
    /// So many sockets each of them knows.
    pub rows: usize,
    /// STAGES after the last of them.
    pub last: Vec<BoardPlace>,
}

impl Room {
    /// For a form in which a step has at least so many lines.
    pub fn of(input: &ExportInput, lines_of_a_step: usize) -> Room {
        let mut world = World::default();
        let (mut steps, mut lines, mut looked_at) = (0, 0, 0);
        for record in input.records.iter().take(MAX_STEPS) {
            world.apply(record);
            looked_at += world.count();
            lines += lines_of_a_step
                + world.count().min(MAX_ROWS)
                + record.calls.len()
                + record.unknown.len();
            steps += 1;
            // One that goes over is shown too: it is no longer than its line in the file.
            if lines > MAX_LINES || looked_at > MAX_LOOKED_AT {
                break;
            }
        }
        Room {
            steps,
            rows: if looked_at > MAX_CELLS {
                MAX_ROWS
            } else {
                usize::MAX
            },
            last: board::walk(&world),
        }
    }

    /// Says that not all of the recording is there, if it is not.
    pub fn word(&self, input: &ExportInput) -> Option<String> {
        let all = input.records.len();
        (self.steps < all).then(|| {
            format!(
                "There is room for the first {} of {all} steps. To see the others: sockstep replay",
                self.steps
            )
        })
    }
}
