//! The telling: a record in full, for a reader who hears it or searches it. What changed comes first, then one line a fact: words for
//! states, no columns, no signs, nothing that steers a terminal.

mod lists;
mod sockets;

use crate::derive::kinds::KINDS;
use crate::language::depth::Depth;
use crate::language::title;
use crate::model::call::{By, Call};
use crate::model::clean;
use crate::model::command::Command;
use crate::model::ids::Row;
use crate::model::readiness::Readiness;
use crate::model::record::{Cause, Change, Record};
use crate::model::socket::Stage;
use crate::model::world::World;
use crate::narrate::ledger;
use crate::narrate::next;
use crate::narrate::next::Reader;
use crate::narrate::{spoken, story};
use crate::words::calls;
use crate::words::join::{group_by, join_and, plural};
use crate::words::numbers;
use crate::words::unknown;
use std::collections::BTreeSet;

/// How it is told.
#[derive(Clone, Copy)]
pub struct Manner<'a> {
    /// To whom.
    pub reader: Reader,
    /// In which language the story is told.
    pub depth: Depth,
    /// Writes a moment of the session as a time of day.
    pub clock: &'a dyn Fn(u64) -> String,
}

impl std::fmt::Debug for Manner<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Manner").finish_non_exhaustive()
    }
}

/// Lines under way.
#[derive(Default)]
struct Lines(String);

impl Lines {
    /// One line: `label: text`. Whatever is foreign in it is made visible.
    fn say(&mut self, label: &str, text: &str) {
        self.0.push_str(label);
        self.0.push_str(": ");
        self.0.push_str(&clean::text(text));
        self.0.push('\n');
    }
}

/// A record in full; `world` is the state after it.
pub fn tell(world: &World, record: &Record, manner: Manner<'_>) -> String {
    let mut lines = Lines(format!("{}\n", clean::text(&head(world, record))));
    if let Some(text) = record.note() {
        lines.say("note", text);
        not_understood(record, &mut lines);
        lines.say("next", &next::sentence_for(world, manner.reader));
        return lines.0;
    }
    changed(world, record, &mut lines);
    not_understood(record, &mut lines);
    if is_of_the_wire_alone(record) {
        for sentence in story::tell(world, record, manner.depth) {
            lines.say("what happened", &sentence);
        }
        lines.say("next", &next::sentence_for(world, manner.reader));
        return lines.0;
    }
    news(world, record, &mut lines);
    calls_of(world, record, &mut lines);
    lists::tell(world, manner, &mut lines);
    sockets::kernel(world, manner, &mut lines);
    lists::disagreements(world, &mut lines);
    if record.n == 0 {
        lines.say("what happened", next::NOTHING_YET);
    } else {
        for sentence in story::tell(world, record, manner.depth) {
            lines.say("what happened", &sentence);
        }
    }
    sockets::stages(world, record, &mut lines);
    asking(record, &mut lines);
    sockets::each(world, record, &mut lines);
    lines.say("next", &next::sentence_for(world, manner.reader));
    lines.0
}

fn not_understood(record: &Record, lines: &mut Lines) {
    for unknown in &record.unknown {
        lines.say(unknown::LABEL, &unknown.shown);
    }
}

/// Whether packets moved by themselves and nothing else happened: that may be often, and is told in few lines.
fn is_of_the_wire_alone(record: &Record) -> bool {
    record.cause == Cause::Answer && record.calls.is_empty() && record.stages.is_empty()
}

/// `tick 4. 4 sockets, all pending.`
fn head(world: &World, record: &Record) -> String {
    let words = |most| title::words(record, most).unwrap_or_default();
    let what = match (record.tick, &record.cause) {
        (Some(tick), Cause::Command(Command::TICK) | Cause::Answer) => format!("tick {tick}"),
        (Some(tick), _) => format!("tick {tick}: {}", words(usize::MAX)),
        (None, Cause::Command(_)) if record.n == 0 => "start".to_owned(),
        (None, Cause::Command(Command::Note(_))) => "a note".to_owned(),
        (None, Cause::Command(_) | Cause::Unknown(_)) => words(200),
        (None, Cause::Answer) if record.calls.is_empty() => {
            "packets moved by themselves".to_owned()
        }
        (None, Cause::Answer) => "an answer: a call has returned".to_owned(),
    };
    format!("{what}. {}", count(world))
}

/// How many sockets are in which stage.
fn count(world: &World) -> String {
    let stages = group_by(world.present().map(|row| (row.row, row.stage())));
    let all = world.count();
    match stages.as_slice() {
        [] => "no sockets.".to_owned(),
        [(_, Stage::New)] => format!("{}, no socket yet.", plural(all, "target")),
        [(rows, stage)] if rows.len() == 1 => format!("1 socket, {}.", stage.word()),
        [(_, stage)] => format!("{}, all {}.", plural(all, "socket"), stage.word()),
        several => {
            let parts: Vec<String> = several
                .iter()
                .map(|(rows, stage)| format!("{} {}", rows.len(), stage.word()))
                .collect();
            format!("{all} sockets: {}.", parts.join(", "))
        }
    }
}

