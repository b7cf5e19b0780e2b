//! Records into lines.

use super::line::{
    CallLine, ChangeLine, EventLine, HeaderLine, LookLine, PacketLine, QueueLine, RecordLine,
    StageLine, TcpLine, WireEndLine,
};
use super::{FORMAT, VERSION};
use crate::model::addr::Addr;
use crate::model::call::{Call, CallFact, Out, Payload, timeout_ms};
use crate::model::clean;
use crate::model::command::Command;
use crate::model::ids::Row;
use crate::model::readiness::{Readiness, joined, names};
use crate::model::record::{
    Cause, Change, Event, Header, Look, PacketFact, Record, Role, StageChange, WireEnd, Witness,
};
use crate::model::socket::Mode;
use std::borrow::Cow;

/// The header line, with its newline.
pub fn header(header: &Header) -> String {
    line(&HeaderLine {
        format: FORMAT.into(),
        version: VERSION,
        os: header.os.as_str().into(),
        kernel: header.kernel.as_str().into(),
        program: header.program.as_str().into(),
        started: utc(header.started).into(),
        sysctl: header.sysctl.iter().cloned().collect(),
    })
}

/// One record's line, with its newline.
pub fn record(record: &Record) -> String {
    line(&RecordLine {
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
    })
}

fn line(value: &impl serde::Serialize) -> String {
    let mut text = serde_json::to_string(value)
        .expect("these structs hold only strings, numbers and string keys");
    text.push('\n');
    text
}

fn change(change: &Change) -> ChangeLine<'_> {
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
pub(super) fn role_word(role: Role) -> &'static str {
    match role {
        Role::Client => "client",
        Role::Peer { .. } => "peer",
        Role::Accepted { .. } => "accepted",
    }
}

fn call(fact: &CallFact) -> CallLine<'_> {
    let mut line = CallLine {
        socket: fact.row.map(|row| row.0),
        id: fact.id,
        call: fact.call.name().into(),
        fd: fact.call.fd().map(|fd| fd.0),
        by: fact.by.word().into(),
        woken: fact.woken,
        ..CallLine::default()
    };
    // The poll's arguments are in fields of their own; for the others the text says them all.
    if !matches!(fact.call, Call::EpollWait { .. }) {
        line.args = Some(fact.call.args().into());
    }
    match &fact.call {
        Call::Socket { family } => line.family = Some(family.name().into()),
        Call::Connect { addr, .. } | Call::Bind { addr, .. } => line.addr = Some(addr.to_string()),
        Call::EpollCtl {
            epfd, op, interest, ..
        } => {
            line.epfd = Some(epfd.0);
            line.op = Some(op.name().into());
            line.interest = Some(interest.letters().into());
        }
        Call::EpollWait {
            epfd,
            capacity,
            timeout,
        } => {
            line.epfd = Some(epfd.0);
            line.capacity = Some(*capacity);
            line.timeout_ms = Some(timeout_ms(*timeout));
        }
        Call::Send {
            data: Payload::Bytes(bytes),
            ..
        } => line.bytes = Some(clean::escape_bytes(bytes)),
        Call::Send {
            data: Payload::Fill(count),
            ..
        } => line.fill = Some(*count),
        Call::SendUrgent { byte, .. } => {
            line.bytes = Some(clean::escape_bytes(&[*byte]));
            line.option = Some("MSG_OOB".into());
        }
        Call::Poll { timeout, .. } => line.timeout_ms = Some(timeout_ms(*timeout)),
        Call::Recv { size, .. } => line.size = Some(*size),
        Call::Shutdown { how, .. } => line.how = Some(how.name().into()),
        Call::Listen { backlog, .. } => line.value = Some(*backlog),
        Call::SetOption { option, value, .. } => {
            line.option = Some(option.name().into());
            line.value = Some(*value);
        }
        Call::Getaddrinfo { host, port } => {
            line.host = Some(host.as_str().into());
            line.port = Some(*port);
        }
        Call::SoError { .. } => line.option = Some("SO_ERROR".into()),
        Call::SetNonblocking { .. }
        | Call::Getpeername { .. }
        | Call::Select { .. }
        | Call::Close { .. }
        | Call::Accept { .. } => {}
    }
    if let Some(outcome) = &fact.outcome {
        line.ret = Some(outcome.ret);
        line.errno = outcome.errno.map(|errno| errno.name());
        line.out = outcome.out.as_ref().map(out);
    }
    line
}

