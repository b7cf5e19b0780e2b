//! Whether a lesson is true on this kernel: it is run, and each question must have exactly one choice that holds.

mod empty;

use super::check_peers;
use super::draft::EMPTY;
use super::find::FoundLesson;
use super::{NO_PYTHON, lacks_a_program};
use crate::engine::Options;
use crate::language::claim::pattern::{Conjunction, Pattern};
use crate::language::keys;
use crate::language::lesson::{Lesson, LessonGoal, LessonNeed, LessonPart, Question, lines_needed};
use crate::language::matcher::Matcher;
use crate::language::script::ScriptLine;
use crate::narrate::story;
use crate::run::driver::lines::{self, LineContext, LineResult};
use crate::run::driver::live::LiveDriver;
use crate::run::driver::{Reply, go_on_if};
use std::sync::Arc;

/// The screen that every step must fit, in lines.
const SCREEN_LINES: usize = 18;
/// The lines beside rows and texts while a question is open: title, two headings, what you say, NEXT, footer.
const AROUND_A_QUESTION: usize = 6;
/// How it is said that the lab wire cannot be had.
const NO_WIRE: &str = "there is no lab wire here";
/// The lines of the lists.
const LISTS: usize = 4;

/// What a lesson's run showed.
#[derive(Clone, Debug, Default)]
pub struct CheckedLesson {
    /// What is wrong, each with its line.
    pub faults: Vec<String>,
    /// The line of each question, and the letter that holds.
    pub answers: Vec<(usize, char)>,
    /// How many goals were reached.
    pub goals: usize,
    /// Whether its own `seen` was recognised.
    pub seen: bool,
    /// The names of other lessons whose `seen` fires in this one's run.
    pub also: Vec<String>,
    /// How much is expected of a program, and how much of that this program's own sessions showed.
    pub expected: usize,
    /// The second of them.
    pub shown: usize,
    /// How many lines were carried out.
    pub lines: usize,
    /// Why this machine cannot stage it.
    pub not_here: Option<String>,
}

struct CheckRun<'a> {
    lesson: &'a Lesson,
    live: LiveDriver,
    context: LineContext<'a>,
    seen: Matcher,
    others: Vec<(String, Matcher)>,
    goal: Option<Matcher>,
    found: CheckedLesson,
}

/// Runs a lesson once and checks it; `others` are lessons whose `seen` may fire in it.
///
/// # Errors
/// If no session can begin.
pub fn check(
    lesson: &Lesson,
    others: &[FoundLesson],
    options: Options,
) -> anyhow::Result<CheckedLesson> {
    let (live, packets) = LiveDriver::that_rings(options, Vec::new())?;
    let others = others
        .iter()
        .filter(|other| other.lesson != *lesson && !other.lesson.seen.is_empty())
        .map(|other| {
            (
                other.name.clone(),
                Matcher::new(Arc::clone(&other.lesson.seen)),
            )
        })
        .collect();
    let mut run = CheckRun {
        lesson,
        live,
        context: LineContext::new(&|| false, &packets),
        seen: Matcher::new(Arc::clone(&lesson.seen)),
        others,
        goal: None,
        found: CheckedLesson::default(),
    };
    run.texts();
    run.all();
    for peer in &lesson.peers {
        let (mut faults, shown) = check_peers::check(peer, options)?;
        run.found.faults.append(&mut faults);
        run.found.expected += peer.expected.len();
        run.found.shown += shown;
    }
    Ok(run.found)
}

