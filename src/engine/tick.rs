//! One tick: one poll, at most one call a socket, the lab's turn, the looks.

use super::answers::WorkerAnswer;
use super::turn::{PerformOptions, Turn};
use super::{Refusal, Session};
use crate::model::addr::Family;
use crate::model::call::{Call, CallFact, CalledBy, CtlOp, Outcome, PollWants};
use crate::model::command::DEFAULT_RECV;
use crate::model::errno::Errno;
use crate::model::ids::Row;
use crate::model::record::{Event, Record};
use crate::model::socket::{Mode, NextCall};
use crate::model::world::{RowState, Scope};
use crate::os::resolve;
use std::time::{Duration, Instant};

/// A tick that waits lets so much time pass between two calls of connect() that only ask.
const BETWEEN_CONNECTS: Duration = Duration::from_millis(100);

/// How long a tick's poll waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TickWait {
    /// This long; zero does not wait at all.
    For(Duration),
    /// Not at all if a socket has a call to make, else until there is an event, but not beyond this moment.
    ForNews(Option<Instant>),
}

impl Session {
    /// One tick, of all sockets or only of one.
    pub(super) fn tick(
        &mut self,
        turn: &mut Turn,
        only: Option<Row>,
        for_news: bool,
        asked: &PerformOptions<'_>,
    ) -> Result<(), Refusal> {
        let scope = match only {
            Some(row) => Scope::Only(self.known(row)?.row),
            None => Scope::All,
        };
        let wait = if for_news || asked.until.is_some() {
            TickWait::ForNews(asked.until)
        } else {
            TickWait::For(asked.poll_timeout)
        };
        let record = &mut turn.record;
        record.tick = Some(self.world.tick + 1);
        self.poll_once(record, self.timeout(scope, wait));
        let now_us = self.now_us();
        for (row, step) in self.world.plan(&record.events, scope, now_us) {
            self.take_step(record, row, step);
        }
        Ok(())
    }

    fn timeout(&self, scope: Scope, wait: TickWait) -> Option<Duration> {
        match wait {
            TickWait::For(duration) => Some(duration),
            TickWait::ForNews(until) => {
                let steps = self.world.plan(&[], scope, self.now_us());
                if !steps.iter().all(|(row, step)| self.only_asks(*row, *step)) {
                    return Some(Duration::ZERO);
                }
                let pause = (!steps.is_empty()).then_some(BETWEEN_CONNECTS);
                let until = until.map(|until| until.saturating_duration_since(Instant::now()));
                let times = until.into_iter().chain(self.next_deadline());
                times.chain(pause).min()
            }
        }
    }

    /// Whether a step is connect() again, by a row that asks by it alone: a loop that never pauses would do nothing else.
    fn only_asks(&self, row: Row, step: NextCall) -> bool {
        let state = self.world.row(row);
        step == NextCall::Connect && state.is_some_and(|state| state.stage().is_under_way())
    }

    /// The time to the nearest deadline of a row, or to the next attempt of a race.
    fn next_deadline(&self) -> Option<Duration> {
        let now = self.now_us();
        let due = self
            .world
            .unsettled()
            .flat_map(|state| {
                let race = state.race.as_ref();
                [state.deadline_us, race.and_then(|race| race.due_us())]
            })
            .flatten()
            .min()?;
        // One millisecond more, so that the tick after the wait finds it passed.
        Some(Duration::from_micros(due.saturating_sub(now)) + Duration::from_millis(1))
    }

    fn poll_once(&mut self, record: &mut Record, timeout: Option<Duration>) {
        let waits = timeout != Some(Duration::ZERO);
        let timeout = if waits && !self.answers.begin_wait() {
            Some(Duration::ZERO)
        } else {
            timeout
        };
        let call = self.poll.call(timeout);
        let (mut woken, mut events) = (false, Vec::new());
        let outcome = self.descriptors.through(&call, |_| {
            let waited = self.poll.wait(timeout);
            (woken, events) = (waited.woken, waited.events);
            waited.outcome
        });
        self.answers.end_of_wait();
        for (id, readiness) in events {
            let Some(row) = self.world.owner(id) else {
                continue;
            };
            let current = self
                .world
                .row(row)
                .is_some_and(|state| state.is_current(id));
            record.events.push(Event {
                row,
                stale: (!current).then_some(id),
                readiness,
            });
        }
        record.events.sort_by_key(|event| event.row);
        let fact = CallFact {
            woken,
            ..CallFact::done(None, CalledBy::Program, call, outcome)
        };
        record.calls.push(fact);
    }

