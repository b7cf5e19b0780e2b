//! Lines into records. A trace is foreign even if we wrote it: every limit is checked, every text cleaned, every fault named.

use super::encode::from_utc;
use super::line::{
    CallLine, ChangeLine, EventLine, HeaderLine, LookLine, PacketLine, RecordLine, StageLine,
    TcpLine, WireEndLine,
};
use super::{FORMAT, VERSION};
use crate::model::addr::{Addr, Family};
use crate::model::call::{By, Call, CallFact, CtlOp, How, Out, Outcome, Payload, SocketOption};
use crate::model::clean;
use crate::model::command::{Command, Switch};
use crate::model::errno::{Eai, Errno, Failure};
use crate::model::ids::{AttemptId, Fd, Row};
use crate::model::readiness::{Interest, Readiness, SelectSets, from_names};
use crate::model::record::{
    Cause, Change, Event, Header, Look, PacketFact, Queue, Record, Role, StageChange, TcpFacts,
    WireEnd, Witness,
};
use crate::model::socket::{Mode, Stage};
use crate::model::target::Target;
use crate::model::tcp::TcpState;
use crate::model::wire::What;
use crate::model::wire::rule::Rule;
use std::time::Duration;
use thiserror::Error;

/// The longest line that is read.
pub const LONGEST_LINE: usize = 16 * 1024 * 1024;
/// The longest string in a line, in bytes.
const LONGEST_STRING: usize = 64 * 1024;

/// Why a line cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DecodeError {
    /// Not JSON, or not of this shape.
    #[error("this is no line of a trace: {0}")]
    Malformed(String),
    /// Another format.
    #[error("this is not a sockstep trace: its first line must have \"format\":\"{FORMAT}\"")]
    Foreign,
    /// A newer writer.
    #[error(
        "this trace has version {0}, and this program reads version {VERSION}: the program is too old, install a newer one"
    )]
    TooNew(u32),
    /// Version 0 never existed.
    #[error("this trace has version {0}, which no program ever wrote: the file is damaged")]
    NoSuchVersion(u32),
    /// A field holds what it cannot hold.
    #[error("the field {field} cannot be '{value}'")]
    BadField {
        /// Its name.
        field: &'static str,
        /// What it holds, shortened.
        value: String,
    },
    /// A needed field is not there.
    #[error("the field {0} is missing")]
    Missing(&'static str),
}

type Read<T> = Result<T, DecodeError>;

fn bad(field: &'static str, value: &str) -> DecodeError {
    let clean = clean::text(value);
    DecodeError::BadField {
        field,
        value: clean.chars().take(40).collect(),
    }
}

fn malformed(error: &serde_json::Error) -> DecodeError {
    DecodeError::Malformed(clean::text(&error.to_string()))
}

/// Reads the header line.
///
/// # Errors
/// If it is not a header of a version this program knows.
pub fn header(line: &str) -> Read<Header> {
    let line: HeaderLine<'_> = serde_json::from_str(line).map_err(|_| DecodeError::Foreign)?;
    if line.format != FORMAT {
        return Err(DecodeError::Foreign);
    }
    match line.version {
        0 => return Err(DecodeError::NoSuchVersion(0)),
        VERSION => {}
        newer => return Err(DecodeError::TooNew(newer)),
    }
    Ok(Header {
        os: text("os", &line.os)?,
        kernel: text("kernel", &line.kernel)?,
        program: text("program", &line.program)?,
        started: from_utc(&line.started).ok_or_else(|| bad("started", &line.started))?,
        sysctl: line
            .sysctl
            .iter()
            .map(|(name, value)| (clean::text(name), *value))
            .collect(),
    })
}

/// Reads one record's line.
///
/// # Errors
/// If it is not a record.
pub fn record(line: &str) -> Read<Record> {
    if line.len() > LONGEST_LINE {
        return Err(DecodeError::Malformed(format!(
            "longer than {LONGEST_LINE} bytes"
        )));
    }
    let line: RecordLine<'_> = serde_json::from_str(line).map_err(|error| malformed(&error))?;
    let cause = match line.cause.as_ref() {
        "answer" => Cause::Answer,
        words => Cause::parse(&text("cause", words)?),
    };
    Ok(Record {
        tick: line.tick,
        looked: line.looked,
        changes: line.changes.iter().map(change).collect::<Read<_>>()?,
        calls: line.calls.iter().map(call).collect::<Read<_>>()?,
        events: line.events.iter().map(event).collect::<Read<_>>()?,
        rules: line
            .rules
            .iter()
            .map(|words| rule(words))
            .collect::<Read<_>>()?,
        packets: line.packets.iter().map(packet).collect::<Read<_>>()?,
        looks: line.looks.iter().map(look).collect::<Read<_>>()?,
        stages: line.stages.iter().map(stage).collect::<Read<_>>()?,
        ..Record::new(line.n, cause, line.at_us)
    })
}

