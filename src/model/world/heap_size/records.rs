//! How much memory a record takes.

use super::heap::{counted, heap, list, text, vec};
use super::parts::{addr, look, segment, target};
use crate::model::call::{CallFact, Out, Outcome};
use crate::model::command::Command;
use crate::model::lesson_mark::LessonMark;
use crate::model::pack::{Pack, Packable, Weighed};
use crate::model::record::{Cause, Change, Event, KeptChange, PacketFact, Record, StageChange};
use crate::model::task::{MadeBy, ProgramWords, TaskChange, TaskFact};
use crate::model::unknown::{self, Unknown};
use crate::model::wire::{self, PacketEvent};

fn command(command: &Command) -> usize {
    match command {
        Command::Add(targets) => list(targets, target),
        Command::Modes(to) | Command::Ways(to) => target(to),
        Command::Make(_, make) => heap(make.call().heap_size()),
        Command::Note(words)
        | Command::Lesson(LessonMark::Begun(words) | LessonMark::Asked(_, words)) => text(words),
        Command::Lesson(LessonMark::Voted(_, counts)) => vec(counts),
        Command::Mode(_, _)
        | Command::Delete(_)
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
        | Command::Race(_, _)
        | Command::Interrupt(_)
        | Command::BadFd(_)
        | Command::Probe
        | Command::Accept(_, _)
        | Command::Listen(_, _)
        | Command::ByHand(_, _)
        | Command::Queue(_, _)
        | Command::Capacity(_)
        | Command::Limit(_)
        | Command::Release(_)
        | Command::Lesson(
            LessonMark::Answered(_, _)
            | LessonMark::Later(_)
            | LessonMark::Revealed(_)
            | LessonMark::Reached(_)
            | LessonMark::Staged(_),
        )
        | Command::Drop(_)
        | Command::Repeat(_)
        | Command::Reorder(_, _, _)
        | Command::Rule(_)
        | Command::InjectRst(_, _, _)
        | Command::InjectIcmp(_, _, _) => 0,
    }
}

fn out_size(out: &Out) -> usize {
    match out {
        Out::Addr(one) => addr(one),
        Out::Addrs(all) => list(all, addr),
        Out::Bytes(bytes) => vec(bytes),
        Out::SoError(_) | Out::Sets(_) | Out::Eai(_) | Out::Fds(_, _) => 0,
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
        made,
    } = fact;
    let outcome = outcome.as_ref().map_or(0, |outcome| {
        let Outcome {
            ret: _,
            errno: _,
            out,
        } = outcome;
        out.as_ref().map_or(0, out_size)
    });
    let made = made.as_deref().map_or(0, |made| {
        let MadeBy {
            task: _,
            name,
            args,
            wrote,
            limit: _,
            handed: _,
        } = made;
        let wrote = wrote.as_deref().map_or(0, text);
        heap(size_of::<MadeBy>()) + text(name) + text(args) + wrote
    });
    heap(call.heap_size()) + outcome + made
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
            mode: _,
        } => text(name) + at.as_ref().map_or(0, addr),
        Change::ByHand { row: _, switch: _ }
        | Change::Mode { row: _, mode: _ }
        | Change::Deadline { row: _, at_us: _ }
        | Change::Race { row: _, delay: _ }
        | Change::Races { row: _, of: _ }
        | Change::Due { row: _, at_us: _ }
        | Change::Autodrain(_)
        | Change::Removed { row: _ }
        | Change::Restarted { row: _ }
        | Change::Asked {
            row: _,
            interest: _,
        }
        | Change::Interest {
            row: _,
            interest: _,
        } => 0,
        Change::Named {
            row: _,
            target: name,
            addr: at,
        } => text(name) + addr(at),
        Change::Names { row: _, names } => vec(names),
    }
}

fn task(fact: &TaskFact) -> usize {
    let TaskFact { task: _, what } = fact;
    match what {
        TaskChange::Began {
            pid: _,
            tid: _,
            name,
        }
        | TaskChange::Runs { name }
        | TaskChange::Waits { name, limit: _ } => text(name),
        TaskChange::Held { row: _, name, args } => text(name) + text(args),
        TaskChange::GoesOn | TaskChange::Ended(_) => 0,
    }
}

fn words(said: &ProgramWords) -> usize {
    let ProgramWords {
        process: _,
        fd: _,
        bytes,
    } = said;
    vec(bytes)
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

fn packet(fact: &PacketFact) -> usize {
    let PacketFact { change, bytes } = fact;
    let wire::PacketChange {
        number: _,
        at_us: _,
        what,
    } = change;
    let words = match what {
        PacketEvent::Appeared {
            flow: _,
            segment: seen,
            origin: _,
        } => segment(seen),
        PacketEvent::SentAgain
        | PacketEvent::Waits(_)
        | PacketEvent::LetGo(_)
        | PacketEvent::Repeated(_)
        | PacketEvent::Dropped
        | PacketEvent::Swallowed
        | PacketEvent::Moved(_, _)
        | PacketEvent::NotWritten(_) => 0,
    };
    words + bytes.as_ref().map_or(0, vec)
}

/// A list that may be packed: what each of its items owns, or each that is kept as it is.
fn packable<T: Pack>(
    items: &Packable<T>,
    own: impl Fn(&T) -> usize,
    kept: impl Fn(&T::Kept) -> usize,
) -> usize {
    match items.weighed() {
        Weighed::Whole(items) => list(items, own),
        Weighed::Packed(blocks, all) => {
            let blocks: usize = blocks.into_iter().map(heap).sum();
            blocks + all.iter().map(kept).sum::<usize>()
        }
    }
}

fn boxed<T>(one: &T, own: impl Fn(&T) -> usize) -> usize {
    heap(size_of::<T>()) + own(one)
}

fn kept_change(kept: &KeptChange) -> usize {
    match kept {
        KeptChange::Target(to) => target(to),
        KeptChange::Other(other) => boxed(other.as_ref(), change),
    }
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
        tasks,
        said,
        looks,
        looked: _,
        stages,
        unknown,
    } = record;
    let cause = match cause {
        Cause::Command(command) => self::command(command),
        Cause::Answer | Cause::Step(_) | Cause::Program => 0,
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
        + packable(changes, change, kept_change)
        + packable(calls, call, |kept| boxed(kept.as_ref(), call))
        + packable(events, event, event)
        + packable(
            looks,
            |(_, seen)| look(seen),
            |kept| boxed(kept.as_ref(), |(_, seen)| look(seen)),
        )
        + vec(rules)
        + list(packets, packet)
        + list(tasks, task)
        + list(said, words)
        + packable(stages, entered, |name| text(name))
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
        unknown::LinePart::Field { place, name } => text(place) + text(name),
        unknown::LinePart::Cause
        | unknown::LinePart::Change
        | unknown::LinePart::Call
        | unknown::LinePart::Look
        | unknown::LinePart::Rule
        | unknown::LinePart::Packet
        | unknown::LinePart::Stage => 0,
    };
    place + text(raw) + text(shown)
}
