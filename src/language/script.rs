//! Scripts: commands, one a line, with claims about what is so now or within a time. The same words as the prompt's.

use super::claim::{self, BadClaim, Claim, FORMS, OTHER_FORMS};
use crate::language::command;
use crate::language::command::{CommandError, parse_duration};
use crate::model::clean;
use crate::model::command::Command;
use crate::model::ids::Row;
use crate::model::socket::Stage;
use std::time::Duration;
use thiserror::Error;

/// A script has at most so many lines.
const MOST_LINES: usize = 100_000;
/// `tick N` makes at most so many.
const MOST_TICKS: u64 = 100_000;

/// One line that does something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Statement {
    /// A command.
    Command(Command),
    /// So many ticks of all sockets.
    Ticks(u64),
    /// How long a tick's poll waits from now on.
    PollTimeout(Duration),
    /// It must be so now.
    Expect(Claim),
    /// It must become so within this time.
    Await {
        /// What.
        claim: Claim,
        /// The longest wait.
        within: Duration,
        /// Only look meanwhile; else waiting ticks are made.
        by_looking: bool,
    },
}

/// A statement and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// From 1.
    pub number: usize,
    /// As written, cleaned.
    pub text: String,
    /// What it says.
    pub statement: Statement,
}

/// Why a line is no statement.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum StatementError {
    /// As a command.
    #[error("{0}")]
    Command(#[from] CommandError),
    /// As a claim, with a wrong word.
    #[error("'{word}' cannot stand there. Write it so: expect {form}")]
    Claim {
        /// Cleaned.
        word: String,
        /// The right form.
        form: &'static str,
    },
    /// As a claim, with nothing where something must stand.
    #[error("something is missing. Write it so: expect {0}")]
    Missing(&'static str),
    /// Another statement of wrong form.
    #[error("'{word}' cannot stand there. Write it so: {form}")]
    Wrong {
        /// Cleaned.
        word: String,
        /// The right form.
        form: &'static str,
    },
}

impl From<BadClaim> for StatementError {
    fn from(bad: BadClaim) -> StatementError {
        if bad.word.is_empty() {
            StatementError::Missing(bad.form)
        } else {
            StatementError::Claim {
                word: bad.word,
                form: bad.form,
            }
        }
    }
}

/// Why a script cannot be run.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ScriptError {
    /// One line is wrong.
    #[error("line {line}: {error}")]
    Line {
        /// From 1.
        line: usize,
        /// What is wrong.
        error: StatementError,
    },
    /// Too many lines.
    #[error("the script has more than {MOST_LINES} lines")]
    TooLong,
}

const AWAIT: &str = "await CLAIM within DURATION, perhaps with 'by looking' behind, such as: await 1 stage connected within 2s, or: await wire held 1 within 2s";
const TIMEOUT: &str = "timeout DURATION, such as: timeout 500ms";
const TICKS: &str = "tick COUNT, at most 100000, such as: tick 7";

/// Reads a whole script. Empty lines and what follows a `#` at a line's beginning are left out.
///
/// # Errors
/// Names the first wrong line and its word.
pub fn parse(text: &str) -> Result<Vec<Line>, ScriptError> {
    let mut lines = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if index >= MOST_LINES {
            return Err(ScriptError::TooLong);
        }
        let trimmed = line.trim_start();
        if trimmed.trim().is_empty() || trimmed.starts_with('#') {
            continue;
        }
        let statement = statement(trimmed).map_err(|error| ScriptError::Line {
            line: index + 1,
            error,
        })?;
        lines.push(Line {
            number: index + 1,
            text: clean::text(trimmed.trim_end()),
            statement,
        });
    }
    Ok(lines)
}

/// Reads one line.
///
/// # Errors
/// Names the wrong word and the right form.
pub fn statement(line: &str) -> Result<Statement, StatementError> {
    let line = line.trim_start();
    let (first, rest) = line
        .split_once(char::is_whitespace)
        .unwrap_or((line.trim_end(), ""));
    let wrong = |word: &str, form| StatementError::Wrong {
        word: clean::text(word.trim()),
        form,
    };
    match first {
        "expect" => Ok(Statement::Expect(Claim::parse(rest)?)),
        "await" => await_claim(rest),
        "timeout" => parse_duration(rest.trim())
            .map(Statement::PollTimeout)
            .map_err(|_| wrong(rest, TIMEOUT)),
        "tick" if rest.trim().starts_with(|c: char| c.is_ascii_digit()) => rest
            .trim()
            .parse()
            .ok()
            .filter(|count| (1..=MOST_TICKS).contains(count))
            .map(Statement::Ticks)
            .ok_or_else(|| wrong(rest, TICKS)),
        _ => Ok(Statement::Command(Command::parse(line)?)),
    }
}

