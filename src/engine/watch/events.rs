//! What a watched program did, as parts of a record.

use super::{FollowedCall, Watched, is_of_names, made};
use crate::model::call::{Call, CallFact, CalledBy, Outcome};
use crate::model::ids::{Fd, Row};
use crate::model::record::Record;
use crate::model::task::{ProgramWords, Task, TaskChange, TaskEnd, TaskFact};
use crate::os::tracee::{About, AfterCall, BeforeCall, Sys, TraceeEvent, peek};

/// So many bytes of what a program says are kept as one piece.
const MOST_SAID: usize = 4096;

impl Watched {
    /// Takes one thing in. The thread whose shown call has returned is given back; it goes on.
    pub(super) fn take(&mut self, event: TraceeEvent, record: &mut Record) -> Option<i32> {
        match event {
            TraceeEvent::Began { tid, pid } => {
                let is_process = tid == pid;
                self.begins(tid, pid, record);
                if is_process {
                    self.sockets.ask_names(&self.tasks, record);
                }
            }
            TraceeEvent::Runs { pid, gone } => self.runs(pid, &gone, record),
            TraceeEvent::Held { tid, call } => self.is_held(tid, call, record),
            TraceeEvent::Returned { tid, call, after } => {
                let shown = self.has_returned(tid, &call, &after, record);
                self.tracee.go_on(tid);
                return shown.then_some(tid);
            }
            TraceeEvent::Said { pid, fd, bytes } => {
                if self.says_too_much(bytes.len()) {
                    return None;
                }
                let process = self.tasks.process(pid);
                // Many programs write a line in several pieces.
                let same = record.said.last_mut().filter(|last| {
                    (last.process, last.fd) == (process, fd) && last.bytes.len() < MOST_SAID
                });
                match same {
                    Some(last) => last.bytes.extend(bytes),
                    None => record.said.push(ProgramWords { process, fd, bytes }),
                }
            }
            TraceeEvent::Ended { tid, end } => self.ends(tid, end, record),
        }
        None
    }

    /// A thread is there.
    pub(super) fn begins(&mut self, tid: i32, pid: i32, record: &mut Record) {
        let task = self.tasks.add(tid, pid);
        self.may_be_crowded();
        let name = self.name_of(pid);
        let what = TaskChange::Began { pid, tid, name };
        record.tasks.push(TaskFact { task, what });
    }

    fn name_of(&self, pid: i32) -> String {
        let called = self.options.called.map(str::to_owned);
        called.unwrap_or_else(|| peek::name_of(pid))
    }

    fn runs(&mut self, pid: i32, gone: &[i32], record: &mut Record) {
        for tid in gone {
            self.ends(*tid, TaskEnd::Exit(0), record);
        }
        self.forget(pid);
        let Some(task) = self.tasks.of(pid) else {
            return self.begins(pid, pid, record);
        };
        let name = self.name_of(pid);
        let what = TaskChange::Runs { name };
        record.tasks.push(TaskFact { task, what });
        self.sockets.ask_names(&self.tasks, record);
    }

    fn ends(&mut self, tid: i32, end: TaskEnd, record: &mut Record) {
        self.forget(tid);
        let Some(task) = self.tasks.remove(tid) else {
            return;
        };
        if tid == self.tracee.first() {
            self.end = Some(end);
        }
        let what = TaskChange::Ended(end);
        record.tasks.push(TaskFact { task, what });
        self.sockets.ask_names(&self.tasks, record);
    }

    /// Whatever this thread was at is over.
    fn forget(&mut self, tid: i32) {
        self.held.retain(|held| *held != tid);
        self.calls.remove(&tid);
    }

    fn is_held(&mut self, tid: i32, call: Box<BeforeCall>, record: &mut Record) {
        let Some((task, pid)) = self.task_of(tid) else {
            return self.tracee.let_go(tid);
        };
        let (row, shown) = self.concerns(pid, &call);
        let followed = FollowedCall {
            row,
            silent: !(shown || self.options.all),
            id: None,
            call,
        };
        let silent = followed.silent;
        if !silent {
            let what = TaskChange::Held {
                row,
                name: followed.call.sys.name().to_owned(),
                args: followed.call.words.clone(),
            };
            record.tasks.push(TaskFact { task, what });
            self.held.push_back(tid);
        }
        self.calls.insert(tid, followed);
        if silent {
            self.tracee.let_go(tid);
        }
    }

