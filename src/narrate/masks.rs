//! What the whole mask of poll(2) means for a socket in its stage and TCP state: the mask alone does not tell the state.

use crate::model::readiness::{PollMask, from_names, joined};
use crate::model::world::{Facts, RowState};
use crate::words::assets;
use crate::words::entries::{self, Entry, List};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// What stands before the mask in a card's topic.
const TOPIC: &str = "poll says ";

/// What is said of a mask.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MaskWords {
    /// What it means.
    pub means: String,
    /// What may not be concluded from it.
    pub proves_not: String,
    /// What a correct program does next.
    pub next: String,
    /// Other systems. Documented, not measured.
    pub elsewhere: Option<String>,
}

/// One text. Its key is the mask: `OUT|HUP/never-connected`.
pub type MaskText = Entry<MaskWords>;

static TEXTS: LazyLock<BTreeMap<&str, List<MaskWords>>> =
    LazyLock::new(|| entries::lists(assets::MASKS).collect());

/// Every text there is.
pub fn all() -> impl Iterator<Item = &'static MaskText> {
    TEXTS.values().flat_map(List::entries)
}

impl MaskWords {
    /// The first sentence of what it means.
    pub fn first_sentence(&self) -> &str {
        self.means
            .split_inclusive(". ")
            .next()
            .unwrap_or_default()
            .trim_end()
    }
}

fn read(mask: &str) -> Option<PollMask> {
    let names: Vec<&str> = mask.split('|').filter(|name| *name != "-").collect();
    from_names(&names)
}

/// The first text of a mask that is true of these facts.
pub fn find(mask: PollMask, facts: &Facts) -> Option<&'static MaskText> {
    let texts = TEXTS.iter().find(|(name, _)| read(name) == Some(mask));
    let (_, texts) = texts?;
    entries::first(texts.entries(), facts.into())
}

