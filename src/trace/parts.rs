//! What was done: changes, calls and events of a line into those of the model. Foreign even if we wrote it: every limit is checked, every
//! text cleaned, every fault named.

use super::fault::{Read, bad, unknown};
use super::field::{addr, need, one_of, row, text, word};
use super::line::{CallLine, ChangeLine, EventLine};
use super::text::Text;
use crate::model::addr::Addr;
use crate::model::call::{Call, CallFact, CalledBy, Out, Outcome};
use crate::model::clean;
use crate::model::command::OnOff;
use crate::model::errno::{Eai, Errno};
use crate::model::ids::{AttemptId, Fd};
use crate::model::readiness::{Interest, Readiness, SelectSets, from_names};
use crate::model::record::{Cause, Change, Event, Role};
use crate::model::socket::{Mode, Stage};
use crate::model::target::Target;
use crate::model::task::{MadeBy, Task};
use std::time::Duration;

fn interest(value: Option<&Text<'_>>) -> Read<Interest> {
    let letters = word("interest", value)?;
    Interest::from_trace_letters(letters).ok_or_else(|| {
        if letters.chars().all(|letter| "rwp".contains(letter)) {
            bad("interest", letters)
        } else {
            unknown("interest", letters)
        }
    })
}

/// Why a record exists.
pub(super) fn cause(words: &str) -> Read<Cause> {
    Ok(match words {
        "answer" => Cause::Answer,
        "program" => Cause::Program,
        words if let_go(words).is_some() => let_go(words).map_or(Cause::Answer, Cause::Step),
        // A question has lines of its own.
        words if words.starts_with("asked ") => {
            let lines: Read<Vec<String>> =
                words.split('\n').map(|line| text("cause", line)).collect();
            Cause::parse(&lines?.join("\n"))
        }
        // Thousands of targets are given at once: each is as short as any text, all of them are as long as their line.
        words if words.starts_with("add ") && words.len() > clean::MAX_TEXT_BYTES => {
            match Cause::parse(&clean::text(words)) {
                added @ Cause::Command(_) => added,
                _ => return Err(bad("cause", words)),
            }
        }
        words => Cause::parse(&text("cause", words)?),
    })
}

/// How calls wait.
fn mode(line: &ChangeLine<'_>) -> Read<Mode> {
    Ok(match line.mode.as_deref() {
        None => Mode::NonBlocking,
        Some("blocking") => Mode::Blocking,
        Some("connect_ex") => Mode::ConnectEx,
        Some("timeout") => {
            Mode::Timeout(Duration::from_millis(need("timeout_ms", line.timeout_ms)?))
        }
        Some(other) => return Err(unknown("mode", other)),
    })
}

