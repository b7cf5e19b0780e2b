//! Sockets that a call has made, and the descriptors by which a program has them.

use super::Watched;
use super::events::is_of_the_internet;
use crate::model::call::{AcceptGives, BornAs, Call, Out};
use crate::model::ids::{Fd, Row};
use crate::model::readiness::Interest;
use crate::model::record::{Change, Record, Role};
use crate::model::socket::{Mode, Stage};
use crate::os::tracee::{AfterCall, BeforeCall, DescriptorKind, Sys, peek};

/// socket(2): `SOCK_NONBLOCK`, on every system that can be watched.
const SOCK_NONBLOCK: u64 = 0o4000;

impl Watched {
    /// What a call says of descriptors, for a process of which nothing else may be asked.
    pub(super) fn note_names(
        &mut self,
        process: u32,
        call: &BeforeCall,
        after: &AfterCall,
        row: Option<Row>,
    ) {
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
    pub(super) fn came(
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
}
