//! How much memory records and rows take, so that a history can keep within its bounds. Estimates from capacities; a test measures them.

use super::RowState;
use crate::model::addr::Addr;
use crate::model::call::{Call, CallFact, Out, Payload};
use crate::model::command::Command;
use crate::model::record::{Cause, Change, Look, PacketFact, Record, StageChange, WireEnds};
use crate::model::socket::{Attempt, Fact};
use crate::model::target::{Place, Target};
use crate::model::unknown::{Part, Unknown};
use crate::model::wire::{What, Wire};
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

fn place(place: &Place) -> usize {
    match place {
        Place::At(to) => addr(to),
        Place::Name { host, .. } => text(host),
        Place::Lab(peer) | Place::Shared { peer, .. } => text(peer),
        Place::Unresolved { .. } | Place::Wire(_) => 0,
    }
}

fn target(target: &Target) -> usize {
    text(&target.text) + place(&target.place)
}

fn command(command: &Command) -> usize {
    match command {
        Command::Add(targets) => vec(targets) + targets.iter().map(target).sum::<usize>(),
        Command::Lanes(to) => target(to),
        Command::Make(_, make) => goes_in(make.call()),
        Command::Note(words) => text(words),
        _ => 0,
    }
}

fn look(look: &Look) -> usize {
    let ends = look
        .ends
        .as_ref()
        .map_or(0, |_| heap(size_of::<WireEnds>()));
    look.local.as_ref().map_or(0, addr) + ends
}

fn goes_in(call: &Call) -> usize {
    match call {
        Call::Connect { addr: to, .. } | Call::Bind { addr: to, .. } => addr(to),
        Call::Send {
            data: Payload::Bytes(bytes),
            ..
        } => vec(bytes),
        Call::Getaddrinfo { host, .. } => text(host),
        _ => 0,
    }
}

fn call(fact: &CallFact) -> usize {
    let out = fact
        .outcome
        .as_ref()
        .and_then(|outcome| outcome.out.as_ref());
    goes_in(&fact.call)
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
            target: to,
            addresses,
            ..
        } => target(to) + vec(addresses) + addresses.iter().map(addr).sum::<usize>(),
        Change::Appeared {
            target: name,
            addr: at,
            ..
        } => text(name) + at.as_ref().map_or(0, addr),
        _ => 0,
    }
}

/// A record with everything it owns, in bytes.
pub fn record(record: &Record) -> usize {
    let cause = match &record.cause {
        Cause::Command(command) => self::command(command),
        Cause::Answer => 0,
        Cause::Unknown(words) => text(words),
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
        + vec(&record.unknown)
        + record.unknown.iter().map(unknown).sum::<usize>()
}

fn unknown(unknown: &Unknown) -> usize {
    let Unknown {
        part,
        at: _,
        raw,
        shown,
    } = unknown;
    let place = match part {
        Part::Field { place, name } => text(place) + text(name),
        Part::Cause
        | Part::Change
        | Part::Call
        | Part::Look
        | Part::Rule
        | Part::Packet
        | Part::Stage => 0,
    };
    place + text(raw) + text(shown)
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
    attempt.addr.as_ref().map_or(0, addr) + known + vec(&attempt.more_names)
}

/// A row with everything it owns, in bytes.
pub fn row(row: &RowState) -> usize {
    heap(size_of::<RowState>() + 16)
        + text(&row.target)
        + row.place.as_ref().map_or(0, place)
        + vec(&row.addresses)
        + row.addresses.iter().map(addr).sum::<usize>()
        + vec(&row.attempts)
        + row.attempts.iter().map(attempt).sum::<usize>()
        + look(&row.look)
        + look(&row.look_before)
}
