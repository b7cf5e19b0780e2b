//! `next` and `previous` stop where packets of the socket travel or its kernels' states change, and at no other's.

use crate::support::{SOCKSTEP, skip, stderr, stdout};
use std::io::Write;
use std::process::{Command, Stdio};

/// The records at which the plain face stops when it obeys these lines, by the first line of each; `None`: this machine has no wire, which was said.
fn stops(targets: &[&str], lines: &str) -> Option<Vec<String>> {
    let mut child = Command::new(SOCKSTEP)
        .args(["--plain", "--no-save"])
        .args(targets)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut input = child.stdin.take().expect("piped");
    // It may have ended already, for want of a wire.
    let _ = input.write_all(lines.as_bytes());
    drop(input);
    let output = child.wait_with_output().expect("it ends");
    let complaint = stderr(&output);
    if complaint.contains("there is no lab wire here") {
        skip(&complaint);
        return None;
    }
    assert!(output.status.success(), "{complaint}");
    let said = stdout(&output);
    let mut stops = Vec::new();
    let mut lines = said.lines();
    while let Some(line) = lines.next() {
        // Where it is now is told in a line before the record.
        if line.starts_with("past: tick ") || line == "live." {
            let first = lines.next().expect("a record is told");
            let title = first.split(". ").next().unwrap_or_default();
            stops.push(title.trim_end_matches('.').to_owned());
        }
    }
    Some(stops)
}

/// Whether these come one after the other, perhaps with others between them.
fn in_order(stops: &[String], wanted: &[&str]) -> bool {
    let mut left = stops.iter();
    wanted.iter().all(|one| left.any(|stop| stop == one))
}

/// Two sockets on the wire; each line lets go a packet of one of them.
const TWO: &str = "tick 4\nrelease 1\nrelease 2\ntick\nrelease 3\nrelease 4\nnote that is all\n";

#[test]
fn next_stops_where_a_packet_of_the_socket_is_let_go() {
    for (row, own, others) in [
        (1, ["release 1", "release 3"], ["release 2", "release 4"]),
        (2, ["release 2", "release 4"], ["release 1", "release 3"]),
    ] {
        let lines = format!("{TWO}first\n{}", format!("next {row}\n").repeat(12));
        let Some(stops) = stops(&["@wire:80", "@wire:81"], &lines) else {
            return;
        };
        let wanted = [
            "start", "tick 1", "tick 2", "tick 3", "tick 4", own[0], own[1],
        ];
        assert!(in_order(&stops, &wanted), "next {row}: {stops:?}");
        for other in others.iter().chain(&["tick 5", "note that is all"]) {
            assert!(
                !stops.iter().any(|stop| stop == other),
                "{other}: {stops:?}"
            );
        }
    }
}

#[test]
fn previous_stops_where_a_packet_of_the_socket_is_let_go() {
    for (row, own, others) in [
        (1, ["release 3", "release 1"], ["release 2", "release 4"]),
        (2, ["release 4", "release 2"], ["release 1", "release 3"]),
    ] {
        let lines = format!("{TWO}{}", format!("previous {row}\n").repeat(12));
        let Some(stops) = stops(&["@wire:80", "@wire:81"], &lines) else {
            return;
        };
        let wanted = [own[0], own[1], "tick 4", "tick 3", "tick 2", "tick 1"];
        assert!(in_order(&stops, &wanted), "previous {row}: {stops:?}");
        for other in others.iter().chain(&["tick 5"]) {
            assert!(
                !stops.iter().any(|stop| stop == other),
                "{other}: {stops:?}"
            );
        }
    }
}

#[test]
fn release_all_is_a_stop() {
    let lines = "tick 4\nrelease all\nnote that is all\ngoto 4\nnext 1\n";
    let Some(stops) = stops(&["@wire:80"], lines) else {
        return;
    };
    assert_eq!(stops, ["tick 4", "release all"]);
}
