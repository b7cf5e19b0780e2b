//! Words for peers: accept, listen, by hand, fill the queue.

use super::Verb;
use super::args::{Arg, ArgValue as V};
use super::sockets::{ON_OFF, act, switch};
use crate::model::command::{AfterAccept, Command, DEFAULT_BACKLOG, OnOff};

pub(super) const VERBS: &[Verb] = &[
    Verb {
        name: "accept",
        usage: "accept ROW, accept ROW blocking, or accept ROW reset, such as: accept 3",
        help: "Accepts at the peer of a socket of the lab, or on a listener; the new one blocking or not.",
        args: &[Arg::Row, Arg::OneOf(&["blocking", "reset"])],
        optional: 1,
        examples: &["accept 3", "accept 3 blocking", "accept 3 reset"],
        parse: |values| match values {
            [V::Row(row)] => act(Command::Accept(*row, AfterAccept::Keep)),
            [V::Row(row), V::Word("blocking")] => act(Command::Accept(*row, AfterAccept::Blocking)),
            [V::Row(row), V::Word(_)] => act(Command::Accept(*row, AfterAccept::Reset)),
            _ => None,
        },
        ..Verb::PLAIN
    },
    Verb {
        name: "listen",
        usage: "listen ROW, or listen ROW BACKLOG, such as: listen 2 5",
        help: "Listens at a peer that is only bound.",
        args: &[Arg::Row, Arg::Number],
        optional: 1,
        examples: &["listen 2 5"],
        parse: |values| match values {
            [V::Row(row)] => act(Command::Listen(*row, DEFAULT_BACKLOG)),
            [V::Row(row), V::Number(backlog)] => act(Command::Listen(*row, *backlog)),
            _ => None,
        },
        ..Verb::PLAIN
    },
    Verb {
        name: "hand",
        usage: "hand ROW, hand ROW on, or hand ROW off, such as: hand 1",
        help: "Takes the peer of a socket in hand, or lets the lab play it again.",
        args: &[Arg::Row, ON_OFF],
        optional: 1,
        examples: &["hand 1 on", "hand 1 off"],
        parse: |values| match values {
            [V::Row(row)] => act(Command::ByHand(*row, OnOff::On)),
            [V::Row(row), V::Word(word)] => act(Command::ByHand(*row, switch(word)?)),
            _ => None,
        },
        ..Verb::PLAIN
    },
    Verb {
        name: "queue",
        usage: "queue ROW full, or queue ROW free",
        help: "Fills the peer's accept queue, or empties it.",
        args: &[Arg::Row, Arg::OneOf(&["full", "free"])],
        examples: &["queue 1 full", "queue 1 free"],
        parse: |values| match values {
            [V::Row(row), V::Word(word)] => act(Command::Queue(*row, word.parse().ok()?)),
            _ => None,
        },
        ..Verb::PLAIN
    },
];
