//! Checking a claim: whether it is so, and what is so instead.

use super::{ClaimList, ExpectedResult, Property, Subject};
use crate::derive::circle;
use crate::derive::kinds::{self, ReadinessKind};
use crate::derive::lists;
use crate::model::clean;
use crate::model::errno::{Errno, Failure};
use crate::model::ids::Row;
use crate::model::readiness::{Interest, Readiness, joined};
use crate::model::record::{Answer, WireEnd};
use crate::model::socket::{SoErrorState, Stage};
use crate::model::tcp::TcpState;
use crate::model::world::{LastResult, RowCaller, RowState, World};

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
    pub(super) fn look(&self, world: &World) -> (bool, String) {
        match self {
            Subject::Of(row, of) => match world.row(*row).filter(|state| !state.removed) {
                Some(state) => of.look(world, state),
                None => (false, format!("not there: there is no socket {row}")),
            },
            Subject::True(list, wanted) => {
                let rows: Vec<Row> = lists::poll(world, list.kind()).now.iter().collect();
                (rows == *wanted, rows_text(&rows))
            }
            Subject::New(list, wanted) => {
                let new = list.kind().new;
                let of_list = reported(world).filter(|state| state.reported.contains(new));
                let rows: Vec<Row> = of_list.map(|state| state.row).collect();
                (rows == *wanted, rows_text(&rows))
            }
            Subject::Wire(of) => of.look(&world.wire),
            Subject::Sockets(wanted) => (world.clients() == *wanted, world.clients().to_string()),
            Subject::Events(wanted) => {
                let count = reported(world).count();
                (count == *wanted, count.to_string())
            }
            Subject::Program(of) => of.look(world),
            // Which sentences were said is known to those above.
            Subject::Says(..) => (false, "not known".to_owned()),
        }
    }
}

impl ClaimList {
    pub(super) fn kind(self) -> &'static ReadinessKind {
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
    fn look(&self, world: &World, state: &RowState) -> (bool, String) {
        let look = &state.look;
        let attempt = state.current();
        match self {
            Property::Stage(wanted) => stage(state, *wanted),
            Property::Failure(wanted) => {
                let name = attempt.failure.map_or("no failure".into(), Failure::name);
                (attempt.failure == Some(*wanted), name.into_owned())
            }
            Property::Call(caller, name, back) => called(state, *caller, name, back),
            Property::Poll(wanted) => (look.poll == Answer::Says(*wanted), said(look.poll)),
            Property::Epoll(wanted) => (look.epoll == Answer::Says(*wanted), said(look.epoll)),
            Property::Select(wanted) => (look.select == Answer::Says(*wanted), said(look.select)),
            Property::SelectCannot(wanted) => (look.select == *wanted, said(look.select)),
            Property::Reported(wanted) => {
                let is_new = world.tick > 0 && state.changed_at.reported == world.tick_n;
                let reported = if is_new {
                    state.reported
                } else {
                    Readiness::empty()
                };
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
            Property::Bytes(wanted) => received(state, wanted),
            Property::SoError(wanted) => {
                let found = found_in(attempt.so_error);
                let text = match found {
                    None => "unread".to_owned(),
                    Some(None) => "0".to_owned(),
                    Some(Some(errno)) => errno.to_string(),
                };
                (found == *wanted, text)
            }
            Property::Port => {
                let port = look.local.as_ref().and_then(crate::model::addr::Addr::port);
                let text = port.map_or("unknown".to_owned(), |port| port.to_string());
                (port.is_some_and(|port| port != 0), text)
            }
            Property::Stuck(name) => {
                let running = attempt.running.map_or("-", |(_, call)| call);
                (running == name, running.to_owned())
            }
            Property::Partner(wanted) => {
                let partner = world.partner(state);
                let text = partner.map_or("-".to_owned(), |row| row.to_string());
                (partner == Some(*wanted), text)
            }
            Property::Made(name, wanted) => {
                let count = state.results.count_of(name);
                (count == *wanted, count.to_string())
            }
            Property::Deadlock(wanted) => deadlock(world, state, *wanted),
            Property::Fact(claim) => {
                let facts = state.facts();
                (claim.holds(&facts), claim.instead(&facts))
            }
        }
    }
}

fn deadlock(world: &World, state: &RowState, wanted: Row) -> (bool, String) {
    let circle = circle::of(world, state);
    let text = circle.map_or("-".to_owned(), |circle| circle.other.to_string());
    (circle.is_some_and(|circle| circle.other == wanted), text)
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

/// The rows of which the last tick's poll reported something.
fn reported(world: &World) -> impl Iterator<Item = &RowState> {
    let is_new = |state: &&RowState| state.changed_at.reported == world.tick_n;
    world
        .present()
        .filter(move |state| world.tick > 0 && is_new(state))
}

fn called(
    state: &RowState,
    caller: RowCaller,
    name: &str,
    back: &ExpectedResult,
) -> (bool, String) {
    let Some(result) = state.results.of(caller, name) else {
        let row = state.row;
        let by = match caller {
            RowCaller::Own => "",
            RowCaller::Peer => " by the peer",
        };
        return (false, format!("not so: no {name}() was made on {row}{by}"));
    };
    let holds = match (back, result) {
        (ExpectedResult::Ret(wanted), LastResult::Returned { ret, .. }) => {
            i64::from(ret) == (*wanted).min(i64::from(i32::MAX))
        }
        (ExpectedResult::Success, LastResult::Returned { .. } | LastResult::Found(_)) => true,
        (ExpectedResult::Partial, LastResult::Returned { partial, .. }) => partial,
        (ExpectedResult::Errno(wanted), LastResult::Failed(errno) | LastResult::Found(errno)) => {
            errno == *wanted
        }
        _ => false,
    };
    let text = match result {
        LastResult::Running => "still running".to_owned(),
        LastResult::Returned { ret, .. } => ret.to_string(),
        LastResult::Failed(errno) | LastResult::Found(errno) => errno.to_string(),
    };
    (holds, text)
}

fn received(state: &RowState, wanted: &[u8]) -> (bool, String) {
    match state.results.received() {
        Some(bytes) => (bytes == wanted, clean::excerpt(bytes, 60)),
        None => (
            false,
            format!("not so: recv() gave nothing on {}", state.row),
        ),
    }
}