impl CheckRun<'_> {
    fn fault(&mut self, line: usize, what: &str) {
        self.found.faults.push(format!("line {line}: {what}"));
    }

    /// Whether each question, with the rows that it names and the lists, fits the smallest screen that a class is shown.
    fn texts(&mut self) {
        let lesson = self.lesson;
        for (line, word) in empty::texts(lesson) {
            let what = format!(
                "'{word}' is still empty. Write your own words in the place of its '{EMPTY}'"
            );
            self.fault(line, &what);
        }
        for question in lesson.questions() {
            let asked = keys::as_shipped(&question.text);
            let texts = lines_needed(&asked, 58) + question.choices.len();
            let rows = question.rows().len().clamp(1, 6);
            let lists = if question.asks_for_lists() { LISTS } else { 0 };
            let needed = texts + rows + lists + AROUND_A_QUESTION;
            if needed > SCREEN_LINES {
                let what = format!(
                    "the question needs {needed} lines of a screen of {SCREEN_LINES}: texts {texts}, rows {rows}, lists {lists}. Say it shorter, or name fewer rows"
                );
                self.fault(question.line, &what);
            }
        }
    }

    fn all(&mut self) {
        let lesson = self.lesson;
        if lacks_a_program(lesson) {
            self.found.not_here = Some(NO_PYTHON.to_owned());
            return;
        }
        for part in &lesson.parts {
            let goes_on = match part {
                LessonPart::Say { .. } => true,
                LessonPart::Line(line) => self.line(line),
                LessonPart::Question(question) => self.question(question),
                LessonPart::Goal(goal) => self.goal(goal),
            };
            if !goes_on {
                return;
            }
        }
        self.found.seen = self.seen.found().is_some();
        if !lesson.seen.is_empty() && !self.found.seen {
            let what = missing(
                "the lesson's own lines do not show what it is recognised by",
                &self.seen,
            );
            self.fault(lesson.seen_line, &what);
        }
        let fired = self
            .others
            .iter()
            .filter(|(_, other)| other.found().is_some());
        self.found.also = fired.map(|(name, _)| name.clone()).collect();
    }

    fn line(&mut self, line: &ScriptLine) -> bool {
        self.found.lines += 1;
        let (seen, others, goal) = (&mut self.seen, &mut self.others, &mut self.goal);
        let mut take = |reply: Reply<'_>| {
            if let Reply::Made { record, world } = reply {
                let said = || story::said(world, &record);
                seen.take(world, &said);
                for (_, other) in others.iter_mut() {
                    other.take(world, &said);
                }
                if let Some(goal) = goal {
                    goal.take(world, &said);
                }
            }
            go_on_if(true)
        };
        let result = lines::run(&mut self.live, &line.request, &mut self.context, &mut take);
        match result {
            LineResult::Done | LineResult::Over => true,
            LineResult::Failed(why)
                if why.starts_with(NO_WIRE) && self.lesson.needs.contains(&LessonNeed::Wire) =>
            {
                self.found.not_here = Some(why);
                false
            }
            LineResult::Failed(why) | LineResult::NotYet(why) => {
                self.fault(line.number, &format!("{}: {why}", line.text));
                false
            }
            LineResult::Stopped => false,
        }
    }

    fn holds(&self, claim: &Conjunction) -> Result<(), String> {
        let said = || self.context.said();
        claim
            .check(self.live.world(), &said)
            .map_err(|(claim, instead)| format!("{claim}: {instead}"))
    }

    fn question(&mut self, question: &Question) -> bool {
        let held_before: Vec<char> = question
            .choices
            .iter()
            .filter(|choice| {
                choice
                    .claim
                    .as_ref()
                    .is_some_and(|claim| self.holds(claim).is_ok())
            })
            .map(|choice| choice.letter)
            .collect();
        if !question.lines.iter().all(|line| self.line(line)) {
            return false;
        }
        let mut right = Vec::new();
        let mut instead = Vec::new();
        for choice in &question.choices {
            let Some(claim) = &choice.claim else {
                continue;
            };
            match self.holds(claim) {
                Ok(()) => right.push(choice),
                Err(why) => instead.push(format!("{}) {why}", choice.letter)),
            }
        }
        match right.as_slice() {
            [only] => {
                let covered = only
                    .claim
                    .as_ref()
                    .is_some_and(|claim| claim.claims().iter().any(Pattern::is_covered));
                let letter = only.letter;
                if held_before.contains(&letter) && !covered {
                    let what = format!(
                        "the answer {letter} holds before the question's lines, and nothing covers it: it can be read from the screen"
                    );
                    self.fault(question.line, &what);
                }
                self.found.answers.push((question.line, letter));
            }
            [] => {
                let what = format!("no choice holds at the reveal. {}", instead.join("; "));
                self.fault(question.line, &what);
            }
            several => {
                let letters: Vec<String> = several
                    .iter()
                    .map(|choice| choice.letter.to_string())
                    .collect();
                let what = format!(
                    "{} hold at the reveal, and only one may",
                    letters.join(" and ")
                );
                self.fault(question.line, &what);
            }
        }
        true
    }

    fn goal(&mut self, goal: &LessonGoal) -> bool {
        let mut matcher = Matcher::new(Arc::clone(&goal.steps));
        let said = || self.context.said();
        if matcher.take(self.live.world(), &said) {
            self.fault(goal.line, "the goal holds before anything is done for it");
        }
        self.goal = Some(matcher);
        let went_on = goal.solution.iter().all(|line| self.line(line));
        let matcher = self.goal.take();
        if let Some(matcher) = matcher.filter(|_| went_on) {
            if matcher.found().is_some() {
                self.found.goals += 1;
            } else {
                let at = goal.step_lines.get(matcher.lines_held()).copied();
                let what = missing("the goal's own lines do not reach it", &matcher);
                self.fault(at.unwrap_or(goal.line), &what);
            }
        }
        went_on
    }
}

/// What never held, and what came nearest.
fn missing(what: &str, matcher: &Matcher) -> String {
    let never = matcher
        .missing()
        .map_or_else(String::new, |claims| format!(": {claims}: never so"));
    format!("{what}{never}{}", super::report::nearest(matcher))
}
