//! What a script expects: a claim about a row or a list, and what is so instead.

use super::call::{By, CallFact, Out, Outcome};
use super::clean;
use super::errno::{Errno, Failure};
use super::ids::Row;
use super::packet::segment::Kind;
use super::readiness::{Interest, PollMask, Readiness, SelectSets, from_names, joined};
use super::record::{Event, Record, TcpState, Witness};
use super::socket::{Envelope, Fact, Stage};
use super::wire::{Fate, Number};
use super::world::{RowState, World};
use std::borrow::Borrow;

/// A claim that holds or does not hold after a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// It is the opposite that is claimed.
    pub not: bool,
    /// What is claimed.
    pub what: What,
}

/// What can be claimed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// Of one row.
    Of(Row, Of),
    /// Which rows poll(2) has in a list, of those that are asked for.
    True(List, Vec<Row>),
    /// Which rows the last tick's poll told to be in a list.
    New(List, Vec<Row>),
    /// How many packets of the wire are held.
    Held(usize),
    /// What a packet of the wire is or what became of it.
    Packet(Number, OfPacket),
    /// How many sockets of the program there are.
    Sockets(usize),
    /// How many events the last tick's poll gave.
    Events(usize),
}

/// What can be claimed of one packet of the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfPacket {
    /// What it is for.
    Kind(Kind),
    /// Where it is.
    Fate(FateWord),
    /// It was sent at least so often.
    Copies(u32),
}

/// Where a packet is, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words of the queue")]
pub enum FateWord {
    Held,
    Waits,
    LetGo,
    Dropped,
    Swallowed,
}

impl FateWord {
    const ALL: [(&'static str, FateWord); 5] = [
        ("held", FateWord::Held),
        ("waits", FateWord::Waits),
        ("let-go", FateWord::LetGo),
        ("dropped", FateWord::Dropped),
        ("swallowed", FateWord::Swallowed),
    ];

    fn of(fate: Fate) -> FateWord {
        match fate {
            Fate::Held => FateWord::Held,
            Fate::Waits(_) => FateWord::Waits,
            Fate::LetGo => FateWord::LetGo,
            Fate::Dropped => FateWord::Dropped,
            Fate::Swallowed => FateWord::Swallowed,
        }
    }

    fn word(self) -> &'static str {
        FateWord::ALL
            .iter()
            .find(|(_, fate)| *fate == self)
            .map_or("-", |(word, _)| word)
    }
}

/// One of the three lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the lists' own names")]
pub enum List {
    Readable,
    Writable,
    Error,
}

/// What can be claimed of one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Of {
    /// Its stage.
    Stage(Stage),
    /// Why it failed.
    Failure(Failure),
    /// The last call of this name on this row, and what came back.
    Call(String, Back),
    /// What poll(2) says, exactly.
    Poll(PollMask),
    /// What the level-triggered epoll says, exactly.
    Epoll(PollMask),
    /// What select(2) says, exactly.
    Select(SelectSets),
    /// select(2) cannot say anything: `n/a` for a high descriptor, `EBADF` as a whole.
    SelectCannot(Witness<SelectSets>),
    /// What the last tick's poll told of it, exactly.
    Told(Readiness),
    /// What it is watched for; `None`: it is not watched.
    Asked(Option<Interest>),
    /// The kernel's TCP state.
    Kernel(TcpState),
    /// What the server's kernel says of the connection, on the wire; `None`: it knows nothing of it.
    Server(Option<TcpState>),
    /// At least so many SYNs were sent.
    Syns(u32),
    /// At least so many segments are unacknowledged.
    Unacked(u32),
    /// The accept queue's length at its far end.
    Queue(u32),
    /// Bytes that the last recv() gave.
    Bytes(Vec<u8>),
    /// What was in SO_ERROR when it was last read; `None`: nobody has read it.
    Envelope(Option<Option<Errno>>),
    /// SO_ERROR was 0, and there is no other end.
    Phantom,
    /// It has a local port.
    Port,
    /// A call of this name has not returned.
    Stuck(String),
    /// Its number was closed behind the program's back.
    Spoiled,
    /// The row at the other end.
    Partner(Row),
}

