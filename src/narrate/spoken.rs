//! A call as it is read aloud: the socket, the call's name, what went in and what came back, with commas instead of brackets and signs.

use crate::model::call::{CallFact, CalledBy, Out};
use crate::model::clean;
use crate::model::errno::ErrnoClass;
use crate::model::readiness::joined;
use crate::words::prose::{self, Prose, Told};

/// `1, connect, descriptor 9, to 127.0.0.1:80, returned -1, EINPROGRESS, Pending.`
pub fn call(fact: &CallFact, class: Option<ErrnoClass>) -> String {
    let parts = parts(fact, class);
    let texts: Vec<&str> = parts.iter().map(|part| part.text.as_str()).collect();
    format!("{}.", texts.join(", "))
}

/// Its parts; those that are words and no values have keys.
pub fn parts(fact: &CallFact, class: Option<ErrnoClass>) -> Vec<Told> {
    let mut parts: Vec<Told> = Vec::new();
    parts.extend(fact.row.map(|row| row.to_string().into()));
    let who = match fact.by {
        CalledBy::Program => None,
        CalledBy::Peer => Some("peer"),
        CalledBy::Lab => Some("lab"),
        CalledBy::Library => Some("C library"),
    };
    parts.extend(who.map(|who| who.to_owned().into()));
    if let Some(made) = &fact.made {
        parts.push(made.name.clone().into());
        parts.push(clean::text(&made.args).into());
    } else {
        parts.push(fact.call.called().into_owned().into());
        parts.extend(fact.call.fd().map(|fd| format!("descriptor {fd}").into()));
        let args = fact.call.spoken_args().into_iter();
        parts.extend(args.map(Told::from));
    }
    match &fact.outcome {
        None => parts.push(prose::text("spoken running").told(&[], &[])),
        Some(outcome) => {
            parts.push(with(
                prose::text("spoken returned"),
                &outcome.ret.to_string(),
            ));
            parts.extend(outcome.errno.map(|errno| errno.to_string().into()));
            parts.extend(outcome.out.as_ref().map(written));
            let wrote = fact.made.as_ref().and_then(|made| made.wrote.as_ref());
            let wrote = wrote.filter(|_| outcome.out.is_none());
            parts.extend(wrote.map(|wrote| Told::from(clean::text(wrote))));
            parts.extend(class.map(|class| class.word().to_owned().into()));
        }
    }
    if fact.woken {
        parts.push(prose::text("spoken woken").told(&[], &[]));
    }
    parts
}

fn with(prose: &'static Prose, value: &str) -> Told {
    prose.told(&[], &[("{value}", value)])
}

/// What came back beside the return value.
fn written(out: &Out) -> Told {
    match out {
        Out::SoError(None) => with(prose::text("spoken so_error"), "0"),
        Out::SoError(Some(errno)) => with(prose::text("spoken so_error"), &errno.to_string()),
        Out::Addr(addr) => with(prose::text("spoken peer"), &addr.to_string()),
        Out::Addrs(addrs) => {
            let list: Vec<String> = addrs.iter().map(ToString::to_string).collect();
            with(prose::text("spoken addresses"), &list.join(" and "))
        }
        Out::Bytes(bytes) => with(prose::text("spoken data"), &clean::excerpt(bytes, 60)),
        Out::Sets(sets) if sets.is_empty() => with(prose::text("spoken no-set"), ""),
        Out::Sets(sets) => {
            let sets = joined(sets).replace('|', " and ");
            with(prose::text("spoken sets"), &sets)
        }
        Out::Fds(read, write) => {
            let values = [("{read}", read.to_string()), ("{write}", write.to_string())];
            prose::text("spoken pipe").told(&[], &prose::lent(&values))
        }
        Out::Eai(eai) => eai.name().to_owned().into(),
    }
}
