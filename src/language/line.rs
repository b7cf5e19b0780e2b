//! One line read: the word is looked up, what follows it is read piece by piece, and what is wrong is named with the right form.

use super::claim::BadClaim;
use super::near;
use super::request::{Frontend, Request};
use super::verbs;
use super::verbs::Verb;
use super::verbs::args::BadArg;
use crate::model::clean;
use crate::model::target::TargetError;
use thiserror::Error;

/// Why a line asks for nothing.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum BadLine {
    /// Not a word of the language.
    #[error("'{word}' is not a command. {}", instead(word, *frontend))]
    UnknownWord {
        /// Cleaned.
        word: String,
        /// Where it was typed.
        frontend: Frontend,
    },
    /// A word of the language that has no place here: why, and what instead.
    #[error("{0}")]
    Elsewhere(&'static str),
    /// A word that cannot stand where it stands.
    #[error("'{word}' cannot stand there. Write it so: {usage}")]
    Wrong {
        /// As typed, cleaned.
        word: String,
        /// The right form.
        usage: &'static str,
    },
    /// A word that is no target.
    #[error("{0}")]
    Target(TargetError),
    /// Something is missing.
    #[error("something is missing. Write it so: {0}")]
    Missing(&'static str),
    /// A claim with a wrong word.
    #[error("'{word}' cannot stand there. Write it so: expect {form}")]
    Claim {
        /// Cleaned.
        word: String,
        /// The right form.
        form: &'static str,
    },
    /// A claim with nothing where something must stand.
    #[error("something is missing. Write it so: expect {0}")]
    UnfinishedClaim(&'static str),
}

/// The word that was meant, or all that there are.
fn instead(word: &str, frontend: Frontend) -> String {
    if let Some(meant) = near::nearest(word, verbs::words(frontend)) {
        return format!("Did you mean {meant}? help lists all commands");
    }
    let names: Vec<&str> = verbs::of(frontend).map(|verb| verb.name).collect();
    format!("Commands: {}", names.join(", "))
}

impl From<BadClaim> for BadLine {
    fn from(bad: BadClaim) -> BadLine {
        if bad.word.is_empty() {
            BadLine::UnfinishedClaim(bad.form)
        } else {
            BadLine::Claim {
                word: bad.word,
                form: bad.form,
            }
        }
    }
}

/// Where a comment begins: at the first `#` that begins a word.
pub fn comment_at(line: &str) -> Option<usize> {
    let mut before = ' ';
    line.char_indices().find_map(|(place, c)| {
        let begins = c == '#' && before.is_whitespace();
        before = c;
        begins.then_some(place)
    })
}

/// Reads a line that was typed there. What stands behind a `#` is a comment, unless the word takes it as its own: `send 1 # is data`.
///
/// # Errors
/// Names the word that is wrong, and the right form; or says why this word has no place there.
pub fn parse(line: &str, frontend: Frontend) -> Result<Request, BadLine> {
    let line = line.strip_prefix('\u{feff}').unwrap_or(line);
    let whole = parse_whole(line, frontend);
    match comment_at(line).filter(|place| whole.is_err() && !line[..*place].trim().is_empty()) {
        Some(place) => parse_whole(&line[..place], frontend),
        None => whole,
    }
}

fn parse_whole(line: &str, frontend: Frontend) -> Result<Request, BadLine> {
    let line = line.trim_start();
    let (first, rest) = split(line);
    let verb = verbs::find(first).ok_or_else(|| BadLine::UnknownWord {
        word: clean::quoted(first),
        frontend,
    })?;
    match verb.why_not(frontend) {
        Some(why) => Err(BadLine::Elsewhere(why)),
        None => verb.read(rest),
    }
}

impl Verb {
    /// Reads what stands behind the word.
    fn read(&self, line: &str) -> Result<Request, BadLine> {
        let wrong = |text: &str| BadLine::Wrong {
            word: clean::quoted(text),
            usage: self.usage,
        };
        let mut rest = line;
        let mut values = Vec::new();
        for arg in self.args {
            if rest.trim().is_empty() {
                break;
            }
            let (text, behind) = if arg.is_rest() {
                (rest, "")
            } else {
                split(rest)
            };
            values.push(arg.read(text).map_err(|fault| match fault {
                BadArg::Wrong(word) => wrong(&word),
                BadArg::Missing => BadLine::Missing(self.usage),
                BadArg::Target(error) => BadLine::Target(error),
                BadArg::Claim(bad) => bad.into(),
            })?);
            rest = behind;
        }
        if !rest.trim().is_empty() {
            return Err(wrong(rest.trim()));
        }
        if values.len() + self.optional < self.args.len() {
            return Err(BadLine::Missing(self.usage));
        }
        (self.parse)(&values)
            .ok_or_else(|| wrong(line.split_whitespace().last().unwrap_or(self.name)))
    }
}

/// The first word and what follows it.
pub(super) fn split(text: &str) -> (&str, &str) {
    let text = text.trim_start();
    match text.split_once(char::is_whitespace) {
        Some((word, rest)) => (word, rest.trim_start()),
        None => (text, ""),
    }
}
