//! What is known of a watched program as a whole: what it has said, how it ended, and whether all of it waits.

use super::World;
use crate::model::call::CallFact;
use crate::model::chunks::Chunks;
use crate::model::errno::Errno;
use crate::model::record::Record;
use crate::model::task::{Doing, ProgramWords, Task, TaskChange, TaskEnd, TaskFact, TaskState};
use std::collections::BTreeMap;
use std::sync::Arc;

/// So many bytes of what it says are kept, about: what comes later is in the records alone.
const MOST_KEPT: usize = 64 * 1024;
/// The signal that cannot be caught: whoever ends so was ended by somebody else.
const SIGKILL: i32 = 9;
/// Who is in a call for less is only busy with it.
pub const A_WHILE_US: u64 = 1_000_000;
/// A thread without sockets that sleeps for so long keeps house: Go looks after its memory once in a minute, and so does Java.
const A_LONG_TIME_US: u64 = 30_000_000;

/// What a watched program does as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProgramDoes {
    /// A thread has a call to let go.
    IsHeld,
    /// A thread runs, or nothing is known of it.
    Runs,
    /// Every thread is in a call, the last that came into one that concerns a socket since then; one of them may end by itself.
    Waits(u64),
    /// Nothing goes on by itself.
    IsStuck {
        /// Since when: the last thread that came into a call that concerns a socket.
        since: u64,
        /// The thread that has been in such a call for longest.
        longest: Task,
    },
    /// It has ended.
    HasEnded,
}

/// What a watched program did beside its calls.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ProgramTold {
    said: Chunks<Arc<ProgramWords>>,
    bytes: usize,
    ended_us: Option<u64>,
    /// When a thread last began, went on or ended.
    stirred_us: u64,
    /// Its calls, by the name under which a program makes them.
    calls: Arc<BTreeMap<&'static str, ProgramCalls>>,
}

/// What a watched program's calls of one name came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProgramCalls {
    /// How many were made.
    pub made: u32,
    /// How many descriptors they handed to the kernel in order to ask about them, or to have them watched.
    pub handed: u32,
    /// What the last one returned that has returned.
    pub last: Option<(i64, Option<Errno>)>,
}

impl ProgramTold {
    /// Takes in what it said and how it ended.
    pub(super) fn take_in(&mut self, record: &Record) {
        for words in &record.said {
            if self.bytes < MOST_KEPT {
                self.bytes += words.bytes.len();
                self.said.push(Arc::new(words.clone()));
            }
        }
        for fact in &record.calls {
            self.take_in_call(fact);
        }
        let ends = record
            .tasks
            .iter()
            .any(|fact| fact.task == Task::FIRST && matches!(fact.what, TaskChange::Ended(_)));
        if ends {
            self.ended_us = Some(record.at_us);
        }
        let stirs = |fact: &TaskFact| !matches!(fact.what, TaskChange::Waits { .. });
        if record.tasks.iter().any(stirs) {
            self.stirred_us = record.at_us;
        }
    }

    fn take_in_call(&mut self, fact: &CallFact) {
        let Some((made, name)) = fact
            .made
            .as_ref()
            .and_then(|made| Some((made, made.plain_name()?)))
        else {
            return;
        };
        let calls = Arc::make_mut(&mut self.calls).entry(name).or_default();
        // One that has not returned is told of twice.
        if fact.outcome.is_none() || fact.id.is_none() {
            calls.made += 1;
            calls.handed = calls.handed.saturating_add(made.handed);
        }
        if let Some(outcome) = &fact.outcome {
            calls.last = Some((outcome.ret, outcome.errno));
        }
    }

    /// How much memory it takes beside `before`, of which it is a later state, in bytes.
    pub(super) fn heap_size_beyond(&self, before: Option<&ProgramTold>) -> usize {
        let ProgramTold {
            said,
            bytes: _,
            ended_us: _,
            stirred_us: _,
            calls,
        } = self;
        let own_calls = match before {
            Some(before) if Arc::ptr_eq(&before.calls, calls) => 0,
            _ => calls.len() * size_of::<(&str, ProgramCalls)>(),
        };
        let before = before.map(|before| &before.said);
        own_calls
            + said.heap_size_beyond(before, |new, old| match old {
                Some(_) => 0,
                None => size_of::<ProgramWords>() + new.bytes.capacity(),
            })
    }
}

impl World {
    /// What the watched program's calls of this name came to, if it made any.
    pub fn program_calls(&self, name: &str) -> Option<&ProgramCalls> {
        self.program.calls.get(name)
    }

