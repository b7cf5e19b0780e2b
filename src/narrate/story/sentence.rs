//! One call of the program as a sentence: chosen by the facts around it, and filled with what came back.

use super::capital;
use crate::language::depth::Depth;
use crate::model::call::{Call, CallFact, Out, Outcome};
use crate::model::clean;
use crate::words::calls::Sentence;
use crate::words::errnos;
use crate::words::join::{plural, verb};
use crate::words::prose;
use std::borrow::Cow;

/// So many characters of received data are shown.
const MAX_SHOWN: usize = 60;

/// The sentence with the values of these calls, one or more that one socket made: bytes are counted over all of them.
pub(super) fn filled(
    sentence: &'static Sentence,
    facts: &[&CallFact],
    depth: Depth,
) -> Cow<'static, str> {
    let Some(fact) = facts.first() else {
        return sentence.at(depth).into();
    };
    let outcome = fact.outcome.as_ref();
    let errno = outcome.and_then(|outcome| outcome.errno);
    if let (Depth::Program, true, Some(errno)) = (depth, sentence.is_of_any_failure(), errno) {
        let call = match fact.call {
            // It has no name but its own.
            Call::Other {} => fact.name(),
            _ => fact.call.name(),
        };
        let meaning = meaning(&errno.name(), call);
        let errno = errno.to_string();
        let values = [
            ("{call}", call),
            ("{errno}", &errno),
            ("{meaning}", &meaning),
        ];
        return prose::fill(prose::say("call gave"), &values).into();
    }
    let text = sentence.at(depth);
    if !text.contains('{') {
        return text.into();
    }
    let mut text = text.to_owned();
    let mut put = |name: &str, value: &dyn Fn() -> String| {
        if text.contains(name) {
            text = text.replace(name, &value());
        }
    };
    let outcomes = || facts.iter().filter_map(|fact| fact.outcome.as_ref());
    put("{bytes}", &|| {
        let count: i64 = outcomes().map(|outcome| outcome.ret).sum();
        plural(usize::try_from(count).unwrap_or(0), "byte")
    });
    put("{calls}", &|| match facts.len() {
        1 => String::new(),
        several => format!(" in {several} calls"),
    });
    put("{call}", &|| fact.name().to_owned());
    put("{ret}", &|| {
        outcome.map_or(0, |outcome| outcome.ret).to_string()
    });
    put("{data}", &|| excerpt(outcomes()));
    put("{option}", &|| match &fact.call {
        Call::SetOption { option, .. } => option.name().to_owned(),
        _ => String::new(),
    });
    put("{value}", &|| match &fact.call {
        Call::SetOption { value, .. } => value.to_string(),
        _ => String::new(),
    });
    put("{error}", &|| error(fact));
    match outcome.and_then(|outcome| outcome.out.as_ref()) {
        Some(Out::Addr(addr)) => put("{address}", &|| addr.to_string()),
        Some(Out::Addrs(addrs)) => {
            put("{addresses}", &|| {
                let list: Vec<String> = addrs.iter().map(ToString::to_string).collect();
                let order = verb(addrs.len(), "", ", tried in this order");
                let count = plural(addrs.len(), "address");
                format!("{count}{order}: {}", list.join(", "))
            });
        }
        _ => {}
    }
    text.into()
}

/// The first bytes of all that came.
fn excerpt<'a>(outcomes: impl Iterator<Item = &'a Outcome>) -> String {
    let mut head: Vec<u8> = Vec::new();
    for outcome in outcomes {
        if let Some(Out::Bytes(bytes)) = &outcome.out {
            head.extend_from_slice(bytes);
        }
        if head.len() > MAX_SHOWN {
            break;
        }
    }
    clean::excerpt(&head, MAX_SHOWN)
}

/// The error that a call gave or read, with what it means.
fn error(fact: &CallFact) -> String {
    let Some(outcome) = &fact.outcome else {
        return String::new();
    };
    let name = match (&outcome.out, outcome.errno) {
        (Some(Out::Eai(eai)), _) => eai.name().into(),
        (Some(Out::SoError(Some(errno))), _) => errno.name(),
        (_, Some(errno)) => errno.name(),
        _ => return String::new(),
    };
    // What SO_ERROR had is mostly how a connect() ended.
    let call = match outcome.out {
        Some(Out::SoError(_)) => "connect",
        _ => fact.call.name(),
    };
    format!("{name}. {}", meaning(&name, call))
}

/// What an error means, in one sentence: the one about this call (`bind(): ...`), or the first.
fn meaning(name: &str, call: &str) -> String {
    let text = errnos::find(name).map_or("", |text| text.meaning.as_str());
    let call = format!("{call}()");
    let mut sentences = text.split_inclusive(". ").map(str::trim_end);
    let is_about_it = |sentence: &&str| {
        let about = sentence.split_once(": ");
        about.is_some_and(|(about, _)| about.contains(&call))
    };
    let first = sentences.clone().next().unwrap_or_default();
    let chosen = sentences.find(is_about_it).unwrap_or(first);
    // The call is named before it.
    let own = chosen.strip_prefix(&call);
    own.and_then(|rest| rest.strip_prefix(": "))
        .map_or_else(|| chosen.to_owned(), capital)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_explained_for_the_call_that_gave_it() {
        for (errno, call, about) in [
            ("EADDRNOTAVAIL", "bind", "The address is"),
            ("EADDRNOTAVAIL", "connect", "Every local port"),
            ("ENOENT", "epoll_ctl", "epoll_ctl()"),
            ("EACCES", "bind", "The port is"),
            ("ECONNREFUSED", "recv", "connect()"),
            ("EBADF", "send", "This descriptor number"),
        ] {
            let text = meaning(errno, call);
            assert!(text.starts_with(about) && text.ends_with('.'), "{text}");
        }
    }
}
