//! What the kernel answered to the questions of a recording, and after which record.

use super::story;
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
    /// The place of the record that brought the answer, and the only choice that held there.
    pub kernel: Option<(usize, char)>,
}

/// The questions of these records, in order. One whose lines cannot be read is none.
pub fn questions(records: &[Arc<Record>]) -> Vec<AnsweredQuestion> {
    let mut world = World::default();
    let mut all: Vec<AnsweredQuestion> = Vec::new();
    let mut open: Option<AnswerUnderWay> = None;
    for (place, record) in records.iter().enumerate() {
        world.apply(record);
        match record.lesson_mark() {
            Some(LessonMark::Asked(number, text)) => {
                let Ok(question) = Question::from_lines(text) else {
                    open = None;
                    continue;
                };
                open = Some(AnswerUnderWay::new(&question));
                all.push(AnsweredQuestion {
                    number: *number,
                    question,
                    asked: place,
                    answered: None,
                    kernel: None,
                });
            }
            Some(LessonMark::Answered(number, letter)) => {
                if let Some(last) = all.last_mut().filter(|last| last.number == *number) {
                    last.answered = Some(*letter);
                }
            }
            // Behind it own keys may be pressed, which answer nothing.
            Some(LessonMark::Revealed(_)) => open = None,
            _ => {}
        }
        let came = open.as_mut().and_then(|open| open.take(&world, record));
        if let (Some(letter), Some(last)) = (came, all.last_mut()) {
            last.kernel = Some((place, letter));
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
