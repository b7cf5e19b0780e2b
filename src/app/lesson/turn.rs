//! What a press does in a lesson, and what follows from what came of it.

use super::{ClassVote, LessonRun, LessonStep, UnderWay, is_quiet};
use crate::language::claim::SaidSentence;
use crate::language::lesson::LessonPart;
use crate::language::matcher::Matcher;
use crate::language::request::Request;
use crate::model::command::Command;
use crate::model::lesson_mark::LessonMark;
use crate::model::world::World;
use std::sync::Arc;

/// What is to be done after a press, or after a line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LessonTurn {
    /// To be carried out one after the other, and answered once.
    pub requests: Vec<Request>,
    /// Something to be said.
    pub notice: Option<String>,
    /// The records so far are to be shown uncovered.
    pub uncovers: bool,
    /// Own keys have led off the path: the lesson is to be staged afresh up to here, in a session of its own.
    pub stages_afresh: bool,
}

/// What a line came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LineEnd {
    /// It is done.
    Done,
    /// It could not be done, or what it expects is not so.
    Failed(String),
    /// What it waits for has not come.
    NotYet(String),
}

/// What is said of a line that has not come true.
const NOT_YET: &str = "Not yet: {key tick} waits again, :later passes.";

pub(super) type Said<'a> = &'a dyn Fn() -> Vec<SaidSentence>;

pub(super) fn mark(mark: LessonMark) -> Request {
    Request::Act(Command::Lesson(mark))
}

impl LessonTurn {
    pub(super) fn saying(notice: &str) -> LessonTurn {
        LessonTurn {
            notice: Some(notice.to_owned()),
            ..LessonTurn::default()
        }
    }

    /// What follows is carried out behind this.
    pub(super) fn then(mut self, mut more: LessonTurn) -> LessonTurn {
        self.requests.append(&mut more.requests);
        self.notice = more.notice.or(self.notice);
        self.uncovers |= more.uncovers;
        self.stages_afresh |= more.stages_afresh;
        self
    }
}

impl LessonRun {
    /// The first turn: the recording says which lesson it is.
    pub fn begin(&mut self) -> LessonTurn {
        if self.is_staged() {
            return self.stage();
        }
        let begun = format!("{} {}", self.name, self.lesson.topic);
        self.busy_with(UnderWay::Passing, vec![mark(LessonMark::Begun(begun))])
    }

    pub(super) fn busy_with(&mut self, what: UnderWay, requests: Vec<Request>) -> LessonTurn {
        self.under_way = what;
        LessonTurn {
            requests,
            ..LessonTurn::default()
        }
    }

    /// SPACE.
    pub fn go_on(&mut self, world: &World, said: Said<'_>) -> LessonTurn {
        if self.is_busy() || self.is_fresh {
            return LessonTurn::default();
        }
        if self.is_off_path() {
            return LessonTurn {
                stages_afresh: true,
                ..LessonTurn::default()
            };
        }
        match self.step.clone() {
            LessonStep::Walking => self.next_line_now(),
            LessonStep::NotYet => {
                self.step = LessonStep::Walking;
                self.next_line_now()
            }
            LessonStep::Asked {
                question,
                letter: None,
                warned: false,
            } if self.vote.counted().is_none() => {
                self.step = LessonStep::Asked {
                    question,
                    letter: None,
                    warned: true,
                };
                LessonTurn::saying(if self.vote.rounds.is_empty() {
                    "No answer yet: {key tick} once more lets the kernel answer."
                } else {
                    "Nothing is counted: {key tick} once more lets the kernel answer."
                })
            }
            LessonStep::Asked {
                question, letter, ..
            } => self.answered(question, letter, world, said),
            LessonStep::Answering {
                question,
                letter,
                line,
            } => self.bring(question, letter, line, world, said),
            LessonStep::Revealed { question, .. } => {
                self.step = LessonStep::Walking;
                let next = match self.settle() {
                    turn if turn.requests.is_empty() && self.is_at_a_line() => self.next_line_now(),
                    turn => turn,
                };
                if self.is_over() {
                    // Nothing follows that it must be told apart from.
                    return next;
                }
                if next.requests.is_empty() && !self.path.is_seen {
                    self.under_way = UnderWay::Mark;
                }
                let is_written = std::mem::take(&mut self.path.is_seen);
                let seen = (!is_written).then(|| mark(LessonMark::Revealed(question as u32 + 1)));
                let seen = LessonTurn {
                    requests: seen.into_iter().collect(),
                    ..LessonTurn::default()
                };
                seen.then(next)
            }
            LessonStep::Working { goal, matcher } if matcher.found().is_some() => {
                self.step = LessonStep::Walking;
                self.leave_path();
                let reached = mark(LessonMark::Reached(goal as u32 + 1));
                self.busy_with(UnderWay::Passing, vec![reached])
            }
            LessonStep::Working { .. } | LessonStep::Over => LessonTurn::default(),
        }
    }

    fn is_at_a_line(&self) -> bool {
        matches!(self.lesson.parts.get(self.at), Some(LessonPart::Line(_)))
    }

    /// Makes the line that comes next.
    fn next_line_now(&mut self) -> LessonTurn {
        match self.lesson.parts.get(self.at) {
            Some(LessonPart::Line(line)) => {
                let request = line.request.clone();
                self.busy_with(UnderWay::Line, vec![request])
            }
            _ => self.settle(),
        }
    }