/// The text for what poll says of a row now; `None` if poll was not asked.
pub fn of(row: &RowState) -> Option<&'static MaskText> {
    // A socket without a descriptor is not asked about.
    row.fd()?;
    find(row.look.poll.answer()?, &row.facts())
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
    find(mask, &row.facts())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::addr::Family;
    use crate::model::file::FileKind;
    use crate::model::socket::Stage;
    use crate::model::tcp::TcpState;
    use crate::model::world::{EndKind, IsSo, ModeKind};

    const NOTHING: Facts = Facts {
        family: None,
        file: None,
        address: None,
        end: EndKind::Client,
        mode: ModeKind::NonBlocking,
        stage: Stage::New,
        is: IsSo::empty(),
        past: crate::model::socket::Past {
            happened: crate::model::socket::Happened::empty(),
            taken: None,
        },
        poll: None,
        tcp: None,
        failure: None,
        running: None,
    };

    /// Every combination that a kernel gives, with the text that it must find.
    const COMBINATIONS: &[(&str, &str, &str, &str)] = &[
        ("-", "pending", "SYN-SENT", "-/still-sending-SYNs"),
        ("-", "connect attempted", "SYN-SENT", "-/still-sending-SYNs"),
        ("-", "listening", "LISTEN", "-/idle-listener"),
        ("-", "listening", "unix", "-/idle-listener"),
        ("-", "connected", "ESTABLISHED", "-/send-buffer-full"),
        ("-", "accepted", "ESTABLISHED", "-/send-buffer-full"),
        ("-", "connected", "unix", "-/send-buffer-full"),
        ("-", "error", "SYN-SENT", "-"),
        ("IN", "listening", "LISTEN", "IN/somebody-waits"),
        ("IN", "connected", "ESTABLISHED", "IN/data-no-room"),
        ("IN", "accepted", "ESTABLISHED", "IN/data-no-room"),
        ("IN", "pending", "ESTABLISHED", "IN"),
        ("OUT", "connect attempted", "ESTABLISHED", "OUT/through"),
        ("OUT", "pending", "ESTABLISHED", "OUT/through"),
        ("OUT", "writable", "ESTABLISHED", "OUT/through"),
        ("OUT", "connected", "ESTABLISHED", "OUT/idle"),
        ("OUT", "accepted", "ESTABLISHED", "OUT/idle"),
        ("OUT", "connected", "FIN-WAIT-1", "OUT/own-end-of-sending"),
        ("OUT", "connected", "FIN-WAIT-2", "OUT/own-end-of-sending"),
        ("OUT", "connected", "unix", "OUT/idle-unix"),
        ("OUT", "error", "ESTABLISHED", "OUT"),
        ("IN|OUT", "pending", "ESTABLISHED", "IN|OUT/greeted-early"),
        ("IN|OUT", "connected", "ESTABLISHED", "IN|OUT/data"),
        ("IN|OUT", "accepted", "ESTABLISHED", "IN|OUT/data"),
        ("IN|OUT", "connected", "unix", "IN|OUT/data"),
        (
            "IN|OUT",
            "connected",
            "FIN-WAIT-2",
            "IN|OUT/data-after-own-end",
        ),
        ("IN|OUT", "error", "ESTABLISHED", "IN|OUT"),
        (
            "IN|RDHUP",
            "connected",
            "CLOSE-WAIT",
            "IN|RDHUP/peer-ended-no-room",
        ),
        (
            "IN|RDHUP",
            "connected",
            "ESTABLISHED shut",
            "IN|RDHUP/own-end-of-reading-no-room",
        ),
        // A FIN that came between two looks.
        ("IN|RDHUP", "connected", "ESTABLISHED", "IN|RDHUP"),
        ("IN|RDHUP", "connected", "unix", "IN|RDHUP"),
        ("PRI|OUT", "connected", "ESTABLISHED", "PRI|OUT"),
        ("IN|PRI|OUT", "connected", "ESTABLISHED", "IN|PRI|OUT"),
        (
            "IN|PRI|OUT|RDHUP",
            "connected",
            "CLOSE-WAIT",
            "IN|PRI|OUT|RDHUP/urgent-and-peer-ended",
        ),
        (
            "IN|OUT|RDHUP",
            "pending",
            "CLOSE-WAIT",
            "IN|OUT|RDHUP/ended-before-the-result",
        ),
        (
            "IN|OUT|RDHUP",
            "connected",
            "CLOSE-WAIT",
            "IN|OUT|RDHUP/peer-ended",
        ),
        (
            "IN|OUT|RDHUP",
            "accepted",
            "CLOSE-WAIT",
            "IN|OUT|RDHUP/peer-ended",
        ),
        (
            "IN|OUT|RDHUP",
            "connected",
            "ESTABLISHED shut",
            "IN|OUT|RDHUP/own-end-of-reading",
        ),
        // A FIN that came between two looks.
        ("IN|OUT|RDHUP", "connected", "ESTABLISHED", "IN|OUT|RDHUP"),
        ("IN|OUT|RDHUP", "connected", "unix", "IN|OUT|RDHUP"),
        ("OUT|HUP", "created", "CLOSE", "OUT|HUP/never-connected"),
        ("OUT|HUP", "created", "unix", "OUT|HUP/never-connected"),
        (
            "OUT|HUP",
            "non-blocking",
            "CLOSE",
            "OUT|HUP/never-connected",
        ),
        (
            "OUT|HUP",
            "connect attempted",
            "unix retry",
            "OUT|HUP/try-again",
        ),
        ("OUT|HUP", "error", "CLOSE", "OUT|HUP/failed-error-taken"),
        ("OUT|HUP", "error", "unix", "OUT|HUP/failed-error-taken"),
        ("OUT|HUP", "listening", "CLOSE", "OUT|HUP"),
        ("OUT|ERR|HUP", "pending", "CLOSE", "OUT|ERR|HUP/cancelled"),
        ("OUT|ERR|HUP", "error", "CLOSE", "OUT|ERR|HUP"),
        (
            "IN|OUT|HUP|RDHUP",
            "error",
            "CLOSE",
            "IN|OUT|HUP|RDHUP/error-read",
        ),
        (
            "IN|OUT|HUP|RDHUP",
            "connected",
            "CLOSE",
            "IN|OUT|HUP|RDHUP/over",
        ),
        (
            "IN|OUT|HUP|RDHUP",
            "accepted",
            "CLOSE",
            "IN|OUT|HUP|RDHUP/over",
        ),
        (
            "IN|OUT|HUP|RDHUP",
            "connected",
            "FIN-WAIT-2",
            "IN|OUT|HUP|RDHUP/saying-goodbye",
        ),
        (
            "IN|OUT|HUP|RDHUP",
            "connected",
            "LAST-ACK",
            "IN|OUT|HUP|RDHUP/saying-goodbye",
        ),
        ("IN|OUT|HUP|RDHUP", "connected", "unix", "IN|OUT|HUP|RDHUP"),
        (
            "IN|OUT|ERR|HUP|RDHUP",
            "connect attempted",
            "CLOSE",
            "IN|OUT|ERR|HUP|RDHUP/failed",
        ),
        (
            "IN|OUT|ERR|HUP|RDHUP",
            "pending",
            "CLOSE",
            "IN|OUT|ERR|HUP|RDHUP/failed",
        ),
        (
            "IN|OUT|ERR|HUP|RDHUP",
            "writable",
            "CLOSE",
            "IN|OUT|ERR|HUP|RDHUP/failed",
        ),
        (
            "IN|OUT|ERR|HUP|RDHUP",
            "connected",
            "CLOSE",
            "IN|OUT|ERR|HUP|RDHUP/broken",
        ),
        (
            "IN|OUT|ERR|HUP|RDHUP",
            "accepted",
            "CLOSE",
            "IN|OUT|ERR|HUP|RDHUP/broken",
        ),
        (
            "IN|OUT|ERR|HUP|RDHUP",
            "connected",
            "unix",
            "IN|OUT|ERR|HUP|RDHUP/broken-unix",
        ),
        (
            "IN|OUT|ERR|HUP|RDHUP",
            "error",
            "CLOSE",
            "IN|OUT|ERR|HUP|RDHUP",
        ),
        ("ERR", "pending", "CLOSE", "ERR/torn"),
        ("OUT|ERR", "connected", "unix", "OUT|ERR"),
        ("-", "non-blocking", "pipe-read", "-/empty-pipe"),
        ("-", "non-blocking", "pipe-write", "-/full-pipe"),
        ("IN", "non-blocking", "pipe-read", "IN/pipe"),
        ("OUT", "non-blocking", "pipe-write", "OUT/pipe"),
        ("OUT", "non-blocking", "pty-slave", "OUT/terminal"),
        ("IN|OUT", "non-blocking", "file", "IN|OUT/file"),
        ("IN|OUT", "non-blocking", "pty-master", "IN|OUT/terminal"),
        ("OUT|HUP", "non-blocking", "pty-master", "OUT|HUP/terminal"),
        ("IN|OUT|HUP", "non-blocking", "pty-master", "IN|OUT|HUP"),
        (
            "IN|OUT|ERR|HUP",
            "non-blocking",
            "pty-slave",
            "IN|OUT|ERR|HUP",
        ),
        ("ERR", "non-blocking", "pipe-write", "ERR/pipe"),
        ("OUT|ERR", "non-blocking", "pipe-write", "OUT|ERR/pipe"),
        ("IN|HUP", "non-blocking", "pipe-read", "IN|HUP"),
        ("HUP", "non-blocking", "pipe-read", "HUP"),
        ("NVAL", "pending", "unix", "NVAL"),
        ("NVAL", "connected", "ESTABLISHED", "NVAL"),
        ("-", "pending", "SYN-RECV", "-/simultaneous-open"),
        (
            "IN|PRI|OUT|RDHUP",
            "connected",
            "ESTABLISHED",
            "IN|PRI|OUT|RDHUP",
        ),
        ("OUT|HUP", "connect attempted", "unix", "OUT|HUP"),
        ("ERR", "connected", "ESTABLISHED", "ERR"),
        ("OUT|ERR", "connected", "ESTABLISHED", "OUT|ERR/lives"),
    ];

    /// The facts of a socket in this stage and TCP state, or of a unix socket that perhaps must connect again.
    fn facts(stage: &str, what: &str) -> Facts {
        let file = FileKind::from_word(what);
        if file.is_some() {
            return Facts {
                stage: Stage::NonBlocking,
                file,
                ..NOTHING
            };
        }
        Facts {
            stage: Stage::from_word(stage).unwrap_or_else(|| panic!("{stage} is no stage")),
            family: Some(if what.starts_with("unix") {
                Family::Unix
            } else {
                Family::Inet
            }),
            tcp: TcpState::ALL
                .into_iter()
                .find(|state| state.name() == what.trim_end_matches(" shut")),
            past: crate::model::socket::Past {
                happened: if what.ends_with("shut") {
                    crate::model::socket::Happened::SHUT_READ
                } else {
                    crate::model::socket::Happened::empty()
                },
                taken: None,
            },
            is: if what.ends_with("retry") {
                IsSo::MUST_RETRY
            } else {
                IsSo::empty()
            },
            ..NOTHING
        }
    }

    #[test]
    fn every_combination_that_a_kernel_gives_finds_its_text() {
        let mut wrong = Vec::new();
        for (mask, stage, what, key) in COMBINATIONS {
            let flags = read(mask).unwrap_or_else(|| panic!("{mask} is no mask"));
            let found = find(flags, &facts(stage, what)).map_or("no text", |text| &text.key);
            if found != *key {
                wrong.push(format!("{mask} in {stage}, {what}: {found}, not {key}"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn every_text_is_found_by_some_combination() {
        for text in all() {
            let is_shown = COMBINATIONS.iter().any(|(.., key)| *key == text.key);
            assert!(is_shown, "{} is never shown", text.key);
        }
    }

    #[test]
    fn the_last_text_of_a_mask_is_the_only_one_without_a_condition() {
        let unread = TEXTS.keys().find(|mask| read(mask).is_none());
        assert_eq!(unread, None, "it is no mask");
        let lists = TEXTS
            .iter()
            .map(|(mask, list)| ((*mask).to_owned(), list.entries()));
        assert_eq!(entries::faults(lists, &[]), Vec::<String>::new());
    }

    #[test]
    fn every_text_is_short_enough_for_its_place() {
        for text in all() {
            for part in [&text.means, &text.proves_not, &text.next] {
                assert!((12..=150).contains(&part.len()), "{}: {part}", text.key);
                assert!(part.is_ascii(), "{}: {part}", text.key);
            }
            assert!(
                text.first_sentence().len() <= 120,
                "{}: {}",
                text.key,
                text.first_sentence()
            );
        }
    }
}
