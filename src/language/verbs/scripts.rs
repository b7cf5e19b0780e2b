//! Words for what must be so, and for what is to be remembered.

use super::Verb;
use super::args::{Arg, ArgValue as V, BadArg, Phrase};
use super::sockets::act;
use crate::language::claim;
use crate::language::claim::Claim;
use crate::language::duration::parse_duration;
use crate::language::request::{Frontend, Request};
use crate::model::command::Command;

const CLAIM: &Phrase = &Phrase {
    read: |text| {
        Claim::parse(text)
            .map(Request::Check)
            .map_err(BadArg::Claim)
    },
    next: claim::complete::next,
};

const AWAITED: &Phrase = &Phrase {
    read: awaited,
    next: claim::complete::next,
};

fn awaited(text: &str) -> Result<Request, BadArg> {
    let wrong = |word: &str| BadArg::Wrong(word.trim().to_owned());
    let Some((claim, time)) = at_word(text, "within") else {
        // A wrong word in it is named before what is missing behind it.
        return Claim::parse(text)
            .map_or_else(|bad| Err(BadArg::Claim(bad)), |_| Err(BadArg::Missing));
    };
    let (duration, by_looking) = match time.trim().split_once(char::is_whitespace) {
        None => (time.trim(), false),
        Some((duration, how)) if how.split_whitespace().eq(["by", "looking"]) => (duration, true),
        Some((_, how)) => return Err(wrong(how)),
    };
    Ok(Request::Await {
        claim: Claim::parse(claim).map_err(BadArg::Claim)?,
        within: parse_duration(duration).map_err(|_| wrong(duration))?,
        by_looking,
    })
}

/// What stands before the last place of this word, and behind it.
fn at_word<'a>(text: &'a str, word: &str) -> Option<(&'a str, &'a str)> {
    let is_space = |c: Option<char>| c.is_some_and(char::is_whitespace);
    let mut places = text.rmatch_indices(word);
    places.find_map(|(place, _)| {
        let (before, behind) = (&text[..place], &text[place + word.len()..]);
        let is_word = is_space(before.chars().next_back()) && is_space(behind.chars().next());
        is_word.then_some((before, behind))
    })
}

pub(super) const VERBS: &[Verb] = &[
    Verb {
        name: "expect",
        usage: "expect WHAT, such as: expect 1 stage connected",
        help: "Whether something is so now.",
        args: &[Arg::Phrase(CLAIM)],
        examples: &["expect sockets 0", "expect not new readable 1"],
        parse: super::requested,
        ..Verb::PLAIN
    },
    Verb {
        name: "await",
        usage: "await WHAT within DURATION, perhaps with 'by looking' behind, such as: await 1 stage connected within 2s, or: await wire held 1 within 2s",
        help: "Ticks, or only looks, until something is so.",
        args: &[Arg::Phrase(AWAITED)],
        examples: &[
            "await not sockets 0 within 2s",
            "await not sockets 0 within 2s by looking",
        ],
        elsewhere: &[
            (
                Frontend::Screen,
                "await is for scripts. Here w waits for an event, and n ticks until something changes",
            ),
            (
                Frontend::Plain,
                "await is for scripts (sockstep run --script FILE). Here tick wait waits for an event",
            ),
        ],
        parse: super::requested,
        ..Verb::PLAIN
    },
    Verb {
        name: "note",
        usage: "note TEXT, such as: note the third list stays empty",
        help: "Writes a note beside what happened.",
        args: &[Arg::Text],
        examples: &["note what a day"],
        parse: |values| match values {
            [V::Text(text)] => act(Command::Note(text.clone())),
            _ => None,
        },
        ..Verb::PLAIN
    },
];
