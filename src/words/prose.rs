//! What is said of rows, records and the next tick: sentences by their keys, chosen by facts where there are several.

use super::assets;
use super::entries::{self, Entry, List};
use super::join::verb;
use super::numbers;
use crate::language::claim::condition::Situation;
use crate::model::ids::Row;
use serde::Deserialize;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::LazyLock;

/// What is said, as each reader hears it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProseText {
    /// As the screen says it.
    pub text: String,
    prompt: Option<String>,
    log: Option<String>,
    /// The same in fewer and fewer letters, for a place that has no room for it.
    #[serde(default)]
    pub shorter: Vec<String>,
}

impl ProseText {
    /// As the conversation says it.
    pub fn prompt(&self) -> &str {
        self.prompt.as_deref().unwrap_or(&self.text)
    }

    /// As a log says it.
    pub fn log(&self) -> &str {
        self.log.as_deref().unwrap_or(&self.text)
    }
}

/// One sentence. Its key is who says it and what: `stage created/bound`.
pub type Prose = Entry<ProseText>;

/// A sentence as it was said: by which key, of which sockets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Its key in the texts; `None` for one that is put together from others.
    pub key: Option<&'static str>,
    /// The sockets that it is about.
    pub rows: Vec<Row>,
    /// What is said.
    pub text: String,
}

impl From<String> for Told {
    fn from(text: String) -> Told {
        Told {
            key: None,
            rows: Vec::new(),
            text,
        }
    }
}

static TEXTS: LazyLock<HashMap<&str, List<ProseText>, BuildHasherDefault<KeyHasher>>> =
    LazyLock::new(|| entries::lists(assets::PROSE).collect());

/// Hashes the keys: there are a few hundred, they are all our own, and dozens are looked up for each frame (FNV-1a).
struct KeyHasher(u64);

impl Default for KeyHasher {
    fn default() -> KeyHasher {
        KeyHasher(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for KeyHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

/// Every sentence there is.
pub fn all() -> impl Iterator<Item = &'static Prose> {
    TEXTS.values().flat_map(List::entries)
}

/// The sentences of a key, in the order in which they are asked.
pub fn of(key: &str) -> &'static [Prose] {
    TEXTS.get(key).map_or(&[], List::entries)
}

/// The first sentence of a key that is true of a row, a call, an end or a packet.
pub fn find<'a>(key: &str, there: impl Into<Situation<'a>>) -> Option<&'static Prose> {
    entries::first(of(key), there.into())
}

/// The same of a key that has a sentence for every situation.
pub fn chosen<'a>(key: &str, there: impl Into<Situation<'a>>) -> &'static Prose {
    find(key, there).unwrap_or_else(|| text(key))
}

/// The sentence of a key that is true wherever it is said.
pub fn text(key: &str) -> &'static Prose {
    let last = of(key).last();
    last.expect("a test looks up every key that the program names")
}

/// What the screen says by a key that has no holes.
pub fn say(key: &str) -> &'static str {
    &text(key).text
}

/// Puts values into the holes of a text: `{name}` becomes the value.
pub fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let is_whole = |text: &str| !text.as_bytes().contains(&b'{');
    if is_whole(text) {
        return text.to_owned();
    }
    // A value with holes of its own is filled by the values behind it.
    if !values.iter().all(|(_, value)| is_whole(value)) {
        let put = |text: String, (name, value): &(&str, &str)| text.replace(name, value);
        return values.iter().fold(text.to_owned(), put);
    }
    let mut filled = String::with_capacity(text.len() + 32);
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| byte == b'{') {
        let (before, hole) = rest.split_at(at);
        filled.push_str(before);
        let value = values.iter().find(|(name, _)| hole.starts_with(name));
        let (put, behind) = match value {
            Some((name, value)) => (*value, &hole[name.len()..]),
            None => hole.split_at(1),
        };
        filled.push_str(put);
        rest = behind;
    }
    filled.push_str(rest);
    filled
}

/// Values of their own as [`fill`] takes them.
pub fn lent<'a>(values: &'a [(&'a str, String)]) -> Vec<(&'a str, &'a str)> {
    let values = values.iter();
    values
        .map(|(name, value)| (*name, value.as_str()))
        .collect()
}

impl Prose {
    /// Said of these sockets, who are named in it, with these values.
    pub fn told(&'static self, rows: &[Row], values: &[(&str, &str)]) -> Told {
        self.told_as(&self.text, rows, values)
    }

    /// The same by one of its texts.
    pub fn told_as(
        &'static self,
        text: &'static str,
        rows: &[Row],
        values: &[(&str, &str)],
    ) -> Told {
        let count = rows.len();
        let mut text = fill(text, values);
        if !text.as_bytes().contains(&b'{') {
            return Told {
                key: Some(&self.key),
                rows: rows.to_vec(),
                text,
            };
        }
        let who = numbers::in_words(rows);
        let sends = verb(count, "sends", "send");
        text = fill(
            &text,
            &[
                ("{who}", &who),
                ("{is}", verb(count, "is", "are")),
                ("{has}", verb(count, "has", "have")),
                ("{was}", verb(count, "was", "were")),
                ("{sends}", sends),
            ],
        );
        Told {
            key: Some(&self.key),
            rows: rows.to_vec(),
            text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Keys that may say nothing: every one of their sentences has a condition.
    const MAY_BE_SILENT: &[&str] = &[
        "contrast attempt",
        "contrast connected",
        "contrast error",
        "kernel nothing",
        "kernel more",
        "ledger data fails",
        "quiet still-true",
        "moment part",
        "queue room",
        "wire gathered",
        "next try probe",
        "next try accept",
        "next try accept-there",
        "next try recv-there",
        "next try make-room",
        "next try data",
        "next try so_error",
        "next try connect",
        "next try close",
        "differs refused",
        "differs early",
        "differs select_error",
        "differs hang-up",
        "differs fd_set",
        "differs not_watched",
        "state number",
        "word closed",
        "packet held-again",
        "packet held-still",
        "held again",
    ];

    #[test]
    fn the_last_sentence_of_a_key_is_true_everywhere_or_the_key_may_be_silent() {
        let lists = TEXTS
            .iter()
            .map(|(key, list)| ((*key).to_owned(), list.entries()));
        assert_eq!(entries::faults(lists, MAY_BE_SILENT), Vec::<String>::new());
    }
}
