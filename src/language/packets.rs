//! The words for packets of the lab wire: rules, directions, places, injections.

use crate::language::duration::{parse_duration, write_duration};
use crate::model::packet::flow::RstNumber;
use crate::model::packet::segment::{Direction, SegmentKind};
use crate::model::wire::RelativePlace;
use crate::model::wire::rule::{Delay, PacketFilter, Rule, Treatment};
use std::time::Duration;

/// Which packets a rule can be about.
pub(super) const WHICH: [(&str, PacketFilter); 9] = [
    ("all", PacketFilter::Everything),
    ("from-client", PacketFilter::Going(Direction::ToServer)),
    ("from-server", PacketFilter::Going(Direction::ToClient)),
    ("syn", PacketFilter::Of(SegmentKind::Syn)),
    ("syn+ack", PacketFilter::Of(SegmentKind::SynAck)),
    ("ack", PacketFilter::Of(SegmentKind::Ack)),
    ("data", PacketFilter::Of(SegmentKind::Data)),
    ("fin", PacketFilter::Of(SegmentKind::Fin)),
    ("rst", PacketFilter::Of(SegmentKind::Rst)),
];
const PLACES: [(&str, RelativePlace); 2] = [
    ("before", RelativePlace::Before),
    ("after", RelativePlace::After),
];
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

pub(super) fn place_word(place: RelativePlace) -> &'static str {
    word_of(&PLACES, &place)
}

pub(super) fn place(word: &str) -> Option<RelativePlace> {
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
    let which = word_of(&WHICH, &rule.which);
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

/// Reads a rule: `hold syn`, `pass all 500ms`.
pub(super) fn rule(text: &str) -> Option<Rule> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let (which, treatment) = match words.as_slice() {
        ["hold", which] => (which, Treatment::Hold),
        ["pass", which] => (which, Treatment::Pass(Delay::None)),
        ["pass", which, text] => (which, Treatment::Pass(delay(text)?)),
        _ => return None,
    };
    let which = self::which(which)?;
    Some(Rule { which, treatment })
}

/// Which packets this word means.
pub(super) fn which(word: &str) -> Option<PacketFilter> {
    value_of(&WHICH, word)
}

/// How long a packet takes: `500ms`, `2ticks`.
pub(super) fn delay(text: &str) -> Option<Delay> {
    Some(match text.strip_suffix("ticks") {
        Some(ticks) => Delay::Ticks(ticks.parse().ok()?),
        None => Delay::Ms(u32::try_from(parse_duration(text).ok()?.as_millis()).ok()?),
    })
}

/// The direction that this word means.
pub(super) fn direction(word: &str) -> Option<Direction> {
    value_of(&DIRECTIONS, word)
}

/// The number of a reset that this word means.
pub(super) fn rst(word: &str) -> Option<RstNumber> {
    value_of(&RST, word)
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
