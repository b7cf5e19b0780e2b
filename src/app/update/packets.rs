//! Keys while the packets of the wire fill the screen.

use super::{Effect, send};
use crate::app::keys::Key;
use crate::app::model::Model;
use crate::app::overlay::{Asks, Overlay};
use crate::pure::command::Command;
use crate::pure::wire::{Number, Place};

/// What the key does there; `None`: what it always does.
pub(super) fn key(model: &mut Model, key: Key) -> Option<Vec<Effect>> {
    let held: Vec<Number> = model
        .world()
        .wire
        .waiting()
        .map(|entry| entry.number)
        .collect();
    let chosen = model.packet();
    let at = held.iter().position(|number| Some(*number) == chosen);
    match key {
        Key::Char('H') => {
            super::open(model, Asks::Command, "hold ".to_owned());
            if let Overlay::Prompt(prompt) = &mut model.overlay {
                prompt.proposed = false;
            }
            return Some(Vec::new());
        }
        Key::Up | Key::Down | Key::Char('j' | 'k') => {
            let at = at?;
            let up = matches!(key, Key::Up | Key::Char('k'));
            let next = if up {
                at.saturating_sub(1)
            } else {
                (at + 1).min(held.len() - 1)
            };
            model.chosen_packet = held.get(next).copied();
            return Some(Vec::new());
        }
        Key::Char('g' | 'D' | 'R' | '+' | '-' | '*') => {}
        _ => return None,
    }
    if !model.history.is_live() || model.recorded.is_some() {
        model.notice = Some("This is the past, it cannot be changed. END goes to LIVE.".to_owned());
        return Some(Vec::new());
    }
    let newest = || {
        model
            .world()
            .wire
            .entries()
            .last()
            .map(|entry| entry.number)
    };
    let command = match (key, chosen) {
        (Key::Char('*'), _) => Some(Command::Release(None)),
        (Key::Char('g'), Some(number)) => Some(Command::Release(Some(number))),
        (Key::Char('D'), Some(number)) => Some(Command::Drop(number)),
        // With nothing in the hand the newest packet is repeated.
        (Key::Char('R'), chosen) => chosen.or_else(newest).map(Command::Repeat),
        (Key::Char('+'), Some(number)) => {
            let next = at.and_then(|at| held.get(at + 1)).copied();
            next.map(|other| Command::Reorder(number, Place::After, other))
        }
        (Key::Char('-'), Some(number)) => {
            let before = at
                .and_then(|at| at.checked_sub(1))
                .and_then(|at| held.get(at))
                .copied();
            before.map(|other| Command::Reorder(number, Place::Before, other))
        }
        _ => None,
    };
    match command {
        Some(command) => Some(send(model, command)),
        None => {
            model.notice = Some(if held.is_empty() {
                "No packet is held. SPACE makes your program go on, and its kernel sends."
                    .to_owned()
            } else {
                "There is no other packet in that direction.".to_owned()
            });
            Some(Vec::new())
        }
    }
}
