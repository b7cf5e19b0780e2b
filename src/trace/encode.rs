//! Records into lines.

use super::line::{
    CallLine, ChangeLine, EventLine, HeaderLine, LookLine, PacketLine, QueueLine, RecordLine,
    StageLine, TcpLine, WireEndLine,
};
use super::text::Text;
use super::utc::utc;
use super::{FORMAT, weave};
use crate::model::addr::Addr;
use crate::model::call::{CallFact, Out};
use crate::model::clean;
use crate::model::command::Command;
use crate::model::ids::Row;
use crate::model::readiness::{Readiness, joined, names};
use crate::model::record::{
    Cause, Change, Event, Header, Look, PacketFact, Record, Role, StageChange, WireEnd, Witness,
};
use crate::model::socket::Mode;
use crate::model::unknown::Unknown;

/// The header line, with its newline.
pub fn header(header: &Header) -> String {
    let known = line(&HeaderLine {
        format: FORMAT.into(),
        version: header.version,
        os: header.os.as_str().into(),
        kernel: header.kernel.as_str().into(),
        program: header.program.as_str().into(),
        started: utc(header.started).into(),
        sysctl: header.sysctl.iter().cloned().collect(),
    });
    ended(known, &header.unknown)
}

/// One record's line, with its newline: what is not understood stands where it stood.
pub fn record(record: &Record) -> String {
    let known = line(&RecordLine {
        n: record.n,
        tick: record.tick,
        cause: match &record.cause {
            // Most records are ticks.
            Cause::Command(Command::TICK) => "tick".into(),
            Cause::Command(command) => command.to_string().into(),
            Cause::Answer => "answer".into(),
            Cause::Unknown(words) => words.as_str().into(),
        },
        at_us: record.at_us,
        looked: record.looked,
        changes: record.changes.iter().map(change).collect(),
        calls: record.calls.iter().map(call).collect(),
        events: record.events.iter().map(event).collect(),
        looks: record
            .looks
            .iter()
            .map(|(row, look)| look_line(*row, look))
            .collect(),
        rules: record
            .rules
            .iter()
            .map(|rule| Command::Rule(*rule).to_string().into())
            .collect(),
        packets: record.packets.iter().map(packet).collect(),
        stages: record.stages.iter().map(stage).collect(),
    });
    ended(known, &record.unknown)
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

pub(super) fn change(change: &Change) -> ChangeLine<'_> {
    let of_row = |word: &'static str, row: &Row| ChangeLine {
        change: word.into(),
        socket: Some(row.0),
        ..ChangeLine::default()
    };
    match change {
        Change::Added {
            row,
            target,
            addresses,
            interest,
            mode,
        } => ChangeLine {
            target: Some(target.text.as_str().into()),
            addresses: addresses.iter().map(Addr::to_string).collect(),
            host: target.place.name().map(|(host, _)| host.into()),
            port: target.place.name().map(|(_, port)| port),
            interest: Some(interest.letters().into()),
            mode: match mode {
                Mode::NonBlocking => None,
                Mode::Blocking => Some("blocking".into()),
                Mode::Timeout(_) => Some("timeout".into()),
            },
            timeout_ms: match mode {
                Mode::Timeout(after) => u64::try_from(after.as_millis()).ok(),
                _ => None,
            },
            ..of_row("added", row)
        },
        Change::Appeared {
            row,
            target,
            role,
            fd,
            stage,
            addr,
            interest,
        } => ChangeLine {
            target: Some(target.as_str().into()),
            role: Some(role_word(*role).into()),
            of: role.of().map(|of| of.0),
            fd: Some(fd.0),
            stage: Some(stage.word().into()),
            addresses: addr.iter().map(Addr::to_string).collect(),
            interest: Some(interest.letters().into()),
            ..of_row("appeared", row)
        },
        Change::Hand { row, switch } => ChangeLine {
            switch: Some(switch.word().into()),
            ..of_row("hand", row)
        },
        Change::Deadline { row, at_us } => ChangeLine {
            deadline_us: *at_us,
            ..of_row("deadline", row)
        },
        Change::Autodrain(switch) => ChangeLine {
            change: "autodrain".into(),
            switch: Some(switch.word().into()),
            ..ChangeLine::default()
        },
        Change::Removed { row } => of_row("removed", row),
        Change::Restarted { row } => of_row("restarted", row),
        Change::Interest { row, interest } => ChangeLine {
            interest: Some(interest.letters().into()),
            ..of_row("interest", row)
        },
    }
}

