//! What can follow a word: how it is read, and what can be proposed for it.

use crate::language::claim::BadClaim;
use crate::language::duration::parse_duration;
use crate::language::packets;
use crate::language::proposal::{Proposal, words_of};
use crate::language::request::Request;
use crate::model::addr::Addr;
use crate::model::clean;
use crate::model::ids::Row;
use crate::model::readiness::Interest;
use crate::model::target::{Target, TargetError};
use crate::model::wire::PacketNumber;
use crate::model::wire::rule::{Delay, PacketFilter};
use std::time::Duration;

/// The longest free text, in characters.
const MAX_ARG_CHARS: usize = 500;

/// What an argument is.
#[derive(Clone, Copy, Debug)]
pub enum Arg {
    /// A socket's number.
    Row,
    /// A target.
    Target,
    /// One or more targets.
    Targets,
    /// An address with a port, or a unix socket's.
    Addr,
    /// Bytes up to the end of the line, with escapes.
    Bytes,
    /// One byte, perhaps escaped.
    Byte,
    /// Free text up to the end of the line.
    Text,
    /// A number.
    Number,
    /// A number from 0 to 2^64 - 1.
    Tick,
    /// A packet's number.
    Packet,
    /// A packet's number, or `all`.
    PacketOrAll,
    /// Which packets.
    Which,
    /// How long a packet takes: `500ms`, `2ticks`.
    Delay,
    /// A number, or `off`.
    NumberOrOff,
    /// A duration.
    Duration,
    /// A duration, or `off`.
    DurationOrOff,
    /// Letters of an interest.
    Letters,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A word that can be looked up, above all one of the language.
    Topic,
    /// The rest of the line, by a grammar of its own.
    Phrase(&'static Phrase),
}

/// A grammar for the rest of a line.
#[derive(Debug)]
pub struct Phrase {
    /// Reads it.
    pub(in crate::language) read: fn(&str) -> Result<Request, BadArg>,
    /// What can stand behind these words of it.
    pub(in crate::language) next: fn(&[&str]) -> Vec<Proposal>,
}

/// What was read for one argument.
#[derive(Clone, Debug)]
pub(in crate::language) enum ArgValue {
    Row(Row),
    Number(u32),
    Tick(u64),
    Addr(Addr),
    Bytes(Vec<u8>),
    Byte(u8),
    Text(String),
    Targets(Vec<Target>),
    Word(&'static str),
    Packet(Option<PacketNumber>),
    Which(PacketFilter),
    Delay(Delay),
    Limit(Option<u32>),
    Duration(Option<Duration>),
    Letters(Interest),
    Wish(Box<Request>),
}

/// Why something cannot be read.
#[derive(Clone, Debug)]
pub(in crate::language) enum BadArg {
    /// This word.
    Wrong(String),
    /// There is more to say.
    Missing,
    /// A wrong target says by itself what is wrong with it.
    Target(TargetError),
    /// So does a wrong claim.
    Claim(BadClaim),
}

impl Arg {
    /// Reads it.
    pub(in crate::language) fn read(self, text: &str) -> Result<ArgValue, BadArg> {
        let wrong = || BadArg::Wrong(text.to_owned());
        let value = match self {
            Arg::Target | Arg::Targets => {
                let targets = text.split_whitespace().map(target);
                return targets
                    .collect::<Result<_, _>>()
                    .map(ArgValue::Targets)
                    .map_err(BadArg::Target);
            }
            Arg::Phrase(phrase) => {
                return (phrase.read)(text).map(|request| ArgValue::Wish(Box::new(request)));
            }
            Arg::Row => text
                .parse()
                .ok()
                .filter(|n| *n != 0)
                .map(|n| ArgValue::Row(Row(n))),
            Arg::Number => text.parse().ok().map(ArgValue::Number),
            Arg::Tick => text.parse().ok().map(ArgValue::Tick),
            Arg::Addr => text.parse().ok().map(ArgValue::Addr),
            Arg::Bytes => clean::unescape_bytes(text)
                .filter(|bytes| !bytes.is_empty())
                .map(ArgValue::Bytes),
            Arg::Byte => match clean::unescape_bytes(text).as_deref() {
                Some([byte]) => Some(ArgValue::Byte(*byte)),
                _ => None,
            },
            Arg::Text | Arg::Topic => (text.chars().count() <= MAX_ARG_CHARS)
                .then(|| ArgValue::Text(clean::text(text).trim_end().to_owned())),
            Arg::PacketOrAll if text == "all" => Some(ArgValue::Packet(None)),
            Arg::Packet | Arg::PacketOrAll => {
                let number = text.parse().ok().filter(|number| *number != 0);
                number.map(|number| ArgValue::Packet(Some(PacketNumber(number))))
            }
            Arg::Which => packets::which(text).map(ArgValue::Which),
            Arg::Delay => packets::delay(text).map(ArgValue::Delay),
            Arg::NumberOrOff if text == "off" => Some(ArgValue::Limit(None)),
            Arg::NumberOrOff => text.parse().ok().map(|n| ArgValue::Limit(Some(n))),
            Arg::DurationOrOff if text == "off" => Some(ArgValue::Duration(None)),
            Arg::Duration | Arg::DurationOrOff => parse_duration(text)
                .ok()
                .map(|duration| ArgValue::Duration(Some(duration))),
            Arg::Letters => Interest::from_letters(text).map(ArgValue::Letters),
            Arg::OneOf(words) => words
                .iter()
                .find(|word| **word == text)
                .map(|word| ArgValue::Word(word)),
        };
        value.ok_or_else(wrong)
    }

    /// Whether it takes all that is left of the line.
    pub(in crate::language) fn is_rest(self) -> bool {
        matches!(
            self,
            Arg::Targets | Arg::Bytes | Arg::Text | Arg::Topic | Arg::Phrase(_)
        )
    }

    /// What can stand there, behind these words of it.
    pub(in crate::language) fn proposals(self, before: &[&str]) -> Vec<Proposal> {
        match self {
            Arg::Row => vec![Proposal::Rows],
            Arg::Target | Arg::Targets => vec![Proposal::Targets],
            Arg::OneOf(words) => words_of(words),
            Arg::Which => words_of(&packets::WHICH.map(|(word, _)| word)),
            Arg::PacketOrAll => vec![Proposal::Word("all")],
            Arg::NumberOrOff | Arg::DurationOrOff => vec![Proposal::Word("off")],
            Arg::Topic if !before.is_empty() => Vec::new(),
            Arg::Topic => super::all().map(|verb| Proposal::Word(verb.name)).collect(),
            Arg::Phrase(phrase) => (phrase.next)(before),
            Arg::Addr
            | Arg::Bytes
            | Arg::Byte
            | Arg::Text
            | Arg::Number
            | Arg::Tick
            | Arg::Packet
            | Arg::Delay
            | Arg::Duration
            | Arg::Letters => Vec::new(),
        }
    }
}

/// A space in a unix path.
const SPACE: &str = "\\x20";

/// Reads one word as a target.
fn target(word: &str) -> Result<Target, TargetError> {
    if word.starts_with("unix:") {
        Target::parse(&word.replace(SPACE, " "))
    } else {
        Target::parse(word)
    }
}

/// As one word: spaces are escaped.
pub(in crate::language) fn one_word(text: &str) -> String {
    text.replace(' ', SPACE)
}
