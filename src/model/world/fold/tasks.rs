//! What the threads of a watched program do.

use crate::model::call::CallFact;
use crate::model::record::Record;
use crate::model::task::{Doing, Task, TaskChange, TaskFact, TaskState};
use crate::model::world::World;
use std::collections::BTreeMap;
use std::sync::Arc;

impl World {
    /// A call of a thread: it is in it, or it has returned.
    pub(super) fn task_calls(&mut self, fact: &CallFact) {
        let Some(made) = &fact.made else {
            return;
        };
        let since_us = self.at_us;
        let tasks = Arc::make_mut(&mut self.tasks);
        was_asked_before_this(tasks);
        let Some(state) = tasks.get_mut(&made.task) else {
            return;
        };
        state.uses_sockets |= fact.row.is_some();
        state.doing = match fact.outcome {
            Some(_) => Doing::Runs,
            None => Doing::InCall {
                name: made.name.clone(),
                args: made.args.clone(),
                since_us,
                limit: made.limit,
            },
        };
    }

    /// What happened to threads behind the calls of a record.
    pub(super) fn take_in_tasks(&mut self, record: &Record) {
        if record.tasks.is_empty() {
            return;
        }
        let since_us = record.at_us;
        let tasks = Arc::make_mut(&mut self.tasks);
        let is_held = |fact: &TaskFact| matches!(fact.what, TaskChange::Held { .. });
        if record.tasks.iter().any(is_held) {
            was_asked_before_this(tasks);
        }
        for TaskFact { task, what } in &record.tasks {
            if let TaskChange::Began { pid, tid, name } = what {
                let state = TaskState {
                    pid: *pid,
                    tid: *tid,
                    name: name.as_str().into(),
                    doing: Doing::Runs,
                    uses_sockets: false,
                };
                tasks.insert(*task, state);
                continue;
            }
            if let TaskChange::Runs { name } = what {
                for (other, state) in tasks.iter_mut() {
                    if other.process == task.process {
                        state.name = name.as_str().into();
                    }
                }
            }
            let Some(state) = tasks.get_mut(task) else {
                continue;
            };
            state.doing = match what {
                TaskChange::Waits { name, limit } => match &state.doing {
                    Doing::Runs | Doing::Waits { .. } => Doing::Waits {
                        name: name.clone(),
                        since_us,
                        limit: *limit,
                    },
                    // In a call that is followed it was known to be.
                    _ => continue,
                },
                TaskChange::GoesOn => match &state.doing {
                    Doing::Waits { .. } => Doing::Runs,
                    _ => continue,
                },
                TaskChange::Began { .. } | TaskChange::Runs { .. } => Doing::Runs,
                TaskChange::Held { row, name, args } => Doing::Held {
                    row: *row,
                    name: name.clone(),
                    args: args.clone(),
                    since_us,
                },
                TaskChange::Ended(end) => Doing::Ended(*end),
            };
        }
    }
}

/// Something has happened: of who slept, nobody knows now whether it sleeps still.
fn was_asked_before_this(tasks: &mut BTreeMap<Task, TaskState>) {
    for state in tasks.values_mut() {
        if matches!(state.doing, Doing::Waits { .. }) {
            state.doing = Doing::Runs;
        }
    }
}
