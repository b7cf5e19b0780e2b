//! `--mask` hides a path and a name also inside the packets of the lab wire, and what is left is true.
//!
//! The golden recording `wire-secret` was made in a namespace where the name `payroll.firm.test` had the address 10.99.0.7: the client asks
//! for a path, the packet is repeated and quoted in an ICMP error, then it sends a name and an address, and the server answers with the
//! path where the excerpt of the packet ends.

use crate::packets::{self, data, decoded_hex, raw, sums_are_right};
use crate::support::pty::Pty;
use crate::support::{SOCKSTEP, json_lines, need, sockstep, stderr, stdout};
use crate::{golden, golden_text, recorded_on_the_wire, text, written};
use serde_json::Value;
use std::path::Path;
use std::process::Command;

/// Whatever names the path, the name or its address in the golden recording, in small letters.
const SECRETS: [&str; 4] = ["/root", "payroll", "firm.test", "10.99.0"];

/// Every way to look at a recording that is printed.
const PRINTED: [&[&str]; 13] = [
    &["replay", "--json"],
    &["replay", "--plain"],
    &["replay", "--plain", "--calls"],
    &["replay", "--tell"],
    &["export", "--to", "html"],
    &["export", "--to", "svg", "--size", "160x50"],
    &["export", "--to", "cast"],
    &["export", "--to", "cast", "--cast-version", "3"],
    &["export", "--to", "mermaid"],
    &["export", "--to", "markdown"],
    &["export", "--to", "markdown", "--blank"],
    &["export", "--to", "python"],
    &["export", "--to", "pcapng"],
];

fn printed(file: &Path, how: &[&str], more: &[&str]) -> Vec<u8> {
    let args = [how, more, &[text(file)]].concat();
    let output = sockstep(&args);
    assert!(output.status.success(), "{args:?}: {}", stderr(&output));
    output.stdout
}

fn holds(bytes: &[u8], secret: &str) -> bool {
    bytes
        .windows(secret.len())
        .any(|window| window.eq_ignore_ascii_case(secret.as_bytes()))
}

/// The secrets that stand in these bytes, as they are or in hex.
fn told<'a>(bytes: &[u8], secrets: &[&'a str]) -> Vec<&'a str> {
    let hidden = decoded_hex(bytes);
    let stands = |secret: &&str| holds(bytes, secret) || holds(&hidden, secret);
    secrets.iter().copied().filter(stands).collect()
}

/// No printed look at this recording tells a secret when it is masked, though each that can does without.
fn assert_nothing_is_told(file: &Path, secrets: &[&str]) {
    let mut leaks = Vec::new();
    for how in PRINTED {
        let open = told(&printed(file, how, &[]), secrets);
        assert!(
            !open.is_empty() || how.contains(&"svg"),
            "{how:?} tells without --mask"
        );
        let masked = printed(file, how, &["--mask"]);
        assert!(!masked.is_empty(), "{how:?}");
        let told = told(&masked, secrets);
        if !told.is_empty() {
            leaks.push(format!("{} tells {told:?}", how.join(" ")));
        }
    }
    assert!(leaks.is_empty(), "with --mask:\n{}", leaks.join("\n"));
}

fn masked_trace(file: &Path) -> Vec<Value> {
    let output = sockstep(&["replay", text(file), "--mask", "--json"]);
    assert!(output.status.success(), "{}", stderr(&output));
    json_lines(&stdout(&output))
}

#[test]
fn nothing_printed_tells_a_name_that_a_packet_carried() {
    assert_nothing_is_told(&golden("wire-secret"), &SECRETS);
}

#[test]
fn a_recording_made_now_tells_no_name_that_a_packet_carried() {
    let dir = tempfile::tempdir().expect("a directory");
    let script = "add @wire:80 unix:/root/payroll.sock\ntick 4\nrelease all\nawait wire packets 2 within 5s\nrelease all\n\
                  await wire packets 3 within 5s\ntick 3\nsend 1 GET /root/payroll.sock\nawait wire packets 4 within 5s\n";
    if let Some(file) = recorded_on_the_wire(dir.path(), script) {
        assert_nothing_is_told(&file, &SECRETS[..2]);
    }
}