fn text(field: &'static str, value: &str) -> Read<String> {
    if value.len() > LONGEST_STRING {
        Err(bad(field, value))
    } else {
        Ok(clean::text(value))
    }
}

fn row(number: u32) -> Read<Row> {
    if number == 0 {
        Err(bad("socket", "0"))
    } else {
        Ok(Row(number))
    }
}

fn need<T: Copy>(field: &'static str, value: Option<T>) -> Read<T> {
    value.ok_or(DecodeError::Missing(field))
}

fn word<'a>(field: &'static str, value: Option<&'a (impl AsRef<str> + 'a)>) -> Read<&'a str> {
    let value = value.ok_or(DecodeError::Missing(field))?.as_ref();
    if value.len() > LONGEST_STRING {
        Err(bad(field, value))
    } else {
        Ok(value)
    }
}

fn one_of<T>(field: &'static str, value: &str, find: impl Fn(&str) -> Option<T>) -> Read<T> {
    find(value).ok_or_else(|| bad(field, value))
}

fn addr(field: &'static str, value: &str) -> Read<Addr> {
    one_of(field, value, |text| text.parse().ok())
}

fn bytes(field: &'static str, value: &str) -> Read<Vec<u8>> {
    one_of(field, value, clean::unescape_bytes)
}

fn interest(value: Option<&std::borrow::Cow<'_, str>>) -> Read<Interest> {
    one_of("interest", word("interest", value)?, Interest::from_letters)
}

fn change(line: &ChangeLine<'_>) -> Read<Change> {
    let row = || row(need("socket", line.socket)?);
    let switch = || {
        one_of("switch", word("switch", line.switch.as_ref())?, |w| {
            Switch::ALL.into_iter().find(|switch| switch.word() == w)
        })
    };
    let addresses = || -> Read<Vec<Addr>> {
        line.addresses
            .iter()
            .map(|a| addr("addresses", a))
            .collect()
    };
    Ok(match line.change.as_ref() {
        "added" => Change::Added {
            row: row()?,
            target: {
                let name = match (&line.host, line.port) {
                    (Some(host), Some(port)) => Some((text("host", host)?, port)),
                    _ => None,
                };
                let target = text("target", word("target", line.target.as_ref())?)?;
                Target::recorded(target, name, &addresses()?)
            },
            addresses: addresses()?,
            mode: match line.mode.as_deref() {
                None => Mode::NonBlocking,
                Some("blocking") => Mode::Blocking,
                Some("timeout") => {
                    Mode::Timeout(Duration::from_millis(need("timeout_ms", line.timeout_ms)?))
                }
                Some(other) => return Err(bad("mode", other)),
            },
            interest: interest(line.interest.as_ref())?,
        },
        "appeared" => Change::Appeared {
            row: row()?,
            target: text("target", word("target", line.target.as_ref())?)?,
            role: {
                let of = self::row(need("of", line.of)?)?;
                match word("role", line.role.as_ref())? {
                    "peer" => Role::Peer { of },
                    "accepted" => Role::Accepted { of },
                    other => return Err(bad("role", other)),
                }
            },
            fd: need("fd", line.fd).map(Fd)?,
            stage: one_of(
                "stage",
                word("stage", line.stage.as_ref())?,
                Stage::from_word,
            )?,
            addr: addresses()?.into_iter().next(),
            interest: interest(line.interest.as_ref())?,
        },
        "hand" => Change::Hand {
            row: row()?,
            switch: switch()?,
        },
        "deadline" => Change::Deadline {
            row: row()?,
            at_us: line.deadline_us,
        },
        "autodrain" => Change::Autodrain(switch()?),
        "removed" => Change::Removed { row: row()? },
        "restarted" => Change::Restarted { row: row()? },
        "interest" => Change::Interest {
            row: row()?,
            interest: interest(line.interest.as_ref())?,
        },
        other => return Err(bad("change", other)),
    })
}

