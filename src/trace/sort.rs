//! A line sorted into what is known and what is not.

use super::fault::{DecodeError, Read, malformed, unknown};
use super::line::{
    CallLine, ChangeLine, EventLine, LookLine, PacketLine, RecordLine, SaidLine, StageLine,
    TaskLine,
};
use super::shape::{self, HEADER, ObjectShape, RECORD, lost, strip};
use super::tree::{Object, list};
use super::{encode, parts, seen};
use crate::model::call::{Call, CalledBy};
use crate::model::clean;
use crate::model::record::{Cause, Change, Record};
use crate::model::unknown::{LinePart, Unknown};
use serde::Serialize;
use std::fmt::Write;

/// A header without the fields that are not known, and those.
pub(super) fn header(line: &str) -> Read<(String, Vec<Unknown>)> {
    let mut found = Vec::new();
    if Object::of(line).is_none() {
        return Err(DecodeError::Foreign);
    }
    let known = strip(line, &HEADER, "", &mut found)?;
    Ok((known, found))
}

/// A record's line without the fields that are not known; `None` if it has no such field.
pub(super) fn without_unknown_fields(line: &str) -> Read<Option<String>> {
    let mut found = Vec::new();
    let known = strip(line, &RECORD, "", &mut found)?;
    Ok((!found.is_empty()).then_some(known))
}

/// A cause that is not understood. Its words stay in the record.
pub(super) fn cause(cause: &Cause) -> Option<Unknown> {
    match cause {
        Cause::Command(_) | Cause::Answer | Cause::Step(_) | Cause::Program => None,
        Cause::Unknown(words) => {
            shape::unknown(LinePart::Cause, 0, "", &format!("cause {words}")).ok()
        }
    }
}

/// The lists of a line, which are sorted element by element.
const LISTS: [&str; 9] = [
    "changes", "calls", "events", "looks", "rules", "packets", "tasks", "said", "stages",
];

/// Reads a record's line, and keeps what is not understood.
pub(super) fn record(line: &str) -> Read<Record> {
    let object: Object<'_> = serde_json::from_str(line).map_err(|error| malformed(&error))?;
    for (at, (name, _)) in object.0.iter().enumerate() {
        if object.0[..at].iter().any(|(before, _)| before == name) && LISTS.contains(&name.as_ref())
        {
            return Err(DecodeError::Malformed(format!("duplicate field `{name}`")));
        }
    }
    let mut found = Vec::new();
    let changes = each(&object, &LinePart::Change, &mut found, change, |change| {
        json(&encode::change(change))
    })?;
    let calls = each(&object, &LinePart::Call, &mut found, call, |fact| {
        json(&encode::call(fact))
    })?;
    let looks = each(
        &object,
        &LinePart::Look,
        &mut found,
        |json| seen::look(&read::<LookLine<'_>>(json)?),
        |(row, look)| json(&encode::look_line(*row, look)),
    )?;
    let rules = each(
        &object,
        &LinePart::Rule,
        &mut found,
        |json| seen::rule(&read::<String>(json)?),
        |_| String::new(),
    )?;
    let packets = each(&object, &LinePart::Packet, &mut found, packet, |fact| {
        json(&encode::packet(fact))
    })?;
    let stages = each(
        &object,
        &LinePart::Stage,
        &mut found,
        |json| seen::stage(&read::<StageLine<'_>>(json)?),
        |change| json(&encode::stage(change)),
    )?;
    let mut events = Vec::new();
    if let Some(json) = object.get("events") {
        let known = strip(json, inner("events"), "events", &mut found)?;
        for line in read::<Vec<EventLine>>(&known)? {
            events.push(parts::event(&line)?);
        }
    }
    let (mut tasks, mut said) = (Vec::new(), Vec::new());
    if let Some(json) = object.get("tasks") {
        let known = strip(json, inner("tasks"), "tasks", &mut found)?;
        for line in read::<Vec<TaskLine<'_>>>(&known)? {
            tasks.push(super::tasks::task(&line)?);
        }
    }
    if let Some(json) = object.get("said") {
        let known = strip(json, inner("said"), "said", &mut found)?;
        for line in read::<Vec<SaidLine<'_>>>(&known)? {
            said.push(super::tasks::said(&line)?);
        }
    }
    let mut record = scalars(&object, &mut found)?;
    found.extend(cause(&record.cause));
    record.changes = changes.into();
    record.calls = calls.into();
    record.events = events.into();
    record.looks = looks.into();
    record.rules = rules;
    record.packets = packets;
    record.tasks = tasks;
    record.said = said;
    record.stages = stages.into();
    record.unknown = found;
    Ok(record)
}

/// The line without its lists: an empty record.
fn scalars(object: &Object<'_>, found: &mut Vec<Unknown>) -> Read<Record> {
    let fields = object.0.iter().map(|(name, value)| {
        let is_list = LISTS.contains(&name.as_ref());
        let value = if is_list { "[]" } else { value.get() };
        format!("{}:{value}", super::tree::quoted(name))
    });
    let line = format!("{{{}}}", fields.collect::<Vec<_>>().join(","));
    let known = strip(&line, &RECORD, "", found)?;
    let line = read::<RecordLine<'_>>(&known)?;
    Ok(Record {
        tick: line.tick,
        looked: line.looked,
        ..Record::new(line.n, parts::cause(&line.cause)?, line.at_us)
    })
}