fn out(out: &Out) -> Cow<'static, str> {
    match out {
        Out::SoError(None) => "0".into(),
        Out::SoError(Some(errno)) => errno.name(),
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

fn look_line(row: Row, look: &Look) -> LookLine<'_> {
    fn said<T: Copy, U>(witness: Witness<T>, show: impl Fn(T) -> U) -> Option<Option<U>> {
        match witness {
            Witness::NotAsked => None,
            Witness::NoAnswer | Witness::BadDescriptor => Some(None),
            Witness::Says(answer) => Some(Some(show(answer))),
        }
    }
    fn list<F: bitflags::Flags>(flags: F) -> Vec<Cow<'static, str>> {
        names(&flags).into_iter().map(Cow::Borrowed).collect()
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

fn packet(fact: &PacketFact) -> PacketLine {
    let hex = |bytes: &Vec<u8>| bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    PacketLine {
        change: fact.change.clone(),
        raw: fact.bytes.as_ref().map(hex),
    }
}

fn stage(change: &StageChange) -> StageLine<'_> {
    StageLine {
        socket: change.row.0,
        target: change.target.as_str().into(),
        stage: change.stage.word().into(),
        errno: change.failure.map(|failure| failure.name()),
    }
}

/// Seconds since 1970 as `2026-11-21T18:00:00Z`.
pub fn utc(seconds: u64) -> String {
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    let (year, month, day) = civil(days);
    format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z",
        rest / 3600,
        rest / 60 % 60,
        rest % 60
    )
}

/// Days since 1970-01-01 as year, month, day of the Gregorian calendar; months are counted from March, so that the leap day is last.
fn civil(days: u64) -> (u64, u64, u64) {
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 {
        from_march + 3
    } else {
        from_march - 9
    };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    (year, month, day)
}

/// The opposite of [`utc`]. `None` if the text is not of that form or before 1970.
pub fn from_utc(text: &str) -> Option<u64> {
    let digits = |range: std::ops::Range<usize>| -> Option<u64> {
        let part = text.get(range)?;
        part.bytes()
            .all(|b| b.is_ascii_digit())
            .then(|| part.parse().ok())
            .flatten()
    };
    let (year, month, day) = (digits(0..4)?, digits(5..7)?, digits(8..10)?);
    let (hour, minute, second) = (digits(11..13)?, digits(14..16)?, digits(17..19)?);
    let fits =
        text.len() == 20 && year >= 1970 && (1..=12).contains(&month) && (1..=31).contains(&day);
    if !fits || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let march_year = if month <= 2 { year - 1 } else { year };
    let (era, year_of_era) = (march_year / 400, march_year % 400);
    let from_march = (month + 9) % 12;
    let day_of_era =
        year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + (153 * from_march + 2) / 5 + day
            - 1;
    let days = (era * 146_097 + day_of_era).checked_sub(719_468)?;
    Some(days * 86_400 + hour * 3_600 + minute * 60 + second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utc_is_the_calendar() {
        let cases = [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_795_284_000, "2026-11-21T18:00:00Z"),
            (4_107_542_399, "2100-02-28T23:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
        ];
        for (seconds, text) in cases {
            assert_eq!(utc(seconds), text);
            assert_eq!(from_utc(text), Some(seconds), "{text}");
        }
        assert_eq!(from_utc("yesterday"), None);
    }
}
