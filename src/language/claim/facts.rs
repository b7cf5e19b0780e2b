//! Claims about what is so of one socket at one moment, or about one call: they choose sentences, and a script can expect them.

pub use super::flags::{HAPPENED, IS};
use super::words::{call_name, split};
use crate::model::addr::{Family, SpecialAddress};
use crate::model::errno::{Errno, Failure};
use crate::model::file::FileKind;
use crate::model::readiness::{PollMask, from_names, joined};
use crate::model::socket::{Happened, Stage, TakenBy};
use crate::model::tcp::TcpState;
use crate::model::world::{EndKind, Facts, IsSo, ModeKind};

/// What can be claimed of a socket's facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FactClaim {
    /// The address family that it leads to.
    Family(Family),
    /// What its descriptor stands for; `None` for a socket.
    Kind(Option<FileKind>),
    /// What is special about the address that it leads to.
    Address(SpecialAddress),
    /// Which end it is.
    End(EndKind),
    /// How it is used.
    Mode(ModeKind),
    /// Its stage.
    Stage(Stage),
    /// The kernel's TCP state, as of the last look.
    Kernel(TcpState),
    /// poll(2) said at least this, as of the last look.
    Has(PollMask),
    /// poll(2) said this and nothing else.
    Poll(PollMask),
    /// This is so.
    Is(IsSo),
    /// This has happened.
    Happened(Happened),
    /// Why it is in stage *error*.
    Failure(Failure),
    /// A call of this name on it has not returned.
    Running(String),
    /// A pending error was taken by a call of this name, or by any; perhaps a certain one.
    Taken(Option<TakenBy>, Option<Errno>),
}

/// The word for what is no file, no pipe and no terminal.
const SOCKET: &str = "socket";

/// The words for what a descriptor stands for.
pub const KINDS: &[&str] = &[
    SOCKET,
    "file",
    "pipe-read",
    "pipe-write",
    "pty-master",
    "pty-slave",
];

/// The words for the families.
pub const FAMILIES: &[(&str, Family)] = &[
    ("inet", Family::Inet),
    ("inet6", Family::Inet6),
    ("unix", Family::Unix),
];

/// The words for special addresses: any is 0.0.0.0 and ::, many is multicast and broadcast.
pub const ADDRESSES: &[(&str, SpecialAddress)] =
    &[("any", SpecialAddress::Any), ("many", SpecialAddress::Many)];

/// The words for the ends.
pub const ENDS: &[(&str, EndKind)] = &[
    ("client", EndKind::Client),
    ("listener", EndKind::Listener),
    ("accepted", EndKind::Accepted),
];

/// The words for the modes.
pub const MODES: &[(&str, ModeKind)] = &[
    ("non-blocking", ModeKind::NonBlocking),
    ("connect_ex", ModeKind::ConnectEx),
    ("blocking", ModeKind::Blocking),
    ("timeout", ModeKind::Timeout),
];

fn of<T: Copy>(table: &[(&str, T)], word: &str) -> Option<T> {
    table
        .iter()
        .find(|(known, _)| *known == word)
        .map(|(_, value)| *value)
}