/// What came back from a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Back {
    /// This return value.
    Ret(i64),
    /// More than 0, and less than was offered.
    Partial,
    /// Success, whatever the value.
    Success,
    /// -1 and this errno; of getsockopt this errno as the value read.
    Errno(Errno),
}

/// The forms of a claim, for messages and completion: the word behind the row, and what follows it.
pub const FORMS: &[(&str, &str)] = &[
    ("stage", "stage STAGE, such as: 1 stage connected"),
    ("errno", "errno NAME, such as: 2 errno ECONNREFUSED"),
    (
        "call",
        "call NAME RESULT, with a number, ok, partial or an errno, such as: 1 call recv 5",
    ),
    ("poll", "poll MASK, such as: 1 poll IN|OUT, or: 1 poll -"),
    ("epoll", "epoll MASK, such as: 1 epoll IN|OUT"),
    (
        "select",
        "select SETS, such as: 1 select R|W, -, n/a or EBADF",
    ),
    (
        "told",
        "told FLAGS, such as: 1 told READABLE|WRITABLE, or: 1 told -",
    ),
    ("asked", "asked LETTERS, such as: 1 asked rw, or: 1 asked -"),
    ("kernel", "kernel STATE, such as: 1 kernel ESTABLISHED"),
    (
        "server",
        "server STATE, such as: 1 server SYN-RECV, or: 1 server -",
    ),
    ("syns", "syns COUNT, at least so many, such as: 3 syns 2"),
    (
        "unacked",
        "unacked COUNT, at least so many, such as: 1 unacked 1",
    ),
    ("queue", "queue LENGTH, such as: 3 queue 1"),
    ("bytes", "bytes TEXT, such as: 1 bytes hello\\n"),
    (
        "so_error",
        "so_error VALUE, with unread, 0 or an errno, such as: 2 so_error ECONNREFUSED",
    ),
    ("phantom", "phantom"),
    ("port", "port"),
    ("stuck", "stuck CALL, such as: 1 stuck connect"),
    ("spoiled", "spoiled"),
    ("partner", "partner ROW, such as: 1 partner 3"),
];

/// The forms that speak of no single row.
pub const OTHER_FORMS: &[(&str, &str)] = &[
    (
        "readable",
        "readable ROWS, such as: readable 2 4, or: readable -",
    ),
    ("writable", "writable ROWS, such as: writable 1 2 4"),
    ("error", "error ROWS, such as: error 2 4"),
    (
        "new",
        "new LIST ROWS, such as: new writable 1 2, or: new readable -",
    ),
    ("held", "held COUNT, such as: held 2"),
    (
        "packet",
        "packet NUMBER KIND, FATE or copies COUNT, such as: packet 2 SYN+ACK, or: packet 2 held, or: packet 2 copies 3",
    ),
    ("sockets", "sockets COUNT, such as: sockets 4"),
    ("events", "events COUNT, such as: events 300"),
];

/// Why a text is no claim: the wrong word, and the right form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadClaim {
    /// The word that cannot stand there, cleaned; empty if something is missing.
    pub word: String,
    /// The form.
    pub form: &'static str,
}

const ANY: &str = "ROW stage connected, ROW poll IN|OUT, ROW call recv 5, readable 2 4 ...";

impl Claim {
    /// Reads what stands behind `expect`.
    ///
    /// # Errors
    /// Names the wrong word and the right form.
    pub fn parse(text: &str) -> Result<Claim, BadClaim> {
        let text = text.trim();
        let (not, text) = match text.strip_prefix("not ") {
            Some(rest) => (true, rest.trim_start()),
            None => (false, text),
        };
        let (first, rest) = split(text);
        let what = match first.parse::<u32>() {
            Ok(row) if row != 0 => of_row(Row(row), rest)?,
            _ => of_all(first, rest)?,
        };
        Ok(Claim { not, what })
    }

    /// Whether it holds after these records, the last of which made the world what it is.
    ///
    /// # Errors
    /// What is so instead.
    pub fn check<R: Borrow<Record>>(&self, world: &World, records: &[R]) -> Result<(), String> {
        let (holds, instead) = self.what.look(world, records);
        match (holds, self.not) {
            (true, false) | (false, true) => Ok(()),
            (false, false) => Err(format!("it is {instead}")),
            (true, true) => Err("it is so".to_owned()),
        }
    }
}

