//! Homework: whether a recording reaches a lesson's goals, and what was predicted in it. Files are read; no socket is made.

mod answers;

use super::find::FoundLesson;
use super::program::{self, MarkedRun};
use super::report::{nearest, quoted};
use crate::language::keys;
use crate::language::lesson::Lesson;
use crate::language::matcher::Matcher;
use crate::model::clean;
use crate::model::lesson_mark::LessonMark;
use crate::model::record::Header;
use crate::model::world::World;
use crate::narrate::story;
use crate::run::recording::Recording;
use crate::trace::utc::utc;
use answers::AnswersGiven;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

/// A recording, marked.
#[derive(Clone, Debug)]
pub struct MarkedRecording {
    /// The file, as it was named.
    pub file: String,
    /// How many goals the lesson has, and how many were reached.
    pub goals: (usize, usize),
    /// How many questions the lesson has, how many were answered, and how many of them right at first.
    pub answers: (usize, usize, usize),
    /// When it was begun, and on which system.
    pub since: Option<(u64, String)>,
    /// For each goal that was not reached: its line, and what is missing.
    pub missing: Vec<String>,
    /// Where the file stops being good, or that it is none.
    pub damage: Option<String>,
    /// It is the same session as this file's.
    pub same_as: Option<String>,
    /// What a watched program did, if the session is one of that kind.
    pub program: Option<MarkedRun>,
}

/// What tells two sessions apart: when they began, and the ports that their sockets had.
type Fingerprint = (u64, Vec<u16>);

/// Marks recordings by one lesson; it remembers the sessions that it has seen.
#[derive(Debug)]
pub struct Marker<'a> {
    lesson: &'a Lesson,
    seen: BTreeMap<Fingerprint, String>,
}

impl<'a> Marker<'a> {
    /// For the goals and questions of this lesson.
    pub fn new(found: &'a FoundLesson) -> Marker<'a> {
        Marker {
            lesson: &found.lesson,
            seen: BTreeMap::new(),
        }
    }

    /// For each goal that was not reached its line, and what is missing.
    fn missing(&self, goals: &[Matcher]) -> Vec<String> {
        self.lesson
            .goals()
            .zip(goals)
            .filter(|(_, matcher)| matcher.found().is_none())
            .map(|(goal, matcher)| {
                let held = matcher.lines_held();
                let line = goal.step_lines.get(held).copied().unwrap_or(goal.line);
                let claim = matcher
                    .missing()
                    .map_or_else(String::new, ToString::to_string);
                let tip = goal
                    .tip
                    .as_ref()
                    .map_or_else(String::new, |tip| format!("   tip: {}", keys::said(tip)));
                format!("line {line}: {claim}: never so{}{tip}", nearest(matcher))
            })
            .collect()
    }

    /// Marks one file, whatever it is.
    pub fn mark(&mut self, path: &Path) -> MarkedRecording {
        let file = clean::text(&path.display().to_string());
        let mut marked = MarkedRecording {
            file: file.clone(),
            goals: (self.lesson.goals().count(), 0),
            answers: (self.lesson.questions().count(), 0, 0),
            since: None,
            missing: Vec::new(),
            damage: None,
            same_as: None,
            program: None,
        };
        let mut recording = match Recording::open(path) {
            Ok(recording) => recording,
            Err(error) => {
                marked.damage = Some(error.to_string());
                return marked;
            }
        };
        let header = recording.header().clone();
        marked.since = Some((header.started, system(&header)));
        let mut goals: Vec<Matcher> = self
            .lesson
            .goals()
            .map(|goal| Matcher::new(Arc::clone(&goal.steps)))
            .collect();
        let behind = self.lesson.questions_before_goals();
        let mut answers = AnswersGiven::new(self.lesson);
        let mut last = 0;
        while let Some(next) = recording.take() {
            match next {
                Ok(record) => {
                    let world = recording.world();
                    let said = || story::said(world, &record);
                    // What a lesson does itself up to its last question is not the learner's work.
                    let begun = |(goal, behind)| answers.has_closed(behind).then_some(goal);
                    for goal in goals
                        .iter_mut()
                        .zip(behind.iter().copied())
                        .filter_map(begun)
                    {
                        goal.take(world, &said);
                    }
                    answers.take(world, &record);
                    if let Some(LessonMark::Staged(_)) = record.lesson_mark() {
                        // The lesson's own lines were made again, and with them what leads to its goals: that is nobody's work.
                        let all = self.lesson.goals().zip(goals.iter_mut());
                        for (number, (of, goal)) in (1..).zip(all) {
                            if !answers.reached.contains(&number) {
                                *goal = Matcher::new(Arc::clone(&of.steps));
                            }
                        }
                    }
                    last = record.n;
                }
                Err(fault) => {
                    marked.damage = Some(format!("{fault}; marked up to record {last}"));
                    break;
                }
            }
        }
        marked.goals.1 = goals.iter().filter(|goal| goal.found().is_some()).count();
        marked.missing = self.missing(&goals);
        (marked.answers.1, marked.answers.2) = answers.counts();
        if let Some(other) = &answers.other {
            marked
                .missing
                .push(format!("it is a session of another lesson: {other}"));
        }
        if recording.world().is_watched() {
            let peer = program::peer_of(recording.world());
            let run = program::mark_file(path, self.lesson, peer.as_deref());
            marked.program = run.unwrap_or_default();
        }
        let print = fingerprint(&header, recording.world());
        if let Some(other) = self.seen.get(&print) {
            marked.same_as = Some(other.clone());
        } else if last > 0 {
            self.seen.insert(print, file);
        }
        marked
    }
}

fn system(header: &Header) -> String {
    let os = match header.os.as_str() {
        "linux" => "Linux",
        "macos" => "macOS",
        other => other,
    };
    clean::text(&format!("{os} {}", header.kernel))
}

fn fingerprint(header: &Header, world: &World) -> Fingerprint {
    let ports = world
        .rows()
        .filter_map(|row| row.look.local.as_ref()?.port());
    (header.started, ports.collect())
}

impl MarkedRecording {
    /// Whether everything that the lesson asks for is in it.
    pub fn is_whole(&self) -> bool {
        let missed = self.program.as_ref().map(|run| run.missed.len());
        self.goals.0 == self.goals.1 && self.damage.is_none() && missed.unwrap_or(0) == 0
    }

