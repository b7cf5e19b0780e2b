//! What a script expects: a claim about a row, a list or the wire, and what is so instead.

mod check;
pub(super) mod complete;
pub mod condition;
mod covered;
pub mod facts;
mod flags;
pub mod pattern;
pub mod program;
mod property;
mod read;
pub mod wire;
mod words;

use crate::model::errno::{Errno, Failure};
use crate::model::ids::Row;
use crate::model::readiness::{Interest, PollMask, Readiness, SelectSets};
use crate::model::record::Answer;
use crate::model::socket::Stage;
use crate::model::tcp::TcpState;
use crate::model::world::{RowCaller, World};
use facts::FactClaim;
use program::ProgramClaim;
use wire::WireClaim;

/// A claim that holds or does not hold after a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// It is the opposite that is claimed.
    pub not: bool,
    /// What is claimed.
    pub what: Subject,
}

/// What can be claimed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// Of one row.
    Of(Row, Property),
    /// Which rows poll(2) has in a list, of those that are asked for.
    True(ClaimList, Vec<Row>),
    /// Which rows the last tick's poll reported to be in a list.
    New(ClaimList, Vec<Row>),
    /// What is on the lab wire.
    Wire(WireClaim),
    /// How many sockets of the program there are.
    Sockets(usize),
    /// How many events the last tick's poll gave.
    Events(usize),
    /// The last record was explained by the sentence of this key, for this row or for any.
    Says(Option<Row>, String),
    /// Of the watched program as a whole.
    Program(ProgramClaim),
}

/// One of the three lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the lists' own names")]
pub enum ClaimList {
    Readable,
    Writable,
    Error,
}

/// What can be claimed of one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Property {
    /// Its stage.
    Stage(Stage),
    /// Why it failed.
    Failure(Failure),
    /// The last call of this name on this row that this one made, and what came back.
    Call(RowCaller, String, ExpectedResult),
    /// What poll(2) says, exactly.
    Poll(PollMask),
    /// What the level-triggered epoll says, exactly.
    Epoll(PollMask),
    /// What select(2) says, exactly.
    Select(SelectSets),
    /// select(2) cannot say anything: `n/a` for a high descriptor, `EBADF` as a whole.
    SelectCannot(Answer<SelectSets>),
    /// What the last tick's poll reported of it, exactly.
    Reported(Readiness),
    /// What it is watched for; `None`: it is not watched.
    Asked(Option<Interest>),
    /// The kernel's TCP state.
    Kernel(TcpState),
    /// What the client's kernel says of the connection, on the wire; `None`: it knows nothing of it.
    Client(Option<TcpState>),
    /// What the server's kernel says of the connection, on the wire; `None`: it knows nothing of it.
    Server(Option<TcpState>),
    /// At least so many SYNs were sent.
    Syns(u32),
    /// At least so many segments are unacknowledged.
    Unacked(u32),
    /// The accept queue's length at its peer.
    Queue(u32),
    /// Bytes that the last recv() gave.
    Bytes(Vec<u8>),
    /// What was in SO_ERROR when it was last read; `None`: nobody has read it.
    SoError(Option<Option<Errno>>),
    /// It has a local port.
    Port,
    /// A call of this name has not returned.
    Stuck(String),
    /// The row at the other end.
    Partner(Row),
    /// A call of this name was made so often on it.
    Made(String, u32),
    /// It and this row wait for each other, and neither can end it.
    Deadlock(Row),
    /// What is so, or has happened.
    Fact(FactClaim),
}

/// A sentence that was said about a record, by its key in the texts: `recv end`, or `recv end/error-taken` for one of several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaidSentence {
    /// About which row.
    pub row: Option<Row>,
    /// Its key.
    pub key: String,
}

/// What came back from a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExpectedResult {
    /// This return value.
    Ret(i64),
    /// More than 0, and less than was offered.
    Partial,
    /// Success, whatever the value.
    Success,
    /// -1 and this errno; of getsockopt this errno as the value read.
    Errno(Errno),
}

impl ExpectedResult {
    /// What came back from a call, as a claim writes it.
    fn read(text: &str) -> Option<ExpectedResult> {
        Some(match text {
            "ok" => ExpectedResult::Success,
            "partial" => ExpectedResult::Partial,
            text => match text.parse() {
                Ok(ret) => ExpectedResult::Ret(ret),
                Err(_) => ExpectedResult::Errno(Errno::from_name(text)?),
            },
        })
    }
}

