//! A whole trace, read line by line: what is good comes out, and the first fault is named with its line. Nothing after a fault is
//! believed, since every record builds on those before it.

use super::decode::{self, DecodeError, MAX_LINE_BYTES};
use crate::model::record::{Answer, Change, Header, Look, Record};
use std::io::{BufRead, Read};
use thiserror::Error;

/// The most records that are read.
pub const MAX_RECORDS: u64 = 1_000_000;
/// So often one record may begin rows again. Each time costs every later call of that row a look at one attempt more.
const MAX_RESTARTS: usize = 1000;
/// The latest moment that a record can have: a hundred years after the session began, in microseconds.
const LATEST_US: u64 = 100 * 366 * 86_400 * 1_000_000;

/// Where a trace stops being good, and why.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("line {line}: {why}")]
pub struct TraceFault {
    /// The line, counted from 1.
    pub line: u64,
    /// What is wrong with it.
    pub why: FaultReason,
}

/// What is wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FaultReason {
    /// There is no line at all.
    #[error(
        "there is nothing in it: a recording begins with a line that has \"format\":\"sockstep-trace\""
    )]
    Empty,
    /// It cannot be read as what it should be.
    #[error("{0}")]
    Decode(#[from] DecodeError),
    /// The last line has no end.
    #[error(
        "the recording breaks off in the middle of this line: its writer was stopped, or the disk was full"
    )]
    Truncated,
    /// More bytes than any line has.
    #[error("the line is longer than {MAX_LINE_BYTES} bytes: the file is damaged, or no recording")]
    TooLong,
    /// Not UTF-8.
    #[error("the line is not UTF-8 text: the file is damaged, or no recording")]
    NotText,
    /// More records than are read.
    #[error(
        "there are more than {MAX_RECORDS} records, and no more are read: cut the file before this line"
    )]
    TooMany,
    /// Record numbers have a gap or go back.
    #[error(
        "here stands record {found}, and record {wanted} was due: lines are missing or in disorder"
    )]
    OutOfOrder {
        /// The number that was due.
        wanted: u64,
        /// The number that was found.
        found: u64,
    },
    /// Ticks go back or leap.
    #[error(
        "here stands tick {found}, and tick {wanted} was due: lines are missing or in disorder"
    )]
    TickOutOfOrder {
        /// The tick that was due.
        wanted: u64,
        /// The tick that was found.
        found: u64,
    },
    /// Time goes back, or leaps a hundred years.
    #[error(
        "the time {0} microseconds cannot be: it is before the record above it, or a hundred years after the start"
    )]
    Time(u64),
    /// One record begins rows again more often than any command does.
    #[error(
        "the record begins sockets again {0} times, and no command does that: the file is damaged"
    )]
    TooManyRestarts(usize),
    /// The system cannot read on.
    #[error("the file cannot be read on: {0}")]
    Unreadable(String),
}

/// Reads a trace as it comes.
#[derive(Debug)]
pub struct Reader<R> {
    input: R,
    header: Header,
    line: u64,
    buffer: Vec<u8>,
    records: u64,
    ticks: u64,
    at_us: u64,
    over: bool,
}

impl<R: BufRead> Reader<R> {
    /// Reads up to the header.
    ///
    /// # Errors
    /// If there is none, or one of a version that this program does not know.
    pub fn new(input: R) -> Result<Reader<R>, TraceFault> {
        let mut reader = Reader {
            input,
            header: Header {
                version: Header::NEWEST,
                os: String::new(),
                kernel: String::new(),
                program: String::new(),
                started: 0,
                sysctl: Vec::new(),
                unknown: Vec::new(),
            },
            line: 0,
            buffer: Vec::new(),
            records: 0,
            ticks: 0,
            at_us: 0,
            over: false,
        };
        reader.header = match reader.next_line() {
            Ok(Some(text)) => decode::header(text).map_err(FaultReason::Decode),
            Ok(None) => Err(FaultReason::Empty),
            Err(why) => Err(why),
        }
        .map_err(|why| TraceFault {
            line: reader.line.max(1),
            why,
        })?;
        Ok(reader)
    }

