//! A record was made: it goes into the history, and what waited for it goes on.

use crate::app::model::{Goal, InFlight, Model, TickRun};
use crate::app::overlay::Overlay;
use crate::model::command::Command;
use crate::model::record::{Cause, Change, Record};
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
    let dropped = model.history.dropped();
    model.history.push(Arc::clone(record), world);
    if dropped == 0 && model.history.dropped() > 0 {
        model.notice = Some(format!(
            "The history takes too much memory: its {} oldest records were dropped, and more will be. What is recorded in a file stays there.",
            model.history.dropped()
        ));
    }
    if !is_answer {
        let done = model.in_flight.take();
        targets_taken(model, done.as_ref(), record);
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

/// The engine took new targets: their prompt closes, and the first of them is chosen.
fn targets_taken(model: &mut Model, done: Option<&InFlight>, record: &Record) {
    if !matches!(
        done,
        Some(InFlight {
            command: Command::Add(_),
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
