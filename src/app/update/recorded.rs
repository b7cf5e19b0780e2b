//! A record was made: it goes into the history, and what waited for it goes on.

use super::{choose, watched};
use crate::app::model::{Goal, InFlight, Model, TickRun};
use crate::app::overlay::Overlay;
use crate::model::command::Command;
use crate::model::record::{Cause, Change, PacketFact, Record};
use crate::model::wire::{Origin, PacketEvent, PacketNumber};
use crate::model::world::World;
use crate::words::join::plural;
use std::sync::Arc;
use std::time::Duration;

/// The most ticks of `n`, and the pause between them.
const MAX_TICKS_UNTIL: u32 = 100;
const TICK_INTERVAL: Duration = Duration::from_millis(100);

pub(super) fn recorded(model: &mut Model, record: &Arc<Record>, world: World) {
    let is_answer = record.cause == Cause::Answer;
    let changed = !record.stages.is_empty()
        || !record.events.is_empty()
        || !record.packets.is_empty()
        || !record.looks.is_empty();
    choose_appeared(model, record, &world);
    let dropped = model.history.dropped();
    model.history.push(Arc::clone(record), world);
    if dropped == 0 && model.history.dropped() > 0 {
        model.notice = Some(format!(
            "The history takes too much memory: its {} oldest records were dropped, and more will be. What is recorded in a file stays there.",
            model.history.dropped()
        ));
    }
    watched::recorded(model, record);
    // A lesson's mark in front of an own key's command is not what that key waits for.
    if !is_answer && record.lesson_mark().is_none() {
        let done = model.in_flight.take();
        targets_taken(model, done.as_ref(), record);
    }
    let mut joined = record.changes.iter().filter_map(|change| match change {
        Change::Added { row, .. } | Change::Appeared { row, .. } => Some(*row),
        _ => None,
    });
    if let Some(last) = joined.next_back().filter(|_| record.n > 0) {
        choose::bring_into_view(model, last);
    }
    one_after_another(model, changed, record.tick.is_some());
}

/// What a record means for ticks that are made one after another: the next one is due, or they are over.
fn one_after_another(model: &mut Model, changed: bool, is_tick: bool) {
    let Some(until) = model.until else {
        return;
    };
    let made = until.made + u32::from(is_tick);
    let (is_over, pause) = match until.goal {
        Goal::Change => (changed || made >= MAX_TICKS_UNTIL, TICK_INTERVAL),
        // Each is drawn, and none waits for the clock.
        Goal::Count(count) => (made >= count, Duration::ZERO),
    };
    if !is_over {
        let due = Some(model.now + pause);
        model.until = Some(TickRun { made, due, ..until });
        return;
    }
    model.until = None;
    if until.goal == Goal::Change {
        model.notice = Some(how_many(made, changed));
    }
}

fn how_many(made: u32, changed: bool) -> String {
    if !changed {
        return format!("Nothing changed in {made} ticks. A waiting tick (w) costs one.");
    }
    let lesson = if made > 1 {
        " A waiting tick (w) needs one."
    } else {
        ""
    };
    format!("It took {}.{lesson}", plural(made as usize, "tick"))
}

/// What appeared because a packet was let go, or a copy of it sent, is chosen next: no old copy of something else. So is what appears when
/// the packet that was chosen is gone.
fn choose_appeared(model: &mut Model, record: &Record, world: &World) {
    let asked = matches!(
        record.command(),
        Some(Command::Release(_) | Command::Repeat(_))
    );
    let is_held = |number: PacketNumber| {
        let entry = world.wire.get(number);
        entry.is_some_and(|entry| entry.status.is_held())
    };
    if !asked && model.chosen_packet.is_none_or(is_held) {
        return;
    }
    let by_a_kernel = |fact: &PacketFact| match fact.change.what {
        PacketEvent::Appeared {
            origin: Origin::Kernel,
            ..
        } => Some(fact.change.number),
        _ => None,
    };
    let mut appeared = record.packets.iter().filter_map(by_a_kernel);
    if let Some(number) = appeared.find(|number| is_held(*number)) {
        model.chosen_packet = Some(number);
    }
}

/// The engine took new targets: their prompt closes, and the first of them is chosen.
fn targets_taken(model: &mut Model, done: Option<&InFlight>, record: &Record) {
    if !matches!(
        done,
        Some(InFlight {
            command: Command::Add(_) | Command::Modes(_),
            ..
        })
    ) {
        return;
    }
    if matches!(model.overlay, Overlay::Prompt(_)) {
        model.overlay = Overlay::None;
    }
    if let Some(Change::Added { row, .. }) = record.changes.first() {
        model.chosen = *row;
    }
}
