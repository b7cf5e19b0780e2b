//! Two versions of the format: what is not understood is kept in the second, and a fault in the first.

mod support;

use sockstep::app::model::Pane;
use sockstep::model::record::{Cause, Header, Record};
use sockstep::model::unknown::{LinePart, Unknown};
use sockstep::model::world::World;
use sockstep::privacy::Mask;
use sockstep::trace::reader::Reader;
use sockstep::trace::{decode, encode};
use support::pty::Pty;
use support::recordings::{self, GOLDEN, VERSION_2, golden, golden_text};
use support::{SOCKSTEP, sockstep, stderr, stdout};

/// A word or a field of each kind, as it is shown.
const NOT_UNDERSTOOD: [&str; 26] = [
    "change widened: {\"change\":\"widened\",\"socket\":1,\"to\":[1,2]}",
    "field colour of a change: \"red\"",
    "change rwz: {\"change\":\"interest\",\"socket\":1,\"interest\":\"rwz\"}",
    "call sendmsg(8, \"hello\", 5) = 5",
    "field mood: \"calm \\u001b[2J\"",
    "call connect(17, 10.77.0.2:80) = -1 ETOOMANYNAMES",
    "field pid of a call: 412",
    "call setsockopt(17, SOL_SOCKET, SO_MOOD, [1]) = 0, option SO_MOOD",
    "call close(17) = 0, by robot",
    "call getsockopt(17, SOL_SOCKET, SO_KEEPALIVE) = 0, option SO_KEEPALIVE",
    "look BOUND: {\"socket\":1,\"tcp\":{\"state\":\"BOUND\",\"retransmits\":0}}",
    "look OUT|SING: {\"socket\":1,\"poll\":[\"OUT\",\"SING\"]}",
    "field rcv_wnd of a look: 65535",
    "stage half-born: {\"socket\":1,\"target\":\"@wire:80\",\"stage\":\"half-born\"}",
    "call epoll_ctl(4, ADD, 17, EXCLUSIVE) = 0, interest rwz",
    "call shutdown(17, SHUT_SOME) = 0, how SHUT_SOME",
    "call connect(17, AF_VSOCK) = 0, family AF_VSOCK",
    "packet teleported: {\"number\":1,\"at_us\":4100,\"what\":{\"teleported\":{\"to\":\"moon\"}}}",
    "field options of a packet: [\"mss\"]",
    "rule hold all until tea",
    "field host of a call: \"elsewhere\"",
    "field ttl of a packet: 64",
    "field weary of an event: true",
    "field patience of a look: 7",
    "stage ETEATIME: {\"socket\":1,\"target\":\"@wire:80\",\"stage\":\"error\",\"errno\":\"ETEATIME\"}",
    "cause sing 1 softly",
];

fn records(text: &str) -> (Header, Vec<Record>) {
    let mut reader = Reader::new(text.as_bytes()).expect("a header");
    let records = reader.by_ref().map(|next| next.expect("a good record"));
    let records = records.collect();
    (reader.header().clone(), records)
}

fn replayed(args: &[&str]) -> std::process::Output {
    let file = golden(VERSION_2);
    let mut all = vec!["replay", file.to_str().expect("a path in UTF-8")];
    all.extend_from_slice(args);
    let output = sockstep(&all);
    assert!(output.status.success(), "{args:?}: {}", stderr(&output));
    output
}

#[test]
fn what_is_not_understood_is_written_again_as_it_was() {
    let text = golden_text(VERSION_2);
    assert_eq!(stdout(&replayed(&["--json"])), text);
    let (header, records) = records(&text);
    let mut again = encode::header(&header);
    for record in &records {
        again.push_str(&encode::record(record));
    }
    assert_eq!(again, text);
    let shown: Vec<&str> = records
        .iter()
        .flat_map(|record| &record.unknown)
        .map(|unknown| unknown.shown.as_str())
        .collect();
    assert_eq!(shown, NOT_UNDERSTOOD);
    assert_eq!(header.unknown.len(), 1);
}