/// A change.
pub(super) fn change(line: &ChangeLine<'_>) -> Read<Change> {
    let row = || row(need("socket", line.socket)?);
    let switch = || {
        one_of("switch", word("switch", line.switch.as_ref())?, |w| {
            w.parse::<OnOff>().ok()
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
                Target::recorded(&target, name, &addresses()?)
            },
            addresses: addresses()?,
            mode: mode(line)?,
            interest: interest(line.interest.as_ref())?,
        },
        "appeared" => Change::Appeared {
            row: row()?,
            target: text("target", word("target", line.target.as_ref())?)?.into(),
            role: {
                let of = || self::row(need("of", line.of)?);
                match word("role", line.role.as_ref())? {
                    "client" => Role::Client,
                    "peer" => Role::Peer { of: of()? },
                    "accepted" => Role::Accepted { of: of()? },
                    other => return Err(unknown("role", other)),
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
            mode: mode(line)?,
        },
        "mode" => Change::Mode {
            row: row()?,
            mode: mode(line)?,
        },
        "hand" => Change::ByHand {
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
        "race" | "races" | "due" => return of_a_race(line),
        _ => return of_the_watched(line),
    })
}

/// A change of a race.
fn of_a_race(line: &ChangeLine<'_>) -> Read<Change> {
    let row = || row(need("socket", line.socket)?);
    Ok(match line.change.as_ref() {
        "race" => Change::Race {
            row: row()?,
            delay: line.delay_us.map(Duration::from_micros),
        },
        "races" => Change::Races {
            row: row()?,
            of: self::row(need("of", line.of)?)?,
        },
        "due" => Change::Due {
            row: row()?,
            at_us: need("due_us", line.due_us)?,
        },
        other => return Err(unknown("change", other)),
    })
}

/// A change of a socket of a watched program.
fn of_the_watched(line: &ChangeLine<'_>) -> Read<Change> {
    let row = || row(need("socket", line.socket)?);
    Ok(match line.change.as_ref() {
        "named" => Change::Named {
            row: row()?,
            target: text("target", word("target", line.target.as_ref())?)?.into(),
            addr: addr("addresses", need("addresses", line.addresses.first())?)?,
        },
        "asked" => Change::Asked {
            row: row()?,
            interest: match &line.interest {
                None => None,
                some => Some(interest(some.as_ref())?),
            },
        },
        "names" => Change::Names {
            row: row()?,
            names: need("names", line.names.as_ref())?
                .iter()
                .map(|name| one_of("names", name, name_of))
                .collect::<Read<_>>()?,
        },
        other => return Err(unknown("change", other)),
    })
}

/// `step 1.2`
fn let_go(words: &str) -> Option<Task> {
    Task::parse(words.strip_prefix("step ")?)
}

/// `1:3`, descriptor 3 of process 1
fn name_of(text: &str) -> Option<(u32, Fd)> {
    let (process, fd) = text.split_once(':')?;
    let fd = fd.parse().ok().filter(|fd| *fd >= 0)?;
    Some((process.parse().ok()?, Fd(fd)))
}

/// A call. If it is `strict`, every field of its line must be one that the call has.
pub(super) fn call(line: &CallLine<'_>, strict: bool) -> Read<CallFact> {
    let call = Call::read(&line.call, line)?;
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
    let came_back = line.errno.is_some() || line.out.is_some();
    let more = line.present().has_more_than(call.fields()) || (line.ret.is_none() && came_back);
    if strict && more {
        return Err(unknown("call", &line.call));
    }
    Ok(CallFact {
        row: line.socket.map(row).transpose()?,
        id: line.id,
        by: one_of("by", &line.by, |w| w.parse::<CalledBy>().ok())?,
        woken: line.woken,
        made: made(line)?.map(Box::new),
        call,
        outcome,
    })
}

/// That a watched program made it.
fn made(line: &CallLine<'_>) -> Read<Option<MadeBy>> {
    let Some(task) = &line.task else {
        return Ok(None);
    };
    Ok(Some(MadeBy {
        task: one_of("task", task, Task::parse)?,
        name: text("made", word("made", line.made.as_ref())?)?,
        args: text("args", word("args", line.args.as_ref())?)?,
        wrote: line
            .wrote
            .as_ref()
            .map(|wrote| text("wrote", wrote))
            .transpose()?,
        limit: line.limit_us.map(Duration::from_micros),
        handed: line.handed,
    }))
}

fn out(call: &Call, value: &str) -> Read<Out> {
    match call {
        Call::SoError { .. } if value == "0" => Ok(Out::SoError(None)),
        Call::SoError { .. } => {
            one_of("out", value, Errno::from_name).map(|errno| Out::SoError(Some(errno)))
        }
        Call::Pipe {} => {
            let pair = value.split_once(' ');
            pair.and_then(|(read, write)| Some((read.parse().ok()?, write.parse().ok()?)))
                .map(|(read, write)| Out::Fds(Fd(read), Fd(write)))
                .ok_or_else(|| bad("out", value))
        }
        Call::Recv { .. } | Call::Read { .. } => clean::unescape_bytes(value)
            .map(Out::Bytes)
            .ok_or_else(|| bad("out", value)),
        Call::Select { .. } => {
            let names: Vec<&str> = value.split('|').filter(|name| *name != "-").collect();
            from_names::<SelectSets>(&names)
                .map(Out::Sets)
                .ok_or_else(|| unknown("out", value))
        }
        Call::Getaddrinfo { .. } => match Eai::from_name(value) {
            Some(eai) => Ok(Out::Eai(eai)),
            None if value.starts_with("EAI_") => Err(unknown("out", value)),
            None => value
                .split(' ')
                .map(|a| addr("out", a))
                .collect::<Read<_>>()
                .map(Out::Addrs),
        },
        _ => addr("out", value).map(Out::Addr),
    }
}

/// An event.
pub(super) fn event(line: &EventLine) -> Read<Event> {
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