/// The path begins in one segment and ends in the next: neither shows its part.
#[test]
fn a_name_that_two_packets_share_is_told_by_neither() {
    let dir = tempfile::tempdir().expect("a directory");
    let filling = ".".repeat(1440);
    let script = format!(
        "add @wire:80 unix:/root/payroll.sock\ntick 4\nrelease all\nawait wire packets 2 within 5s\nrelease all\n\
         await wire packets 3 within 5s\ntick 3\nsend 1 {filling}/root/payroll.sock\nawait wire packets 5 within 5s\n"
    );
    let Some(file) = recorded_on_the_wire(dir.path(), &script) else {
        return;
    };
    let whole = std::fs::read_to_string(&file).expect("the recording");
    let parts = |trace: &[Value]| -> Vec<Vec<u8>> {
        let packets = raw(trace);
        packets[3..]
            .iter()
            .map(|packet| data(packet).to_vec())
            .collect()
    };
    let open = parts(&json_lines(&whole));
    assert!(
        open[0].ends_with(b"./root/pa") && open[1] == b"yroll.sock",
        "the path is cut in two: {open:?}"
    );
    let masked = parts(&masked_trace(&file));
    let shown = |part: &[u8]| String::from_utf8_lossy(part).trim_matches('.').to_owned();
    let shown: Vec<String> = masked.iter().map(|part| shown(part)).collect();
    assert_eq!(shown, ["x".repeat(8), "x".repeat(10)]);
    assert_nothing_is_told(&file, &["/root", "roll.sock"]);
}

/// The numbers are the same, the packets are as long, and a letter of an excerpt is the one that was there or x.
fn assert_same_but_for_x(open: &Value, masked: &Value, key: &str) {
    match (open, masked) {
        (Value::Object(a), Value::Object(b)) => {
            let names = |fields: &serde_json::Map<String, Value>| -> Vec<String> {
                fields.keys().cloned().collect()
            };
            assert_eq!(names(a), names(b), "under {key}");
            for (name, value) in a {
                assert_same_but_for_x(value, &b[name], name);
            }
        }
        (Value::Array(a), Value::Array(b)) => {
            assert_eq!(a.len(), b.len(), "so many {key}");
            for (one, other) in a.iter().zip(b) {
                assert_same_but_for_x(one, other, key);
            }
        }
        (Value::String(a), Value::String(b)) => {
            if matches!(key, "excerpt" | "raw") {
                assert_eq!(a.len(), b.len(), "{key}: {a} and {b}");
            }
            if key == "excerpt" {
                let same = a.chars().zip(b.chars()).all(|(a, b)| a == b || b == 'x');
                assert!(same, "{a} became {b}");
            }
        }
        (a, b) => assert_eq!(a, b, "{key}"),
    }
}

#[test]
fn letters_of_a_name_in_a_packet_become_as_many_x_and_every_count_stays() {
    let open = json_lines(&golden_text("wire-secret"));
    let masked = masked_trace(&golden("wire-secret"));
    assert_eq!(open.len(), masked.len());
    for (one, other) in open.iter().zip(&masked).skip(1) {
        assert_same_but_for_x(one, other, "record");
    }
    let path = "x".repeat("/root/payroll.sock".len());
    let name = "x".repeat("payroll.firm.test".len());
    let address = "x".repeat("10.99.0.7".len());
    let asked = format!("GET {path}");
    let wanted = [
        asked.clone(),
        asked, // quoted by the ICMP error
        format!("for {name} only, not for {address}"),
        format!("twenty letters come: {path} was not found"),
    ];
    let carried: Vec<String> = raw(&masked)
        .iter()
        .map(|packet| String::from_utf8_lossy(data(packet)).into_owned())
        .filter(|data| !data.is_empty())
        .collect();
    assert_eq!(carried, wanted);
    let mut excerpts = Vec::new();
    for record in &masked {
        packets::under(record, "excerpt", &mut excerpts);
    }
    let cut = format!("\"twenty letters come: {}\"...", "x".repeat(7));
    assert!(
        excerpts.iter().any(|excerpt| *excerpt == cut.as_str()),
        "{excerpts:?}"
    );
}

#[test]
fn a_masked_packet_has_the_checksums_of_what_it_shows() {
    let open = raw(&json_lines(&golden_text("wire-secret")));
    assert!(open.iter().all(|packet| sums_are_right(packet)));
    let masked = raw(&masked_trace(&golden("wire-secret")));
    let changed = open
        .iter()
        .zip(&masked)
        .filter(|(a, b)| data(a) != data(b))
        .count();
    assert_eq!(changed, 4, "three with data and the one that quotes");
    for (index, packet) in masked.iter().enumerate() {
        assert!(sums_are_right(packet), "packet {}", index + 1);
    }
}