#[test]
fn what_is_not_understood_is_shown_in_every_face_and_counted() {
    let counted = "27 things in it are not understood";
    for face in [&["--plain"][..], &["--tell"], &["--plain", "--calls"]] {
        let output = replayed(face);
        let lines = stdout(&output);
        for shown in NOT_UNDERSTOOD {
            let line = format!("not understood: {shown}");
            let found = lines.lines().any(|found| found.ends_with(&line));
            assert!(found, "{face:?}: {line}");
        }
        let said = stderr(&output);
        assert!(said.contains(counted), "{said}");
        assert!(said.contains("machine: {\"cpus\":2}"), "{said}");
    }
    let file = golden(VERSION_2);
    let path = file.to_str().expect("a path in UTF-8");
    for form in ["html", "markdown"] {
        let output = sockstep(&["export", path, "--to", form]);
        let page = stdout(&output);
        assert!(stderr(&output).contains(counted), "{}", stderr(&output));
        for shown in ["call close(17) = 0, by robot", "hold all until tea"] {
            assert!(page.contains(shown), "{form}: {shown}");
        }
    }
    let mut pty = Pty::start(120, 30, SOCKSTEP, &["replay", path]);
    pty.wait_for(counted);
    pty.press("q");
    assert_eq!(pty.end().exit_code(), 0);
}

#[test]
fn the_log_on_the_screen_has_every_line_of_it() {
    let (header, records) =
        recordings::read(golden_text(VERSION_2).as_bytes()).expect("a recording");
    let mut model = recordings::model(&header, &records, (200, 250));
    (model.pane, model.zoom) = (Pane::Calls, Some(0));
    let screen = recordings::screen(&mut model);
    let text: String = screen
        .content()
        .iter()
        .map(ratatui::buffer::Cell::symbol)
        .collect();
    for shown in NOT_UNDERSTOOD {
        assert!(
            text.contains(&format!("not understood: {shown}")),
            "{shown}"
        );
    }
    (model.pane, model.zoom) = (Pane::Calls, None);
    let screen = recordings::screen(&mut model);
    let text: String = screen
        .content()
        .iter()
        .map(ratatui::buffer::Cell::symbol)
        .collect();
    assert!(
        text.contains("not understood: cause sing 1 softly"),
        "the pane of the last record"
    );
}

#[test]
fn nothing_follows_from_what_is_not_understood() {
    let fold = |records: &[Record]| {
        let mut world = World::default();
        for record in records {
            let stages = world.apply(record);
            assert_eq!(stages, record.stages, "record {}", record.n);
        }
        world
    };
    let (_, known) = records(&golden_text("wire-talk"));
    let (_, mut both) = records(&golden_text(VERSION_2));
    let last = both.pop().expect("the record with a cause of its own");
    assert_eq!(last.cause, Cause::Unknown("sing 1 softly".to_owned()));
    assert!(fold(&known) == fold(&both));
}

#[test]
fn in_version_1_unknown_words_are_a_fault_and_unknown_fields_are_dropped() {
    let (_, records) = records(&golden_text(VERSION_2));
    let text = golden_text(VERSION_2);
    let (mut refused, mut dropped) = (0, 0);
    for (line, record) in text.lines().skip(1).zip(&records) {
        let is_word =
            |unknown: &Unknown| !matches!(unknown.part, LinePart::Field { .. } | LinePart::Cause);
        let words = record.unknown.iter().filter(|unknown| is_word(unknown));
        match decode::record(1, line) {
            Err(why) => {
                assert!(words.count() > 0, "{why}: {line}");
                refused += 1;
            }
            Ok(read) => {
                assert_eq!(words.count(), 0, "{line}");
                assert!(read.unknown.is_empty());
                let known = Record {
                    unknown: Vec::new(),
                    ..record.clone()
                };
                assert_eq!(read, known);
                dropped += usize::from(!record.unknown.is_empty());
            }
        }
    }
    assert_eq!((refused, dropped), (6, 5));
    let header = text.lines().next().expect("a header");
    let header = decode::header(&header.replace("\"version\":2", "\"version\":1"));
    assert!(header.expect("it is read").unknown.is_empty());
}

#[test]
fn version_1_stays_version_1_and_says_nothing_of_a_cause_that_it_does_not_know() {
    for name in GOLDEN {
        let (header, records) = records(&golden_text(name));
        assert_eq!(header.version, 1, "{name}");
        assert!(records.iter().all(|record| record.unknown.is_empty()));
    }
    let line = "{\"n\":0,\"cause\":\"sing\",\"at_us\":0,\"calls\":[],\"events\":[],\"looks\":[],\"packets\":[],\"stages\":[]}\n";
    for (version, count) in [(1, 0), (2, 1)] {
        let record = decode::record(version, line).expect("a record");
        assert_eq!(record.cause, Cause::Unknown("sing".to_owned()));
        assert_eq!(
            (encode::record(&record).as_str(), record.unknown.len()),
            (line, count)
        );
    }
}

