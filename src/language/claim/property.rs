//! Whether a property is so of one row, and what is so instead.

use super::{ExpectedResult, Property};
use crate::derive::circle;
use crate::model::clean;
use crate::model::errno::{Errno, Failure};
use crate::model::ids::Row;
use crate::model::readiness::{Interest, Readiness, joined};
use crate::model::record::{Answer, WireEnd};
use crate::model::socket::{SoErrorState, Stage};
use crate::model::tcp::TcpState;
use crate::model::world::{LastResult, RowCaller, RowState, World};

fn said<T: bitflags::Flags + Copy>(answer: Answer<T>) -> String {
    match answer {
        Answer::NotAsked => "not looked at".to_owned(),
        Answer::NoAnswer => "n/a".to_owned(),
        Answer::BadDescriptor => "EBADF".to_owned(),
        Answer::Says(flags) => joined(&flags),
    }
}

/// What is so instead, if anybody asks.
pub(super) trait Tell {
    /// In words, which are made only if they are wanted.
    fn tell(words: impl FnOnce() -> String) -> Self;
}

impl Tell for String {
    fn tell(words: impl FnOnce() -> String) -> String {
        words()
    }
}

impl Tell for () {
    fn tell(_: impl FnOnce() -> String) {}
}

impl Property {
    /// Whether it is so of this row.
    pub(super) fn is_so(&self, row: Row, world: &World) -> bool {
        let state = world.row(row).filter(|state| !state.removed);
        state.is_some_and(|state| self.look::<()>(world, state).0)
    }

    /// Whether it is so of this row, and what is so.
    pub(super) fn look<T: Tell>(&self, world: &World, state: &RowState) -> (bool, T) {
        let look = &state.look;
        let attempt = state.current();
        match self {
            Property::Stage(wanted) => stage(state, *wanted),
            Property::Failure(wanted) => {
                let name = || attempt.failure.map_or("no failure".into(), Failure::name);
                let is = attempt.failure == Some(*wanted);
                (is, T::tell(|| name().into_owned()))
            }
            Property::Call(caller, name, back) => called(state, *caller, name, back),
            Property::Poll(wanted) => answered(look.poll, Answer::Says(*wanted)),
            Property::Epoll(wanted) => answered(look.epoll, Answer::Says(*wanted)),
            Property::Select(wanted) => answered(look.select, Answer::Says(*wanted)),
            Property::SelectCannot(wanted) => answered(look.select, *wanted),
            Property::Reported(wanted) => reported(world, state, *wanted),
            Property::Asked(wanted) => {
                let text = || state.asked().map_or("-".to_owned(), Interest::letters);
                (state.asked() == *wanted, T::tell(text))
            }
            Property::Kernel(wanted) => {
                let state = look.tcp.answer().map(|tcp| tcp.state);
                let name = || state.map_or("not known", TcpState::name);
                (state == Some(*wanted), T::tell(|| name().to_owned()))
            }
            Property::Client(wanted) => end(look.client(), *wanted),
            Property::Server(wanted) => end(look.server(), *wanted),
            Property::Syns(wanted) => {
                let sent = look.tcp.answer().map_or(0, |tcp| tcp.retransmits + 1);
                (sent >= *wanted, T::tell(|| sent.to_string()))
            }
            Property::Unacked(wanted) => {
                let count = look.tcp.answer().map_or(0, |tcp| tcp.unacked);
                (count >= *wanted, T::tell(|| count.to_string()))
            }
            Property::Queue(wanted) => match look.queue {
                Answer::Says(queue) => {
                    let is = queue.length == *wanted;
                    (is, T::tell(|| queue.length.to_string()))
                }
                _ => (false, T::tell(|| "not known".to_owned())),
            },
            Property::Bytes(wanted) => received(state, wanted),
            Property::SoError(wanted) => {
                let found = found_in(attempt.so_error);
                let text = || match found {
                    None => "unread".to_owned(),
                    Some(None) => "0".to_owned(),
                    Some(Some(errno)) => errno.to_string(),
                };
                (found == *wanted, T::tell(text))
            }
            Property::Port => {
                let port = look.local.as_ref().and_then(crate::model::addr::Addr::port);
                let text = || port.map_or("unknown".to_owned(), |port| port.to_string());
                (port.is_some_and(|port| port != 0), T::tell(text))
            }
            Property::Stuck(name) => {
                let running = attempt.running.map_or("-", |(_, call)| call);
                (running == name, T::tell(|| running.to_owned()))
            }
            Property::Partner(wanted) => {
                let partner = world.partner(state);
                let text = || partner.map_or("-".to_owned(), |row| row.to_string());
                (partner == Some(*wanted), T::tell(text))
            }
            Property::Made(name, wanted) => {
                let count = state.results.count_of(name);
                (count == *wanted, T::tell(|| count.to_string()))
            }
            Property::Deadlock(wanted) => deadlock(world, state, *wanted),
            Property::Fact(claim) => {
                let facts = state.facts();
                (claim.holds(&facts), T::tell(|| claim.instead(&facts)))
            }
        }
    }
}

