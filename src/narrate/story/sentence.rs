//! One call of the program as a sentence: chosen by the facts around it, and filled with what came back.

use super::capital;
use crate::language::depth::Depth;
use crate::model::call::{Call, CallFact, Out};
use crate::model::clean;
use crate::words::calls::Sentence;
use crate::words::errnos;
use crate::words::join::{plural, verb};

/// So many characters of received data are shown.
const MAX_SHOWN: usize = 60;

/// The sentence with the values of the call.
pub(super) fn filled(sentence: &Sentence, fact: &CallFact, depth: Depth) -> String {
    let outcome = fact.outcome.as_ref();
    let errno = outcome.and_then(|outcome| outcome.errno);
    if let (Depth::Program, true, Some(errno)) = (depth, sentence.is_general(), errno) {
        return format!(
            "{}() gave {errno}. {}",
            fact.call.name(),
            meaning(&errno.name(), fact.call.name())
        );
    }
    let text = sentence.at(depth);
    if !text.contains('{') {
        return text.to_owned();
    }
    let mut text = text.to_owned();
    let mut put = |name: &str, value: &dyn Fn() -> String| {
        if text.contains(name) {
            text = text.replace(name, &value());
        }
    };
    put("{bytes}", &|| {
        let count = outcome.map_or(0, |outcome| outcome.ret);
        plural(usize::try_from(count).unwrap_or(0), "byte")
    });
    put("{option}", &|| match &fact.call {
        Call::SetOption { option, .. } => option.name().to_owned(),
        _ => String::new(),
    });
    put("{value}", &|| match &fact.call {
        Call::SetOption { value, .. } => value.to_string(),
        _ => String::new(),
    });
    match outcome.and_then(|outcome| outcome.out.as_ref()) {
        Some(Out::Bytes(bytes)) => put("{data}", &|| clean::excerpt(bytes, MAX_SHOWN)),
        Some(Out::Addr(addr)) => put("{address}", &|| addr.to_string()),
        Some(Out::Addrs(addrs)) => {
            put("{addresses}", &|| {
                let list: Vec<String> = addrs.iter().map(ToString::to_string).collect();
                let order = verb(addrs.len(), "", " They are tried in this order.");
                let count = plural(addrs.len(), "address");
                format!("{count}: {}.{order}", list.join(", "))
            });
        }
        Some(Out::Eai(eai)) => {
            put("{error}", &|| {
                format!("{}. {}", eai.name(), meaning(eai.name(), fact.call.name()))
            });
        }
        Some(Out::SoError(Some(found))) => {
            put("{error}", &|| {
                format!("{found}. {}", meaning(&found.name(), "connect"))
            });
        }
        Some(Out::SoError(None) | Out::Sets(_)) | None => {}
    }
    text
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
