//! What is said of rows, records and the next tick: sentences by their keys, chosen by facts where there are several.

use super::assets;
use super::join::verb;
use super::numbers;
use crate::language::claim::condition::{CallContext, Condition};
use crate::model::call::CallFact;
use crate::model::ids::Row;
use crate::model::world::Facts;
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

/// An entry as it stands in the asset.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ProseEntry {
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    when: Vec<String>,
    text: String,
    #[serde(default)]
    prompt: Option<String>,
    #[serde(default)]
    log: Option<String>,
}

/// One sentence, with the conditions under which it is true.
#[derive(Debug)]
pub struct Prose {
    /// Who says it and what, and behind a slash which of several sentences: `stage created/bound`.
    pub key: String,
    when: Vec<Condition>,
    /// As the screen says it.
    pub text: String,
    /// As the conversation says it.
    pub prompt: String,
    /// As a log says it.
    pub log: String,
}

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

static TEXTS: LazyLock<HashMap<String, Vec<Prose>>> = LazyLock::new(|| {
    let asset: BTreeMap<String, Vec<ProseEntry>> =
        toml::from_str(assets::PROSE).expect("a test reads this embedded asset");
    let read = |(key, entries): (String, Vec<ProseEntry>)| {
        let texts = entries.into_iter().map(|entry| prose(&key, entry));
        let texts = texts.collect();
        (key, texts)
    };
    asset.into_iter().map(read).collect()
});

fn prose(key: &str, entry: ProseEntry) -> Prose {
    let parse = if key.starts_with("ledger ") {
        Condition::parse
    } else {
        Condition::parse_of_row
    };
    let when = entry.when.iter();
    let when = when.map(|text| parse(text).expect("a test reads every condition"));
    Prose {
        key: match entry.id {
            Some(id) => format!("{key}/{id}"),
            None => key.to_owned(),
        },
        when: when.collect(),
        prompt: entry.prompt.unwrap_or_else(|| entry.text.clone()),
        log: entry.log.unwrap_or_else(|| entry.text.clone()),
        text: entry.text,
    }
}

/// Every sentence there is.
pub fn all() -> impl Iterator<Item = &'static Prose> {
    TEXTS.values().flatten()
}

/// The sentences of a key, in the order in which they are asked.
pub fn of(key: &str) -> &'static [Prose] {
    TEXTS.get(key).map_or(&[], Vec::as_slice)
}

/// The first sentence of a key that is true of these facts.
pub fn find(key: &str, facts: &Facts) -> Option<&'static Prose> {
    of(key).iter().find(|prose| prose.is_true(facts))
}

/// The first sentence of a key that is true of this call.
pub fn of_call(key: &str, fact: &CallFact) -> Option<&'static Prose> {
    let context = CallContext {
        fact,
        around: None,
        reported: false,
    };
    let holds = |prose: &&Prose| prose.when.iter().all(|condition| condition.holds(context));
    of(key).iter().find(holds)
}

/// The sentence of a key that is true wherever it is said.
pub fn text(key: &str) -> &'static Prose {
    let last = of(key).last();
    last.expect("a test looks up every key that the program names")
}

/// Puts values into the holes of a text: `{name}` becomes the value.
pub fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let put = |text: String, (name, value): &(&str, &str)| text.replace(name, value);
    values.iter().fold(text.to_owned(), put)
}

impl Prose {
    /// Whether all its conditions hold for a row.
    pub fn is_true(&self, facts: &Facts) -> bool {
        self.when.iter().all(|condition| condition.is_so(facts))
    }

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
        let who = numbers::in_words(rows);
        let text = fill(text, values);
        let sends = verb(count, "sends", "send");
        let text = fill(
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
    ];

    #[test]
    fn the_last_sentence_of_a_key_is_true_everywhere_or_the_key_may_be_silent() {
        for (key, entries) in TEXTS.iter() {
            let (last, others) = entries.split_last().expect("a key has a sentence");
            let silent = MAY_BE_SILENT.contains(&key.as_str());
            assert_eq!(last.when.is_empty(), !silent, "{key}");
            if !silent {
                assert_eq!(last.key, *key);
            }
            for (place, entry) in others.iter().enumerate() {
                assert!(!entry.when.is_empty(), "{}", entry.key);
                assert!(entry.key.starts_with(&format!("{key}/")), "{}", entry.key);
                let same = others[..place].iter().any(|before| before.key == entry.key);
                assert!(!same, "{} stands twice", entry.key);
            }
        }
    }
}
