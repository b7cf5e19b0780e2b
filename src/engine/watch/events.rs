//! What a watched program did, as parts of a record.

use super::{FollowedCall, Watched, is_of_names, made};
use crate::model::addr::Addr;
use crate::model::call::{AcceptGives, BornAs, Call, CallFact, CalledBy, Out, Outcome};
use crate::model::ids::{Fd, Row};
use crate::model::readiness::Interest;
use crate::model::record::{Change, Record, Role};
use crate::model::socket::{Mode, Stage};
use crate::model::task::{ProgramWords, Task, TaskChange, TaskEnd, TaskFact};
use crate::os::tracee::{About, AfterCall, BeforeCall, DescriptorKind, Sys, TraceeEvent, peek};
use std::collections::BTreeSet;

/// socket(2): `SOCK_NONBLOCK`, on every system that can be watched.
const SOCK_NONBLOCK: u64 = 0o4000;

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
        let sets: &[_] = match &followed.call.about {
            About::Sets(sets) => sets,
            _ => &[],
        };
        let mut now = BTreeSet::new();
        for (fd, interest) in sets {
            if let Some(row) = self.sockets.row(pid, *fd) {
                now.insert(row);
                record.changes.extend(self.is_asked(row, *interest));
            }
        }
        // What poll(2) and select(2) are asked for is asked for as long as they last: with its next call the thread asks no more.
        let before = self.asked.insert(task, now.clone()).unwrap_or_default();
        for row in before.difference(&now) {
            let others = self.asked.values().any(|rows| rows.contains(row));
            if !others {
                let registered = self.registered.get(row).copied();
                record.changes.extend(self.is_asked(*row, registered));
            }
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
        (self.settle)();
        if self.options.looks {
            self.look_at_all(record);
        }
        true
    }

    /// What a call says of descriptors, for a process of which nothing else may be asked.
    fn note_names(&mut self, process: u32, call: &BeforeCall, after: &AfterCall, row: Option<Row>) {
        if after.errno.is_some() {
            return;
        }
        let first = call.args[0] as u32 as i32;
        match call.sys {
            Sys::Close => self.sockets.closed(process, first..=first),
            Sys::CloseRange => {
                let last = i32::try_from(call.args[1] as u32).unwrap_or(i32::MAX);
                self.sockets.closed(process, first..=last);
            }
            _ => {}
        }
        if let (Call::Dup { .. }, Ok(fd)) = (&call.call, i32::try_from(after.ret)) {
            self.sockets.closed(process, fd..=fd);
            let copies = row.filter(|_| self.sockets.is_of(process, Fd(first), row));
            if let Some(row) = copies {
                self.sockets.made(process, Fd(fd), row);
            }
        }
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
        let mut is_stream = true;
        let (stage, blocking) = match &call.call {
            Call::Socket { born, .. } => (Stage::Created, *born == BornAs::Blocking),
            Call::Accept { gives, .. } => {
                on?;
                (Stage::Accepted, *gives == AcceptGives::Blocking)
            }
            // Of a kind of which nothing is concluded.
            _ if call.sys == Sys::Socket => {
                is_stream = false;
                let never_waits = call.args[1] & SOCK_NONBLOCK != 0;
                (Stage::Created, !never_waits)
            }
            _ => return None,
        };
        if !(is_of_the_internet(&call.call) || on.is_some() || self.options.all) {
            return None;
        }
        let fd = Fd(i32::try_from(after.ret).ok()?);
        let inode = match peek::file_kind(pid, fd) {
            Some(DescriptorKind::Socket(inode)) => inode,
            Some(_) => return None,
            None => self.sockets.made_up_inode(),
        };
        let (row, is_new) = self.sockets.add(inode);
        self.sockets.made(self.tasks.process(pid), fd, row);
        if !is_stream {
            self.others.insert(row);
        }
        if is_new {
            let addr = match &after.out {
                Some(Out::Addr(addr)) => Some(addr.clone()),
                _ => None,
            };
            let target = match &addr {
                Some(from) => format!("from {from}"),
                None if !is_stream => "no stream".to_owned(),
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
    fn changed(
        &mut self,
        row: Option<Row>,
        call: &BeforeCall,
        after: &AfterCall,
    ) -> Option<Change> {
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
            (_, About::Register { interest, .. }) => {
                match interest {
                    Some(interest) => self.registered.insert(row, *interest),
                    None => self.registered.remove(&row),
                };
                self.is_asked(row, *interest)
            }
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
