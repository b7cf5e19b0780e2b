//! Scripts: one line for each thing to do or to expect. The same words as the prompt's.

use super::line::{self, BadLine};
use super::request::{Frontend, Request};
use crate::model::clean;
use thiserror::Error;

/// A script has at most so many lines.
const MAX_LINES: usize = 100_000;

/// What one line asks for, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptLine {
    /// From 1.
    pub number: usize,
    /// As written, cleaned.
    pub text: String,
    /// What it asks for.
    pub request: Request,
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
        error: BadLine,
    },
    /// Too many lines.
    #[error("the script has more than {MAX_LINES} lines")]
    TooLong,
}

/// Reads a whole script. Empty lines and comments are left out: what follows a `#` that begins a word, unless it is data or a note.
///
/// # Errors
/// Names the first wrong line and its word.
pub fn parse(text: &str) -> Result<Vec<ScriptLine>, ScriptError> {
    let mut lines = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if index >= MAX_LINES {
            return Err(ScriptError::TooLong);
        }
        let trimmed = line.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        if trimmed.trim().is_empty() || trimmed.starts_with('#') {
            continue;
        }
        let request =
            line::parse(trimmed, Frontend::Script).map_err(|error| ScriptError::Line {
                line: index + 1,
                error,
            })?;
        lines.push(ScriptLine {
            number: index + 1,
            text: clean::text(trimmed.trim_end()),
            request,
        });
    }
    Ok(lines)
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
        assert_eq!(lines[1].request, Request::Ticks(7));
        assert!(matches!(
            lines[4].request,
            Request::Await {
                by_looking: true,
                ..
            }
        ));
    }

    #[test]
    fn what_editors_leave_in_a_file_is_no_part_of_a_script() {
        let script = "\u{feff}add @open   # the first\r\n\t# alone\r\ntick\t7\t# until it is connected\r\n\
                      expect 1 stage connected # by getpeername()\r\nsend 1 # is data\r\nnote # is kept\r\n\
                      await\tnot\t1 stage  pending\twithin\t2s\tby\tlooking\t# two\r\nexpect 1 says recv end\t# a key\r\n\
                      expect 1 stuck connect # or not\r\nexpect 1 bytes # is data\r\n";
        let clean = "add @open\ntick 7\nexpect 1 stage connected\nsend 1 # is data\nnote # is kept\n\
                     await not 1 stage pending within 2s by looking\nexpect 1 says recv end\n\
                     expect 1 stuck connect\nexpect 1 bytes # is data\n";
        let requests = |text| -> Vec<Request> {
            let lines = parse(text).expect("a script");
            lines.into_iter().map(|line| line.request).collect()
        };
        assert_eq!(requests(script), requests(clean));
        let error = parse("add localhost # the first")
            .map(|_| ())
            .expect_err("no port");
        assert!(error.to_string().contains("has no port"), "{error}");
        let error = parse("tick 0 # none").map(|_| ()).expect_err("no tick");
        assert!(
            error.to_string().contains("'0' cannot stand there"),
            "{error}"
        );
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
                "line 1: something is missing. Write it so: await WHAT within",
            ),
            (
                "await 1 stage conected",
                "line 1: 'conected' cannot stand there",
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
                "line 1: something is missing. Write it so: timeout DURATION",
            ),
            (
                "tick 0",
                "line 1: '0' cannot stand there. Write it so: tick, tick wait,",
            ),
            ("tick\n\nback", "line 3: a script only goes forward"),
            ("jump", "line 1: 'jump' is not a command"),
            ("expect", "line 1: something is missing"),
        ];
        for (script, part) in cases {
            let error = parse(script).map(|_| ()).expect_err(script).to_string();
            assert!(error.contains(part), "{script:?} gave: {error}");
        }
    }
}
