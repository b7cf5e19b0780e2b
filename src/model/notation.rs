//! Calls in strace's notation: what went in, what came back.

use super::call::{Call, CallFact, CalledBy, EXCERPT, Out, timeout_ms};
use super::clean;
use super::readiness::Readiness;
use super::record::Event;
use super::task::MadeBy;
use std::fmt::Write;

/// So many events are written out; more are counted.
const MAX_EVENTS: usize = 16;

/// What stands before a call that is not the program's: `peer `, `lab `.
pub fn whose(by: CalledBy) -> &'static str {
    match by {
        CalledBy::Peer => "peer ",
        CalledBy::Lab => "lab ",
        CalledBy::Program | CalledBy::Library => "",
    }
}

/// The whole line: `connect(9, 127.0.0.1:80) = -1 EINPROGRESS`. `events` are those of the record, for its `epoll_wait`.
pub fn line(fact: &CallFact, events: &[Event]) -> String {
    let mut text = format!("{}({})", fact.name(), args(fact, events));
    match &fact.outcome {
        None => text.push_str(" = ? (still running)"),
        Some(outcome) => {
            let _ = write!(text, " = {}", outcome.ret);
            if let Some(told) = told_news(fact) {
                let _ = write!(text, " {}", clean::text(told));
            }
            if let Some(errno) = outcome.errno {
                let _ = write!(text, " {errno}");
            }
            match &outcome.out {
                Some(Out::Eai(eai)) => {
                    let _ = write!(text, " {}", eai.name());
                }
                Some(Out::Addr(from)) if matches!(fact.call, Call::Accept { .. }) => {
                    let _ = write!(text, ", from {from}");
                }
                _ => {}
            }
        }
    }
    text
}

/// The call and what came back in as few words as possible: `connect = EINPROGRESS`, `recv = 5`, `SO_ERROR = 0`.
pub fn brief(fact: &CallFact) -> String {
    let name = match fact.call {
        Call::SoError { .. } => "SO_ERROR",
        _ => fact.name(),
    };
    let Some(outcome) = &fact.outcome else {
        return format!("{name} = ?");
    };
    match (outcome.errno, &outcome.out) {
        (Some(errno), _) => format!("{name} = {errno}"),
        (None, Some(Out::SoError(Some(errno)))) => format!("{name} = {errno}"),
        (None, _) => format!("{name} = {}", outcome.ret),
    }
}

fn args(fact: &CallFact, events: &[Event]) -> String {
    if let Some(made) = &fact.made {
        return as_made(fact, made);
    }
    if let Call::EpollWait {
        epfd,
        capacity,
        timeout,
    } = &fact.call
    {
        let reported = reported(events, fact.woken);
        let timeout = timeout_ms(*timeout);
        return format!("{epfd}, [{reported}], {capacity}, {timeout}");
    }
    let args = fact.call.args();
    let out = fact
        .outcome
        .as_ref()
        .and_then(|outcome| outcome.out.as_ref());
    match (&fact.call, out) {
        (_, Some(Out::SoError(None))) => format!("{args}, [0]"),
        (_, Some(Out::SoError(Some(errno)))) => format!("{args}, [{errno}]"),
        (Call::Recv { fd, size }, Some(Out::Bytes(bytes))) => {
            format!("{fd}, {}, {size}, 0", clean::excerpt(bytes, EXCERPT))
        }
        (Call::Read { fd, size }, Some(Out::Bytes(bytes))) => {
            format!("{fd}, {}, {size}", clean::excerpt(bytes, EXCERPT))
        }
        (_, Some(Out::Fds(read, write))) => format!("[{read}, {write}], {args}"),
        (Call::Getpeername { .. }, Some(Out::Addr(addr))) => format!("{args}, [{addr}]"),
        (Call::Getaddrinfo { .. }, Some(Out::Addrs(addrs))) => {
            let list: Vec<String> = addrs.iter().map(ToString::to_string).collect();
            format!("{args}, [{}]", list.join(", "))
        }
        _ => args,
    }
}

/// What a watched program's call was told that asks for news, if anything: it stands behind the result.
fn told_news(fact: &CallFact) -> Option<&str> {
    let told = fact.made.as_ref()?.wrote.as_deref()?;
    let is_any = fact.outcome.as_ref().is_some_and(|outcome| outcome.ret > 0);
    (fact.asks_for_news() && is_any).then_some(told)
}

/// What a watched program's call took, and what it wrote back.
fn as_made(fact: &CallFact, made: &MadeBy) -> String {
    let all = match (&made.wrote, made.args.split_once(", ")) {
        (Some(_), _) if fact.asks_for_news() => made.args.clone(),
        // Where strace has the buffer.
        (Some(wrote), Some((fd, rest))) if matches!(fact.call, Call::Recv { .. }) => {
            format!("{fd}, {wrote}, {rest}")
        }
        (wrote, _) => with_wrote(made, wrote.as_deref()),
    };
    clean::text(&all)
}

fn with_wrote(made: &MadeBy, wrote: Option<&str>) -> String {
    match wrote {
        Some(wrote) if made.args.is_empty() => wrote.to_owned(),
        Some(wrote) => format!("{}, {wrote}", made.args),
        None => made.args.clone(),
    }
}

fn reported(events: &[Event], woken: bool) -> String {
    let mut parts: Vec<String> = events
        .iter()
        .take(MAX_EVENTS)
        .map(|event| format!("{{{} {}}}", event.row, letters(event.readiness)))
        .collect();
    if events.len() > MAX_EVENTS {
        parts.push(format!("... {} more", events.len() - MAX_EVENTS));
    }
    if woken {
        parts.push("{wake-up}".to_owned());
    }
    parts.join(", ")
}

/// What an event says in capital letters, as in `told: RWE`: readable, writable, error, priority. An event that has only the closed
/// flags is written `H`.
pub fn letters(readiness: Readiness) -> String {
    let letters: String = [
        (Readiness::READABLE, 'R'),
        (Readiness::WRITABLE, 'W'),
        (Readiness::ERROR, 'E'),
        (Readiness::PRIORITY, 'P'),
    ]
    .into_iter()
    .filter(|(flag, _)| readiness.contains(*flag))
    .map(|(_, letter)| letter)
    .collect();
    if letters.is_empty() {
        "H".to_owned()
    } else {
        letters
    }
}
