//! What can be typed while a program is watched, and where the peer's address stands in its arguments.

use super::lab::ServedLab;
use crate::language;
use crate::language::claim::Claim;
use crate::language::duration::parse_duration;
use crate::language::request::{Frontend, Request};
use crate::model::addr::Addr;
use crate::model::clean;
use crate::model::command::Command;
use crate::model::task::Task;
use anyhow::bail;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::time::Duration;

/// What a line asks for.
#[derive(Debug)]
pub(super) enum WatchWord {
    /// An empty line that is a comment.
    Nothing,
    /// So many calls are let go, each of the thread that waits longest.
    Step(u32),
    /// The call of this thread is let go.
    StepThread(Task),
    /// All calls are let go until the end.
    Auto,
    /// A line is typed at the program's terminal.
    Type(String),
    /// Control-C is typed there.
    Int,
    /// The program is ended.
    Kill,
    /// The call in which a thread waits ends with EINTR.
    Interrupt(Option<Task>),
    /// The sockets are looked at.
    Look,
    /// Something is done at the peer of the lab.
    AtThePeer(Command),
    /// The program goes on so long.
    Wait(Duration),
    /// It must be so.
    Expect(Claim),
    /// All words.
    Help,
    /// The end.
    Quit,
}

/// All words.
pub(super) const HELP: &str = "\
Enter or step: lets the call go that is held longest; step 5: five of them; step thread 2: the call of thread 2, or of thread 2 of process 3 by 3.2
auto: lets all calls go until the program ends
type TEXT: types a line at the program's terminal; int: types Control-C there; kill: ends the program
interrupt: ends the call that waits, as a signal would; interrupt thread 2: that of thread 2
accept 1: lets the lab's peer of 1 accept, accept 1 reset: and reset; hand 1 on: it waits for that word; queue 1 full, queue 1 free, listen 1 2: its queue
look: looks at the sockets; wait 2s: lets the program go on so long; expect CLAIM: such as expect 1 stage connected
quit: the end, and the program's";

/// So many steps are made by one line.
const MAX_STEPS: u32 = 100_000;

impl WatchWord {
    /// Reads a line.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn parse(line: &str) -> Result<WatchWord, String> {
        let line = line.trim();
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        let rest = rest.trim();
        let thread = |rest: &str| {
            let number = rest.strip_prefix("thread ").map(str::trim);
            number.and_then(task)
        };
        let wrong = || {
            format!(
                "'{}' is not understood here. help says the words",
                clean::text(line)
            )
        };
        Ok(match (word, rest) {
            ("" | "step", "") => WatchWord::Step(1),
            ("step", rest) => match (rest.parse(), thread(rest)) {
                (Ok(count @ 1..=MAX_STEPS), _) => WatchWord::Step(count),
                (_, Some(task)) => WatchWord::StepThread(task),
                _ => return Err(wrong()),
            },
            ("auto", "") => WatchWord::Auto,
            ("type", rest) => WatchWord::Type(rest.to_owned()),
            ("int", "") => WatchWord::Int,
            ("kill", "") => WatchWord::Kill,
            ("interrupt", "") => WatchWord::Interrupt(None),
            ("interrupt", rest) => WatchWord::Interrupt(Some(thread(rest).ok_or_else(wrong)?)),
            ("look", "") => WatchWord::Look,
            ("wait", time) => WatchWord::Wait(parse_duration(time)?),
            ("expect", claim) => WatchWord::Expect(Claim::parse(claim).map_err(|_| wrong())?),
            ("help", _) => WatchWord::Help,
            ("quit", "") => WatchWord::Quit,
            ("accept" | "listen" | "hand" | "queue", _) => {
                match language::parse(line, Frontend::Plain) {
                    Ok(Request::Act(command)) if command.at_peer_of().is_some() => {
                        WatchWord::AtThePeer(command)
                    }
                    Ok(_) => return Err(wrong()),
                    Err(why) => return Err(why.to_string()),
                }
            }
            (comment, _) if comment.starts_with('#') => WatchWord::Nothing,
            _ => return Err(wrong()),
        })
    }
}

