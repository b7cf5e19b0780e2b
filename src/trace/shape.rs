//! Which fields the objects of a line have, as its structs say it, and what stands in them besides.

use super::fault::{DecodeError, Read};
use super::line::{
    CallLine, ChangeLine, EventLine, FileLine, HeaderLine, LookLine, PacketLine, QueueLine,
    RecordLine, SaidLine, StageLine, TaskLine, TcpLine, WireEndLine,
};
use super::tree::{Object, fields_of, harmless, list, longest_string, quoted};
use crate::model::clean;
use crate::model::packet::flow::Flow;
use crate::model::packet::segment::Segment;
use crate::model::unknown::{LinePart, Unknown};

/// What is known of an object, or of each object in a list.
pub(super) struct ObjectShape {
    /// The names of its fields; none: its one field is a word, which is not looked at here.
    fields: fn() -> &'static [&'static str],
    /// Those fields that are objects or lists of objects again.
    inner: &'static [(&'static str, &'static ObjectShape)],
}

impl ObjectShape {
    fn knows(&self, name: &str) -> bool {
        let fields = (self.fields)();
        fields.is_empty() || fields.contains(&name)
    }

    /// The shape of a field.
    pub(super) fn inside(&self, name: &str) -> Option<&'static ObjectShape> {
        let found = self.inner.iter().find(|(known, _)| *known == name);
        found.map(|(_, shape)| *shape)
    }
}

const fn flat(fields: fn() -> &'static [&'static str]) -> ObjectShape {
    ObjectShape { fields, inner: &[] }
}

/// A word with something in it: `{"appeared":{}}`.
pub(super) const fn word(inner: &'static [(&'static str, &'static ObjectShape)]) -> ObjectShape {
    ObjectShape {
        fields: || &[],
        inner,
    }
}

