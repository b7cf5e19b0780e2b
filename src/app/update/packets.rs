//! Keys while the packets of the wire fill the screen.

use super::{Effect, send};
use crate::app::keys::Action;
use crate::app::model::Model;
use crate::app::overlay::{Asks, Overlay};
use crate::model::command::Command;
use crate::model::wire::{Number, Place};

/// Does what a key of the wire asks for.
pub(super) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    let held: Vec<Number> = model
        .world()
        .wire
        .waiting()
        .map(|entry| entry.number)
        .collect();
    let chosen = model.packet();
    let at = held.iter().position(|number| Some(*number) == chosen);
    let neighbour = |step: isize| {
        let at = at?.checked_add_signed(step)?;
        held.get(at).copied()
    };
    let beside = |step, place| {
        let other = neighbour(step)?;
        Some(Command::Reorder(chosen?, place, other))
    };
    let command = match action {
        Action::PacketAbove | Action::PacketBelow => {
            let step = if action == Action::PacketAbove { -1 } else { 1 };
            model.chosen_packet = neighbour(step).or(chosen);
            return Vec::new();
        }
        _ if !model.history.is_live() || model.recorded.is_some() => {
            model.notice = Some(match &model.recorded {
                Some(_) => "This is a recording: nothing can be done to its packets.".to_owned(),
                None => "This is the past, it cannot be changed. END goes to LIVE.".to_owned(),
            });
            return Vec::new();
        }
        Action::Rules => return ask(model, Asks::Rule, "hold "),
        Action::Inject => return ask(model, Asks::Injection, "inject "),
        Action::LetAllGo if !held.is_empty() => Some(Command::Release(None)),
        Action::LetGo => chosen.map(|number| Command::Release(Some(number))),
        Action::DropPacket => chosen.map(Command::Drop),
        // With nothing in the hand the newest packet is repeated.
        Action::RepeatPacket => chosen
            .or_else(|| Some(model.world().wire.entries().last()?.number))
            .map(Command::Repeat),
        Action::Later => beside(1, Place::After),
        Action::Earlier => beside(-1, Place::Before),
        _ => None,
    };
    if let Some(command) = command {
        send(model, command)
    } else {
        model.notice = Some(if held.is_empty() {
            "No packet is held now.".to_owned()
        } else {
            match action {
                Action::Earlier => "It is the first in the list already.".to_owned(),
                _ => "It is the last in the list already.".to_owned(),
            }
        });
        Vec::new()
    }
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

/// Opens the prompt with the beginning of a command, which what is typed goes on from.
fn ask(model: &mut Model, asks: Asks, begin: &str) -> Vec<Effect> {
    super::open(model, asks, begin.to_owned());
    if let Overlay::Prompt(prompt) = &mut model.overlay {
        prompt.proposed = false;
    }
    Vec::new()
}
