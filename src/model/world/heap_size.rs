//! How much memory records and rows take, so that a history can keep within its bounds. Estimates from capacities; a test measures them.
//! Every field and every kind is named here, so that one that is added is measured too.

mod heap;
mod parts;
mod records;

pub use records::record;

use super::bits::RowBits;
use super::lists::ListBlock;
use super::{LastResults, RowOrigin, RowState, World};
use crate::model::record::Look;
use crate::model::socket::{Attempt, ConnectionFact};
use crate::model::task::{Doing, Task, TaskState};
use crate::model::wire::PacketEntry;
use heap::{counted, heap, list, shared, text, vec};
use parts::{addr, look, segment};
use std::collections::BTreeMap;
use std::sync::Arc;

fn attempt(attempt: &Attempt) -> usize {
    let known = match &attempt.fact {
        Some(ConnectionFact::Peer(peer)) => addr(peer),
        Some(
            ConnectionFact::Connect(_)
            | ConnectionFact::ConnectedBefore
            | ConnectionFact::SoErrorZero
            | ConnectionFact::Phantom
            | ConnectionFact::Data
            | ConnectionFact::Noted(_)
            | ConnectionFact::Failed(_)
            | ConnectionFact::GaveUp
            | ConnectionFact::Outrun,
        )
        | None => 0,
    };
    attempt.addr.as_ref().map_or(0, addr) + known + vec(&attempt.more_names)
}

/// A row with everything it owns, in bytes.
fn row(row: &RowState) -> usize {
    let RowState {
        row: _,
        // Its record has it too, and is measured with it.
        origin: RowOrigin::Target(_) | RowOrigin::Appeared(_),
        role: _,
        mode: _,
        by_hand: _,
        deadline_us: _,
        race,
        addresses,
        at: _,
        interest: _,
        attempts,
        removed: _,
        lookup: _,
        waits_since_us: _,
        reported: _,
        half_reported: _,
        asked_before: _,
        fillers: _,
        took_filler: _,
        look: seen,
        look_before,
        server_knew: _,
        last_call: _,
        results,
        changed_at: _,
        peer_rows,
        bucket: _,
    } = row;
    counted::<RowState>()
        + list(addresses, addr)
        + list(attempts, attempt)
        + look(seen)
        + look_before
            .as_ref()
            .map_or(0, |before| heap(size_of::<Look>()) + look(before))
        + of_results(results)
        + race
            .as_ref()
            .map_or(0, |_| heap(size_of::<crate::model::race::Race>()))
        + vec(peer_rows)
}

fn of_results(results: &LastResults) -> usize {
    let (entries, data) = results.owns();
    heap(entries) + heap(data)
}

fn entry(entry: &PacketEntry) -> usize {
    let PacketEntry {
        number: _,
        flow: _,
        segment: seen,
        origin: _,
        status: _,
        copies: _,
        held_copies: _,
        held_us: _,
        delivered: _,
        dropped: _,
        first_us: _,
        last_us: _,
        decided_us: _,
    } = entry;
    segment(seen)
}

/// What two states share is the older one's.
fn unless_shared<T>(new: &Arc<T>, old: Option<&Arc<T>>, own: impl Fn(&T) -> usize) -> usize {
    match old {
        Some(old) if Arc::ptr_eq(old, new) => 0,
        _ => own(new),
    }
}

fn own_tasks(tasks: &BTreeMap<Task, TaskState>) -> usize {
    let own = |state: &TaskState| {
        let TaskState {
            pid: _,
            tid: _,
            name,
            doing,
            uses_sockets: _,
        } = state;
        shared(name)
            + match doing {
                Doing::Held {
                    row: _,
                    name,
                    args,
                    since_us: _,
                }
                | Doing::InCall {
                    name,
                    args,
                    since_us: _,
                    limit: _,
                } => text(name) + text(args),
                Doing::Waits {
                    name,
                    since_us: _,
                    limit: _,
                } => text(name),
                Doing::Runs | Doing::Ended(_) => 0,
            }
    };
    let entries = tasks.len() * size_of::<(Task, TaskState)>();
    counted::<BTreeMap<Task, TaskState>>() + heap(entries) + tasks.values().map(own).sum::<usize>()
}

impl World {
    /// How much memory this world takes that `before`, of which it is a later state, does not take already; in bytes, about.
    pub fn heap_size_beyond(&self, before: Option<&World>) -> usize {
        let World {
            rows,
            n: _,
            tick: _,
            tick_n: _,
            step: _,
            step_n: _,
            asker: _,
            ticks_before: _,
            epfd: _,
            looked_at_us: _,
            looked_n: _,
            unsettled,
            readable,
            ends,
            blocks,
            touched,
            autodrain: _,
            probed: _,
            wire,
            at_us: _,
            removed: _,
            peer_count: _,
            longest_target: _,
            owners,
            around,
            tasks,
            program,
        } = self;
        let of_rows = rows.heap_size_beyond(before.map(|world| &world.rows), |new, old| {
            unless_shared(new, old, row)
        });
        let of_blocks = blocks.iter().enumerate().map(|(at, new)| {
            let old = before.and_then(|world| world.blocks.get(at));
            unless_shared(new, old, |_| counted::<ListBlock>())
        });
        size_of::<World>()
            + of_rows
            + of_blocks.sum::<usize>()
            + vec(blocks)
            + vec(touched)
            + RowBits::heap_size(unsettled)
            + RowBits::heap_size(readable)
            + ends.heap_size_beyond(before.map(|world| &world.ends))
            + vec(around)
            + unless_shared(tasks, before.map(|world| &world.tasks), own_tasks)
            + program.heap_size_beyond(before.map(|world| &world.program))
            + owners.heap_size_beyond(before.map(|world| &world.owners), |_, _| 0)
            + wire.heap_size_beyond(before.map(|world| &world.wire), entry)
    }
}
