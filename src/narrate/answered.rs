//! What the kernel answered to the questions of a recording, and after which record.

use super::{decided, story};
use crate::language::asked;
use crate::language::claim::Claim;
use crate::language::claim::pattern::Conjunction;
use crate::language::lesson::Question;
use crate::language::request::Request;
use crate::model::command::Command;
use crate::model::lesson_mark::LessonMark;
use crate::model::record::{Cause, Record};
use crate::model::world::World;
use std::collections::VecDeque;
use std::sync::Arc;

/// A question of a recording.
#[derive(Clone, Debug)]
pub struct AnsweredQuestion {
    /// Its number in the lesson, from 1.
    pub number: u32,
    /// It, as the recording has it.
    pub question: Question,
    /// The place of the record in which it was asked.
    pub asked: usize,
    /// What was answered.
    pub answered: Option<char>,
    /// What should have brought its answer did not come and was passed over.
    pub is_passed_over: bool,
    /// The kernel's answer; `None` if none was brought, or not exactly one choice held.
    pub kernel: Option<BroughtAnswer>,
}

/// The kernel's answer to a question of a recording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BroughtAnswer {
    /// The place of the record that brought it.
    pub at: usize,
    /// The only choice that held there.
    pub letter: char,
    /// What was seen that decides it.
    pub seen: String,
}

/// The questions of these records, in order. One whose lines cannot be read is none.
pub fn questions(records: &[Arc<Record>]) -> Vec<AnsweredQuestion> {
    let mut world = World::default();
    let mut all: Vec<AnsweredQuestion> = Vec::new();
    let mut open: Option<AnswerUnderWay> = None;
    let mut recorded = asked::questions(records).into_iter().peekable();
    for (place, record) in records.iter().enumerate() {
        world.apply(record);
        if let Some(next) = recorded.next_if(|next| next.asked == place) {
            let answered = next.question.as_ref().filter(|_| !next.is_passed_over);
            open = answered.map(AnswerUnderWay::new);
            all.extend(next.question.map(|question| AnsweredQuestion {
                number: next.number,
                question: question.with_keys(),
                asked: place,
                answered: next.answered,
                is_passed_over: next.is_passed_over,
                kernel: None,
            }));
        }
        // Behind it own keys may be pressed, which answer nothing.
        if let Some(LessonMark::Revealed(_)) = record.lesson_mark() {
            open = None;
        }
        let came = open.as_mut().and_then(|open| open.take(&world, record));
        if let (Some(letter), Some(last)) = (came, all.last_mut()) {
            let right = last.question.choice(letter);
            let claim = right.and_then(|choice| choice.claim.as_ref());
            last.kernel = Some(BroughtAnswer {
                at: place,
                letter,
                seen: claim.map_or_else(String::new, |claim| decided::sentence(claim, &world)),
            });
            open = None;
        }
    }
    all
}

/// A question whose answer is being brought, as its records come.
#[derive(Clone, Debug)]
pub struct AnswerUnderWay {
    question: Question,
    /// What is still due, in order.
    due: VecDeque<DueLine>,
}

/// A line that brings the answer.
#[derive(Clone, Debug)]
enum DueLine {
    /// This command is done.
    Done(String),
    /// This is so.
    IsSo(Claim),
}

impl AnswerUnderWay {
    /// Nothing is done yet.
    pub fn new(question: &Question) -> AnswerUnderWay {
        let each = question.lines.iter().flat_map(|line| match &line.request {
            Request::Act(command) => vec![DueLine::Done(command.to_string())],
            Request::Ticks(count) => {
                vec![DueLine::Done(Command::TICK.to_string()); *count as usize]
            }
            Request::Await { claim, .. } | Request::Check(claim) => {
                vec![DueLine::IsSo(claim.clone())]
            }
            _ => Vec::new(),
        });
        let due = each.collect();
        AnswerUnderWay {
            question: question.clone(),
            due,
        }
    }

    /// Takes in a record. The letter of the only choice that holds, once all that brings the answer was done.
    pub fn take(&mut self, world: &World, record: &Record) -> Option<char> {
        let said = || story::said(world, record);
        let mut done = match (record.lesson_mark(), &record.cause) {
            (None, Cause::Command(command)) => Some(command.to_string()),
            // Of a client a tick is a step.
            (None, Cause::Step(_)) => Some(Command::TICK.to_string()),
            _ => None,
        };
        // One after the other: what was waited for may be over when what follows was done.
        while let Some(first) = self.due.front() {
            let is_met = match first {
                DueLine::Done(command) => done.take_if(|done| done == command).is_some(),
                DueLine::IsSo(claim) => claim.check(world, said).is_ok(),
            };
            if !is_met {
                return None;
            }
            self.due.pop_front();
        }
        let holds = |claim: &Conjunction| claim.check(world, &said).is_ok();
        let mut right = self
            .question
            .choices
            .iter()
            .filter(|choice| choice.claim.as_ref().is_some_and(holds));
        match (right.next(), right.next()) {
            (Some(only), None) => Some(only.letter),
            _ => None,
        }
    }
}
