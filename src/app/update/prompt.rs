//! Typing: the prompt's line and the search in the help.

use super::line::complain;
use super::message::Effect;
use super::{packets, words};
use crate::app::keys::Key;
use crate::app::model::Model;
use crate::app::overlay::{Overlay, PromptKind};
use crate::language;
use crate::language::duration::parse_duration;
use crate::language::request::{Frontend, Request};
use crate::model::call::{Call, Payload};
use crate::model::clean;
use crate::model::command::{Command, MAX_RECV};
use crate::model::ids::Row;
use crate::model::readiness::Interest;
use crate::words::peers;
use tui_input::{Input, InputRequest};

/// The most characters in a line.
const MAX_LINE_CHARS: usize = 4096;

fn request(key: Key) -> Option<InputRequest> {
    Some(match key {
        Key::Char(c) if !clean::is_hostile(c) => InputRequest::InsertChar(c),
        Key::Backspace => InputRequest::DeletePrevChar,
        Key::Delete => InputRequest::DeleteNextChar,
        Key::Left => InputRequest::GoToPrevChar,
        Key::Right => InputRequest::GoToNextChar,
        Key::Home | Key::Ctrl('a') => InputRequest::GoToStart,
        Key::End | Key::Ctrl('e') => InputRequest::GoToEnd,
        Key::Ctrl('w') => InputRequest::DeletePrevWord,
        Key::Ctrl('u') => InputRequest::DeleteLine,
        _ => return None,
    })
}

fn edit(input: &mut Input, key: Key) {
    let grows = matches!(key, Key::Char(_));
    if let Some(request) =
        request(key).filter(|_| !grows || input.value().chars().count() < MAX_LINE_CHARS)
    {
        input.handle(request);
    }
}

/// A character that was pasted goes into whatever line is open.
pub(super) fn type_character(model: &mut Model, c: char) {
    match &mut model.overlay {
        Overlay::Prompt(prompt) => edit(&mut prompt.input, Key::Char(c)),
        Overlay::Help { search, .. } => edit(search, Key::Char(c)),
        Overlay::None
        | Overlay::Card { .. }
        | Overlay::Cost { .. }
        | Overlay::Confirm(_)
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
        Key::Esc | Key::Enter => model.overlay = Overlay::None,
        Key::Char('?') => model.overlay = Overlay::None,
        Key::Up => *scroll = scroll.saturating_sub(1),
        Key::Down => *scroll = scroll.saturating_add(1),
        Key::PageUp => *scroll = scroll.saturating_sub(10),
        Key::PageDown => *scroll = scroll.saturating_add(10),
        // A space at the beginning is a page down, as everywhere.
        Key::Char(' ') if search.value().is_empty() => *scroll = scroll.saturating_add(10),
        key => {
            edit(search, key);
            *scroll = 0;
        }
    }
    Vec::new()
}

/// A key while a prompt is open.
pub(super) fn key(model: &mut Model, key: Key) -> Vec<Effect> {
    let Overlay::Prompt(prompt) = &mut model.overlay else {
        return Vec::new();
    };
    match key {
        Key::Esc => {
            model.overlay = Overlay::None;
            Vec::new()
        }
        Key::Enter => enter(model),
        Key::Tab if prompt.asks.is_words() || prompt.asks == PromptKind::Targets => complete(model),
        key => {
            prompt.error = None;
            prompt.candidates.clear();
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

/// Completes the last word as far as it is certain, and shows what it could become.
fn complete(model: &mut Model) -> Vec<Effect> {
    let rows: Vec<Row> = model.world().present().map(|row| row.row).collect();
    let targets: Vec<String> = peers::names().map(|name| format!("@{name}")).collect();
    let Overlay::Prompt(prompt) = &mut model.overlay else {
        return Vec::new();
    };
    let typed = prompt.input.value().to_owned();
    let line = match prompt.asks {
        PromptKind::Targets => format!("add {typed}"),
        _ => typed.clone(),
    };
    let candidates = language::complete(&line, Frontend::Screen, &rows, &targets);
    let word = if line.ends_with(char::is_whitespace) {
        ""
    } else {
        line.split_whitespace().last().unwrap_or("")
    };
    if let Some(first) = candidates.first() {
        let shared = candidates
            .iter()
            .map(|candidate| shared_start(first, candidate))
            .min()
            .unwrap_or(0);
        let mut more = first.get(word.len()..shared).unwrap_or("").to_owned();
        if candidates.len() == 1 {
            more.push(' ');
        }
        for c in more.chars() {
            edit(&mut prompt.input, Key::Char(c));
        }
    }
    prompt.error = None;
    prompt.candidates = if candidates.len() > 1 {
        candidates
    } else {
        Vec::new()
    };
    Vec::new()
}

/// How many bytes two words have in common at their beginning.
fn shared_start(one: &str, other: &str) -> usize {
    one.char_indices()
        .zip(other.chars())
        .take_while(|((_, a), b)| a == b)
        .map(|((at, c), _)| at + c.len_utf8())
        .last()
        .unwrap_or(0)
}

fn enter(model: &mut Model) -> Vec<Effect> {
    let Overlay::Prompt(prompt) = &model.overlay else {
        return Vec::new();
    };
    let (asks, text) = (prompt.asks, prompt.input.value().trim().to_owned());
    if asks == PromptKind::Filter || text.is_empty() {
        model.overlay = Overlay::None;
        return Vec::new();
    }
    let request = if asks.is_words() {
        in_words(&text)
    } else {
        answer(model, asks, &text)
    };
    match request {
        // Without a packet's number an injection is about the chosen one.
        Ok(Request::Act(command)) if asks == PromptKind::Injection => {
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
        PromptKind::PollTimeout => return parse_duration(text).map(Request::PollTimeout),
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
        PromptKind::Command | PromptKind::Rule | PromptKind::Injection | PromptKind::Filter => {
            Err("this prompt asks for no answer".to_owned())
        }
    };
    command.map(Request::Act)
}

fn in_words(line: &str) -> Result<Request, String> {
    language::parse(line, Frontend::Screen).map_err(|error| error.to_string())
}
