//! What a call and its outcome mean, in words.

use super::assets;
use crate::language::depth::Depth;
use crate::model::call::{Around, CallFact, Out};
use crate::model::errno::Errno;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The words for one call and one kind of outcome.
#[derive(Debug, PartialEq, Eq, Deserialize)]
pub struct CallText {
    /// Beside the call in the log.
    pub short: String,
    /// A sentence or two.
    pub long: String,
}

static TEXTS: LazyLock<BTreeMap<String, CallText>> =
    LazyLock::new(|| toml::from_str(assets::CALLS).expect("a test reads this embedded asset"));

/// A call text in the two other languages.
#[derive(Debug, Deserialize)]
struct DepthText {
    readiness: String,
    kernel: String,
}

static DEPTHS: LazyLock<BTreeMap<String, DepthText>> =
    LazyLock::new(|| toml::from_str(assets::DEPTHS).expect("a test reads this embedded asset"));

/// What a call means, at another depth; `None` at the depth of the program itself.
pub fn deeper(
    fact: &CallFact,
    reported: bool,
    watched: bool,
    depth: Depth,
) -> Option<&'static str> {
    let exact = exact_key(fact, reported, watched);
    let text = DEPTHS
        .get(&exact)
        .or_else(|| DEPTHS.get(&general_key(fact)))?;
    match depth {
        Depth::Program => None,
        Depth::Readiness => Some(&text.readiness),
        Depth::Kernel => Some(&text.kernel),
    }
}

/// The words for a call. `reported` says whether its record has events, `watched` whether any socket was registered.
pub fn find(fact: &CallFact, reported: bool, watched: bool) -> &'static CallText {
    let exact = exact_key(fact, reported, watched);
    TEXTS
        .get(&exact)
        .or_else(|| TEXTS.get(&general_key(fact)))
        .or_else(|| TEXTS.get("socket fails"))
        .expect("a test shows that every key has a text")
}

fn exact_key(fact: &CallFact, reported: bool, watched: bool) -> String {
    let around = Around {
        reported,
        watched,
        woken: fact.woken,
    };
    let which = match &fact.outcome {
        None => "running".into(),
        Some(outcome) => fact.call.text_key(outcome, around),
    };
    format!("{} {which}", fact.call.texts())
}

fn general_key(fact: &CallFact) -> String {
    let found: Option<Errno> = match fact
        .outcome
        .as_ref()
        .and_then(|outcome| outcome.out.as_ref())
    {
        Some(Out::SoError(found)) => *found,
        _ => None,
    };
    if found.is_some() {
        "getsockopt error".to_owned()
    } else {
        format!("{} fails", fact.call.texts())
    }
}

/// Whether the words are those for any failure of the call, so that the errno must speak for itself.
pub fn is_general(fact: &CallFact, text: &CallText) -> bool {
    TEXTS
        .get(&general_key(fact))
        .is_some_and(|general| std::ptr::eq(general, text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::call::Call;

    #[test]
    fn every_call_has_words_for_success_and_failure() {
        // What reads, asks or tells has a text for each kind of success instead of one.
        let has_kinds = ["epoll_wait", "epoll_ctl", "getsockopt"];
        for name in Call::NAMES.iter().chain(&["disconnect"]) {
            let key = |outcome| format!("{name} {outcome}");
            assert!(
                TEXTS.contains_key(&key("fails")),
                "{name} fails has no text"
            );
            let succeeds = TEXTS.contains_key(&key("ok")) || has_kinds.contains(name);
            assert!(succeeds, "{name} ok has no text");
        }
    }

    #[test]
    fn every_call_is_told_at_three_depths() {
        assert!(
            TEXTS.keys().eq(DEPTHS.keys()),
            "calls.toml and depths.toml have different keys"
        );
    }

    #[test]
    fn a_short_text_fits_beside_its_call() {
        for (key, text) in TEXTS.iter() {
            assert!(
                text.short.len() <= 31,
                "{key}: {} characters",
                text.short.len()
            );
            assert!(
                text.long.len() <= 150,
                "{key}: {} characters",
                text.long.len()
            );
        }
    }
}
