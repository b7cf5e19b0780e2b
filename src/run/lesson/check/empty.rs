//! The places of a draft in which nobody has written anything.

use crate::language::lesson::{Lesson, LessonPart};
use crate::run::lesson::draft::EMPTY;

/// Each text that is still a draft's own: its line, and its word. A choice, a reveal and what is said to a choice stand below their
/// question, whose line is named.
pub(super) fn texts(lesson: &Lesson) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut take = |line: usize, word: String, text: &str| {
        if text.starts_with(EMPTY) {
            found.push((line, word));
        }
    };
    let belief = lesson.belief.as_deref().unwrap_or_default();
    take(lesson.belief_line, "belief".to_owned(), belief);
    for part in &lesson.parts {
        match part {
            LessonPart::Say { line, text } => take(*line, "say".to_owned(), text),
            LessonPart::Line(_) => {}
            LessonPart::Question(question) => {
                take(question.line, "ask".to_owned(), &question.text);
                for choice in &question.choices {
                    take(question.line, format!("{})", choice.letter), &choice.text);
                }
                take(question.line, "reveal".to_owned(), &question.reveal);
            }
            LessonPart::Goal(goal) => take(goal.line, "goal".to_owned(), &goal.text),
        }
    }
    found
}
