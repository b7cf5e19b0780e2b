//! Words that make one call on a row's descriptor: what follows the word, the call that it makes, and how that call is written again. Such a
//! word is an entry here and nothing else.

use super::Verb;
use super::args::{Arg, ArgValue as V, one_word};
use super::sockets::{ROW, act};
use crate::language::request::Request;
use crate::model::call::{Call, Payload, ShutdownHow};
use crate::model::clean;
use crate::model::command::{Command, DEFAULT_RECV, MAX_BULK, MAX_RECV};
use crate::model::ids::{Fd, Row};

/// A call on a row's descriptor, as a request.
fn make(row: Row, call: impl FnOnce(Fd) -> Call) -> Option<Request> {
    act(Command::make(row, call))
}

/// The same for a word that is followed by a row alone.
fn make_on(values: &[V], call: impl FnOnce(Fd) -> Call) -> Option<Request> {
    match values {
        [V::Row(row)] => make(*row, call),
        _ => None,
    }
}

/// What stands behind the row if it is this call, and nothing does.
fn nothing_if(is_it: bool) -> Option<String> {
    is_it.then(String::new)
}

fn shutdown(row: Row, how: ShutdownHow) -> Option<Request> {
    make(row, |fd| Call::Shutdown { fd, how })
}

fn recv(row: Row, size: u32) -> Option<Request> {
    make(row, |fd| Call::Recv { fd, size })
}

fn read(row: Row, size: u32) -> Option<Request> {
    make(row, |fd| Call::Read { fd, size })
}

fn send(row: Row, data: Payload) -> Option<Request> {
    make(row, |fd| Call::Send { fd, data })
}

