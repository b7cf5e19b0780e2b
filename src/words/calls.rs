//! What a call and its outcome mean, in words: the sentence is chosen by facts.

use super::assets;
use super::entries::{self, Entry, List};
use crate::language::claim::condition::Situation;
use crate::language::depth::Depth;
use crate::model::call::{Around, Call, CallFact, Out};
use crate::model::record::Record;
use crate::model::world::{AroundCall, World};
use serde::Deserialize;
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::mem::discriminant;
use std::sync::LazyLock;

/// What is said of a call, in three languages.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CallText {
    /// Beside the call in the log.
    pub short: String,
    /// A sentence or two.
    pub long: String,
    readiness: String,
    kernel: String,
}

impl CallText {
    /// The same in the language of that depth.
    pub fn at(&self, depth: Depth) -> &str {
        match depth {
            Depth::Program => &self.long,
            Depth::Readiness => &self.readiness,
            Depth::Kernel => &self.kernel,
        }
    }
}

/// One sentence about a call. Its key is the call and its outcome: `recv end/error-taken`.
pub type Sentence = Entry<CallText>;

impl Sentence {
    /// Whether these are the words for any failure of the call, so that the errno must speak for itself.
    pub fn is_of_any_failure(&self) -> bool {
        let key = self.key.as_str();
        self.has_no_condition()
            && (key == "getsockopt error" || key.ends_with(" fails"))
            && key.matches(' ').count() == 1
    }
}

/// The sentences of one call, by what came back.
type OfCall = HashMap<&'static str, List<CallText>>;

/// By the call's name in the texts, and by what came back: a call is looked up without a text of its own.
static SENTENCES: LazyLock<HashMap<&str, OfCall>> = LazyLock::new(|| {
    let mut by_call: HashMap<&str, OfCall> = HashMap::new();
    for (key, sentences) in entries::lists(assets::SENTENCES) {
        let (call, outcome) = key.split_once(' ').expect("a test reads every key");
        by_call.entry(call).or_default().insert(outcome, sentences);
    }
    by_call
});

/// Every sentence there is.
pub fn all() -> impl Iterator<Item = &'static Sentence> {
    let lists = SENTENCES.values().flat_map(HashMap::values);
    lists.flat_map(List::entries)
}

/// The sentences of one record, chosen by the facts around each call.
#[derive(Clone, Debug)]
pub struct Chooser<'a> {
    world: &'a World,
    record: &'a Record,
    /// What was asked first: in a tick of thousands of sockets most ask one of a few questions.
    asked: RefCell<Vec<Chosen<'a>>>,
}

/// So many questions are kept.
const KEPT: usize = 8;

/// A call with all that its sentence depends on, and the sentence.
#[derive(Clone, Copy, Debug)]
struct Chosen<'a> {
    fact: &'a CallFact,
    around: Option<&'a AroundCall>,
    sentence: &'static Sentence,
}

impl Chosen<'_> {
    /// Whether this call asks the same.
    fn is_for(&self, fact: &CallFact, around: Option<&AroundCall>) -> bool {
        is_alike(self.fact, fact) && self.around == around
    }
}

/// Whether two calls differ in nothing that a sentence is chosen by.
fn is_alike(one: &CallFact, other: &CallFact) -> bool {
    let are_made = (one.made.is_some(), other.made.is_some());
    if (one.by, one.woken) != (other.by, other.woken) || are_made.0 != are_made.1 {
        return false;
    }
    let (Some(done), Some(other_done)) = (&one.outcome, &other.outcome) else {
        return false;
    };
    let same_out = match (&done.out, &other_done.out) {
        (None, None) => true,
        (Some(Out::SoError(found)), Some(Out::SoError(other_found))) => found == other_found,
        (Some(out), Some(other_out)) => discriminant(out) == discriminant(other_out),
        _ => false,
    };
    let same_name = one.name() == other.name();
    let same_call = match (&one.call, &other.call) {
        (Call::Send { data, .. }, Call::Send { data: others, .. }) => data.size() == others.size(),
        // These are few, or differ in more than their kind.
        (Call::SetOption { .. } | Call::EpollCtl { .. } | Call::EpollWait { .. }, _) => false,
        (call, other_call) => discriminant(call) == discriminant(other_call),
    };
    same_out
        && same_call
        && same_name
        && (done.ret, done.errno) == (other_done.ret, other_done.errno)
}

