//! The language: one table of words. Whatever speaks of words (reading, writing, completion, help, error messages) asks this table; a new
//! word is one entry in the file of its family.

pub mod args;
mod asking;
mod calls;
mod lessons;
mod peers;
mod program;
mod scripts;
mod sockets;
mod time;
mod wire;

use super::request::{Frontend, Request};
use super::vocabulary::{self, ReadAs};
use crate::model::call::Call;
use args::{Arg, ArgValue};

/// One word of the language.
pub struct Verb {
    /// The word.
    pub name: &'static str,
    /// Other words for the same.
    pub aliases: &'static [&'static str],
    /// Its form with an example.
    pub usage: &'static str,
    /// What it does, in a short sentence.
    pub help: &'static str,
    /// What follows it.
    pub args: &'static [Arg],
    /// So many of them, from the last, can be left out.
    pub optional: usize,
    /// Whole lines, each as it is written again; at least one.
    pub examples: &'static [&'static str],
    /// Where it has no place: why, and what to do instead.
    pub elsewhere: &'static [(Frontend, &'static str)],
    /// What these values ask for; `None` if one of them cannot be.
    pub(super) parse: fn(&[ArgValue]) -> Option<Request>,
    /// For a word that makes one call on a row: what stands behind the row for this call; `None` if the call is another word's.
    pub(super) writes: Option<fn(&Call) -> Option<String>>,
}

impl Verb {
    /// A word alone that can be said everywhere; the entries say what is different.
    const PLAIN: Verb = Verb {
        name: "",
        aliases: &[],
        usage: "",
        help: "",
        args: &[],
        optional: 0,
        examples: &[],
        elsewhere: &[],
        parse: |_| None,
        writes: None,
    };

    /// Why it has no place there, if so.
    pub fn why_not(&self, frontend: Frontend) -> Option<&'static str> {
        self.elsewhere
            .iter()
            .find(|(there, _)| *there == frontend)
            .map(|(_, why)| *why)
    }

    /// Whether this is the word, or another for the same.
    pub fn is_called(&self, word: &str) -> bool {
        self.name == word || self.aliases.contains(&word)
    }
}

impl std::fmt::Debug for Verb {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// A word is what it is called.
impl PartialEq for Verb {
    fn eq(&self, other: &Verb) -> bool {
        self.name == other.name
    }
}

impl Eq for Verb {}

const FAMILIES: [&[Verb]; 9] = [
    sockets::VERBS,
    calls::VERBS,
    peers::VERBS,
    wire::VERBS,
    time::VERBS,
    scripts::VERBS,
    lessons::VERBS,
    program::VERBS,
    asking::VERBS,
];

/// Every word, family by family.
pub fn all() -> impl Iterator<Item = &'static Verb> {
    FAMILIES.iter().copied().flatten()
}

/// The words that have a place there.
pub fn of(frontend: Frontend) -> impl Iterator<Item = &'static Verb> {
    all().filter(move |verb| verb.why_not(frontend).is_none())
}

/// Every word that is understood there, other words for the same too.
pub fn words(frontend: Frontend) -> impl Iterator<Item = &'static str> {
    of(frontend).flat_map(|verb| std::iter::once(verb.name).chain(verb.aliases.iter().copied()))
}

/// The entry of a word, of today or replaced.
pub fn find(word: &str) -> Option<&'static Verb> {
    let word = vocabulary::today(word, ReadAs::Verb);
    all().find(|verb| verb.is_called(word))
}

/// Why this word has no place there, for whoever is asked it nevertheless.
pub fn elsewhere(word: &str, frontend: Frontend) -> &'static str {
    find(word)
        .and_then(|verb| verb.why_not(frontend))
        .unwrap_or("this word has no place here")
}

/// The word that makes this call on a row, and what stands behind the row.
pub(super) fn writing(call: &Call) -> Option<(&'static str, String)> {
    all().find_map(|verb| Some((verb.name, verb.writes?(call)?)))
}

/// What a phrase asks for.
fn requested(values: &[ArgValue]) -> Option<Request> {
    match values {
        [ArgValue::Wish(request)] => Some(Request::clone(request)),
        _ => None,
    }
}
