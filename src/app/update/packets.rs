//! Keys that act on the packets of the wire.

use super::message::Effect;
use super::order::send;
use crate::app::model::Model;
use crate::app::palette::{NONE_HELD, past};
use crate::model::command::Command;
use crate::model::wire::{PacketNumber, RelativePlace};

/// The packets that are held, in the order of the list.
fn held(model: &Model) -> Vec<PacketNumber> {
    let waiting = model.world().wire.waiting();
    waiting.map(|entry| entry.number).collect()
}

/// The held packet so many lines below the chosen one.
fn neighbour(model: &Model, step: isize) -> Option<PacketNumber> {
    let (held, chosen) = (held(model), model.packet());
    let at = held.iter().position(|number| Some(*number) == chosen)?;
    held.get(at.checked_add_signed(step)?).copied()
}

/// Chooses the packet so many lines below, if there is one.
pub(super) fn choose(model: &mut Model, step: isize) {
    model.chosen_packet = neighbour(model, step).or(model.packet());
}

/// Whether anything can be done to the packets; if not, it is said why.
fn may_act(model: &mut Model) -> bool {
    if model.history.is_live() && model.recorded.is_none() {
        return true;
    }
    model.notice = Some(match &model.recorded {
        Some(_) => "This is a recording: nothing can be done to its packets.".to_owned(),
        None => past(),
    });
    false
}

/// Sends a command; without one it is said why.
fn order(model: &mut Model, command: Option<Command>, otherwise: &str) -> Vec<Effect> {
    if !may_act(model) {
        return Vec::new();
    }
    if let Some(command) = command {
        return send(model, command);
    }
    model.notice = Some(otherwise.to_owned());
    Vec::new()
}

/// The chosen packet goes on.
pub(super) fn let_go(model: &mut Model) -> Vec<Effect> {
    let command = model.packet().map(|number| Command::Release(Some(number)));
    order(model, command, NONE_HELD)
}

/// Every held packet goes on.
pub(super) fn let_all_go(model: &mut Model) -> Vec<Effect> {
    let command = model.packet().map(|_| Command::Release(None));
    order(model, command, NONE_HELD)
}

/// The chosen packet is lost.
pub(super) fn drop(model: &mut Model) -> Vec<Effect> {
    let command = model.packet().map(Command::Drop);
    order(model, command, NONE_HELD)
}

/// One more copy goes on: of the chosen packet, or with nothing held of the newest.
pub(super) fn repeat(model: &mut Model) -> Vec<Effect> {
    let newest = || Some(model.world().wire.entries().last()?.number);
    let command = model.packet().or_else(newest).map(Command::Repeat);
    order(model, command, NONE_HELD)
}

/// The chosen packet changes places with its neighbour.
pub(super) fn reorder(model: &mut Model, place: RelativePlace) -> Vec<Effect> {
    let (step, end) = match place {
        RelativePlace::Before => (-1, "It is the first in the list already."),
        RelativePlace::After => (1, "It is the last in the list already."),
    };
    let Some(chosen) = model.packet() else {
        return order(model, None, NONE_HELD);
    };
    let other = neighbour(model, step);
    let command = other.map(|other| Command::Reorder(chosen, place, other));
    order(model, command, end)
}

/// An error packet is about the chosen packet unless another is named.
pub(super) fn about(model: &Model, command: Command) -> Command {
    match command {
        Command::InjectIcmp(kind, code, None) => Command::InjectIcmp(kind, code, model.packet()),
        Command::InjectRst(direction, number, None) => {
            Command::InjectRst(direction, number, model.packet())
        }
        command => command,
    }
}
