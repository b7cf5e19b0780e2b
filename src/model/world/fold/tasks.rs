//! What the threads of a watched program do.

use crate::model::call::CallFact;
use crate::model::record::Record;
use crate::model::task::{Doing, TaskChange, TaskFact, TaskState};
use crate::model::world::World;
use std::sync::Arc;

impl World {
    /// A call of a thread: it is in it, or it has returned.
    pub(super) fn task_calls(&mut self, fact: &CallFact) {
        let Some(made) = &fact.made else {
            return;
        };
        let limits = made.name == "setsockopt"
            && (made.args.contains("SO_RCVTIMEO") || made.args.contains("SO_SNDTIMEO"));
        if let Some(row) = fact.row.filter(|_| limits) {
            self.limited.set(row, true);
        }
        let since_us = self.at_us;
        let Some(state) = Arc::make_mut(&mut self.tasks).get_mut(&made.task) else {
            return;
        };
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
        for TaskFact { task, what } in &record.tasks {
            if let TaskChange::Began { pid, tid, name } = what {
                let state = TaskState {
                    pid: *pid,
                    tid: *tid,
                    name: name.as_str().into(),
                    doing: Doing::Runs,
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
