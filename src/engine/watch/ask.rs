//! What the threads do of which no call is followed: asked when nothing has happened for a while and a thread is in a call without an end in
//! sight, and written down. Nothing is asked of a program that goes on.

use super::Watched;
use crate::model::record::Record;
use crate::model::task::{Doing, Task, TaskChange, TaskFact, TaskState};
use crate::model::world::{A_WHILE_US, ProgramDoes};
use crate::os::tracee::{Sleep, asleep};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// So often it is asked again.
const AGAIN: Duration = Duration::from_millis(250);

/// When it was asked last, and who did not sleep then although it had slept before: it may do so between two sleeps.
#[derive(Debug, Default)]
pub(super) struct Asking {
    last: Option<Instant>,
    awake: BTreeSet<Task>,
}

impl Watched {
    /// What the program does as a whole by now.
    pub fn does(&self) -> ProgramDoes {
        self.world.program_does_at(self.now_us())
    }

    /// Whether nothing can go on by itself, as it is written down.
    pub fn is_stuck(&self) -> bool {
        self.world.program_is_stuck().is_some()
    }

    /// When the threads are to be asked next what they do, if nothing happens until then.
    pub(super) fn asks_at(&self) -> Option<Instant> {
        if !self.held.is_empty() || self.is_over() {
            return None;
        }
        let (mut in_call, mut others) = (false, false);
        for state in self.world.tasks().values() {
            match &state.doing {
                Doing::InCall { .. } => in_call = true,
                Doing::Runs | Doing::Waits { .. } => others = true,
                Doing::Held { .. } | Doing::Ended(_) => {}
            }
        }
        // Nothing that could be asked can change any more.
        if !in_call || (!others && self.world.program_is_stuck().is_some()) {
            return None;
        }
        let quiet_us = self.world.program_stirred_us() + A_WHILE_US;
        let quiet = self.began + Duration::from_micros(quiet_us);
        let last = self.asking.last.map(|last| last + AGAIN);
        Some(last.map_or(quiet, |last| last.max(quiet)))
    }

    /// Asks what the threads do, and writes down what is new.
    pub(super) fn ask(&mut self, record: &mut Record) {
        self.asking.last = Some(Instant::now());
        let mut facts = Vec::new();
        for (task, state) in self.world.tasks() {
            if !matches!(state.doing, Doing::Runs | Doing::Waits { .. }) {
                continue;
            }
            let what = match (asleep(state.pid, state.tid), &state.doing) {
                (Some(sleep), _) => {
                    self.asking.awake.remove(task);
                    sleeps_anew(&sleep, state)
                }
                (None, Doing::Waits { .. }) if !self.asking.awake.insert(*task) => {
                    Some(TaskChange::GoesOn)
                }
                (None, _) => None,
            };
            facts.extend(what.map(|what| TaskFact { task: *task, what }));
        }
        record.tasks.extend(facts);
        if record.tasks.is_empty() {
            self.notes_the_time(record);
        }
    }

    /// That nothing has happened for so long is known only by a record of a later time.
    fn notes_the_time(&self, record: &mut Record) {
        let told = self.world.program_does();
        let now = self.does();
        let ProgramDoes::IsStuck { longest, .. } = now else {
            return;
        };
        let state = self.world.tasks().get(&longest);
        if let Some(Doing::InCall { name, limit, .. }) = state.map(|state| &state.doing)
            && !matches!(told, ProgramDoes::IsStuck { .. })
        {
            let what = TaskChange::Waits {
                name: name.clone(),
                limit: *limit,
            };
            record.tasks.push(TaskFact {
                task: longest,
                what,
            });
        }
    }
}

/// What is new of a thread that sleeps. A clock that ticks sleeps for less each time it is asked, and the same sleep goes on; one that sleeps
/// for much longer is another.
fn sleeps_anew(sleep: &Sleep, state: &TaskState) -> Option<TaskChange> {
    let is_known = match &state.doing {
        Doing::Waits { limit: None, .. } => sleep.limit.is_none(),
        Doing::Waits {
            limit: Some(known), ..
        } => sleep
            .limit
            .is_some_and(|limit| limit <= *known * 2 + Duration::from_millis(100)),
        _ => false,
    };
    (!is_known).then(|| TaskChange::Waits {
        name: sleep.name.to_owned(),
        limit: sleep.limit,
    })
}
