//! The narration: a record in full, for a reader who hears it or searches it. What changed comes first, then one line a fact: words for
//! states, no columns, no signs, nothing that steers a terminal.

pub mod brief;
mod lists;
mod sockets;

use crate::derive::class;
use crate::derive::kinds::KINDS;
use crate::language::depth::Depth;
use crate::language::title;
use crate::model::call::{Call, CalledBy};
use crate::model::clean;
use crate::model::command::Command;
use crate::model::ids::Row;
use crate::model::readiness::Readiness;
use crate::model::record::{Cause, Change, Record};
use crate::model::socket::Stage;
use crate::model::world::World;
use crate::narrate::ledger;
use crate::narrate::next;
use crate::narrate::next::Audience;
use crate::narrate::{spoken, story};
use crate::words::calls::Chooser;
use crate::words::join::{group_by, join_and, plural};
use crate::words::numbers;
use crate::words::prose;
use crate::words::unknown;
use std::collections::BTreeSet;

/// How it is narrated.
#[derive(Clone, Copy)]
pub struct NarrationOptions<'a> {
    /// To whom.
    pub reader: Audience,
    /// In which language the story is narrated.
    pub depth: Depth,
    /// Writes a moment of the session as a time of day.
    pub clock: &'a dyn Fn(u64) -> String,
}

impl std::fmt::Debug for NarrationOptions<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Manner").finish_non_exhaustive()
    }
}

/// Lines under way.
#[derive(Default)]
struct LineBuffer(String);

impl LineBuffer {
    /// A line without a label.
    fn say(&mut self, text: &str) {
        self.0.push_str(&clean::text(text));
        self.0.push('\n');
    }

    /// One line: `label: text`. Whatever is foreign in it is made visible.
    fn push(&mut self, label: &str, text: &str) {
        self.0.push_str(label);
        self.0.push_str(": ");
        self.say(text);
    }
}

/// A record in full; `world` is the state after it.
pub fn narrate(world: &World, record: &Record, options: NarrationOptions<'_>) -> String {
    let mut lines = LineBuffer::default();
    lines.say(&head(world, record));
    if let Some(text) = record.note() {
        lines.push("note", text);
        not_understood(record, &mut lines);
        lines.push("next", &next::sentence_for(world, options.reader));
        return lines.0;
    }
    changed(world, record, &mut lines);
    not_understood(record, &mut lines);
    if is_of_the_wire_alone(record) {
        for sentence in story::narrate(world, record, options.depth) {
            lines.push("what happened", &sentence);
        }
        lines.push("next", &next::sentence_for(world, options.reader));
        return lines.0;
    }
    events(world, record, &mut lines);
    calls_of(world, record, &mut lines);
    lists::narrate(world, options, &mut lines);
    sockets::kernel(world, options, &mut lines);
    lists::disagreements(world, &mut lines);
    if record.n == 0 {
        lines.push("what happened", next::nothing_yet());
    } else {
        for sentence in story::narrate(world, record, options.depth) {
            lines.push("what happened", &sentence);
        }
    }
    sockets::stages(world, record, options.reader, &mut lines);
    asking(record, &mut lines);
    sockets::each(world, record, &mut lines);
    lines.push("next", &next::sentence_for(world, options.reader));
    lines.0
}

/// A record where there are too many sockets to tell of all of them again and again: what it holds itself.
pub fn of_itself(world: &World, record: &Record) -> String {
    let mut lines = LineBuffer::default();
    lines.say(&format!(
        "{}. {}.",
        title_of(record),
        plural(world.count(), "socket")
    ));
    let changes = [added(record), entered(record)].concat();
    if changes.is_empty() {
        lines.push("changed", "nothing.");
    }
    for change in changes {
        lines.push("changed", &change);
    }
    not_understood(record, &mut lines);
    events(world, record, &mut lines);
    calls(world, record, &mut lines);
    asking(record, &mut lines);
    lines.say(prose::say("brief many"));
    lines.0
}

fn not_understood(record: &Record, lines: &mut LineBuffer) {
    for unknown in &record.unknown {
        lines.push(unknown::LABEL, &unknown.shown);
    }
}

/// Whether packets moved by themselves and nothing else happened: that may be often, and is narrated in few lines.
fn is_of_the_wire_alone(record: &Record) -> bool {
    record.cause == Cause::Answer && record.calls.is_empty() && record.stages.is_empty()
}

/// `tick 4. 4 sockets, all pending.`
fn head(world: &World, record: &Record) -> String {
    format!("{}. {}", title_of(record), count(world))
}

/// `tick 4`
fn title_of(record: &Record) -> String {
    let words = |most| title::words(record, most).unwrap_or_default();
    match (record.tick, &record.cause) {
        (Some(tick), Cause::Command(Command::TICK) | Cause::Answer) => format!("tick {tick}"),
        (Some(tick), _) => format!("tick {tick}: {}", words(usize::MAX)),
        (None, Cause::Command(_)) if record.n == 0 => "start".to_owned(),
        (None, Cause::Command(Command::Note(_))) => "a note".to_owned(),
        (None, Cause::Command(Command::Lesson(_))) => "the lesson".to_owned(),
        (None, Cause::Command(_) | Cause::Unknown(_) | Cause::Step(_) | Cause::Program) => {
            words(200)
        }
        (None, Cause::Answer) if record.calls.is_empty() => prose::say("title packets").to_owned(),
        (None, Cause::Answer) => prose::say("title answer").to_owned(),
    }
}

