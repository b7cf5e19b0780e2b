//! Checking a claim: whether it is so, and what is so instead.

use super::{Back, List, Of, What};
use crate::derive::kinds::{self, Kind};
use crate::derive::lists;
use crate::model::call::{By, Call, CallFact, Out, Outcome};
use crate::model::clean;
use crate::model::errno::{Errno, Failure};
use crate::model::ids::Row;
use crate::model::readiness::{Interest, Readiness, joined};
use crate::model::record::{Event, Record, WireEnd, Witness};
use crate::model::socket::{Envelope, Fact, Stage};
use crate::model::tcp::TcpState;
use crate::model::world::{RowState, World};
use std::borrow::Borrow;

fn rows_text(rows: &[Row]) -> String {
    if rows.is_empty() {
        return "-".to_owned();
    }
    rows.iter()
        .map(Row::to_string)
        .collect::<Vec<_>>()
        .join(" ")
}

impl What {
    /// Whether it is so, and what is so.
    pub(super) fn look<R: Borrow<Record>>(&self, world: &World, records: &[R]) -> (bool, String) {
        match self {
            What::Of(row, of) => match world.row(*row).filter(|state| !state.removed) {
                Some(state) => of.look(world, state, records),
                None => (false, format!("not there: there is no socket {row}")),
            },
            What::True(list, wanted) => {
                let rows = lists::poll(world, list.kind()).now;
                (rows == *wanted, rows_text(&rows))
            }
            What::New(list, wanted) => {
                let rows: Vec<Row> = told(records)
                    .filter(|event| event.readiness.contains(list.kind().new))
                    .map(|event| event.row)
                    .collect();
                (rows == *wanted, rows_text(&rows))
            }
            What::Wire(of) => of.look(&world.wire),
            What::Sockets(wanted) => (world.clients() == *wanted, world.clients().to_string()),
            What::Events(wanted) => {
                let count = told(records).count();
                (count == *wanted, count.to_string())
            }
        }
    }
}

impl List {
    fn kind(self) -> &'static Kind {
        match self {
            List::Readable => &kinds::READABLE,
            List::Writable => &kinds::WRITABLE,
            List::Error => &kinds::ERROR,
        }
    }
}

fn said<T: bitflags::Flags + Copy>(witness: Witness<T>) -> String {
    match witness {
        Witness::NotAsked => "not looked at".to_owned(),
        Witness::NoAnswer => "n/a".to_owned(),
        Witness::BadDescriptor => "EBADF".to_owned(),
        Witness::Says(flags) => joined(&flags),
    }
}

impl Of {
    fn look<R: Borrow<Record>>(
        &self,
        world: &World,
        state: &RowState,
        records: &[R],
    ) -> (bool, String) {
        let look = &state.look;
        let attempt = state.current();
        match self {
            Of::Stage(wanted) => stage(state, *wanted),
            Of::Failure(wanted) => {
                let name = attempt.failure.map_or("no failure".into(), Failure::name);
                (attempt.failure == Some(*wanted), name.into_owned())
            }
            Of::Call(name, back) => called(state.row, name, back, records),
            Of::Poll(wanted) => (look.poll == Witness::Says(*wanted), said(look.poll)),
            Of::Epoll(wanted) => (look.epoll == Witness::Says(*wanted), said(look.epoll)),
            Of::Select(wanted) => (look.select == Witness::Says(*wanted), said(look.select)),
            Of::SelectCannot(wanted) => (look.select == *wanted, said(look.select)),
            Of::Told(wanted) => {
                let told = told(records)
                    .filter(|event| event.row == state.row)
                    .fold(Readiness::empty(), |all, event| all | event.readiness);
                (told == *wanted, joined(&told))
            }
            Of::Asked(wanted) => {
                let text = state.asked().map_or("-".to_owned(), Interest::letters);
                (state.asked() == *wanted, text)
            }
            Of::Kernel(wanted) => {
                let state = look.tcp.answer().map(|tcp| tcp.state);
                let name = state.map_or("not known", TcpState::name);
                (state == Some(*wanted), name.to_owned())
            }
            Of::Client(wanted) => end(look.client(), *wanted),
            Of::Server(wanted) => end(look.server(), *wanted),
            Of::Syns(wanted) => {
                let sent = look.tcp.answer().map_or(0, |tcp| tcp.retransmits + 1);
                (sent >= *wanted, sent.to_string())
            }
            Of::Unacked(wanted) => {
                let count = look.tcp.answer().map_or(0, |tcp| tcp.unacked);
                (count >= *wanted, count.to_string())
            }
            Of::Queue(wanted) => match look.queue {
                Witness::Says(queue) => (queue.length == *wanted, queue.length.to_string()),
                _ => (false, "not known".to_owned()),
            },
            Of::Bytes(wanted) => received(state.row, wanted, records),
            Of::Envelope(wanted) => {
                let found = found_in(attempt.envelope);
                let text = match found {
                    None => "unread".to_owned(),
                    Some(None) => "0".to_owned(),
                    Some(Some(errno)) => errno.to_string(),
                };
                (found == *wanted, text)
            }
            Of::Phantom => (attempt.fact == Some(Fact::Phantom), "no phantom".to_owned()),
            Of::Port => {
                let port = look.local.as_ref().and_then(crate::model::addr::Addr::port);
                let text = port.map_or("unknown".to_owned(), |port| port.to_string());
                (port.is_some_and(|port| port != 0), text)
            }
            Of::Stuck(name) => {
                let running = attempt.running.map_or("-", |(_, call)| call);
                (running == name, running.to_owned())
            }
            Of::Spoiled => (attempt.spoiled, "not spoiled".to_owned()),
            Of::Partner(wanted) => {
                let partner = world.partner(state);
                let text = partner.map_or("-".to_owned(), |row| row.to_string());
                (partner == Some(*wanted), text)
            }
        }
    }
}

