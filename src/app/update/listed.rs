//! The list of what can be done, while a command is typed: choosing in it, and doing what is chosen.

use super::line::complain;
use super::message::Effect;
use super::{actions, completing, words};
use crate::app::model::Model;
use crate::app::overlay::{Overlay, PromptKind};
use crate::app::palette::{self, Choice};
use crate::language;
use crate::language::keys::Key;
use crate::language::request::Frontend;
use tui_input::Input;

/// So many lines are a page of it.
const PAGE: usize = 10;

/// A key that moves in the list, or does what is chosen there. `None`: the key is for the line.
pub(super) fn key(model: &mut Model, key: Key) -> Option<Vec<Effect>> {
    let Overlay::Prompt(prompt) = &model.overlay else {
        return None;
    };
    if prompt.asks != PromptKind::Command {
        return None;
    }
    let (typed, chosen) = (prompt.input.value().to_owned(), prompt.chosen);
    let is_empty = typed.is_empty();
    if key == Key::Enter {
        return chosen.map(|at| choose(model, &typed, at));
    }
    let last = palette::entries(model, &typed).len().checked_sub(1)?;
    let to = match (key, chosen) {
        (Key::Down, None) => Some(0),
        (Key::PageDown, None) => Some(PAGE.min(last)),
        (Key::Down, Some(at)) => Some((at + 1).min(last)),
        (Key::PageDown, Some(at)) => Some((at + PAGE).min(last)),
        (Key::Up, Some(0) | None) => None,
        (Key::Up, Some(at)) => Some(at - 1),
        (Key::PageUp, Some(at)) => Some(at.saturating_sub(PAGE)),
        (Key::PageUp, None) => None,
        // In an empty line there is no other beginning, and no other end.
        (Key::Home, _) if is_empty => Some(0),
        (Key::End, _) if is_empty => Some(last),
        _ => return None,
    };
    if let Overlay::Prompt(prompt) = &mut model.overlay {
        prompt.chosen = to;
        prompt.error = None;
        prompt.candidates.clear();
    }
    Some(Vec::new())
}

fn choose(model: &mut Model, typed: &str, at: usize) -> Vec<Effect> {
    let Some(entry) = palette::entries(model, typed).into_iter().nth(at) else {
        return Vec::new();
    };
    if let Some(why) = entry.refused {
        complain(model, why);
        return Vec::new();
    }
    match entry.choice {
        Choice::Press(action) => {
            model.overlay = Overlay::None;
            actions::perform(model, action)
        }
        Choice::Say(line) => match language::parse(&line, Frontend::Screen) {
            Ok(request) => words::execute(model, request, &line),
            Err(why) => {
                complain(model, why.to_string());
                Vec::new()
            }
        },
        Choice::Begin(line) => {
            if let Overlay::Prompt(prompt) = &mut model.overlay {
                prompt.input = Input::new(line);
                prompt.chosen = None;
            }
            // What can follow is shown at once.
            completing::complete(model)
        }
    }
}
