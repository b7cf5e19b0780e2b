//! How much memory records and rows take, so that a history can keep within its bounds. Estimates from capacities; a test measures them.

use super::addr::Addr;
use super::call::{Call, CallFact, Out, Payload};
use super::record::{Cause, Change, Look, PacketFact, Record, StageChange, WireEnds};
use super::socket::{Attempt, Fact};
use super::wire::{What, Wire};
use super::world::RowState;
use std::mem::{size_of, size_of_val};

/// What an allocator adds to each block, on average: its header and the rounding.
const BLOCK: usize = 16;

fn heap(bytes: usize) -> usize {
    if bytes == 0 { 0 } else { bytes + BLOCK }
}

fn vec<T>(items: &Vec<T>) -> usize {
    heap(items.capacity() * size_of::<T>())
}

fn text(text: &str) -> usize {
    heap(text.len())
}

fn addr(addr: &Addr) -> usize {
    match addr {
        Addr::V4(_) | Addr::V6(_) | Addr::UnixUnnamed => 0,
        Addr::UnixPath(bytes) | Addr::UnixAbstract(bytes) => vec(bytes),
    }
}

fn look(look: &Look) -> usize {
    let ends = look
        .ends
        .as_ref()
        .map_or(0, |_| heap(size_of::<WireEnds>()));
    look.local.as_ref().map_or(0, addr) + ends
}

fn call(fact: &CallFact) -> usize {
    let went_in = match &fact.call {
        Call::Connect { addr: to, .. } | Call::Bind { addr: to, .. } => addr(to),
        Call::Send {
            data: Payload::Bytes(bytes),
            ..
        } => vec(bytes),
        Call::Getaddrinfo { host, .. } => text(host),
        _ => 0,
    };
    let out = fact
        .outcome
        .as_ref()
        .and_then(|outcome| outcome.out.as_ref());
    went_in
        + match out {
            Some(Out::Addr(one)) => addr(one),
            Some(Out::Addrs(all)) => vec(all) + all.iter().map(addr).sum::<usize>(),
            Some(Out::Bytes(bytes)) => vec(bytes),
            _ => 0,
        }
}

fn change(change: &Change) -> usize {
    match change {
        Change::Added {
            target,
            addresses,
            name,
            ..
        } => {
            let name = name.as_ref().map_or(0, |(host, _)| text(host));
            text(target) + vec(addresses) + addresses.iter().map(addr).sum::<usize>() + name
        }
        Change::Appeared {
            target, addr: at, ..
        } => text(target) + at.as_ref().map_or(0, addr),
        _ => 0,
    }
}

/// A record with everything it owns, in bytes.
pub fn record(record: &Record) -> usize {
    let cause = match &record.cause {
        Cause::Command(words) => text(words),
        Cause::Answer => 0,
    };
    let entered = |change: &StageChange| text(&change.target);
    // Behind an Arc, and in the list of records.
    heap(size_of::<Record>() + 16)
        + size_of::<usize>()
        + cause
        + vec(&record.changes)
        + record.changes.iter().map(change).sum::<usize>()
        + vec(&record.calls)
        + record.calls.iter().map(call).sum::<usize>()
        + vec(&record.events)
        + vec(&record.looks)
        + record
            .looks
            .iter()
            .map(|(_, seen)| look(seen))
            .sum::<usize>()
        + vec(&record.rules)
        + vec(&record.packets)
        + record.packets.iter().map(packet).sum::<usize>()
        + vec(&record.stages)
        + record.stages.iter().map(entered).sum::<usize>()
}

fn packet(fact: &PacketFact) -> usize {
    let words = match &fact.change.what {
        What::Appeared { segment, .. } => text(&segment.excerpt),
        _ => 0,
    };
    words + fact.bytes.as_ref().map_or(0, vec)
}

/// Every packet of the wire, in bytes.
pub fn wire(wire: &Wire) -> usize {
    let entries = wire.entries();
    size_of_val(entries)
        + entries
            .iter()
            .map(|entry| text(&entry.segment.excerpt))
            .sum::<usize>()
}

fn attempt(attempt: &Attempt) -> usize {
    let known = match &attempt.fact {
        Some(Fact::Peer(peer)) => addr(peer),
        _ => 0,
    };
    attempt.addr.as_ref().map_or(0, addr) + known
}

/// A row with everything it owns, in bytes.
pub fn row(row: &RowState) -> usize {
    heap(size_of::<RowState>() + 16)
        + text(&row.target)
        + row.name.as_ref().map_or(0, |(host, _)| text(host))
        + vec(&row.addresses)
        + row.addresses.iter().map(addr).sum::<usize>()
        + vec(&row.attempts)
        + row.attempts.iter().map(attempt).sum::<usize>()
        + look(&row.look)
        + look(&row.look_before)
}
