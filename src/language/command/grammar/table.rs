//! The words of the language, each with what follows it.

use super::super::packets;
use super::Kind;

/// One word of the language.
#[derive(Debug)]
pub struct Word {
    /// The word.
    pub word: &'static str,
    /// Its form with an example.
    pub usage: &'static str,
    /// What follows it.
    pub args: &'static [Kind],
    /// So many of them must be there.
    pub(super) needed: usize,
}

const fn word(
    word: &'static str,
    args: &'static [Kind],
    needed: usize,
    usage: &'static str,
) -> Word {
    Word {
        word,
        usage,
        args,
        needed,
    }
}

const ROW: &[Kind] = &[Kind::Row];
const ON_OFF: Kind = Kind::OneOf(&["on", "off"]);

/// The language.
pub(super) const TABLE: &[Word] = &[
    word(
        "add",
        &[Kind::Targets],
        1,
        "add TARGET..., such as: add localhost:80 @open",
    ),
    word(
        "lanes",
        &[Kind::Target],
        1,
        "lanes TARGET, such as: lanes @pending",
    ),
    word("delete", ROW, 1, "delete ROW, such as: delete 1"),
    word("restart", ROW, 1, "restart ROW, such as: restart 1"),
    word(
        "tick",
        &[
            Kind::OneOf(&["wait", "only"]),
            Kind::Row,
            Kind::OneOf(&["wait"]),
        ],
        0,
        "tick, tick wait, tick only ROW, or tick only ROW wait",
    ),
    word("look", &[], 0, "look"),
    word(
        "interest",
        &[Kind::Row, Kind::Letters],
        2,
        "interest ROW LETTERS, with letters of r, w, p, such as: interest 1 rw",
    ),
    word("connect", ROW, 1, "connect ROW, such as: connect 1"),
    word("register", ROW, 1, "register ROW, such as: register 1"),
    word("so_error", ROW, 1, "so_error ROW, such as: so_error 1"),
    word(
        "getpeername",
        ROW,
        1,
        "getpeername ROW, such as: getpeername 1",
    ),
    word(
        "send",
        &[Kind::Row, Kind::Bytes],
        2,
        "send ROW TEXT, such as: send 1 hello\\n",
    ),
    word(
        "bulk",
        &[Kind::Row, Kind::Number],
        2,
        "bulk ROW BYTES, at most 67108864, such as: bulk 1 100000",
    ),
    word("fill", ROW, 1, "fill ROW, such as: fill 1"),
    word(
        "urgent",
        &[Kind::Row, Kind::Byte],
        2,
        "urgent ROW BYTE, such as: urgent 1 !",
    ),
    word(
        "recv",
        &[Kind::Row, Kind::Number],
        1,
        "recv ROW or recv ROW BYTES, at most 65536, such as: recv 1 2",
    ),
    word("drain", ROW, 1, "drain ROW, such as: drain 1"),
    word("autodrain", &[ON_OFF], 1, "autodrain on, or autodrain off"),
    word(
        "shutdown",
        &[Kind::Row, Kind::OneOf(&["rd", "wr", "rdwr"])],
        1,
        "shutdown ROW rd, wr or rdwr, such as: shutdown 1 wr",
    ),
    word("close", ROW, 1, "close ROW, such as: close 1"),
    word("reset", ROW, 1, "reset ROW, such as: reset 1"),
    word(
        "set",
        &[
            Kind::Row,
            Kind::OneOf(&["syncnt", "rto_max", "user_timeout", "rcvbuf", "sndbuf"]),
            Kind::Number,
        ],
        3,
        "set ROW OPTION NUMBER, with syncnt, rto_max (ms), user_timeout (ms), rcvbuf or sndbuf (bytes), such as: set 1 user_timeout 1500",
    ),
    word(
        "deadline",
        &[Kind::Row, Kind::DurationOrOff],
        2,
        "deadline ROW DURATION or off, such as: deadline 1 2s",
    ),
    word("interrupt", ROW, 1, "interrupt ROW, such as: interrupt 1"),
    word("spoil", ROW, 1, "spoil ROW, such as: spoil 2"),
    word("hunt", &[], 0, "hunt"),
    word(
        "accept",
        &[Kind::Row, Kind::OneOf(&["reset"])],
        1,
        "accept ROW, or accept ROW reset, such as: accept 3",
    ),
    word(
        "listen",
        &[Kind::Row, Kind::Number],
        1,
        "listen ROW, or listen ROW BACKLOG, such as: listen 2 5",
    ),
    word(
        "hand",
        &[Kind::Row, ON_OFF],
        1,
        "hand ROW, hand ROW on, or hand ROW off, such as: hand 1",
    ),
    word(
        "queue",
        &[Kind::Row, Kind::OneOf(&["full", "free"])],
        2,
        "queue ROW full, or queue ROW free",
    ),
    word(
        "capacity",
        &[Kind::NumberOrOff],
        1,
        "capacity COUNT, at least 1, or capacity off, such as: capacity 2",
    ),
    word(
        "release",
        &[Kind::PacketOrAll],
        1,
        "release NUMBER, or release all, such as: release 2",
    ),
    word("drop", &[Kind::Packet], 1, "drop NUMBER, such as: drop 2"),
    word(
        "repeat",
        &[Kind::Packet],
        1,
        "repeat NUMBER, such as: repeat 2",
    ),
    word(
        "reorder",
        &[
            Kind::Packet,
            Kind::OneOf(&["before", "after"]),
            Kind::Packet,
        ],
        3,
        "reorder NUMBER before NUMBER, or after, such as: reorder 3 before 2",
    ),
    word(
        "hold",
        &[Kind::OneOf(packets::WHICH_WORDS)],
        1,
        "hold all, from-client, from-server, syn, syn+ack, ack, data, fin or rst, such as: hold syn",
    ),
    word(
        "pass",
        &[Kind::OneOf(packets::WHICH_WORDS), Kind::Delay],
        1,
        "pass WHICH, or pass WHICH DELAY, such as: pass all, pass data 500ms, pass all 2ticks",
    ),
    word(
        "inject",
        &[Kind::Text],
        1,
        "inject icmp TYPE CODE [about NUMBER], or inject rst to-client or to-server valid, in-window or wrong [of NUMBER]",
    ),
    word(
        "note",
        &[Kind::Text],
        1,
        "note TEXT, such as: note the third list stays empty",
    ),
];
