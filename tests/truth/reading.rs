//! What a trace says of a row, as a reader of it puts it together.

use serde_json::Value;
use sockstep::model::ids::Row;
use sockstep::model::world::World;
use sockstep::narrate::masks;
use sockstep::trace::decode;

/// The last answer of a look about a row, and the errno beside it if the whole call failed.
pub(crate) fn last_look_of(trace: &[Value], row: u64, answer: &str) -> (Value, Option<String>) {
    let looks = trace
        .iter()
        .rev()
        .flat_map(|record| record["looks"].as_array().into_iter().flatten());
    let last = looks
        .filter(|look| look["socket"] == row)
        .find(|look| look.get(answer).is_some());
    let errno = |look: &Value| look["select_errno"].as_str().map(str::to_owned);
    last.map_or((Value::Null, None), |look| {
        (look[answer].clone(), errno(look))
    })
}

/// The last answer of a look about a row.
pub(crate) fn last_look(trace: &[Value], row: u64, answer: &str) -> Value {
    last_look_of(trace, row, answer).0
}

/// A list of names as one word; `-` for none.
pub(crate) fn flags(value: &Value) -> String {
    let names: Vec<&str> = value
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    if names.is_empty() {
        "-".to_owned()
    } else {
        names.join("|")
    }
}

/// What the poll of the last tick reported of a row.
pub(crate) fn reported(trace: &[Value], row: u64) -> String {
    let last = trace.iter().rev().find(|record| record["tick"].is_u64());
    let event = last
        .and_then(|record| record["events"].as_array())
        .into_iter()
        .flatten()
        .find(|event| event["socket"] == row);
    let names = [
        "readable",
        "writable",
        "error",
        "read_closed",
        "write_closed",
        "priority",
    ];
    let said: Vec<String> = names
        .into_iter()
        .filter(|name| event.is_some_and(|event| event[name] == true))
        .map(str::to_uppercase)
        .collect();
    if said.is_empty() {
        "-".to_owned()
    } else {
        said.join("|")
    }
}

/// The calls on a row by its own program, with their results.
pub(crate) fn calls(trace: &[Value], row: u64) -> String {
    let is_client = trace
        .iter()
        .flat_map(|record| record["changes"].as_array().into_iter().flatten())
        .any(|change| change["change"] == "added" && change["socket"] == row);
    let by = if is_client { "program" } else { "peer" };
    let mut said = Vec::new();
    let mut is_filled = false;
    for record in trace {
        let made = record["calls"].as_array().into_iter().flatten();
        let mut made: Vec<String> = made
            .filter(|call| call["socket"] == row && call["by"] == by)
            .filter_map(result)
            .collect();
        if record["cause"]
            .as_str()
            .is_some_and(|cause| cause.starts_with("fill "))
        {
            made.drain(..made.len().saturating_sub(1));
            if is_filled {
                said.pop();
            }
            is_filled = true;
        } else {
            is_filled &= made.is_empty();
        }
        said.extend(made);
    }
    said.join(" ")
}

fn result(call: &Value) -> Option<String> {
    let name = call["call"].as_str()?;
    let value = match (name, call["errno"].as_str()) {
        (
            "connect" | "getsockopt" | "getpeername" | "recv" | "send" | "accept" | "read"
            | "write",
            Some(errno),
        ) => errno.to_owned(),
        ("connect" | "getpeername" | "recv" | "send" | "read" | "write", None) => {
            call["ret"].to_string()
        }
        ("getsockopt", None) => call["out"].as_str().unwrap_or("0").to_owned(),
        ("accept", None) => "ok".to_owned(),
        _ => return None,
    };
    Some(format!("{name}={value}"))
}

/// The name of the text for a row's mask, after the whole trace was folded.
pub(crate) fn text(trace: &str, row: u64) -> Option<&'static str> {
    let mut world = World::default();
    for line in trace.lines().skip(1) {
        world.apply(
            &decode::record(sockstep::trace::VERSION, line).expect("our own record is read"),
        );
    }
    let row = world.row(Row(u32::try_from(row).expect("a small number")))?;
    masks::of(row).map(|text| text.key.as_str())
}
