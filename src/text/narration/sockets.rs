//! Each socket as a sentence: what the program may conclude, and what the kernel says.

use super::{LineBuffer, NarrationOptions};
use crate::model::ids::Row;
use crate::model::record::{Look, Record};
use crate::model::socket::Stage;
use crate::model::tcp::TcpState;
use crate::model::world::{RowState, World};
use crate::narrate::next::Audience;
use crate::narrate::{facts, kernel, stages};
use crate::words::join::group_by;
use crate::words::numbers;
use crate::words::prose;
use std::collections::BTreeSet;

/// Up to so many sockets all are narrated each time; of more only those that the record speaks of.
const FEW: usize = 16;
/// The most that are narrated then.
const MAX_SOCKETS: usize = 64;

/// What changed beside the stage: the word of the calls, and the kernel's state.
pub(super) fn changed(world: &World, record: &Record, lines: &mut LineBuffer) {
    if world.n == 0 {
        return;
    }
    let entered: BTreeSet<Row> = record.stages.iter().map(|change| change.row).collect();
    let words = world
        .present()
        .filter(|row| row.changed_at.fact == world.n && !entered.contains(&row.row))
        .map(|row| (row.row, facts::word(world, row)));
    for (rows, word) in group_by(words) {
        lines.push("changed", &format!("{}, {word}.", numbers::spoken(&rows)));
    }
    let states = world
        .present()
        .filter(|row| row.changed_at.look == world.n && kernel::state_changed(row))
        .map(|row| (row.row, kernel::state(row, usize::MAX)))
        .filter(|(_, state)| !state.is_empty());
    for (rows, state) in group_by(states) {
        let rows = numbers::spoken(&rows);
        let values = [("{rows}", rows.as_str()), ("{state}", &state)];
        lines.push(
            "changed",
            &prose::fill(prose::say("changed kernel"), &values),
        );
    }
    let state = |look: &Look| look.server().answer().map(|end| end.state);
    let servers = world
        .present()
        .filter(|row| {
            row.changed_at.look == world.n && state(&row.look) != state(row.look_before())
        })
        .map(|row| (row.row, state(&row.look)));
    for (rows, state) in group_by(servers) {
        let rows = numbers::spoken(&rows);
        let text = match state {
            Some(_) => prose::say("changed server"),
            None => prose::say("changed server forgot"),
        };
        let values = [
            ("{rows}", rows.as_str()),
            ("{state}", state.map_or("", TcpState::name)),
        ];
        lines.push("changed", &prose::fill(text, &values));
    }
}

/// What the stages mean that were entered.
pub(super) fn stages(world: &World, record: &Record, reader: Audience, lines: &mut LineBuffer) {
    let entered = record.stages.iter().filter_map(|change| {
        let row = world
            .row(change.row)
            .filter(|row| row.stage() == change.stage)?;
        Some((row.row, reader.of(stages::meaning(row))))
    });
    for (rows, meaning) in group_by(entered) {
        lines.push(&format!("stage of {}", numbers::spoken(&rows)), meaning);
    }
}

/// What the kernel says of every open socket, and what the program cannot know of it yet.
pub(super) fn kernel(world: &World, options: NarrationOptions<'_>, lines: &mut LineBuffer) {
    let facts = world.present().filter(|row| row.fd().is_some()).map(|row| {
        let facts = kernel::facts(row, options.clock);
        (row.row, facts.join("; "))
    });
    for (rows, facts) in group_by(facts) {
        lines.push("kernel", &format!("{}, {facts}.", numbers::spoken(&rows)));
    }
}

/// A line a socket: all of a few, of many those that the record speaks of.
pub(super) fn each(world: &World, record: &Record, lines: &mut LineBuffer) {
    let few = world.count() <= FEW;
    let called = record.calls.iter().filter_map(|fact| fact.row);
    let notified = record.events.iter().map(|event| event.row);
    let entered = record.stages.iter().map(|change| change.row);
    let spoken_of: BTreeSet<Row> = called.chain(notified).chain(entered).collect();
    let mut listed = 0;
    for row in world
        .present()
        .filter(|row| few || spoken_of.contains(&row.row))
        .take(MAX_SOCKETS)
    {
        lines.push("socket", &one(world, row));
        listed += 1;
    }
    if listed < world.count() {
        let rest = world.count() - listed;
        let rest = prose::fill(prose::say("socket rest"), &[("{rest}", &rest.to_string())]);
        lines.push("socket", &rest);
    }
}

/// `1 @open, pending, EINPROGRESS, descriptor 9, port 46894, SO_ERROR not read.`
fn one(world: &World, row: &RowState) -> String {
    let mut parts = vec![
        format!("{} {}", row.row, row.label()),
        row.stage().word().to_owned(),
    ];
    let running = row.running();
    parts
        .extend(running.map(|call| prose::fill(prose::say("socket running"), &[("{call}", call)])));
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
        None if row.stage() == Stage::New => parts.push(facts::leads_to(row, "port ", world.at_us)),
        None => parts.push(prose::say("socket no-descriptor").to_owned()),
    }
    parts.extend(facts::local_port(row).map(|port| format!("port {port}")));
    let so_error = facts::so_error_in_words(row);
    if !so_error.is_empty() {
        parts.push(so_error);
    }
    format!("{}.", parts.join(", "))
}
