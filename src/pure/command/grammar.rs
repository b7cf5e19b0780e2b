//! The grammar: one table of words with their arguments. It reads commands, explains what is wrong with one, and completes one.

use super::packets;
use super::{
    Command, Fullness, MOST_BULK, MOST_RECV, Switch, Then, USUAL_BACKLOG, USUAL_RECV,
    parse_duration,
};
use crate::pure::call::{How, SocketOption};
use crate::pure::clean;
use crate::pure::ids::Row;
use crate::pure::readiness::Interest;
use crate::pure::wire::Number;
use thiserror::Error;

/// The longest note, in characters.
const LONGEST_NOTE: usize = 500;

/// Why a line is no command.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CommandError {
    /// Not a word of the language.
    #[error("'{0}' is not a command. Commands: {words}", words = names().join(", "))]
    UnknownWord(String),
    /// A word that cannot stand where it stands.
    #[error("'{word}' cannot stand there. Write it so: {usage}")]
    Wrong {
        /// As typed, cleaned.
        word: String,
        /// The right form.
        usage: &'static str,
    },
    /// Something is missing.
    #[error("something is missing. Write it so: {0}")]
    Missing(&'static str),
}

/// What an argument is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A socket's number.
    Row,
    /// A target.
    Target,
    /// One or more targets.
    Targets,
    /// Bytes up to the end of the line, with escapes.
    Bytes,
    /// One byte, perhaps escaped.
    Byte,
    /// Free text up to the end of the line.
    Text,
    /// A number.
    Number,
    /// A packet's number.
    Packet,
    /// A packet's number, or `all`.
    PacketOrAll,
    /// How long a packet takes: `500ms`, `2ticks`.
    Delay,
    /// A number, or `off`.
    NumberOrOff,
    /// A duration, or `off`.
    DurationOrOff,
    /// Letters of an interest.
    Letters,
    /// One of these words.
    OneOf(&'static [&'static str]),
}

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
    needed: usize,
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
const TABLE: &[Word] = &[
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

/// Every word of the language, in order.
pub fn words() -> &'static [Word] {
    TABLE
}

fn names() -> Vec<&'static str> {
    TABLE.iter().map(|word| word.word).collect()
}

/// What was read for one argument.
#[derive(Clone, Debug)]
enum Value {
    Row(Row),
    Number(u32),
    Bytes(Vec<u8>),
    Byte(u8),
    Text(String),
    Texts(Vec<String>),
    Word(&'static str),
    Packet(Option<Number>),
    Limit(Option<u32>),
    Duration(Option<std::time::Duration>),
    Letters(Interest),
}

impl Kind {
    fn read(self, text: &str) -> Option<Value> {
        match self {
            Kind::Row => text
                .parse()
                .ok()
                .filter(|n| *n != 0)
                .map(Row)
                .map(Value::Row),
            Kind::Number => text.parse().ok().map(Value::Number),
            Kind::Target => Some(Value::Text(text.to_owned())),
            Kind::Targets => Some(Value::Texts(
                text.split_whitespace().map(str::to_owned).collect(),
            )),
            Kind::Bytes => clean::unescape_bytes(text)
                .filter(|bytes| !bytes.is_empty())
                .map(Value::Bytes),
            Kind::Byte => match clean::unescape_bytes(text)?.as_slice() {
                [byte] => Some(Value::Byte(*byte)),
                _ => None,
            },
            Kind::Text => {
                (text.chars().count() <= LONGEST_NOTE).then(|| Value::Text(clean::text(text)))
            }
            Kind::PacketOrAll if text == "all" => Some(Value::Packet(None)),
            Kind::Packet | Kind::PacketOrAll => {
                let number = text.parse().ok().filter(|number| *number != 0);
                number.map(|number| Value::Packet(Some(Number(number))))
            }
            Kind::Delay => Some(Value::Text(text.to_owned())),
            Kind::NumberOrOff if text == "off" => Some(Value::Limit(None)),
            Kind::NumberOrOff => text.parse().ok().map(Some).map(Value::Limit),
            Kind::DurationOrOff if text == "off" => Some(Value::Duration(None)),
            Kind::DurationOrOff => parse_duration(text).ok().map(Some).map(Value::Duration),
            Kind::Letters => Interest::from_letters(text).map(Value::Letters),
            Kind::OneOf(words) => words
                .iter()
                .find(|word| **word == text)
                .copied()
                .map(Value::Word),
        }
    }

