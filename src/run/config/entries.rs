//! What can be set, with what each entry takes.

use crate::app::model::Theme;
use crate::language::depth::Depth;
use crate::language::duration::{parse_duration, write_duration};
use crate::language::keys::{Binding, bind};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;
use strum::{EnumString, IntoStaticStr, VariantArray};

/// Where a value was read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueSource {
    /// Nobody has said anything.
    Default,
    /// This line of the file, from 1.
    Line(usize),
    /// An option.
    CommandLine,
}

/// A value, and who said it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sourced<T> {
    /// It.
    pub value: T,
    /// Who.
    pub source: ValueSource,
}

impl<T> Sourced<T> {
    fn shipped(value: T) -> Sourced<T> {
        Sourced {
            value,
            source: ValueSource::Default,
        }
    }

    /// The command line says it, if it does; it wins.
    pub fn unless_said(&mut self, said: Option<T>) {
        if let Some(value) = said {
            *self = Sourced {
                value,
                source: ValueSource::CommandLine,
            };
        }
    }
}

/// Whether colours are used at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum UseOfColour {
    /// Unless `NO_COLOR` or the terminal says no.
    Auto,
    /// Yes.
    Always,
    /// No.
    Never,
}

/// All that is set.
#[derive(Clone, Debug)]
pub struct Config {
    /// The file; `None` if there is no home directory.
    pub path: Option<PathBuf>,
    /// Whether the file is there.
    pub is_there: bool,
    /// The colours; `None`: those chosen last, else what the terminal says.
    pub theme: Sourced<Option<Theme>>,
    /// Whether colours are used.
    pub color: Sourced<UseOfColour>,
    /// How long a tick's poll waits; `None`: as chosen last, else not at all.
    pub poll_timeout: Sourced<Option<Duration>>,
    /// What the history of a session may take, in bytes.
    pub history: Sourced<usize>,
    /// Whether sessions are saved.
    pub save: Sourced<bool>,
    /// In which language what happened is told first.
    pub depth: Sourced<Depth>,
    /// The lines of the keys that are bound anew, by their actions.
    pub key_lines: BTreeMap<String, usize>,
    pub(super) bindings: Vec<Binding>,
}

const MIB: usize = 1024 * 1024;
/// What a history may take if nobody says anything: the process stays below 256 MiB then.
const SHIPPED_HISTORY: usize = 200 * MIB;
/// A smaller history would not hold one large session's record.
const LEAST_HISTORY: usize = 8 * MIB;
const MOST_HISTORY: usize = 64 * 1024 * MIB;

impl Default for Config {
    fn default() -> Config {
        Config {
            path: None,
            is_there: false,
            theme: Sourced::shipped(None),
            color: Sourced::shipped(UseOfColour::Auto),
            poll_timeout: Sourced::shipped(None),
            history: Sourced::shipped(SHIPPED_HISTORY),
            save: Sourced::shipped(true),
            depth: Sourced::shipped(Depth::Program),
            key_lines: BTreeMap::new(),
            bindings: bind(&[]).expect("the keys that ship do not contradict each other"),
        }
    }
}

/// A value of the file, of one of the kinds that an entry can take.
#[derive(Clone, Copy, Debug)]
pub(super) enum Given<'a> {
    Text(&'a str),
    Truth(bool),
}

