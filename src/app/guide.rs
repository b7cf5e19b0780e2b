//! The guide: what the course shows, recognised in any session, whoever caused it. It is quiet: it names nothing by itself, and nothing
//! at all while a question may still be answered.

use crate::language::claim::pattern::{Conjunction, RowBinding};
use crate::language::lesson::{Lesson, LessonPart};
use crate::language::matcher::MAX_MATCHED_ROWS;
use crate::language::recogniser::{Recogniser, RowsSeen, SaidBy};
use crate::model::world::World;
use crate::words::course;
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

/// Something that can be discovered.
#[derive(Debug)]
pub struct GuideTopic {
    /// Its lesson's number.
    pub number: &'static str,
    /// Its lesson.
    pub lesson: Lesson,
}

/// All of them, by number.
static TOPICS: LazyLock<Vec<GuideTopic>> = LazyLock::new(|| {
    let mut all: Vec<GuideTopic> = course::all()
        .map(|of| GuideTopic {
            number: of.number,
            lesson: of.lesson(),
        })
        .collect();
    all.sort_by_key(|topic| topic.number);
    all
});

/// All topics, by their numbers.
pub fn topics() -> &'static [GuideTopic] {
    &TOPICS
}

impl GuideTopic {
    /// What it shows.
    pub fn name(&self) -> &str {
        self.lesson.name.as_deref().unwrap_or(&self.lesson.topic)
    }

    /// How it is staged, for who has not met it: the first line of its script.
    pub fn staging(&self) -> Option<&str> {
        self.lesson.parts.iter().find_map(|part| match part {
            LessonPart::Line(line) => Some(line.text.as_str()),
            _ => None,
        })
    }
}

/// Where it was seen in this session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// The rows that it was seen at.
    pub rows: RowBinding,
    /// The record's number, and its tick.
    pub at: (u64, u64),
    /// The list was not opened since.
    pub is_new: bool,
    /// It stands in the state directory.
    is_kept: bool,
}

/// What was seen: in this session, and before it.
#[derive(Debug, Default)]
pub struct Guide {
    recognisers: Vec<Recogniser>,
    rows: RowsSeen,
    found: BTreeMap<&'static str, Sighting>,
    /// The day on which it was seen for the first time, as `2026-11-25`.
    pub before: BTreeMap<String, String>,
    /// The last record has not been taken in.
    pub is_behind: bool,
}

impl Guide {
    /// Nothing was seen in this session; `before` are the days of what was.
    pub fn new(before: BTreeMap<String, String>) -> Guide {
        Guide {
            before,
            ..Guide::default()
        }
    }

    /// Takes in the world after a record.
    pub fn take(&mut self, world: &World, said: SaidBy<'_>) {
        // Before the first tick nothing has happened that a lesson is about, and with very many rows it would cost too much.
        if world.tick == 0 || world.count() > MAX_MATCHED_ROWS {
            return;
        }
        if self.recognisers.is_empty() {
            let seen = topics().iter().map(|topic| Arc::clone(&topic.lesson.seen));
            self.recognisers = seen.map(Recogniser::new).collect();
        }
        let changed = self.rows.changed(world);
        for (topic, recogniser) in topics().iter().zip(&mut self.recognisers) {
            if recogniser.take(world, &changed, said)
                && let Some(found) = recogniser.found()
            {
                let sighting = Sighting {
                    rows: found.binding,
                    at: found.at,
                    is_new: !self.before.contains_key(topic.number),
                    is_kept: false,
                };
                self.found.insert(topic.number, sighting);
            }
        }
    }

    /// Where a topic was seen in this session.
    pub fn sighting(&self, number: &str) -> Option<&Sighting> {
        self.found.get(number)
    }

    /// Whether it was seen, now or before.
    pub fn has_seen(&self, number: &str) -> bool {
        self.found.contains_key(number) || self.before.contains_key(number)
    }

    /// How many were seen, now or before.
    pub fn count_seen(&self) -> usize {
        let numbers = topics().iter().map(|topic| topic.number);
        numbers.filter(|number| self.has_seen(number)).count()
    }

    /// How many were seen for the first time, and the list was not opened since.
    pub fn count_new(&self) -> usize {
        self.found.values().filter(|seen| seen.is_new).count()
    }

    /// The list was opened and closed.
    pub fn looked_at(&mut self) {
        for sighting in self.found.values_mut() {
            sighting.is_new = false;
        }
    }

    /// What was seen for the first time and is to be kept now.
    pub fn to_keep(&mut self) -> Vec<&'static str> {
        let before = &self.before;
        let fresh = self
            .found
            .iter_mut()
            .filter(|(number, seen)| !seen.is_kept && !before.contains_key(**number));
        fresh
            .map(|(number, seen)| {
                seen.is_kept = true;
                *number
            })
            .collect()
    }
}

/// A line of what it is recognised by, with the rows at which it was seen.
pub fn as_seen(claims: &Conjunction, rows: RowBinding) -> String {
    let words = claims.to_string();
    let words: Vec<String> = words
        .split(' ')
        .map(|word| match word {
            "some" => rows.some.to_string(),
            "other" => rows.other.to_string(),
            word => word.to_owned(),
        })
        .collect();
    words.join(" ")
}