fn stage(state: &RowState, wanted: Stage) -> (bool, String) {
    let now = state.stage();
    let failure = state.current().failure.filter(|_| now == Stage::Error);
    let why = failure.map_or_else(String::new, |failure| format!(" {}", failure.name()));
    (now == wanted, format!("{}{why}", now.word()))
}

/// What SO_ERROR was, if it was read.
#[expect(clippy::option_option, reason = "not read, and read as 0")]
fn found_in(envelope: Envelope) -> Option<Option<Errno>> {
    match envelope {
        Envelope::Sealed => None,
        Envelope::Opened { found, .. } => Some(found),
    }
}

fn end(end: Witness<WireEnd>, wanted: Option<TcpState>) -> (bool, String) {
    let state = end.answer().map(|end| end.state);
    (
        end != Witness::NotAsked && state == wanted,
        state.map_or("-", TcpState::name).to_owned(),
    )
}

/// The events of the last tick.
fn told<R: Borrow<Record>>(records: &[R]) -> impl Iterator<Item = &Event> {
    let last = records
        .iter()
        .rev()
        .map(Borrow::borrow)
        .find(|record: &&Record| record.tick.is_some());
    let events = last.into_iter().flat_map(|record| record.events.iter());
    events.filter(|event| event.stale.is_none())
}

/// The last call of this name on a row, by the program or by a far end.
fn last_call<'a, R: Borrow<Record>>(
    row: Row,
    name: &str,
    records: &'a [R],
) -> Option<&'a CallFact> {
    records.iter().rev().find_map(|record| {
        let calls = record.borrow().calls.iter().rev();
        calls
            .filter(|fact| fact.row == Some(row) && fact.by != By::Lab)
            .find(|fact| fact.call.name() == name)
    })
}

fn called<R: Borrow<Record>>(row: Row, name: &str, back: &Back, records: &[R]) -> (bool, String) {
    let Some(fact) = last_call(row, name, records) else {
        return (false, format!("not so: no {name}() was made on {row}"));
    };
    let Some(outcome) = &fact.outcome else {
        return (false, "still running".to_owned());
    };
    let found = match outcome.out {
        Some(Out::SoError(found)) => found,
        _ => None,
    };
    let holds = match back {
        Back::Ret(ret) => outcome.ret == *ret && (outcome.errno.is_none()) && found.is_none(),
        Back::Success => outcome.errno.is_none(),
        Back::Partial => outcome.ret > 0 && is_partial(fact, outcome),
        Back::Errno(errno) => outcome.errno == Some(*errno) || found == Some(*errno),
    };
    let text = match (outcome.errno, found) {
        (Some(errno), _) => errno.to_string(),
        (None, Some(found)) => found.to_string(),
        (None, None) => outcome.ret.to_string(),
    };
    (holds, text)
}

fn is_partial(fact: &CallFact, outcome: &Outcome) -> bool {
    match &fact.call {
        Call::Send { data, .. } => outcome.ret < data.size() as i64,
        _ => false,
    }
}

fn received<R: Borrow<Record>>(row: Row, wanted: &[u8], records: &[R]) -> (bool, String) {
    match last_call(row, "recv", records)
        .and_then(|fact| fact.outcome.as_ref())
        .and_then(|outcome| outcome.out.as_ref())
    {
        Some(Out::Bytes(bytes)) => (bytes == wanted, clean::excerpt(bytes, 60)),
        _ => (false, format!("not so: recv() gave nothing on {row}")),
    }
}