fn inner(name: &str) -> &'static ObjectShape {
    static NOTHING: ObjectShape = shape::word(&[]);
    RECORD.inside(name).unwrap_or(&NOTHING)
}

/// Reads the elements of one list. One with a word that is not known is kept whole; fields that are not known are kept beside the rest.
fn each<T>(
    object: &Object<'_>,
    part: &LinePart,
    found: &mut Vec<Unknown>,
    read: impl Fn(&str) -> Read<T>,
    write: impl Fn(&T) -> String,
) -> Read<Vec<T>> {
    let name = part.list().unwrap_or_default();
    let Some(json) = object.get(name) else {
        return Ok(Vec::new());
    };
    let elements = list(json)
        .ok_or_else(|| DecodeError::Malformed(format!("the field {name} is not a list")))?;
    let shape = inner(name);
    let mut all = Vec::new();
    for (at, element) in elements.iter().enumerate() {
        let json = element.get();
        let place = format!("{name}/{at}");
        let mut fields = Vec::new();
        let known = strip(json, shape, &place, &mut fields)?;
        match read(&known) {
            Ok(value) => {
                lost(json, &write(&value), shape, &place, &mut fields)?;
                found.append(&mut fields);
                all.push(value);
            }
            Err(DecodeError::Unknown { field, value }) => {
                let shown = described(part, json, field, &value);
                found.push(shape::unknown(part.clone(), at, json, &shown)?);
            }
            Err(why) => return Err(why),
        }
    }
    Ok(all)
}

fn json(line: &impl Serialize) -> String {
    serde_json::to_string(line).unwrap_or_default()
}

fn read<'de, T: serde::Deserialize<'de>>(json: &'de str) -> Read<T> {
    serde_json::from_str(json).map_err(|error| malformed(&error))
}

/// The word that says what an element is comes first: of what is not known, no field has a type that could be wrong.
fn first_word(json: &str, field: &'static str, is_known: impl Fn(&str) -> bool) -> Read<()> {
    let word = Object::of(json).and_then(|object| object.text(field));
    match word {
        Some(word) if !is_known(&word) => Err(unknown(field, &word)),
        _ => Ok(()),
    }
}

fn call(json: &str) -> Read<crate::model::call::CallFact> {
    first_word(json, "call", Call::is_known)?;
    parts::call(&read::<CallLine<'_>>(json)?, false)
}

fn change(json: &str) -> Read<Change> {
    first_word(json, "change", |word| {
        let bare = ChangeLine {
            change: word.into(),
            ..ChangeLine::default()
        };
        !matches!(
            parts::change(&bare),
            Err(DecodeError::Unknown {
                field: "change",
                ..
            })
        )
    })?;
    parts::change(&read::<ChangeLine<'_>>(json)?)
}

/// serde names a word that it does not know in such a sentence.
const UNKNOWN_VARIANT: &str = "unknown variant `";

fn packet(json: &str) -> Read<crate::model::record::PacketFact> {
    let line = serde_json::from_str::<PacketLine>(json).map_err(|error| {
        let fault = error.to_string();
        let word = fault.strip_prefix(UNKNOWN_VARIANT);
        match word.and_then(|rest| rest.split('`').next()) {
            Some(word) => unknown("what", word),
            None => malformed(&error),
        }
    })?;
    seen::packet(&line)
}

/// An element in words: a call as strace writes it, everything else as it is written.
fn described(part: &LinePart, json: &str, field: &str, word: &str) -> String {
    let kind = match part {
        LinePart::Call => return call_described(json, field, word),
        LinePart::Change => "change",
        LinePart::Look => "look",
        LinePart::Rule => "rule",
        LinePart::Packet => "packet",
        LinePart::Stage => "stage",
        LinePart::Cause => "cause",
        LinePart::Field { .. } => "field",
    };
    match (part, serde_json::from_str::<String>(json)) {
        (LinePart::Rule, Ok(words)) => words,
        _ => format!("{kind} {word}: {json}"),
    }
}

/// `call sendmsg(8, "hello", 5) = 5`
fn call_described(json: &str, field: &str, word: &str) -> String {
    let Some(object) = Object::of(json) else {
        return format!("call {json}");
    };
    let text = |name: &str| object.text(name);
    let mut shown = format!(
        "call {}({})",
        text("call").unwrap_or_default(),
        text("args").unwrap_or_default()
    );
    match object.get("ret") {
        Some(ret) => {
            let _ = write!(shown, " = {ret}");
        }
        None => shown.push_str(" = ? (still running)"),
    }
    if let Some(errno) = text("errno") {
        let _ = write!(shown, " {errno}");
    }
    if let Some(by) = text("by").filter(|by| by.parse::<CalledBy>().is_err()) {
        let _ = write!(shown, ", by {by}");
    }
    if !matches!(field, "call" | "errno" | "by") {
        let _ = write!(shown, ", {field} {word}");
    }
    clean::text(&shown)
}
