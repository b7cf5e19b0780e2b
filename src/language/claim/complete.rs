//! What can stand behind the words of a claim.

use super::facts::{ADDRESSES, ENDS, FAMILIES, MODES};
use super::wire::WORDS;
use super::{FORMS, OTHER_FORMS};
use crate::language::packets;
use crate::language::proposal::{Proposal, words_of};
use crate::model::file::FileKind;
use crate::model::socket::Stage;
use crate::model::task::claimed_calls;

/// What can stand behind these words of a claim.
pub(in crate::language) fn next(before: &[&str]) -> Vec<Proposal> {
    let is_number = |word: &str| word.parse::<u32>().is_ok();
    match before {
        [] | ["not"] => {
            let mut all = vec![Proposal::Rows];
            all.extend(OTHER_FORMS.iter().map(|(word, _)| Proposal::Word(word)));
            all
        }
        ["not", rest @ ..] => next(rest),
        ["wire"] => words_of(&["held", "packets", "rule"]),
        ["wire", "rule"] => words_of(&["hold", "pass"]),
        ["wire", "rule", _] => words_of(&packets::WHICH.map(|(word, _)| word)),
        ["wire", number] if is_number(number) => words_of(WORDS),
        ["call" | "made" | "handed"] => claimed_calls().map(Proposal::Word).collect(),
        ["new"] => words_of(&["readable", "writable", "error"]),
        [number, "peer"] if is_number(number) => words_of(&["call"]),
        [_, "stage"] => words_of(&Stage::NAMED.map(Stage::word)),
        [_, "kind"] => FileKind::words().map(Proposal::Word).collect(),
        [_, "family"] => names_of(FAMILIES),
        [_, "address"] => names_of(ADDRESSES),
        [_, "end"] => names_of(ENDS),
        [_, "mode"] => names_of(MODES),
        [_, "has"] => words_of(&["IN", "OUT", "ERR", "HUP", "RDHUP", "PRI"]),
        [_, "taken"] => words_of(&["any", "connect", "send", "recv", "getsockopt"]),
        [number] if is_number(number) => {
            let words = FORMS.iter().map(|(word, _)| *word);
            let is = super::facts::IS.iter().map(|(word, ..)| *word);
            let happened = super::facts::HAPPENED.iter().map(|(word, ..)| *word);
            let words = words.chain(is).chain(happened);
            words.map(Proposal::Word).collect()
        }
        _ => Vec::new(),
    }
}

fn names_of<T>(table: &[(&'static str, T)]) -> Vec<Proposal> {
    let names = table.iter().map(|(name, _)| *name);
    names.map(Proposal::Word).collect()
}
