//! How far one has come, kept in the state directory: one line a lesson, for its owner only. To delete the file is to begin anew.

use crate::app::lesson::{AnswerKept, LessonPlace, LessonRun};
use crate::language::keys::{self, Action};
use crate::run::files::{self, Overwrite};
use crate::run::saved;
use crate::trace::utc::utc;
use crate::words::course;
use std::collections::BTreeMap;

/// The file holds no more than this.
const MAX_BYTES: u64 = 256 * 1024;

/// Its name in the state directory.
const NAME: &str = "progress";

/// The mark of each lesson: `=` done, `~` begun or once wrong.
pub fn marks() -> BTreeMap<String, char> {
    let mut marks = marks_in(&text());
    for of in course::all().filter(|of| of.text.contains("\nneeds python3")) {
        if super::lacks_a_program(&of.lesson()) {
            marks.entry(of.number.to_owned()).or_insert(NOT_HERE);
        }
    }
    marks
}

/// The mark of a lesson that this machine cannot stage.
const NOT_HERE: char = '-';

/// What is kept; nothing if it is not the user's own.
fn text() -> String {
    let folder = saved::directory().filter(|folder| saved::not_ours(folder).is_none());
    let text = folder
        .map(|folder| folder.join(NAME))
        .map(|path| files::own_text(&path, MAX_BYTES));
    text.and_then(Result::ok).flatten().unwrap_or_default()
}

fn marks_in(text: &str) -> BTreeMap<String, char> {
    let mark = |line: &str| {
        let mut words = line.split_whitespace();
        let number = words.next().filter(|number| number.len() == 2)?;
        let mark = match words.next_back()? {
            "done" => '=',
            "begun" => '~',
            _ => return None,
        };
        Some((number.to_owned(), mark))
    };
    text.lines().filter_map(mark).collect()
}

/// The day of a moment, as `2026-11-25`.
fn day(now: u64) -> String {
    let mut date = utc(now);
    date.truncate(10);
    date
}

/// The line of a lesson, and its mark.
fn line(run: &LessonRun, now: u64) -> String {
    let count = |is: fn(&crate::app::lesson::AnswerKept) -> bool| {
        run.answers.iter().filter(|kept| is(kept)).count()
    };
    let reached = run.reached.iter().filter(|reached| **reached).count();
    let whole = count(|kept| kept.right) == run.answers.len() && reached == run.reached.len();
    let place = run.place().filter(|_| !whole);
    let place = place.map_or_else(String::new, |place| format!("{} ", at(&place)));
    format!(
        "{} {} questions {} first-right {} goals {reached} {place}{}",
        run.name,
        day(now),
        count(|kept| kept.answered),
        count(|kept| kept.first_right),
        if whole { "done" } else { "begun" }
    )
}

/// Where a lesson was left, as `at 5/=-~.`: the part that comes next, and how each question went.
fn at(place: &LessonPlace) -> String {
    let sign = |kept: &AnswerKept| match (kept.answered, kept.right, kept.first_right) {
        (true, true, true) => '=',
        (true, true, false) => '-',
        (true, false, _) => '~',
        (false, _, _) => '.',
    };
    let answers: String = place.answers.iter().map(sign).collect();
    format!("at {}/{answers}", place.part)
}

/// Where this lesson of the course was left when the program ended; `None` if it was not begun, or was gone through.
pub fn place(number: &str) -> Option<LessonPlace> {
    place_in(&text(), number)
}

fn place_in(text: &str, number: &str) -> Option<LessonPlace> {
    let words =
        |line: &str| -> Vec<String> { line.split_whitespace().map(str::to_owned).collect() };
    let line = text
        .lines()
        .map(words)
        .find(|words| words.first().is_some_and(|name| name == number))?;
    let behind = |word: &str| {
        let at = line.iter().position(|found| found == word)?;
        line.get(at + 1)
    };
    let (part, answers) = behind("at")?.split_once('/')?;
    let kept = |sign: char| AnswerKept {
        answered: sign != '.',
        right: matches!(sign, '=' | '-'),
        first_right: sign == '=',
        letter: None,
    };
    Some(LessonPlace {
        part: part.parse().ok()?,
        answers: answers.chars().map(kept).collect(),
        goals: behind("goals")
            .and_then(|goals| goals.parse().ok())
            .unwrap_or(0),
    })
}

