//! Typing: the prompt's line and the search in the help.

use super::acting::why_not;
use super::{Effect, packets, send};
use crate::app::keys::Key;
use crate::app::model::Model;
use crate::app::overlay::{Asks, Overlay};
use crate::language::command::{parse_duration, write_duration};
use crate::language::script;
use crate::language::script::{Statement, StatementError};
use crate::language::travel;
use crate::language::travel::Travel;
use crate::model::call::How;
use crate::model::clean;
use crate::model::command::{Command, MOST_RECV};
use crate::model::ids::Row;
use crate::model::readiness::Interest;
use crate::narrate::cards;
use crate::words::peers;
use tui_input::{Input, InputRequest};

/// The most characters in a line.
const LONGEST: usize = 4096;

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
        request(key).filter(|_| !grows || input.value().chars().count() < LONGEST)
    {
        input.handle(request);
    }
}

/// A character that was pasted goes into whatever line is open.
pub(super) fn type_character(model: &mut Model, c: char) {
    match &mut model.overlay {
        Overlay::Prompt(prompt) => edit(&mut prompt.input, Key::Char(c)),
        Overlay::Help { search, .. } => edit(search, Key::Char(c)),
        _ => {}
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
        Key::Tab if prompt.asks.is_words() || prompt.asks == Asks::Targets => complete(model),
        key => {
            prompt.error = None;
            prompt.candidates.clear();
            if std::mem::take(&mut prompt.proposed) && matches!(key, Key::Char(_)) {
                prompt.input.reset();
            }
            edit(&mut prompt.input, key);
            if prompt.asks == Asks::Filter {
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
        Asks::Targets => format!("add {typed}"),
        _ => typed.clone(),
    };
    let mut candidates = script::complete(&line, &rows, &targets);
    if prompt.asks.is_words() {
        let moves = travel::WORDS.iter().map(|(word, _)| *word);
        let fits = |word: &&str| word.starts_with(line.trim_start()) && **word != *line;
        candidates.extend(moves.filter(fits).map(str::to_owned));
    }
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

/// Words of the prompt that only the screen is asked: claims, and how long a tick waits. `None`: it is a command.
fn asked_of_the_screen(model: &mut Model, text: &str) -> Option<Result<(), String>> {
    match script::statement(text) {
        Ok(Statement::Command(_)) => None,
        Err(StatementError::Command(_)) => None,
        Ok(Statement::PollTimeout(duration)) => {
            model.poll_timeout = duration;
            model.notice = Some(format!(
                "Each tick's poll waits up to {} now.",
                write_duration(duration)
            ));
            Some(Ok(()))
        }
        Ok(Statement::Expect(claim)) => {
            let said = claim.check(model.world(), model.history.records());
            Some(match said {
                Ok(()) => {
                    model.notice = Some(format!("Yes: {text}."));
                    Ok(())
                }
                Err(instead) => Err(format!("No: {instead}")),
            })
        }
        Ok(Statement::Await { .. }) => Some(Err(
            "await is for scripts. Here w waits for news, and n ticks until something changes"
                .to_owned(),
        )),
        Ok(Statement::Ticks(_)) => Some(Err(
            "a tick is one press of Space here; n ticks until something changes".to_owned(),
        )),
        Err(error) => Some(Err(error.to_string())),
    }
}

fn enter(model: &mut Model) -> Vec<Effect> {
    let Overlay::Prompt(prompt) = &model.overlay else {
        return Vec::new();
    };
    let (asks, text) = (prompt.asks, prompt.input.value().trim().to_owned());
    if asks == Asks::Filter {
        model.overlay = Overlay::None;
        return Vec::new();
    }
    if text.is_empty() {
        model.overlay = Overlay::None;
        return Vec::new();
    }
    if let Some(words) = text.strip_prefix("explain").filter(|_| asks.is_words()) {
        match cards::topic(words.trim()) {
            Some(topic) => {
                model.overlay = Overlay::Card {
                    topics: vec![topic],
                    at: 0,
                }
            }
            None => complain(model, cards::unknown(words.trim())),
        }
        return Vec::new();
    }
    if asks.is_words()
        && let Some(moved) = Travel::parse(&text)
    {
        match moved {
            Ok(travel) => {
                model.overlay = Overlay::None;
                super::travel(model, travel);
            }
            Err(error) => complain(model, error.to_string()),
        }
        return Vec::new();
    }
    if asks.is_words() && text == "cost" {
        model.overlay = Overlay::Cost {
            text: String::new(),
            done: (0, 0),
            scroll: 0,
        };
        return vec![Effect::Measure];
    }
    if asks.is_words()
        && let Some(answer) = asked_of_the_screen(model, &text)
    {
        match answer {
            Ok(()) => model.overlay = Overlay::None,
            Err(why) => complain(model, why),
        }
        return Vec::new();
    }
    if asks == Asks::PollTimeout {
        match parse_duration(&text) {
            Ok(duration) => {
                model.poll_timeout = duration;
                model.overlay = Overlay::None;
                model.notice = Some(format!("Each tick's poll waits up to {text} now."));
            }
            Err(error) => complain(model, error),
        }
        return Vec::new();
    }
    let made = match why_not(model) {
        Some(why) => Err(why.to_owned()),
        None => command(model, asks, &text),
    };
    match made {
        Ok(command) => {
            // A prompt for targets stays open until the engine has taken them: it may still refuse.
            if !matches!(command, Command::Add(_)) {
                model.overlay = Overlay::None;
            }
            send(model, command)
        }
        Err(error) => {
            complain(model, error);
            Vec::new()
        }
    }
}

fn complain(model: &mut Model, error: String) {
    if let Overlay::Prompt(prompt) = &mut model.overlay {
        prompt.error = Some(error);
    }
}

fn command(model: &Model, asks: Asks, text: &str) -> Result<Command, String> {
    let row = model.chosen;
    match asks {
        Asks::Targets => Command::parse(&format!("add {text}")).map_err(|error| error.to_string()),
        Asks::Interest => Interest::from_letters(text)
            .map(|interest| Command::Interest(row, interest))
            .ok_or_else(|| {
                format!("'{text}' is not an interest. Write letters of r, w, p, such as rw")
            }),
        Asks::SendText => clean::unescape_bytes(text)
            .map(|bytes| Command::Send(row, bytes))
            .ok_or_else(|| {
                "a backslash begins \\n, \\r, \\t, \\\\ or \\x and two hex digits".to_owned()
            }),
        Asks::RecvSize => text
            .parse()
            .ok()
            .filter(|size| (1..=MOST_RECV).contains(size))
            .map(|size| Command::Recv(row, size))
            .ok_or_else(|| format!("'{text}' is not a number of bytes from 1 to {MOST_RECV}")),
        Asks::ShutdownHow => How::ALL
            .into_iter()
            .find(|how| how.word() == text)
            .map(|how| Command::Shutdown(row, how))
            .ok_or_else(|| format!("'{text}' is not a direction. Write rd, wr or rdwr")),
        Asks::Note => Command::parse(&format!("note {text}")).map_err(|error| error.to_string()),
        Asks::Injection => Command::parse(text)
            .map(|command| packets::about(model, command))
            .map_err(|error| error.to_string()),
        Asks::Command | Asks::Rule => Command::parse(text).map_err(|error| error.to_string()),
        Asks::PollTimeout | Asks::Filter => Err("this prompt makes no command".to_owned()),
    }
}
