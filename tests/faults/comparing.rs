//! `--beside` compares packets, rules and the server's end too, and still leaves out what differs in every run.

use crate::support::{json_lines, sockstep, stderr, stdout};
use crate::{golden_text, recorded_on_the_wire, text, written};
use serde_json::{Number, Value};
use std::path::Path;

/// What the program says at the end of comparing two recordings.
fn verdict(a: &Path, b: &Path) -> (String, String) {
    let output = sockstep(&["replay", text(a), "--beside", text(b), "--plain"]);
    let shown = stdout(&output);
    let last = shown.lines().last().unwrap_or_default().to_owned();
    let differs = !last.starts_with("No difference");
    let code = i32::from(differs);
    assert_eq!(output.status.code(), Some(code), "{}", stderr(&output));
    (shown, last)
}

/// A text in which the last place of `old` is `new`, and the number of the record in which it stands.
fn changed(whole: &str, old: &str, new: &str) -> (String, usize) {
    let at = whole
        .rfind(old)
        .unwrap_or_else(|| panic!("{old} stands in the recording"));
    // The header is no record.
    let record = whole[..at].matches('\n').count() - 1;
    (
        format!("{}{new}{}", &whole[..at], &whole[at + old.len()..]),
        record,
    )
}

/// Compares the golden talk on the wire with a copy in which one thing is different, and returns what is wrong with the answer.
fn wrong_about(what: &str, whole: &str, old: &str, new: &str) -> Option<String> {
    let dir = tempfile::tempdir().expect("a directory");
    let (other, record) = changed(whole, old, new);
    let a = written(dir.path(), "a.jsonl", whole);
    let b = written(dir.path(), "b.jsonl", &other);
    let (_, last) = verdict(&a, &b);
    let wanted = format!("First difference: record {record},");
    (!last.starts_with(&wanted)).then(|| format!("{what}: {last} (should be in record {record})"))
}

