//! How much memory records and rows take, so that a history can keep within its bounds. Estimates from capacities; a test measures them.
//! Every field and every kind is named here, so that one that is added is weighed too.

use super::bits::Bits;
use super::lists::Block;
use super::{RowOrigin, RowState, World};
use crate::model::addr::Addr;
use crate::model::call::{CallFact, Out, Outcome};
use crate::model::chunks::BLOCK;
use crate::model::command::Command;
use crate::model::packet::segment::Segment;
use crate::model::record::{
    Cause, Change, Event, Look, PacketFact, Record, StageChange, WireEnds, Witness,
};
use crate::model::socket::{Attempt, Fact};
use crate::model::target::{Host, Place, Port, Target, Typed};
use crate::model::unknown::{self, Unknown};
use crate::model::wire::{self, Entry, What};
use std::sync::Arc;

fn heap(bytes: usize) -> usize {
    if bytes == 0 { 0 } else { bytes + BLOCK }
}

/// What stands behind an `Arc`: with its two counts.
fn counted<T>() -> usize {
    heap(size_of::<T>() + 2 * size_of::<usize>())
}

fn vec<T>(items: &Vec<T>) -> usize {
    heap(items.capacity() * size_of::<T>())
}

fn text(text: &str) -> usize {
    heap(text.len())
}

/// A list with what each item owns.
fn list<T>(items: &Vec<T>, own: impl Fn(&T) -> usize) -> usize {
    vec(items) + items.iter().map(own).sum::<usize>()
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
        Place::Unresolved { host, port } => {
            let behind = heap(size_of::<Host>());
            let host = match host.as_ref() {
                Host::V4(_) | Host::V6(_, None) => 0,
                Host::V6(_, Some(name)) | Host::Name(name) => text(name),
            };
            behind
                + host
                + match port {
                    Port::Number(_) => 0,
                    Port::Service(name) => text(name),
                }
        }
        Place::Name { host, port: _ } => text(host),
        Place::Lab(peer) | Place::Shared { with: _, peer } => text(peer),
        Place::Wire(_) => 0,
    }
}

/// With its share of what others share.
fn target(target: &Target) -> usize {
    let Typed {
        text: words,
        place: to,
    } = &**target;
    counted::<Typed>() + shared(words) + place(to)
}

/// A text behind an `Arc`: with its two counts.
fn shared(text: &Arc<str>) -> usize {
    heap(text.len() + 2 * size_of::<usize>())
}

fn command(command: &Command) -> usize {
    match command {
        Command::Add(targets) => list(targets, target),
        Command::Lanes(to) => target(to),
        Command::Make(_, make) => heap(make.call().owns()),
        Command::Note(words) => text(words),
        Command::Delete(_)
        | Command::Restart(_)
        | Command::Tick { only: _, wait: _ }
        | Command::Look
        | Command::Interest(_, _)
        | Command::Connect(_)
        | Command::Register(_)
        | Command::Fill(_)
        | Command::Drain(_)
        | Command::Autodrain(_)
        | Command::Close(_)
        | Command::Reset(_)
        | Command::Deadline(_, _)
        | Command::Interrupt(_)
        | Command::Spoil(_)
        | Command::Hunt
        | Command::Accept(_, _)
        | Command::Listen(_, _)
        | Command::Hand(_, _)
        | Command::Queue(_, _)
        | Command::Capacity(_)
        | Command::Release(_)
        | Command::Drop(_)
        | Command::Repeat(_)
        | Command::Reorder(_, _, _)
        | Command::Rule(_)
        | Command::InjectRst(_, _, _)
        | Command::InjectIcmp(_, _, _) => 0,
    }
}

/// An answer that owns nothing.
fn plain<T: Copy>(_: &Witness<T>) -> usize {
    0
}

fn look(look: &Look) -> usize {
    let Look {
        poll,
        epoll,
        select,
        tcp,
        queue,
        ends,
        local,
    } = look;
    plain(poll)
        + plain(epoll)
        + plain(select)
        + plain(tcp)
        + plain(queue)
        + ends.as_ref().map_or(0, |_| heap(size_of::<WireEnds>()))
        + local.as_ref().map_or(0, addr)
}