/// `2` is thread 2 of the first process, `3.2` that of the third.
fn task(text: &str) -> Option<Task> {
    if let Some(task) = Task::parse(text) {
        return Some(task);
    }
    let thread = text.parse().ok().filter(|thread| *thread > 0)?;
    Some(Task { process: 1, thread })
}

/// The arguments with the peer's address in the places of `{host}` and `{port}`.
///
/// # Errors
/// If there is a place and no peer, or the peer has no port.
pub(super) fn argv(given: &[OsString], lab: Option<&ServedLab>) -> anyhow::Result<Vec<OsString>> {
    let has_place = given
        .iter()
        .any(|arg| contains(arg, "{host}") || contains(arg, "{port}"));
    if !has_place {
        return Ok(given.to_vec());
    }
    let Some(lab) = lab else {
        bail!("{{host}} and {{port}} are those of a peer of the lab. Say which: --lab @open");
    };
    let ends: Vec<(String, u16)> = lab.addrs().iter().filter_map(end).collect();
    let Some((host, port)) = ends.first() else {
        bail!("this peer has no host and no port");
    };
    let put = |arg: &OsString| {
        let arg = replaced(arg.as_bytes(), b"{host}", host.as_bytes());
        OsString::from_vec(replaced(&arg, b"{port}", port.to_string().as_bytes()))
    };
    Ok(given.iter().map(put).collect())
}

fn end(addr: &Addr) -> Option<(String, u16)> {
    match addr {
        Addr::V4(v4) => Some((v4.ip().to_string(), v4.port())),
        Addr::V6(v6) => Some((v6.ip().to_string(), v6.port())),
        _ => None,
    }
}

fn contains(arg: &OsStr, place: &str) -> bool {
    let arg = arg.as_bytes();
    arg.windows(place.len())
        .any(|part| part == place.as_bytes())
}

fn replaced(text: &[u8], place: &[u8], by: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        if let Some(behind) = rest.strip_prefix(place) {
            out.extend_from_slice(by);
            rest = behind;
        } else {
            out.push(rest[0]);
            rest = &rest[1..];
        }
    }
    out
}

/// Arguments as they are shown.
pub(super) fn shown(argv: &[OsString]) -> String {
    let words: Vec<String> = argv
        .iter()
        .map(|arg| clean::text(&arg.to_string_lossy()))
        .collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_understood_and_others_are_refused_in_words() {
        for line in [
            "",
            "step",
            "step 5",
            "step thread 2",
            "step thread 3.2",
            "auto",
            "type hello world",
            "int",
            "kill",
            "interrupt",
            "interrupt thread 2",
            "look",
            "accept 1",
            "accept 1 reset",
            "hand 1 on",
            "queue 1 full",
            "listen 1 2",
            "wait 2s",
            "expect 1 stage connected",
            "help",
            "quit",
            "# a comment",
        ] {
            assert!(WatchWord::parse(line).is_ok(), "{line:?}");
        }
        for line in [
            "step 0",
            "step x",
            "tick",
            "interrupt 2 3",
            "accept",
            "queue 1",
            "wait",
            "expect",
        ] {
            let why = WatchWord::parse(line).expect_err(line);
            assert!(!why.is_empty());
        }
    }

    #[test]
    fn the_place_of_the_peer_is_found_within_words() {
        let put = |text: &str| replaced(text.as_bytes(), b"{port}", b"80");
        assert_eq!(put("{port}"), b"80");
        assert_eq!(put("http://x:{port}/{port}"), b"http://x:80/80");
        assert_eq!(put("{por"), b"{por");
        let given = [OsString::from("nc"), OsString::from("{host}")];
        assert!(argv(&given, None).is_err());
        assert_eq!(argv(&given[..1], None).expect("no place"), &given[..1]);
    }
}
