//! Keys, and what else comes from outside, as a line of text; what is asked of the world outside, as words.

use sockstep::app::update::Effect;
use sockstep::language::keys::Key;
use sockstep::model::command::Command;
use sockstep::model::task::{ProgramOrder, Task};
use std::time::Duration;

/// Something that comes from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A key.
    Key(Key),
    /// Text is pasted.
    Paste(String),
    /// The engine has carried out the command in flight, and nothing changed by it.
    Made,
    /// The same, and there is an event.
    News,
    /// The engine refuses it.
    Refused,
    /// A call that ran on a thread of its own has returned, between two commands.
    Answer,
    /// So much of the measuring is done.
    Measured(usize),
    /// So much time passes.
    Passes(Duration),
}

/// Reads `a localhost:80<enter><made>`: every character is a key, and a name in angle brackets is a key or what else comes.
///
/// | in brackets | |
/// |---|---|
/// | `enter esc tab bs del left right up down home end pgup pgdn lt` | keys |
/// | `c-x` | the control key with a letter |
/// | `made news refused answer` | what the engine says |
/// | `measured 3` | how far the measuring is |
/// | `paste words` | pasted text |
/// | `100ms` | time passes |
pub fn parse(text: &str) -> Vec<Input> {
    let mut inputs = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if c != '<' {
            inputs.push(Input::Key(Key::Char(c)));
            rest = &rest[c.len_utf8()..];
            continue;
        }
        let (name, after) = rest[1..]
            .split_once('>')
            .unwrap_or_else(|| panic!("{text:?}: a bracket is not closed"));
        inputs.push(named(name).unwrap_or_else(|| panic!("{text:?}: <{name}> is unknown")));
        rest = after;
    }
    inputs
}

fn named(name: &str) -> Option<Input> {
    let key = match name {
        "enter" => Key::Enter,
        "esc" => Key::Esc,
        "tab" => Key::Tab,
        "bs" => Key::Backspace,
        "del" => Key::Delete,
        "left" => Key::Left,
        "right" => Key::Right,
        "up" => Key::Up,
        "down" => Key::Down,
        "home" => Key::Home,
        "end" => Key::End,
        "pgup" => Key::PageUp,
        "pgdn" => Key::PageDown,
        "lt" => Key::Char('<'),
        "made" => return Some(Input::Made),
        "news" => return Some(Input::News),
        "refused" => return Some(Input::Refused),
        "answer" => return Some(Input::Answer),
        _ => return with_a_value(name),
    };
    Some(Input::Key(key))
}

fn with_a_value(name: &str) -> Option<Input> {
    if let Some(letter) = name.strip_prefix("c-") {
        return Some(Input::Key(Key::Ctrl(letter.parse().ok()?)));
    }
    if let Some(words) = name.strip_prefix("paste ") {
        return Some(Input::Paste(words.to_owned()));
    }
    if let Some(count) = name.strip_prefix("measured ") {
        return Some(Input::Measured(count.parse().ok()?));
    }
    let ms = name.strip_suffix("ms")?.parse().ok()?;
    Some(Input::Passes(Duration::from_millis(ms)))
}

/// What is asked of the world outside: a command in its own words, or one of these.
pub fn effect(words: &str) -> Effect {
    match words {
        "-- quit" => Effect::Quit,
        "-- suspend" => Effect::Suspend,
        "-- end the wait" => Effect::EndWait,
        "-- measure" => Effect::Measure,
        "-- end the measuring" => Effect::EndMeasuring,
        "-- end the program" => Effect::Order(ProgramOrder::End),
        "-- int" => Effect::Order(ProgramOrder::Int),
        words if words.starts_with("-- type ") => {
            Effect::Order(ProgramOrder::Type(words["-- type ".len()..].to_owned()))
        }
        words if words.starts_with("-- let go ") => {
            Effect::Order(ProgramOrder::LetGo(task(&words["-- let go ".len()..])))
        }
        words if words.starts_with("-- interrupt ") => Effect::Order(ProgramOrder::Interrupt(
            task(&words["-- interrupt ".len()..]),
        )),
        words => Effect::Perform(Command::parse(words).unwrap_or_else(|error| panic!("{error}"))),
    }
}

fn task(text: &str) -> Task {
    Task::parse(text).expect("a thread")
}
