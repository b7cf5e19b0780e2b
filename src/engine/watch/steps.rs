//! How a watched program goes on: by a step that is asked for, or by itself; and how a call ends that waits.

use super::Watched;
use crate::model::record::{Cause, Record};
use crate::model::task::{Doing, Task};
use crate::os::tracee::asleep;
use rustix::fd::BorrowedFd;
use std::time::{Duration, Instant};

/// A call that takes longer than this is under way: the step is over, and its clock runs.
const A_STEP: Duration = Duration::from_millis(50);

/// A thread that has returned from its call is given so long before it is asked whether it sleeps.
const A_GLANCE: Duration = Duration::from_millis(2);

impl Watched {
    /// Ends the call in which a thread waits, as a signal would: of the one that is in a call for longest, or of this one. False if there
    /// is none.
    pub fn interrupt(&mut self, task: Option<Task>) -> bool {
        let waits = self
            .world
            .tasks()
            .iter()
            .filter(|(of, _)| task.is_none_or(|task| task == **of))
            .filter_map(|(_, state)| match state.doing {
                Doing::InCall { since_us, .. } => Some((since_us, state.tid)),
                _ => None,
            });
        let Some((_, tid)) = waits.min() else {
            return false;
        };
        self.tracee.interrupt(tid);
        true
    }

    /// Lets a held call go, of this thread or of the one that waits longest, and tells what came of it: its result, or that it is under way.
    /// `None` if that thread is not held.
    pub fn step(&mut self, task: Option<Task>) -> Option<Record> {
        let tid = match task {
            Some(task) => self.tasks.tid(task)?,
            None => *self.held.front()?,
        };
        let place = self.held.iter().position(|held| *held == tid)?;
        let task = self.tasks.of(tid)?;
        let _ = self.held.remove(place);
        let mut record = self.new_record(Cause::Step(task));
        self.asks(tid, &mut record);
        self.tracee.let_go(tid);
        let mut until = Instant::now() + A_STEP;
        let mut returned = false;
        loop {
            while let Some(event) = self.next_event(&record) {
                if self.take(event, &mut record) == Some(tid) {
                    returned = true;
                    until = Instant::now() + A_STEP;
                }
                // Who never stops to speak is not listened to for ever.
                if Instant::now() >= until {
                    break;
                }
            }
            let stands = self.held.contains(&tid) || self.tasks.of(tid).is_none();
            let is_full = self.later.is_some();
            if is_full || self.is_over() || (returned && stands) || Instant::now() >= until {
                break;
            }
            if !returned || self.held.is_empty() {
                self.tracee.wait(&[], Some(until));
                continue;
            }
            // Another one can go on, and this one sleeps: nothing is to come of it that would be waited for.
            self.tracee
                .wait(&[], Some(until.min(Instant::now() + A_GLANCE)));
            if self
                .tasks
                .pid(task)
                .and_then(|pid| asleep(pid, tid))
                .is_some()
            {
                break;
            }
        }
        if !returned {
            self.is_under_way(tid, &mut record);
        }
        Some(self.commit(record))
    }

    /// Tells what the program does by itself, if anything, until so late at most, or until `other` can be read.
    pub fn go_on(&mut self, other: &[BorrowedFd<'_>], until: Option<Instant>) -> Option<Record> {
        let mut record = self.new_record(Cause::Program);
        let mut waited = false;
        loop {
            while let Some(event) = self.next_event(&record) {
                self.take(event, &mut record);
                if until.is_some_and(|until| Instant::now() >= until) {
                    break;
                }
            }
            let told = !record.calls.is_empty() || !record.tasks.is_empty();
            if told || !record.said.is_empty() {
                return Some(self.commit(record));
            }
            if self.is_over() {
                return None;
            }
            let asks = self.asks_at();
            if asks.is_some_and(|asks| Instant::now() >= asks) {
                self.ask(&mut record);
                if !record.tasks.is_empty() {
                    return Some(self.commit(record));
                }
            }
            if waited {
                return None;
            }
            let asks = self.asks_at();
            self.tracee
                .wait(other, [until, asks].into_iter().flatten().min());
            waited = true;
        }
    }
}
