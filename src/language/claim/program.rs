//! What can be claimed of a watched program as a whole: `says /connected/`, `exit 0`, `exit not 0`, `ends within 5s`, `stuck`.

use super::ExpectedResult;
use crate::language::duration::{parse_duration, write_duration};
use crate::model::clean;
use crate::model::errno::Errno;
use crate::model::task::{TaskEnd, claimed_call};
use crate::model::world::World;
use std::time::Duration;

/// A claim about a watched program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProgramClaim {
    /// It has said this, in upper or lower case.
    Said(String),
    /// It ended by itself with this code; or, turned round, with another or by a signal.
    Exit {
        /// It is another end that is claimed.
        not: bool,
        /// The code.
        code: i32,
    },
    /// It ended by itself within so long.
    EndsWithin(Duration),
    /// It is stuck: nothing of it goes on by itself.
    Stuck,
    /// Its last call of this name that has returned, whatever socket it was about.
    Called(&'static str, ExpectedResult),
    /// It has made so many calls of this name.
    Made(&'static str, u32),
    /// Its calls of this name have handed so many descriptors to the kernel.
    Handed(&'static str, u32),
    /// So many threads of it are there.
    Threads(usize),
}

/// A text between slashes.
pub fn between_slashes(text: &str) -> Option<&str> {
    let inside = text.strip_prefix('/')?.strip_suffix('/')?;
    (!inside.is_empty()).then_some(inside)
}

impl ProgramClaim {
    /// Reads a claim from its first word and what follows it.
    pub(super) fn read(first: &str, rest: &str) -> Option<ProgramClaim> {
        Some(match first {
            "says" => ProgramClaim::Said(between_slashes(rest)?.to_lowercase()),
            "exit" => {
                let (not, code) = match rest.strip_prefix("not ") {
                    Some(code) => (true, code.trim()),
                    None => (false, rest),
                };
                let code = code.parse().ok().filter(|code| (0..=255).contains(code))?;
                ProgramClaim::Exit { not, code }
            }
            "ends" => {
                let time = rest.strip_prefix("within ")?.trim();
                ProgramClaim::EndsWithin(parse_duration(time).ok()?)
            }
            "stuck" if rest.is_empty() => ProgramClaim::Stuck,
            "call" => {
                let (name, result) = rest.split_once(' ')?;
                let result = ExpectedResult::read(result.trim())?;
                ProgramClaim::Called(claimed_call(name)?, result)
            }
            "made" | "handed" => {
                let (name, count) = rest.split_once(' ')?;
                let (name, count) = (claimed_call(name)?, count.trim().parse().ok()?);
                match first {
                    "made" => ProgramClaim::Made(name, count),
                    _ => ProgramClaim::Handed(name, count),
                }
            }
            "threads" => ProgramClaim::Threads(rest.parse().ok()?),
            _ => return None,
        })
    }

    /// Whether it is so, and what is so.
    pub(super) fn look(&self, world: &World) -> (bool, String) {
        match self {
            ProgramClaim::Said(text) => {
                let said = world.program_said();
                let shown = match said.trim().is_empty() {
                    true => "not so: it has said nothing".to_owned(),
                    false => clean::excerpt(said.trim_end().as_bytes(), 60),
                };
                (said.to_lowercase().contains(text), shown)
            }
            ProgramClaim::Exit { not, code } => {
                let end = world.program_ended_itself();
                let is = end.is_some_and(|end| (end == TaskEnd::Exit(*code)) != *not);
                (is, ended(world))
            }
            ProgramClaim::EndsWithin(time) => {
                let most = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
                let at_us = world.program_ended_us();
                let after = at_us.map(Duration::from_micros).map(write_duration);
                let text =
                    after.map_or_else(|| ended(world), |after| format!("over after {after}"));
                (at_us.is_some_and(|at_us| at_us <= most), text)
            }
            ProgramClaim::Stuck => (world.program_is_stuck().is_some(), ended(world)),
            ProgramClaim::Called(name, wanted) => {
                let last = world.program_calls(name).and_then(|calls| calls.last);
                let shown = match last {
                    None => format!("not so: no {name}() of its has returned"),
                    Some((_, Some(errno))) => format!("-1 {}", errno.name()),
                    Some((ret, None)) => ret.to_string(),
                };
                (
                    last.is_some_and(|(ret, errno)| is_so(wanted, ret, errno)),
                    shown,
                )
            }
            ProgramClaim::Made(name, count) => {
                let made = world.program_calls(name).map_or(0, |calls| calls.made);
                (made == *count, made.to_string())
            }
            ProgramClaim::Handed(name, count) => {
                let handed = world.program_calls(name).map_or(0, |calls| calls.handed);
                (handed == *count, handed.to_string())
            }
            ProgramClaim::Threads(count) => {
                let threads = world.program_threads();
                (threads == *count, threads.to_string())
            }
        }
    }
}

/// Whether a call came back so.
fn is_so(wanted: &ExpectedResult, ret: i64, errno: Option<Errno>) -> bool {
    match (wanted, errno) {
        (ExpectedResult::Errno(wanted), Some(errno)) => *wanted == errno,
        (ExpectedResult::Ret(wanted), None) => *wanted == ret,
        (ExpectedResult::Success, None) => true,
        _ => false,
    }
}

/// How it ended, as far as it has.
fn ended(world: &World) -> String {
    match world.program_end() {
        Some(TaskEnd::Exit(code)) => format!("exit {code}"),
        Some(TaskEnd::Signal(9)) => "not so: it was ended from outside".to_owned(),
        Some(TaskEnd::Signal(number)) => format!("ended by signal {number}"),
        None if world.is_watched() => "not so: it has not ended".to_owned(),
        None => "not so: no program is watched".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_claimed_of_a_program_is_read_or_is_none() {
        for (first, rest) in [
            ("says", "/connected/"),
            ("says", "/a b/c/"),
            ("exit", "0"),
            ("exit", "not 0"),
            ("ends", "within 5s"),
            ("stuck", ""),
        ] {
            assert!(ProgramClaim::read(first, rest).is_some(), "{first} {rest}");
        }
        for (first, rest) in [
            ("says", "//"),
            ("says", "/open"),
            ("exit", ""),
            ("exit", "256"),
            ("exit", "-1"),
            ("ends", "5s"),
            ("ends", "within soon"),
            ("stuck", "connect"),
        ] {
            assert!(ProgramClaim::read(first, rest).is_none(), "{first} {rest}");
        }
    }

    #[test]
    fn of_a_session_without_a_program_nothing_is_so() {
        for (first, rest) in [("says", "/x/"), ("exit", "not 0"), ("stuck", "")] {
            let claim = ProgramClaim::read(first, rest).expect("a claim");
            assert!(!claim.look(&World::default()).0, "{first} {rest}");
        }
    }
}
