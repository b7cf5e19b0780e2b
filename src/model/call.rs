//! System calls as facts: which call, with which arguments, and what came back.
//!
//! Each call is described once, in the file of its family (`call/connect.rs` and its neighbours); [`Call`] and everything that can be
//! said of a call alone is made from these descriptions.

mod arguments;
mod connect;
mod data;
mod define;
mod descriptors;
mod files;
mod flat;
mod lookup;
mod options;
mod other;
mod poll;
mod words;

pub(crate) use flat::call_fields;
pub use flat::{ArgNames, Field, FieldSink, FieldSource, Fields, Flat, Unread};
pub use words::{
    AcceptGives, BornAs, CalledBy, CtlOp, OpenPath, PollWants, ShutdownHow, SocketOption,
};

use super::addr::{Addr, Family};
use super::clean;
use super::errno::{Eai, Errno};
use super::ids::{Fd, Row};
use super::readiness::{Interest, SelectSets};
use super::task::MadeBy;
use connect::connect_calls;
use data::data_calls;
use define::define_calls;
use descriptors::descriptor_calls;
use files::file_calls;
use lookup::lookup_calls;
use options::option_calls;
use other::other_calls;
use poll::poll_calls;
use std::borrow::Cow;
use std::time::Duration;

/// So many characters of data are written out beside a call.
pub const EXCERPT: usize = 28;

/// What send(2) offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Payload {
    /// These bytes.
    Bytes(Vec<u8>),
    /// So many times the letter x, so that megabytes need not be written down.
    Fill(u32),
    /// The beginning of more, of which the rest was not kept.
    Cut {
        /// The first bytes.
        head: Vec<u8>,
        /// How many there were.
        size: u32,
    },
}

impl Payload {
    /// How many bytes are offered.
    pub fn size(&self) -> usize {
        match self {
            Payload::Bytes(bytes) => bytes.len(),
            Payload::Fill(count) => *count as usize,
            Payload::Cut { head: _, size } => *size as usize,
        }
    }

    /// The first bytes of it, at most `most`.
    pub fn head(&self, most: usize) -> Vec<u8> {
        match self {
            Payload::Bytes(bytes) | Payload::Cut { head: bytes, .. } => {
                bytes[..bytes.len().min(most)].to_vec()
            }
            Payload::Fill(count) => vec![b'x'; (*count as usize).min(most)],
        }
    }
}

/// Of received bytes at most so many are kept; the return value says how many there were.
pub const MAX_KEPT_BYTES: usize = 4096;

file_calls! { [connect_calls poll_calls data_calls descriptor_calls option_calls lookup_calls other_calls define_calls] }

/// What a call wrote back beside its return value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Out {
    /// The value of `SO_ERROR`; `None` is 0.
    SoError(Option<Errno>),
    /// An address: of getpeername, or of the accepted connection's other end.
    Addr(Addr),
    /// The addresses of a name.
    Addrs(Vec<Addr>),
    /// Received bytes, the first [`MAX_KEPT_BYTES`] of them.
    Bytes(Vec<u8>),
    /// What select(2) said of the socket.
    Sets(SelectSets),
    /// Why a name has no address.
    Eai(Eai),
    /// Two descriptors: what is read from, and what is written to.
    Fds(Fd, Fd),
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The call's own return value.
    pub ret: i64,
    /// Its errno, if it failed.
    pub errno: Option<Errno>,
    /// What it wrote back.
    pub out: Option<Out>,
}

impl Outcome {
    /// A success that wrote nothing back.
    pub fn ok(ret: i64) -> Outcome {
        Outcome {
            ret,
            errno: None,
            out: None,
        }
    }

    /// -1 and an errno.
    pub fn failed(errno: Errno) -> Outcome {
        Outcome {
            ret: -1,
            errno: Some(errno),
            out: None,
        }
    }
}

/// A call that was made, or is still running.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallFact {
    /// The row it was made for, if for one.
    pub row: Option<Row>,
    /// Joins a running call with its result in a later record.
    pub id: Option<u64>,
    /// Which call.
    pub call: Call,
    /// Who made it.
    pub by: CalledBy,
    /// What came back; `None` while it runs.
    pub outcome: Option<Outcome>,
    /// For `epoll_wait`: it was ended by a wake-up of our own, not by a socket.
    pub woken: bool,
    /// That a watched program made it, if one did.
    pub made: Option<Box<MadeBy>>,
}