pub(super) static HEADER: ObjectShape = flat(fields_of::<HeaderLine<'static>>);
pub(super) static RECORD: ObjectShape = ObjectShape {
    fields: fields_of::<RecordLine<'static>>,
    inner: &[
        ("changes", &CHANGE),
        ("calls", &CALL),
        ("events", &EVENT),
        ("looks", &LOOK),
        ("packets", &PACKET),
        ("tasks", &TASK),
        ("said", &SAID),
        ("stages", &STAGE),
    ],
};
static TASK: ObjectShape = flat(fields_of::<TaskLine<'static>>);
static SAID: ObjectShape = flat(fields_of::<SaidLine<'static>>);
static CHANGE: ObjectShape = flat(fields_of::<ChangeLine<'static>>);
static CALL: ObjectShape = flat(fields_of::<CallLine<'static>>);
static EVENT: ObjectShape = flat(fields_of::<EventLine>);
static STAGE: ObjectShape = flat(fields_of::<StageLine<'static>>);
static LOOK: ObjectShape = ObjectShape {
    fields: fields_of::<LookLine<'static>>,
    inner: &[
        ("tcp", &TCP),
        ("queue", &QUEUE),
        ("file", &FILE),
        ("client", &END),
        ("server", &END),
    ],
};
static TCP: ObjectShape = flat(fields_of::<TcpLine<'static>>);
static FILE: ObjectShape = flat(fields_of::<FileLine>);
static QUEUE: ObjectShape = flat(fields_of::<QueueLine>);
static END: ObjectShape = flat(fields_of::<WireEndLine<'static>>);
static PACKET: ObjectShape = ObjectShape {
    fields: fields_of::<PacketLine>,
    inner: &[("what", &WHAT)],
};
static WHAT: ObjectShape = word(&[("appeared", &APPEARED)]);
static APPEARED: ObjectShape = ObjectShape {
    fields: || &["flow", "segment", "origin"],
    inner: &[("flow", &FLOW), ("segment", &SEGMENT)],
};
static FLOW: ObjectShape = flat(fields_of::<Flow>);
static SEGMENT: ObjectShape = ObjectShape {
    fields: fields_of::<Segment>,
    inner: &[("kind", &KIND)],
};
static KIND: ObjectShape = word(&[("icmp", &ICMP), ("icmp6", &ICMP)]);
static ICMP: ObjectShape = flat(|| &["kind", "code"]);

/// The JSON without the fields that are not known; those are put into `found`. What is no object stays as it is.
pub(super) fn strip(
    json: &str,
    shape: &ObjectShape,
    place: &str,
    found: &mut Vec<Unknown>,
) -> Read<String> {
    let within = |step: &str| match place {
        "" => step.to_owned(),
        place => format!("{place}/{step}"),
    };
    if let Some(elements) = list(json) {
        let parts = elements.iter().enumerate().map(|(index, element)| {
            strip(element.get(), shape, &within(&index.to_string()), found)
        });
        let parts = parts.collect::<Read<Vec<String>>>()?;
        return Ok(format!("[{}]", parts.join(",")));
    }
    let Some(object) = Object::of(json) else {
        return Ok(json.to_owned());
    };
    let mut parts = Vec::new();
    for (at, (name, value)) in object.0.iter().enumerate() {
        let json = value.get();
        if !shape.knows(name) {
            found.push(field(place, name, at, json)?);
            continue;
        }
        let json = match shape.inside(name) {
            Some(shape) => strip(json, shape, &within(name), found)?,
            None => json.to_owned(),
        };
        parts.push(format!("{}:{json}", quoted(name)));
    }
    Ok(format!("{{{}}}", parts.join(",")))
}

/// The fields that are known, and yet are not in what was made of the object: this one does not have them.
pub(super) fn lost(
    json: &str,
    kept: &str,
    shape: &ObjectShape,
    place: &str,
    found: &mut Vec<Unknown>,
) -> Read<()> {
    let (Some(object), Some(kept)) = (Object::of(json), Object::of(kept)) else {
        return Ok(());
    };
    for (at, (name, value)) in object.0.iter().enumerate() {
        let says_nothing = matches!(value.get(), "null" | "false" | "[]");
        if shape.knows(name) && kept.get(name).is_none() && !says_nothing {
            found.push(field(place, name, at, value.get())?);
        }
    }
    // They are written back in the order in which they stand in their object.
    found.sort_by_key(|unknown| unknown.at);
    Ok(())
}

fn field(place: &str, name: &str, at: usize, json: &str) -> Read<Unknown> {
    let of = match place.split('/').next().unwrap_or_default() {
        "" => "",
        "changes" => " of a change",
        "calls" => " of a call",
        "events" => " of an event",
        "looks" => " of a look",
        "packets" => " of a packet",
        "tasks" => " of a thread",
        "said" => " of words",
        _ => " of a stage",
    };
    let description = format!("field {name}{of}: {json}");
    let part = LinePart::Field {
        place: place.to_owned(),
        name: name.to_owned(),
    };
    unknown(part, at, json, &description)
}

/// So many characters of what is not understood are shown.
const SHOWN: usize = 200;

/// One thing that is not understood, within the limits of foreign text.
pub(super) fn unknown(part: LinePart, at: usize, json: &str, description: &str) -> Read<Unknown> {
    if longest_string(json) > clean::MAX_TEXT_BYTES {
        return Err(DecodeError::Malformed(format!(
            "a string is longer than {} bytes",
            clean::MAX_TEXT_BYTES
        )));
    }
    let mut shown: String = description.chars().take(SHOWN).collect();
    if shown.len() < description.len() {
        shown.push_str("...");
    }
    Ok(Unknown {
        part,
        at,
        raw: harmless(json),
        shown: clean::text(&shown),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::packet::Flags;
    use crate::model::packet::segment::{Direction, SegmentKind};
    use crate::model::wire::{Origin, PacketEvent};

    #[test]
    fn the_fields_that_are_named_here_are_those_of_the_model() {
        let appeared = PacketEvent::Appeared {
            flow: None,
            segment: Segment {
                direction: Direction::ToServer,
                kind: SegmentKind::Icmp { kind: 3, code: 1 },
                flags: Flags::ACK,
                seq: 0,
                ack: None,
                length: 0,
                window: 0,
                excerpt: String::new(),
            },
            origin: Origin::Kernel,
        };
        let json = serde_json::to_string(&appeared).expect("plain data");
        let mut found = Vec::new();
        let kept = strip(&json, &WHAT, "", &mut found).expect("within the limits");
        assert_eq!((kept.as_str(), found.len()), (json.as_str(), 0));
        let more = json.replace("\"code\":1", "\"code\":1,\"zone\":2");
        assert_eq!(strip(&more, &WHAT, "", &mut found), Ok(json));
        assert_eq!(found.len(), 1);
    }
}