    /// Whether it takes all that is left of the line.
    fn is_rest(self) -> bool {
        matches!(self, Kind::Targets | Kind::Bytes | Kind::Text)
    }
}

pub(super) fn parse(line: &str) -> Result<Command, CommandError> {
    let line = line.trim_start();
    let (first, mut rest) = split(line);
    let Some(word) = TABLE.iter().find(|word| word.word == first) else {
        return Err(CommandError::UnknownWord(clean::text(first)));
    };
    let wrong = |text: &str| CommandError::Wrong {
        word: clean::text(text).chars().take(40).collect(),
        usage: word.usage,
    };
    let mut values = Vec::new();
    for kind in word.args {
        if rest.trim().is_empty() {
            break;
        }
        let (text, behind) = if kind.is_rest() {
            (rest, "")
        } else {
            split(rest)
        };
        values.push(kind.read(text).ok_or_else(|| wrong(text))?);
        rest = behind;
    }
    if !rest.trim().is_empty() {
        return Err(wrong(rest.trim()));
    }
    if values.len() < word.needed {
        return Err(CommandError::Missing(word.usage));
    }
    build(word.word, &values).ok_or_else(|| wrong(line.split_whitespace().last().unwrap_or("")))
}

/// The first word and what follows it; one space between them is taken away, others too unless the rest is data.
fn split(text: &str) -> (&str, &str) {
    let text = text.trim_start();
    match text.split_once(char::is_whitespace) {
        Some((word, rest)) => (word, rest.trim_start()),
        None => (text, ""),
    }
}

fn build(word: &str, values: &[Value]) -> Option<Command> {
    use Value as V;
    Some(match (word, values) {
        ("add", [V::Texts(targets)]) => Command::Add(targets.clone()),
        ("lanes", [V::Text(target)]) => Command::Lanes(target.clone()),
        ("tick", values) => tick(values)?,
        ("look", []) => Command::Look,
        ("capacity", [V::Limit(limit)]) if *limit != Some(0) => Command::Capacity(*limit),
        ("release", [V::Packet(number)]) => Command::Release(*number),
        ("drop", [V::Packet(Some(number))]) => Command::Drop(*number),
        ("repeat", [V::Packet(Some(number))]) => Command::Repeat(*number),
        (
            "reorder",
            [
                V::Packet(Some(number)),
                V::Word(place),
                V::Packet(Some(other)),
            ],
        ) => Command::Reorder(*number, packets::place(place)?, *other),
        ("hold", [V::Word(which)]) => packets::hold(which)?,
        ("pass", [V::Word(which)]) => packets::pass(which, None)?,
        ("pass", [V::Word(which), V::Text(delay)]) => packets::pass(which, Some(delay))?,
        ("inject", [V::Text(text)]) => packets::inject(text)?,
        ("hunt", []) => Command::Hunt,
        ("note", [V::Text(text)]) => Command::Note(text.trim_end().to_owned()),
        ("autodrain", [V::Word(word)]) => Command::Autodrain(switch(word)?),
        (word, [V::Row(row), rest @ ..]) => on_row(word, *row, rest)?,
        _ => return None,
    })
}

fn on_row(word: &str, row: Row, values: &[Value]) -> Option<Command> {
    use Value as V;
    Some(match (word, values) {
        ("delete", []) => Command::Delete(row),
        ("restart", []) => Command::Restart(row),
        ("interest", [V::Letters(interest)]) => Command::Interest(row, *interest),
        ("connect", []) => Command::Connect(row),
        ("register", []) => Command::Register(row),
        ("so_error", []) => Command::SoError(row),
        ("getpeername", []) => Command::Getpeername(row),
        ("send", [V::Bytes(bytes)]) => Command::Send(row, bytes.clone()),
        ("bulk", [V::Number(size @ 1..=MOST_BULK)]) => Command::Bulk(row, *size),
        ("fill", []) => Command::Fill(row),
        ("urgent", [V::Byte(byte)]) => Command::Urgent(row, *byte),
        ("recv", []) => Command::Recv(row, USUAL_RECV),
        ("recv", [V::Number(size @ 1..=MOST_RECV)]) => Command::Recv(row, *size),
        ("drain", []) => Command::Drain(row),
        ("shutdown", []) => Command::Shutdown(row, How::Write),
        ("shutdown", [V::Word(word)]) => {
            Command::Shutdown(row, How::ALL.into_iter().find(|how| how.word() == *word)?)
        }
        ("close", []) => Command::Close(row),
        ("reset", []) => Command::Reset(row),
        ("set", [V::Word(word), V::Number(value)]) => {
            Command::Set(row, SocketOption::from_word(word)?, *value)
        }
        ("deadline", [V::Duration(after)]) => Command::Deadline(row, *after),
        ("interrupt", []) => Command::Interrupt(row),
        ("spoil", []) => Command::Spoil(row),
        ("accept", []) => Command::Accept(row, Then::Keep),
        ("accept", [V::Word(_)]) => Command::Accept(row, Then::Reset),
        ("listen", []) => Command::Listen(row, USUAL_BACKLOG),
        ("listen", [V::Number(backlog)]) => Command::Listen(row, *backlog),
        ("hand", []) => Command::Hand(row, Switch::On),
        ("hand", [V::Word(word)]) => Command::Hand(row, switch(word)?),
        ("queue", [V::Word(word)]) => {
            Command::Queue(row, Fullness::ALL.into_iter().find(|f| f.word() == *word)?)
        }
        _ => return None,
    })
}

fn switch(word: &str) -> Option<Switch> {
    Switch::ALL.into_iter().find(|switch| switch.word() == word)
}

fn tick(values: &[Value]) -> Option<Command> {
    use Value as V;
    let (only, wait) = match values {
        [] => (None, false),
        [V::Word("wait")] => (None, true),
        [V::Word("only"), V::Row(row)] => (Some(*row), false),
        [V::Word("only"), V::Row(row), V::Word("wait")] => (Some(*row), true),
        _ => return None,
    };
    Some(Command::Tick { only, wait })
}

/// What the last word of a line that is being typed could become, in the order of the table. `rows` are the numbers there are,
/// `targets` the names of the lab's peers with their `@`.
pub fn complete(line: &str, rows: &[Row], targets: &[String]) -> Vec<String> {
    let before: Vec<&str> = line.split_whitespace().collect();
    let (typed, done) = if line.ends_with(char::is_whitespace) || line.is_empty() {
        ("", before.as_slice())
    } else {
        match before.split_last() {
            Some((last, done)) => (*last, done),
            None => ("", before.as_slice()),
        }
    };
    let candidates: Vec<String> = match done {
        [] => names().into_iter().map(str::to_owned).collect(),
        [first, args @ ..] => {
            let Some(word) = TABLE.iter().find(|word| word.word == *first) else {
                return Vec::new();
            };
            let kind = match word.args {
                [.., last] if last.is_rest() => word.args.get(args.len()).or(Some(last)),
                list => list.get(args.len()),
            };
            match kind {
                Some(Kind::Row) => rows.iter().map(Row::to_string).collect(),
                Some(Kind::Target | Kind::Targets) => targets.to_vec(),
                Some(Kind::OneOf(words)) => words.iter().map(|word| (*word).to_owned()).collect(),
                _ => Vec::new(),
            }
        }
    };
    candidates
        .into_iter()
        .filter(|candidate| candidate.starts_with(typed) && candidate != typed)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_reads_back_as_it_was_written() {
        let lines = [
            "add @open localhost:80",
            "lanes @pending",
            "delete 2",
            "restart 1",
            "tick",
            "tick wait",
            "tick only 3",
            "tick only 3 wait",
            "look",
            "interest 1 rwp",
            "connect 1",
            "register 1",
            "so_error 1",
            "getpeername 1",
            "send 1 hello\\n",
            "send 1 two words",
            "bulk 1 100000",
            "fill 1",
            "urgent 1 !",
            "urgent 1 \\x00",
            "recv 1 5",
            "drain 1",
            "autodrain on",
            "shutdown 1 wr",
            "close 1",
            "reset 1",
            "set 1 user_timeout 1500",
            "deadline 1 2s",
            "deadline 1 off",
            "interrupt 1",
            "spoil 2",
            "hunt",
            "accept 3",
            "accept 3 reset",
            "listen 2 5",
            "hand 1 on",
            "queue 1 full",
            "capacity 2",
            "capacity off",
            "release 2",
            "release all",
            "drop 2",
            "repeat 2",
            "reorder 3 before 2",
            "hold syn+ack",
            "pass all 500ms",
            "pass data 2ticks",
            "pass all",
            "inject icmp 3 1",
            "inject icmp 3 1 about 2",
            "inject rst to-client valid",
            "inject rst to-server wrong of 3",
            "note what a day",
        ];
        for line in lines {
            let command = Command::parse(line).unwrap_or_else(|error| panic!("{line}: {error}"));
            assert_eq!(command.to_string(), line);
        }
        for word in names() {
            assert!(
                lines
                    .iter()
                    .any(|line| line.split(' ').next() == Some(word)),
                "{word} has no line here"
            );
        }
    }

    #[test]
    fn a_wrong_line_is_told_its_right_form() {
        let cases = [
            ("", "is not a command"),
            ("jump 1", "'jump' is not a command"),
            ("add", "add TARGET"),
            ("delete", "delete ROW"),
            ("delete 0", "'0' cannot stand there"),
            ("delete 1 2", "'2' cannot stand there"),
            ("tick on 3", "tick only ROW"),
            ("tick only", "tick only ROW"),
            ("interest 1 x", "letters of r, w, p"),
            ("send 1", "send ROW TEXT"),
            ("send 1 \\q", "send ROW TEXT"),
            ("recv 1 0", "recv ROW BYTES"),
            ("recv 1 99999999", "recv ROW BYTES"),
            ("shutdown 1 up", "rd, wr or rdwr"),
            ("urgent 1 ab", "urgent ROW BYTE"),
            ("deadline 1 soon", "deadline ROW DURATION"),
            ("look 1", "'1' cannot stand there"),
        ];
        for (line, part) in cases {
            let error = Command::parse(line).expect_err(line).to_string();
            assert!(error.contains(part), "{line:?} gave: {error}");
        }
    }

    #[test]
    fn the_last_word_is_completed_by_what_can_stand_there() {
        let rows = [Row(1), Row(12)];
        let targets = ["@open".to_owned(), "@echo".to_owned()];
        let cases: [(&str, &[&str]); 7] = [
            ("sh", &["shutdown"]),
            ("close ", &["1", "12"]),
            ("close 1", &["12"]),
            ("shutdown 1 ", &["rd", "wr", "rdwr"]),
            ("add @o", &["@open"]),
            ("add @open @", &["@open", "@echo"]),
            ("nonsense ", &[]),
        ];
        for (line, expected) in cases {
            assert_eq!(complete(line, &rows, &targets), expected, "{line:?}");
        }
    }
}
