//! Typing: the prompt's line and the search in the help.

use super::completing::complete;
use super::line::{complain, edit};
use super::message::Effect;
use super::scroll::scrolled;
use super::{listed, packets, watched, words};
use crate::app::model::Model;
use crate::app::overlay::{Overlay, PromptKind};
use crate::language;
use crate::language::keys::Key;
use crate::language::request::{Frontend, Request};
use crate::model::call::{Call, Payload};
use crate::model::clean;
use crate::model::command::{Command, MAX_RECV};
use crate::model::readiness::Interest;
use crate::narrate::cards;
use tui_input::Input;

/// A character that was pasted goes into whatever line is open.
pub(super) fn type_character(model: &mut Model, c: char) {
    match &mut model.overlay {
        Overlay::Prompt(prompt) => {
            prompt.chosen = None;
            edit(&mut prompt.input, Key::Char(c));
        }
        Overlay::Help { search, .. } => edit(search, Key::Char(c)),
        Overlay::None
        | Overlay::Card { .. }
        | Overlay::Cost { .. }
        | Overlay::Confirm { .. }
        | Overlay::Guide { .. }
        | Overlay::Lessons { .. } => {}
    }
}

/// A key while the help is open.
pub(super) fn help_key(model: &mut Model, key: Key) -> Vec<Effect> {
    let Overlay::Help { search, scroll } = &mut model.overlay else {
        return Vec::new();
    };
    match key {
        Key::Esc if !search.value().is_empty() => {
            search.reset();
            *scroll = 0;
        }
        Key::Enter => {
            let found = cards::found(search.value());
            let is_it = found.first().is_some_and(|card| card.is_it);
            let count = if is_it { 1 } else { found.len() };
            let topics: Vec<String> = found
                .into_iter()
                .take(count)
                .map(|card| card.name)
                .collect();
            let under = std::mem::take(&mut model.overlay);
            if !topics.is_empty() {
                model.overlay = Overlay::Card {
                    topics,
                    at: 0,
                    under: Box::new(under),
                };
            }
        }
        Key::Esc | Key::Char('?') => model.overlay = Overlay::None,
        // A space is a page down, as everywhere, unless words are typed.
        key if scrolls(search, key) => *scroll = scrolled(*scroll, key).unwrap_or(*scroll),
        key => {
            edit(search, key);
            *scroll = 0;
        }
    }
    Vec::new()
}

/// Whether a key scrolls the help; else it is typed.
fn scrolls(search: &Input, key: Key) -> bool {
    let is_a_list_key = scrolled(0, key).is_some();
    is_a_list_key && (key != Key::Char(' ') || search.value().is_empty())
}

/// A key while a prompt is open.
pub(super) fn key(model: &mut Model, key: Key) -> Vec<Effect> {
    if let Some(effects) = listed::key(model, key) {
        return effects;
    }
    let Overlay::Prompt(prompt) = &mut model.overlay else {
        return Vec::new();
    };
    match key {
        Key::Esc => {
            model.overlay = Overlay::None;
            Vec::new()
        }
        Key::Enter => enter(model),
        Key::Tab if matches!(prompt.asks, PromptKind::Command | PromptKind::Targets) => {
            complete(model)
        }
        key => {
            prompt.error = None;
            prompt.candidates.clear();
            prompt.chosen = None;
            if std::mem::take(&mut prompt.proposed) && matches!(key, Key::Char(_)) {
                prompt.input.reset();
            }
            edit(&mut prompt.input, key);
            if prompt.asks == PromptKind::Filter {
                model.filter = clean::text(prompt.input.value());
            }
            Vec::new()
        }
    }
}

fn enter(model: &mut Model) -> Vec<Effect> {
    let Overlay::Prompt(prompt) = &model.overlay else {
        return Vec::new();
    };
    if prompt.asks == PromptKind::ProgramLine {
        let line = prompt.input.value().to_owned();
        return watched::typed(model, line);
    }
    let (asks, text) = (prompt.asks, prompt.input.value().trim().to_owned());
    if asks == PromptKind::Filter || text.is_empty() && asks != PromptKind::Votes {
        model.overlay = Overlay::None;
        return Vec::new();
    }
    let request = if asks == PromptKind::Command {
        in_words(&text)
    } else {
        answer(model, asks, &text)
    };
    match request {
        // Where a packet can be chosen, an injection without a number is about that one.
        Ok(Request::Act(command)) if model.is_on_the_wire() => {
            let about = packets::about(model, command);
            words::execute(model, Request::Act(about), &text)
        }
        Ok(request) => words::execute(model, request, &text),
        Err(why) => {
            complain(model, why);
            Vec::new()
        }
    }
}

/// What the answer to a question asks for.
fn answer(model: &Model, asks: PromptKind, text: &str) -> Result<Request, String> {
    let row = model.chosen;
    let command = match asks {
        PromptKind::Targets => return in_words(&format!("add {text}")),
        PromptKind::Note => return in_words(&format!("note {text}")),
        PromptKind::Votes => return in_words(&format!("vote {text}")),
        PromptKind::Interest => Interest::from_letters(text)
            .map(|interest| Command::Interest(row, interest))
            .ok_or_else(|| {
                format!("'{text}' is not an interest. Write letters of r, w, p, such as rw")
            }),
        PromptKind::SendText => clean::unescape_bytes(text)
            .map(|bytes| {
                let data = Payload::Bytes(bytes);
                Command::make(row, |fd| Call::Send { fd, data })
            })
            .ok_or_else(|| {
                "a backslash begins \\n, \\r, \\t, \\\\ or \\x and two hex digits".to_owned()
            }),
        PromptKind::RecvSize => text
            .parse()
            .ok()
            .filter(|size| (1..=MAX_RECV).contains(size))
            .map(|size| Command::make(row, |fd| Call::Recv { fd, size }))
            .ok_or_else(|| format!("'{text}' is not a number of bytes from 1 to {MAX_RECV}")),
        PromptKind::ShutdownHow => text
            .parse()
            .map(|how| Command::make(row, |fd| Call::Shutdown { fd, how }))
            .map_err(|_| format!("'{text}' is not a direction. Write rd, wr or rdwr")),
        PromptKind::Command | PromptKind::Filter | PromptKind::ProgramLine => {
            Err("this prompt asks for no answer".to_owned())
        }
    };
    command.map(Request::Act)
}

fn in_words(line: &str) -> Result<Request, String> {
    language::parse(line, Frontend::Screen).map_err(|error| error.to_string())
}
