//! Sentences that are put together, word for word where it matters: counts, whose call it was, and what is gone.

use crate::support::{SOCKSTEP, run_bounded, stderr, stdout};
use std::process::Command;
use std::time::Duration;

/// What a script tells.
fn told(script: &str) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("told.script");
    std::fs::write(&file, script).expect("written");
    let mut command = Command::new(SOCKSTEP);
    command.args(["run", "--tell", "--script"]).arg(&file);
    let output = run_bounded(&mut command, Duration::from_secs(60));
    assert!(output.status.success(), "{}", stderr(&output));
    stdout(&output)
}

/// What was told from the last mention of these words on.
fn from<'a>(text: &'a str, words: &str) -> &'a str {
    let at = text.rfind(words).expect("it was told");
    &text[at..]
}

#[test]
fn one_socket_that_sends_fifty_times_is_one_socket() {
    let script = "add @slow-reader\ntick 7\nawait 1 stage connected within 2s\nfill 1\n";
    let text = told(script);
    assert!(!text.contains(" sockets: The kernel took"), "{text}");
    assert!(!text.contains(" sockets, send put"), "{text}");
    let sentence = from(&text, "The kernel took ");
    assert!(
        text.contains(" calls. That does not say that anything arrived."),
        "{sentence}"
    );
    assert!(
        text.contains("ledger: 1, send put 65536 bytes into the send buffer, "),
        "{text}"
    );
}

#[test]
fn more_bytes_than_a_recording_keeps_are_counted_as_the_call_counted_them() {
    let text = told(
        "add @echo\ntick 7\nawait 1 stage connected within 2s\nbulk 1 8000\ntick 3\nawait 1 poll IN|OUT within 2s by looking\nrecv 1 8000\nexpect 1 call recv 8000\n",
    );
    assert!(
        text.contains("recv() took 8000 bytes out of the receive buffer: "),
        "{text}"
    );
}

#[test]
fn a_server_that_begins_to_listen_and_a_queue_that_is_filled_are_sentences() {
    let text = told("add @refused\nhand 1 on\nlisten 2 3\nqueue 2 full\n");
    assert!(
        text.contains("2: A server listens at this address now"),
        "{text}"
    );
    let filled = "The lab filled the accept queue for 2 with 4 connections of its own.";
    assert!(text.contains(filled), "{text}");
    assert!(!text.contains("{who}"), "{text}");
    // The same where the peer stands in no line of its own.
    let text = told("add @refused\nlisten 1 3\nqueue 1 full\nqueue 1 free\n");
    assert!(
        text.contains("At the peer of 1: A server listens at this address now"),
        "{text}"
    );
    assert!(
        text.contains("The peer took 4 connections out of the accept queue for 1"),
        "{text}"
    );
}

#[test]
fn a_listener_that_is_gone_has_no_queue() {
    for ends in ["close 2", "shutdown 2 rd"] {
        let script = format!("add @never-accept\ntick 7\nhand 1 on\n{ends}\nlook\n");
        let text = told(&script);
        assert!(
            text.contains("LISTEN, 1 in its accept queue, limit 4096"),
            "{text}"
        );
        assert!(
            text.contains("peer: 1 in the accept queue, limit 4096"),
            "{text}"
        );
        let after = from(&text, "Looked again");
        assert!(!after.contains("in the accept queue"), "{ends}: {after}");
    }
}

#[test]
fn what_was_not_measured_is_not_told_as_a_number() {
    let text = told("add @never-accept\ntick 7\nhand 1 on\nlook\n");
    assert!(!text.contains("RTT 0 us"), "{text}");
}

#[test]
fn nobody_is_asked_about_a_closed_socket() {
    let text = told("add @open\ntick 7\nawait 1 stage connected within 2s\nclose 1\nlook\n");
    assert!(text.contains("looks at 1 differ"), "{text}");
    let after = from(&text, "close 1");
    assert!(!after.contains("differ:"), "{after}");
}

#[test]
fn two_reasons_for_one_socket_name_their_lists() {
    let text =
        told("add @echo\ntick 7\nawait 1 stage connected within 2s\nsend 1 hello\ntick 2\nlook\n");
    assert!(!text.contains("differ: It "), "{text}");
    assert!(text.contains("1 is still in the writable list"), "{text}");
}

#[test]
fn one_byte_is_one_byte_in_every_line() {
    let text = told("add @echo\ntick 7\nawait 1 stage connected within 2s\nsend 1 x\nrecv 1 1\n");
    assert!(text.contains("descriptor "), "{text}");
    assert!(text.contains(" 1 byte: \"x\""), "{text}");
    assert!(text.contains("send put 1 byte into"), "{text}");
    assert!(text.contains("at most 1 byte,"), "{text}");
    assert!(!text.contains("1 bytes"), "{text}");
}

#[test]
fn the_pending_error_of_a_row_is_told_as_it_is() {
    let peer_closes = "add @never-accept\ntick 7\nhand 1 on\naccept 2\nclose 3\n";
    let text = told(&format!(
        "{peer_closes}send 1 x\nawait 1 poll IN|OUT|ERR|HUP|RDHUP within 2s by looking\nlook\nnote it waits\nsend 1 y\nlook\n"
    ));
    let waits = from(
        &text[..text.rfind("it waits").expect("told")],
        "Looked again",
    );
    assert!(waits.contains(", a pending error waits."), "{waits}");
    let taken = from(&text, "Looked again");
    assert!(
        taken.contains(", pending error taken by send after tick 7."),
        "{taken}"
    );
    // What connect() with AF_UNSPEC leaves is the first, and a new attempt has read nothing.
    let text = told("add @open\ntick 7\nawait 1 stage connected within 2s\ndisconnect 1\nlook\n");
    let waits = from(&text, "Looked again");
    assert!(waits.contains(", a pending error waits."), "{waits}");
    let text = told(
        "add @open\ntick 7\nawait 1 stage connected within 2s\ndisconnect 1\nconnect 1\nlook\n",
    );
    let again = from(&text, "Looked again");
    assert!(again.contains(", SO_ERROR not read."), "{again}");
}

#[test]
fn a_closed_row_has_no_peer() {
    let text = told("add @open\ntick 7\nawait 1 stage connected within 2s\nclose 1\n");
    let after = from(&text, "close 1");
    assert!(after.contains(", closed, was connected, "), "{after}");
}
