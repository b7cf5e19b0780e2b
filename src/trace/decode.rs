//! Lines into a header and records. Most lines are read at once; one that has a word or a field that is not known is sorted with care.

use super::fault::{Read, bad, malformed};
use super::field::text;
use super::line::{CallLine, HeaderLine, RecordLine};
use super::utc::from_utc;
use super::{FORMAT, VERSION, encode, fault, parts, seen, sort, tasks};
use crate::model::clean;
use crate::model::record::{Header, Record};

pub use super::fault::{DecodeError, MAX_LINE_BYTES};

/// Reads the header line.
///
/// # Errors
/// If it is not a header of a version this program knows.
pub fn header(line: &str) -> Read<Header> {
    let (known, mut unknown) = sort::header(line)?;
    let line: HeaderLine<'_> = serde_json::from_str(&known).map_err(|_| DecodeError::Foreign)?;
    if line.format.as_ref() != FORMAT {
        return Err(DecodeError::Foreign);
    }
    match line.version {
        0 => return Err(DecodeError::NoSuchVersion(0)),
        1 => unknown.clear(),
        VERSION => {}
        newer => return Err(DecodeError::TooNew(newer)),
    }
    Ok(Header {
        version: line.version,
        os: text("os", &line.os)?,
        kernel: text("kernel", &line.kernel)?,
        program: text("program", &line.program)?,
        started: from_utc(&line.started).ok_or_else(|| bad("started", &line.started))?,
        sysctl: line
            .sysctl
            .iter()
            .map(|(name, value)| (clean::text(name), *value))
            .collect(),
        unknown,
    })
}

/// Reads one record's line, of a trace of this version.
///
/// # Errors
/// If it is not a record.
pub fn record(version: u32, line: &str) -> Read<Record> {
    if line.len() > MAX_LINE_BYTES {
        return Err(DecodeError::Malformed(format!(
            "longer than {MAX_LINE_BYTES} bytes"
        )));
    }
    at_once(version, line).or_else(|why| keeping_unknown(version, line, why))
}

/// Reads a line in which everything is known.
fn at_once(version: u32, line: &str) -> Read<Record> {
    let strict = version > 1;
    let mut line: RecordLine<'_> = serde_json::from_str(line).map_err(|error| malformed(&error))?;
    if version == 1 {
        line.calls.iter_mut().for_each(as_in_version_1);
    }
    let changes = line.changes.iter().map(|line| {
        let change = parts::change(line)?;
        if strict && encode::change(&change) != *line {
            return Err(fault::unknown("change", &line.change));
        }
        Ok(change)
    });
    let calls = line.calls.iter().map(|line| parts::call(line, strict));
    let mut record = Record {
        tick: line.tick,
        looked: line.looked,
        changes: changes.collect::<Read<_>>()?,
        calls: calls.collect::<Read<_>>()?,
        events: line.events.iter().map(parts::event).collect::<Read<_>>()?,
        rules: line
            .rules
            .iter()
            .map(|words| seen::rule(words))
            .collect::<Read<_>>()?,
        packets: line.packets.iter().map(seen::packet).collect::<Read<_>>()?,
        tasks: line.tasks.iter().map(tasks::task).collect::<Read<_>>()?,
        said: line.said.iter().map(tasks::said).collect::<Read<_>>()?,
        looks: line.looks.iter().map(seen::look).collect::<Read<_>>()?,
        stages: line.stages.iter().map(seen::stage).collect::<Read<_>>()?,
        ..Record::new(line.n, parts::cause(&line.cause)?, line.at_us)
    };
    if strict {
        record.unknown.extend(sort::cause(&record.cause));
    }
    Ok(record)
}

/// What version 1 did not look at: which option getsockopt reads, and a family of connect.
fn as_in_version_1(line: &mut CallLine<'_>) {
    match line.call.as_ref() {
        "getsockopt" => line.option = Some("SO_ERROR".into()),
        "connect" => line.family = None,
        _ => {}
    }
}

/// Reads a line that could not be read at once: what is not known is sorted out. In version 2 it is kept, in version 1 unknown fields are
/// dropped and unknown words are a fault.
fn keeping_unknown(version: u32, line: &str, why: DecodeError) -> Read<Record> {
    if version > 1 {
        return match sort::record(line) {
            // Only the line as a whole tells where in it a fault stands.
            Err(DecodeError::Malformed(_)) if !why.is_of_the_unknown() => Err(why),
            sorted => sorted,
        };
    }
    match sort::without_unknown_fields(line)? {
        Some(known) => at_once(version, &known),
        None => Err(why),
    }
}
