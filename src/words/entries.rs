//! Lists of texts: of a list the first is said whose conditions hold. Sentences about calls, of rows and records, and about whole masks are read here.

use super::assets;
use crate::language::claim::condition::{Condition, Situation};
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::OnceLock;

/// One text of a list, with the conditions under which it is true.
#[derive(Debug)]
pub struct Entry<T> {
    /// The key of its list, and behind a slash which of several it is: `recv end/error-taken`.
    pub key: String,
    when: Vec<Condition>,
    text: T,
}

impl<T> Deref for Entry<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.text
    }
}

impl<T> Entry<T> {
    /// Whether all its conditions hold there.
    pub fn is_true<'a>(&self, there: impl Into<Situation<'a>>) -> bool {
        let there = there.into();
        self.when.iter().all(|condition| condition.holds(there))
    }

    /// Whether it must be true wherever it can be reached.
    pub fn has_no_condition(&self) -> bool {
        self.when.is_empty()
    }
}

/// The first of a list that is true there.
pub fn first<'a, T>(list: &'a [Entry<T>], there: Situation<'_>) -> Option<&'a Entry<T>> {
    list.iter().find(|entry| entry.is_true(there))
}

/// The list of one key. It is read when somebody asks for it first: an asset has hundreds, and most are never asked for.
#[derive(Debug)]
pub(crate) struct List<T> {
    /// Where it stands in its asset.
    sections: Vec<&'static str>,
    entries: OnceLock<Vec<Entry<T>>>,
}

impl<T: DeserializeOwned> List<T> {
    /// Its texts, in order.
    pub(crate) fn entries(&self) -> &[Entry<T>] {
        self.entries.get_or_init(|| {
            let asset: BTreeMap<String, Vec<toml::Table>> = assets::read(&self.sections.concat());
            let of_key = |(key, tables): (String, Vec<toml::Table>)| {
                let list = tables.into_iter();
                let list: Vec<Entry<T>> = list.map(|table| entry(&key, table)).collect();
                list
            };
            asset.into_iter().flat_map(of_key).collect()
        })
    }
}

/// What the header of an entry begins and ends with, on a line of its own.
const HEADER: (&str, &str) = ("[[\"", "\"]]");

/// An asset's lists with their keys: arrays of tables, which may say `id` and `when` beside their text.
pub(crate) fn lists<T: DeserializeOwned>(
    asset: &'static str,
) -> impl Iterator<Item = (&'static str, List<T>)> {
    let mut sections: BTreeMap<&'static str, Vec<&'static str>> = BTreeMap::new();
    // Line by line: where lines end is found much faster than a word.
    let lines = asset.split_inclusive('\n').scan(0, |next, line| {
        let at = *next;
        *next += line.len();
        Some((at, line))
    });
    let headers = lines.filter(|(_, line)| line.starts_with(HEADER.0));
    let mut headers = headers.map(|(at, _)| at).peekable();
    while let Some(at) = headers.next() {
        let end = headers.peek().copied().unwrap_or(asset.len());
        let section = &asset[at..end];
        let key = section[HEADER.0.len()..].split_once(HEADER.1);
        let (key, _) = key.expect("a test reads every key");
        sections.entry(key).or_default().push(section);
    }
    let list = |sections| List {
        sections,
        entries: OnceLock::new(),
    };
    let all = sections.into_iter();
    all.map(move |(key, sections)| (key, list(sections)))
}

fn entry<T: DeserializeOwned>(list: &str, mut table: toml::Table) -> Entry<T> {
    let id: Option<String> = taken(&mut table, "id");
    let when: Option<Vec<String>> = taken(&mut table, "when");
    let when = when.iter().flatten();
    let when = when.map(|text| Condition::parse(text).expect("a test reads every condition"));
    Entry {
        key: id.map_or_else(|| list.to_owned(), |id| format!("{list}/{id}")),
        when: when.collect(),
        text: table.try_into().expect("a test reads every text"),
    }
}

fn taken<T: DeserializeOwned>(table: &mut toml::Table, name: &str) -> Option<T> {
    let value = table.remove(name)?;
    Some(value.try_into().expect("a test reads every text"))
}

/// What is wrong with some lists: the last of each has no condition, unless the list may be silent, and every other has one and an id of its own.
#[cfg(test)]
pub(crate) fn faults<'a, T: 'a>(
    lists: impl IntoIterator<Item = (String, &'a [Entry<T>])>,
    may_be_silent: &[&str],
) -> Vec<String> {
    let mut faults = Vec::new();
    for (key, list) in lists {
        let silent = may_be_silent.contains(&key.as_str());
        for (place, entry) in list.iter().enumerate() {
            let is_last = place + 1 == list.len() && !silent;
            let same = list[..place].iter().any(|before| before.key == entry.key);
            let named = match is_last {
                true => entry.key == key,
                false if list.len() == 1 && entry.key == key => true,
                false => entry.key.starts_with(&format!("{key}/")),
            };
            if is_last != entry.has_no_condition() || same || !named {
                faults.push(entry.key.clone());
            }
        }
    }
    faults
}
