//! A record without news: what was asked for, or why nothing happened.

use super::about;
use super::sentence::filled;
use crate::language::depth::Depth;
use crate::model::command::Command;
use crate::model::ids::Row;
use crate::model::record::Record;
use crate::model::world::{Facts, Moment, ReadyList, RowState, World};
use crate::words::calls::Chooser;
use crate::words::join::plural;
use crate::words::prose::{self, Told};

pub(super) fn quiet(record: &Record, world: &World, depth: Depth) -> Told {
    if let Some(asked_for) = asked_for(record) {
        return asked_for;
    }
    if let Some(again) = still_true(world, record).filter(|_| depth != Depth::Kernel) {
        return again;
    }
    let nothing = || prose::text("quiet nothing").told(&[], &[]);
    let Some(fact) = record.calls.first() else {
        return nothing();
    };
    let Some(sentence) = Chooser::new(world, record).sentence(0) else {
        return nothing();
    };
    let text = filled(sentence, &[fact], depth);
    let rows: Vec<Row> = fact.row.into_iter().collect();
    about(&rows, world, &text, !rows.is_empty() && world.count() > 1).into()
}

/// What a command asked for that makes no call and changes no row.
fn asked_for(record: &Record) -> Option<Told> {
    let command = record.command()?;
    let written = command.to_string();
    let written = [("{command}", written.as_str())];
    Some(match command {
        Command::Look => {
            let changed: Vec<Row> = record.looks.iter().map(|(row, _)| *row).collect();
            match changed.is_empty() {
                true => prose::text("quiet look").told(&[], &[]),
                false => prose::text("quiet look differs").told(&changed, &[]),
            }
        }
        Command::Rule(_) => prose::text("quiet rule").told(&[], &written),
        Command::Capacity(_) => prose::text("quiet capacity").told(&[], &written),
        Command::Limit(Some(more)) => {
            let more = plural(*more as usize, "descriptor");
            prose::text("quiet limit").told(&[], &[("{more}", &more)])
        }
        Command::Limit(None) => prose::text("quiet no-limit").told(&[], &[]),
        _ => return None,
    })
}

/// The edge trap: true now, but nothing new.
fn still_true(world: &World, record: &Record) -> Option<Told> {
    record.tick?;
    // The sentence asks for both: nobody else can be meant by it.
    let lists = [ReadyList::Watched, ReadyList::ReadableByPoll];
    let said_of = |facts: &Facts| prose::find("quiet still-true", facts).is_some();
    let mut last: Option<(Facts, bool)> = None;
    let mut readable = |row: &Row| {
        let facts = world.row(*row).map(RowState::facts)?;
        // Thousands of which the same is so are asked about once.
        let known = last.filter(|(other, _)| *other == facts);
        let is_said = known.map_or_else(|| said_of(&facts), |(_, is_said)| is_said);
        last = Some((facts, is_said));
        Some(is_said)
    };
    let rows = world.standing(&lists, Moment::Now);
    let rows: Vec<Row> = rows.filter(|row| readable(row) == Some(true)).collect();
    (!rows.is_empty()).then(|| prose::text("quiet still-true").told(&rows, &[]))
}
