//! Off the path and back: what the learner's own keys have changed is no longer what the next question is about, so the lesson is staged
//! afresh by its own lines before it asks.

use super::turn::{LessonTurn, mark};
use super::{AnswerKept, LessonRun, LessonStep, UnderWay};
use crate::language::lesson::{LessonPart, Question};
use crate::language::request::Request;
use crate::model::command::Command;
use crate::model::lesson_mark::LessonMark;
use crate::model::record::{Cause, Record};

/// Where the session stands beside the lesson's own lines.
#[derive(Clone, Debug, Default)]
pub(super) struct LessonPath {
    /// Own keys have done something since these lines began.
    is_left: bool,
    /// It is written down that the answer which is shown was seen.
    pub(super) is_seen: bool,
    /// The lines that are still to be made again, with what is to be covered of them.
    staging: Vec<Request>,
}

/// Where a lesson was left.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LessonPlace {
    /// The part that comes next, from 0.
    pub part: usize,
    /// How each question went.
    pub answers: Vec<AnswerKept>,
    /// So many goals were reached.
    pub goals: usize,
}

/// What is said when the lesson stands again where it stood.
const BACK: &str = "Staged afresh, up to here.";

impl LessonRun {
    /// Whether own keys have changed what the next question is about. It is not asked before the lesson is staged afresh.
    pub fn is_off_path(&self) -> bool {
        self.path.is_left && self.asks_later()
    }

    /// The learner's work is done: what the next question is about is what the lesson's own lines make of it.
    pub(super) fn leave_path(&mut self) {
        self.path.is_left |= self.covers_what_follows();
    }

    pub(super) fn is_left(&self) -> bool {
        self.path.is_left
    }

    /// A record was made. One that is neither the lesson's nor a note, and did not come by itself, leads off the path.
    pub fn made(&mut self, record: &Record) {
        let is_ours = matches!(self.under_way, UnderWay::Nothing | UnderWay::Mark);
        let is_done = matches!(
            &record.cause,
            Cause::Command(command) if !matches!(command, Command::Note(_) | Command::Lesson(_))
        ) || matches!(record.cause, Cause::Step(_));
        if is_ours && is_done {
            self.leave_path();
        }
    }

    /// Something is about to be done by an own key. What is to be written down before it: that an answer was seen, so that what follows is
    /// not taken for what brought it.
    pub fn own_key(&mut self) -> Option<Request> {
        let LessonStep::Revealed { question, .. } = self.step else {
            return None;
        };
        if std::mem::replace(&mut self.path.is_seen, true) {
            return None;
        }
        self.under_way = UnderWay::Mark;
        Some(mark(LessonMark::Revealed(question as u32 + 1)))
    }

    /// The same lesson at the same place, in a session that is still empty.
    #[must_use]
    pub fn staged_afresh(&self) -> LessonRun {
        let mut again = self.clone();
        again.vote.is_shown = false;
        again.has_passed = false;
        again.path = LessonPath {
            staging: self.own_lines(),
            is_seen: true,
            ..LessonPath::default()
        };
        if matches!(again.step, LessonStep::NotYet) {
            again.step = LessonStep::Walking;
        }
        again
    }

    /// The same lesson in an empty session, at the place to which it came in an earlier one.
    #[must_use]
    pub fn staged_up_to(mut self, place: &LessonPlace) -> LessonRun {
        let parts = &self.lesson.parts;
        self.at = place.part.min(parts.len());
        // Prose in front of it is shown again when the lesson goes on.
        while let Some(LessonPart::Say { .. }) = self.at.checked_sub(1).and_then(|at| parts.get(at))
        {
            self.at -= 1;
        }
        for (kept, before) in self.answers.iter_mut().zip(&place.answers) {
            *kept = *before;
        }
        for reached in self.reached.iter_mut().take(place.goals) {
            *reached = true;
        }
        self.staged_afresh()
    }

    /// Where a later session goes on: at an open question and at a goal before it, else at the line that comes next. `None` at the
    /// beginning and at the end, where nothing is to be kept.
    pub fn place(&self) -> Option<LessonPlace> {
        let part = match self.step {
            LessonStep::Over => return None,
            LessonStep::Asked { .. }
            | LessonStep::Answering { .. }
            | LessonStep::Working { .. } => self.at.saturating_sub(1),
            LessonStep::Walking | LessonStep::NotYet | LessonStep::Revealed { .. } => self.at,
        };
        let made = &self.lesson.parts[..part.min(self.lesson.parts.len())];
        let is_made = |part: &LessonPart| !matches!(part, LessonPart::Say { .. });
        made.iter().any(is_made).then(|| LessonPlace {
            part,
            answers: self.answers.clone(),
            goals: self.reached.iter().filter(|reached| **reached).count(),
        })
    }

