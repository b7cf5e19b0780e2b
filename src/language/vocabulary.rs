//! The words that were replaced: one meaning has one word now. Old lines stay readable, and no text that a user reads has an old word:
//! `tests/vocabulary.rs` looks for them with this table.

/// Where an old word can still stand in what is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadAs {
    /// Nowhere: it stood in sentences alone.
    Prose,
    /// As the first word of a line.
    Verb,
    /// Behind a row, in a claim.
    Claim,
}

/// The option `--modes` was called so once, and is still read.
pub const MODES_ONCE: &str = "lanes";

/// An old word, what is said in its place, and where it is still read.
pub const REPLACED: &[(&str, &str, ReadAs)] = &[
    ("lanes", "modes", ReadAs::Verb),
    ("spoil", "badfd", ReadAs::Verb),
    ("hunt", "probe", ReadAs::Verb),
    ("told", "reported", ReadAs::Claim),
    ("phantom", "early", ReadAs::Claim),
    ("spoiled", "badfd", ReadAs::Claim),
    ("lane", "mode", ReadAs::Prose),
    ("spoils", "makes a bad descriptor of", ReadAs::Prose),
    ("spoilt", "a bad descriptor", ReadAs::Prose),
    ("hunts", "probes", ReadAs::Prose),
    ("hunted", "probed", ReadAs::Prose),
    ("phantoms", "early events", ReadAs::Prose),
    ("news", "event", ReadAs::Prose),
    ("witness", "look", ReadAs::Prose),
    ("witnesses", "looks", ReadAs::Prose),
    ("verdict", "result", ReadAs::Prose),
    ("verdicts", "results", ReadAs::Prose),
    ("envelope", "pending error", ReadAs::Prose),
    ("envelopes", "pending errors", ReadAs::Prose),
    ("sealed", "pending", ReadAs::Prose),
    ("letter", "pending error", ReadAs::Prose),
    ("waiting error", "pending error", ReadAs::Prose),
    ("far end", "peer", ReadAs::Prose),
    ("far ends", "peers", ReadAs::Prose),
    ("other end", "peer", ReadAs::Prose),
    ("another end", "a peer", ReadAs::Prose),
    ("knock", "SYN", ReadAs::Prose),
    ("knocks", "sends SYNs", ReadAs::Prose),
    ("knocking", "sending SYNs", ReadAs::Prose),
    ("is through", "is ESTABLISHED", ReadAs::Prose),
    ("was through", "was ESTABLISHED", ReadAs::Prose),
    ("patience", "time limit", ReadAs::Prose),
    ("curtain", "cover", ReadAs::Prose),
];

/// The word of today for a word that stands there: itself, if it was not replaced.
pub(super) fn today(word: &str, place: ReadAs) -> &str {
    let replaced = REPLACED
        .iter()
        .find(|(old, _, read)| *old == word && *read == place);
    replaced.map_or(word, |(_, new, _)| new)
}

/// A line with the word of today at its beginning; all else stays as it is.
pub(super) fn line_of_today(line: &str) -> String {
    let (word, rest) = line.split_at(line.find(' ').unwrap_or(line.len()));
    today(word, ReadAs::Verb).to_owned() + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::claim::Claim;
    use crate::language::request::Frontend;
    use crate::language::{parse, verbs};
    use crate::model::record::Cause;

    #[test]
    fn no_replaced_word_is_a_word_of_today() {
        for (old, new, place) in REPLACED {
            assert!(!verbs::all().any(|verb| verb.name == *old), "{old}");
            let again = REPLACED.iter().find(|(word, ..)| word == new);
            assert_eq!(again, None, "{old}");
            if *place == ReadAs::Verb {
                assert!(verbs::all().any(|verb| verb.name == *new), "{new}");
            }
        }
    }

    #[test]
    fn an_old_line_asks_for_the_same_as_the_line_of_today() {
        let lines = [
            ("lanes @pending", "modes @pending"),
            ("spoil 1", "badfd 1"),
            ("hunt", "probe"),
            (
                "expect 1 told READABLE|WRITABLE",
                "expect 1 reported READABLE|WRITABLE",
            ),
            ("expect not 1 told -", "expect not 1 reported -"),
            ("expect 1 phantom", "expect 1 early"),
            ("expect 1 spoiled", "expect 1 badfd"),
        ];
        for (old, new) in lines {
            let read = parse(old, Frontend::Script);
            assert!(read.is_ok(), "{old}: {read:?}");
            assert_eq!(read, parse(new, Frontend::Script), "{old}");
        }
    }

    #[test]
    fn a_cause_in_an_old_word_is_the_command_of_today() {
        for (old, new) in [
            ("spoil 1", "badfd 1"),
            ("hunt", "probe"),
            ("lanes @open", "modes @open"),
        ] {
            let cause = Cause::parse(old);
            assert!(matches!(cause, Cause::Command(_)), "{cause:?}");
            assert_eq!(cause, Cause::parse(new));
        }
        let other = Cause::parse("spoil  1");
        assert!(matches!(other, Cause::Unknown(_)), "{other:?}");
    }

    #[test]
    fn a_wrong_value_behind_an_old_word_is_answered_with_the_form_of_today() {
        let bad = Claim::parse("1 told WHAT").expect_err("no flag");
        assert!(bad.form.starts_with("reported FLAGS"), "{}", bad.form);
    }
}
