//! Reading a claim: the wrong word is named, with the right form.

use super::facts::{FactClaim, HAPPENED, IS};
use super::program::ProgramClaim;
use super::wire::WireClaim;
use super::words::{call_name, split};
use super::{BadClaim, ClaimList, ExpectedResult, FORMS, OTHER_FORMS, Property, Subject};
use crate::language::comment_at;
use crate::language::vocabulary::{self, ReadAs};
use crate::model::clean;
use crate::model::errno::{Errno, Failure};
use crate::model::ids::Row;
use crate::model::readiness::{Interest, from_names};
use crate::model::record::Answer;
use crate::model::socket::Stage;
use crate::model::tcp::TcpState;
use crate::model::world::RowCaller;

const ANY: &str = "ROW stage connected, ROW poll IN|OUT, ROW call recv 5, readable 2 4 ...";

/// Reads what stands behind `expect` and `not`.
pub(super) fn what(text: &str) -> Result<Subject, BadClaim> {
    let (first, rest) = split(text);
    match first.parse::<u32>() {
        Ok(row) if row != 0 => of_row(Row(row), rest),
        _ => of_all(first, rest),
    }
}

fn form(table: &'static [(&'static str, &'static str)], word: &str) -> Option<&'static str> {
    table
        .iter()
        .find(|(known, _)| *known == word)
        .map(|(_, form)| *form)
}

/// The form of a claim that is one word.
fn fact_form(word: &str) -> Option<&'static str> {
    let is = IS.iter().map(|(known, ..)| *known);
    is.chain(HAPPENED.iter().map(|(known, ..)| *known))
        .find(|known| *known == word)
}

fn of_row(row: Row, text: &str) -> Result<Subject, BadClaim> {
    let (word, value) = split(text);
    let word = vocabulary::today(word, ReadAs::Claim);
    if word == "says" && is_key(value) {
        return Ok(Subject::Says(Some(row), value.to_owned()));
    }
    let form = form(FORMS, word)
        .or_else(|| fact_form(word))
        .ok_or_else(|| BadClaim {
            word: clean::quoted(word),
            form: ANY,
        })?;
    let of = read_of(word, value).ok_or_else(|| BadClaim {
        word: clean::quoted(value),
        form,
    })?;
    Ok(Subject::Of(row, of))
}

fn read_of(word: &str, value: &str) -> Option<Property> {
    let none = value == "-";
    let flags = |value: &str| -> Vec<String> {
        value
            .split('|')
            .filter(|name| *name != "-")
            .map(str::to_owned)
            .collect()
    };
    Some(match word {
        "stage" => Property::Stage(
            Stage::from_word(value).or((value == Stage::New.word()).then_some(Stage::New))?,
        ),
        "errno" => Property::Failure(Failure::from_name(value)?),
        "call" => {
            let (name, back) = split(value);
            Property::Call(
                RowCaller::Own,
                call_name(name)?,
                ExpectedResult::read(back)?,
            )
        }
        "peer" => {
            let (_, call) = Some(split(value)).filter(|(word, _)| *word == "call")?;
            let (name, back) = split(call);
            Property::Call(
                RowCaller::Peer,
                call_name(name)?,
                ExpectedResult::read(back)?,
            )
        }
        "poll" => Property::Poll(from_names(&flags(value)).filter(|_| !value.is_empty())?),
        "epoll" => Property::Epoll(from_names(&flags(value)).filter(|_| !value.is_empty())?),
        "select" if value == "n/a" => Property::SelectCannot(Answer::NoAnswer),
        "select" if value == "EBADF" => Property::SelectCannot(Answer::BadDescriptor),
        "select" => Property::Select(from_names(&flags(value)).filter(|_| !value.is_empty())?),
        "reported" => Property::Reported(from_names(&flags(value)).filter(|_| !value.is_empty())?),
        "asked" if none => Property::Asked(None),
        "asked" => Property::Asked(Some(Interest::from_letters(value)?)),
        "kernel" => Property::Kernel(end(value)??),
        "client" => Property::Client(end(value)?),
        "server" => Property::Server(end(value)?),
        "syns" => Property::Syns(value.parse().ok()?),
        "unacked" => Property::Unacked(value.parse().ok()?),
        "queue" => Property::Queue(value.parse().ok()?),
        "bytes" => Property::Bytes(clean::unescape_bytes(value)?),
        "so_error" => Property::SoError(match value {
            "unread" => None,
            "0" => Some(None),
            name => Some(Some(Errno::from_name(name)?)),
        }),
        "port" if value.is_empty() => Property::Port,
        "stuck" => Property::Stuck(call_name(value)?),
        "partner" => Property::Partner(Row(value.parse().ok()?)),
        "made" => {
            let (name, count) = split(value);
            Property::Made(call_name(name)?, count.parse().ok()?)
        }
        "deadlock" => Property::Deadlock(Row(value.parse().ok()?)),
        word => Property::Fact(FactClaim::read(word, value)?),
    })
}

/// A TCP state; `-` is none.
#[expect(
    clippy::option_option,
    reason = "what is no state, and the word for none"
)]
fn end(value: &str) -> Option<Option<TcpState>> {
    if value == "-" {
        return Some(None);
    }
    let mut states = TcpState::ALL.into_iter();
    states.find(|state| state.name() == value).map(Some)
}

fn of_all(word: &str, rest: &str) -> Result<Subject, BadClaim> {
    let form = form(OTHER_FORMS, word).ok_or_else(|| BadClaim {
        word: clean::quoted(word),
        form: ANY,
    })?;
    let bad = || BadClaim {
        word: clean::quoted(rest),
        form,
    };
    Ok(match word {
        "wire" => Subject::Wire(WireClaim::read(rest).ok_or_else(bad)?),
        "sockets" => Subject::Sockets(rest.parse().map_err(|_| bad())?),
        "exit" | "ends" | "stuck" | "call" | "made" | "handed" | "threads" => {
            Subject::Program(ProgramClaim::read(word, rest).ok_or_else(bad)?)
        }
        "says" if rest.starts_with('/') => {
            Subject::Program(ProgramClaim::read(word, rest).ok_or_else(bad)?)
        }
        "says" if is_key(rest) => Subject::Says(None, rest.to_owned()),
        "events" => Subject::Events(rest.parse().map_err(|_| bad())?),
        "new" => {
            let (word, rows) = split(rest);
            Subject::New(list(word).ok_or_else(bad)?, rows_of(rows).ok_or_else(bad)?)
        }
        word => Subject::True(list(word).ok_or_else(bad)?, rows_of(rest).ok_or_else(bad)?),
    })
}

/// A key holds no comment: what stands behind `#` belongs to the line.
fn is_key(text: &str) -> bool {
    !text.is_empty() && comment_at(text).is_none()
}

fn list(word: &str) -> Option<ClaimList> {
    Some(match word {
        "readable" => ClaimList::Readable,
        "writable" => ClaimList::Writable,
        "error" => ClaimList::Error,
        _ => return None,
    })
}

fn rows_of(text: &str) -> Option<Vec<Row>> {
    match text {
        "" => None,
        "-" => Some(Vec::new()),
        text => text
            .split_whitespace()
            .map(|word| word.parse().ok().map(Row))
            .collect(),
    }
}