impl CallFact {
    /// A finished call.
    pub fn done(
        row: impl Into<Option<Row>>,
        by: CalledBy,
        call: Call,
        outcome: Outcome,
    ) -> CallFact {
        CallFact {
            row: row.into(),
            id: None,
            call,
            by,
            outcome: Some(outcome),
            woken: false,
            made: None,
        }
    }

    /// The system call's own name.
    pub fn name(&self) -> &str {
        match &self.made {
            Some(made) => &made.name,
            None => self.call.name(),
        }
    }

    /// Whether it is a call of a watched program that asks which descriptors are ready.
    pub fn asks_for_news(&self) -> bool {
        let names = [
            "poll",
            "ppoll",
            "select",
            "pselect6",
            "epoll_wait",
            "epoll_pwait",
            "epoll_pwait2",
        ];
        self.made
            .as_ref()
            .is_some_and(|made| names.contains(&&*made.name))
    }
}

/// What decides between the texts of a call beside what came back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Around {
    /// Its record has events.
    pub reported: bool,
    /// Any socket was registered with the poll.
    pub watched: bool,
    /// It was ended by a wake-up of our own.
    pub woken: bool,
}

impl Call {
    /// socket(2) as this program calls it.
    pub fn socket(family: Family) -> Call {
        Call::Socket {
            family,
            born: BornAs::Blocking,
        }
    }

    /// Whether it can wait on a blocking socket.
    pub fn may_wait(&self) -> bool {
        matches!(
            self,
            Call::Connect { .. }
                | Call::Accept { .. }
                | Call::Send { .. }
                | Call::SendUrgent { .. }
                | Call::Recv { .. }
                | Call::Read { .. }
                | Call::Write { .. }
        )
    }

    /// For what a program with a timeout waits in poll(2) before this call: readable or writable. `None` for a call before which it does
    /// not wait.
    pub fn waits_for(&self) -> Option<PollWants> {
        match self {
            Call::Accept { .. } | Call::Recv { .. } | Call::Read { .. } => Some(PollWants::Read),
            Call::Send { .. } | Call::SendUrgent { .. } | Call::Write { .. } => {
                Some(PollWants::Write)
            }
            _ => None,
        }
    }

    /// Whether a call of this name is known.
    pub fn is_known(name: &str) -> bool {
        Call::NAMES.contains(&name)
    }
}

/// A mark that no call of this name has is a word that is not known.
fn no_other_mark(name: &str, line: &impl FieldSource) -> Result<(), Unread> {
    for (_, field, _) in MARKS.iter().filter(|(of, ..)| *of == name) {
        if let Some(word) = line.text(*field) {
            return Err(Unread::Unknown(field.name(), word.to_owned()));
        }
    }
    Ok(())
}

/// How long a call waits, as it is read aloud.
fn spoken_timeout(timeout: Option<Duration>) -> String {
    match timeout {
        None => "no timeout".to_owned(),
        Some(_) => format!("timeout {} ms", timeout_ms(timeout)),
    }
}

/// So many bytes, in words.
fn counted(bytes: u64) -> String {
    match bytes {
        1 => "1 byte".to_owned(),
        bytes => format!("{bytes} bytes"),
    }
}

/// The beginning of some data in quotes, with dots if there is more of it than `kept`.
pub(super) fn excerpt(kept: &[u8], all: usize) -> String {
    let text = clean::excerpt(kept, EXCERPT);
    if all > kept.len() && !text.ends_with("...") {
        format!("{text}...")
    } else {
        text
    }
}

/// The timeout argument of epoll_wait(2): whole milliseconds, rounded up; -1 is for ever.
pub fn timeout_ms(timeout: Option<Duration>) -> i64 {
    timeout.map_or(-1, |d| {
        let round_up = d + Duration::from_nanos(999_999);
        i64::try_from(round_up.as_millis()).unwrap_or(i64::MAX)
    })
}