fn word<T: PartialEq>(table: &[(&'static str, T)], value: &T) -> &'static str {
    table
        .iter()
        .find(|(_, known)| known == value)
        .map_or("-", |(word, _)| word)
}

impl FactClaim {
    /// Reads a claim from its first word and what follows it.
    pub(super) fn read(first: &str, rest: &str) -> Option<FactClaim> {
        if rest.is_empty() {
            let is = IS.iter().find(|(known, ..)| *known == first);
            let happened = HAPPENED.iter().find(|(known, ..)| *known == first);
            return match (is, happened) {
                (Some((_, flag, _)), _) => Some(FactClaim::Is(*flag)),
                (_, Some((_, flag, _))) => Some(FactClaim::Happened(*flag)),
                (None, None) => None,
            };
        }
        Some(match first {
            "failure" => FactClaim::Failure(Failure::from_name(rest)?),
            "kind" if rest == FileKind::NONE => FactClaim::Kind(None),
            "kind" => FactClaim::Kind(Some(FileKind::from_word(rest)?)),
            "family" => FactClaim::Family(of(FAMILIES, rest)?),
            "address" => FactClaim::Address(of(ADDRESSES, rest)?),
            "end" => FactClaim::End(of(ENDS, rest)?),
            "mode" => FactClaim::Mode(of(MODES, rest)?),
            "has" => {
                let names: Vec<&str> = rest.split('|').collect();
                FactClaim::Has(from_names(&names)?)
            }
            "taken" => {
                let (by, errno) = split(rest);
                let by = match by {
                    "any" => None,
                    name => Some(TakenBy::ALL.into_iter().find(|by| by.name() == name)?),
                };
                let errno = match errno {
                    "" => None,
                    name => Some(Errno::from_name(name)?),
                };
                FactClaim::Taken(by, errno)
            }
            _ => return None,
        })
    }

    /// The same with those that a claim of a script says in its own words.
    pub(super) fn read_any(text: &str) -> Option<FactClaim> {
        let (first, rest) = split(text);
        match first {
            "stage" => Stage::from_word(rest)
                .or((rest == Stage::New.word()).then_some(Stage::New))
                .map(FactClaim::Stage),
            "kernel" => {
                let state: Result<TcpState, _> = rest.parse();
                state.ok().map(FactClaim::Kernel)
            }
            "stuck" => call_name(rest).map(FactClaim::Running),
            "poll" => {
                let names: Vec<&str> = rest.split('|').collect();
                from_names(&names).map(FactClaim::Poll)
            }
            "port" if rest.is_empty() => Some(FactClaim::Is(IsSo::PORT)),
            _ => FactClaim::read(first, rest),
        }
    }

    /// Whether it is so.
    pub fn holds(&self, facts: &Facts) -> bool {
        match self {
            FactClaim::Family(family) => facts.family == Some(*family),
            FactClaim::Kind(kind) => facts.file == *kind,
            FactClaim::Address(special) => facts.address == Some(*special),
            FactClaim::End(end) => facts.end == *end,
            FactClaim::Mode(mode) => facts.mode == *mode,
            FactClaim::Stage(stage) => facts.stage == *stage,
            FactClaim::Kernel(state) => facts.tcp == Some(*state),
            FactClaim::Has(mask) => facts.poll.is_some_and(|poll| poll.contains(*mask)),
            FactClaim::Poll(mask) => facts.poll == Some(*mask),
            FactClaim::Failure(failure) => facts.failure == Some(*failure),
            FactClaim::Running(call) => facts.running == Some(call.as_str()),
            FactClaim::Is(flag) => facts.is.contains(*flag),
            FactClaim::Happened(flag) => facts.past.happened.contains(*flag),
            FactClaim::Taken(by, errno) => facts.past.taken.is_some_and(|taken| {
                by.is_none_or(|by| by == taken.by) && errno.is_none_or(|errno| errno == taken.errno)
            }),
        }
    }

    /// What is so, in the words of the claim.
    pub(super) fn instead(&self, facts: &Facts) -> String {
        match self {
            FactClaim::Family(_) => facts
                .family
                .map_or("not known", |family| word(FAMILIES, &family))
                .to_owned(),
            FactClaim::Kind(_) => facts.file.map_or(FileKind::NONE, FileKind::word).to_owned(),
            FactClaim::Address(_) => facts
                .address
                .map_or("nothing special", |special| word(ADDRESSES, &special))
                .to_owned(),
            FactClaim::End(_) => word(ENDS, &facts.end).to_owned(),
            FactClaim::Mode(_) => word(MODES, &facts.mode).to_owned(),
            FactClaim::Stage(_) => facts.stage.word().to_owned(),
            FactClaim::Kernel(_) => facts.tcp.map_or("not known", TcpState::name).to_owned(),
            FactClaim::Has(_) | FactClaim::Poll(_) => facts
                .poll
                .map_or_else(|| "not looked at".to_owned(), |poll| joined(&poll)),
            FactClaim::Failure(_) => facts
                .failure
                .map_or("no failure".into(), Failure::name)
                .into_owned(),
            FactClaim::Running(_) => facts.running.unwrap_or("-").to_owned(),
            FactClaim::Is(flag) => {
                let found = IS.iter().find(|(_, known, _)| known == flag);
                format!("not so that {}", found.map_or("", |(.., meaning)| meaning))
            }
            FactClaim::Happened(flag) => {
                let found = HAPPENED.iter().find(|(_, known, _)| known == flag);
                format!("not so that {}", found.map_or("", |(.., meaning)| meaning))
            }
            FactClaim::Taken(..) => facts.past.taken.map_or_else(
                || "not so: no call took an error".to_owned(),
                |taken| format!("{} by {}", taken.errno, taken.by.name()),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_of_a_fact_is_read_and_is_no_other() {
        let words = IS.iter().map(|(word, ..)| *word);
        let words: Vec<&str> = words
            .chain(HAPPENED.iter().map(|(word, ..)| *word))
            .collect();
        for word in &words {
            assert!(FactClaim::read(word, "").is_some(), "{word}");
            assert_eq!(
                words.iter().filter(|other| *other == word).count(),
                1,
                "{word}"
            );
        }
    }
}
