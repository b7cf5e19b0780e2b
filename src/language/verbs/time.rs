//! Words for time: ticks and looks, how long they wait, and moves in what has happened.

use super::Verb;
use super::args::{Arg, ArgValue as V, BadArg, Phrase};
use super::sockets::act;
use crate::language::proposal::{Proposal, words_of};
use crate::language::request::{Frontend, Request};
use crate::language::seek::Seek;
use crate::model::command::Command;
use crate::model::ids::Row;

/// `tick N` makes at most so many.
const MAX_TICKS: u32 = 100_000;

const TICK: &Phrase = &Phrase {
    read: tick,
    next: |before| match before {
        [] => words_of(&["wait", "only"]),
        ["only"] => vec![Proposal::Rows],
        ["only", _] => words_of(&["wait"]),
        _ => Vec::new(),
    },
};

fn tick(text: &str) -> Result<Request, BadArg> {
    let wrong = |word: &str| BadArg::Wrong(word.to_owned());
    let words: Vec<&str> = text.split_whitespace().collect();
    let (only, wait) = match words.as_slice() {
        [] => (None, false),
        ["wait"] => (None, true),
        ["only"] => return Err(BadArg::Missing),
        ["only", row] => (Some(*row), false),
        ["only", row, "wait"] => (Some(*row), true),
        [count] => {
            let count = count.parse().ok().filter(|n| (1..=MAX_TICKS).contains(n));
            return count.map(Request::Ticks).ok_or_else(|| wrong(text.trim()));
        }
        [.., last] => return Err(wrong(last)),
    };
    let only = match only {
        None => None,
        Some(text) => Some(row(text).ok_or_else(|| wrong(text))?),
    };
    Ok(Request::Act(Command::Tick { only, wait }))
}

fn row(text: &str) -> Option<Row> {
    text.parse().ok().filter(|n| *n != 0).map(Row)
}

const ONLY_FORWARD: &[(Frontend, &str)] = &[(
    Frontend::Script,
    "a script only goes forward. sockstep replay FILE moves in what was recorded",
)];

/// A move, as a request.
#[expect(
    clippy::unnecessary_wraps,
    reason = "it is the last step of functions that may fail"
)]
fn moved(seek: Seek) -> Option<Request> {
    Some(Request::Move(seek))
}

pub(super) const VERBS: &[Verb] = &[
    Verb {
        name: "tick",
        usage: "tick, tick wait, tick only ROW, tick only ROW wait, or tick COUNT, at most 100000, such as: tick 7",
        help: "One tick, or so many; wait: until there is an event; only: the others make no call.",
        args: &[Arg::Phrase(TICK)],
        optional: 1,
        examples: &[
            "tick",
            "tick wait",
            "tick only 3",
            "tick only 3 wait",
            "tick 7",
        ],
        parse: |values| match values {
            [] => act(Command::TICK),
            values => super::requested(values),
        },
        ..Verb::PLAIN
    },
    Verb {
        name: "look",
        usage: "look",
        help: "Asks the kernel again, and nothing else.",
        examples: &["look"],
        parse: |_| act(Command::Look),
        ..Verb::PLAIN
    },
    Verb {
        name: "timeout",
        usage: "timeout DURATION, such as: timeout 500ms",
        help: "How long each tick's poll waits.",
        args: &[Arg::Duration],
        examples: &["timeout 500ms"],
        parse: |values| match values {
            [V::Duration(Some(duration))] => Some(Request::PollTimeout(*duration)),
            _ => None,
        },
        ..Verb::PLAIN
    },
    Verb {
        name: "capacity",
        usage: "capacity COUNT, at least 1, or capacity off, such as: capacity 2",
        help: "How many events one poll can report.",
        args: &[Arg::NumberOrOff],
        examples: &["capacity 2", "capacity off"],
        parse: |values| match values {
            [V::Limit(limit)] if *limit != Some(0) => act(Command::Capacity(*limit)),
            _ => None,
        },
        ..Verb::PLAIN
    },
    Verb {
        name: "back",
        usage: "back",
        help: "One record back.",
        examples: &["back"],
        elsewhere: ONLY_FORWARD,
        parse: |_| moved(Seek::Back),
        ..Verb::PLAIN
    },
    Verb {
        name: "forward",
        usage: "forward",
        help: "One record forward in the past; never a new tick.",
        examples: &["forward"],
        elsewhere: ONLY_FORWARD,
        parse: |_| moved(Seek::Forward),
        ..Verb::PLAIN
    },
    Verb {
        name: "first",
        usage: "first",
        help: "To the very beginning.",
        examples: &["first"],
        elsewhere: ONLY_FORWARD,
        parse: |_| moved(Seek::First),
        ..Verb::PLAIN
    },
    Verb {
        name: "live",
        usage: "live",
        help: "Back to the last record.",
        examples: &["live"],
        elsewhere: ONLY_FORWARD,
        parse: |_| moved(Seek::Live),
        ..Verb::PLAIN
    },
    Verb {
        name: "goto",
        usage: "goto TICK, such as: goto 4",
        help: "To this tick; 0 is the beginning.",
        args: &[Arg::Tick],
        examples: &["goto 0"],
        elsewhere: ONLY_FORWARD,
        parse: |values| match values {
            [V::Tick(tick)] => moved(Seek::Goto(*tick)),
            _ => None,
        },
        ..Verb::PLAIN
    },
    Verb {
        name: "next",
        usage: "next ROW, to its next change, such as: next 1",
        help: "To the next record that speaks of a socket.",
        args: &[Arg::Row],
        examples: &["next 1"],
        elsewhere: ONLY_FORWARD,
        parse: |values| match values {
            [V::Row(row)] => moved(Seek::Next(*row)),
            _ => None,
        },
        ..Verb::PLAIN
    },
    Verb {
        name: "previous",
        usage: "previous ROW, to its change before, such as: previous 1",
        help: "To the record before that speaks of a socket.",
        args: &[Arg::Row],
        examples: &["previous 1"],
        elsewhere: ONLY_FORWARD,
        parse: |values| match values {
            [V::Row(row)] => moved(Seek::Previous(*row)),
            _ => None,
        },
        ..Verb::PLAIN
    },
];
