//! What the whole mask of poll(2) means for a socket in its stage and TCP state: the mask alone does not tell the state.

use crate::model::readiness::{PollMask, from_names, joined};
use crate::model::socket::Stage;
use crate::model::tcp::TcpState;
use crate::model::world::RowState;
use crate::narrate::kernel;
use crate::words::assets;
use serde::Deserialize;
use std::sync::LazyLock;

/// What stands before the mask in a card's topic.
const TOPIC: &str = "poll says ";
/// In `states`: a socket that has no TCP state.
const NO_STATE: &str = "none";

/// One text.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MaskText {
    /// What tells it from the others.
    pub name: String,
    mask: String,
    #[serde(default)]
    stages: Vec<String>,
    #[serde(default)]
    states: Vec<String>,
    /// What it means.
    pub means: String,
    /// What may not be concluded from it.
    pub proves_not: String,
    /// What a correct program does next.
    pub next: String,
    /// Other systems. Documented, not measured.
    pub elsewhere: Option<String>,
}

#[derive(Debug, Deserialize)]
struct MaskTexts {
    text: Vec<MaskText>,
}

static TEXTS: LazyLock<Vec<MaskText>> = LazyLock::new(|| {
    let texts: MaskTexts = toml::from_str(assets::MASKS).expect("a test reads this embedded asset");
    texts.text
});

impl MaskText {
    /// The first sentence of what it means.
    pub fn first_sentence(&self) -> &str {
        self.means
            .split_inclusive(". ")
            .next()
            .unwrap_or_default()
            .trim_end()
    }

    /// How many of its conditions hold; `None` if one does not.
    fn fits(&self, mask: PollMask, stage: Stage, state: Option<TcpState>) -> Option<usize> {
        let state = state.map_or(NO_STATE, TcpState::name);
        let conditions = [(&self.stages, stage.word()), (&self.states, state)];
        let asked = || conditions.iter().filter(|(words, _)| !words.is_empty());
        let holds = asked().all(|(words, found)| words.iter().any(|word| word == found));
        (read(&self.mask) == Some(mask) && holds).then(|| asked().count())
    }
}

fn read(mask: &str) -> Option<PollMask> {
    let names: Vec<&str> = mask.split('|').filter(|name| *name != "-").collect();
    from_names(&names)
}

/// The text that fits most narrowly; of two equally narrow ones the first.
pub fn find(mask: PollMask, stage: Stage, state: Option<TcpState>) -> Option<&'static MaskText> {
    let fitting = TEXTS
        .iter()
        .filter_map(|text| Some((text.fits(mask, stage, state)?, text)));
    let (_, text) = fitting.rev().max_by_key(|(conditions, _)| *conditions)?;
    Some(text)
}

/// The text for what poll says of a row now; `None` if poll was not asked.
pub fn of(row: &RowState) -> Option<&'static MaskText> {
    // A socket without a descriptor is not asked about.
    row.fd()?;
    find(row.look.poll.answer()?, row.stage(), kernel::tcp_state(row))
}

/// The topic of a row's card, if there is a text for it.
pub fn topic_of(row: &RowState) -> Option<String> {
    of(row)?;
    let mask = row.look.poll.answer()?;
    Some(format!("{TOPIC}{}", joined(&mask)))
}

/// Whether a topic was made by [`topic_of`].
pub fn is_topic(topic: &str) -> bool {
    topic.starts_with(TOPIC)
}

