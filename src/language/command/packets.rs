//! The words for packets of the lab wire: rules, directions, places, injections.

use crate::language::command::{parse_duration, write_duration};
use crate::model::command::Command;
use crate::model::packet::flow::RstNumber;
use crate::model::packet::segment::{Direction, Kind};
use crate::model::wire::rule::{Delay, Rule, Treatment, Which};
use crate::model::wire::{Number, Place};
use std::time::Duration;

/// Which packets a rule can be about.
pub(super) const WHICH: &[(&str, Which)] = &[
    ("all", Which::Everything),
    ("from-client", Which::Going(Direction::ToServer)),
    ("from-server", Which::Going(Direction::ToClient)),
    ("syn", Which::Of(Kind::Syn)),
    ("syn+ack", Which::Of(Kind::SynAck)),
    ("ack", Which::Of(Kind::Ack)),
    ("data", Which::Of(Kind::Data)),
    ("fin", Which::Of(Kind::Fin)),
    ("rst", Which::Of(Kind::Rst)),
];
/// The words of [`WHICH`], for the table of the language.
pub(super) const WHICH_WORDS: &[&str] = &[
    "all",
    "from-client",
    "from-server",
    "syn",
    "syn+ack",
    "ack",
    "data",
    "fin",
    "rst",
];
const PLACES: [(&str, Place); 2] = [("before", Place::Before), ("after", Place::After)];
const DIRECTIONS: [(&str, Direction); 2] = [
    ("to-client", Direction::ToClient),
    ("to-server", Direction::ToServer),
];
const RST: [(&str, RstNumber); 3] = [
    ("valid", RstNumber::Valid),
    ("in-window", RstNumber::InWindow),
    ("wrong", RstNumber::Outside),
];

fn word_of<T: PartialEq>(table: &[(&'static str, T)], value: &T) -> &'static str {
    table
        .iter()
        .find(|(_, known)| known == value)
        .map_or("-", |(word, _)| word)
}

fn value_of<T: Copy>(table: &[(&'static str, T)], word: &str) -> Option<T> {
    table
        .iter()
        .find(|(known, _)| *known == word)
        .map(|(_, value)| *value)
}

pub(super) fn place_word(place: Place) -> &'static str {
    word_of(&PLACES, &place)
}

pub(super) fn place(word: &str) -> Option<Place> {
    value_of(&PLACES, word)
}

pub(super) fn direction_word(direction: Direction) -> &'static str {
    word_of(&DIRECTIONS, &direction)
}

pub(super) fn rst_word(number: RstNumber) -> &'static str {
    word_of(&RST, &number)
}

/// `hold syn`, `pass all 500ms`, `pass data 2ticks`
pub(super) fn rule_words(rule: Rule) -> String {
    let which = word_of(WHICH, &rule.which);
    match rule.treatment {
        Treatment::Hold => format!("hold {which}"),
        Treatment::Pass(Delay::None) => format!("pass {which}"),
        Treatment::Pass(Delay::Ms(ms)) => {
            format!(
                "pass {which} {}",
                write_duration(Duration::from_millis(u64::from(ms)))
            )
        }
        Treatment::Pass(Delay::Ticks(ticks)) => format!("pass {which} {ticks}ticks"),
    }
}

pub(super) fn hold(which: &str) -> Option<Command> {
    let which = value_of(WHICH, which)?;
    let treatment = Treatment::Hold;
    Some(Command::Rule(Rule { which, treatment }))
}

pub(super) fn pass(which: &str, delay: Option<&str>) -> Option<Command> {
    let which = value_of(WHICH, which)?;
    let delay = match delay {
        None => Delay::None,
        Some(text) => match text.strip_suffix("ticks") {
            Some(ticks) => Delay::Ticks(ticks.parse().ok()?),
            None => Delay::Ms(u32::try_from(parse_duration(text).ok()?.as_millis()).ok()?),
        },
    };
    let treatment = Treatment::Pass(delay);
    Some(Command::Rule(Rule { which, treatment }))
}

/// What can stand behind `inject` and these words.
pub(super) fn injection_words(before: &[&str]) -> &'static [&'static str] {
    match before {
        [] => &["icmp", "rst"],
        ["rst"] => &["to-client", "to-server"],
        ["rst", _] => &["valid", "in-window", "wrong"],
        ["rst", _, _] => &["of"],
        ["icmp", _, _] => &["about"],
        _ => &[],
    }
}

/// What stands behind `inject`.
pub(super) fn inject(text: &str) -> Option<Command> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let number = |word: &str| word.parse().ok().filter(|n| *n != 0).map(Number);
    match words.as_slice() {
        ["icmp", kind, code] => Some(Command::InjectIcmp(
            kind.parse().ok()?,
            code.parse().ok()?,
            None,
        )),
        ["icmp", kind, code, "about", about] => Some(Command::InjectIcmp(
            kind.parse().ok()?,
            code.parse().ok()?,
            Some(number(about)?),
        )),
        ["rst", direction, kind] => Some(Command::InjectRst(
            value_of(&DIRECTIONS, direction)?,
            value_of(&RST, kind)?,
            None,
        )),
        ["rst", direction, kind, "of", about] => Some(Command::InjectRst(
            value_of(&DIRECTIONS, direction)?,
            value_of(&RST, kind)?,
            Some(number(about)?),
        )),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_that_are_proposed_for_an_injection_are_understood() {
        for direction in injection_words(&["rst"]) {
            for kind in injection_words(&["rst", direction]) {
                let text = format!("rst {direction} {kind}");
                assert!(inject(&text).is_some(), "{text}");
            }
        }
        assert_eq!(injection_words(&[]), ["icmp", "rst"]);
        assert!(inject("icmp 3 1").is_some());
    }

    #[test]
    fn every_word_for_packets_is_in_the_language() {
        let words: Vec<&str> = WHICH.iter().map(|(word, _)| *word).collect();
        assert_eq!(words, WHICH_WORDS);
    }
}
