//! Words for rows: new targets, what a row is watched for, several calls at once, and the end of a row.

use super::Verb;
use super::args::{Arg, ArgValue as V};
use crate::language::request::Request;
use crate::model::command::{Command, OnOff};
use crate::model::ids::Row;
use crate::model::socket::Mode;
use std::time::Duration;

/// What stands behind a word that acts on one row.
pub(super) const ROW: &[Arg] = &[Arg::Row];
/// The words of a switch.
pub(super) const ON_OFF: Arg = Arg::OneOf(&["on", "off"]);

/// A command, as a request.
#[expect(
    clippy::unnecessary_wraps,
    reason = "it is the last step of functions that may fail"
)]
pub(super) fn act(command: Command) -> Option<Request> {
    Some(Request::Act(command))
}

/// The command of a word that is followed by a row alone.
pub(super) fn on_row(values: &[V], command: fn(Row) -> Command) -> Option<Request> {
    match values {
        [V::Row(row)] => act(command(*row)),
        _ => None,
    }
}

/// On or off.
pub(super) fn switch(word: &str) -> Option<OnOff> {
    word.parse().ok()
}

pub(super) const VERBS: &[Verb] = &[
    Verb {
        name: "add",
        usage: "add TARGET..., such as: add localhost:80 @open",
        help: "Adds sockets for these targets.",
        args: &[Arg::Targets],
        examples: &["add @open localhost:80", "add unix:/a\\x20b"],
        parse: |values| match values {
            [V::Targets(targets)] => act(Command::Add(targets.clone())),
            _ => None,
        },
        ..Verb::PLAIN
    },
    Verb {
        name: "modes",
        usage: "modes TARGET, such as: modes @pending",
        help: "Adds one target three times: blocking, with a timeout, and non-blocking.",
        args: &[Arg::Target],
        examples: &["modes @pending"],
        parse: |values| match values {
            [V::Targets(targets)] => act(Command::Modes(targets.first()?.clone())),
            _ => None,
        },
        ..Verb::PLAIN
    },
    Verb {
        name: "ways",
        usage: "ways TARGET, such as: ways @pending",
        help: "Adds one target twice: connect() again and again, and a poll that reports.",
        args: &[Arg::Target],
        examples: &["ways @pending"],
        parse: |values| match values {
            [V::Targets(targets)] => act(Command::Ways(targets.first()?.clone())),
            _ => None,
        },
        ..Verb::PLAIN
    },
    Verb {
        name: "mode",
        usage: "mode ROW blocking, non-blocking, connect_ex or timeout DURATION, such as: mode 1 timeout 500ms",
        help: "How its calls wait, as setblocking and settimeout say it: one ioctl(FIONBIO).",
        args: &[
            Arg::Row,
            Arg::OneOf(&["blocking", "non-blocking", "connect_ex", "timeout"]),
            Arg::Duration,
        ],
        optional: 1,
        examples: &[
            "mode 1 blocking",
            "mode 1 non-blocking",
            "mode 1 connect_ex",
            "mode 1 timeout 500ms",
        ],
        parse: |values| match values {
            [V::Row(row), V::Word("blocking")] => act(Command::Mode(*row, Mode::Blocking)),
            [V::Row(row), V::Word("connect_ex")] => act(Command::Mode(*row, Mode::ConnectEx)),
            [V::Row(row), V::Word("non-blocking")] => act(Command::Mode(*row, Mode::NonBlocking)),
            [V::Row(row), V::Word("timeout"), V::Duration(Some(after))] => (*after
                > Duration::ZERO)
                .then_some(Request::Act(Command::Mode(*row, Mode::Timeout(*after)))),
            _ => None,
        },
        ..Verb::PLAIN
    },
    Verb {
        name: "delete",
        usage: "delete ROW, such as: delete 1",
        help: "Takes a socket away and closes its descriptors.",
        args: ROW,
        examples: &["delete 2"],
        parse: |values| on_row(values, Command::Delete),
        ..Verb::PLAIN
    },
    Verb {
        name: "restart",
        usage: "restart ROW, such as: restart 1",
        help: "Begins a socket again.",
        args: ROW,
        examples: &["restart 1"],
        parse: |values| on_row(values, Command::Restart),
        ..Verb::PLAIN
    },
    Verb {
        name: "interest",
        usage: "interest ROW LETTERS, with letters of r, w, p, such as: interest 1 rw",
        help: "Watches a socket for something else.",
        args: &[Arg::Row, Arg::Letters],
        examples: &["interest 1 rwp"],
        parse: |values| match values {
            [V::Row(row), V::Letters(interest)] => act(Command::Interest(*row, *interest)),
            _ => None,
        },
        ..Verb::PLAIN
    },
    Verb {
        name: "connect",
        usage: "connect ROW, such as: connect 1",
        help: "Calls connect() once more.",
        args: ROW,
        examples: &["connect 1"],
        parse: |values| on_row(values, Command::Connect),
        ..Verb::PLAIN
    },
    Verb {
        name: "register",
        usage: "register ROW, such as: register 1",
        help: "Registers a socket with the poll at once, perhaps too early.",
        args: ROW,
        examples: &["register 1"],
        parse: |values| on_row(values, Command::Register),
        ..Verb::PLAIN
    },
    Verb {
        name: "fill",
        usage: "fill ROW, such as: fill 1",
        help: "Sends until the kernel takes no more.",
        args: ROW,
        examples: &["fill 1"],
        parse: |values| on_row(values, Command::Fill),
        ..Verb::PLAIN
    },
    Verb {
        name: "drain",
        usage: "drain ROW, such as: drain 1",
        help: "Reads until nothing is left.",
        args: ROW,
        examples: &["drain 1"],
        parse: |values| on_row(values, Command::Drain),
        ..Verb::PLAIN
    },
    Verb {
        name: "autodrain",
        usage: "autodrain on, or autodrain off",
        help: "Whether a tick reads by itself from a socket that was reported readable.",
        args: &[ON_OFF],
        examples: &["autodrain on", "autodrain off"],
        parse: |values| match values {
            [V::Word(word)] => act(Command::Autodrain(switch(word)?)),
            _ => None,
        },
        ..Verb::PLAIN
    },
    Verb {
        name: "limit",
        usage: "limit COUNT, or limit off, such as: limit 0",
        help: "How many descriptors more your program may open; one too many is EMFILE.",
        args: &[Arg::NumberOrOff],
        examples: &["limit 0", "limit off"],
        parse: |values| match values {
            [V::Limit(more)] => act(Command::Limit(*more)),
            _ => None,
        },
        ..Verb::PLAIN
    },
    Verb {
        name: "close",
        usage: "close ROW, such as: close 1",
        help: "Closes a socket's descriptor.",
        args: ROW,
        examples: &["close 1"],
        parse: |values| on_row(values, Command::Close),
        ..Verb::PLAIN
    },
    Verb {
        name: "reset",
        usage: "reset ROW, such as: reset 1",
        help: "Closes it so that the peer is reset.",
        args: ROW,
        examples: &["reset 1"],
        parse: |values| on_row(values, Command::Reset),
        ..Verb::PLAIN
    },
    Verb {
        name: "deadline",
        usage: "deadline ROW DURATION or off, such as: deadline 1 2s",
        help: "Gives up the connect after so long.",
        args: &[Arg::Row, Arg::DurationOrOff],
        examples: &["deadline 1 2s", "deadline 1 off"],
        parse: |values| match values {
            [V::Row(row), V::Duration(after)] => act(Command::Deadline(*row, *after)),
            _ => None,
        },
        ..Verb::PLAIN
    },
    Verb {
        name: "race",
        usage: "race ROW DURATION or off, such as: race 1 250ms",
        help: "Races the addresses of its name, each begun so long after the one before it.",
        args: &[Arg::Row, Arg::DurationOrOff],
        examples: &["race 1 250ms", "race 1 off"],
        parse: |values| match values {
            [V::Row(row), V::Duration(delay)] => act(Command::Race(*row, *delay)),
            _ => None,
        },
        ..Verb::PLAIN
    },
    Verb {
        name: "interrupt",
        usage: "interrupt ROW, such as: interrupt 1",
        help: "Ends a call that is stuck, by a signal.",
        args: ROW,
        examples: &["interrupt 1"],
        parse: |values| on_row(values, Command::Interrupt),
        ..Verb::PLAIN
    },
    Verb {
        name: "badfd",
        usage: "badfd ROW, such as: badfd 2",
        help: "Closes a descriptor behind the program's back.",
        args: ROW,
        examples: &["badfd 2"],
        parse: |values| on_row(values, Command::BadFd),
        ..Verb::PLAIN
    },
    Verb {
        name: "probe",
        usage: "probe",
        help: "Asks select() about the sockets one by one, to find a bad descriptor.",
        examples: &["probe"],
        parse: |_| act(Command::Probe),
        ..Verb::PLAIN
    },
];
