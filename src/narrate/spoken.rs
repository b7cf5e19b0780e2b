//! A call as it is read aloud: the socket, the call's name, what went in and what came back, with commas instead of brackets and signs.

use crate::model::call::{CallFact, CalledBy, Out};
use crate::model::clean;
use crate::model::errno::ErrnoClass;
use crate::model::readiness::joined;

/// `1, connect, descriptor 9, to 127.0.0.1:80, returned -1, EINPROGRESS, Pending.`
pub fn call(fact: &CallFact, class: Option<ErrnoClass>) -> String {
    let mut parts: Vec<String> = Vec::new();
    parts.extend(fact.row.map(|row| row.to_string()));
    let who = match fact.by {
        CalledBy::Program => None,
        CalledBy::Peer => Some("peer"),
        CalledBy::Lab => Some("lab"),
        CalledBy::Library => Some("C library"),
    };
    parts.extend(who.map(str::to_owned));
    match &fact.made {
        Some(made) => {
            parts.push(made.name.clone());
            parts.push(clean::text(&made.args));
        }
        None => {
            parts.push(fact.call.called().into_owned());
            parts.extend(fact.call.fd().map(|fd| format!("descriptor {fd}")));
            parts.extend(fact.call.spoken_args());
        }
    }
    match &fact.outcome {
        None => parts.push("has not returned yet".to_owned()),
        Some(outcome) => {
            parts.push(format!("returned {}", outcome.ret));
            parts.extend(outcome.errno.map(|errno| errno.to_string()));
            parts.extend(outcome.out.as_ref().map(written));
            let wrote = fact.made.as_ref().and_then(|made| made.wrote.as_ref());
            parts.extend(
                wrote
                    .filter(|_| outcome.out.is_none())
                    .map(|wrote| clean::text(wrote)),
            );
            parts.extend(class.map(|class| class.word().to_owned()));
        }
    }
    if fact.woken {
        parts.push("ended by a wake-up".to_owned());
    }
    format!("{}.", parts.join(", "))
}

/// What came back beside the return value.
fn written(out: &Out) -> String {
    match out {
        Out::SoError(None) => "it read 0".to_owned(),
        Out::SoError(Some(errno)) => format!("it read {errno}"),
        Out::Addr(addr) => format!("the peer is {addr}"),
        Out::Addrs(addrs) => {
            let list: Vec<String> = addrs.iter().map(ToString::to_string).collect();
            format!("addresses {}", list.join(" and "))
        }
        Out::Bytes(bytes) => format!("data {}", clean::excerpt(bytes, 60)),
        Out::Sets(sets) if sets.is_empty() => "in no set".to_owned(),
        Out::Sets(sets) => format!("in sets {}", joined(sets).replace('|', " and ")),
        Out::Eai(eai) => eai.name().to_owned(),
        Out::Fds(read, write) => format!("read from {read}, write to {write}"),
    }
}
