//! The card that a person means by a word, however it is written; and what has a card at all.

use super::{CARDS, Card};
use crate::language::near::{nearest, speaks_of};
use crate::language::vocabulary::REPLACED;
use crate::model::clean;
use crate::model::errno::{EAI, Errno};
use crate::words::errnos;

/// A card that was found: its name, and what it says first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundCard {
    /// Its name.
    pub name: String,
    /// The beginning of what it says.
    pub begins: String,
    /// The word that was looked for is its name, or another name of it.
    pub is_it: bool,
}

/// Every name of a card, of an errno and of a failed look-up, each with the topic it leads to.
fn names() -> impl Iterator<Item = (String, String)> {
    let own = CARDS.keys().map(|name| (name.clone(), name.clone()));
    let others = CARDS.iter().flat_map(|(name, card)| {
        let alias = |alias: &String| (alias.clone(), name.clone());
        card.aliases.iter().map(alias)
    });
    let errnos = Errno::all().map(|errno| errno.name().into_owned());
    let eai = EAI.iter().map(|(name, _)| (*name).to_owned());
    own.chain(others)
        .chain(errnos.chain(eai).map(|name| (name.clone(), name)))
}

/// The topic that a person means: a name as it is written, in other letters, with its manual page or its brackets, with the prefix of
/// its header; an errno also by its number, and by the name it has on Windows.
pub fn topic(words: &str) -> Option<String> {
    let words = words.trim();
    let bare = match words.find('(') {
        Some(at) if at > 0 && words.ends_with(')') => &words[..at],
        _ => words,
    };
    let without_prefix = ["EPOLL", "POLL", "TCP_"]
        .iter()
        .find_map(|prefix| bare.strip_prefix(prefix))
        .filter(|rest| !rest.is_empty());
    let with_hyphens = bare.replace('_', "-");
    let short = without_prefix.map(|rest| rest.replace('_', "-"));
    let ways = [Some(words), Some(bare), Some(with_hyphens.as_str())]
        .into_iter()
        .chain([short.as_deref()])
        .flatten();
    for way in ways {
        let exact = names().find(|(name, _)| name == way);
        let found = exact.or_else(|| names().find(|(name, _)| name.eq_ignore_ascii_case(way)));
        if let Some((_, topic)) = found {
            return Some(topic);
        }
    }
    of_number(bare).or_else(|| of_today(bare))
}

/// The topic of the word that is said today in the place of this one.
fn of_today(word: &str) -> Option<String> {
    let mut replaced = REPLACED.iter();
    let (_, today, _) = replaced.find(|(old, ..)| old.eq_ignore_ascii_case(word))?;
    names()
        .find(|(name, _)| name == today)
        .map(|(_, topic)| topic)
}

/// The errno of a number, of Linux or of Windows, or of its name on Windows.
fn of_number(words: &str) -> Option<String> {
    let number = words.parse::<u32>().ok();
    Errno::all()
        .find(|errno| {
            errno.entry().is_some_and(|entry| {
                let here = number == Some(entry.linux.into());
                here || entry.windows.is_some_and(|(name, there)| {
                    name.eq_ignore_ascii_case(words) || number == Some(there.into())
                })
            })
        })
        .map(|errno| errno.name().into_owned())
}

/// What is said when a word has no card.
pub fn unknown(words: &str) -> String {
    let all: Vec<String> = names().map(|(name, _)| name).collect();
    unknown_among(words, all.iter().map(String::as_str))
}

/// The same where other words can be explained as well.
pub fn unknown_among<'a>(words: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let is_called = format!("nothing is called '{}' here", clean::quoted(words));
    match nearest(words, known) {
        Some(meant) => format!("{is_called}. Did you mean {meant}?"),
        None => format!(
            "{is_called}. Write a word of the screen, a call, an errno, a flag, a stage or a TCP state, such as: explain connect"
        ),
    }
}

/// Every name that leads to a card.
pub fn all_names() -> Vec<String> {
    names().map(|(name, _)| name).collect()
}