    pub(super) fn task_of(&self, tid: i32) -> Option<(Task, i32)> {
        let task = self.tasks.of(tid)?;
        Some((task, self.tasks.pid(task)?))
    }

    /// The row that a call concerns, if one, and whether it is shown.
    fn concerns(&self, pid: i32, call: &BeforeCall) -> (Option<Row>, bool) {
        match &call.about {
            // What is asked for in a ring can be neither seen nor held: that there is one is said.
            About::New if call.sys == Sys::IoUringSetup => (None, true),
            About::New => (None, is_of_the_internet(&call.call)),
            About::One(fd) | About::Register { fd, .. } => {
                let row = self.sockets.row(pid, *fd);
                (row, row.is_some())
            }
            About::Two(first, second) => {
                let row = self.sockets.row(pid, *first);
                let row = row.or_else(|| self.sockets.row(pid, *second));
                (row, row.is_some())
            }
            About::Range(first, last) => {
                let sockets = peek::sockets(pid).unwrap_or_default();
                let within =
                    |fd: Fd| u32::try_from(fd.0).is_ok_and(|fd| (*first..=*last).contains(&fd));
                let shown = |(fd, inode): &(Fd, u64)| {
                    within(*fd) && self.sockets.of_inode(*inode).is_some()
                };
                (None, sockets.iter().any(shown))
            }
            About::Sets(sets) => {
                let mut rows = sets.iter().filter_map(|(fd, _)| self.sockets.row(pid, *fd));
                (None, rows.next().is_some())
            }
            About::Epoll(epfd) => (None, !self.sockets.in_epoll(pid, *epfd).is_empty()),
        }
    }

    /// A call has returned; whether it is shown.
    fn has_returned(
        &mut self,
        tid: i32,
        call: &BeforeCall,
        after: &AfterCall,
        record: &mut Record,
    ) -> bool {
        let Some((task, pid)) = self.task_of(tid) else {
            return false;
        };
        let followed = self.calls.remove(&tid);
        let (row, id) = followed
            .as_ref()
            .map_or((None, None), |followed| (followed.row, followed.id));
        let silent = followed.as_ref().is_none_or(|followed| followed.silent);
        if !silent {
            self.told(pid, call, after, record);
        }
        let row = match self.came(pid, call, after, row, record) {
            Some(made) if call.sys == Sys::Socket => Some(made),
            _ => row,
        };
        self.note_names(task.process, call, after, row);
        if is_of_names(call) {
            self.sockets.ask_names(&self.tasks, record);
        }
        if silent {
            return false;
        }
        let change = self.changed(row, call, after);
        record.changes.extend(change);
        // What a call proves of a stream is not so of datagrams.
        let is_other = row.is_some_and(|row| self.others.contains(&row));
        let is_of_any_kind = matches!(call.call, Call::Close { .. } | Call::Dup { .. });
        record.calls.push(CallFact {
            row,
            id,
            call: match is_other && !is_of_any_kind {
                true => Call::Other {},
                false => call.call.clone(),
            },
            by: CalledBy::Program,
            outcome: Some(Outcome {
                ret: after.ret,
                errno: after.errno,
                out: after.out.clone(),
            }),
            woken: false,
            made: Some(Box::new(made(task, call, after.wrote.clone()))),
        });
        self.settle();
        if self.options.looks {
            self.look_at_all(record);
        }
        true
    }
}

/// A stream socket of the internet: what programs connect with. Others are those of runtimes and libraries.
pub(super) fn is_of_the_internet(call: &Call) -> bool {
    use crate::model::addr::Family;
    matches!(
        call,
        Call::Socket {
            family: Family::Inet | Family::Inet6,
            ..
        }
    )
}
