//! The grammar: one table of words with their arguments. It reads commands, explains what is wrong with one, and completes one.

mod complete;
mod table;

pub use complete::complete;
pub use table::Word;

use super::packets;
use crate::language::command::parse_duration;
use crate::model::call::{How, SocketOption};
use crate::model::clean;
use crate::model::command::{
    Command, Fullness, MOST_BULK, MOST_RECV, Switch, Then, USUAL_BACKLOG, USUAL_RECV,
};
use crate::model::ids::Row;
use crate::model::readiness::Interest;
use crate::model::target::{Target, TargetError};
use crate::model::wire::Number;
use table::TABLE;
use thiserror::Error;

/// The longest note, in characters.
const LONGEST_NOTE: usize = 500;

/// Why a line is no command.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CommandError {
    /// Not a word of the language.
    #[error("'{0}' is not a command. Commands: {words}", words = names().join(", "))]
    UnknownWord(String),
    /// A word that cannot stand where it stands.
    #[error("'{word}' cannot stand there. Write it so: {usage}")]
    Wrong {
        /// As typed, cleaned.
        word: String,
        /// The right form.
        usage: &'static str,
    },
    /// A word that is no target.
    #[error("{0}")]
    Target(#[from] TargetError),
    /// Something is missing.
    #[error("something is missing. Write it so: {0}")]
    Missing(&'static str),
}

/// What an argument is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A socket's number.
    Row,
    /// A target.
    Target,
    /// One or more targets.
    Targets,
    /// Bytes up to the end of the line, with escapes.
    Bytes,
    /// One byte, perhaps escaped.
    Byte,
    /// Free text up to the end of the line.
    Text,
    /// A number.
    Number,
    /// A packet's number.
    Packet,
    /// A packet's number, or `all`.
    PacketOrAll,
    /// How long a packet takes: `500ms`, `2ticks`.
    Delay,
    /// A number, or `off`.
    NumberOrOff,
    /// A duration, or `off`.
    DurationOrOff,
    /// Letters of an interest.
    Letters,
    /// One of these words.
    OneOf(&'static [&'static str]),
}

/// Every word of the language, in order.
pub fn words() -> &'static [Word] {
    TABLE
}

fn names() -> Vec<&'static str> {
    TABLE.iter().map(|word| word.word).collect()
}

/// What was read for one argument.
#[derive(Clone, Debug)]
enum Value {
    Row(Row),
    Number(u32),
    Bytes(Vec<u8>),
    Byte(u8),
    Text(String),
    Targets(Vec<Target>),
    Word(&'static str),
    Packet(Option<Number>),
    Limit(Option<u32>),
    Duration(Option<std::time::Duration>),
    Letters(Interest),
}

impl Kind {
    fn read(self, text: &str) -> Option<Value> {
        match self {
            Kind::Row => text
                .parse()
                .ok()
                .filter(|n| *n != 0)
                .map(Row)
                .map(Value::Row),
            Kind::Number => text.parse().ok().map(Value::Number),
            // Read in `parse`: a wrong target says by itself what is wrong with it.
            Kind::Target | Kind::Targets => None,
            Kind::Bytes => clean::unescape_bytes(text)
                .filter(|bytes| !bytes.is_empty())
                .map(Value::Bytes),
            Kind::Byte => match clean::unescape_bytes(text)?.as_slice() {
                [byte] => Some(Value::Byte(*byte)),
                _ => None,
            },
            Kind::Text => {
                (text.chars().count() <= LONGEST_NOTE).then(|| Value::Text(clean::text(text)))
            }
            Kind::PacketOrAll if text == "all" => Some(Value::Packet(None)),
            Kind::Packet | Kind::PacketOrAll => {
                let number = text.parse().ok().filter(|number| *number != 0);
                number.map(|number| Value::Packet(Some(Number(number))))
            }
            Kind::Delay => Some(Value::Text(text.to_owned())),
            Kind::NumberOrOff if text == "off" => Some(Value::Limit(None)),
            Kind::NumberOrOff => text.parse().ok().map(Some).map(Value::Limit),
            Kind::DurationOrOff if text == "off" => Some(Value::Duration(None)),
            Kind::DurationOrOff => parse_duration(text).ok().map(Some).map(Value::Duration),
            Kind::Letters => Interest::from_letters(text).map(Value::Letters),
            Kind::OneOf(words) => words
                .iter()
                .find(|word| **word == text)
                .copied()
                .map(Value::Word),
        }
    }

