//! A record without news: what was asked for, or why nothing happened.

use super::about;
use super::sentence::filled;
use crate::language::depth::Depth;
use crate::model::command::Command;
use crate::model::ids::Row;
use crate::model::readiness::PollMask;
use crate::model::record::Record;
use crate::model::socket::Stage;
use crate::model::world::{RowState, World};
use crate::words::calls::Chooser;
use crate::words::join::{plural, verb};
use crate::words::numbers;

pub(super) fn quiet(record: &Record, world: &World, depth: Depth) -> String {
    let changed: Vec<Row> = record.looks.iter().map(|(row, _)| *row).collect();
    if record.command() == Some(&Command::Look) {
        return if changed.is_empty() {
            "Looked again: nothing is different. No call was made for your program.".to_owned()
        } else {
            format!(
                "Looked again: the kernel's facts differ for {}. No call was made for your program.",
                numbers::in_words(&changed)
            )
        };
    }
    match record.command() {
        Some(command @ Command::Rule(_)) => {
            return format!("On the wire, for packets that appear from now on: {command}.");
        }
        Some(command @ Command::Capacity(_)) => {
            return format!("From now on one poll can tell so many events: {command}.");
        }
        Some(Command::Limit(Some(more))) => {
            let more = plural(*more as usize, "descriptor");
            return format!(
                "From now on your program may open {more} more. One too many gives EMFILE; the lab has no such limit."
            );
        }
        Some(Command::Limit(None)) => {
            return "Your program may open as many descriptors as its process may.".to_owned();
        }
        _ => {}
    }
    if let Some(again) = still_true(world, record).filter(|_| depth != Depth::Kernel) {
        return again;
    }
    let Some(fact) = record.calls.first() else {
        return "Nothing happened.".to_owned();
    };
    let Some(sentence) = Chooser::new(world, record).sentence(0) else {
        return "Nothing happened.".to_owned();
    };
    let text = filled(sentence, &[fact], depth);
    let rows: Vec<Row> = fact.row.into_iter().collect();
    about(&rows, world, &text, !rows.is_empty() && world.count() > 1)
}

/// The edge trap: true now, but nothing new.
fn still_true(world: &World, record: &Record) -> Option<String> {
    record.tick?;
    let readable = |row: &&RowState| {
        row.stage() == Stage::Connected
            && row.asked().is_some()
            && row
                .look
                .poll
                .answer()
                .is_some_and(|mask| mask.contains(PollMask::IN))
    };
    let rows: Vec<Row> = world
        .present()
        .filter(readable)
        .map(|row| row.row)
        .collect();
    let is = verb(rows.len(), "is", "are");
    (!rows.is_empty()).then(|| {
        format!(
            "No event, and yet {} {is} readable: without a new event an edge is not repeated. poll and select report it.",
            numbers::in_words(&rows)
        )
    })
}