    /// As lines for a person.
    pub fn lines(&self) -> String {
        let mut parts = vec![self.file.clone()];
        let (goals, reached) = self.goals;
        if let Some(damage) = &self.damage {
            parts.push(damage.clone());
        }
        if self.since.is_none() {
            return parts.join("   ") + "\n";
        }
        if goals > 0 {
            parts.push(format!("goals {reached} of {goals}"));
        }
        let (questions, answered, right) = self.answers;
        if questions > 0 {
            parts.push(format!(
                "answers {answered} of {questions}, first right {right}"
            ));
        }
        if let Some((started, system)) = &self.since {
            parts.push(format!("since {}, {system}", utc(*started)));
        }
        if let Some(other) = &self.same_as {
            parts.push(format!("same start time and ports as {other}"));
        }
        if let Some(run) = self.program.as_ref().filter(|run| run.expected > 0) {
            let met = run.expected - run.missed.len();
            parts.push(format!("expected of the program {met} of {}", run.expected));
        }
        let mut text = parts.join("   ") + "\n";
        for missing in &self.missing {
            let _ = writeln!(text, "    {missing}");
        }
        for line in self.program.iter().flat_map(MarkedRun::lines) {
            let _ = writeln!(text, "    {line}");
        }
        text
    }

    /// As a line of CSV, RFC 4180.
    pub fn csv(&self) -> String {
        let remark = [self.damage.clone()]
            .into_iter()
            .flatten()
            .chain(
                self.same_as
                    .iter()
                    .map(|other| format!("same start time and ports as {other}")),
            )
            .chain(self.missing.iter().cloned())
            .chain(self.program.iter().flat_map(MarkedRun::lines));
        let remark: Vec<String> = remark.collect();
        let (started, system) = match &self.since {
            Some((started, system)) => (utc(*started), system.clone()),
            None => (String::new(), String::new()),
        };
        let fields = [
            self.file.clone(),
            self.goals.0.to_string(),
            self.goals.1.to_string(),
            self.answers.1.to_string(),
            self.answers.2.to_string(),
            started,
            system,
            remark.join("; "),
        ];
        fields.map(|field| quoted(&field)).join(",") + "\r\n"
    }
}

/// The first line of the CSV.
pub const CSV_HEAD: &str = "file,goals,reached,answers,first right,started,kernel,remark\r\n";
