//! Records into lines. Every struct is taken apart whole, so that a field that is added does not compile until it is written.

use super::line::{
    CallLine, ChangeLine, EventLine, HeaderLine, LookLine, PacketLine, QueueLine, RecordLine,
    StageLine, TcpLine, WireEndLine,
};
use super::text::Text;
use super::utc::utc;
use super::{FORMAT, weave};
use crate::model::addr::Addr;
use crate::model::call::{CallFact, Out, Outcome};
use crate::model::clean;
use crate::model::command::Command;
use crate::model::ids::Row;
use crate::model::readiness::{Readiness, joined, names};
use crate::model::record::{
    Cause, Change, Event, Header, Look, PacketFact, Queue, Record, Role, StageChange, TcpFacts,
    WireEnd, WireEnds, Witness,
};
use crate::model::socket::Mode;
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
        looks,
        looked,
        stages,
        unknown,
    } = record;
    let known = line(&RecordLine {
        n: *n,
        tick: *tick,
        cause: match cause {
            // Most records are ticks.
            Cause::Command(Command::TICK) => "tick".into(),
            Cause::Command(command) => command.to_string().into(),
            Cause::Answer => "answer".into(),
            Cause::Unknown(words) => words.as_str().into(),
        },
        at_us: *at_us,
        looked: *looked,
        changes: changes.iter().map(change).collect(),
        calls: calls.iter().map(call).collect(),
        events: events.iter().map(event).collect(),
        looks: looks
            .iter()
            .map(|(row, look)| look_line(*row, look))
            .collect(),
        rules: rules
            .iter()
            .map(|rule| Command::Rule(*rule).to_string().into())
            .collect(),
        packets: packets.iter().map(packet).collect(),
        stages: stages.iter().map(stage).collect(),
    });
    ended(known, unknown)
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
    let CallFact {
        row,
        id,
        call,
        by,
        outcome,
        woken,
    } = fact;
    let mut line = CallLine {
        socket: row.map(|row| row.0),
        id: *id,
        call: call.name().into(),
        by: by.word().into(),
        woken: *woken,
        ..CallLine::default()
    };
    if call.writes_args() {
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

pub(super) fn look_line(row: Row, look: &Look) -> LookLine<'_> {
    #[expect(clippy::option_option, reason = "no field, and a field that is null")]
    fn said<T: Copy, U>(witness: Witness<T>, show: impl Fn(T) -> U) -> Option<Option<U>> {
        match witness {
            Witness::NotAsked => None,
            Witness::NoAnswer | Witness::BadDescriptor => Some(None),
            Witness::Says(answer) => Some(Some(show(answer))),
        }
    }
    fn list<F: bitflags::Flags + Copy>(flags: F) -> Vec<Text<'static>> {
        names(&flags).into_iter().map(Text::from).collect()
    }
    let Look {
        poll,
        epoll,
        select,
        tcp,
        queue,
        ends,
        local,
    } = look;
    let WireEnds { client, server } = ends.as_deref().copied().unwrap_or_default();
    LookLine {
        socket: row.0,
        poll: said(*poll, list),
        select: said(*select, list),
        epoll: said(*epoll, list),
        tcp: said(*tcp, tcp_line),
        local: local.as_ref().map(Addr::to_string),
        queue: said(*queue, |Queue { length, limit }| QueueLine {
            length,
            limit,
        }),
        client: said(client, wire_end),
        server: said(server, wire_end),
        select_errno: (*select == Witness::BadDescriptor).then(|| "EBADF".into()),
    }
}

fn tcp_line(tcp: TcpFacts) -> TcpLine<'static> {
    let TcpFacts {
        state,
        retransmits,
        rto_us,
        rtt_us,
        unacked,
        sacked,
        due_us,
        gives_up_us,
    } = tcp;
    TcpLine {
        state: state.name().into(),
        retransmits,
        rto_us,
        rtt_us,
        unacked,
        sacked,
        due_us,
        gives_up_us,
    }
}

fn wire_end(end: WireEnd) -> WireEndLine<'static> {
    let WireEnd {
        state,
        retransmits,
        due_us,
        gives_up_us,
    } = end;
    WireEndLine {
        state: state.name().into(),
        retransmits,
        due_us,
        gives_up_us,
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
    let crate::model::wire::Change {
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
        target: target.as_str().into(),
        stage: stage.word().into(),
        errno: failure.map(|failure| failure.name().into()),
    }
}
