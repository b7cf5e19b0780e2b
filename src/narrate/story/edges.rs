//! Why NEW and TRUE differ: an edge is reported once, and what it was about may go on.

use crate::derive::kinds::{ERROR, READABLE, ReadinessKind, WRITABLE};
use crate::derive::looks::rows_reported_before;
use crate::model::ids::Row;
use crate::model::record::Record;
use crate::model::world::World;
use crate::words::prose::{self, Told};

/// What is still true and was reported in one of the two ticks before this one: the longest list in a sentence.
pub(super) fn still_true(world: &World, record: &Record) -> Option<Told> {
    record.tick?;
    let lists = [&WRITABLE, &READABLE, &ERROR].map(|kind| (kind, of_late(world, kind)));
    let (kind, (rows, tick)) = lists
        .into_iter()
        .filter_map(|(kind, late)| Some((kind, late?)))
        .rev()
        .max_by_key(|(_, (rows, _))| rows.len())?;
    let values = [("{list}", kind.name), ("{tick}", &tick.to_string())];
    Some(prose::text("edge still-true").told(&rows, &values))
}

/// Whose last report is of one of these ticks, and of which: the later one, if both have some.
fn of_late(world: &World, kind: &ReadinessKind) -> Option<(Vec<Row>, u64)> {
    let rows = rows_reported_before(world, kind);
    (1..).zip(world.ticks_before).find_map(|(ago, n)| {
        let of_that = rows.iter().filter(|row| row.changed_at.reported == n);
        let rows: Vec<Row> = of_that.map(|row| row.row).collect();
        (n > 0 && !rows.is_empty()).then(|| (rows, world.tick - ago))
    })
}
