//! Words for packets of the lab wire.

use super::Verb;
use super::args::{Arg, ArgValue as V, BadArg, Phrase};
use super::sockets::act;
use crate::language::packets;
use crate::language::proposal::words_of;
use crate::language::request::Request;
use crate::model::command::Command;
use crate::model::wire::PacketNumber;
use crate::model::wire::rule::{Delay, PacketFilter, Rule, Treatment};

/// The command of a word that is followed by a packet's number.
fn on_packet(values: &[V], command: fn(PacketNumber) -> Command) -> Option<Request> {
    match values {
        [V::Packet(Some(number))] => act(command(*number)),
        _ => None,
    }
}

fn rule(which: PacketFilter, treatment: Treatment) -> Option<Request> {
    act(Command::Rule(Rule { which, treatment }))
}

const INJECTION: &Phrase = &Phrase {
    read: |text| inject(text).map(Request::Act),
    next: |before| words_of(packets::injection_words(before)),
};

/// Reads what stands behind `inject`.
fn inject(text: &str) -> Result<Command, BadArg> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let unfinished = matches!(
        words.as_slice(),
        ["icmp" | "rst"] | ["icmp" | "rst", _] | ["icmp", _, _, "about"] | ["rst", _, _, "of"]
    );
    injection(&words).ok_or_else(|| match words.last() {
        Some(last) if !unfinished => BadArg::Wrong((*last).to_owned()),
        _ => BadArg::Missing,
    })
}

fn injection(words: &[&str]) -> Option<Command> {
    let number = |word: &str| word.parse().ok().filter(|n| *n != 0).map(PacketNumber);
    let about = |words: &[&str], preposition: &str| match words {
        [] => Some(None),
        [word, about] if *word == preposition => number(about).map(Some),
        _ => None,
    };
    Some(match words {
        ["icmp", kind, code, rest @ ..] => Command::InjectIcmp(
            kind.parse().ok()?,
            code.parse().ok()?,
            about(rest, "about")?,
        ),
        ["rst", direction, kind, rest @ ..] => Command::InjectRst(
            packets::direction(direction)?,
            packets::rst(kind)?,
            about(rest, "of")?,
        ),
        _ => return None,
    })
}

pub(super) const VERBS: &[Verb] = &[
    Verb {
        name: "release",
        usage: "release NUMBER, or release all, such as: release 2",
        help: "Lets a held packet go, or all of them.",
        args: &[Arg::PacketOrAll],
        examples: &["release 2", "release all"],
        parse: |values| match values {
            [V::Packet(number)] => act(Command::Release(*number)),
            _ => None,
        },
        ..Verb::PLAIN
    },
    Verb {
        name: "drop",
        usage: "drop NUMBER, such as: drop 2",
        help: "Throws a held packet away.",
        args: &[Arg::Packet],
        examples: &["drop 2"],
        parse: |values| on_packet(values, Command::Drop),
        ..Verb::PLAIN
    },
    Verb {
        name: "repeat",
        usage: "repeat NUMBER, such as: repeat 2",
        help: "Lets one more copy of a packet go.",
        args: &[Arg::Packet],
        examples: &["repeat 2"],
        parse: |values| on_packet(values, Command::Repeat),
        ..Verb::PLAIN
    },
    Verb {
        name: "reorder",
        usage: "reorder NUMBER before NUMBER, or after, such as: reorder 3 before 2",
        help: "Gives a held packet another place.",
        args: &[Arg::Packet, Arg::OneOf(&["before", "after"]), Arg::Packet],
        examples: &["reorder 3 before 2", "reorder 2 after 3"],
        parse: |values| match values {
            [
                V::Packet(Some(number)),
                V::Word(place),
                V::Packet(Some(other)),
            ] => act(Command::Reorder(*number, packets::place(place)?, *other)),
            _ => None,
        },
        ..Verb::PLAIN
    },
    Verb {
        name: "hold",
        usage: "hold all, from-client, from-server, syn, syn+ack, ack, data, fin or rst, such as: hold syn",
        help: "Holds such packets from now on.",
        args: &[Arg::Which],
        examples: &["hold syn+ack", "hold all"],
        parse: |values| match values {
            [V::Which(which)] => rule(*which, Treatment::Hold),
            _ => None,
        },
        ..Verb::PLAIN
    },
    Verb {
        name: "pass",
        usage: "pass WHICH, or pass WHICH DELAY, such as: pass all, pass data 500ms, pass all 2ticks",
        help: "Lets such packets pass from now on, perhaps later.",
        args: &[Arg::Which, Arg::Delay],
        optional: 1,
        examples: &["pass all", "pass all 500ms", "pass data 2ticks"],
        parse: |values| match values {
            [V::Which(which)] => rule(*which, Treatment::Pass(Delay::None)),
            [V::Which(which), V::Delay(delay)] => rule(*which, Treatment::Pass(*delay)),
            _ => None,
        },
        ..Verb::PLAIN
    },
    Verb {
        name: "inject",
        usage: "inject icmp TYPE CODE [about NUMBER], or inject rst to-client or to-server valid, in-window or wrong [of NUMBER]",
        help: "Writes an ICMP error or a reset to one of the two kernels.",
        args: &[Arg::Phrase(INJECTION)],
        examples: &[
            "inject icmp 3 1",
            "inject icmp 3 1 about 2",
            "inject rst to-client valid",
            "inject rst to-server wrong of 3",
        ],
        parse: super::requested,
        ..Verb::PLAIN
    },
];
