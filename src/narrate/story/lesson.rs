//! What a lesson wrote down, in a sentence.

use crate::language::keys;
use crate::model::clean;
use crate::model::lesson_mark::LessonMark;
use crate::words::prose::{self, Told};

/// What a lesson wrote down.
pub(super) fn mark(mark: &LessonMark) -> Told {
    let say = |prose: &'static prose::Prose, number: &u32, value: &str| {
        prose.told(
            &[],
            &[("{number}", &number.to_string()), ("{value}", value)],
        )
    };
    match mark {
        LessonMark::Begun(name) => say(prose::text("lesson begun"), &0, &clean::text(name)),
        LessonMark::Asked(number, text) => {
            let first = text.lines().next().unwrap_or_default();
            let question = first.strip_prefix("ask ").unwrap_or(first);
            say(
                prose::text("lesson asked"),
                number,
                &keys::in_prose(&clean::text(question)),
            )
        }
        LessonMark::Answered(number, letter) => {
            say(prose::text("lesson answered"), number, &letter.to_string())
        }
        LessonMark::Later(number) => say(prose::text("lesson later"), number, ""),
        LessonMark::Voted(number, counts) if counts.is_empty() => {
            say(prose::text("lesson voted uncounted"), number, "")
        }
        LessonMark::Voted(number, counts) => {
            let votes: Vec<String> = ('a'..)
                .zip(counts)
                .map(|(letter, count)| format!("{letter} {count}"))
                .collect();
            say(prose::text("lesson voted"), number, &votes.join(", "))
        }
        LessonMark::Revealed(number) => say(prose::text("lesson revealed"), number, ""),
        LessonMark::Reached(number) => say(prose::text("lesson reached"), number, ""),
        LessonMark::Staged(_) => say(prose::text("lesson staged"), &0, ""),
    }
}
