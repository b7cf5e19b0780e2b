//! The numbers that processes and threads have on the screen, and which ones the system gave them.

use crate::model::task::Task;
use std::collections::BTreeMap;

/// All that are there.
#[derive(Debug, Default)]
pub(super) struct Tasks {
    by_tid: BTreeMap<i32, Task>,
    /// The number of each process.
    processes: BTreeMap<i32, u32>,
    /// How many there ever were, and of each process how many threads.
    count: u32,
    threads: BTreeMap<u32, u32>,
}

impl Tasks {
    /// A thread is new.
    pub(super) fn add(&mut self, tid: i32, pid: i32) -> Task {
        let process = self.process(pid);
        let thread = self.threads.entry(process).or_insert(0);
        *thread += 1;
        let task = Task {
            process,
            thread: *thread,
        };
        self.by_tid.insert(tid, task);
        task
    }

    /// The number of a process, which it is given now if it has none.
    pub(super) fn process(&mut self, pid: i32) -> u32 {
        *self.processes.entry(pid).or_insert_with(|| {
            self.count += 1;
            self.count
        })
    }

    /// The processes that are there, with their numbers.
    pub(super) fn processes(&self) -> impl Iterator<Item = (i32, u32)> {
        self.processes.iter().map(|(pid, number)| (*pid, *number))
    }

    /// How many threads there are.
    pub(super) fn count(&self) -> usize {
        self.by_tid.len()
    }

    /// The thread of this number of the system.
    pub(super) fn of(&self, tid: i32) -> Option<Task> {
        self.by_tid.get(&tid).copied()
    }

    /// The system's number of a thread.
    pub(super) fn tid(&self, task: Task) -> Option<i32> {
        let found = self.by_tid.iter().find(|(_, known)| **known == task);
        found.map(|(tid, _)| *tid)
    }

    /// The process of a thread, by the system's number.
    pub(super) fn pid(&self, task: Task) -> Option<i32> {
        let found = self
            .processes
            .iter()
            .find(|(_, number)| **number == task.process);
        found.map(|(pid, _)| *pid)
    }

    /// A thread has ended, and with the last one its process.
    pub(super) fn remove(&mut self, tid: i32) -> Option<Task> {
        let task = self.by_tid.remove(&tid)?;
        let is_last = !self
            .by_tid
            .values()
            .any(|other| other.process == task.process);
        if is_last {
            self.processes.retain(|_, number| *number != task.process);
        }
        Some(task)
    }
}