fn split(text: &str) -> (&str, &str) {
    let text = text.trim();
    match text.split_once(char::is_whitespace) {
        Some((word, rest)) => (word, rest.trim()),
        None => (text, ""),
    }
}

fn form(table: &'static [(&'static str, &'static str)], word: &str) -> Option<&'static str> {
    table
        .iter()
        .find(|(known, _)| *known == word)
        .map(|(_, form)| *form)
}

fn of_row(row: Row, text: &str) -> Result<What, BadClaim> {
    let (word, value) = split(text);
    let form = form(FORMS, word).ok_or_else(|| BadClaim {
        word: clean::text(word),
        form: ANY,
    })?;
    let of = read_of(word, value).ok_or_else(|| BadClaim {
        word: clean::text(value),
        form,
    })?;
    Ok(What::Of(row, of))
}

fn read_of(word: &str, value: &str) -> Option<Of> {
    let none = value == "-";
    let flags = |value: &str| -> Vec<String> {
        value
            .split('|')
            .filter(|name| *name != "-")
            .map(str::to_owned)
            .collect()
    };
    Some(match word {
        "stage" => Of::Stage(
            Stage::from_word(value).or((value == Stage::New.word()).then_some(Stage::New))?,
        ),
        "errno" => Of::Failure(Failure::from_name(value)?),
        "call" => {
            let (name, back) = split(value);
            Of::Call(name.to_owned(), read_back(back)?)
        }
        "poll" => Of::Poll(from_names(&flags(value)).filter(|_| !value.is_empty())?),
        "epoll" => Of::Epoll(from_names(&flags(value)).filter(|_| !value.is_empty())?),
        "select" if value == "n/a" => Of::SelectCannot(Witness::NoAnswer),
        "select" if value == "EBADF" => Of::SelectCannot(Witness::BadDescriptor),
        "select" => Of::Select(from_names(&flags(value)).filter(|_| !value.is_empty())?),
        "told" => Of::Told(from_names(&flags(value)).filter(|_| !value.is_empty())?),
        "asked" if none => Of::Asked(None),
        "asked" => Of::Asked(Some(Interest::from_letters(value)?)),
        "kernel" => Of::Kernel(
            TcpState::ALL
                .into_iter()
                .find(|state| state.name() == value)?,
        ),
        "server" if none => Of::Server(None),
        "server" => {
            let state = TcpState::ALL
                .into_iter()
                .find(|state| state.name() == value);
            Of::Server(Some(state?))
        }
        "syns" => Of::Syns(value.parse().ok()?),
        "unacked" => Of::Unacked(value.parse().ok()?),
        "queue" => Of::Queue(value.parse().ok()?),
        "bytes" => Of::Bytes(clean::unescape_bytes(value)?),
        "so_error" => Of::Envelope(match value {
            "unread" => None,
            "0" => Some(None),
            name => Some(Some(Errno::from_name(name)?)),
        }),
        "phantom" if value.is_empty() => Of::Phantom,
        "port" if value.is_empty() => Of::Port,
        "spoiled" if value.is_empty() => Of::Spoiled,
        "stuck" if !value.is_empty() => Of::Stuck(value.to_owned()),
        "partner" => Of::Partner(Row(value.parse().ok()?)),
        _ => return None,
    })
}

fn read_back(text: &str) -> Option<Back> {
    Some(match text {
        "ok" => Back::Success,
        "partial" => Back::Partial,
        text => match text.parse() {
            Ok(ret) => Back::Ret(ret),
            Err(_) => Back::Errno(Errno::from_name(text)?),
        },
    })
}

fn of_all(word: &str, rest: &str) -> Result<What, BadClaim> {
    let form = form(OTHER_FORMS, word).ok_or_else(|| BadClaim {
        word: clean::text(word),
        form: ANY,
    })?;
    let bad = || BadClaim {
        word: clean::text(rest),
        form,
    };
    Ok(match word {
        "held" => What::Held(rest.parse().map_err(|_| bad())?),
        "packet" => packet(rest).ok_or_else(bad)?,
        "sockets" => What::Sockets(rest.parse().map_err(|_| bad())?),
        "events" => What::Events(rest.parse().map_err(|_| bad())?),
        "new" => {
            let (word, rows) = split(rest);
            What::New(list(word).ok_or_else(bad)?, rows_of(rows).ok_or_else(bad)?)
        }
        word => What::True(list(word).ok_or_else(bad)?, rows_of(rest).ok_or_else(bad)?),
    })
}

fn packet(text: &str) -> Option<What> {
    let (number, what) = split(text);
    let number = Number(number.parse().ok().filter(|number| *number != 0)?);
    let (word, value) = split(what);
    let kinds = [
        Kind::Syn,
        Kind::SynAck,
        Kind::Ack,
        Kind::Data,
        Kind::Fin,
        Kind::Rst,
    ];
    let of = if word == "copies" {
        OfPacket::Copies(value.parse().ok()?)
    } else if let Some((_, fate)) = FateWord::ALL.iter().find(|(known, _)| *known == what) {
        OfPacket::Fate(*fate)
    } else {
        OfPacket::Kind(kinds.into_iter().find(|kind| kind.to_string() == what)?)
    };
    Some(What::Packet(number, of))
}

fn list(word: &str) -> Option<List> {
    Some(match word {
        "readable" => List::Readable,
        "writable" => List::Writable,
        "error" => List::Error,
        _ => return None,
    })
}

fn rows_of(text: &str) -> Option<Vec<Row>> {
    match text {
        "" => None,
        "-" => Some(Vec::new()),
        text => text
            .split_whitespace()
            .map(|word| word.parse().ok().map(Row))
            .collect(),
    }
}

fn rows_text(rows: &[Row]) -> String {
    if rows.is_empty() {
        return "-".to_owned();
    }
    rows.iter()
        .map(Row::to_string)
        .collect::<Vec<_>>()
        .join(" ")
}

impl What {
    /// Whether it is so, and what is so.
    fn look<R: Borrow<Record>>(&self, world: &World, records: &[R]) -> (bool, String) {
        match self {
            What::Of(row, of) => match world.row(*row).filter(|state| !state.removed) {
                Some(state) => of.look(world, state, records),
                None => (false, format!("not there: there is no socket {row}")),
            },
            What::True(list, wanted) => {
                let rows: Vec<Row> = world
                    .present()
                    .filter(|state| list.has(state))
                    .map(|state| state.row)
                    .collect();
                (rows == *wanted, rows_text(&rows))
            }
            What::New(list, wanted) => {
                let rows: Vec<Row> = told(records)
                    .filter(|event| event.readiness.contains(list.flag()))
                    .map(|event| event.row)
                    .collect();
                (rows == *wanted, rows_text(&rows))
            }
            What::Held(wanted) => {
                let held = world
                    .wire
                    .waiting()
                    .filter(|entry| entry.fate == Fate::Held)
                    .count();
                (held == *wanted, held.to_string())
            }
            What::Packet(number, of) => match world.wire.get(*number) {
                None => (
                    false,
                    format!("not there: no packet has the number {number}"),
                ),
                Some(entry) => match of {
                    OfPacket::Kind(kind) => {
                        (entry.segment.kind == *kind, entry.segment.kind.to_string())
                    }
                    OfPacket::Fate(fate) => {
                        let is = FateWord::of(entry.fate);
                        (is == *fate, is.word().to_owned())
                    }
                    OfPacket::Copies(count) => (entry.copies >= *count, entry.copies.to_string()),
                },
            },
            What::Sockets(wanted) => (world.clients() == *wanted, world.clients().to_string()),
            What::Events(wanted) => {
                let count = told(records).count();
                (count == *wanted, count.to_string())
            }
        }
    }
}

impl List {
    fn flag(self) -> Readiness {
        match self {
            List::Readable => Readiness::READABLE,
            List::Writable => Readiness::WRITABLE,
            List::Error => Readiness::ERROR,
        }
    }

    fn has(self, state: &RowState) -> bool {
        let (Some(asked), Some(mask)) = (state.asked(), state.look.poll.answer()) else {
            return false;
        };
        super::world::within(mask, asked).contains(match self {
            List::Readable => PollMask::IN,
            List::Writable => PollMask::OUT,
            List::Error => PollMask::ERR,
        })
    }
}

fn said<T: bitflags::Flags + Copy>(witness: Witness<T>) -> String {
    match witness {
        Witness::NotAsked => "not looked at".to_owned(),
        Witness::NoAnswer => "n/a".to_owned(),
        Witness::BadDescriptor => "EBADF".to_owned(),
        Witness::Says(flags) => joined(&flags),
    }
}

impl Of {
    fn look<R: Borrow<Record>>(
        &self,
        world: &World,
        state: &RowState,
        records: &[R],
    ) -> (bool, String) {
        let look = &state.look;
        let attempt = state.current();
        match self {
            Of::Stage(stage) => {
                let failure = attempt.failure.filter(|_| state.stage() == Stage::Error);
                let why =
                    failure.map_or_else(String::new, |failure| format!(" {}", failure.name()));
                (
                    state.stage() == *stage,
                    format!("{}{why}", state.stage().word()),
                )
            }
            Of::Failure(wanted) => {
                let name = attempt.failure.map_or("no failure".into(), Failure::name);
                (attempt.failure == Some(*wanted), name.into_owned())
            }
            Of::Call(name, back) => called(state.row, name, back, records),
            Of::Poll(wanted) => (look.poll == Witness::Says(*wanted), said(look.poll)),
            Of::Epoll(wanted) => (look.epoll == Witness::Says(*wanted), said(look.epoll)),
            Of::Select(wanted) => (look.select == Witness::Says(*wanted), said(look.select)),
            Of::SelectCannot(wanted) => (look.select == *wanted, said(look.select)),
            Of::Told(wanted) => {
                let told = told(records)
                    .filter(|event| event.row == state.row)
                    .fold(Readiness::empty(), |all, event| all | event.readiness);
                (told == *wanted, joined(&told))
            }
            Of::Asked(wanted) => {
                let text = state.asked().map_or("-".to_owned(), Interest::letters);
                (state.asked() == *wanted, text)
            }
            Of::Kernel(wanted) => {
                let name = look
                    .tcp
                    .answer()
                    .map_or("not known", |tcp| tcp.state.name());
                (
                    look.tcp.answer().is_some_and(|tcp| tcp.state == *wanted),
                    name.to_owned(),
                )
            }
            Of::Server(wanted) => {
                let state = look.server.answer().map(|server| server.state);
                let asked = look.server != Witness::NotAsked;
                (
                    asked && state == *wanted,
                    state.map_or("-", TcpState::name).to_owned(),
                )
            }
            Of::Syns(wanted) => {
                let sent = look.tcp.answer().map_or(0, |tcp| tcp.retransmits + 1);
                (sent >= *wanted, sent.to_string())
            }
            Of::Unacked(wanted) => {
                let count = look.tcp.answer().map_or(0, |tcp| tcp.unacked);
                (count >= *wanted, count.to_string())
            }
            Of::Queue(wanted) => match look.queue {
                Witness::Says(queue) => (queue.length == *wanted, queue.length.to_string()),
                _ => (false, "not known".to_owned()),
            },
            Of::Bytes(wanted) => received(state.row, wanted, records),
            Of::Envelope(wanted) => {
                let found = match attempt.envelope {
                    Envelope::Sealed => None,
                    Envelope::Opened { found, .. } => Some(found),
                };
                let text = match found {
                    None => "unread".to_owned(),
                    Some(None) => "0".to_owned(),
                    Some(Some(errno)) => errno.to_string(),
                };
                (found == *wanted, text)
            }
            Of::Phantom => (attempt.fact == Some(Fact::Phantom), "no phantom".to_owned()),
            Of::Port => {
                let port = look.local.as_ref().and_then(super::addr::Addr::port);
                let text = port.map_or("unknown".to_owned(), |port| port.to_string());
                (port.is_some_and(|port| port != 0), text)
            }
            Of::Stuck(name) => {
                let running = attempt.running.map_or("-", |(_, call)| call);
                (running == name, running.to_owned())
            }
            Of::Spoiled => (attempt.spoiled, "not spoiled".to_owned()),
            Of::Partner(wanted) => {
                let partner = world.partner(state);
                let text = partner.map_or("-".to_owned(), |row| row.to_string());
                (partner == Some(*wanted), text)
            }
        }
    }
}

/// The events of the last tick.
fn told<R: Borrow<Record>>(records: &[R]) -> impl Iterator<Item = &Event> {
    let last = records
        .iter()
        .rev()
        .map(Borrow::borrow)
        .find(|record: &&Record| record.tick.is_some());
    let events = last.into_iter().flat_map(|record| record.events.iter());
    events.filter(|event| event.stale.is_none())
}

/// The last call of this name on a row, by the program or by a far end.
fn last_call<'a, R: Borrow<Record>>(
    row: Row,
    name: &str,
    records: &'a [R],
) -> Option<&'a CallFact> {
    records.iter().rev().find_map(|record| {
        let calls = record.borrow().calls.iter().rev();
        calls
            .filter(|fact| fact.row == Some(row) && fact.by != By::Lab)
            .find(|fact| fact.call.name() == name)
    })
}

