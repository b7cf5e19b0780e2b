//! Calls that wait: those of a blocking socket run on threads of their own, those of a socket with a timeout begin with poll(2), as Python's
//! do; their results come as answers.

use super::answers::WorkerAnswer;
use super::modes::WaitKind;
use super::turn::Turn;
use super::{Refusal, Session};
use crate::model::call::{Call, CallFact, CalledBy, Outcome};
use crate::model::errno::Errno;
use crate::model::ids::{Fd, Row};
use crate::model::record::{Cause, Change, Record};
use crate::model::socket::Mode;
use crate::model::world::RowState;
use crate::os::blocking::BlockingCall;
use crate::os::call::perform;
use crate::os::lab::peers::Arrival;
use rustix::fd::OwnedFd;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// A call that has returned within this time has not waited. All calls of a record share it.
const AT_ONCE: Duration = Duration::from_millis(5);
/// A thread that the system has not let run is not a call that waits: it is asked again after this time,
const NOT_YET_RUN: Duration = Duration::from_millis(1);
/// but no longer than this.
const PATIENCE: Duration = Duration::from_millis(250);

/// What follows when a call that runs has returned.
#[derive(Debug)]
pub(super) struct Followed {
    /// Behind poll(2): the call that it waits for, and when the time for both is over.
    behind_poll: Option<(Call, Instant)>,
    /// What becomes of a connection that accept() gives.
    arrival: Arrival,
}

impl Session {
    /// Begins a call that may wait; false if it is none, and is still to be made. `arrival` says what becomes of a connection that it gives.
    pub(super) fn begin_wait(
        &mut self,
        record: &mut Record,
        row: Row,
        call: &Call,
        arrival: Arrival,
    ) -> bool {
        match self.wait_kind(row, call) {
            WaitKind::No => return false,
            WaitKind::Inside => {
                let behind_poll = None;
                let followed = Followed {
                    behind_poll,
                    arrival,
                };
                self.run(record, row, call.clone(), followed);
            }
            WaitKind::BehindPoll(after) => {
                let until = Instant::now() + after;
                self.poll_before(record, row, call.clone(), after, until, arrival);
            }
        }
        true
    }

    /// The wait of a library before a call.
    fn poll_before(
        &mut self,
        record: &mut Record,
        row: Row,
        call: Call,
        left: Duration,
        until: Instant,
        arrival: Arrival,
    ) {
        let (Some(fd), Some(wants)) = (call.fd(), call.waits_for()) else {
            return;
        };
        let poll = Call::Poll {
            fd,
            wants,
            timeout: Some(left),
        };
        let followed = Followed {
            behind_poll: Some((call, until)),
            arrival,
        };
        self.run(record, row, poll, followed);
    }

    /// Who makes the calls of a row.
    pub(super) fn caller(&self, row: Row) -> CalledBy {
        let state = self.world.row(row);
        if state.is_none_or(RowState::is_client) {
            CalledBy::Program
        } else {
            CalledBy::Peer
        }
    }

    /// Starts a call that may wait. If the system gives no thread no call is made, and the next tick tries again.
    fn run(&mut self, record: &mut Record, row: Row, call: Call, followed: Followed) {
        let Some(fd) = call.fd().filter(|fd| self.descriptors.has(*fd)) else {
            return;
        };
        let (id, by) = (self.calls_with_id + 1, self.caller(row));
        let (post, asked) = (self.answers.post(), call.clone());
        let done = move |outcome, given| {
            post(WorkerAnswer {
                row,
                id,
                by,
                call: asked,
                outcome,
                given,
            });
        };
        if let Some(errno) = self.descriptors.ordered(&call) {
            // It has failed already when its answer is looked for.
            done(Outcome::failed(errno), None);
        } else {
            let Ok(running) = BlockingCall::start(call.clone(), fd, done) else {
                return;
            };
            self.blocking_calls.insert(row, running);
        }
        self.followed.insert(row, followed);
        self.calls_with_id = id;
        record.calls.push(CallFact {
            row: Some(row),
            id: Some(id),
            call,
            by,
            outcome: None,
            woken: false,
            made: None,
        });
    }

    /// A call that ran has returned: what it gave has an owner now, and what it waited for is done.
    fn returned(
        &mut self,
        record: &mut Record,
        row: Row,
        call: &Call,
        outcome: &Outcome,
        given: Option<OwnedFd>,
    ) {
        if let Some(given) = given {
            self.descriptors.insert(given);
        }
        let Some(followed) = self.followed.remove(&row) else {
            return;
        };
        if matches!(call, Call::Accept { .. }) {
            self.accepted(record, row, call, outcome, followed.arrival);
        }
        if let Some((call, until)) = followed.behind_poll {
            // 0 is no error of any call: the library alone says that it is over.
            if outcome.errno.is_none() && outcome.ret > 0 {
                self.behind_poll(record, row, call, until, followed.arrival);
            }
        }
    }

    /// poll(2) has said that a call would not wait.
    fn behind_poll(
        &mut self,
        record: &mut Record,
        row: Row,
        call: Call,
        until: Instant,
        arrival: Arrival,
    ) {
        let attempt = self.world.row(row).map(RowState::current);
        // The flag is the open file's, and dup(2) shares it: another library may have cleared it.
        if attempt.is_some_and(|attempt| !attempt.nonblocking) {
            let behind_poll = None;
            let followed = Followed {
                behind_poll,
                arrival,
            };
            return self.run(record, row, call, followed);
        }
        let Some(outcome) = perform(&call, &mut self.descriptors) else {
            return;
        };
        let by = self.caller(row);
        let fact = CallFact::done(row, by, call.clone(), outcome.clone());
        record.calls.push(fact);
        if matches!(call, Call::Accept { .. }) {
            self.accepted(record, row, &call, &outcome, arrival);
        }
        // Somebody else was faster: the library waits for what is left of its time.
        if outcome.errno == Some(Errno::EAGAIN) {
            let left = until.saturating_duration_since(Instant::now());
            if !left.is_zero() {
                self.poll_before(record, row, call, left, until, arrival);
            }
        }
    }