pub(super) const VERBS: &[Verb] = &[
    Verb {
        name: "bind",
        usage: "bind ROW ADDRESS, such as: bind 1 127.0.0.1:4000",
        help: "Gives a socket its own address before it connects; port 0 lets the kernel choose.",
        args: &[Arg::Row, Arg::Addr],
        examples: &[
            "bind 1 127.0.0.1:4000",
            "bind 1 [::1]:0",
            "bind 1 unix:/a\\x20b",
        ],
        parse: |values| match values {
            [V::Row(row), V::Addr(addr)] => make(*row, |fd| Call::Bind {
                fd,
                addr: addr.clone(),
            }),
            _ => None,
        },
        writes: Some(|call| match call {
            Call::Bind { addr, .. } => Some(one_word(&addr.to_string())),
            _ => None,
        }),
        ..Verb::PLAIN
    },
    Verb {
        name: "so_error",
        usage: "so_error ROW, such as: so_error 1",
        help: "Reads SO_ERROR, which empties it.",
        args: ROW,
        examples: &["so_error 1"],
        parse: |values| make_on(values, |fd| Call::SoError { fd }),
        writes: Some(|call| nothing_if(matches!(call, Call::SoError { .. }))),
        ..Verb::PLAIN
    },
    Verb {
        name: "getpeername",
        usage: "getpeername ROW, such as: getpeername 1",
        help: "Asks for the peer's address, which only a connected socket has.",
        args: ROW,
        examples: &["getpeername 1"],
        parse: |values| make_on(values, |fd| Call::Getpeername { fd }),
        writes: Some(|call| nothing_if(matches!(call, Call::Getpeername { .. }))),
        ..Verb::PLAIN
    },
    Verb {
        name: "send",
        usage: "send ROW TEXT, such as: send 1 hello\\n",
        help: "Offers bytes to the kernel.",
        args: &[Arg::Row, Arg::Bytes],
        examples: &["send 1 hello\\n", "send 1 two words"],
        parse: |values| match values {
            [V::Row(row), V::Bytes(bytes)] => send(*row, Payload::Bytes(bytes.clone())),
            _ => None,
        },
        writes: Some(|call| match call {
            Call::Send {
                data: Payload::Bytes(bytes),
                ..
            } => Some(clean::escape_bytes(bytes)),
            _ => None,
        }),
        ..Verb::PLAIN
    },
    Verb {
        name: "bulk",
        usage: "bulk ROW BYTES, at most 67108864, such as: bulk 1 100000",
        help: "Offers so many bytes in one call.",
        args: &[Arg::Row, Arg::Number],
        examples: &["bulk 1 100000"],
        parse: |values| match values {
            [V::Row(row), V::Number(size @ 1..=MAX_BULK)] => send(*row, Payload::Fill(*size)),
            _ => None,
        },
        writes: Some(|call| match call {
            Call::Send {
                data: Payload::Fill(size),
                ..
            } => Some(size.to_string()),
            _ => None,
        }),
        ..Verb::PLAIN
    },
    Verb {
        name: "urgent",
        usage: "urgent ROW BYTE, such as: urgent 1 !",
        help: "Sends one byte of urgent data.",
        args: &[Arg::Row, Arg::Byte],
        examples: &["urgent 1 !", "urgent 1 \\x00"],
        parse: |values| match values {
            [V::Row(row), V::Byte(byte)] => make(*row, |fd| Call::SendUrgent { fd, byte: *byte }),
            _ => None,
        },
        writes: Some(|call| match call {
            Call::SendUrgent { byte, .. } => Some(clean::escape_bytes(&[*byte])),
            _ => None,
        }),
        ..Verb::PLAIN
    },
    Verb {
        name: "recv",
        usage: "recv ROW or recv ROW BYTES, at most 65536, such as: recv 1 2",
        help: "Reads at most so many bytes.",
        args: &[Arg::Row, Arg::Number],
        optional: 1,
        examples: &["recv 1 5"],
        parse: |values| match values {
            [V::Row(row)] => recv(*row, DEFAULT_RECV),
            [V::Row(row), V::Number(size @ 1..=MAX_RECV)] => recv(*row, *size),
            _ => None,
        },
        writes: Some(|call| match call {
            Call::Recv { size, .. } => Some(size.to_string()),
            _ => None,
        }),
        ..Verb::PLAIN
    },
    Verb {
        name: "read",
        usage: "read ROW or read ROW BYTES, at most 65536, such as: read 1 2",
        help: "Reads at most so many bytes of a file, a pipe or a terminal.",
        args: &[Arg::Row, Arg::Number],
        optional: 1,
        examples: &["read 1 5"],
        parse: |values| match values {
            [V::Row(row)] => read(*row, DEFAULT_RECV),
            [V::Row(row), V::Number(size @ 1..=MAX_RECV)] => read(*row, *size),
            _ => None,
        },
        writes: Some(|call| match call {
            Call::Read { size, .. } => Some(size.to_string()),
            _ => None,
        }),
        ..Verb::PLAIN
    },
    Verb {
        name: "write",
        usage: "write ROW TEXT, such as: write 2 hello\\n",
        help: "Writes bytes into a file, a pipe or a terminal.",
        args: &[Arg::Row, Arg::Bytes],
        examples: &["write 2 hello\\n"],
        parse: |values| match values {
            [V::Row(row), V::Bytes(bytes)] => make(*row, |fd| Call::Write {
                fd,
                data: Payload::Bytes(bytes.clone()),
            }),
            _ => None,
        },
        writes: Some(|call| match call {
            Call::Write {
                data: Payload::Bytes(bytes),
                ..
            } => Some(clean::escape_bytes(bytes)),
            _ => None,
        }),
        ..Verb::PLAIN
    },
    Verb {
        name: "shutdown",
        usage: "shutdown ROW rd, wr or rdwr, such as: shutdown 1 wr",
        help: "Closes one direction or both; wr if nothing is said.",
        args: &[Arg::Row, Arg::OneOf(&["rd", "wr", "rdwr"])],
        optional: 1,
        examples: &["shutdown 1 wr"],
        parse: |values| match values {
            [V::Row(row)] => shutdown(*row, ShutdownHow::Write),
            [V::Row(row), V::Word(word)] => shutdown(*row, word.parse().ok()?),
            _ => None,
        },
        writes: Some(|call| match call {
            Call::Shutdown { how, .. } => Some(how.word().to_owned()),
            _ => None,
        }),
        ..Verb::PLAIN
    },
    Verb {
        name: "set",
        usage: "set ROW OPTION NUMBER, with syncnt, rto_max, user_timeout (ms), keepalive, keepidle, keepintvl (s), keepcnt, rcvbuf or sndbuf, such as: set 1 user_timeout 1500",
        help: "Sets an option of the socket.",
        args: &[
            Arg::Row,
            Arg::OneOf(&[
                "syncnt",
                "rto_max",
                "user_timeout",
                "keepalive",
                "keepidle",
                "keepintvl",
                "keepcnt",
                "rcvbuf",
                "sndbuf",
            ]),
            Arg::Number,
        ],
        examples: &["set 1 user_timeout 1500"],
        parse: |values| match values {
            [V::Row(row), V::Word(word), V::Number(value)] => {
                let (option, value) = (word.parse().ok()?, *value);
                make(*row, |fd| Call::SetOption { fd, option, value })
            }
            _ => None,
        },
        writes: Some(|call| match call {
            Call::SetOption { option, value, .. } => Some(format!("{} {value}", option.word())),
            _ => None,
        }),
        ..Verb::PLAIN
    },
    Verb {
        name: "dup",
        usage: "dup ROW, such as: dup 1",
        help: "Makes a second descriptor for the same socket, which stays open until the last is closed.",
        args: ROW,
        examples: &["dup 1"],
        parse: |values| make_on(values, |fd| Call::Dup { fd }),
        writes: Some(|call| nothing_if(matches!(call, Call::Dup { .. }))),
        ..Verb::PLAIN
    },
    Verb {
        name: "disconnect",
        usage: "disconnect ROW, such as: disconnect 1",
        help: "Gives the connection up by connect() to no address; the socket may connect again.",
        args: ROW,
        examples: &["disconnect 1"],
        parse: |values| make_on(values, |fd| Call::Disconnect { fd }),
        writes: Some(|call| nothing_if(matches!(call, Call::Disconnect { .. }))),
        ..Verb::PLAIN
    },
];