fn called<R: Borrow<Record>>(row: Row, name: &str, back: &Back, records: &[R]) -> (bool, String) {
    let Some(fact) = last_call(row, name, records) else {
        return (false, format!("not so: no {name}() was made on {row}"));
    };
    let Some(outcome) = &fact.outcome else {
        return (false, "still running".to_owned());
    };
    let found = match outcome.out {
        Some(Out::SoError(found)) => found,
        _ => None,
    };
    let holds = match back {
        Back::Ret(ret) => outcome.ret == *ret && (outcome.errno.is_none()) && found.is_none(),
        Back::Success => outcome.errno.is_none(),
        Back::Partial => outcome.ret > 0 && is_partial(fact, outcome),
        Back::Errno(errno) => outcome.errno == Some(*errno) || found == Some(*errno),
    };
    let text = match (outcome.errno, found) {
        (Some(errno), _) => errno.to_string(),
        (None, Some(found)) => found.to_string(),
        (None, None) => outcome.ret.to_string(),
    };
    (holds, text)
}

fn is_partial(fact: &CallFact, outcome: &Outcome) -> bool {
    match &fact.call {
        super::call::Call::Send { data, .. } => outcome.ret < data.size() as i64,
        _ => false,
    }
}

fn received<R: Borrow<Record>>(row: Row, wanted: &[u8], records: &[R]) -> (bool, String) {
    match last_call(row, "recv", records)
        .and_then(|fact| fact.outcome.as_ref())
        .and_then(|outcome| outcome.out.as_ref())
    {
        Some(Out::Bytes(bytes)) => (bytes == wanted, clean::excerpt(bytes, 60)),
        _ => (false, format!("not so: recv() gave nothing on {row}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_has_an_example_that_can_be_read() {
        for (_, form) in FORMS.iter().chain(OTHER_FORMS) {
            let example = form.split("such as: ").nth(1).unwrap_or(form);
            let example = example.split(", or: ").next().unwrap_or(example);
            let example = example.split(", -,").next().unwrap_or(example);
            let text = if form.contains("such as") {
                example.to_owned()
            } else {
                format!("1 {example}")
            };
            assert!(
                Claim::parse(&text).is_ok(),
                "{text}: {:?}",
                Claim::parse(&text)
            );
            assert!(
                Claim::parse(&format!("not {text}")).is_ok_and(|claim| claim.not),
                "not {text}"
            );
        }
    }

    #[test]
    fn a_wrong_word_is_named_with_the_right_form() {
        let cases = [
            ("1 stage conected", "conected", "stage STAGE"),
            ("1 colour blue", "colour", "ROW stage"),
            ("1 poll", "", "poll MASK"),
            ("1 poll IN|WHAT", "IN|WHAT", "poll MASK"),
            ("readable one", "one", "readable ROWS"),
            ("0 stage pending", "0", "ROW stage"),
        ];
        for (text, word, form) in cases {
            let bad = Claim::parse(text).expect_err(text);
            assert_eq!(bad.word, word, "{text}");
            assert!(bad.form.contains(form), "{text}: {}", bad.form);
        }
    }
}
