//! Checking a claim: whether it is so, and what is so instead.

use super::{ClaimList, Subject};
use crate::derive::kinds::{self, ReadinessKind};
use crate::derive::lists;
use crate::model::ids::Row;
use crate::model::world::{RowState, World};

fn rows_text(rows: &[Row]) -> String {
    if rows.is_empty() {
        return "-".to_owned();
    }
    rows.iter()
        .map(Row::to_string)
        .collect::<Vec<_>>()
        .join(" ")
}

impl Subject {
    /// Whether it is so, and what is so.
    pub(super) fn look(&self, world: &World) -> (bool, String) {
        match self {
            Subject::Of(row, of) => match world.row(*row).filter(|state| !state.removed) {
                Some(state) => of.look(world, state),
                None => (false, format!("not there: there is no socket {row}")),
            },
            Subject::True(list, wanted) => {
                let rows: Vec<Row> = lists::poll(world, list.kind()).now.iter().collect();
                (rows == *wanted, rows_text(&rows))
            }
            Subject::New(list, wanted) => {
                let new = list.kind().new;
                let of_list = reported(world).filter(|state| state.reported.contains(new));
                let rows: Vec<Row> = of_list.map(|state| state.row).collect();
                (rows == *wanted, rows_text(&rows))
            }
            Subject::Wire(of) => of.look(&world.wire),
            Subject::Sockets(wanted) => (world.clients() == *wanted, world.clients().to_string()),
            Subject::Events(wanted) => {
                let count = reported(world).count();
                (count == *wanted, count.to_string())
            }
            Subject::Program(of) => of.look(world),
            // Which sentences were said is known to those above.
            Subject::Says(..) => (false, "not known".to_owned()),
        }
    }
}

impl ClaimList {
    pub(super) fn kind(self) -> &'static ReadinessKind {
        match self {
            ClaimList::Readable => &kinds::READABLE,
            ClaimList::Writable => &kinds::WRITABLE,
            ClaimList::Error => &kinds::ERROR,
        }
    }
}

/// The rows of which the last tick's poll reported something.
fn reported(world: &World) -> impl Iterator<Item = &RowState> {
    let is_new = |state: &&RowState| state.changed_at.reported == world.tick_n;
    world
        .present()
        .filter(move |state| world.tick > 0 && is_new(state))
}
