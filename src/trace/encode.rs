//! Records into lines. Every struct is taken apart whole, so that a field that is added does not compile until it is written.

mod changes;
mod looks;
mod out;
mod tasks;

pub(super) use changes::change;
pub(super) use looks::look_line;
use out::{Each, RecordOut, append};

use super::line::{CallLine, EventLine, HeaderLine, PacketLine, StageLine};
use super::text::Text;
use super::utc::utc;
use super::{FORMAT, weave};
use crate::model::addr::Addr;
use crate::model::call::{CallFact, Out, Outcome};
use crate::model::clean;
use crate::model::command::Command;
use crate::model::readiness::{Readiness, joined};
use crate::model::record::{Cause, Event, Header, PacketFact, Record, StageChange};
use crate::model::unknown::Unknown;
use std::fmt::Write;

/// The header line, with its newline.
pub fn header(header: &Header) -> String {
    let Header {
        version,
        os,
        kernel,
        program,
        started,
        sysctl,
        unknown,
    } = header;
    let known = line(&HeaderLine {
        format: FORMAT.into(),
        version: *version,
        os: os.as_str().into(),
        kernel: kernel.as_str().into(),
        program: program.as_str().into(),
        started: utc(*started).into(),
        sysctl: sysctl.iter().cloned().collect(),
    });
    ended(known, unknown)
}

/// One record's line, with its newline: what is not understood stands where it stood.
pub fn record(record: &Record) -> String {
    let mut text = String::new();
    record_behind(record, &mut text);
    text
}

/// The same behind a text.
pub fn record_behind(record: &Record, text: &mut String) {
    let Record {
        n,
        tick,
        cause,
        at_us,
        changes,
        calls,
        events,
        rules,
        packets,
        tasks,
        said,
        looks,
        looked,
        stages,
        unknown,
    } = record;
    let known = RecordOut {
        n: *n,
        tick: *tick,
        cause: match cause {
            // Most records are ticks.
            Cause::Command(Command::TICK) => "tick".into(),
            Cause::Command(command) => command.to_string().into(),
            Cause::Answer => "answer".into(),
            Cause::Program => "program".into(),
            Cause::Step(task) => format!("step {task}").into(),
            Cause::Unknown(words) => words.as_str().into(),
        },
        at_us: *at_us,
        looked: *looked,
        changes: Each(changes.as_slice(), change),
        calls: Each(calls.as_slice(), call),
        events: Each(events.as_slice(), event),
        looks: Each(looks.as_slice(), |(row, look)| look_line(*row, look)),
        rules: Each(rules.as_slice(), |rule| Command::Rule(*rule).to_string()),
        packets: Each(packets.as_slice(), packet),
        tasks: Each(tasks.as_slice(), tasks::task),
        said: Each(said.as_slice(), tasks::said),
        stages: Each(stages.as_slice(), stage),
    };
    if unknown.is_empty() {
        append(&known, text);
        text.push('\n');
    } else {
        text.push_str(&ended(line(&known), unknown));
    }
}

fn line(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("these structs hold only strings, numbers and string keys")
}

fn ended(known: String, unknown: &[Unknown]) -> String {
    let mut text = if unknown.is_empty() {
        known
    } else {
        weave::into(&known, unknown)
    };
    text.push('\n');
    text
}

pub(super) fn call(fact: &CallFact) -> CallLine<'_> {
    let CallFact {
        row,
        id,
        call,
        by,
        outcome,
        woken,
        made,
    } = fact;
    let mut line = CallLine {
        socket: row.map(|row| row.0),
        id: *id,
        call: call.name().into(),
        by: by.word().into(),
        woken: *woken,
        task: made.as_ref().map(|made| made.task.to_string()),
        made: made.as_ref().map(|made| (*made.name).into()),
        wrote: made
            .as_ref()
            .and_then(|made| made.wrote.as_deref())
            .map(Text::from),
        limit_us: made
            .as_ref()
            .and_then(|made| u64::try_from(made.limit?.as_micros()).ok()),
        handed: made.as_ref().map_or(0, |made| made.handed),
        ..CallLine::default()
    };
    if let Some(made) = made {
        line.args = Some((*made.args).into());
    } else if call.writes_args() {
        line.args = Some(call.args().into());
    }
    call.write(&mut line);
    if let Some(Outcome {
        ret,
        errno,
        out: written,
    }) = outcome
    {
        line.ret = Some(*ret);
        line.errno = errno.map(|errno| errno.name().into());
        line.out = written.as_ref().map(out);
    }
    line
}

fn out(out: &Out) -> Text<'static> {
    match out {
        Out::SoError(None) => "0".into(),
        Out::SoError(Some(errno)) => errno.name().into(),
        Out::Addr(addr) => addr.to_string().into(),
        Out::Addrs(addrs) => addrs
            .iter()
            .map(Addr::to_string)
            .collect::<Vec<_>>()
            .join(" ")
            .into(),
        Out::Bytes(bytes) => clean::escape_bytes(bytes).into(),
        Out::Eai(eai) => eai.name().into(),
        Out::Sets(sets) => joined(sets).into(),
        Out::Fds(read, write) => format!("{read} {write}").into(),
    }
}

fn event(event: &Event) -> EventLine {
    let Event {
        row,
        stale,
        readiness,
    } = event;
    let has = |flag| readiness.contains(flag);
    EventLine {
        socket: row.0,
        attempt: stale.map(|id| id.0),
        readable: has(Readiness::READABLE),
        writable: has(Readiness::WRITABLE),
        error: has(Readiness::ERROR),
        read_closed: has(Readiness::READ_CLOSED),
        write_closed: has(Readiness::WRITE_CLOSED),
        priority: has(Readiness::PRIORITY),
    }
}

pub(super) fn packet(fact: &PacketFact) -> PacketLine {
    let hex = |bytes: &Vec<u8>| {
        let mut digits = String::with_capacity(2 * bytes.len());
        for byte in bytes {
            let _ = write!(digits, "{byte:02x}");
        }
        digits
    };
    let PacketFact { change, bytes } = fact;
    let crate::model::wire::PacketChange {
        number,
        at_us,
        what,
    } = change;
    PacketLine {
        number: *number,
        at_us: *at_us,
        what: what.clone(),
        raw: bytes.as_ref().map(hex),
    }
}

pub(super) fn stage(change: &StageChange) -> StageLine<'_> {
    let StageChange {
        row,
        target,
        stage,
        failure,
    } = change;
    StageLine {
        socket: row.0,
        target: (**target).into(),
        stage: stage.word().into(),
        errno: failure.map(|failure| failure.name().into()),
    }
}
