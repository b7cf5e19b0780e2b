//! Each socket as a sentence: what the program may conclude, and what the kernel says.

use super::{Lines, Manner};
use crate::model::ids::Row;
use crate::model::record::{Look, Record};
use crate::model::socket::Stage;
use crate::model::tcp::TcpState;
use crate::model::world::{RowState, World};
use crate::narrate::{facts, kernel, stages};
use crate::words::join::group_by;
use crate::words::numbers;
use std::collections::BTreeSet;

/// Up to so many sockets all are told each time; of more only those that the record speaks of.
const FEW: usize = 16;
/// The most that are told then.
const MOST: usize = 64;

/// What changed beside the stage: the word of the calls, and the kernel's state.
pub(super) fn changed(world: &World, record: &Record, lines: &mut Lines) {
    if world.n == 0 {
        return;
    }
    let entered: BTreeSet<Row> = record.stages.iter().map(|change| change.row).collect();
    let words = world
        .present()
        .filter(|row| row.marks.fact == world.n && !entered.contains(&row.row))
        .map(|row| (row.row, facts::word(world, row)));
    for (rows, word) in group_by(words) {
        lines.say("changed", &format!("{}, {word}.", numbers::spoken(&rows)));
    }
    let states = world
        .present()
        .filter(|row| row.marks.look == world.n && kernel::state_changed(row))
        .map(|row| (row.row, kernel::state(row, usize::MAX)))
        .filter(|(_, state)| !state.is_empty());
    for (rows, state) in group_by(states) {
        let rows = numbers::spoken(&rows);
        lines.say("changed", &format!("the kernel says of {rows} {state}."));
    }
    let state = |look: &Look| look.server().answer().map(|end| end.state);
    let servers = world
        .present()
        .filter(|row| row.marks.look == world.n && state(&row.look) != state(&row.look_before))
        .map(|row| {
            let now = state(&row.look).map_or("that it knows nothing of it", TcpState::name);
            (row.row, now.to_owned())
        });
    for (rows, state) in group_by(servers) {
        let rows = numbers::spoken(&rows);
        lines.say(
            "changed",
            &format!("the server's kernel says of {rows} {state}."),
        );
    }
}

/// What the stages mean that were entered.
pub(super) fn stages(world: &World, record: &Record, lines: &mut Lines) {
    let entered = record.stages.iter().filter_map(|change| {
        let row = world
            .row(change.row)
            .filter(|row| row.stage() == change.stage)?;
        Some((row.row, stages::meaning(row).to_owned()))
    });
    for (rows, meaning) in group_by(entered) {
        lines.say(&format!("stage of {}", numbers::spoken(&rows)), &meaning);
    }
}

/// What the kernel says of every open socket, and what the program cannot know of it yet.
pub(super) fn kernel(world: &World, manner: Manner<'_>, lines: &mut Lines) {
    let said = world.present().filter(|row| row.fd().is_some()).map(|row| {
        let facts = kernel::facts(row, manner.clock);
        (row.row, facts.join(". "))
    });
    for (rows, facts) in group_by(said) {
        lines.say("kernel", &format!("{}, {facts}.", numbers::spoken(&rows)));
    }
}

/// A line a socket: all of a few, of many those that the record speaks of.
pub(super) fn each(world: &World, record: &Record, lines: &mut Lines) {
    let few = world.count() <= FEW;
    let called = record.calls.iter().filter_map(|fact| fact.row);
    let heard = record.events.iter().map(|event| event.row);
    let entered = record.stages.iter().map(|change| change.row);
    let spoken_of: BTreeSet<Row> = called.chain(heard).chain(entered).collect();
    let mut told = 0;
    for row in world
        .present()
        .filter(|row| few || spoken_of.contains(&row.row))
        .take(MOST)
    {
        lines.say("socket", &one(world, row));
        told += 1;
    }
    if told < world.count() {
        let rest = world.count() - told;
        lines.say("socket", &format!("{rest} more are not told one by one."));
    }
}

/// `1 @open, pending, EINPROGRESS, descriptor 9, port 46894, SO_ERROR sealed.`
fn one(world: &World, row: &RowState) -> String {
    let mut parts = vec![
        format!("{} {}", row.row, row.label()),
        row.stage().word().to_owned(),
    ];
    parts.extend(row.running().map(|call| format!("{call} has not returned")));
    let known = facts::word(world, row);
    if !known.is_empty() {
        parts.push(known);
    }
    let failure = row.current().failure.map(|f| f.name().into_owned());
    if let Some(name) = failure.filter(|name| row.stage() == Stage::Error && !parts.contains(name))
    {
        parts.push(name);
    }
    match row.fd() {
        Some(fd) => parts.push(format!("descriptor {fd}")),
        None if row.stage() == Stage::New => parts.push(facts::leads_to(row, "port ")),
        None => parts.push("no descriptor".to_owned()),
    }
    parts.extend(facts::local_port(row).map(|port| format!("port {port}")));
    let envelope = facts::envelope(row);
    if !envelope.is_empty() {
        parts.push(format!("SO_ERROR {envelope}"));
    }
    format!("{}.", parts.join(", "))
}
