//! Checking a claim: whether it is so, and what is so instead.

use super::{ClaimList, ExpectedResult, Property, Subject};
use crate::derive::kinds::{self, ReadinessKind};
use crate::derive::lists;
use crate::model::call::{Call, CallFact, CalledBy, Out, Outcome};
use crate::model::clean;
use crate::model::errno::{Errno, Failure};
use crate::model::ids::Row;
use crate::model::readiness::{Interest, Readiness, joined};
use crate::model::record::{Answer, Event, Record, WireEnd};
use crate::model::socket::{ConnectionFact, SoErrorState, Stage};
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

impl Subject {
    /// Whether it is so, and what is so.
    pub(super) fn look<R: Borrow<Record>>(&self, world: &World, records: &[R]) -> (bool, String) {
        match self {
            Subject::Of(row, of) => match world.row(*row).filter(|state| !state.removed) {
                Some(state) => of.look(world, state, records),
                None => (false, format!("not there: there is no socket {row}")),
            },
            Subject::True(list, wanted) => {
                let rows = lists::poll(world, list.kind()).now;
                (rows == *wanted, rows_text(&rows))
            }
            Subject::New(list, wanted) => {
                let rows: Vec<Row> = reported(records)
                    .filter(|event| event.readiness.contains(list.kind().new))
                    .map(|event| event.row)
                    .collect();
                (rows == *wanted, rows_text(&rows))
            }
            Subject::Wire(of) => of.look(&world.wire),
            Subject::Sockets(wanted) => (world.clients() == *wanted, world.clients().to_string()),
            Subject::Events(wanted) => {
                let count = reported(records).count();
                (count == *wanted, count.to_string())
            }
        }
    }
}

impl ClaimList {
    fn kind(self) -> &'static ReadinessKind {
        match self {
            ClaimList::Readable => &kinds::READABLE,
            ClaimList::Writable => &kinds::WRITABLE,
            ClaimList::Error => &kinds::ERROR,
        }
    }
}

fn said<T: bitflags::Flags + Copy>(answer: Answer<T>) -> String {
    match answer {
        Answer::NotAsked => "not looked at".to_owned(),
        Answer::NoAnswer => "n/a".to_owned(),
        Answer::BadDescriptor => "EBADF".to_owned(),
        Answer::Says(flags) => joined(&flags),
    }
}

impl Property {
    fn look<R: Borrow<Record>>(
        &self,
        world: &World,
        state: &RowState,
        records: &[R],
    ) -> (bool, String) {
        let look = &state.look;
        let attempt = state.current();
        match self {
            Property::Stage(wanted) => stage(state, *wanted),
            Property::Failure(wanted) => {
                let name = attempt.failure.map_or("no failure".into(), Failure::name);
                (attempt.failure == Some(*wanted), name.into_owned())
            }
            Property::Call(name, back) => called(state.row, name, back, records),
            Property::Poll(wanted) => (look.poll == Answer::Says(*wanted), said(look.poll)),
            Property::Epoll(wanted) => (look.epoll == Answer::Says(*wanted), said(look.epoll)),
            Property::Select(wanted) => (look.select == Answer::Says(*wanted), said(look.select)),
            Property::SelectCannot(wanted) => (look.select == *wanted, said(look.select)),
            Property::Reported(wanted) => {
                let reported = reported(records)
                    .filter(|event| event.row == state.row)
                    .fold(Readiness::empty(), |all, event| all | event.readiness);
                (reported == *wanted, joined(&reported))
            }
            Property::Asked(wanted) => {
                let text = state.asked().map_or("-".to_owned(), Interest::letters);
                (state.asked() == *wanted, text)
            }
            Property::Kernel(wanted) => {
                let state = look.tcp.answer().map(|tcp| tcp.state);
                let name = state.map_or("not known", TcpState::name);
                (state == Some(*wanted), name.to_owned())
            }
            Property::Client(wanted) => end(look.client(), *wanted),
            Property::Server(wanted) => end(look.server(), *wanted),
            Property::Syns(wanted) => {
                let sent = look.tcp.answer().map_or(0, |tcp| tcp.retransmits + 1);
                (sent >= *wanted, sent.to_string())
            }
            Property::Unacked(wanted) => {
                let count = look.tcp.answer().map_or(0, |tcp| tcp.unacked);
                (count >= *wanted, count.to_string())
            }
            Property::Queue(wanted) => match look.queue {
                Answer::Says(queue) => (queue.length == *wanted, queue.length.to_string()),
                _ => (false, "not known".to_owned()),
            },
            Property::Bytes(wanted) => received(state.row, wanted, records),
            Property::Envelope(wanted) => {
                let found = found_in(attempt.so_error);
                let text = match found {
                    None => "unread".to_owned(),
                    Some(None) => "0".to_owned(),
                    Some(Some(errno)) => errno.to_string(),
                };
                (found == *wanted, text)
            }
            Property::Phantom => (
                attempt.fact == Some(ConnectionFact::Phantom),
                "no phantom".to_owned(),
            ),
            Property::Port => {
                let port = look.local.as_ref().and_then(crate::model::addr::Addr::port);
                let text = port.map_or("unknown".to_owned(), |port| port.to_string());
                (port.is_some_and(|port| port != 0), text)
            }
            Property::Stuck(name) => {
                let running = attempt.running.map_or("-", |(_, call)| call);
                (running == name, running.to_owned())
            }
            Property::Spoiled => (attempt.bad_fd, "not spoiled".to_owned()),
            Property::Partner(wanted) => {
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
fn found_in(so_error: SoErrorState) -> Option<Option<Errno>> {
    match so_error {
        SoErrorState::Unread => None,
        SoErrorState::Read { found, .. } => Some(found),
    }
}

fn end(end: Answer<WireEnd>, wanted: Option<TcpState>) -> (bool, String) {
    let state = end.answer().map(|end| end.state);
    (
        end != Answer::NotAsked && state == wanted,
        state.map_or("-", TcpState::name).to_owned(),
    )
}

/// The events of the last tick.
fn reported<R: Borrow<Record>>(records: &[R]) -> impl Iterator<Item = &Event> {
    let last = records
        .iter()
        .rev()
        .map(Borrow::borrow)
        .find(|record: &&Record| record.tick.is_some());
    let events = last.into_iter().flat_map(|record| record.events.iter());
    events.filter(|event| event.stale.is_none())
}

/// The last call of this name on a row, by the program or by a peer.
fn last_call<'a, R: Borrow<Record>>(
    row: Row,
    name: &str,
    records: &'a [R],
) -> Option<&'a CallFact> {
    records.iter().rev().find_map(|record| {
        let calls = record.borrow().calls.iter().rev();
        calls
            .filter(|fact| fact.row == Some(row) && fact.by != CalledBy::Lab)
            .find(|fact| fact.call.name() == name)
    })
}

fn called<R: Borrow<Record>>(
    row: Row,
    name: &str,
    back: &ExpectedResult,
    records: &[R],
) -> (bool, String) {
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
        ExpectedResult::Ret(ret) => {
            outcome.ret == *ret && (outcome.errno.is_none()) && found.is_none()
        }
        ExpectedResult::Success => outcome.errno.is_none(),
        ExpectedResult::Partial => outcome.ret > 0 && is_partial(fact, outcome),
        ExpectedResult::Errno(errno) => outcome.errno == Some(*errno) || found == Some(*errno),
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
