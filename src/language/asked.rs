//! The questions that stand in a recording: where each was asked, where its answer was there, and what is covered until then. So it can be
//! asked again without its lesson's file, and one that is still open tells nobody its answer.

use super::lesson::Question;
use crate::model::lesson_mark::LessonMark;
use crate::model::record::{Cause, Record};
use std::borrow::Borrow;
use std::ops::Range;

/// A question of a recording. All places are indexes of its records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedQuestion {
    /// Its number in the lesson, from 1.
    pub number: u32,
    /// What was asked; `None` if its lines cannot be read.
    pub question: Option<Question>,
    /// The first record that is covered while it is open.
    pub from: usize,
    /// The record that opens it.
    pub asked: usize,
    /// What was answered.
    pub answered: Option<char>,
    /// The record after which its answer is there; `None`: it was still open when the recording ended.
    pub revealed: Option<usize>,
    /// What should have brought its answer did not come and was passed over, so that nothing answers it.
    pub is_passed_over: bool,
}

impl RecordedQuestion {
    /// The records that are covered while it is asked.
    pub fn covered(&self) -> Range<usize> {
        self.from..self.revealed.unwrap_or(usize::MAX)
    }
}

/// A question that was asked, as far as it is known.
struct OpenQuestion {
    found: RecordedQuestion,
    /// Something was done since: the lines that bring its answer.
    is_answered: bool,
}

/// All questions of a recording, in order.
pub fn questions<R: Borrow<Record>>(records: &[R]) -> Vec<RecordedQuestion> {
    let mut all = Vec::new();
    let mut from = 0;
    let mut open: Option<OpenQuestion> = None;
    let mut close = |open: &mut Option<OpenQuestion>, at: usize| {
        if let Some(mut last) = open.take() {
            last.found.revealed = last.is_answered.then_some(at.max(last.found.asked));
            all.push(last.found);
        }
    };
    for (index, record) in records.iter().map(Borrow::borrow).enumerate() {
        match record.lesson_mark() {
            Some(LessonMark::Begun(_)) => {
                close(&mut open, index.saturating_sub(1));
                from = index;
            }
            Some(LessonMark::Asked(number, text)) => {
                close(&mut open, index.saturating_sub(1));
                open = Some(OpenQuestion {
                    found: RecordedQuestion {
                        number: *number,
                        question: read(text),
                        from,
                        asked: index,
                        answered: None,
                        revealed: None,
                        is_passed_over: false,
                    },
                    is_answered: false,
                });
            }
            Some(mark @ (LessonMark::Answered(..) | LessonMark::Later(_))) => {
                if let Some(open) = &mut open {
                    if let LessonMark::Answered(number, letter) = mark
                        && *number == open.found.number
                    {
                        open.found.answered = Some(*letter);
                    }
                    // Behind an answer, or behind what was done for it.
                    if *mark == LessonMark::Later(open.found.number) && open.is_answered {
                        open.found.is_passed_over = true;
                        open.found.answered = None;
                    }
                    open.is_answered = true;
                    // Unless it is said where the answer was seen, the next question covers all from here.
                    from = index;
                }
            }
            Some(LessonMark::Revealed(_)) => {
                if let Some(open) = &mut open {
                    open.is_answered = true;
                }
                close(&mut open, index.saturating_sub(1));
                from = index;
            }
            Some(LessonMark::Voted(..) | LessonMark::Reached(_) | LessonMark::Staged(_)) => {}
            // While a question is open nothing is done but what brings its answer.
            None => {
                if let (Some(open), Cause::Command(_) | Cause::Step(_)) = (&mut open, &record.cause)
                {
                    open.is_answered = true;
                }
            }
        }
    }
    close(&mut open, records.len().saturating_sub(1));
    all
}

/// The first record that is covered since the last question is still open; `None` if none is.
pub fn covered_from<R: Borrow<Record>>(records: &[R]) -> Option<usize> {
    let last = questions(records).pop()?;
    last.revealed.is_none().then_some(last.from)
}

/// A question from its lines; the words of a recording are foreign, and may be none.
fn read(text: &str) -> Option<Question> {
    Question::from_lines(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::command::Command;

    const QUESTION: &str = "ask What?\na) this\n= 1 stage connected\nb) that\nreveal So.";

    fn records(marks: &[Command]) -> Vec<Record> {
        (0..)
            .zip(marks)
            .map(|(n, command)| Record::new(n, Cause::Command(command.clone()), 0))
            .collect()
    }

    fn asked(number: u32) -> Command {
        Command::Lesson(LessonMark::Asked(number, QUESTION.to_owned()))
    }

    #[test]
    fn a_question_covers_from_the_last_reveal_until_its_own_answer() {
        let begun = Command::Lesson(LessonMark::Begun("x".to_owned()));
        let answered = Command::Lesson(LessonMark::Answered(1, 'b'));
        let seen = Command::Lesson(LessonMark::Revealed(1));
        let voted = Command::Lesson(LessonMark::Voted(2, Vec::new()));
        let all = records(&[
            begun,
            Command::TICK,
            asked(1),
            answered,
            Command::TICK,
            Command::TICK,
            seen,
            Command::TICK,
            asked(2),
            voted,
        ]);
        let found = questions(&all);
        let places: Vec<_> = found
            .iter()
            .map(|asked| (asked.from, asked.asked, asked.revealed))
            .collect();
        assert_eq!(places, [(0, 2, Some(5)), (6, 8, None)]);
        assert_eq!(covered_from(&all), Some(6));
        assert_eq!(covered_from(&all[..8]), None);
        // Its lines were begun: it is answered, though nobody was there to see it.
        assert_eq!(covered_from(&all[..5]), None);
        assert_eq!(covered_from(&all[..3]), Some(0));
        // Without the word that it was seen the next one covers more.
        let mut without = all.clone();
        without.remove(6);
        assert_eq!(covered_from(&without), Some(3));
        assert_eq!(found[0].question.as_ref().map(|q| q.choices.len()), Some(2));
    }

    #[test]
    fn words_that_are_no_question_are_covered_and_not_asked() {
        for text in [
            "",
            "ask",
            "reveal x",
            "add @open",
            &format!("{QUESTION}\nadd @open"),
        ] {
            let all = records(&[Command::Lesson(LessonMark::Asked(1, text.to_owned()))]);
            let found = questions(&all);
            assert_eq!((found.len(), covered_from(&all)), (1, Some(0)), "{text}");
            assert_eq!(found[0].question, None, "{text}");
        }
    }
}