    /// Whether the lesson is being staged up to a place behind its beginning.
    pub fn is_staged(&self) -> bool {
        !self.path.staging.is_empty()
    }

    /// Whether these lines are being made.
    pub fn is_being_staged(&self) -> bool {
        self.under_way == UnderWay::Staging
    }

    /// The lines that are to be made again begin.
    pub(super) fn stage(&mut self) -> LessonTurn {
        let begun = format!("{} {}", self.name, self.lesson.topic);
        let mut lines = vec![mark(LessonMark::Begun(begun))];
        let rest = &mut self.path.staging;
        // Behind the last answer everything is covered again.
        let is_seen =
            |line: &Request| matches!(line, Request::Act(Command::Lesson(LessonMark::Revealed(_))));
        let answered = rest.iter().rposition(is_seen).map_or(0, |last| last + 1);
        lines.extend(rest.drain(..answered));
        self.path.is_left = true;
        self.busy_with(UnderWay::Staging, lines)
    }

    /// A part of them is made.
    pub(super) fn staged(&mut self) -> LessonTurn {
        let rest = std::mem::take(&mut self.path.staging);
        if !rest.is_empty() {
            let turn = self.busy_with(UnderWay::Staging, rest);
            return LessonTurn {
                uncovers: true,
                ..turn
            };
        }
        self.path.is_left = false;
        self.is_fresh = true;
        let turn = match self.step {
            LessonStep::Revealed { .. } => LessonTurn {
                uncovers: true,
                ..LessonTurn::default()
            },
            // Prose that is due is shown, and what makes nothing is passed.
            _ => self.settle(),
        };
        let goes_on = matches!(self.step, LessonStep::Walking | LessonStep::Revealed { .. });
        let next = if goes_on { " {key tick} goes on." } else { "" };
        LessonTurn::saying(&format!("{BACK}{next}")).then(turn)
    }

    /// One of them could not be made: the next press tries it again.
    pub(super) fn not_staged(&mut self, why: &str) -> LessonTurn {
        self.path.staging.clear();
        self.path.is_left = true;
        LessonTurn::saying(&format!(
            "It could not be staged afresh: {why}. {{key tick}} tries it again."
        ))
    }

    /// What the lesson itself has made up to here, with what it has written down; then the word that it did.
    fn own_lines(&self) -> Vec<Request> {
        let mut lines = Vec::new();
        let (mut question, mut goal) = (0, 0);
        for part in &self.lesson.parts[..self.at.min(self.lesson.parts.len())] {
            match part {
                LessonPart::Say { .. } => {}
                LessonPart::Line(line) => lines.push(line.request.clone()),
                LessonPart::Question(asked) => {
                    self.answered_again(question, asked, &mut lines);
                    question += 1;
                }
                LessonPart::Goal(of) => {
                    lines.extend(of.solution.iter().map(|line| line.request.clone()));
                    if self.reached.get(goal).is_some_and(|reached| *reached) {
                        lines.push(mark(LessonMark::Reached(goal as u32 + 1)));
                    }
                    goal += 1;
                }
            }
        }
        lines.push(mark(LessonMark::Staged(self.at as u32)));
        lines
    }

    fn answered_again(&self, number: usize, asked: &Question, lines: &mut Vec<Request>) {
        let bring = asked.lines.iter().map(|line| line.request.clone());
        if !self.asks_question(number) {
            lines.extend(bring);
            return;
        }
        let kept = self.answers.get(number).copied().unwrap_or_default();
        let AnswerKept { letter, .. } = kept;
        let shown = number as u32 + 1;
        lines.push(mark(LessonMark::Asked(shown, asked.as_lines())));
        lines.push(mark(match letter {
            Some(letter) => LessonMark::Answered(shown, letter),
            None => LessonMark::Later(shown),
        }));
        lines.extend(bring);
        lines.push(mark(LessonMark::Revealed(shown)));
    }
}