fn assert_each_is_seen(whole: &str, cases: &[(&str, &str, &str)]) {
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|(what, old, new)| wrong_about(what, whole, old, new))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn another_packet_is_a_difference() {
    let whole = golden_text("wire-talk");
    assert_each_is_seen(
        &whole,
        &[
            ("its kind", r#""kind":"syn-ack""#, r#""kind":"ack""#),
            (
                "its sequence number",
                r#""seq":1,"ack":1,"length":5"#,
                r#""seq":3,"ack":1,"length":5"#,
            ),
            (
                "what it acknowledges",
                r#""seq":1,"ack":7,"#,
                r#""seq":1,"ack":6,"#,
            ),
            (
                "its length",
                r#""ack":1,"length":5"#,
                r#""ack":1,"length":4"#,
            ),
            (
                "its data",
                r#""excerpt":"\"hello\"""#,
                r#""excerpt":"\"hullo\"""#,
            ),
            (
                "its direction",
                r#""direction":"to-client","kind":"fin""#,
                r#""direction":"to-server","kind":"fin""#,
            ),
            (
                "its maker",
                r#""origin":"kernel""#,
                r#""origin":"injected""#,
            ),
        ],
    );
}

#[test]
fn another_fate_of_a_packet_is_a_difference() {
    let let_go = r#"{"let-go":"learner"}"#;
    let whole = golden_text("wire-talk");
    assert_each_is_seen(
        &whole,
        &[
            ("who let it go", let_go, r#"{"let-go":"rule"}"#),
            ("that it was let go", let_go, r#""dropped""#),
            ("that it was repeated", let_go, r#"{"repeated":"learner"}"#),
        ],
    );
    let (dropped, _) = changed(&whole, let_go, r#""dropped""#);
    assert_each_is_seen(
        &dropped,
        &[("where it went", r#""dropped""#, r#""swallowed""#)],
    );
}

#[test]
fn a_packet_that_only_one_has_is_a_difference() {
    let whole = golden_text("wire-talk");
    let begin = whole.rfind(r#""packets":[{"#).expect("the last packets");
    let length = whole[begin..]
        .find(r#","stages""#)
        .expect("what follows them");
    let packets = &whole[begin..begin + length];
    assert_each_is_seen(&whole, &[("the last packets", packets, r#""packets":[]"#)]);
}

#[test]
fn another_rule_is_a_difference() {
    let whole = golden_text("wire-talk");
    let none = r#""packets":[],"stages":[]"#;
    let held = r#""rules":["hold syn"],"packets":[],"stages":[]"#;
    assert_each_is_seen(&whole, &[("a rule of one", none, held)]);
    let (ruled, _) = changed(&whole, none, held);
    let cases = [("two rules", r#"["hold syn"]"#, r#"["pass syn 100ms"]"#)];
    assert_each_is_seen(&ruled, &cases);
}

#[test]
fn another_state_at_either_end_is_a_difference() {
    let whole = golden_text("wire-talk");
    assert_each_is_seen(
        &whole,
        &[
            (
                "the server's",
                r#""server":{"state":"CLOSE-WAIT""#,
                r#""server":{"state":"ESTABLISHED""#,
            ),
            (
                "that it is gone",
                r#""server":null"#,
                r#""server":{"state":"LAST-ACK","retransmits":0}"#,
            ),
            (
                "the client's",
                r#""client":{"state":"TIME-WAIT""#,
                r#""client":{"state":"FIN-WAIT-2""#,
            ),
            (
                "its accept queue",
                r#""queue":{"length":1,"#,
                r#""queue":{"length":0,"#,
            ),
        ],
    );
}

/// The same session at another time, with other ports, descriptors, timers and first sequence numbers.
fn at_another_time(value: &mut Value) {
    const TIMES: [&str; 6] = [
        "at_us",
        "at-us",
        "due_us",
        "gives_up_us",
        "rtt_us",
        "rto_us",
    ];
    let another = |fd: &Number| Value::from(fd.as_u64().expect("a descriptor") + 10);
    match value {
        Value::Object(fields) => {
            let born = fields
                .get("call")
                .is_some_and(|call| call == "socket" || call == "accept");
            for (name, field) in fields {
                match (name.as_str(), &*field) {
                    (name, Value::Number(time)) if TIMES.contains(&name) => {
                        *field = (time.as_u64().expect("a time") + 40_000).into();
                    }
                    ("fd", Value::Number(fd)) => *field = another(fd),
                    ("ret", Value::Number(fd)) if born => *field = another(fd),
                    ("raw", Value::String(hex)) => {
                        // The ports, and the sequence numbers behind them.
                        *field = format!("{}{}{}", &hex[..40], "ab".repeat(12), &hex[64..]).into();
                    }
                    _ => at_another_time(field),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(at_another_time),
        Value::String(text) => {
            let other = text.replace(":39402", ":50123");
            *text = other;
        }
        _ => {}
    }
}

#[test]
fn ports_times_descriptors_and_first_sequence_numbers_are_no_difference() {
    let dir = tempfile::tempdir().expect("a directory");
    let whole = golden_text("wire-talk");
    let a = written(dir.path(), "a.jsonl", &whole);
    let mut lines = json_lines(&whole);
    lines.iter_mut().skip(1).for_each(at_another_time);
    let lines: Vec<String> = lines.iter().map(Value::to_string).collect();
    let other = lines.join("\n") + "\n";
    assert!(other.contains(":50123") && !other.contains(":39402"));
    let b = written(dir.path(), "b.jsonl", &other);
    let (shown, last) = verdict(&a, &b);
    assert!(last.starts_with("No difference in "), "{last}\n{shown}");
}

#[test]
fn the_same_script_on_the_wire_twice_gives_no_difference() {
    let script = include_str!("../scripts/wire-a-whole-talk.script");
    let [one, two] = [(); 2].map(|()| tempfile::tempdir().expect("a directory"));
    let Some(a) = recorded_on_the_wire(one.path(), script) else {
        return;
    };
    let b = recorded_on_the_wire(two.path(), script).expect("there was a wire before");
    let (shown, last) = verdict(&a, &b);
    assert!(last.starts_with("No difference in "), "{last}\n{shown}");
}