/// One entry.
pub(super) struct ConfigEntry {
    pub(super) name: &'static str,
    /// What it is, for the comment above it.
    pub(super) about: &'static str,
    /// What it takes.
    pub(super) takes: &'static str,
    /// Sets it; false if it does not take this value.
    pub(super) set: fn(&mut Config, Given<'_>, usize) -> bool,
    /// Its value as it is written, and where it is from.
    pub(super) get: fn(&Config) -> (String, ValueSource),
}

/// The word for what is chosen elsewhere.
const AUTO: &str = "auto";

fn put<T>(place: &mut Sourced<T>, value: Option<T>, line: usize) -> bool {
    let Some(value) = value else {
        return false;
    };
    *place = Sourced {
        value,
        source: ValueSource::Line(line),
    };
    true
}

fn text(given: Given<'_>) -> Option<&str> {
    match given {
        Given::Text(text) => Some(text),
        Given::Truth(_) => None,
    }
}

/// Puts what `read` makes of it, or nothing for `auto`.
fn put_or_auto<T>(
    place: &mut Sourced<Option<T>>,
    given: Given<'_>,
    line: usize,
    read: impl Fn(&str) -> Option<T>,
) -> bool {
    match text(given) {
        Some(AUTO) => put(place, Some(None), line),
        Some(text) => put(place, read(text).map(Some), line),
        None => false,
    }
}

fn quoted(text: &str) -> String {
    format!("\"{text}\"")
}

/// Bytes as they are written: `200MiB`, `2GiB`.
fn read_size(text: &str) -> Option<usize> {
    let at = text.find(|c: char| !c.is_ascii_digit())?;
    let number: usize = text[..at].parse().ok()?;
    let unit = match text[at..].trim() {
        "MiB" => MIB,
        "GiB" => 1024 * MIB,
        _ => return None,
    };
    let size = number.checked_mul(unit)?;
    (LEAST_HISTORY..=MOST_HISTORY)
        .contains(&size)
        .then_some(size)
}

/// Every entry but the keys, in the order in which they are printed.
pub(super) const ENTRIES: &[ConfigEntry] = &[
    ConfigEntry {
        name: "theme",
        about: "The colours. auto takes those that were chosen last, else what the terminal says.",
        takes: "\"auto\", \"terminal\", \"dark\", \"light\", \"mono\" or \"high-contrast\"",
        set: |config, given, line| {
            let read = |text: &str| Theme::ALL.iter().find(|it| it.name() == text).copied();
            put_or_auto(&mut config.theme, given, line, read)
        },
        get: |config| {
            let name = config.theme.value.map_or(AUTO, Theme::name);
            (quoted(name), config.theme.source)
        },
    },
    ConfigEntry {
        name: "color",
        about: "Whether colours are used at all. auto honours NO_COLOR.",
        takes: "\"auto\", \"always\" or \"never\"",
        set: |config, given, line| {
            let read = text(given).and_then(|text| text.parse().ok());
            put(&mut config.color, read, line)
        },
        get: |config| (quoted(config.color.value.into()), config.color.source),
    },
    ConfigEntry {
        name: "poll_timeout",
        about: "How long one tick's poll waits. auto: as it was chosen last, else not at all.",
        takes: "\"auto\", or a duration such as \"0\", \"500ms\", \"2s\"",
        set: |config, given, line| {
            let read = |text: &str| parse_duration(text).ok();
            put_or_auto(&mut config.poll_timeout, given, line, read)
        },
        get: |config| {
            let value = config.poll_timeout.value;
            let value = value.map_or_else(|| AUTO.to_owned(), write_duration);
            (quoted(&value), config.poll_timeout.source)
        },
    },
    ConfigEntry {
        name: "history",
        about: "What the history of a session may take in memory; when it is full the oldest records are dropped.",
        takes: "a size from \"8MiB\" to \"64GiB\", such as \"200MiB\"",
        set: |config, given, line| {
            let read = text(given).and_then(read_size);
            put(&mut config.history, read, line)
        },
        get: |config| {
            let size = config.history.value / MIB;
            (quoted(&format!("{size}MiB")), config.history.source)
        },
    },
    ConfigEntry {
        name: "save",
        about: "Whether sessions are saved (the last five, for you only), and what you choose is remembered.",
        takes: "true or false",
        set: |config, given, line| {
            let read = match given {
                Given::Truth(truth) => Some(truth),
                Given::Text(_) => None,
            };
            put(&mut config.save, read, line)
        },
        get: |config| (config.save.value.to_string(), config.save.source),
    },
    ConfigEntry {
        name: "depth",
        about: "The language in which what happened is narrated first.",
        takes: "\"program\", \"readiness\" or \"kernel\"",
        set: |config, given, line| {
            let read = text(given).and_then(|text| text.parse().ok());
            put(&mut config.depth, read, line)
        },
        get: |config| (quoted(config.depth.value.word()), config.depth.source),
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_has_a_unit_and_bounds() {
        assert_eq!(read_size("200MiB"), Some(SHIPPED_HISTORY));
        assert_eq!(read_size("1GiB"), Some(1024 * MIB));
        for wrong in [
            "",
            "200",
            "7MiB",
            "65GiB",
            "-1MiB",
            "200MB",
            "99999999999999999999MiB",
        ] {
            assert_eq!(read_size(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn every_entry_takes_what_it_gives() {
        for entry in ENTRIES {
            let mut config = Config::default();
            let (value, source) = (entry.get)(&config);
            assert_eq!(source, ValueSource::Default);
            let given = match value.as_str() {
                "true" => Given::Truth(true),
                text => Given::Text(text.trim_matches('"')),
            };
            assert!((entry.set)(&mut config, given, 3), "{}", entry.name);
            assert_eq!((entry.get)(&config), (value, ValueSource::Line(3)));
        }
    }
}
