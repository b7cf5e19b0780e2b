//! Calls that wait: they run on threads of their own, and their results come as answers.

use super::answers::WorkerAnswer;
use super::turn::Turn;
use super::{Refusal, Session};
use crate::model::call::{Call, CallFact, CalledBy, Outcome};
use crate::model::ids::Row;
use crate::model::record::{Cause, Record};
use crate::os::blocking::BlockingCall;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// A call that has returned within this time has not waited. All calls of a record share it.
const AT_ONCE: Duration = Duration::from_millis(5);
/// A thread that the system has not let run is not a call that waits: it is asked again after this time,
const NOT_YET_RUN: Duration = Duration::from_millis(1);
/// but no longer than this.
const PATIENCE: Duration = Duration::from_millis(250);

impl Session {
    /// Starts a call that may wait. If the system gives no thread no call is made, and the next tick tries again.
    pub(super) fn run(&mut self, record: &mut Record, row: Row, call: Call) {
        let Some(fd) = call.fd().filter(|fd| self.descriptors.has(*fd)) else {
            return;
        };
        let id = self.calls_with_id + 1;
        let (post, asked) = (self.answers.post(), call.clone());
        let done = move |outcome| {
            post(WorkerAnswer {
                row,
                id,
                by: CalledBy::Program,
                call: asked,
                outcome,
            });
        };
        if let Some(errno) = self.descriptors.ordered(&call) {
            // It has failed already when its answer is looked for.
            done(Outcome::failed(errno));
        } else {
            let Ok(running) = BlockingCall::start(call.clone(), fd, done) else {
                return;
            };
            self.blocking_calls.insert(row, running);
        }
        self.calls_with_id = id;
        record.calls.push(CallFact {
            row: Some(row),
            id: Some(id),
            call,
            by: CalledBy::Program,
            outcome: None,
            woken: false,
        });
    }

    /// Whatever returns at once stands in the record that began it, as any other call does; only what has not returned by then waits. The
    /// lab has not had its turn: what it does in its turn, these calls have waited for.
    pub(super) fn take_what_returns_at_once(&mut self, record: &mut Record) {
        let begun = record.calls.iter().enumerate().filter_map(|(at, fact)| {
            let begun = fact.outcome.is_none() && fact.by == CalledBy::Program;
            fact.id.filter(|_| begun).map(|id| (id, at))
        });
        let mut begun: BTreeMap<u64, usize> = begun.collect();
        let began = Instant::now();
        let (mut until, mut is_last) = (began + AT_ONCE, false);
        while !begun.is_empty() {
            let answer = self.answers.wait_for(|id| begun.contains_key(&id), until);
            if let Some(WorkerAnswer {
                row, id, outcome, ..
            }) = answer
            {
                self.blocking_calls.remove(&row);
                if let Some(at) = begun.remove(&id) {
                    record.calls[at].id = None;
                    record.calls[at].outcome = Some(outcome);
                }
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
        for WorkerAnswer {
            row,
            id,
            by,
            call,
            outcome,
        } in self.answers.take()
        {
            if by == CalledBy::Program {
                self.blocking_calls.remove(&row);
            }
            record.calls.push(CallFact {
                id: Some(id),
                ..CallFact::done(row, by, call, outcome)
            });
        }
    }
}
