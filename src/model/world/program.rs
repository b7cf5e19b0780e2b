//! What is known of a watched program as a whole: what it has said, how it ended, and whether all of it waits.

use super::World;
use crate::model::chunks::Chunks;
use crate::model::record::Record;
use crate::model::task::{Doing, ProgramWords, Task, TaskChange, TaskEnd};
use std::sync::Arc;

/// So many bytes of what it says are kept, about: what comes later is in the records alone.
const MOST_KEPT: usize = 64 * 1024;
/// The signal that cannot be caught: whoever ends so was ended by somebody else.
const SIGKILL: i32 = 9;
/// Who is in a call for less is only busy with it.
const A_WHILE_US: u64 = 1_000_000;

/// What a watched program did beside its calls.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ProgramTold {
    said: Chunks<Arc<ProgramWords>>,
    bytes: usize,
    ended_us: Option<u64>,
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
        let ends = record
            .tasks
            .iter()
            .any(|fact| fact.task == Task::FIRST && matches!(fact.what, TaskChange::Ended(_)));
        if ends {
            self.ended_us = Some(record.at_us);
        }
    }

    /// How much memory it takes beside `before`, of which it is a later state, in bytes.
    pub(super) fn heap_size_beyond(&self, before: Option<&ProgramTold>) -> usize {
        let ProgramTold {
            said,
            bytes: _,
            ended_us: _,
        } = self;
        let before = before.map(|before| &before.said);
        said.heap_size_beyond(before, |new, old| match old {
            Some(_) => 0,
            None => size_of::<ProgramWords>() + new.bytes.capacity(),
        })
    }
}

impl World {
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

    /// The thread that has waited longest, if every thread that is in a call waits there without a limit, for a while already, and none
    /// is held. Of threads that make no call nothing is known.
    pub fn program_is_stuck(&self) -> Option<Task> {
        let mut longest: Option<(u64, Task)> = None;
        for (task, state) in self.tasks() {
            match &state.doing {
                Doing::Held { .. } => return None,
                Doing::InCall { since_us, .. } => {
                    if !state.doing.waits_without_limit() || self.at_us < since_us + A_WHILE_US {
                        return None;
                    }
                    if longest.is_none_or(|(since, _)| *since_us < since) {
                        longest = Some((*since_us, *task));
                    }
                }
                Doing::Runs | Doing::Ended(_) => {}
            }
        }
        longest.map(|(_, task)| task)
    }
}