fn call(line: &CallLine<'_>) -> Read<CallFact> {
    let fd = || need("fd", line.fd).map(Fd);
    let call = match line.call.as_ref() {
        "socket" => Call::Socket {
            family: one_of(
                "family",
                word("family", line.family.as_ref())?,
                Family::from_name,
            )?,
        },
        "ioctl" => Call::SetNonblocking { fd: fd()? },
        "connect" => Call::Connect {
            fd: fd()?,
            addr: addr("addr", word("addr", line.addr.as_ref())?)?,
        },
        "bind" => Call::Bind {
            fd: fd()?,
            addr: addr("addr", word("addr", line.addr.as_ref())?)?,
        },
        "epoll_ctl" => Call::EpollCtl {
            epfd: need("epfd", line.epfd).map(Fd)?,
            op: one_of("op", word("op", line.op.as_ref())?, |w| {
                CtlOp::ALL.into_iter().find(|op| op.name() == w)
            })?,
            fd: fd()?,
            interest: interest(line.interest.as_ref())?,
        },
        "epoll_wait" => Call::EpollWait {
            epfd: need("epfd", line.epfd).map(Fd)?,
            capacity: need("capacity", line.capacity)?,
            timeout: u64::try_from(need("timeout_ms", line.timeout_ms)?)
                .ok()
                .map(Duration::from_millis),
        },
        "getsockopt" => Call::SoError { fd: fd()? },
        "getpeername" => Call::Getpeername { fd: fd()? },
        "send" => send(line, fd()?)?,
        "poll" => Call::Poll {
            fd: fd()?,
            timeout: u64::try_from(need("timeout_ms", line.timeout_ms)?)
                .ok()
                .map(Duration::from_millis),
        },
        "select" => Call::Select { fd: fd()? },
        "recv" => Call::Recv {
            fd: fd()?,
            size: need("size", line.size)?,
        },
        "shutdown" => Call::Shutdown {
            fd: fd()?,
            how: one_of("how", word("how", line.how.as_ref())?, |w| {
                How::ALL.into_iter().find(|how| how.name() == w)
            })?,
        },
        "close" => Call::Close { fd: fd()? },
        "listen" => Call::Listen {
            fd: fd()?,
            backlog: need("value", line.value)?,
        },
        "accept" => Call::Accept { fd: fd()? },
        "setsockopt" => Call::SetOption {
            fd: fd()?,
            option: one_of("option", word("option", line.option.as_ref())?, |w| {
                SocketOption::ALL
                    .into_iter()
                    .find(|option| option.name() == w)
            })?,
            value: need("value", line.value)?,
        },
        "getaddrinfo" => Call::Getaddrinfo {
            host: text("host", word("host", line.host.as_ref())?)?,
            port: need("port", line.port)?,
        },
        other => return Err(bad("call", other)),
    };
    let outcome = match line.ret {
        None => None,
        Some(ret) => Some(Outcome {
            ret,
            errno: line
                .errno
                .as_deref()
                .map(|name| one_of("errno", name, Errno::from_name))
                .transpose()?,
            out: line
                .out
                .as_deref()
                .map(|value| out(&call, value))
                .transpose()?,
        }),
    };
    Ok(CallFact {
        row: line.socket.map(row).transpose()?,
        id: line.id,
        by: one_of("by", &line.by, |w| {
            By::ALL.into_iter().find(|by| by.word() == w)
        })?,
        woken: line.woken,
        call,
        outcome,
    })
}

fn send(line: &CallLine<'_>, fd: Fd) -> Read<Call> {
    if let Some(count) = line.fill {
        return Ok(Call::Send {
            fd,
            data: Payload::Fill(count),
        });
    }
    let sent = bytes("bytes", word("bytes", line.bytes.as_ref())?)?;
    match (line.option.as_deref(), sent.as_slice()) {
        (Some("MSG_OOB"), [byte]) => Ok(Call::SendUrgent { fd, byte: *byte }),
        (Some(other), _) => Err(bad("option", other)),
        (None, _) => Ok(Call::Send {
            fd,
            data: Payload::Bytes(sent),
        }),
    }
}

fn out(call: &Call, value: &str) -> Read<Out> {
    match call {
        Call::SoError { .. } if value == "0" => Ok(Out::SoError(None)),
        Call::SoError { .. } => {
            one_of("out", value, Errno::from_name).map(|errno| Out::SoError(Some(errno)))
        }
        Call::Recv { .. } => bytes("out", value).map(Out::Bytes),
        Call::Select { .. } => {
            let names: Vec<&str> = value.split('|').filter(|name| *name != "-").collect();
            from_names::<SelectSets>(&names)
                .map(Out::Sets)
                .ok_or_else(|| bad("out", value))
        }
        Call::Getaddrinfo { .. } => match Eai::from_name(value) {
            Some(eai) => Ok(Out::Eai(eai)),
            None => value
                .split(' ')
                .map(|a| addr("out", a))
                .collect::<Read<_>>()
                .map(Out::Addrs),
        },
        _ => addr("out", value).map(Out::Addr),
    }
}

