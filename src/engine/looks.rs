//! The looks at the end of a record: whom to ask in how much detail, and what is worth writing down.

use super::{AskKernel, Session};
use crate::model::addr::Addr;
use crate::model::ids::{Fd, Row};
use crate::model::record::{AcceptQueue, Answer, Change, Look, Record, Role};
use crate::model::socket::Stage;
use crate::model::world::{RowState, World};
use crate::os::look::{FullLooks, SocketQuestion, inode};

/// The looks that cost a call a socket are asked for at most so many.
const MAX_FULL_LOOKS: usize = 64;

/// Two readings of one timer differ by less.
const SAME_TIMER_US: u64 = 100_000;

/// The rows that are looked at in full, and the answers. It is kept from tick to tick, so that a quiet one allocates nothing here.
#[derive(Debug, Default)]
pub(super) struct SeenRows {
    rows: Vec<Row>,
    /// One for each row.
    questions: Vec<SocketQuestion>,
    looks: FullLooks,
}

/// A time that was read again: the same timer read twice differs by the clock's ticks, and that is no change.
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
    /// Looks at every open socket and writes down what differs from before.
    pub(super) fn look(&mut self, record: &mut Record, shown: &[Row]) {
        record.looked = true;
        let mut seen = self.look_at_seen(shown, record);
        let rows = self.bad_fds.keys().copied();
        let (strangers, still_bad): (Vec<Row>, Vec<Row>) =
            rows.partition(|row| self.is_a_strangers(*row));
        let bad_fds = still_bad.iter().filter_map(|row| self.bad_fds.get(row));
        let bad_fds: Vec<Fd> = bad_fds.map(|bad| bad.fd).collect();
        let open = || {
            let open = self.world.open_sockets();
            open.filter(|socket| strangers.is_empty() || !strangers.contains(&socket.row))
        };
        let fds = open().map(|socket| socket.fd);
        let answers = self.readiness.ask(fds, &bad_fds, &self.descriptors);
        let mut next = seen.rows.first().copied();
        let mut at = 0;
        let mut answers = answers.iter();
        // Thousands go through fastest so.
        open().for_each(|socket| {
            let Some(answer) = answers.next() else {
                return;
            };
            let mut full = None;
            while let Some(row) = next.filter(|row| *row <= socket.row) {
                if row == socket.row {
                    full = seen.looks.answers().get_mut(at).map(std::mem::take);
                }
                at += 1;
                next = seen.rows.get(at).copied();
            }
            // Of most sockets there is nothing new to say, and there may be thousands.
            if full.is_none() && (socket.poll, socket.select) == (answer.poll, answer.select) {
                return;
            }
            let Some(state) = self.world.row(socket.row) else {
                return;
            };
            let look = Look {
                poll: answer.poll,
                select: answer.select,
                // It is told once, like everything else: as long as nothing was said it is nobody's.
                strangers: match state.look.strangers {
                    Answer::Says(true) => Answer::Says(false),
                    _ => Answer::NotAsked,
                },
                ..full.unwrap_or_default()
            };
            if let Some(changed_look) = changed_look(&self.world, socket.row, look) {
                record.looks.push((socket.row, changed_look));
            }
        });
        for row in strangers {
            let look = Look {
                strangers: Answer::Says(true),
                ..Look::default()
            };
            record
                .looks
                .extend(changed_look(&self.world, row, look).map(|look| (row, look)));
        }
        for row in self.closed_on_the_wire() {
            let mut look = Look::default();
            self.look_at_both_ends(row, &mut look);
            record.looks.extend(
                changed_look(&self.world, row, look).map(|changed_look| (row, changed_look)),
            );
        }
        self.seen = seen;
    }

    fn had_queue(&self, row: Row) -> bool {
        let state = self.world.row(row);
        state.is_some_and(|state| state.look.queue != Answer::NotAsked)
    }

    /// The accept queue that a row shows: a client its peer's, a listener its own.
    fn queue_of(&self, row: Row) -> Option<AcceptQueue> {
        let state = self.world.row(row)?;
        match state.role {
            Role::Client => {
                let addr = state.current().addr.as_ref();
                self.lab.queue_at(row, addr, &self.descriptors)
            }
            Role::Peer { of } => self.lab.queue(of, &self.descriptors),
            Role::Accepted { .. } => None,
        }
    }

    /// Whether the number that the program still uses was handed out again, to another socket or file.
    pub(super) fn is_a_strangers(&self, row: Row) -> bool {
        let Some(bad) = self.bad_fds.get(&row) else {
            return false;
        };
        let now = inode(bad.fd);
        now.is_some() && now != bad.was
    }

    /// The looks that cost a call a socket, for the rows that somebody sees, or will see now that they are there; without anybody, for the
    /// first. In the order of the rows.
    fn look_at_seen(&mut self, shown: &[Row], record: &Record) -> SeenRows {
        let mut seen = std::mem::take(&mut self.seen);
        let present = self.world.present().map(|state| state.row);
        seen.rows.clear();
        match self.options.looks {
            AskKernel::All => seen.rows.extend(present),
            _ if shown.is_empty() => seen.rows.extend(present.take(MAX_FULL_LOOKS)),
            _ => {
                let wanted = shown.iter().copied().chain(appeared(record));
                seen.rows.extend(wanted.take(MAX_FULL_LOOKS));
            }
        }
        seen.rows.sort_unstable();
        seen.rows.dedup();
        seen.questions.clear();
        let questions = &mut seen.questions;
        seen.rows.retain(|row| {
            let question = self.question(*row);
            let is_asked = question.is_some();
            questions.extend(question);
            is_asked
        });
        let now_us = self.now_us();
        let looks = seen.looks.ask(questions, &self.descriptors, now_us);
        for (row, look) in seen.rows.iter().zip(looks) {
            self.complete(*row, look);
        }
        seen
    }

    /// What is asked about a row; `None` if there is nothing to ask about.
    fn question(&self, row: Row) -> Option<SocketQuestion> {
        let state = self.world.row(row)?;
        if state.current().bad_fd {
            return None;
        }
        // Of a peer that is only bound the list shows the address already.
        let may_have = state.is_client() || state.stage() != Stage::Created;
        let known = state.look.local.as_ref().is_some_and(is_whole);
        Some(SocketQuestion {
            fd: state.fd()?,
            file: state.file(),
            local: may_have && !known,
            remote: state.current().addr.clone(),
        })
    }

    /// What a look says beside what the socket itself was asked.
    fn complete(&self, row: Row, look: &mut Look) {
        let queue = self.queue_of(row);
        // Before bind() or connect() a socket has no address of its own.
        let new = |state: &RowState| matches!(state.stage(), Stage::Created | Stage::NonBlocking);
        if self.world.row(row).is_some_and(new) {
            look.local = look.local.take().filter(is_bound);
        }
        self.look_at_both_ends(row, look);
        look.queue = match queue {
            Some(queue) => Answer::Says(queue),
            // There was one, and the listener is gone.
            None if self.had_queue(row) => Answer::NoAnswer,
            None => Answer::NotAsked,
        };
    }
}

/// The answer, if it differs from what is known.
fn changed_look(world: &World, row: Row, mut answer: Look) -> Option<Look> {
    let before = &world.row(row)?.look;
    if let (Answer::Says(tcp), Some(known)) = (&mut answer.tcp, before.tcp.answer()) {
        tcp.due_us = same_time(tcp.due_us, known.due_us);
        tcp.gives_up_us = same_time(tcp.gives_up_us, known.gives_up_us);
    }
    answer.is_news(before).then_some(answer)
}

/// The rows that a record brought, with their descriptors: nobody could see them before.
fn appeared(record: &Record) -> impl Iterator<Item = Row> + '_ {
    record.changes.iter().filter_map(|change| match change {
        Change::Appeared { row, .. } => Some(*row),
        _ => None,
    })
}
