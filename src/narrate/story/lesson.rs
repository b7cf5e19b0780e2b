//! What a lesson wrote down, in a sentence.

use crate::model::clean;
use crate::model::lesson_mark::LessonMark;

/// What a lesson wrote down.
pub(super) fn mark(mark: &LessonMark) -> String {
    match mark {
        LessonMark::Begun(name) => format!("Lesson {} begins.", clean::text(name)),
        LessonMark::Asked(number, text) => {
            let first = text.lines().next().unwrap_or_default();
            let question = first.strip_prefix("ask ").unwrap_or(first);
            format!("Question {number}: {}", clean::text(question))
        }
        LessonMark::Answered(number, letter) => {
            format!("The answer to question {number} was {letter}.")
        }
        LessonMark::Later(number) => format!("Question {number} was passed over."),
        LessonMark::Voted(number, counts) if counts.is_empty() => {
            format!("A class voted on question {number}.")
        }
        LessonMark::Voted(number, counts) => {
            let votes: Vec<String> = ('a'..)
                .zip(counts)
                .map(|(letter, count)| format!("{letter} {count}"))
                .collect();
            format!("Votes on question {number}: {}.", votes.join(", "))
        }
        LessonMark::Revealed(number) => {
            format!("The kernel's answer to question {number} was seen.")
        }
        LessonMark::Reached(number) => format!("Goal {number} was reached."),
    }
}
