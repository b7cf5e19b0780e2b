//! What a watched program did, as parts of a record.

use super::{FollowedCall, Watched, is_of_names, made};
use crate::model::addr::Addr;
use crate::model::call::{AcceptGives, BornAs, Call, CallFact, CalledBy, Out, Outcome};
use crate::model::ids::{Fd, Row};
use crate::model::readiness::Interest;
use crate::model::record::{Change, Record, Role};
use crate::model::socket::{Mode, Stage};
use crate::model::task::{ProgramWords, Task, TaskChange, TaskEnd, TaskFact};
use crate::os::tracee::{About, AfterCall, BeforeCall, DescriptorKind, TraceeEvent, peek};
use std::collections::BTreeSet;

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
        let name = peek::name_of(pid);
        let what = TaskChange::Began { pid, tid, name };
        record.tasks.push(TaskFact { task, what });
    }

    fn runs(&mut self, pid: i32, gone: &[i32], record: &mut Record) {
        for tid in gone {
            self.ends(*tid, TaskEnd::Exit(0), record);
        }
        self.forget(pid);
        let Some(task) = self.tasks.of(pid) else {
            return self.begins(pid, pid, record);
        };
        let name = peek::name_of(pid);
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

    fn task_of(&self, tid: i32) -> Option<(Task, i32)> {
        let task = self.tasks.of(tid)?;
        Some((task, self.tasks.pid(task)?))
    }

    /// The row that a call concerns, if one, and whether it is shown.
    fn concerns(&self, pid: i32, call: &BeforeCall) -> (Option<Row>, bool) {
        match &call.about {
            About::New => (None, is_of_the_internet(&call.call)),
            About::One(fd) | About::Register { fd, .. } => {
                let row = self.sockets.row(pid, *fd);
                (row, row.is_some())
            }
            About::Sets(sets) => {
                let mut rows = sets.iter().filter_map(|(fd, _)| self.sockets.row(pid, *fd));
                (None, rows.next().is_some())
            }
            About::Epoll(epfd) => (None, !self.sockets.in_epoll(pid, *epfd).is_empty()),
        }
    }

    /// A held call that is let go asks about its sets from now on.
    pub(super) fn asks(&mut self, tid: i32, record: &mut Record) {
        let (Some((task, pid)), Some(followed)) = (self.task_of(tid), self.calls.get(&tid)) else {
            return;
        };
        if let (Call::Connect { addr, .. }, Some(row)) = (&followed.call.call, followed.row) {
            let change = self.leads_to(row, addr);
            record.changes.extend(change);
        }
        let Some(followed) = self.calls.get(&tid) else {
            return;
        };
        let About::Sets(sets) = &followed.call.about else {
            return;
        };
        let mut now = BTreeSet::new();
        for (fd, interest) in sets {
            if let Some(row) = self.sockets.row(pid, *fd) {
                now.insert(row);
                record.changes.extend(self.is_asked(row, *interest));
            }
        }
        let before = self.asked.insert(task, now.clone()).unwrap_or_default();
        for row in before.difference(&now) {
            record.changes.extend(self.is_asked(*row, None));
        }
    }

    fn is_asked(&self, row: Row, interest: Option<Interest>) -> Option<Change> {
        let state = self.world.row(row)?;
        // Being asked again, it may be that something else has happened meanwhile: a connect waits for its poll.
        let waits = state.stage() == Stage::ConnectAttempted && interest.is_some();
        (state.asked() != interest || waits).then_some(Change::Asked { row, interest })
    }

    fn leads_to(&self, row: Row, addr: &Addr) -> Option<Change> {
        let state = self.world.row(row)?;
        if state.current().addr.as_ref() == Some(addr) {
            return None;
        }
        let known = self.options.names.iter().find(|(known, _)| known == addr);
        let target = known.map_or_else(|| addr.to_string(), |(_, name)| name.clone());
        Some(Change::Named {
            row,
            target: target.into(),
            addr: addr.clone(),
        })
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
            Some(made) if matches!(call.call, Call::Socket { .. }) => Some(made),
            _ => row,
        };
        if is_of_names(call) {
            self.sockets.ask_names(&self.tasks, record);
        }
        if silent {
            return false;
        }
        record.changes.extend(self.changed(row, call, after));
        record.calls.push(CallFact {
            row,
            id,
            call: call.call.clone(),
            by: CalledBy::Program,
            outcome: Some(Outcome {
                ret: after.ret,
                errno: after.errno,
                out: after.out.clone(),
            }),
            woken: false,
            made: Some(Box::new(made(task, call, after.wrote.clone()))),
        });
        (self.settle)();
        self.look_at_all(record);
        true
    }

    /// A socket that a call has made, if it has a row.
    fn came(
        &mut self,
        pid: i32,
        call: &BeforeCall,
        after: &AfterCall,
        on: Option<Row>,
        record: &mut Record,
    ) -> Option<Row> {
        if after.errno.is_some() {
            return None;
        }
        let (stage, blocking) = match &call.call {
            Call::Socket { born, .. } => (Stage::Created, *born == BornAs::Blocking),
            Call::Accept { gives, .. } => {
                on?;
                (Stage::Accepted, *gives == AcceptGives::Blocking)
            }
            _ => return None,
        };
        if !(is_of_the_internet(&call.call) || on.is_some() || self.options.all) {
            return None;
        }
        let fd = Fd(i32::try_from(after.ret).ok()?);
        let Some(DescriptorKind::Socket(inode)) = peek::file_kind(pid, fd) else {
            return None;
        };
        let (row, is_new) = self.sockets.add(inode);
        if is_new {
            let addr = match &after.out {
                Some(Out::Addr(addr)) => Some(addr.clone()),
                _ => None,
            };
            let target = match &addr {
                Some(from) => format!("from {from}"),
                None => "a socket".to_owned(),
            };
            record.changes.push(Change::Appeared {
                row,
                target: target.into(),
                role: Role::Client,
                fd,
                stage,
                addr,
                interest: Interest::default(),
                mode: if blocking {
                    Mode::Blocking
                } else {
                    Mode::NonBlocking
                },
            });
        }
        Some(row)
    }

    /// What follows from a call for its row.
    fn changed(&self, row: Option<Row>, call: &BeforeCall, after: &AfterCall) -> Option<Change> {
        let row = row.filter(|_| after.errno.is_none())?;
        match (&call.call, &call.about) {
            (Call::SetNonblocking { .. }, _) => Some(Change::Mode {
                row,
                mode: Mode::NonBlocking,
            }),
            (Call::SetBlocking { .. }, _) => Some(Change::Mode {
                row,
                mode: Mode::Blocking,
            }),
            (_, About::Register { interest, .. }) => self.is_asked(row, *interest),
            _ => None,
        }
    }
}

/// A stream socket of the internet: what programs connect with. Others are those of runtimes and libraries.
fn is_of_the_internet(call: &Call) -> bool {
    use crate::model::addr::Family;
    matches!(
        call,
        Call::Socket {
            family: Family::Inet | Family::Inet6,
            ..
        }
    )
}