fn came_out(out: &Out) -> usize {
    match out {
        Out::Addr(one) => addr(one),
        Out::Addrs(all) => list(all, addr),
        Out::Bytes(bytes) => vec(bytes),
        Out::SoError(_) | Out::Sets(_) | Out::Eai(_) => 0,
    }
}

fn call(fact: &CallFact) -> usize {
    let CallFact {
        row: _,
        id: _,
        call,
        by: _,
        outcome,
        woken: _,
    } = fact;
    let outcome = outcome.as_ref().map_or(0, |outcome| {
        let Outcome {
            ret: _,
            errno: _,
            out,
        } = outcome;
        out.as_ref().map_or(0, came_out)
    });
    heap(call.owns()) + outcome
}

fn change(change: &Change) -> usize {
    match change {
        Change::Added {
            row: _,
            target: to,
            addresses,
            interest: _,
            mode: _,
        } => target(to) + list(addresses, addr),
        Change::Appeared {
            row: _,
            target: name,
            role: _,
            fd: _,
            stage: _,
            addr: at,
            interest: _,
        } => text(name) + at.as_ref().map_or(0, addr),
        Change::Hand { row: _, switch: _ }
        | Change::Deadline { row: _, at_us: _ }
        | Change::Autodrain(_)
        | Change::Removed { row: _ }
        | Change::Restarted { row: _ }
        | Change::Interest {
            row: _,
            interest: _,
        } => 0,
    }
}

fn entered(change: &StageChange) -> usize {
    let StageChange {
        row: _,
        target: name,
        stage: _,
        failure: _,
    } = change;
    text(name)
}

fn segment(segment: &Segment) -> usize {
    let Segment {
        direction: _,
        kind: _,
        flags: _,
        seq: _,
        ack: _,
        length: _,
        window: _,
        excerpt,
    } = segment;
    text(excerpt)
}

fn packet(fact: &PacketFact) -> usize {
    let PacketFact { change, bytes } = fact;
    let wire::Change {
        number: _,
        at_us: _,
        what,
    } = change;
    let words = match what {
        What::Appeared {
            flow: _,
            segment: seen,
            origin: _,
        } => segment(seen),
        What::SentAgain
        | What::Waits(_)
        | What::LetGo(_)
        | What::Repeated(_)
        | What::Dropped
        | What::Swallowed
        | What::Moved(_, _)
        | What::NotWritten(_) => 0,
    };
    words + bytes.as_ref().map_or(0, vec)
}

/// A record with everything it owns, in bytes.
pub fn record(record: &Record) -> usize {
    let Record {
        n: _,
        tick: _,
        cause,
        at_us: _,
        changes,
        calls,
        events,
        rules,
        packets,
        looks,
        looked: _,
        stages,
        unknown,
    } = record;
    let cause = match cause {
        Cause::Command(command) => self::command(command),
        Cause::Answer => 0,
        Cause::Unknown(words) => text(words),
    };
    let event = |event: &Event| {
        let Event {
            row: _,
            stale: _,
            readiness: _,
        } = event;
        0
    };
    // Behind an Arc, and in the list of records.
    counted::<Record>()
        + size_of::<usize>()
        + cause
        + list(changes, change)
        + list(calls, call)
        + list(events, event)
        + list(looks, |(_, seen)| look(seen))
        + vec(rules)
        + list(packets, packet)
        + list(stages, entered)
        + list(unknown, not_understood)
}

fn not_understood(unknown: &Unknown) -> usize {
    let Unknown {
        part,
        at: _,
        raw,
        shown,
    } = unknown;
    let place = match part {
        unknown::Part::Field { place, name } => text(place) + text(name),
        unknown::Part::Cause
        | unknown::Part::Change
        | unknown::Part::Call
        | unknown::Part::Look
        | unknown::Part::Rule
        | unknown::Part::Packet
        | unknown::Part::Stage => 0,
    };
    place + text(raw) + text(shown)
}

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
