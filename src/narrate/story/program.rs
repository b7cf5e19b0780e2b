//! What a watched program did beside the calls on its sockets: what it said, what it asked of its poll, that it ended.

use super::sentence::filled;
use super::{Importance, Narration};
use crate::language::depth::Depth;
use crate::model::clean;
use crate::model::ids::Row;
use crate::model::record::{Record, StageChange};
use crate::model::socket::Stage;
use crate::model::task::{ProgramWords, Task, TaskChange, TaskFact};
use crate::model::world::World;
use crate::words::calls::Chooser;
use crate::words::prose::{self, Told};
use crate::words::signals;

/// So many characters of a line that it said are told.
const MAX_SAID: usize = 200;

/// Narrates it.
pub(super) fn program(world: &World, record: &Record, depth: Depth, narration: &mut Narration) {
    if !world.is_watched() {
        return;
    }
    calls_without_rows(world, record, depth, narration);
    for said in &record.said {
        for told in says(world, said) {
            narration.push(Importance::Event, told);
        }
    }
    let mut closed = closed_by_an_end(record);
    for fact in &record.tasks {
        if let Some(told) = task(world, fact, &mut closed) {
            narration.push(Importance::Event, told);
        }
    }
}

/// Calls that concern several rows or none: those that ask for news, and what is shown for its own sake.
fn calls_without_rows(world: &World, record: &Record, depth: Depth, narration: &mut Narration) {
    let chooser = Chooser::new(world, record);
    for (place, fact) in record.calls.iter().enumerate() {
        let is_one = fact.row.is_none() && fact.made.is_some();
        if let Some(sentence) = is_one.then(|| chooser.sentence(place)).flatten() {
            let text = filled(sentence, &[fact], depth);
            narration.push(Importance::Call, super::capital(&text));
        }
    }
}

/// The sockets that were closed and of which no call says so.
fn closed_by_an_end(record: &Record) -> Vec<Row> {
    let by_a_call = |row: Row| {
        record.calls.iter().any(|fact| match fact.name() {
            "close" => fact.row == Some(row),
            "close_range" | "dup2" | "dup3" => true,
            _ => false,
        })
    };
    let closed = |change: &&StageChange| change.stage == Stage::Closed && !by_a_call(change.row);
    let stages = record.stages.iter();
    stages.filter(closed).map(|change| change.row).collect()
}

fn says(world: &World, said: &ProgramWords) -> Vec<Told> {
    let name = name_of(world, said.process);
    let words = String::from_utf8_lossy(&said.bytes);
    let line = |line: &str| {
        let short: String = line.chars().take(MAX_SAID).collect();
        let line = clean::text(&short);
        prose::text("program says").told(&[], &[("{name}", &name), ("{line}", &line)])
    };
    words.lines().map(line).collect()
}

fn name_of(world: &World, process: u32) -> String {
    let mut tasks = world.tasks().iter();
    let found = tasks.rfind(|(task, _)| task.process == process);
    found.map_or_else(
        || format!("process {process}"),
        |(_, state)| clean::text(&state.name),
    )
}

/// What became of a thread; with a process go the sockets that nobody else has.
fn task(world: &World, fact: &TaskFact, closed: &mut Vec<Row>) -> Option<Told> {
    let name = name_of(world, fact.task.process);
    let thread = fact.task.to_string();
    let (prose, how) = match &fact.what {
        TaskChange::Ended(_) if fact.task.thread > 1 => return None,
        TaskChange::Ended(end) => (prose::text("program ended"), signals::how(*end)),
        // A wrapper starts many programs before the first socket.
        TaskChange::Runs { .. } if world.rows_ever() > 0 => {
            (prose::text("program runs"), String::new())
        }
        TaskChange::Began { .. } if fact.task != Task::FIRST && world.rows_ever() > 0 => {
            (prose::text("program began"), String::new())
        }
        _ => return None,
    };
    let is_wrapped = fact.task != Task::FIRST && world.rows_ever() == 0;
    if is_wrapped {
        return None;
    }
    let rows = match fact.what {
        TaskChange::Began { .. } => Vec::new(),
        _ => std::mem::take(closed),
    };
    let with = match rows.is_empty() {
        true => String::new(),
        false => prose::text("program closes").told(&rows, &[]).text,
    };
    let values = [
        ("{name}", name.as_str()),
        ("{thread}", &thread),
        ("{how}", &how),
        ("{with}", &with),
    ];
    Some(Told {
        rows,
        ..prose.told(&[], &values)
    })
}