/// The forms of a claim, for messages and completion: the word behind the row, and what follows it.
pub const FORMS: &[(&str, &str)] = &[
    ("stage", "stage STAGE, such as: 1 stage connected"),
    ("errno", "errno NAME, such as: 2 errno ECONNREFUSED"),
    (
        "call",
        "call NAME RESULT, of its own program, with a number, ok, partial or an errno, such as: 1 call recv 5",
    ),
    (
        "peer",
        "peer call NAME RESULT, a call that its peer made, such as: 1 peer call send 5",
    ),
    ("poll", "poll MASK, such as: 1 poll IN|OUT, or: 1 poll -"),
    ("epoll", "epoll MASK, such as: 1 epoll IN|OUT"),
    (
        "select",
        "select SETS, such as: 1 select R|W, -, n/a or EBADF",
    ),
    (
        "reported",
        "reported FLAGS, such as: 1 reported READABLE|WRITABLE, or: 1 reported -",
    ),
    ("asked", "asked LETTERS, such as: 1 asked rw, or: 1 asked -"),
    ("kernel", "kernel STATE, such as: 1 kernel ESTABLISHED"),
    (
        "client",
        "client STATE, of the wire, such as: 1 client TIME-WAIT, or: 1 client -",
    ),
    (
        "server",
        "server STATE, of the wire, such as: 1 server SYN-RECV, or: 1 server -",
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
    ("port", "port, it has a local one, such as: 1 port"),
    ("stuck", "stuck CALL, such as: 1 stuck connect"),
    ("partner", "partner ROW, such as: 1 partner 3"),
    (
        "made",
        "made NAME COUNT, so often, such as: 1 made connect 3",
    ),
    ("deadlock", "deadlock ROW, such as: 1 deadlock 3"),
    (
        "family",
        "family NAME, with inet, inet6 or unix, such as: 1 family unix",
    ),
    (
        "kind",
        "kind KIND, with socket, file, pipe-read, pipe-write, pty-master or pty-slave, such as: 1 kind file",
    ),
    (
        "address",
        "address KIND, with any (0.0.0.0, ::) or many (multicast, broadcast), such as: 1 address many",
    ),
    (
        "end",
        "end KIND, with client, listener or accepted, such as: 2 end listener",
    ),
    (
        "mode",
        "mode MODE, with non-blocking, connect_ex, blocking or timeout, such as: 1 mode blocking",
    ),
    ("has", "has MASK, at least this of poll, such as: 1 has HUP"),
    (
        "taken",
        "taken CALL ERRNO, who took a pending error; any for any call, and no ERRNO for any, such as: 2 taken getsockopt ECONNREFUSED",
    ),
    (
        "failure",
        "failure NAME, why it is in stage error: an errno, a code, or timed out, such as: 1 failure timed out",
    ),
    (
        "says",
        "says KEY, a sentence by its key in the texts, such as: 1 says recv end",
    ),
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
    ("wire", wire::FORM),
    ("sockets", "sockets COUNT, such as: sockets 4"),
    ("events", "events COUNT, such as: events 300"),
    (
        "says",
        "says /TEXT/, what a watched program said, or says KEY, a sentence by its key in the texts, such as: says /connected/, or: says recv end",
    ),
    (
        "exit",
        "exit CODE or exit not CODE, how a watched program ended by itself, such as: exit 0, or: exit not 0",
    ),
    (
        "ends",
        "ends within TIME, a watched program by itself, such as: ends within 5s",
    ),
    (
        "stuck",
        "stuck, all that a watched program waits for has no limit, such as: stuck",
    ),
    (
        "call",
        "call NAME RESULT, the last call of this name of a watched program, such as: call select 0",
    ),
    (
        "made",
        "made NAME COUNT, so many calls of a watched program, such as: made poll 3",
    ),
    (
        "handed",
        "handed NAME COUNT, so many descriptors did the calls of a watched program hand to the kernel, such as: handed poll 30",
    ),
    (
        "threads",
        "threads COUNT, of a watched program, such as: threads 11",
    ),
];

/// Why a text is no claim: the wrong word, and the right form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadClaim {
    /// The word that cannot stand there, cleaned; empty if something is missing.
    pub word: String,
    /// The form.
    pub form: &'static str,
}

impl Claim {
    /// Reads what stands behind `expect`.
    ///
    /// # Errors
    /// Names the wrong word and the right form.
    pub fn parse(text: &str) -> Result<Claim, BadClaim> {
        let text = text.trim();
        let (not, text) = match words::split(text) {
            ("not", rest) if !rest.is_empty() => (true, rest),
            _ => (false, text),
        };
        let what = read::what(text)?;
        Ok(Claim { not, what })
    }

    /// Whether it is about packets, which come by themselves.
    pub fn is_about_the_wire(&self) -> bool {
        matches!(self.what, Subject::Wire(_))
    }

    /// Whether it holds in this world; `said` are the sentences that explained its last record.
    ///
    /// # Errors
    /// What is so instead.
    pub fn check(
        &self,
        world: &World,
        said: impl FnOnce() -> Vec<SaidSentence>,
    ) -> Result<(), String> {
        let (holds, instead) = match &self.what {
            Subject::Says(row, key) => says(*row, key, &said()),
            what => what.look(world),
        };
        match (holds, self.not) {
            (true, false) | (false, true) => Ok(()),
            (false, false) => Err(format!("it is {instead}")),
            (true, true) => Err("it is so".to_owned()),
        }
    }
}

impl Claim {
    /// What is so of what it speaks of, whether it holds or not; empty of sentences, which only a record has.
    pub fn found(&self, world: &World) -> String {
        match &self.what {
            Subject::Says(..) => String::new(),
            what => what.look(world).1,
        }
    }
}

impl ClaimList {
    /// Its name on the screen.
    pub fn name(self) -> &'static str {
        self.kind().name
    }
}

/// Whether a sentence of this key was said, and which ones were.
fn says(row: Option<Row>, key: &str, said: &[SaidSentence]) -> (bool, String) {
    let of_row = |said: &&SaidSentence| row.is_none_or(|row| said.row == Some(row));
    let keys: Vec<&str> = said
        .iter()
        .filter(of_row)
        .map(|said| said.key.as_str())
        .collect();
    let text = match keys.is_empty() {
        true => "not so: nothing was said".to_owned(),
        false => format!("said by {}", keys.join(", ")),
    };
    (keys.contains(&key), text)
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