/// The text of a topic made by [`topic_of`], for this row as it is now.
pub fn of_topic(topic: &str, row: &RowState) -> Option<&'static MaskText> {
    let mask = read(topic.strip_prefix(TOPIC)?)?;
    find(mask, row.stage(), kernel::tcp_state(row))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every combination that a kernel gives, with the text that it must find.
    const COMBINATIONS: &[(&str, &str, &str, &str)] = &[
        ("-", "pending", "SYN-SENT", "still sending SYNs"),
        ("-", "connect attempted", "SYN-SENT", "still sending SYNs"),
        ("-", "listening", "LISTEN", "idle listener"),
        ("-", "listening", "none", "idle listener"),
        ("-", "connected", "ESTABLISHED", "send buffer full"),
        ("-", "accepted", "ESTABLISHED", "send buffer full"),
        ("-", "connected", "none", "send buffer full"),
        ("-", "error", "SYN-SENT", "nothing"),
        ("IN", "listening", "LISTEN", "somebody waits"),
        ("IN", "connected", "ESTABLISHED", "data, no room"),
        ("IN", "accepted", "ESTABLISHED", "data, no room"),
        ("IN", "pending", "ESTABLISHED", "readable"),
        ("OUT", "connect attempted", "ESTABLISHED", "through"),
        ("OUT", "pending", "ESTABLISHED", "through"),
        ("OUT", "writable", "ESTABLISHED", "through"),
        ("OUT", "connected", "ESTABLISHED", "idle"),
        ("OUT", "accepted", "ESTABLISHED", "idle"),
        ("OUT", "connected", "FIN-WAIT-1", "own end of sending"),
        ("OUT", "connected", "FIN-WAIT-2", "own end of sending"),
        ("OUT", "connected", "none", "idle, not TCP"),
        ("OUT", "error", "ESTABLISHED", "writable"),
        ("IN|OUT", "pending", "ESTABLISHED", "greeted early"),
        ("IN|OUT", "connected", "ESTABLISHED", "data"),
        ("IN|OUT", "accepted", "ESTABLISHED", "data"),
        ("IN|OUT", "connected", "none", "data"),
        ("IN|OUT", "connected", "FIN-WAIT-2", "data after own end"),
        ("IN|OUT", "error", "ESTABLISHED", "readable and writable"),
        ("IN|RDHUP", "connected", "CLOSE-WAIT", "peer ended, no room"),
        (
            "IN|RDHUP",
            "connected",
            "ESTABLISHED",
            "own end of reading, no room",
        ),
        ("IN|RDHUP", "connected", "none", "end of reading, no room"),
        ("PRI|OUT", "connected", "ESTABLISHED", "urgent"),
        ("IN|PRI|OUT", "connected", "ESTABLISHED", "urgent and data"),
        (
            "IN|PRI|OUT|RDHUP",
            "connected",
            "CLOSE-WAIT",
            "urgent and the end",
        ),
        (
            "IN|OUT|RDHUP",
            "pending",
            "CLOSE-WAIT",
            "ended before the result",
        ),
        ("IN|OUT|RDHUP", "connected", "CLOSE-WAIT", "peer ended"),
        ("IN|OUT|RDHUP", "accepted", "CLOSE-WAIT", "peer ended"),
        (
            "IN|OUT|RDHUP",
            "connected",
            "ESTABLISHED",
            "own end of reading",
        ),
        ("IN|OUT|RDHUP", "connected", "none", "end of reading"),
        ("OUT|HUP", "created", "CLOSE", "never connected"),
        ("OUT|HUP", "created", "none", "never connected"),
        ("OUT|HUP", "non-blocking", "CLOSE", "never connected"),
        ("OUT|HUP", "connect attempted", "none", "try again"),
        ("OUT|HUP", "error", "CLOSE", "failed, error taken"),
        ("OUT|HUP", "error", "none", "failed, error taken"),
        ("OUT|HUP", "listening", "CLOSE", "not connected"),
        ("OUT|ERR|HUP", "pending", "CLOSE", "cancelled"),
        ("OUT|ERR|HUP", "error", "CLOSE", "error without an end"),
        ("IN|OUT|HUP|RDHUP", "error", "CLOSE", "error read"),
        ("IN|OUT|HUP|RDHUP", "connected", "CLOSE", "over"),
        ("IN|OUT|HUP|RDHUP", "accepted", "CLOSE", "over"),
        (
            "IN|OUT|HUP|RDHUP",
            "connected",
            "FIN-WAIT-2",
            "saying goodbye",
        ),
        (
            "IN|OUT|HUP|RDHUP",
            "connected",
            "LAST-ACK",
            "saying goodbye",
        ),
        ("IN|OUT|HUP|RDHUP", "connected", "none", "both ends shut"),
        (
            "IN|OUT|ERR|HUP|RDHUP",
            "connect attempted",
            "CLOSE",
            "failed",
        ),
        ("IN|OUT|ERR|HUP|RDHUP", "pending", "CLOSE", "failed"),
        ("IN|OUT|ERR|HUP|RDHUP", "writable", "CLOSE", "failed"),
        ("IN|OUT|ERR|HUP|RDHUP", "connected", "CLOSE", "broken"),
        ("IN|OUT|ERR|HUP|RDHUP", "accepted", "CLOSE", "broken"),
        (
            "IN|OUT|ERR|HUP|RDHUP",
            "connected",
            "none",
            "broken, not TCP",
        ),
        (
            "IN|OUT|ERR|HUP|RDHUP",
            "error",
            "CLOSE",
            "everything but urgent",
        ),
        ("ERR", "pending", "CLOSE", "torn"),
        ("OUT|ERR", "connected", "none", "nobody reads"),
        ("HUP", "connected", "none", "nobody writes"),
        ("NVAL", "pending", "none", "no such descriptor"),
        ("NVAL", "connected", "ESTABLISHED", "no such descriptor"),
    ];

    fn state(name: &str) -> Option<TcpState> {
        TcpState::ALL.into_iter().find(|state| state.name() == name)
    }

    #[test]
    fn every_combination_that_a_kernel_gives_finds_its_text() {
        let mut wrong = Vec::new();
        for (mask, stage, tcp, name) in COMBINATIONS {
            let flags = read(mask).unwrap_or_else(|| panic!("{mask} is no mask"));
            let word = Stage::from_word(stage).unwrap_or_else(|| panic!("{stage} is no stage"));
            let found = find(flags, word, state(tcp)).map_or("no text", |text| &text.name);
            if found != *name {
                wrong.push(format!("{mask} in {stage}, {tcp}: {found}, not {name}"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn every_text_is_found_by_some_combination() {
        for text in TEXTS.iter() {
            assert!(
                COMBINATIONS
                    .iter()
                    .any(|(.., name)| *name == text.name.as_str()),
                "{} is never shown",
                text.name
            );
        }
    }

    #[test]
    fn every_condition_is_a_word_that_the_program_knows() {
        for text in TEXTS.iter() {
            assert!(read(&text.mask).is_some(), "{}", text.name);
            for word in &text.stages {
                assert!(Stage::from_word(word).is_some(), "{}: {word}", text.name);
            }
            for word in &text.states {
                assert!(
                    word == NO_STATE || state(word).is_some(),
                    "{}: {word}",
                    text.name
                );
            }
        }
    }

    #[test]
    fn every_text_is_short_enough_for_its_place() {
        for text in TEXTS.iter() {
            for part in [&text.means, &text.proves_not, &text.next] {
                assert!((12..=150).contains(&part.len()), "{}: {part}", text.name);
                assert!(part.is_ascii(), "{}: {part}", text.name);
            }
            assert!(
                text.first_sentence().len() <= 120,
                "{}: {}",
                text.name,
                text.first_sentence()
            );
        }
    }
}