    /// A letter.
    pub fn choose(&mut self, letter: char) -> LessonTurn {
        if self.is_fresh || self.is_busy() {
            return LessonTurn::default();
        }
        let LessonStep::Asked { question, .. } = self.step else {
            return LessonTurn::saying("The kernel has answered. {key tick} goes on.");
        };
        let known = self
            .question(question)
            .is_some_and(|asked| asked.choice(letter).is_some());
        if !known {
            return LessonTurn::saying(&format!("There is no choice {letter}."));
        }
        self.step = LessonStep::Asked {
            question,
            letter: Some(letter),
            warned: false,
        };
        LessonTurn::default()
    }

    /// What was asked for is done, or was not.
    pub fn done(&mut self, end: LineEnd, world: &World, said: Said<'_>) -> LessonTurn {
        let was = std::mem::replace(&mut self.under_way, UnderWay::Nothing);
        match (was, end) {
            (UnderWay::Nothing | UnderWay::Mark, _) => LessonTurn::default(),
            (UnderWay::Staging, LineEnd::Done) => self.staged(),
            (UnderWay::Staging, LineEnd::Failed(why) | LineEnd::NotYet(why)) => {
                self.not_staged(&why)
            }
            (UnderWay::Line, LineEnd::NotYet(_)) => {
                self.step = LessonStep::NotYet;
                LessonTurn::saying(NOT_YET)
            }
            (UnderWay::Answer, LineEnd::NotYet(_)) => LessonTurn::saying(NOT_YET),
            (UnderWay::Passing, end) => failed(end).then(self.settle()),
            (UnderWay::Line, end) => {
                self.at += 1;
                self.said_before = self.said.take().or(self.said_before.take());
                failed(end).then(self.settle())
            }
            (UnderWay::Answer, end) => match self.step.clone() {
                LessonStep::Answering {
                    question,
                    letter,
                    line,
                } => failed(end).then(self.bring(question, letter, line + 1, world, said)),
                _ => LessonTurn::default(),
            },
        }
    }

    /// Goes over what makes nothing: prose, and lines that only wait; opens what is to be opened.
    pub(super) fn settle(&mut self) -> LessonTurn {
        loop {
            match self.lesson.parts.get(self.at) {
                None => {
                    self.step = LessonStep::Over;
                    return LessonTurn {
                        uncovers: true,
                        ..LessonTurn::default()
                    };
                }
                Some(LessonPart::Say { text, .. }) => {
                    self.said = Some(text.clone());
                    self.said_before = None;
                    self.at += 1;
                }
                Some(LessonPart::Line(line)) => {
                    if is_quiet(&line.request) || self.goes_on_alone() {
                        let request = line.request.clone();
                        return self.busy_with(UnderWay::Line, vec![request]);
                    }
                    return LessonTurn::default();
                }
                Some(LessonPart::Question(_)) if self.is_left() => {
                    // It would be asked of something else.
                    self.step = LessonStep::Walking;
                    return LessonTurn::default();
                }
                Some(LessonPart::Question(question)) => {
                    let number = self.count_before(|part| matches!(part, LessonPart::Question(_)));
                    let text = question.as_lines();
                    self.at += 1;
                    if !self.asks_question(number) {
                        let requests = self.lines_of(number);
                        if requests.is_empty() {
                            continue;
                        }
                        return self.busy_with(UnderWay::Passing, requests);
                    }
                    self.step = LessonStep::Asked {
                        question: number,
                        letter: None,
                        warned: false,
                    };
                    self.is_fresh = true;
                    self.vote = ClassVote::default();
                    let before = self.said_before.take();
                    self.premise = self.said.clone().or(before);
                    self.shows_more = false;
                    let asked = mark(LessonMark::Asked(number as u32 + 1, text));
                    return self.busy_with(UnderWay::Mark, vec![asked]);
                }
                Some(LessonPart::Goal(goal)) => {
                    let steps = Arc::clone(&goal.steps);
                    let number = self.count_before(|part| matches!(part, LessonPart::Goal(_)));
                    self.at += 1;
                    self.said = None;
                    self.said_before = None;
                    if self.only.is_none() {
                        self.step = LessonStep::Working {
                            goal: number,
                            matcher: Matcher::new(steps),
                        };
                        return LessonTurn {
                            uncovers: true,
                            ..LessonTurn::default()
                        };
                    }
                }
            }
        }
    }

    /// A record was made: a goal may be reached. Whether it was, just now.
    pub fn take(&mut self, world: &World, said: Said<'_>) -> bool {
        let LessonStep::Working { goal, matcher } = &mut self.step else {
            return false;
        };
        let reached = matcher.take(world, said);
        if let (true, Some(kept)) = (reached, self.reached.get_mut(*goal)) {
            *kept = true;
        }
        reached
    }
}

/// What is said of a line that could not be made.
fn failed(end: LineEnd) -> LessonTurn {
    match end {
        LineEnd::Done => LessonTurn::default(),
        LineEnd::Failed(why) | LineEnd::NotYet(why) => LessonTurn::saying(&format!(
            "This is not as the lesson expects: {why}. {{key tick}} goes on."
        )),
    }
}