    /// Whether it takes all that is left of the line.
    fn is_rest(self) -> bool {
        matches!(self, Kind::Targets | Kind::Bytes | Kind::Text)
    }
}

pub(super) fn parse(line: &str) -> Result<Command, CommandError> {
    let line = line.trim_start();
    let (first, mut rest) = split(line);
    let Some(word) = TABLE.iter().find(|word| word.word == first) else {
        return Err(CommandError::UnknownWord(clean::text(first)));
    };
    let wrong = |text: &str| CommandError::Wrong {
        word: clean::text(text).chars().take(40).collect(),
        usage: word.usage,
    };
    let mut values = Vec::new();
    for kind in word.args {
        if rest.trim().is_empty() {
            break;
        }
        let (text, behind) = if kind.is_rest() {
            (rest, "")
        } else {
            split(rest)
        };
        values.push(match kind {
            Kind::Target | Kind::Targets => {
                let words = text.split_whitespace().map(super::target);
                Value::Targets(words.collect::<Result<_, _>>()?)
            }
            kind => kind.read(text).ok_or_else(|| wrong(text))?,
        });
        rest = behind;
    }
    if !rest.trim().is_empty() {
        return Err(wrong(rest.trim()));
    }
    if values.len() < word.needed {
        return Err(CommandError::Missing(word.usage));
    }
    build(word.word, &values).ok_or_else(|| wrong(line.split_whitespace().last().unwrap_or("")))
}

/// The first word and what follows it; one space between them is taken away, others too unless the rest is data.
fn split(text: &str) -> (&str, &str) {
    let text = text.trim_start();
    match text.split_once(char::is_whitespace) {
        Some((word, rest)) => (word, rest.trim_start()),
        None => (text, ""),
    }
}

fn build(word: &str, values: &[Value]) -> Option<Command> {
    use Value as V;
    Some(match (word, values) {
        ("add", [V::Targets(targets)]) => Command::Add(targets.clone()),
        ("lanes", [V::Targets(target)]) => Command::Lanes(target.first()?.clone()),
        ("tick", values) => tick(values)?,
        ("look", []) => Command::Look,
        ("capacity", [V::Limit(limit)]) if *limit != Some(0) => Command::Capacity(*limit),
        ("release", [V::Packet(number)]) => Command::Release(*number),
        ("drop", [V::Packet(Some(number))]) => Command::Drop(*number),
        ("repeat", [V::Packet(Some(number))]) => Command::Repeat(*number),
        (
            "reorder",
            [
                V::Packet(Some(number)),
                V::Word(place),
                V::Packet(Some(other)),
            ],
        ) => Command::Reorder(*number, packets::place(place)?, *other),
        ("hold", [V::Word(which)]) => packets::hold(which)?,
        ("pass", [V::Word(which)]) => packets::pass(which, None)?,
        ("pass", [V::Word(which), V::Text(delay)]) => packets::pass(which, Some(delay))?,
        ("inject", [V::Text(text)]) => packets::inject(text)?,
        ("hunt", []) => Command::Hunt,
        ("note", [V::Text(text)]) => Command::Note(text.trim_end().to_owned()),
        ("autodrain", [V::Word(word)]) => Command::Autodrain(switch(word)?),
        (word, [V::Row(row), rest @ ..]) => on_row(word, *row, rest)?,
        _ => return None,
    })
}

fn on_row(word: &str, row: Row, values: &[Value]) -> Option<Command> {
    use Value as V;
    Some(match (word, values) {
        ("delete", []) => Command::Delete(row),
        ("restart", []) => Command::Restart(row),
        ("interest", [V::Letters(interest)]) => Command::Interest(row, *interest),
        ("connect", []) => Command::Connect(row),
        ("register", []) => Command::Register(row),
        ("so_error", []) => Command::SoError(row),
        ("getpeername", []) => Command::Getpeername(row),
        ("send", [V::Bytes(bytes)]) => Command::Send(row, bytes.clone()),
        ("bulk", [V::Number(size @ 1..=MOST_BULK)]) => Command::Bulk(row, *size),
        ("fill", []) => Command::Fill(row),
        ("urgent", [V::Byte(byte)]) => Command::Urgent(row, *byte),
        ("recv", []) => Command::Recv(row, USUAL_RECV),
        ("recv", [V::Number(size @ 1..=MOST_RECV)]) => Command::Recv(row, *size),
        ("drain", []) => Command::Drain(row),
        ("shutdown", []) => Command::Shutdown(row, How::Write),
        ("shutdown", [V::Word(word)]) => {
            Command::Shutdown(row, How::ALL.into_iter().find(|how| how.word() == *word)?)
        }
        ("close", []) => Command::Close(row),
        ("reset", []) => Command::Reset(row),
        ("set", [V::Word(word), V::Number(value)]) => {
            Command::Set(row, SocketOption::from_word(word)?, *value)
        }
        ("deadline", [V::Duration(after)]) => Command::Deadline(row, *after),
        ("interrupt", []) => Command::Interrupt(row),
        ("spoil", []) => Command::Spoil(row),
        ("accept", []) => Command::Accept(row, Then::Keep),
        ("accept", [V::Word(_)]) => Command::Accept(row, Then::Reset),
        ("listen", []) => Command::Listen(row, USUAL_BACKLOG),
        ("listen", [V::Number(backlog)]) => Command::Listen(row, *backlog),
        ("hand", []) => Command::Hand(row, Switch::On),
        ("hand", [V::Word(word)]) => Command::Hand(row, switch(word)?),
        ("queue", [V::Word(word)]) => {
            Command::Queue(row, Fullness::ALL.into_iter().find(|f| f.word() == *word)?)
        }
        _ => return None,
    })
}

fn switch(word: &str) -> Option<Switch> {
    Switch::ALL.into_iter().find(|switch| switch.word() == word)
}

fn tick(values: &[Value]) -> Option<Command> {
    use Value as V;
    let (only, wait) = match values {
        [] => (None, false),
        [V::Word("wait")] => (None, true),
        [V::Word("only"), V::Row(row)] => (Some(*row), false),
        [V::Word("only"), V::Row(row), V::Word("wait")] => (Some(*row), true),
        _ => return None,
    };
    Some(Command::Tick { only, wait })
}

#[cfg(test)]
mod tests;
