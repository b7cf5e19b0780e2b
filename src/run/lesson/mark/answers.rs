//! The answers that a recording has.

use crate::language::lesson::{Lesson, Question};
use crate::model::clean;
use crate::model::lesson_mark::LessonMark;
use crate::model::record::Record;
use crate::model::world::World;
use crate::narrate::answered::AnswerUnderWay;
use std::collections::{BTreeMap, BTreeSet};

/// The answers in a recording, and what was right when each was revealed.
pub(super) struct AnswersGiven<'a> {
    questions: Vec<&'a Question>,
    topic: &'a str,
    given: BTreeMap<u32, char>,
    right: BTreeMap<u32, char>,
    /// The question whose lines are being carried out.
    open: Option<(u32, AnswerUnderWay)>,
    /// So many questions of this lesson are behind it; `None`: the session is none of this lesson.
    closed: Option<u32>,
    /// It is a session of another lesson, by its name.
    pub(super) other: Option<String>,
    /// The goals of which it is written down that they were reached.
    pub(super) reached: BTreeSet<u32>,
}

impl<'a> AnswersGiven<'a> {
    pub(super) fn new(lesson: &'a Lesson) -> AnswersGiven<'a> {
        AnswersGiven {
            questions: lesson.questions().collect(),
            given: BTreeMap::new(),
            right: BTreeMap::new(),
            open: None,
            closed: None,
            other: None,
            reached: BTreeSet::new(),
            topic: &lesson.topic,
        }
    }

    /// Whether so many questions are answered, in a session that asks them.
    pub(super) fn has_closed(&self, questions: u32) -> bool {
        self.closed.is_none_or(|closed| closed >= questions)
    }

    fn closes(&mut self, number: u32) {
        self.closed = self.closed.map(|closed| closed.max(number));
    }

    pub(super) fn take(&mut self, world: &World, record: &Record) {
        match record.lesson_mark() {
            Some(LessonMark::Begun(name)) => {
                let is_this = name.ends_with(self.topic);
                self.closed = is_this.then_some(0);
                self.other = (!is_this).then(|| clean::text(name));
            }
            Some(LessonMark::Later(number)) => {
                // What was to answer it did not come: what was said to it does not count.
                if self.open.take_if(|open| open.0 == *number).is_some()
                    && !self.right.contains_key(number)
                {
                    self.given.remove(number);
                }
                self.closes(*number);
            }
            Some(LessonMark::Revealed(number)) => {
                self.closes(*number);
                // What is made now is done by own keys, and answers nothing.
                self.open = None;
            }
            Some(LessonMark::Reached(number)) => {
                self.reached.insert(*number);
            }
            _ => {}
        }
        if self.other.is_some() {
            return;
        }
        if let Some(LessonMark::Answered(number, letter)) = record.lesson_mark() {
            self.given.entry(*number).or_insert(*letter);
            let question = self.question(*number);
            self.open = question.map(|question| (*number, AnswerUnderWay::new(question)));
        }
        let Some((number, under_way)) = &mut self.open else {
            return;
        };
        if let Some(letter) = under_way.take(world, record) {
            let number = *number;
            self.right.entry(number).or_insert(letter);
            self.open = None;
            self.closes(number);
        }
    }

    fn question(&self, number: u32) -> Option<&'a Question> {
        self.questions
            .get((number as usize).checked_sub(1)?)
            .copied()
    }

    pub(super) fn counts(&self) -> (usize, usize) {
        let known = self
            .given
            .iter()
            .filter(|(number, _)| self.question(**number).is_some());
        let right = known
            .clone()
            .filter(|(number, letter)| self.right.get(*number) == Some(letter));
        (known.count(), right.count())
    }
}