/// What is said of a lesson that begins at its start and was left behind it when the program ended last.
pub fn offer(number: &str) -> String {
    format!(
        "You left this lesson before its end: :lesson {number} on goes on there. {} begins it.",
        keys::label(Action::Tick)
    )
}

/// Keeps how far a lesson of the course came. A lesson that was done stays so.
///
/// # Errors
/// In words, with the path.
pub fn keep(run: &LessonRun, now: u64) -> Result<(), String> {
    if !run.is_ours {
        return Ok(());
    }
    let new = line(run, now);
    change(|lines| {
        let of = |line: &&mut String| line.split_whitespace().next() == Some(&run.name);
        match lines.iter_mut().find(of) {
            Some(line) if line.ends_with(" done") && new.ends_with(" begun") => {}
            Some(line) => *line = new,
            None => lines.push(new),
        }
    })
}

/// What the guide has recognised in earlier sessions: each topic's number, with the day.
pub fn seen() -> BTreeMap<String, String> {
    seen_in(&text())
}

fn seen_in(text: &str) -> BTreeMap<String, String> {
    let seen = |line: &str| {
        let words: Vec<&str> = line.split(' ').collect();
        let ["seen", number, day] = words.as_slice() else {
            return None;
        };
        let is_day = day.len() == 10 && day.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'-'));
        let is_one = number.len() == 2 && number.bytes().all(|byte| byte.is_ascii_digit());
        (is_day && is_one).then(|| ((*number).to_owned(), (*day).to_owned()))
    };
    text.lines().filter_map(seen).collect()
}

/// Keeps that the guide has recognised these topics; the first day stays.
///
/// # Errors
/// In words, with the path.
pub fn keep_seen(numbers: &[&str], now: u64) -> Result<(), String> {
    change(|lines| {
        for number in numbers {
            let head = format!("seen {number} ");
            if !lines.iter().any(|line| line.starts_with(&head)) {
                lines.push(format!("{head}{}", day(now)));
            }
        }
    })
}

/// Changes the file: whoever else writes it waits, and nobody ever sees half of it.
fn change(with: impl FnOnce(&mut Vec<String>)) -> Result<(), String> {
    let folder = saved::own_directory()?;
    let path = folder.join(NAME);
    let _alone = files::alone_in(&folder);
    let with_path = |why: String| format!("{}: {why}", path.display());
    let old = files::own_text(&path, MAX_BYTES).map_err(with_path)?;
    let mut lines: Vec<String> = old.unwrap_or_default().lines().map(str::to_owned).collect();
    with(&mut lines);
    let text = lines.join("\n") + "\n";
    files::write_whole(&path, Overwrite::Force, text.as_bytes()).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_damaged_line_of_the_progress_is_passed_over() {
        let text = "01 2026-11-25 questions 2 first-right 1 goals 1 done\n\nnonsense\n03 2026-11-25 begun\n\u{1b}[2J\n";
        let marks = marks_in(text);
        let marks: Vec<(&str, char)> = marks
            .iter()
            .map(|(number, mark)| (&**number, *mark))
            .collect();
        assert_eq!(marks, [("01", '='), ("03", '~')]);
        let text = "seen 07 2026-11-25\nseen 7 2026-11-25\nseen 08 \u{1b}[2J\nseen 09\nseen 10 x 2026-11-25\n";
        let seen: Vec<(String, String)> = seen_in(text).into_iter().collect();
        assert_eq!(seen, [("07".to_owned(), "2026-11-25".to_owned())]);
        assert!(marks_in(text).is_empty());
    }

    #[test]
    fn a_place_reads_back_as_it_was_written_and_a_damaged_one_is_none() {
        let kept = |answered, right, first_right| AnswerKept {
            answered,
            right,
            first_right,
            letter: None,
        };
        let left = LessonPlace {
            part: 5,
            answers: vec![
                kept(true, true, true),
                kept(true, true, false),
                kept(true, false, false),
                kept(false, false, false),
            ],
            goals: 1,
        };
        let line = format!(
            "01 2026-11-25 questions 3 first-right 1 goals 1 {} begun\n",
            at(&left)
        );
        assert_eq!(place_in(&line, "01"), Some(left));
        assert_eq!(marks_in(&line).get("01"), Some(&'~'));
        for line in [
            "01 2026-11-25 questions 2 goals 1 begun",
            "01 at",
            "01 at x/ begun",
            "01 at 5 begun",
            "02 at 5/ begun",
            "",
        ] {
            assert_eq!(place_in(line, "01"), None, "{line}");
        }
    }
}