    /// The first line.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The line that was read last, counted from 1.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// The next line that is neither empty nor a comment, without its end.
    fn next_line(&mut self) -> Result<Option<&str>, FaultReason> {
        loop {
            self.buffer.clear();
            let most = MAX_LINE_BYTES as u64 + 2;
            let read = (&mut self.input)
                .take(most)
                .read_until(b'\n', &mut self.buffer);
            match read {
                Err(error) => {
                    self.line += 1;
                    return Err(FaultReason::Unreadable(error.to_string()));
                }
                Ok(0) => return Ok(None),
                Ok(_) => self.line += 1,
            }
            if self.buffer.len() > MAX_LINE_BYTES + 1 {
                return Err(FaultReason::TooLong);
            }
            let first = self.buffer.iter().find(|byte| !byte.is_ascii_whitespace());
            if !matches!(first, None | Some(b'#')) {
                break;
            }
        }
        let text = std::str::from_utf8(&self.buffer).map_err(|_| {
            if self.buffer.ends_with(b"\n") {
                FaultReason::NotText
            } else {
                FaultReason::Truncated
            }
        })?;
        Ok(Some(text.trim_end()))
    }

    fn next_record(&mut self) -> Result<Option<Record>, FaultReason> {
        let version = self.header.version;
        let Some(text) = self.next_line()? else {
            return Ok(None);
        };
        let record = decode::record(version, text);
        let has_ended = self.buffer.ends_with(b"\n");
        let record = record.map_err(|error| match error {
            DecodeError::Malformed(_) if !has_ended => FaultReason::Truncated,
            error => FaultReason::Decode(error),
        })?;
        self.check(&record)?;
        self.records += 1;
        self.ticks += u64::from(record.tick.is_some());
        self.at_us = record.at_us;
        Ok(Some(record))
    }

    fn check(&self, record: &Record) -> Result<(), FaultReason> {
        if self.records >= MAX_RECORDS {
            return Err(FaultReason::TooMany);
        }
        if record.n != self.records {
            return Err(FaultReason::OutOfOrder {
                wanted: self.records,
                found: record.n,
            });
        }
        if let Some(found) = record.tick
            && found != self.ticks + 1
        {
            return Err(FaultReason::TickOutOfOrder {
                wanted: self.ticks + 1,
                found,
            });
        }
        let restarts = record
            .changes
            .iter()
            .filter(|change| matches!(change, Change::Restarted { .. }))
            .count();
        if restarts > MAX_RESTARTS {
            return Err(FaultReason::TooManyRestarts(restarts));
        }
        if record.at_us < self.at_us || record.at_us > LATEST_US {
            return Err(FaultReason::Time(record.at_us));
        }
        let late = record
            .looks
            .iter()
            .flat_map(|(_, look)| times(look))
            .find(|due| *due > LATEST_US);
        late.map_or(Ok(()), |due| Err(FaultReason::Time(due)))
    }
}

/// Every time that a look speaks of.
fn times(look: &Look) -> impl Iterator<Item = u64> {
    let tcp = look.tcp.answer().map(|tcp| [tcp.due_us, tcp.gives_up_us]);
    let ends = [look.client(), look.server()].map(Answer::answer);
    let ends = ends
        .into_iter()
        .flatten()
        .map(|end| [end.due_us, end.gives_up_us]);
    tcp.into_iter().chain(ends).flatten().flatten()
}

impl<R: BufRead> Iterator for Reader<R> {
    type Item = Result<Record, TraceFault>;