fn await_claim(rest: &str) -> Result<Statement, StatementError> {
    let wrong = |word: &str| StatementError::Wrong {
        word: clean::text(word.trim()),
        form: AWAIT,
    };
    let (claim, time) = rest.rsplit_once(" within ").ok_or_else(|| wrong(rest))?;
    let (duration, by_looking) = match time.trim().split_once(char::is_whitespace) {
        None => (time.trim(), false),
        Some((duration, how)) if how.trim() == "by looking" => (duration, true),
        Some((_, how)) => return Err(wrong(how)),
    };
    Ok(Statement::Await {
        claim: Claim::parse(claim)?,
        within: parse_duration(duration).map_err(|_| wrong(duration))?,
        by_looking,
    })
}

/// What the last word of a line that is being typed could become; see [`command::complete`].
pub fn complete(line: &str, rows: &[Row], targets: &[String]) -> Vec<String> {
    let ends = line.ends_with(char::is_whitespace);
    let words: Vec<&str> = line.split_whitespace().collect();
    let (typed, done) = match words.split_last() {
        Some((last, done)) if !ends => (*last, done),
        _ => ("", words.as_slice()),
    };
    let own = |words: &[&str]| -> Vec<String> {
        let fits = |word: &&&str| word.starts_with(typed) && **word != typed;
        words
            .iter()
            .filter(fits)
            .map(|word| (*word).to_owned())
            .collect()
    };
    match done {
        [] => {
            let mut all = command::complete(line, rows, targets);
            all.extend(own(&["expect", "await", "timeout", "explain", "cost"]));
            all
        }
        ["expect" | "await"] | ["expect" | "await", "not"] => {
            let numbers: Vec<String> = rows.iter().map(Row::to_string).collect();
            let mut words: Vec<&str> = numbers.iter().map(String::as_str).collect();
            words.extend(OTHER_FORMS.iter().map(|(word, _)| *word));
            own(&words)
        }
        ["expect" | "await", "wire"] => own(&["held", "packets", "rule"]),
        ["expect" | "await", "wire", number] if number.parse::<u32>().is_ok() => {
            own(claim::wire::WORDS)
        }
        ["expect" | "await", "new"] => own(&["readable", "writable", "error"]),
        ["expect" | "await", .., "stage"] => own(&Stage::NAMED.map(Stage::word)),
        ["expect" | "await", number] | ["expect" | "await", "not", number]
            if number.parse::<u32>().is_ok() =>
        {
            own(&FORMS.iter().map(|(word, _)| *word).collect::<Vec<_>>())
        }
        _ => command::complete(line, rows, targets),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_is_read_line_by_line() {
        let script = "# a comment\n\nadd @open\ntick 7\nexpect 1 stage connected\n  await 1 poll IN|OUT within 2s\n\
                      await 1 kernel ESTABLISHED within 500ms by looking\ntimeout 20ms\n";
        let lines = parse(script).expect("a script");
        let numbers: Vec<usize> = lines.iter().map(|line| line.number).collect();
        assert_eq!(numbers, [3, 4, 5, 6, 7, 8]);
        assert_eq!(lines[1].statement, Statement::Ticks(7));
        assert!(matches!(
            lines[4].statement,
            Statement::Await {
                by_looking: true,
                ..
            }
        ));
    }

    #[test]
    fn a_wrong_line_is_named_with_its_word() {
        let cases = [
            (
                "tick\nexpect 1 stage conected",
                "line 2: 'conected' cannot stand there",
            ),
            (
                "await 1 stage connected",
                "line 1: '1 stage connected' cannot stand there",
            ),
            (
                "await 1 stage connected within soon",
                "line 1: 'soon' cannot stand there",
            ),
            (
                "await 1 stage connected within 2s by waiting",
                "'by waiting' cannot stand there",
            ),
            (
                "timeout",
                "line 1: '' cannot stand there. Write it so: timeout",
            ),
            (
                "tick 0",
                "line 1: '0' cannot stand there. Write it so: tick COUNT",
            ),
            ("jump", "line 1: 'jump' is not a command"),
            ("expect", "line 1: something is missing"),
        ];
        for (script, part) in cases {
            let error = parse(script).map(|_| ()).expect_err(script).to_string();
            assert!(error.contains(part), "{script:?} gave: {error}");
        }
    }

    #[test]
    fn claims_are_completed() {
        let rows = [Row(1), Row(2)];
        let cases: [(&str, &[&str]); 5] = [
            ("expe", &["expect"]),
            ("expect 1 st", &["stage", "stuck"]),
            ("expect 1 stage wr", &["writable"]),
            ("expect new re", &["readable"]),
            ("expect 1", &[]),
        ];
        for (line, expected) in cases {
            assert_eq!(complete(line, &rows, &[]), expected, "{line:?}");
        }
    }
}
