//! The two great moments of the default session: what the lists could not tell apart, and what only the kernel knows.

use super::{Importance, Narration};
use crate::model::call::Call;
use crate::model::ids::Row;
use crate::model::race::RaceTurn;
use crate::model::record::Record;
use crate::model::socket::{Mode, Stage};
use crate::model::world::{RowState, World};
use crate::words::prose::{self, Told};

/// The second great moment: two failures that the lists could not tell apart.
pub(super) fn distinctions(world: &World, record: &Record, narration: &mut Narration) {
    let failed: Vec<&RowState> = record
        .stages
        .iter()
        .filter(|change| change.stage == Stage::Error)
        .filter_map(|change| world.row(change.row))
        .filter(|row| {
            record
                .calls
                .iter()
                .any(|fact| fact.row == Some(row.row) && matches!(fact.call, Call::SoError { .. }))
        })
        .collect();
    let [first, rest @ ..] = failed.as_slice() else {
        return;
    };
    let differs = rest
        .iter()
        .any(|row| row.current().failure != first.current().failure);
    let same_lists = rest
        .iter()
        .all(|row| row.look_before().poll == first.look_before().poll);
    if differs && same_lists {
        let rows: Vec<Row> = failed.iter().map(|row| row.row).collect();
        let told = prose::text("moment distinction").told(&rows, &[]);
        narration.push(Importance::Distinction, told);
    }
}

/// A way to wait has come to its answer: how many calls it took.
pub(super) fn ways(world: &World, record: &Record, narration: &mut Narration) {
    let settled = record
        .stages
        .iter()
        .filter(|change| matches!(change.stage, Stage::Connected | Stage::Error));
    let rows = settled.filter_map(|change| world.row(change.row));
    let has_other_way = |row: &&RowState| {
        let other = |other: &RowState| {
            other.row != row.row
                && other.target() == row.target()
                && (other.mode == Mode::ConnectEx) != (row.mode == Mode::ConnectEx)
        };
        row.is_client() && world.count() <= MAX_COMPARED && world.present().any(other)
    };
    for row in rows.filter(has_other_way) {
        let calls = row.results.count().to_string();
        let connects = row.results.count_of("connect").to_string();
        let values = [("{calls}", calls.as_str()), ("{connects}", &connects)];
        let prose = match row.mode {
            Mode::ConnectEx => prose::text("moment way connect"),
            _ => prose::text("moment way poll"),
        };
        narration.push(Importance::Proof, prose.told(&[row.row], &values));
    }
}

/// An attempt of a race was proved connected before the others.
pub(super) fn race(world: &World, record: &Record, narration: &mut Narration) {
    let connected = record
        .stages
        .iter()
        .filter(|change| change.stage == Stage::Connected);
    let rows = connected.filter_map(|change| world.row(change.row));
    for row in rows.filter(|row| row.turn() == Some(RaceTurn::Won)) {
        let race = row.race.as_ref();
        let leader = race.map(|race| race.leader);
        if leader.is_some_and(|leader| world.attempts_of_race(leader).len() > 1) {
            let told = prose::text("moment race").told(&[row.row], &[]);
            narration.push(Importance::Distinction, told);
        }
    }
}

/// Of more sockets nobody compares two ways.
const MAX_COMPARED: usize = 16;

/// The first great moment: to the program they look the same, the kernel knows more.
pub(super) fn kernel_knows_more(world: &World, record: &Record, narration: &mut Narration) {
    let fresh: Vec<Row> = record
        .stages
        .iter()
        .filter(|change| change.stage == Stage::Pending)
        .map(|c| c.row)
        .collect();
    let rows: Vec<&RowState> = fresh.iter().filter_map(|row| world.row(*row)).collect();
    let parts = prose::of("moment part").iter().map(|part| {
        let of_part = rows.iter().filter(|row| part.is_true(&row.facts()));
        (part, of_part.map(|row| row.row).collect::<Vec<Row>>())
    });
    let parts: Vec<Told> = parts
        .filter(|(_, rows)| !rows.is_empty())
        .map(|(part, rows)| part.told(&rows, &[]))
        .collect();
    if parts.len() < 2 {
        return;
    }
    let texts: Vec<&str> = parts.iter().map(|part| part.text.as_str()).collect();
    let values = [("{parts}", &*texts.join(", "))];
    let told = prose::text("moment kernel-knows").told(&fresh, &values);
    narration.also(parts);
    narration.push(Importance::KernelKnows, told);
}
