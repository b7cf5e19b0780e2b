//! How much memory records and rows take, so that a history can keep within its bounds. Estimates from capacities; a test measures them.
//! Every field and every kind is named here, so that one that is added is weighed too.

mod heap;
mod parts;
mod records;

pub use records::record;

use super::bits::Bits;
use super::lists::Block;
use super::{RowOrigin, RowState, World};
use crate::model::socket::{Attempt, Fact};
use crate::model::wire::Entry;
use heap::{counted, list, vec};
use parts::{addr, look, segment};
use std::sync::Arc;

fn attempt(attempt: &Attempt) -> usize {
    let known = match &attempt.fact {
        Some(Fact::Peer(peer)) => addr(peer),
        Some(
            Fact::Connect(_)
            | Fact::ConnectedBefore
            | Fact::SoErrorZero
            | Fact::Phantom
            | Fact::Data
            | Fact::Failed(_)
            | Fact::GaveUp,
        )
        | None => 0,
    };
    attempt.addr.as_ref().map_or(0, addr) + known + vec(&attempt.more_names)
}

/// A row with everything it owns, in bytes.
fn row(row: &RowState) -> usize {
    let RowState {
        row: _,
        // Its record has it too, and is weighed with it.
        origin: RowOrigin::Target(_) | RowOrigin::Appeared(_),
        role: _,
        mode: _,
        by_hand: _,
        deadline_us: _,
        addresses,
        at: _,
        interest: _,
        attempts,
        removed: _,
        lookup: _,
        waits_since_us: _,
        news: _,
        half_told: _,
        asked_before: _,
        look: seen,
        look_before,
        server_knew: _,
        last_call: _,
        marks: _,
    } = row;
    counted::<RowState>()
        + list(addresses, addr)
        + list(attempts, attempt)
        + look(seen)
        + look(look_before)
}

fn entry(entry: &Entry) -> usize {
    let Entry {
        number: _,
        flow: _,
        segment: seen,
        origin: _,
        fate: _,
        copies: _,
        in_hand: _,
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

impl World {
    /// How much memory this world takes that `before`, of which it is a later state, does not take already; in bytes, about.
    pub fn weight_beside(&self, before: Option<&World>) -> usize {
        let World {
            rows,
            n: _,
            tick: _,
            tick_n: _,
            epfd: _,
            looked_at_us: _,
            looked_n: _,
            unsettled,
            blocks,
            touched,
            autodrain: _,
            hunted: _,
            wire,
            at_us: _,
            removed: _,
            far: _,
            longest_target: _,
            owners,
        } = self;
        let of_rows = rows.weight_beside(before.map(|world| &world.rows), |new, old| {
            unless_shared(new, old, row)
        });
        let of_blocks = blocks.iter().enumerate().map(|(at, new)| {
            let old = before.and_then(|world| world.blocks.get(at));
            unless_shared(new, old, |_| counted::<Block>())
        });
        size_of::<World>()
            + of_rows
            + of_blocks.sum::<usize>()
            + vec(blocks)
            + vec(touched)
            + Bits::weight(unsettled)
            + owners.weight_beside(before.map(|world| &world.owners), |_, _| 0)
            + wire.weight_beside(before.map(|world| &world.wire), entry)
    }
}
