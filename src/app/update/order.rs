//! An order to the engine.

use super::message::Effect;
use crate::app::model::{Goal, InFlight, Model, TickRun};
use crate::model::command::Command;

/// Sends a command to the engine, if it is free.
pub(super) fn send(model: &mut Model, command: Command) -> Vec<Effect> {
    if model.in_flight.is_some() {
        return Vec::new();
    }
    model.in_flight = Some(InFlight {
        command: command.clone(),
        since: model.now,
    });
    vec![Effect::Perform(command)]
}

/// Ticks one after another, for this.
pub(super) fn several(model: &mut Model, goal: Goal) -> Vec<Effect> {
    model.until = Some(TickRun {
        goal,
        made: 0,
        due: None,
    });
    send(model, Command::TICK)
}