fn changed(world: &World, record: &Record, lines: &mut Lines) {
    let before = lines.0.len();
    for change in &record.changes {
        let (row, what) = match change {
            Change::Added { row, target, .. } => (row, format!("{}, is new", target.text)),
            Change::Appeared { row, target, .. } => (row, format!("{target}, is new")),
            Change::Removed { row } => (row, "is gone".to_owned()),
            Change::Restarted { row } => (row, "begins again".to_owned()),
            Change::Hand { .. }
            | Change::Deadline { .. }
            | Change::Autodrain(_)
            | Change::Interest { .. } => continue,
        };
        lines.say("changed", &format!("{row} {what}."));
    }
    let entered = record.stages.iter().map(|change| {
        let why = change
            .failure
            .map_or_else(String::new, |failure| format!(", {}", failure.name()));
        (change.row, format!("{}{why}", change.stage.word()))
    });
    for (rows, stage) in group_by(entered) {
        lines.say("changed", &format!("{}, {stage}.", numbers::spoken(&rows)));
    }
    sockets::changed(world, record, lines);
    lists::changed(world, lines);
    if lines.0.len() == before && record.changes.is_empty() && record.packets.is_empty() {
        lines.say("changed", "nothing.");
    }
}

fn news(world: &World, record: &Record, lines: &mut Lines) {
    let Some(wait) = record
        .calls
        .iter()
        .find(|fact| matches!(fact.call, Call::EpollWait { .. }) && fact.by == By::Program)
    else {
        return;
    };
    let of = |stale: bool| {
        let events = record
            .events
            .iter()
            .filter(move |event| event.stale.is_some() == stale);
        group_by(events.map(|event| (event.row, told(event.readiness))))
    };
    let fresh: Vec<String> = of(false)
        .into_iter()
        .map(|(rows, told)| format!("{} {told}.", numbers::spoken(&rows)))
        .collect();
    if fresh.is_empty() {
        let short = &calls::find(wait, false, was_watched(world)).short;
        lines.say("news from epoll_wait", &format!("none. {short}."));
    } else {
        lines.say("news from epoll_wait", &fresh.join(" "));
    }
    for (rows, told) in of(true) {
        let rows = numbers::spoken(&rows);
        lines.say(
            "stale news",
            &format!("{told}, for an attempt of {rows} that is over. nobody hears it."),
        );
    }
}

/// What an event tells, in the words of the lists: `readable, writable and error`.
fn told(readiness: Readiness) -> String {
    let names: Vec<&str> = KINDS
        .iter()
        .filter(|kind| readiness.contains(kind.new))
        .map(|kind| kind.name)
        .collect();
    match names.as_slice() {
        [] => "nothing".to_owned(),
        several => join_and(several),
    }
}

/// Whether any socket was registered before this record.
fn was_watched(world: &World) -> bool {
    world
        .present()
        .any(|row| row.asked().is_some_and(|_| row.marks.asked != world.n))
}

fn calls_of(world: &World, record: &Record, lines: &mut Lines) {
    // How the lab was set up is in the recording; it is not part of what happens.
    if record.n == 0 {
        return;
    }
    for fact in &record.calls {
        lines.say("call", &spoken::call(fact));
    }
    if record.calls.is_empty() && record.looked {
        lines.say("call", "none for your program. the witnesses were asked.");
    }
    if record.tick.is_none() {
        return;
    }
    let own = record
        .calls
        .iter()
        .filter(|fact| matches!(fact.by, By::Program | By::Library));
    let called: BTreeSet<Row> = own.filter_map(|fact| fact.row).collect();
    let silent = world.unsettled().filter(|row| !called.contains(&row.row));
    let why = silent.filter_map(|row| {
        next::no_call(world, record, row.row).map(|why| (row.row, why.to_owned()))
    });
    for (rows, why) in group_by(why) {
        let why = why
            .trim_start_matches("no call: ")
            .trim_start_matches("it has ");
        lines.say("no call", &format!("{}, {why}.", numbers::spoken(&rows)));
    }
}

/// What the program's calls read, emptied or armed.
fn asking(record: &Record, lines: &mut Lines) {
    let own = record.calls.iter().filter(|fact| fact.by == By::Program);
    let effects = own.filter_map(|fact| Some((fact.row?, ledger::effect(fact)?)));
    for (rows, effect) in group_by(effects) {
        lines.say("ledger", &format!("{}, {effect}.", numbers::spoken(&rows)));
    }
}