    /// The next record; after a fault or the end, nothing.
    fn next(&mut self) -> Option<Result<Record, TraceFault>> {
        if self.over {
            return None;
        }
        let next = self.next_record();
        self.over = !matches!(next, Ok(Some(_)));
        let line = self.line;
        next.map_err(|why| TraceFault { line, why }).transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::record::Cause;
    use crate::trace::encode;

    fn header() -> String {
        encode::header(&Header {
            version: Header::NEWEST,
            unknown: Vec::new(),
            os: "linux".to_owned(),
            kernel: "6.18.0".to_owned(),
            program: "sockstep 0.1.0".to_owned(),
            started: 0,
            sysctl: Vec::new(),
        })
    }

    fn record(n: u64) -> String {
        let mut record = Record::new(n, Cause::parse("tick"), n * 10);
        record.tick = Some(n + 1);
        encode::record(&record)
    }

    /// How many records come, and what ends them.
    fn read(text: &[u8]) -> (usize, Option<String>) {
        let reader = match Reader::new(text) {
            Ok(reader) => reader,
            Err(fault) => return (0, Some(fault.to_string())),
        };
        let mut good = 0;
        for record in reader {
            match record {
                Ok(_) => good += 1,
                Err(fault) => return (good, Some(fault.to_string())),
            }
        }
        (good, None)
    }

    #[test]
    fn what_stands_before_a_fault_is_read_and_the_fault_names_its_line() {
        let good = format!("{}{}{}", header(), record(0), record(1));
        let cut = &good[..good.len() - 9];
        let gap = format!("{}{}{}", header(), record(0), record(2));
        let back = good
            .replace("\"at_us\":10", "\"at_us\":0")
            .replace("\"at_us\":0,\"calls\"", "\"at_us\":5,\"calls\"");
        let newer = good.replace("\"version\":2", "\"version\":7");
        let cases: [(&str, usize, &str); 9] = [
            (&good, 2, ""),
            ("", 0, "line 1: there is nothing in it"),
            ("# only words\n\n", 0, "line 2: there is nothing in it"),
            ("hello\n", 0, "line 1: this is not a sockstep trace"),
            (
                &newer,
                0,
                "line 1: this trace has version 7, and this program reads versions 1 and 2: the program is too old",
            ),
            (cut, 1, "line 3: the recording breaks off"),
            (
                &gap,
                1,
                "line 3: here stands record 2, and record 1 was due",
            ),
            (
                &format!("{}{}nonsense\n", header(), record(0)),
                1,
                "line 3: this is no line of a trace",
            ),
            (
                &format!(
                    "{}{}",
                    header(),
                    record(0).replace("\"tick\":1", "\"tick\":9")
                ),
                0,
                "line 2: here stands tick 9",
            ),
        ];
        for (text, count, words) in cases {
            let (found, fault) = read(text.as_bytes());
            assert_eq!(found, count, "{words}");
            assert!(
                fault.clone().unwrap_or_default().starts_with(words),
                "{words}: {fault:?}"
            );
            assert_eq!(fault.is_none(), words.is_empty());
        }
        assert_eq!(read(back.as_bytes()).1, None, "equal times are allowed");
    }

    #[test]
    fn time_never_goes_back() {
        let late = record(0).replace("\"at_us\":0", "\"at_us\":11");
        let (good, fault) = read(format!("{}{late}{}", header(), record(1)).as_bytes());
        assert_eq!(good, 1);
        assert!(
            fault
                .unwrap_or_default()
                .contains("the time 10 microseconds cannot be")
        );
    }

    #[test]
    fn a_last_line_without_its_end_is_good_if_it_is_whole() {
        let text = format!("{}{}", header(), record(0));
        assert_eq!(read(text.trim_end().as_bytes()), (1, None));
    }

    #[test]
    fn a_line_without_end_is_not_kept_in_memory() {
        let mut text = header().into_bytes();
        text.resize(text.len() + MAX_LINE_BYTES + 10, b'x');
        let (good, fault) = read(&text);
        assert_eq!(good, 0);
        assert!(
            fault
                .unwrap_or_default()
                .starts_with("line 2: the line is longer than")
        );
    }
}
