//! The looks at the end of a record: whom to ask how closely, and what is worth writing down.

use super::{Looks, Session};
use crate::model::addr::Addr;
use crate::model::ids::{Fd, Row};
use crate::model::record::{Look, Queue, Record, Role, Witness};
use crate::model::socket::Stage;
use crate::model::world::RowState;
use crate::os::look::{Subject, closely, glance};
use std::collections::HashMap;

/// The witnesses that cost a call a socket are asked for at most so many.
const MOST_CLOSELY: usize = 64;

/// Two readings of one timer differ by less.
const SAME_TIMER_US: u64 = 100_000;

/// A time that was read again: the same timer read twice differs by the clock's ticks, and that is no news.
pub(super) fn same_time(now: Option<u64>, before: Option<u64>) -> Option<u64> {
    match (now, before) {
        (Some(now), Some(before)) if now.abs_diff(before) < SAME_TIMER_US => Some(before),
        (now, _) => now,
    }
}

/// Whether nothing is open in an address any more: connect() still chooses what bind() left open, and after a disconnect again.
fn is_whole(addr: &Addr) -> bool {
    let open = match addr {
        Addr::V4(v4) => v4.ip().is_unspecified(),
        Addr::V6(v6) => v6.ip().is_unspecified(),
        Addr::UnixPath(_) | Addr::UnixAbstract(_) | Addr::UnixUnnamed => false,
    };
    !open && addr.port() != Some(0)
}

/// Whether this is the address of a socket that has one.
fn is_bound(addr: &Addr) -> bool {
    *addr != Addr::UnixUnnamed && addr.port() != Some(0)
}

impl Session {
    /// Asks the witnesses about every open socket and writes down what differs from before.
    pub(super) fn look(&mut self, record: &mut Record, shown: &[Row]) {
        record.looked = true;
        let mut close = self.closely(shown);
        let (rows, fds): (Vec<Row>, Vec<Fd>) = self
            .world
            .present()
            .filter(|state| !self.is_a_strangers(state))
            .filter_map(|state| Some((state.row, state.fd()?)))
            .unzip();
        let spoiled: Vec<Fd> = self.spoiled.keys().copied().collect();
        let glances = glance(&fds, &spoiled, &self.descriptors);
        for (row, glance) in rows.into_iter().zip(glances) {
            let Some(state) = self.world.row(row) else {
                continue;
            };
            let closely = close.remove(&row);
            // Of most sockets there is nothing new to say, and there may be thousands.
            if closely.is_none()
                && (state.look.poll, state.look.select) == (glance.poll, glance.select)
            {
                continue;
            }
            let look = Look {
                poll: glance.poll,
                select: glance.select,
                ..closely.unwrap_or_default()
            };
            if let Some(news) = self.news(row, look) {
                record.looks.push((row, news));
            }
        }
        for row in self.closed_on_the_wire() {
            let mut look = Look::default();
            self.look_at_both_ends(row, &mut look);
            record
                .looks
                .extend(self.news(row, look).map(|news| (row, news)));
        }
    }

    /// The accept queue that a row shows: a client its far end's, a listener its own.
    fn queue_of(&self, row: Row) -> Option<Queue> {
        let of = match self.world.row(row)?.role {
            Role::Client => row,
            Role::Peer { of } => of,
            Role::Accepted { .. } => return None,
        };
        self.lab.queue(of, &self.descriptors)
    }

    /// Whether the number that the program still uses was handed out again, to another socket.
    fn is_a_strangers(&self, state: &RowState) -> bool {
        let attempt = state.current();
        attempt.spoiled && attempt.fd.is_some_and(|fd| self.descriptors.has(fd))
    }

    /// The witnesses that cost a call a socket, for the rows that somebody sees; without anybody, for the first.
    fn closely(&self, shown: &[Row]) -> HashMap<Row, Look> {
        let wanted: Vec<Row> = match self.options.looks {
            Looks::All => self.world.present().map(|state| state.row).collect(),
            _ if shown.is_empty() => self
                .world
                .present()
                .map(|state| state.row)
                .take(MOST_CLOSELY)
                .collect(),
            _ => shown.iter().copied().take(MOST_CLOSELY).collect(),
        };
        let subject = |row: &Row| {
            let state = self.world.row(*row)?;
            if state.current().spoiled {
                return None;
            }
            // Of a far end that is only bound the list shows the address already.
            let may_have = state.is_client() || state.stage() != Stage::Created;
            let known = state.look.local.as_ref().is_some_and(is_whole);
            Some((
                *row,
                Subject {
                    fd: state.fd()?,
                    local: may_have && !known,
                    remote: state.current().addr.clone(),
                },
            ))
        };
        let (rows, subjects): (Vec<Row>, Vec<Subject>) = wanted.iter().filter_map(subject).unzip();
        let looks = closely(&subjects, &self.descriptors, self.now_us());
        let with_queue = |(row, mut look): (Row, Look)| {
            let queue = self.queue_of(row);
            // Before bind() or connect() a socket has no address of its own.
            let new =
                |state: &RowState| matches!(state.stage(), Stage::Created | Stage::NonBlocking);
            if self.world.row(row).is_some_and(new) {
                look.local = look.local.filter(is_bound);
            }
            self.look_at_both_ends(row, &mut look);
            look.queue = queue.map_or(Witness::NotAsked, Witness::Says);
            (row, look)
        };
        rows.into_iter().zip(looks).map(with_queue).collect()
    }

    /// The answer, if it differs from what is known.
    fn news(&self, row: Row, mut answer: Look) -> Option<Look> {
        let before = &self.world.row(row)?.look;
        if let (Witness::Says(tcp), Some(known)) = (&mut answer.tcp, before.tcp.answer()) {
            tcp.due_us = same_time(tcp.due_us, known.due_us);
            tcp.gives_up_us = same_time(tcp.gives_up_us, known.gives_up_us);
        }
        answer.is_news(before).then_some(answer)
    }
}
