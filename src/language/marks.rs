//! A lesson's marks as the words of a record's cause.

use crate::model::lesson_mark::{LessonMark, MAX_VOTES};

/// Reads the words of a mark; `None` if they are no mark's.
pub(super) fn parse(words: &str) -> Option<LessonMark> {
    let (word, rest) = words.split_once(' ')?;
    let numbered = || {
        let (number, rest) = rest.split_once(' ').unwrap_or((rest, ""));
        let number: u32 = number.parse().ok().filter(|number| *number > 0)?;
        Some((number, rest))
    };
    Some(match word {
        "lesson" => LessonMark::Begun(rest.to_owned()),
        "asked" => {
            let (number, text) = numbered()?;
            LessonMark::Asked(number, text.to_owned())
        }
        "answer" => {
            let (number, letter) = numbered()?;
            let mut letters = letter.chars();
            let letter = letters
                .next()
                .filter(|letter| matches!(letter, 'a'..='d'))?;
            letters.next().is_none().then_some(())?;
            LessonMark::Answered(number, letter)
        }
        "later" => match numbered()? {
            (number, "") => LessonMark::Later(number),
            _ => return None,
        },
        "revealed" => match numbered()? {
            (number, "") => LessonMark::Revealed(number),
            _ => return None,
        },
        "reached" => match numbered()? {
            (number, "") => LessonMark::Reached(number),
            _ => return None,
        },
        "staged" => match rest.parse() {
            Ok(part) => LessonMark::Staged(part),
            Err(_) => return None,
        },
        "vote" => {
            let (number, counts) = numbered()?;
            let counts: Option<Vec<u32>> = counts
                .split_whitespace()
                .map(|count| count.parse().ok())
                .collect();
            LessonMark::Voted(number, counts.filter(|all| all.len() <= MAX_VOTES)?)
        }
        _ => return None,
    })
}

impl std::fmt::Display for LessonMark {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            LessonMark::Begun(name) => write!(f, "lesson {name}"),
            LessonMark::Asked(number, text) => write!(f, "asked {number} {text}"),
            LessonMark::Answered(number, letter) => write!(f, "answer {number} {letter}"),
            LessonMark::Later(number) => write!(f, "later {number}"),
            LessonMark::Revealed(number) => write!(f, "revealed {number}"),
            LessonMark::Reached(number) => write!(f, "reached {number}"),
            LessonMark::Staged(part) => write!(f, "staged {part}"),
            LessonMark::Voted(number, counts) => {
                write!(f, "vote {number}")?;
                counts.iter().try_for_each(|count| write!(f, " {count}"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mark_reads_back_as_it_was_written() {
        let marks = [
            LessonMark::Begun("01 What does writable promise?".to_owned()),
            LessonMark::Asked(1, "ask What now?\na) this\n= 1 stage connected".to_owned()),
            LessonMark::Answered(2, 'b'),
            LessonMark::Later(1),
            LessonMark::Voted(1, vec![12, 91, 40, 7]),
            LessonMark::Voted(1, Vec::new()),
            LessonMark::Revealed(1),
            LessonMark::Reached(1),
            LessonMark::Staged(0),
        ];
        for mark in marks {
            assert_eq!(parse(&mark.to_string()), Some(mark.clone()), "{mark}");
        }
        for wrong in [
            "answer 1 e",
            "answer 0 a",
            "answer 1 ab",
            "later",
            "later 1 x",
            "vote 1 1 2 3 4 5",
            "tick",
            "staged x",
        ] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
