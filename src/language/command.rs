//! What a user can ask for, and the one line of text that says it: the words of the `:` prompt, of scripts and of a record's cause.

mod duration;
mod grammar;
mod packets;

pub use duration::{parse_duration, write_duration};
pub use grammar::{CommandError, Kind, Word, complete, words};

use crate::model::clean;
use crate::model::command::{Command, Then};
use crate::model::record::Cause;
use crate::model::target::{Target, TargetError};

impl Command {
    /// Reads one line.
    ///
    /// # Errors
    /// Names the word that is wrong, and the right form.
    pub fn parse(line: &str) -> Result<Command, CommandError> {
        grammar::parse(line)
    }
}

impl Cause {
    /// A command, if these are exactly its words; else they are kept as they are.
    pub fn parse(words: &str) -> Cause {
        match Command::parse(words) {
            // Most records are ticks.
            Ok(Command::TICK) if words == "tick" => Cause::Command(Command::TICK),
            Ok(command) if command.to_string() == words => Cause::Command(command),
            _ => Cause::Unknown(words.to_owned()),
        }
    }
}

impl std::fmt::Display for Command {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Command::Add(targets) => {
                f.write_str("add")?;
                targets
                    .iter()
                    .try_for_each(|target| write!(f, " {}", typed(target)))
            }
            Command::Lanes(target) => write!(f, "lanes {}", typed(target)),
            Command::Delete(row) => write!(f, "delete {row}"),
            Command::Restart(row) => write!(f, "restart {row}"),
            Command::Tick { only, wait } => {
                f.write_str("tick")?;
                if let Some(row) = only {
                    write!(f, " only {row}")?;
                }
                if *wait { f.write_str(" wait") } else { Ok(()) }
            }
            Command::Look => f.write_str("look"),
            Command::Interest(row, interest) => write!(f, "interest {row} {}", interest.letters()),
            Command::Connect(row) => write!(f, "connect {row}"),
            Command::Register(row) => write!(f, "register {row}"),
            Command::SoError(row) => write!(f, "so_error {row}"),
            Command::Getpeername(row) => write!(f, "getpeername {row}"),
            Command::Send(row, bytes) => write!(f, "send {row} {}", clean::escape_bytes(bytes)),
            Command::Bulk(row, size) => write!(f, "bulk {row} {size}"),
            Command::Fill(row) => write!(f, "fill {row}"),
            Command::Urgent(row, byte) => {
                write!(f, "urgent {row} {}", clean::escape_bytes(&[*byte]))
            }
            Command::Recv(row, size) => write!(f, "recv {row} {size}"),
            Command::Drain(row) => write!(f, "drain {row}"),
            Command::Autodrain(switch) => write!(f, "autodrain {}", switch.word()),
            Command::Shutdown(row, how) => write!(f, "shutdown {row} {}", how.word()),
            Command::Close(row) => write!(f, "close {row}"),
            Command::Reset(row) => write!(f, "reset {row}"),
            Command::Set(row, option, value) => write!(f, "set {row} {} {value}", option.word()),
            Command::Deadline(row, Some(after)) => {
                write!(f, "deadline {row} {}", write_duration(*after))
            }
            Command::Deadline(row, None) => write!(f, "deadline {row} off"),
            Command::Interrupt(row) => write!(f, "interrupt {row}"),
            Command::Spoil(row) => write!(f, "spoil {row}"),
            Command::Hunt => f.write_str("hunt"),
            Command::Accept(row, Then::Keep) => write!(f, "accept {row}"),
            Command::Accept(row, Then::Reset) => write!(f, "accept {row} reset"),
            Command::Listen(row, backlog) => write!(f, "listen {row} {backlog}"),
            Command::Hand(row, switch) => write!(f, "hand {row} {}", switch.word()),
            Command::Queue(row, fullness) => write!(f, "queue {row} {}", fullness.word()),
            Command::Capacity(Some(count)) => write!(f, "capacity {count}"),
            Command::Capacity(None) => f.write_str("capacity off"),
            Command::Release(Some(number)) => write!(f, "release {number}"),
            Command::Release(None) => f.write_str("release all"),
            Command::Drop(number) => write!(f, "drop {number}"),
            Command::Repeat(number) => write!(f, "repeat {number}"),
            Command::Reorder(number, place, other) => {
                write!(
                    f,
                    "reorder {number} {} {other}",
                    packets::place_word(*place)
                )
            }
            Command::Rule(rule) => f.write_str(&packets::rule_words(*rule)),
            Command::InjectRst(direction, number, about) => {
                let about = about.map_or_else(String::new, |about| format!(" of {about}"));
                write!(
                    f,
                    "inject rst {} {}{about}",
                    packets::direction_word(*direction),
                    packets::rst_word(*number)
                )
            }
            Command::InjectIcmp(kind, code, about) => {
                let about = about.map_or_else(String::new, |about| format!(" about {about}"));
                write!(f, "inject icmp {kind} {code}{about}")
            }
            Command::Note(text) => write!(f, "note {text}"),
        }
    }
}

/// A target as one word: the spaces of a unix path are escaped.
fn typed(target: &Target) -> std::borrow::Cow<'_, str> {
    if target.text.contains(' ') {
        target.text.replace(' ', SPACE).into()
    } else {
        target.text.as_str().into()
    }
}

/// Reads one word as a target.
pub(super) fn target(word: &str) -> Result<Target, TargetError> {
    if word.starts_with("unix:") {
        Target::parse(&word.replace(SPACE, " "))
    } else {
        Target::parse(word)
    }
}

/// A space in a unix path.
const SPACE: &str = "\\x20";
