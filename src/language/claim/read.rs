//! Reading a claim: the wrong word is named, with the right form.

use super::wire::OfWire;
use super::words::split;
use super::{Back, BadClaim, FORMS, List, OTHER_FORMS, Of, What};
use crate::model::clean;
use crate::model::errno::{Errno, Failure};
use crate::model::ids::Row;
use crate::model::readiness::{Interest, from_names};
use crate::model::record::Witness;
use crate::model::socket::Stage;
use crate::model::tcp::TcpState;

const ANY: &str = "ROW stage connected, ROW poll IN|OUT, ROW call recv 5, readable 2 4 ...";

/// Reads what stands behind `expect` and `not`.
pub(super) fn what(text: &str) -> Result<What, BadClaim> {
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

fn of_row(row: Row, text: &str) -> Result<What, BadClaim> {
    let (word, value) = split(text);
    let form = form(FORMS, word).ok_or_else(|| BadClaim {
        word: clean::text(word),
        form: ANY,
    })?;
    let of = read_of(word, value).ok_or_else(|| BadClaim {
        word: clean::text(value),
        form,
    })?;
    Ok(What::Of(row, of))
}

fn read_of(word: &str, value: &str) -> Option<Of> {
    let none = value == "-";
    let flags = |value: &str| -> Vec<String> {
        value
            .split('|')
            .filter(|name| *name != "-")
            .map(str::to_owned)
            .collect()
    };
    Some(match word {
        "stage" => Of::Stage(
            Stage::from_word(value).or((value == Stage::New.word()).then_some(Stage::New))?,
        ),
        "errno" => Of::Failure(Failure::from_name(value)?),
        "call" => {
            let (name, back) = split(value);
            Of::Call(name.to_owned(), read_back(back)?)
        }
        "poll" => Of::Poll(from_names(&flags(value)).filter(|_| !value.is_empty())?),
        "epoll" => Of::Epoll(from_names(&flags(value)).filter(|_| !value.is_empty())?),
        "select" if value == "n/a" => Of::SelectCannot(Witness::NoAnswer),
        "select" if value == "EBADF" => Of::SelectCannot(Witness::BadDescriptor),
        "select" => Of::Select(from_names(&flags(value)).filter(|_| !value.is_empty())?),
        "told" => Of::Told(from_names(&flags(value)).filter(|_| !value.is_empty())?),
        "asked" if none => Of::Asked(None),
        "asked" => Of::Asked(Some(Interest::from_letters(value)?)),
        "kernel" => Of::Kernel(end(value)??),
        "client" => Of::Client(end(value)?),
        "server" => Of::Server(end(value)?),
        "syns" => Of::Syns(value.parse().ok()?),
        "unacked" => Of::Unacked(value.parse().ok()?),
        "queue" => Of::Queue(value.parse().ok()?),
        "bytes" => Of::Bytes(clean::unescape_bytes(value)?),
        "so_error" => Of::Envelope(match value {
            "unread" => None,
            "0" => Some(None),
            name => Some(Some(Errno::from_name(name)?)),
        }),
        "phantom" if value.is_empty() => Of::Phantom,
        "port" if value.is_empty() => Of::Port,
        "spoiled" if value.is_empty() => Of::Spoiled,
        "stuck" if !value.is_empty() => Of::Stuck(value.to_owned()),
        "partner" => Of::Partner(Row(value.parse().ok()?)),
        _ => return None,
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

fn read_back(text: &str) -> Option<Back> {
    Some(match text {
        "ok" => Back::Success,
        "partial" => Back::Partial,
        text => match text.parse() {
            Ok(ret) => Back::Ret(ret),
            Err(_) => Back::Errno(Errno::from_name(text)?),
        },
    })
}

fn of_all(word: &str, rest: &str) -> Result<What, BadClaim> {
    let form = form(OTHER_FORMS, word).ok_or_else(|| BadClaim {
        word: clean::text(word),
        form: ANY,
    })?;
    let bad = || BadClaim {
        word: clean::text(rest),
        form,
    };
    Ok(match word {
        "wire" => What::Wire(OfWire::read(rest).ok_or_else(bad)?),
        "sockets" => What::Sockets(rest.parse().map_err(|_| bad())?),
        "events" => What::Events(rest.parse().map_err(|_| bad())?),
        "new" => {
            let (word, rows) = split(rest);
            What::New(list(word).ok_or_else(bad)?, rows_of(rows).ok_or_else(bad)?)
        }
        word => What::True(list(word).ok_or_else(bad)?, rows_of(rest).ok_or_else(bad)?),
    })
}

fn list(word: &str) -> Option<List> {
    Some(match word {
        "readable" => List::Readable,
        "writable" => List::Writable,
        "error" => List::Error,
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