/// How many sockets are in which stage.
fn count(world: &World) -> String {
    let stages = group_by(world.present().map(|row| (row.row, row.stage())));
    let all = world.count();
    match stages.as_slice() {
        [] => prose::say("count none").to_owned(),
        [(_, Stage::New)] => {
            let targets = plural(all, "target");
            prose::fill(prose::say("count new"), &[("{targets}", &targets)])
        }
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

fn changed(world: &World, record: &Record, lines: &mut LineBuffer) {
    let before = lines.0.len();
    for change in [added(record), entered(record)].concat() {
        lines.push("changed", &change);
    }
    sockets::changed(world, record, lines);
    lists::changed(world, lines);
    if lines.0.len() == before && record.changes.is_empty() && record.packets.is_empty() {
        lines.push("changed", "nothing.");
    }
}

/// Which sockets came, went and began again, a sentence each.
fn added(record: &Record) -> Vec<String> {
    let changes = record.changes.iter().filter_map(|change| {
        let (row, prose, what) = match change {
            Change::Added { row, target, .. } => {
                (row, prose::text("changed new"), target.text.to_string())
            }
            Change::Appeared { row, target, .. } => {
                (row, prose::text("changed new"), target.to_string())
            }
            Change::Mode { row, mode } => (row, prose::text("changed mode"), mode.words()),
            Change::Removed { row } => (row, prose::text("changed gone"), String::new()),
            Change::Named { row, target, .. } => {
                (row, prose::text("changed leads"), target.to_string())
            }
            Change::Restarted { row } => (row, prose::text("changed again"), String::new()),
            Change::ByHand { .. }
            | Change::Deadline { .. }
            | Change::Race { .. }
            | Change::Races { .. }
            | Change::Due { .. }
            | Change::Autodrain(_)
            | Change::Asked { .. }
            | Change::Names { .. }
            | Change::Interest { .. } => return None,
        };
        Some(prose.told(&[*row], &[("{what}", &what)]).text)
    });
    changes.collect()
}

/// Which sockets entered which stage, a sentence a stage.
fn entered(record: &Record) -> Vec<String> {
    let entered = record.stages.iter().map(|change| {
        let why = change
            .failure
            .map_or_else(String::new, |failure| format!(", {}", failure.name()));
        (change.row, format!("{}{why}", change.stage.word()))
    });
    let sentence =
        |(rows, stage): (Vec<Row>, String)| format!("{}, {stage}.", numbers::spoken(&rows));
    group_by(entered).into_iter().map(sentence).collect()
}

fn events(world: &World, record: &Record, lines: &mut LineBuffer) {
    let mut calls = record.calls.iter();
    let Some(wait) = calls.position(|fact| {
        matches!(fact.call, Call::EpollWait { .. }) && fact.by == CalledBy::Program
    }) else {
        return;
    };
    let of = |stale: bool| {
        let events = record
            .events
            .iter()
            .filter(move |event| event.stale.is_some() == stale);
        group_by(events.map(|event| (event.row, reported(event.readiness))))
    };
    let fresh: Vec<String> = of(false)
        .into_iter()
        .map(|(rows, reported)| format!("{} {reported}.", numbers::spoken(&rows)))
        .collect();
    if fresh.is_empty() {
        let sentence = Chooser::new(world, record).sentence(wait);
        let short = sentence.map_or("", |sentence| &sentence.short);
        lines.push("events from epoll_wait", &format!("none. {short}."));
    } else {
        lines.push("events from epoll_wait", &fresh.join(" "));
    }
    for (rows, reported) in of(true) {
        let rows = numbers::spoken(&rows);
        let values = [("{reported}", reported.as_str()), ("{rows}", &rows)];
        lines.push(
            "stale event",
            &prose::fill(prose::say("event stale"), &values),
        );
    }
}

/// What an event reports, in the words of the lists: `readable, writable and error`.
fn reported(readiness: Readiness) -> String {
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

fn calls(world: &World, record: &Record, lines: &mut LineBuffer) {
    // How the lab was set up is in the recording; it is not part of what happens.
    if record.n == 0 {
        return;
    }
    for (place, fact) in record.calls.iter().enumerate() {
        // What a peer or the lab is to do next nobody asks.
        let own = matches!(fact.by, CalledBy::Program | CalledBy::Library);
        let class = class::of(fact, world.around(place)).filter(|_| own);
        lines.push("call", &spoken::call(fact, class));
    }
    if record.calls.is_empty() && record.looked {
        lines.push("call", prose::text("calls none looked").log());
    }
}

/// The calls, and who made none.
fn calls_of(world: &World, record: &Record, lines: &mut LineBuffer) {
    calls(world, record, lines);
    if record.n == 0 || record.tick.is_none() {
        return;
    }
    let own = record
        .calls
        .iter()
        .filter(|fact| matches!(fact.by, CalledBy::Program | CalledBy::Library));
    let called: BTreeSet<Row> = own.filter_map(|fact| fact.row).collect();
    let silent = world.unsettled().filter(|row| !called.contains(&row.row));
    let why = silent
        .filter_map(|row| next::no_call(world, record, row.row).map(|why| (row.row, why.log())));
    for (rows, why) in group_by(why) {
        lines.push("no call", &format!("{}, {why}.", numbers::spoken(&rows)));
    }
}

/// What the program's calls read, emptied or armed.
fn asking(record: &Record, lines: &mut LineBuffer) {
    let own = record
        .calls
        .iter()
        .filter(|fact| fact.by == CalledBy::Program);
    let effects = own.filter_map(|fact| Some((fact.row?, ledger::effect(fact)?)));
    for (mut rows, effect) in group_by(effects) {
        let calls = rows.len();
        rows.dedup();
        // One socket can make a call again and again.
        let times = match rows.as_slice() {
            [_] if calls > 1 => format!(", {calls} times"),
            _ => String::new(),
        };
        let rows = numbers::spoken(&rows);
        lines.push("ledger", &format!("{rows}, {effect}{times}."));
    }
}