#[test]
fn a_malformed_value_is_a_fault_in_both_versions() {
    let line = |call: &str| {
        format!("{{\"n\":0,\"cause\":\"tick\",\"at_us\":0,\"later\":1,\"calls\":[{call}]}}")
    };
    let long = format!(
        "{{\"call\":\"sendmsg\",\"x\":\"{}\",\"by\":\"program\"}}",
        "y".repeat(65_537)
    );
    let cases = [
        (
            "{\"call\":\"close\",\"fd\":\"4\",\"by\":\"program\"}",
            "invalid type",
        ),
        (
            "{\"call\":\"close\",\"by\":\"program\"}",
            "the field fd is missing",
        ),
        ("{\"call\":\"close\",\"fd\":4}", "missing field `by`"),
        ("{\"call\":7,\"fd\":4,\"by\":\"program\"}", "invalid type"),
        (
            "{\"call\":\"bind\",\"fd\":4,\"addr\":\"nowhere\",\"by\":\"program\"}",
            "the field addr cannot be 'nowhere'",
        ),
        (
            "{\"call\":\"send\",\"fd\":4,\"bytes\":\"\\\\q\",\"by\":\"program\"}",
            "the field bytes cannot be",
        ),
        (
            "{\"call\":\"close\",\"fd\":99999999999,\"by\":\"program\"}",
            "invalid value",
        ),
        ("7", "invalid type"),
        (long.as_str(), "string is longer"),
    ];
    for (call, words) in cases {
        for version in [1, 2] {
            let fault = decode::record(version, &line(call))
                .expect_err(call)
                .to_string();
            let is_named = version == 1 && call.contains("sendmsg") || fault.contains(words);
            assert!(is_named, "version {version}, {call}: {fault}");
        }
    }
    assert!(decode::record(2, "{\"n\":0").is_err());
    let twice = "{\"n\":0,\"cause\":\"tick\",\"at_us\":0,\"calls\":[],\"calls\":[],\"later\":1}";
    assert!(decode::record(2, twice).is_err());
}

#[test]
fn only_versions_1_and_2_are_read() {
    for (version, good) in [(0, false), (1, true), (2, true), (3, false)] {
        let text = golden_text("unix").replace("\"version\":1", &format!("\"version\":{version}"));
        let read = Reader::new(text.as_bytes());
        assert_eq!(read.is_ok(), good, "{version}");
    }
}

#[test]
fn a_masked_recording_says_nothing_of_what_it_did_not_understand() {
    let (header, records) = records(&golden_text(VERSION_2));
    let mask = Mask::of(&records);
    let mut text = encode::header(&mask.header(&header));
    for record in &records {
        text.push_str(&encode::record(&mask.record(record)));
    }
    for word in [
        "mood",
        "calm",
        "cpus",
        "sendmsg",
        "moon",
        "tea",
        "softly",
        "elsewhere",
        "weary",
    ] {
        assert!(!text.contains(word), "{word}");
    }
    let (_, again) = self::records(&text);
    let count = |records: &[Record]| {
        records
            .iter()
            .map(|record| record.unknown.len())
            .sum::<usize>()
    };
    assert_eq!(
        count(&again),
        count(&records),
        "it can be read, and as much is not understood"
    );
}

#[test]
fn two_calls_of_one_name_are_told_apart_by_their_line() {
    let line = |call: &str| {
        format!(
            "{{\"n\":0,\"cause\":\"tick\",\"at_us\":0,\"calls\":[{call}],\"events\":[],\"looks\":[],\"packets\":[],\"stages\":[]}}\n"
        )
    };
    let cases = [
        (
            "{\"socket\":1,\"call\":\"connect\",\"args\":\"9, AF_UNSPEC\",\"fd\":9,\"family\":\"AF_UNSPEC\",\"ret\":0,\"by\":\"program\"}",
            "connect(9, AF_UNSPEC) = 0",
        ),
        (
            "{\"socket\":1,\"call\":\"dup\",\"args\":\"9\",\"fd\":9,\"ret\":10,\"by\":\"program\"}",
            "dup(9) = 10",
        ),
    ];
    for (call, shown) in cases {
        let text = line(call);
        let record = decode::record(2, &text).expect("it is read");
        assert!(record.unknown.is_empty(), "{record:?}");
        assert_eq!(encode::record(&record), text);
        let notation = sockstep::model::notation::line(&record.calls[0], &[]);
        assert_eq!(notation, shown);
    }
}
