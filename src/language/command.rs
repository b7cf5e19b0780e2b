//! What a user can ask for, and the one line of text that says it: the words of the `:` prompt, of scripts and of a record's cause.

use super::duration::write_duration;
use super::line::{self, BadLine};
use super::request::{Frontend, Request};
use super::verbs::args::one_word;
use super::{marks, packets, verbs, vocabulary};
use crate::model::clean;
use crate::model::command::{AfterAccept, Command};
use crate::model::record::Cause;
use crate::model::socket::Mode;
use std::time::Duration;

impl Command {
    /// Reads one line. Of all that can be asked for, only what acts on sockets is a command.
    ///
    /// # Errors
    /// Names the word that is wrong, and the right form.
    pub fn parse(line: &str) -> Result<Command, BadLine> {
        // Whatever acts, acts in a script too.
        match line::parse(line, Frontend::Script)? {
            Request::Act(command) => Ok(command),
            _ => Err(BadLine::UnknownWord {
                word: clean::quoted(line.split_whitespace().next().unwrap_or("")),
                frontend: Frontend::Script,
            }),
        }
    }
}

impl Cause {
    /// A command, if these are exactly its words, or were before one of them was replaced; else they are kept as they are.
    pub fn parse(words: &str) -> Cause {
        // Most records are ticks.
        if words == "tick" {
            return Cause::Command(Command::TICK);
        }
        // What a lesson writes down is no word that anybody types.
        if let Some(mark) = marks::parse(words).filter(|mark| mark.to_string() == words) {
            return Cause::Command(Command::Lesson(mark));
        }
        match Command::parse(words) {
            Ok(command) if command.to_string() == vocabulary::line_of_today(words) => {
                Cause::Command(command)
            }
            _ => Cause::Unknown(words.to_owned()),
        }
    }
}

/// A duration, or that there is none.
fn or_off(duration: Option<Duration>) -> String {
    duration.map_or_else(|| "off".to_owned(), write_duration)
}

impl std::fmt::Display for Command {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Command::Add(targets) => {
                f.write_str("add")?;
                targets
                    .iter()
                    .try_for_each(|target| write!(f, " {}", one_word(&target.text)))
            }
            Command::Modes(target) => write!(f, "modes {}", one_word(&target.text)),
            Command::Ways(target) => write!(f, "ways {}", one_word(&target.text)),
            Command::Mode(row, mode) => write!(f, "mode {row} {}", mode_words(*mode)),
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
            Command::Make(row, make) => match verbs::writing(make.call()) {
                Some((word, rest)) if rest.is_empty() => write!(f, "{word} {row}"),
                Some((word, rest)) => write!(f, "{word} {row} {rest}"),
                // No word makes this call: it is read back as words that are not understood.
                None => write!(f, "{}() {row}", make.call().name()),
            },
            Command::Fill(row) => write!(f, "fill {row}"),
            Command::Drain(row) => write!(f, "drain {row}"),
            Command::Autodrain(switch) => write!(f, "autodrain {}", switch.word()),
            Command::Close(row) => write!(f, "close {row}"),
            Command::Reset(row) => write!(f, "reset {row}"),
            Command::Deadline(row, after) => write!(f, "deadline {row} {}", or_off(*after)),
            Command::Race(row, delay) => write!(f, "race {row} {}", or_off(*delay)),
            Command::Interrupt(row) => write!(f, "interrupt {row}"),
            Command::BadFd(row) => write!(f, "badfd {row}"),
            Command::Probe => f.write_str("probe"),
            Command::Accept(row, AfterAccept::Keep) => write!(f, "accept {row}"),
            Command::Accept(row, AfterAccept::Blocking) => write!(f, "accept {row} blocking"),
            Command::Accept(row, AfterAccept::Reset) => write!(f, "accept {row} reset"),
            Command::Listen(row, backlog) => write!(f, "listen {row} {backlog}"),
            Command::ByHand(row, switch) => write!(f, "hand {row} {}", switch.word()),
            Command::Queue(row, fullness) => write!(f, "queue {row} {}", fullness.word()),
            Command::Capacity(Some(count)) => write!(f, "capacity {count}"),
            Command::Capacity(None) => f.write_str("capacity off"),
            Command::Limit(Some(more)) => write!(f, "limit {more}"),
            Command::Limit(None) => f.write_str("limit off"),
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
            Command::Lesson(mark) => write!(f, "{mark}"),
        }
    }
}

/// How calls wait, as the word `mode` says it.
fn mode_words(mode: Mode) -> String {
    match mode {
        Mode::NonBlocking => "non-blocking".to_owned(),
        Mode::ConnectEx => "connect_ex".to_owned(),
        Mode::Blocking => "blocking".to_owned(),
        Mode::Timeout(after) => format!("timeout {}", write_duration(after)),
    }
}