/// The word for a role in a trace.
fn role_word(role: Role) -> &'static str {
    match role {
        Role::Client => "client",
        Role::Peer { .. } => "peer",
        Role::Accepted { .. } => "accepted",
    }
}

pub(super) fn call(fact: &CallFact) -> CallLine<'_> {
    let mut line = CallLine {
        socket: fact.row.map(|row| row.0),
        id: fact.id,
        call: fact.call.name().into(),
        by: fact.by.word().into(),
        woken: fact.woken,
        ..CallLine::default()
    };
    if fact.call.writes_args() {
        line.args = Some(fact.call.args().into());
    }
    fact.call.write(&mut line);
    if let Some(outcome) = &fact.outcome {
        line.ret = Some(outcome.ret);
        line.errno = outcome.errno.map(|errno| errno.name().into());
        line.out = outcome.out.as_ref().map(out);
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
    }
}

fn event(event: &Event) -> EventLine {
    let has = |flag| event.readiness.contains(flag);
    EventLine {
        socket: event.row.0,
        attempt: event.stale.map(|id| id.0),
        readable: has(Readiness::READABLE),
        writable: has(Readiness::WRITABLE),
        error: has(Readiness::ERROR),
        read_closed: has(Readiness::READ_CLOSED),
        write_closed: has(Readiness::WRITE_CLOSED),
        priority: has(Readiness::PRIORITY),
    }
}

pub(super) fn look_line(row: Row, look: &Look) -> LookLine<'_> {
    fn said<T: Copy, U>(witness: Witness<T>, show: impl Fn(T) -> U) -> Option<Option<U>> {
        match witness {
            Witness::NotAsked => None,
            Witness::NoAnswer | Witness::BadDescriptor => Some(None),
            Witness::Says(answer) => Some(Some(show(answer))),
        }
    }
    fn list<F: bitflags::Flags>(flags: F) -> Vec<Text<'static>> {
        names(&flags).into_iter().map(Text::from).collect()
    }
    LookLine {
        socket: row.0,
        poll: said(look.poll, list),
        select: said(look.select, list),
        epoll: said(look.epoll, list),
        tcp: said(look.tcp, |tcp| TcpLine {
            state: tcp.state.name().into(),
            retransmits: tcp.retransmits,
            rto_us: tcp.rto_us,
            rtt_us: tcp.rtt_us,
            unacked: tcp.unacked,
            sacked: tcp.sacked,
            due_us: tcp.due_us,
            gives_up_us: tcp.gives_up_us,
        }),
        local: look.local.as_ref().map(Addr::to_string),
        queue: said(look.queue, |queue| QueueLine {
            length: queue.length,
            limit: queue.limit,
        }),
        client: said(look.client(), wire_end),
        server: said(look.server(), wire_end),
        select_errno: (look.select == Witness::BadDescriptor).then(|| "EBADF".into()),
    }
}

fn wire_end(end: WireEnd) -> WireEndLine<'static> {
    WireEndLine {
        state: end.state.name().into(),
        retransmits: end.retransmits,
        due_us: end.due_us,
        gives_up_us: end.gives_up_us,
    }
}

pub(super) fn packet(fact: &PacketFact) -> PacketLine {
    let hex = |bytes: &Vec<u8>| bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    PacketLine {
        number: fact.change.number,
        at_us: fact.change.at_us,
        what: fact.change.what.clone(),
        raw: fact.bytes.as_ref().map(hex),
    }
}

pub(super) fn stage(change: &StageChange) -> StageLine<'_> {
    StageLine {
        socket: change.row.0,
        target: change.target.as_str().into(),
        stage: change.stage.word().into(),
        errno: change.failure.map(|failure| failure.name().into()),
    }
}