/// What tshark reads in each frame: its length, its data in hex, and whether each checksum is right.
fn tshark(file: &Path, masked: bool) -> Vec<Vec<String>> {
    let dir = tempfile::tempdir().expect("a directory");
    let capture = dir.path().join("talk.pcapng");
    let mut args = vec!["export", text(file), "--to", "pcapng", "-o", text(&capture)];
    args.extend(masked.then_some("--mask"));
    let output = sockstep(&args);
    assert!(output.status.success(), "{}", stderr(&output));
    let mut command = Command::new("tshark");
    command.arg("-r").arg(&capture).args([
        "-T",
        "fields",
        "-E",
        "separator=;",
        "-E",
        "occurrence=f",
    ]);
    for preference in ["tcp.check_checksum:TRUE", "ip.check_checksum:TRUE"] {
        command.args(["-o", preference]);
    }
    for field in [
        "frame.len",
        "tcp.payload",
        "ip.checksum.status",
        "tcp.checksum.status",
        "icmp.checksum.status",
    ] {
        command.args(["-e", field]);
    }
    let output = command.output().expect("tshark runs");
    assert!(output.status.success(), "{}", stderr(&output));
    stdout(&output)
        .lines()
        .map(|line| line.split(';').map(str::to_owned).collect())
        .collect()
}

#[test]
fn tshark_reads_no_name_and_no_wrong_checksum_in_a_masked_capture() {
    if !need("tshark") {
        return;
    }
    let open = tshark(&golden("wire-secret"), false);
    let masked = tshark(&golden("wire-secret"), true);
    let lengths = |frames: &[Vec<String>]| -> Vec<String> {
        frames.iter().map(|frame| frame[0].clone()).collect()
    };
    assert_eq!(lengths(&open), lengths(&masked));
    for frame in &masked {
        // 1 is right; a frame is either TCP or ICMP.
        let inner = format!("{}{}", frame[3], frame[4]);
        assert!(
            frame[2] == "1" && matches!(inner.as_str(), "1" | "11"),
            "{frame:?}"
        );
        assert!(told(frame[1].as_bytes(), &SECRETS).is_empty(), "{frame:?}");
    }
    let read = masked.iter().map(|frame| decoded_hex(frame[1].as_bytes()));
    let asked = format!("GET {}", "x".repeat(18));
    assert!(
        read.into_iter().any(|data| holds(&data, &asked)),
        "{masked:?}"
    );
}

/// Calls and packets speak of the same two ends, whether the lab's own addresses have stand-ins or stay.
#[test]
fn the_packets_of_a_masked_recording_go_where_its_calls_say() {
    let masked = masked_trace(&golden("wire-secret"));
    let connect = masked
        .iter()
        .filter_map(|record| record["calls"].as_array())
        .flatten()
        .find(|call| call["call"] == "connect" && call["socket"] == 1)
        .expect("socket 1 connects");
    let local = masked
        .iter()
        .filter_map(|record| record["looks"].as_array())
        .flatten()
        .find(|look| look["socket"] == 1 && look["local"].is_string())
        .expect("it has an address");
    let mut flows = Vec::new();
    for record in &masked {
        packets::under(record, "flow", &mut flows);
    }
    assert!(flows.len() >= 9, "{flows:?}");
    for flow in flows.iter().filter(|flow| !flow.is_null()) {
        assert_eq!(
            [&flow["client"], &flow["server"]],
            [&local["local"], &connect["addr"]]
        );
    }
    let host = |value: &Value| -> String {
        let text = value.as_str().expect("an address");
        text.split(':').next().unwrap_or_default().to_owned()
    };
    let mut both = [host(&local["local"]), host(&connect["addr"])];
    both.sort();
    for packet in raw(&masked)
        .iter()
        .filter(|packet| !packets::is_icmp(packet))
    {
        let mut ends = packets::ends(packet);
        ends.sort();
        assert_eq!(ends, both);
    }
}

/// The recording up to the moment when the packet with the path is held.
fn while_it_is_held(dir: &Path) -> std::path::PathBuf {
    let whole = golden_text("wire-secret");
    let sent = whole
        .split_inclusive('\n')
        .position(|line| line.contains("\"cause\":\"send 1 GET"))
        .expect("it is sent");
    let lines: Vec<&str> = whole.split_inclusive('\n').take(sent + 1).collect();
    written(dir, "held.jsonl", &lines.concat())
}

#[test]
fn the_screen_tells_no_name_of_a_packet_that_is_held() {
    let dir = tempfile::tempdir().expect("a directory");
    let file = while_it_is_held(dir.path());
    for (columns, rows) in [(120, 30), (160, 50)] {
        let held = |more: &[&str]| -> String {
            let args = [&["replay", text(&file)], more].concat();
            let mut pty = Pty::start(columns, rows, SOCKSTEP, &args);
            pty.wait_for("TICK 0");
            pty.press_until("\u{1b}[F", "TICK 7");
            let screen = pty.press_until("N", "HELD 1");
            pty.press("qq");
            pty.end();
            screen
        };
        let open = held(&[]);
        assert!(open.contains("/root/payroll.sock"), "{open}");
        let masked = held(&["--mask"]);
        let told = told(masked.as_bytes(), &SECRETS);
        assert!(told.is_empty(), "{columns}x{rows} {told:?}:\n{masked}");
        assert!(masked.contains(&"x".repeat(18)), "{masked}");
    }
}