/// The cards that a search finds, the nearest first: by their names, then by what they say.
pub fn found(wanted: &str) -> Vec<FoundCard> {
    let wanted = wanted.trim();
    if wanted.is_empty() {
        return Vec::new();
    }
    let meant = topic(wanted);
    let small = wanted.to_lowercase();
    let rank = |name: &str, aliases: &[String], text: &str| {
        let mut all = std::iter::once(name).chain(aliases.iter().map(String::as_str));
        let by = |test: fn(&str, &str) -> bool| {
            all.clone().any(|name| test(&name.to_lowercase(), &small))
        };
        if meant.as_deref() == Some(name) {
            Some(0)
        } else if by(|name, wanted| name.starts_with(wanted)) {
            Some(1)
        } else if small.len() > 1 && all.any(|name| name.to_lowercase().contains(&small)) {
            Some(2)
        } else {
            (small.len() > 2 && speaks_of(text, &small)).then_some(3)
        }
    };
    let card = |(name, card): (&String, &Card)| {
        let rank = rank(name, &card.aliases, &card.meaning)?;
        Some((rank, name.clone(), first_sentence(&card.meaning)))
    };
    let errno = |name: String| {
        let text = errnos::find(&name)?;
        let rank = rank(&name, &[], &text.meaning)?;
        Some((rank, name, first_sentence(&text.meaning)))
    };
    let errnos = Errno::all().map(|errno| errno.name().into_owned());
    let eai = EAI.iter().map(|(name, _)| (*name).to_owned());
    let mut all: Vec<(u8, String, String)> = CARDS
        .iter()
        .filter_map(card)
        .chain(errnos.chain(eai).filter_map(errno))
        .collect();
    all.sort_by_key(|(rank, _, _)| *rank);
    all.into_iter()
        .map(|(rank, name, begins)| FoundCard {
            name,
            begins,
            is_it: rank == 0,
        })
        .collect()
}

fn first_sentence(text: &str) -> String {
    text.split_once(". ")
        .map_or_else(|| text.to_owned(), |(first, _)| format!("{first}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_is_found_in_any_letters() {
        for (words, meant) in [
            ("econnrefused", "ECONNREFUSED"),
            ("hup", "HUP"),
            ("closed", "closed"),
            ("CLOSE", "CLOSE"),
            ("EPOLLHUP", "HUP"),
            ("POLLIN", "IN"),
            ("connect()", "connect"),
            ("poll(2)", "poll"),
            ("SYN_RECV", "SYN-RECV"),
            ("TCP_SYN_SENT", "SYN-SENT"),
            ("107", "ENOTCONN"),
            ("10061", "ECONNREFUSED"),
            ("WSAECONNREFUSED", "ECONNREFUSED"),
            ("EAI_NONAME", "EAI_NONAME"),
            (" TCP_SYNCNT ", "TCP_SYNCNT"),
            ("witness", "look"),
            ("far end", "peer"),
        ] {
            assert_eq!(topic(words).as_deref(), Some(meant), "{words}");
        }
        for words in ["nonsense", "", "(2)", "4294967295", "()"] {
            assert_eq!(topic(words), None, "{words}");
        }
    }

    #[test]
    fn a_misspelt_word_is_told_the_nearest() {
        let said = unknown("ECONREFUSED");
        assert!(said.ends_with("Did you mean ECONNREFUSED?"), "{said}");
        assert!(!unknown("zzzzzzzz").contains("Did you mean"));
    }

    #[test]
    fn a_search_finds_the_word_itself_first() {
        for word in ["HUP", "NEW", "tick", "pending", "ENOTCONN"] {
            let found = found(word);
            assert_eq!(found.first().map(|card| card.name.as_str()), Some(word));
            assert_eq!(found.iter().filter(|card| card.is_it).count(), 1, "{word}");
        }
        assert!(found("").is_empty());
    }

    #[test]
    fn no_two_cards_have_one_name() {
        let mut all: Vec<String> = names().map(|(name, _)| name).collect();
        all.sort();
        let before = all.len();
        all.dedup();
        assert_eq!(all.len(), before, "a name leads to two cards");
    }
}
