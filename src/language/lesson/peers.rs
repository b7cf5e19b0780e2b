//! What a program of the learner's must do at a peer of the lab: `peer @refused: not says /connected/; exit not 0`.

use super::LessonFault;
use crate::language::claim::pattern::Conjunction;
use crate::language::line;
use crate::language::request::{Frontend, Request};
use crate::model::clean;
use crate::model::command::Command;
use crate::model::target::TargetPlace;

/// How it is written.
pub(super) const FORM: &str = "peer @refused: not says /connected/; exit not 0";
/// So many may be expected at one peer.
const MOST: usize = 16;

/// What is expected at one peer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeerExpectations {
    /// From 1.
    pub line: usize,
    /// The peer's name, without its sign.
    pub peer: String,
    /// What must be so at some moment; what begins with `not` at none.
    pub expected: Vec<PeerExpectation>,
}

/// One expectation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeerExpectation {
    /// It must never be so.
    pub never: bool,
    /// What.
    pub claim: Conjunction,
    /// As it was written, cleaned.
    pub words: String,
}

/// Reads what stands behind `peer`.
pub(super) fn read(line: usize, rest: &str) -> Result<PeerExpectations, LessonFault> {
    let Some((target, expected)) = rest.split_once(':') else {
        return Err(LessonFault::NoText("peer".to_owned(), FORM));
    };
    let target = target.trim();
    let peer = peer(target)?;
    let mut all = Vec::new();
    for words in parts(expected) {
        let words = words.trim();
        if words.is_empty() {
            continue;
        }
        // Turned round it is never so; of several at once each may be turned round.
        let bare = words
            .strip_prefix("not ")
            .filter(|bare| !bare.contains(" and "));
        // A sentence's key is no word of a program's: the slashes were forgotten.
        if let Some(key) = bare.unwrap_or(words).strip_prefix("says ")
            && !key.trim_start().starts_with('/')
        {
            return Err(LessonFault::Claim {
                word: clean::quoted(key.trim()),
                form: "says /connected/",
            });
        }
        all.push(PeerExpectation {
            never: bare.is_some(),
            claim: Conjunction::parse(bare.unwrap_or(words))?,
            words: clean::text(words),
        });
    }
    match all.len() {
        0 => Err(LessonFault::NoText(
            format!("peer {}:", clean::quoted(target)),
            FORM,
        )),
        1..=MOST => Ok(PeerExpectations {
            line,
            peer,
            expected: all,
        }),
        _ => Err(LessonFault::TooMany(MOST, "expectations at one peer")),
    }
}

/// The bare name of a peer of the lab.
pub(super) fn peer(target: &str) -> Result<String, LessonFault> {
    if !target.starts_with('@') || target.contains(char::is_whitespace) {
        return Err(LessonFault::NoText("peer".to_owned(), FORM));
    }
    let request =
        line::parse(&format!("add {target}"), Frontend::Script).map_err(LessonFault::Line)?;
    let is_lab = match &request {
        Request::Act(Command::Add(targets)) => matches!(
            targets.as_slice(),
            [only] if matches!(only.place, TargetPlace::Lab(_))
        ),
        _ => false,
    };
    match is_lab {
        true => Ok(target.trim_start_matches('@').to_owned()),
        false => Err(LessonFault::NoPeer(clean::quoted(target))),
    }
}

/// Parts between semicolons, of which none stands inside a text between slashes.
fn parts(text: &str) -> Vec<&str> {
    let (mut parts, mut begin, mut inside) = (Vec::new(), 0, false);
    let mut before = ' ';
    for (at, letter) in text.char_indices() {
        match letter {
            '/' if inside => inside = false,
            '/' if before.is_whitespace() => inside = true,
            ';' if !inside => {
                parts.push(&text[begin..at]);
                begin = at + 1;
            }
            _ => {}
        }
        before = letter;
    }
    parts.push(&text[begin..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_expected_of_a_program_is_read_in_order() {
        let text = "@refused: not says /a; b/; exit not 0; some errno ECONNREFUSED; 1 select n/a; ends within 2s";
        let read = read(3, text).expect("a line");
        assert_eq!((read.line, read.peer.as_str()), (3, "refused"));
        let words: Vec<&str> = read.expected.iter().map(|one| one.words.as_str()).collect();
        assert_eq!(
            words,
            [
                "not says /a; b/",
                "exit not 0",
                "some errno ECONNREFUSED",
                "1 select n/a",
                "ends within 2s"
            ]
        );
        assert!(read.expected[0].never && !read.expected[1].never);
    }

    #[test]
    fn what_is_wrong_in_it_is_said_with_a_remedy() {
        for (text, part) in [
            ("@open", "peer @refused:"),
            ("open: exit 0", "peer @refused:"),
            ("@open:", "peer @refused:"),
            ("@open: ;", "peer @refused:"),
            ("@open: exit soon", "exit CODE"),
            ("@open: not says connected", "says /connected/"),
            ("@open: ends soon", "ends within TIME"),
            ("@wire:80: exit 0", "no peer of the lab"),
        ] {
            let fault = read(1, text).expect_err(text).to_string();
            assert!(fault.contains(part), "{text}: {fault}");
        }
    }
}
