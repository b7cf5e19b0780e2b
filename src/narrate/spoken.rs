//! A call as it is read aloud: the socket, the call's name, what went in and what came back, with commas instead of brackets and signs.

use crate::model::call::{By, Call, CallFact, CtlOp, EXCERPT, Out, timeout_ms};
use crate::model::clean;
use crate::model::readiness::joined;
use std::time::Duration;

/// `1, connect, descriptor 9, to 127.0.0.1:80, returned -1, EINPROGRESS.`
pub fn call(fact: &CallFact) -> String {
    let mut parts: Vec<String> = Vec::new();
    parts.extend(fact.row.map(|row| row.to_string()));
    let who = match fact.by {
        By::Program => None,
        By::Peer => Some("far end"),
        By::Lab => Some("lab"),
        By::Library => Some("C library"),
    };
    parts.extend(who.map(str::to_owned));
    parts.push(name(&fact.call));
    parts.extend(fact.call.fd().map(|fd| format!("descriptor {fd}")));
    parts.extend(arguments(&fact.call));
    match &fact.outcome {
        None => parts.push("has not returned yet".to_owned()),
        Some(outcome) => {
            parts.push(format!("returned {}", outcome.ret));
            parts.extend(outcome.errno.map(|errno| errno.to_string()));
            parts.extend(outcome.out.as_ref().map(written));
        }
    }
    if fact.woken {
        parts.push("ended by a wake-up".to_owned());
    }
    format!("{}.", parts.join(", "))
}

fn name(call: &Call) -> String {
    match call {
        Call::SetNonblocking { .. } => "ioctl FIONBIO 1".to_owned(),
        Call::EpollCtl { op, .. } => match op {
            CtlOp::Add => "epoll_ctl add".to_owned(),
            CtlOp::Modify => "epoll_ctl modify".to_owned(),
        },
        Call::SoError { .. } => "getsockopt SO_ERROR".to_owned(),
        Call::SendUrgent { .. } => "send urgent".to_owned(),
        Call::SetOption { option, .. } => format!("setsockopt {}", option.name()),
        call => call.name().to_owned(),
    }
}

/// What went in beside the descriptor.
fn arguments(call: &Call) -> Vec<String> {
    let wait = |timeout: &Option<Duration>| match timeout {
        None => "no timeout".to_owned(),
        Some(_) => format!("timeout {} ms", timeout_ms(*timeout)),
    };
    match call {
        Call::Socket { family } => vec![format!("{} stream", family.name())],
        Call::Connect { addr, .. } => vec![format!("to {addr}")],
        Call::Bind { addr, .. } => vec![format!("at {addr}")],
        Call::EpollCtl { epfd, interest, .. } => {
            vec![format!("for {}", interest.words()), format!("at {epfd}")]
        }
        Call::EpollWait {
            epfd,
            capacity,
            timeout,
        } => vec![
            format!("descriptor {epfd}"),
            format!("room for {capacity}"),
            wait(timeout),
        ],
        Call::Send { data, .. } => vec![format!(
            "{} bytes: {}",
            data.size(),
            clean::excerpt(&data.head(EXCERPT + 1), EXCERPT)
        )],
        Call::SendUrgent { byte, .. } => vec![clean::excerpt(&[*byte], EXCERPT)],
        Call::Poll { timeout, .. } => vec!["for writable".to_owned(), wait(timeout)],
        Call::Select { .. } => vec!["in all three sets".to_owned()],
        Call::Recv { size, .. } => vec![format!("at most {size} bytes")],
        Call::Shutdown { how, .. } => vec![how.name().to_owned()],
        Call::Listen { backlog, .. } => vec![format!("backlog {backlog}")],
        Call::SetOption { value, .. } => vec![format!("to {value}")],
        Call::Getaddrinfo { host, port } => vec![clean::text(host), format!("port {port}")],
        Call::SetNonblocking { .. }
        | Call::SoError { .. }
        | Call::Getpeername { .. }
        | Call::Close { .. }
        | Call::Accept { .. } => Vec::new(),
    }
}

/// What came back beside the return value.
fn written(out: &Out) -> String {
    match out {
        Out::SoError(None) => "it read 0".to_owned(),
        Out::SoError(Some(errno)) => format!("it read {errno}"),
        Out::Addr(addr) => format!("the other end is {addr}"),
        Out::Addrs(addrs) => {
            let list: Vec<String> = addrs.iter().map(ToString::to_string).collect();
            format!("addresses {}", list.join(" and "))
        }
        Out::Bytes(bytes) => format!("data {}", clean::excerpt(bytes, 60)),
        Out::Sets(sets) if sets.is_empty() => "in no set".to_owned(),
        Out::Sets(sets) => format!("in sets {}", joined(sets).replace('|', " and ")),
        Out::Eai(eai) => eai.name().to_owned(),
    }
}