    /// accept() has returned on a listener of the list.
    fn accepted(
        &mut self,
        record: &mut Record,
        listener: Row,
        call: &Call,
        outcome: &Outcome,
        arrival: Arrival,
    ) {
        let state = self.world.row(listener);
        let of = state.and_then(|state| state.role.of());
        let mode = state.map(|state| state.current().mode);
        let (Some(of), Some(mode)) = (of, mode) else {
            return;
        };
        self.count_for_program(call, outcome);
        let calls = &mut record.calls;
        let appearing = self
            .lab
            .took(of, outcome, arrival, &mut self.descriptors, calls);
        let given: Vec<Fd> = appearing.iter().map(|new| new.fd).collect();
        let coming = record.changes.len();
        self.appear(record, appearing);
        // Python makes sure that what it accepted is blocking, as a new socket of it is, wherever a timeout was set on the listener.
        if matches!(mode, Mode::Timeout(_)) {
            let rows = record.changes[coming..].iter();
            let rows: Vec<Row> = rows
                .filter_map(|change| match change {
                    Change::Appeared { row, .. } => Some(*row),
                    _ => None,
                })
                .collect();
            for (row, fd) in rows.into_iter().zip(given) {
                self.make_as(record, row, CalledBy::Peer, Call::SetBlocking { fd });
            }
        }
    }

    /// Whatever returns at once stands in the record that began it, as any other call does; only what has not returned by then waits. The
    /// lab has not had its turn: what it does in its turn, these calls have waited for.
    pub(super) fn take_what_returns_at_once(&mut self, record: &mut Record) {
        let begun = record.calls.iter().enumerate().filter_map(|(at, fact)| {
            let begun = fact.outcome.is_none() && fact.by != CalledBy::Library;
            fact.id.filter(|_| begun).map(|id| (id, at))
        });
        let mut begun: BTreeMap<u64, usize> = begun.collect();
        let began = Instant::now();
        let (mut until, mut is_last) = (began + AT_ONCE, false);
        while !begun.is_empty() {
            let answer = self.answers.wait_for(|id| begun.contains_key(&id), until);
            if let Some(WorkerAnswer {
                row,
                id,
                call,
                outcome,
                given,
                ..
            }) = answer
            {
                self.blocking_calls.remove(&row);
                if let Some(at) = begun.remove(&id) {
                    record.calls[at].id = None;
                    record.calls[at].outcome = Some(outcome.clone());
                }
                self.returned(record, row, &call, &outcome, given);
                continue;
            }
            if is_last {
                return;
            }
            let rows = begun.values().filter_map(|at| record.calls[*at].row);
            let mut running = rows.filter_map(|row| self.blocking_calls.get(&row));
            is_last = running.all(BlockingCall::is_asleep) || began.elapsed() > PATIENCE;
            let more = if is_last { Duration::ZERO } else { NOT_YET_RUN };
            until = Instant::now() + more;
        }
    }

    /// Ends the call that is stuck on a row: it returns EINTR.
    pub(super) fn interrupt(&mut self, turn: &mut Turn, row: Row) -> Result<(), Refusal> {
        if self.known(row)?.current().running.is_none() || !self.blocking_calls.contains_key(&row) {
            return Err(Refusal::NothingRuns(row));
        }
        self.end_blocking_call(&mut turn.record, row);
        Ok(())
    }

    /// Ends a row's running call, if there is one, and takes what it returned into the record.
    pub(super) fn end_blocking_call(&mut self, record: &mut Record, row: Row) {
        if let Some(running) = self.blocking_calls.remove(&row) {
            running.interrupt();
            self.take_answers(record);
        }
    }

    /// What other threads have found since, as a record of its own.
    pub fn answers(&mut self, shown: &[Row]) -> Option<Record> {
        let notified = self.wire_was_notified();
        if !self.answers.is_waiting() && !notified {
            return None;
        }
        let mut turn = self.begin(Cause::Answer);
        self.take_answers(&mut turn.record);
        self.wire_turn(&mut turn.record);
        if turn.is_untouched() && !self.an_end_has_come() {
            // Somebody else has taken the packets in already.
            return None;
        }
        self.commit(turn, Ok(()), shown).record
    }

    fn take_answers(&mut self, record: &mut Record) {
        for answer in self.answers.take() {
            self.take_answer(record, answer);
        }
    }

    /// What came back to a call that ran stands in the record, with what follows it.
    pub(super) fn take_answer(&mut self, record: &mut Record, answer: WorkerAnswer) {
        let WorkerAnswer {
            row,
            id,
            by,
            call,
            outcome,
            given,
        } = answer;
        let fact = CallFact::done(row, by, call.clone(), outcome.clone());
        record.calls.push(CallFact {
            id: Some(id),
            ..fact
        });
        if by == CalledBy::Library {
            self.race_what_came(record, row, id, outcome.out.as_ref());
        } else {
            self.blocking_calls.remove(&row);
            self.returned(record, row, &call, &outcome, given);
        }
    }
}