    /// How many threads of the watched program there are.
    pub fn program_threads(&self) -> usize {
        let lives = |doing: &Doing| !matches!(doing, Doing::Ended(_));
        let tasks = self.tasks().values();
        tasks.filter(|state| lives(&state.doing)).count()
    }

    /// What the watched program has said so far, as far as it is kept. Foreign words.
    pub fn program_said(&self) -> String {
        let mut all = Vec::with_capacity(self.program.bytes);
        for words in self.program.said.iter() {
            all.extend_from_slice(&words.bytes);
        }
        String::from_utf8_lossy(&all).into_owned()
    }

    /// How the watched program ended, if it has.
    pub fn program_end(&self) -> Option<TaskEnd> {
        match self.tasks().get(&Task::FIRST)?.doing {
            Doing::Ended(end) => Some(end),
            _ => None,
        }
    }

    /// The same, unless somebody else ended it by SIGKILL.
    pub fn program_ended_itself(&self) -> Option<TaskEnd> {
        self.program_end()
            .filter(|end| *end != TaskEnd::Signal(SIGKILL))
    }

    /// When the watched program ended by itself, in microseconds since the session began.
    pub fn program_ended_us(&self) -> Option<u64> {
        self.program_ended_itself()?;
        self.program.ended_us
    }

    /// What the watched program does as a whole, when the last record ended. It is stuck if no call is held and nothing goes on by itself: at
    /// least one thread is in a call that concerns a socket, for a while already, and every other one is in such a call too, or sleeps;
    /// and none of them has a time limit that could end it.
    pub fn program_does(&self) -> ProgramDoes {
        self.program_does_at(self.at_us)
    }

    /// The same at a later moment, if nothing has happened since.
    pub fn program_does_at(&self, now_us: u64) -> ProgramDoes {
        let (mut since, mut longest) = (None, None);
        let (mut runs, mut ends, mut lives) = (false, false, false);
        for (task, state) in self.tasks() {
            lives |= !matches!(state.doing, Doing::Ended(_));
            match &state.doing {
                Doing::Held { .. } => return ProgramDoes::IsHeld,
                Doing::Ended(_) => {}
                Doing::Runs => runs = true,
                Doing::Waits { .. } => ends |= !sleeps_for_good(state, now_us),
                Doing::InCall {
                    since_us, limit, ..
                } => {
                    ends |= limit.is_some();
                    since = since.max(Some(*since_us));
                    let one = (*since_us, *task);
                    longest = Some(longest.map_or(one, |other: (u64, Task)| other.min(one)));
                }
            }
        }
        ends |= now_us < self.program_stirred_us() + A_WHILE_US;
        match (since, longest) {
            _ if !lives => ProgramDoes::HasEnded,
            _ if runs => ProgramDoes::Runs,
            (Some(since), _) if ends => ProgramDoes::Waits(since),
            (Some(since), Some((_, longest))) => ProgramDoes::IsStuck { since, longest },
            _ => ProgramDoes::Runs,
        }
    }

    /// When a thread of the watched program last began, went on, ended, or came into a call that is followed and has not returned.
    pub fn program_stirred_us(&self) -> u64 {
        let tasks = self.tasks().values();
        let since = tasks.filter_map(|state| match state.doing {
            Doing::InCall { since_us, .. } => Some(since_us),
            _ => None,
        });
        since.fold(self.program.stirred_us, u64::max)
    }

    /// The thread that has been longest in its call, if the watched program is stuck.
    pub fn program_is_stuck(&self) -> Option<Task> {
        match self.program_does() {
            ProgramDoes::IsStuck { longest, .. } => Some(longest),
            _ => None,
        }
    }
}

/// Whether a thread that sleeps does so until somebody wakes it. The clocks of runtimes are taken for such: threads that have never called
/// anything of a socket, and whose time has been up at least once while nothing happened, or is so long that nobody waits for it.
fn sleeps_for_good(state: &TaskState, now_us: u64) -> bool {
    let Doing::Waits {
        since_us, limit, ..
    } = &state.doing
    else {
        return false;
    };
    limit.is_none_or(|limit| {
        let limit_us = u64::try_from(limit.as_micros()).unwrap_or(u64::MAX);
        let is_clock = limit_us >= A_LONG_TIME_US || now_us >= since_us.saturating_add(limit_us);
        is_clock && !state.uses_sockets
    })
}