impl<'a> Chooser<'a> {
    /// `world` is the state after the record.
    pub fn new(world: &'a World, record: &'a Record) -> Chooser<'a> {
        Chooser {
            world,
            record,
            asked: RefCell::default(),
        }
    }

    /// The sentence for the call at this place of the record.
    pub fn sentence(&self, place: usize) -> Option<&'static Sentence> {
        let fact = self.record.calls.get(place)?;
        let around = self.world.around(place);
        let mut asked = self.asked.borrow_mut();
        if let Some(known) = asked.iter().find(|known| known.is_for(fact, around)) {
            return Some(known.sentence);
        }
        let sentence = self.find(
            fact,
            Situation {
                around,
                reported: !self.record.events.is_empty(),
                ..Situation::from(fact)
            },
        );
        if asked.len() < KEPT {
            asked.push(Chosen {
                fact,
                around,
                sentence,
            });
        }
        Some(sentence)
    }

    fn find(&self, fact: &CallFact, there: Situation<'_>) -> &'static Sentence {
        // What is said of the calls of the stepped client is not all true of a program that nobody here wrote: it has words of its own.
        if fact.made.is_some() {
            return self.of_a_watched_program(fact, there);
        }
        let of_call = SENTENCES.get(fact.call.texts());
        let list = of_call
            .and_then(|of_call| {
                let exact = self.outcome(fact, there.reported);
                of_call.get(&*exact).or_else(|| of_call.get(general(fact)))
            })
            .map_or_else(|| std::slice::from_ref(fallback()), List::entries);
        let chosen = entries::first(list, there).or(list.last());
        chosen.expect("a test shows that no list is empty")
    }

    fn of_a_watched_program(&self, fact: &CallFact, there: Situation<'_>) -> &'static Sentence {
        let succeeds = fact
            .outcome
            .as_ref()
            .is_some_and(|outcome| outcome.errno.is_none());
        let exact = match fact.outcome {
            Some(_) => format!(
                "{} {}",
                fact.call.texts(),
                self.outcome(fact, there.reported)
            ),
            None => "running".to_owned(),
        };
        let read_error = general(fact) == "error";
        let of_call = SENTENCES.get(WATCHED);
        let by_name = by_its_own_name(fact);
        let found = of_call.and_then(|of_call| {
            if let Some(of_name) = by_name.and_then(|key| of_call.get(&*key)) {
                return of_name.entries().last();
            }
            let general = match succeeds {
                true if read_error => "getsockopt error",
                true => "ok",
                false => "fails",
            };
            let of_kind = (succeeds && !read_error).then(|| format!("{} ok", fact.call.texts()));
            of_call
                .get(&*exact)
                .or_else(|| of_call.get(&*of_kind?))
                .or_else(|| of_call.get(general))?
                .entries()
                .last()
        });
        found.unwrap_or_else(fallback)
    }

    /// What came back, as the texts call it.
    fn outcome<'f>(&self, fact: &'f CallFact, reported: bool) -> Cow<'f, str> {
        let around = Around {
            reported,
            watched: matches!(fact.call, Call::EpollWait { .. }) && self.anybody_was_watched(),
            woken: fact.woken,
        };
        match &fact.outcome {
            None => "running".into(),
            Some(outcome) => fact.call.text_key(outcome, around),
        }
    }

    fn anybody_was_watched(&self) -> bool {
        let mut rows = self.world.present();
        rows.any(|row| {
            row.asked()
                .is_some_and(|_| row.changed_at.asked != self.world.n)
        })
    }
}

/// The key of a call that has no meaning of its own here: by its own name, and those that ask for news together.
fn by_its_own_name(fact: &CallFact) -> Option<String> {
    let outcome = fact.outcome.as_ref()?;
    let is_plain = fact.call == Call::Other {} && outcome.errno.is_none();
    is_plain.then(|| match (fact.asks_for_news(), outcome.ret) {
        (true, 0) => "ready none".to_owned(),
        (true, _) => "ready some".to_owned(),
        (false, _) => format!("{} ok", fact.name()),
    })
}

/// The first word of the keys of what is said of a watched program's calls: then the call's own key follows.
const WATCHED: &str = "watched";

/// What is said if nothing else is; a test shows that every key has a sentence.
fn fallback() -> &'static Sentence {
    let socket = SENTENCES.get("socket");
    let fails = socket.and_then(|of_call| of_call.get("fails")?.entries().last());
    fails.expect("a test shows that it is there")
}

/// The words for any failure of the call, or for any error that it read.
fn general(fact: &CallFact) -> &'static str {
    let outcome = fact.outcome.as_ref();
    match outcome.and_then(|outcome| outcome.out.as_ref()) {
        Some(Out::SoError(Some(_))) => "error",
        _ => "fails",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_call_has_words_for_success_and_failure() {
        // What reads, asks or tells has a text for each kind of success instead of one.
        let has_kinds = ["epoll_wait", "epoll_ctl", "getsockopt"];
        // A call without a description of its own is said in the words of watched programs.
        let described = Call::NAMES.iter().filter(|name| **name != "other");
        for name in described.chain(&["disconnect"]) {
            let of_call = SENTENCES.get(*name).expect(name);
            assert!(of_call.contains_key("fails"), "{name} fails has no text");
            let succeeds = of_call.contains_key("ok") || has_kinds.contains(name);
            assert!(succeeds, "{name} ok has no text");
        }
    }

    #[test]
    fn the_last_sentence_of_a_key_is_the_only_one_without_a_condition() {
        let lists = SENTENCES.iter().flat_map(|(call, of_call)| {
            let lists = of_call.iter();
            lists.map(move |(outcome, list)| (format!("{call} {outcome}"), list.entries()))
        });
        assert_eq!(entries::faults(lists, &[]), Vec::<String>::new());
    }

    #[test]
    fn a_short_text_fits_beside_its_call_and_a_long_one_is_a_sentence() {
        for entry in all() {
            let (key, short, long) = (&entry.key, &entry.short, &entry.long);
            assert!(short.len() <= 31, "{key}: {} characters", short.len());
            assert!(long.len() <= 150, "{key}: {} characters", long.len());
            // An error's meaning ends with a full stop of its own, and data with a quotation mark.
            let ends = [".", "{error}", "{data}"];
            let ends = ends.into_iter().any(|end| long.ends_with(end));
            assert!(ends, "{key}: {long}");
        }
    }
}
