//! The recording of a watched program, marked: whether it does what a lesson expects at a peer, and where the rules say to look.

use crate::language::lesson::{Lesson, PeerExpectation, PeerExpectations};
use crate::language::matcher::Matcher;
use crate::language::rules::{RuleChoice, WatchRule};
use crate::model::record::Record;
use crate::model::task::TaskEnd;
use crate::model::world::World;
use crate::narrate::rules::{Findings, RuleFinding};
use crate::narrate::story;
use crate::run::recording::Recording;
use std::path::Path;
use std::sync::Arc;

/// An expectation that was not met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissedExpectation {
    /// Its line in the lesson.
    pub line: usize,
    /// As it was written.
    pub words: String,
    /// What was so.
    pub instead: String,
}

impl MissedExpectation {
    /// `line 4: exit 0: it was exit 1`
    pub fn line(&self) -> String {
        format!("line {}: {}: {}", self.line, self.words, self.instead)
    }
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RunEnd {
    /// By itself.
    Itself(TaskEnd),
    /// It waited without a limit, in this call, until it was ended.
    Stuck(String),
    /// It was ended while it went on, or the recording ends before it.
    NotOver,
    /// It had more threads and processes than it may, and was ended.
    Crowded,
}

/// A run, marked.
#[derive(Clone, Debug)]
pub struct MarkedRun {
    /// How it ended.
    pub end: RunEnd,
    /// How many calls it made.
    pub steps: u32,
    /// How many expectations there are.
    pub expected: usize,
    /// What was expected and was not so.
    pub missed: Vec<MissedExpectation>,
    /// Where to look.
    pub findings: Vec<RuleFinding>,
    /// It has sockets, and none could be looked at.
    pub unseen: bool,
}

/// Marks the records of one run as they come.
#[derive(Debug)]
pub struct RunMarker {
    line: usize,
    expected: Vec<(PeerExpectation, Matcher)>,
    findings: Findings,
    wants_stuck: bool,
    looks: bool,
    steps_at: Vec<u64>,
}

impl RunMarker {
    /// For what is expected at the peer to which the run leads, if anything is.
    pub fn new(peer: Option<&PeerExpectations>, rules: Option<&RuleChoice>) -> RunMarker {
        let mut choice = rules.cloned().unwrap_or_default();
        let wants_stuck = choice.has(WatchRule::Stuck);
        // How a run ended must be known whoever wants to hear of it.
        let _ = choice.add(WatchRule::Stuck.name());
        let expected = peer.map_or(&[][..], |peer| &peer.expected);
        let matcher = |one: &PeerExpectation| Matcher::new(Arc::from([one.claim.clone()]));
        RunMarker {
            line: peer.map_or(0, |peer| peer.line),
            expected: expected
                .iter()
                .map(|one| (one.clone(), matcher(one)))
                .collect(),
            findings: Findings::new(&choice),
            wants_stuck,
            looks: false,
            steps_at: Vec::new(),
        }
    }

    /// Takes in a record, with the world after it.
    pub fn take(&mut self, record: &Record, world: &World) {
        self.findings.take(record, world);
        self.looks |= !record.looks.is_empty();
        if self.steps_at.len() < self.findings.steps() as usize {
            self.steps_at.push(record.n);
        }
        let said = || story::said(world, record);
        for (_, matcher) in &mut self.expected {
            matcher.take(world, &said);
        }
    }

    /// Of a session that is no watched program's: the claims that must never be so and were, and how many others were so.
    pub fn shown(self) -> (Vec<String>, usize) {
        let was_so = self.expected.into_iter();
        let was_so = was_so.filter(|(_, matcher)| matcher.found().is_some());
        let (never, ever): (Vec<_>, Vec<_>) = was_so.partition(|(one, _)| one.never);
        let words = never.into_iter().map(|(one, _)| one.words);
        (words.collect(), ever.len())
    }

    /// The mark; `world` is the last one.
    pub fn end(self, world: &World) -> MarkedRun {
        let steps = self.findings.steps();
        let mut findings = self.findings.end();
        let stuck = findings.iter().find(|found| found.rule == WatchRule::Stuck);
        let stuck = stuck.map(|found| found.call.clone());
        let step_of = |n: u64| self.steps_at.iter().filter(|at| **at <= n).count();
        let missed = self.expected.iter().filter_map(|(one, matcher)| {
            let found = matcher.found().map(|found| step_of(found.at.0));
            let instead = match (one.claim.is_stuck(), one.never) {
                (true, true) => stuck.as_ref().map(|call| format!("it was, in {call}"))?,
                (true, false) if stuck.is_some() => return None,
                (true, false) => "it was not".to_owned(),
                (false, true) => found.map(|step| format!("it was so in step {step}"))?,
                (false, false) if found.is_some() => return None,
                (false, false) => match matcher.nearest() {
                    Some(near) => so_instead(&near.instead),
                    None => "never so".to_owned(),
                },
            };
            Some(MissedExpectation {
                line: self.line,
                words: one.words.clone(),
                instead,
            })
        });
        let missed: Vec<MissedExpectation> = missed.collect();
        let end = match (world.program_ended_itself(), stuck) {
            (Some(end), _) => RunEnd::Itself(end),
            (None, Some(call)) => RunEnd::Stuck(call),
            (None, None) => RunEnd::NotOver,
        };
        findings.retain(|found| found.rule != WatchRule::Stuck || self.wants_stuck);
        MarkedRun {
            end,
            steps,
            expected: self.expected.len(),
            missed,
            findings,
            unseen: world.rows_ever() > 0 && !self.looks,
        }
    }
}

/// `it was exit 1`, `it has said nothing`
fn so_instead(instead: &str) -> String {
    let told = ["not so: ", "not there: "];
    let told = told
        .iter()
        .find_map(|nothing| instead.strip_prefix(nothing));
    told.map_or_else(|| format!("it was {instead}"), str::to_owned)
}

/// Marks the recording of a watched program that was run at `peer`, if anybody knows. `None` if no program is watched in it.
///
/// # Errors
/// If the file is no recording.
pub fn mark_file(
    path: &Path,
    lesson: &Lesson,
    peer: Option<&str>,
) -> Result<Option<MarkedRun>, String> {
    let mut recording = Recording::open(path).map_err(|error| error.to_string())?;
    let mut peers = lesson.peers.iter();
    let peer = peer.and_then(|name| peers.find(|of| of.peer == name));
    let mut marker = RunMarker::new(peer, lesson.rules.as_ref());
    while let Some(Ok(record)) = recording.take() {
        marker.take(&record, recording.world());
    }
    let world = recording.world();
    Ok(world.is_watched().then(|| marker.end(world)))
}

/// The peer of the lab that a program connects to first, without its sign.
pub fn peer_of(world: &World) -> Option<String> {
    world.rows().find_map(|state| {
        let label = state.label();
        let name = label.strip_prefix('@')?;
        let end = name.find([' ', ',']).unwrap_or(name.len());
        Some(name[..end].to_owned())
    })
}

impl MarkedRun {
    /// What is missing, and where to look, in lines.
    pub fn lines(&self) -> Vec<String> {
        let missed = self.missed.iter().map(MissedExpectation::line);
        let found = self
            .findings
            .iter()
            .map(|found| format!("look here: {}", found.line()));
        missed.chain(found).collect()
    }

    /// Whether nothing is missing, and nothing is to be looked at.
    pub fn is_clean(&self) -> bool {
        self.missed.is_empty()
            && self.findings.is_empty()
            && !self.unseen
            && matches!(self.end, RunEnd::Itself(_))
    }
}