fn answered<F, T>(answer: Answer<F>, wanted: Answer<F>) -> (bool, T)
where
    F: bitflags::Flags + Copy + PartialEq,
    T: Tell,
{
    (answer == wanted, T::tell(|| said(answer)))
}

fn reported<T: Tell>(world: &World, state: &RowState, wanted: Readiness) -> (bool, T) {
    let is_new = world.tick > 0 && state.changed_at.reported == world.tick_n;
    let reported = if is_new {
        state.reported
    } else {
        Readiness::empty()
    };
    (reported == wanted, T::tell(|| joined(&reported)))
}

fn deadlock<T: Tell>(world: &World, state: &RowState, wanted: Row) -> (bool, T) {
    let circle = circle::of(world, state);
    let text = || {
        circle
            .as_ref()
            .map_or("-".to_owned(), |circle| circle.other.to_string())
    };
    let is = circle.as_ref().is_some_and(|circle| circle.other == wanted);
    (is, T::tell(text))
}

fn stage<T: Tell>(state: &RowState, wanted: Stage) -> (bool, T) {
    let now = state.stage();
    let text = || {
        let failure = state.current().failure.filter(|_| now == Stage::Error);
        let why = failure.map_or_else(String::new, |failure| format!(" {}", failure.name()));
        format!("{}{why}", now.word())
    };
    (now == wanted, T::tell(text))
}

/// What SO_ERROR was, if it was read.
#[expect(clippy::option_option, reason = "not read, and read as 0")]
fn found_in(so_error: SoErrorState) -> Option<Option<Errno>> {
    match so_error {
        SoErrorState::Unread => None,
        SoErrorState::Read { found, .. } => Some(found),
    }
}

fn end<T: Tell>(end: Answer<WireEnd>, wanted: Option<TcpState>) -> (bool, T) {
    let state = end.answer().map(|end| end.state);
    let text = || state.map_or("-", TcpState::name).to_owned();
    (end != Answer::NotAsked && state == wanted, T::tell(text))
}

fn called<T: Tell>(
    state: &RowState,
    caller: RowCaller,
    name: &str,
    back: &ExpectedResult,
) -> (bool, T) {
    let Some(result) = state.results.of(caller, name) else {
        let row = state.row;
        let by = match caller {
            RowCaller::Own => "",
            RowCaller::Peer => " by the peer",
        };
        let text = || format!("not so: no {name}() was made on {row}{by}");
        return (false, T::tell(text));
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
    let text = || match result {
        LastResult::Running => "still running".to_owned(),
        LastResult::Returned { ret, .. } => ret.to_string(),
        LastResult::Failed(errno) | LastResult::Found(errno) => errno.to_string(),
    };
    (holds, T::tell(text))
}

fn received<T: Tell>(state: &RowState, wanted: &[u8]) -> (bool, T) {
    match state.results.received() {
        Some(bytes) => (bytes == wanted, T::tell(|| clean::excerpt(bytes, 60))),
        None => (
            false,
            T::tell(|| format!("not so: recv() gave nothing on {}", state.row)),
        ),
    }
}