    fn take_step(&mut self, record: &mut Record, row: Row, step: NextCall) {
        if step == NextCall::Resolve {
            return self.resolve(record, row);
        }
        let Some(state) = self.world.row(row) else {
            return;
        };
        let attempt = state.current();
        let addr = state
            .next_address()
            .cloned()
            .or_else(|| attempt.addr.clone());
        if step == NextCall::Socket {
            let family = addr.map_or(Family::Inet, |addr| addr.family());
            self.make(record, row, Call::socket(family));
            return;
        }
        if let NextCall::Open(kind) = step {
            return self.open_file(record, row, kind);
        }
        let is_file = attempt.file.is_some();
        let Some(fd) = attempt.fd else { return };
        let call = match (step, addr) {
            (NextCall::SetNonblocking, _) => Call::SetNonblocking { fd },
            (NextCall::Connect, Some(addr)) => Call::Connect { fd, addr },
            (NextCall::SoError, _) => Call::SoError { fd },
            (NextCall::Getpeername, _) => Call::Getpeername { fd },
            (NextCall::Poll, _) => Call::Poll {
                fd,
                wants: PollWants::Write,
                timeout: match attempt.mode {
                    Mode::Timeout(after) => Some(after),
                    _ => None,
                },
            },
            (NextCall::Recv, _) => Call::Recv {
                fd,
                size: DEFAULT_RECV,
            },
            (NextCall::GiveUp | NextCall::Withdraw, _) => Call::Close { fd },
            (NextCall::Register, _) => return self.control(record, row, CtlOp::Add),
            (NextCall::Connect, None) if is_file => self.connect_of_file(fd),
            (NextCall::Connect, None)
            | (NextCall::Resolve | NextCall::Socket | NextCall::Open(_), _) => return,
        };
        self.make(record, row, call);
    }

    /// One `epoll_ctl` for a row's current descriptor, with the interest that it is to have.
    pub(super) fn control(&mut self, record: &mut Record, row: Row, op: CtlOp) {
        let Some(state) = self.world.row(row) else {
            return;
        };
        let (id, interest) = (state.current().id, state.interest);
        self.control_as(record, row, op, id, interest);
    }

    pub(super) fn control_as(
        &mut self,
        record: &mut Record,
        row: Row,
        op: CtlOp,
        id: crate::model::ids::AttemptId,
        interest: crate::model::readiness::Interest,
    ) {
        let Some(fd) = self
            .world
            .row(row)
            .and_then(crate::model::world::RowState::fd)
        else {
            return;
        };
        if !self.descriptors.has(fd) {
            return;
        }
        let call = Call::EpollCtl {
            epfd: self.poll.fd(),
            op,
            fd,
            interest,
        };
        let outcome = self
            .descriptors
            .through(&call, |descriptors| match descriptors.get(fd) {
                Some(borrowed) => self.poll.control(op, borrowed, id, interest),
                None => Outcome::failed(Errno::EBADF),
            });
        let client = self
            .world
            .row(row)
            .is_none_or(crate::model::world::RowState::is_client);
        let by = if client {
            CalledBy::Program
        } else {
            CalledBy::Peer
        };
        record.calls.push(CallFact::done(row, by, call, outcome));
    }

    /// Starts a lookup. If the system gives no thread nothing is asked, and the next tick tries again.
    fn resolve(&mut self, record: &mut Record, row: Row) {
        let name = self.world.row(row).and_then(RowState::name);
        let Some((host, port)) = name.map(|(host, port)| (host.to_owned(), port)) else {
            return;
        };
        let id = self.calls_with_id + 1;
        let call = Call::Getaddrinfo {
            host: host.clone(),
            port,
        };
        let (post, asked) = (self.answers.post(), call.clone());
        let started = resolve::on_a_thread(host, port, move |outcome| {
            post(WorkerAnswer {
                row,
                id,
                by: CalledBy::Library,
                call: asked,
                outcome,
                given: None,
            });
        });
        if started.is_ok() {
            self.calls_with_id = id;
            let running = CallFact {
                row: Some(row),
                id: Some(id),
                call,
                by: CalledBy::Library,
                outcome: None,
                woken: false,
                made: None,
            };
            record.calls.push(running);
        }
    }
}
