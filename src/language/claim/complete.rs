//! What can stand behind the words of a claim.

use super::wire::WORDS;
use super::{FORMS, OTHER_FORMS};
use crate::language::packets;
use crate::language::proposal::{Proposal, words_of};
use crate::model::socket::Stage;

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
        ["new"] => words_of(&["readable", "writable", "error"]),
        [_, "stage"] => words_of(&Stage::NAMED.map(Stage::word)),
        [number] if is_number(number) => {
            let words = FORMS.iter().map(|(word, _)| *word);
            words.map(Proposal::Word).collect()
        }
        _ => Vec::new(),
    }
}