fn event(line: &EventLine) -> Read<Event> {
    let mut readiness = Readiness::empty();
    let flags = [
        (Readiness::READABLE, line.readable),
        (Readiness::WRITABLE, line.writable),
        (Readiness::ERROR, line.error),
        (Readiness::READ_CLOSED, line.read_closed),
        (Readiness::WRITE_CLOSED, line.write_closed),
        (Readiness::PRIORITY, line.priority),
    ];
    for (flag, on) in flags {
        readiness.set(flag, on);
    }
    Ok(Event {
        row: row(line.socket)?,
        stale: line.attempt.map(AttemptId),
        readiness,
    })
}

fn look(line: &LookLine<'_>) -> Read<(Row, Look)> {
    fn witness<T, U>(asked: Option<&Option<T>>, read: impl Fn(&T) -> Read<U>) -> Read<Witness<U>> {
        Ok(match asked {
            None => Witness::NotAsked,
            Some(None) => Witness::NoAnswer,
            Some(Some(value)) => Witness::Says(read(value)?),
        })
    }
    fn flags<F: bitflags::Flags>(names: &[std::borrow::Cow<'_, str>]) -> Read<F> {
        from_names(names).ok_or_else(|| bad("looks", &names.join("|")))
    }
    let look = Look {
        poll: witness(line.poll.as_ref(), |names| flags(names))?,
        select: match line.select_errno.as_deref() {
            None => witness(line.select.as_ref(), |names| flags(names))?,
            Some("EBADF") => Witness::BadDescriptor,
            Some(other) => return Err(bad("select_errno", other)),
        },
        epoll: witness(line.epoll.as_ref(), |names| flags(names))?,
        tcp: witness(line.tcp.as_ref(), tcp)?,
        queue: witness(line.queue.as_ref(), |queue| {
            Ok(Queue {
                length: queue.length,
                limit: queue.limit,
            })
        })?,
        ends: None,
        local: line
            .local
            .as_deref()
            .map(|value| addr("local", value))
            .transpose()?,
    };
    let client = witness(line.client.as_ref(), wire_end)?;
    let server = witness(line.server.as_ref(), wire_end)?;
    Ok((row(line.socket)?, look.with_ends(client, server)))
}

fn tcp_state(word: &str) -> Read<TcpState> {
    one_of("state", word, |word| {
        TcpState::ALL.into_iter().find(|state| state.name() == word)
    })
}

fn wire_end(line: &WireEndLine<'_>) -> Read<WireEnd> {
    Ok(WireEnd {
        state: tcp_state(&line.state)?,
        retransmits: line.retransmits,
        due_us: line.due_us,
        gives_up_us: line.gives_up_us,
    })
}

fn tcp(line: &TcpLine<'_>) -> Read<TcpFacts> {
    Ok(TcpFacts {
        state: tcp_state(&line.state)?,
        retransmits: line.retransmits,
        rto_us: line.rto_us,
        rtt_us: line.rtt_us,
        unacked: line.unacked,
        sacked: line.sacked,
        due_us: line.due_us,
        gives_up_us: line.gives_up_us,
    })
}

fn rule(words: &str) -> Read<Rule> {
    match Command::parse(words) {
        Ok(Command::Rule(rule)) => Ok(rule),
        _ => Err(bad("rules", words)),
    }
}

fn packet(line: &PacketLine) -> Read<PacketFact> {
    let mut change = line.change.clone();
    if let What::Appeared { segment, .. } = &mut change.what {
        segment.excerpt = text("excerpt", &segment.excerpt)?;
    }
    let bytes = line
        .raw
        .as_deref()
        .map(|hex| unhex(hex).ok_or_else(|| bad("raw", hex)));
    Ok(PacketFact {
        change,
        bytes: bytes.transpose()?,
    })
}

/// The longest packet in hex.
const LONGEST_HEX: usize = 2 * 65_536;

fn unhex(text: &str) -> Option<Vec<u8>> {
    if text.len() > LONGEST_HEX || !text.len().is_multiple_of(2) || !text.is_ascii() {
        return None;
    }
    let pair = |at: usize| u8::from_str_radix(text.get(at..at + 2)?, 16).ok();
    (0..text.len()).step_by(2).map(pair).collect()
}

fn stage(line: &StageLine<'_>) -> Read<StageChange> {
    Ok(StageChange {
        row: row(line.socket)?,
        target: text("target", &line.target)?,
        stage: one_of("stage", &line.stage, Stage::from_word)?,
        failure: line
            .errno
            .as_deref()
            .map(|name| one_of("errno", name, Failure::from_name))
            .transpose()?,
    })
}
