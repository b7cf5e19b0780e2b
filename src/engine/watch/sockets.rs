//! Which sockets a watched program has, and by which descriptors: asked of the system, since descriptors are copied, handed on and closed in
//! many ways. One open socket is one row: its inode says which.

use super::tasks::Tasks;
use crate::model::ids::{Fd, Row};
use crate::model::record::{Change, Record};
use crate::os::tracee::peek;
use std::collections::{BTreeMap, HashMap};
use std::ops::RangeInclusive;

/// The sockets that have rows.
#[derive(Debug, Default)]
pub(super) struct Sockets {
    rows: BTreeMap<u64, Row>,
    /// By which descriptors each is had, with the number of the process.
    names: BTreeMap<Row, Vec<(u32, Fd)>>,
    /// The same the other way round, with the system's number of the process: asked at each call.
    by_fd: HashMap<(i32, Fd), Row>,
    /// What the calls alone tell, for processes of which nothing else may be asked.
    by_calls: BTreeMap<(u32, Fd), Row>,
    count: u32,
    made_up: u64,
}

impl Sockets {
    /// A socket has a row from now on: which, and whether it is new.
    pub(super) fn add(&mut self, inode: u64) -> (Row, bool) {
        if let Some(row) = self.rows.get(&inode) {
            return (*row, false);
        }
        self.count += 1;
        let row = Row(self.count);
        self.rows.insert(inode, row);
        (row, true)
    }

    /// A number for a socket of which the inode may not be asked. The system counts from below.
    pub(super) fn made_up_inode(&mut self) -> u64 {
        self.made_up += 1;
        u64::MAX - self.made_up
    }

    /// The row of a descriptor, as it was asked after the last call that changed any.
    pub(super) fn row(&self, pid: i32, fd: Fd) -> Option<Row> {
        self.by_fd.get(&(pid, fd)).copied()
    }

    /// A call has made a descriptor of this row.
    pub(super) fn made(&mut self, process: u32, fd: Fd, row: Row) {
        self.by_calls.insert((process, fd), row);
    }

    /// Whether the calls have made this descriptor of this row.
    pub(super) fn is_of(&self, process: u32, fd: Fd, row: Option<Row>) -> bool {
        row.is_some() && self.by_calls.get(&(process, fd)).copied() == row
    }

    /// A call has closed these descriptors.
    pub(super) fn closed(&mut self, process: u32, fds: RangeInclusive<i32>) {
        self.by_calls
            .retain(|(of, fd), _| *of != process || !fds.contains(&fd.0));
    }

    /// The inode of a row; `None` if it is not known.
    pub(super) fn inode(&self, row: Row) -> Option<u64> {
        let mut rows = self.rows.iter();
        let (inode, _) = rows.find(|(_, known)| **known == row)?;
        (*inode < u64::MAX / 2).then_some(*inode)
    }

    /// The row of an open socket.
    pub(super) fn of_inode(&self, inode: u64) -> Option<Row> {
        self.rows.get(&inode).copied()
    }

    /// The rows that stand in an epoll, with the program's mark.
    pub(super) fn in_epoll(&self, pid: i32, epfd: Fd) -> Vec<(Row, u64)> {
        let registered = peek::registered(pid, epfd);
        registered
            .into_iter()
            .filter_map(|one| Some((self.of_inode(one.inode)?, one.data)))
            .collect()
    }

    /// One open descriptor of a row: its process by the system's number, and the descriptor.
    pub(super) fn place(&self, row: Row, tasks: &Tasks) -> Option<(i32, Fd)> {
        let (process, fd) = self.names.get(&row)?.first()?;
        let pid = tasks
            .processes()
            .find(|(_, number)| number == process)
            .map(|(pid, _)| pid)?;
        Some((pid, *fd))
    }

    /// The rows that are open.
    pub(super) fn open(&self) -> Vec<Row> {
        self.names.keys().copied().collect()
    }

    /// Asks anew by which descriptors the rows are had, and writes down what has changed. Of a process of which that may not be asked
    /// its calls tell it.
    pub(super) fn ask_names(&mut self, tasks: &Tasks, record: &mut Record) {
        let mut now: BTreeMap<Row, Vec<(u32, Fd)>> = BTreeMap::new();
        self.by_fd.clear();
        for (pid, process) in tasks.processes() {
            match peek::sockets(pid) {
                Some(sockets) => {
                    for (fd, inode) in sockets {
                        if let Some(row) = self.of_inode(inode) {
                            now.entry(row).or_default().push((process, fd));
                            self.by_fd.insert((pid, fd), row);
                        }
                    }
                }
                None => {
                    for ((of, fd), row) in &self.by_calls {
                        if *of == process {
                            now.entry(*row).or_default().push((process, *fd));
                            self.by_fd.insert((pid, *fd), *row);
                        }
                    }
                }
            }
        }
        now.retain(|_, names| !names.is_empty());
        let mut rows: Vec<Row> = now.keys().chain(self.names.keys()).copied().collect();
        rows.sort_unstable();
        rows.dedup();
        for row in rows {
            let names = now.get(&row).cloned().unwrap_or_default();
            if self.names.get(&row).is_some_and(|before| *before == names) {
                continue;
            }
            if names.is_empty() {
                // The system may give its inode to another socket.
                self.rows.retain(|_, known| *known != row);
            }
            record.changes.push(Change::Names { row, names });
        }
        self.names = now;
    }
}
