//! What is said of a watched program is so: of its sockets, of what it asks about, and of what it waits for.

use crate::clients::{Clients, LONGEST, watch, watched, with_places};
use crate::support::{SOCKSTEP, json_lines, run_bounded, stderr, stdout};
use serde_json::Value;
use std::io::Write;
use std::process::{Command, Stdio};

/// The lines that a run in words prints.
fn told(options: &[&str], program: &[String]) -> String {
    let output = watched(options, &with_places(program));
    stdout(&output)
}

/// The lines of it that begin so, or stand behind them: the place of the first.
fn place(text: &str, line: &str) -> usize {
    let mut lines = text.lines();
    let found = lines.position(|one| one.contains(line));
    found.unwrap_or_else(|| panic!("no line has {line}: {text}"))
}

#[test]
fn whatever_closes_a_socket_is_said_and_nothing_else_is_blamed() {
    let Some((_keep, program)) = Clients::c("ends") else {
        return;
    };
    let text = told(&["--auto", "--lab", "@echo"], &program);
    for (cause, socket) in [
        ("dup2(4, 3) = 3  [socket 1]", 1),
        ("close_range(5, 5) = 0", 2),
        ("runs ends now", 3),
        ("ends has ended: exit 3", 4),
    ] {
        let closed = format!("socket {socket} @echo: closed");
        assert_eq!(place(&text, cause) + 1, place(&text, &closed), "{text}");
    }
    let said = place(&text, "ends says: the second program");
    assert!(place(&text, "runs ends now") < said, "{text}");
    assert!(said < place(&text, "ends has ended"), "{text}");
}

/// A recording of a run, and what a reader of it is told.
fn recorded_and_told(program: &[String], peer: &str) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("run.jsonl");
    let path = file.to_string_lossy().into_owned();
    let options = ["--auto", "--lab", peer, "--record", &path];
    watched(&options, &with_places(program));
    let mut replay = Command::new(SOCKSTEP);
    replay.args(["replay", "--plain", "--tell"]).arg(&file);
    replay.stdin(Stdio::null());
    let output = run_bounded(&mut replay, LONGEST);
    assert!(output.status.success(), "{}", stderr(&output));
    stdout(&output)
}

#[test]
fn a_recording_tells_what_the_program_said_and_how_it_ended() {
    let Some((_keep, program)) = Clients::c("ends") else {
        return;
    };
    let text = recorded_and_told(&program, "@echo");
    for wanted in [
        "Program ends says: \"the second program\"",
        "Program ends has ended: exit 3. The kernel closed what nobody else had open: 4.",
        "The process runs ends now",
    ] {
        assert!(text.contains(wanted), "{wanted}: {text}");
    }
}

#[test]
fn what_came_of_a_call_is_said_and_never_that_it_has_returned() {
    let Some((_keep, program)) = Clients::c("all_calls") else {
        return;
    };
    let text = recorded_and_told(&program, "@pending");
    for wanted in [
        "by poll(), and nothing was ready before its time was up",
        "by epoll_wait(), and something was reported to be ready",
        "The oldest finished connection was taken from the queue of 1",
        "2: the number was given back",
        "What dup2() and dup3() put it over is closed by the same call",
        "after step",
    ] {
        assert!(text.contains(wanted), "{wanted}: {text}");
    }
    for false_word in ["all has returned", "The call has returned", "tick 0"] {
        assert!(!text.contains(false_word), "{false_word}: {text}");
    }
}

/// The record in which the program made this call.
fn record_of<'a>(trace: &'a [Value], made: &str) -> &'a Value {
    let has = |record: &&Value| record["calls"][0]["made"] == made;
    let found = trace.iter().find(has);
    found.unwrap_or_else(|| panic!("no {made}: {trace:?}"))
}

#[test]
fn what_a_poll_asks_for_is_asked_for_until_the_next_call_and_the_end_only_by_who_asks_for_it() {
    let Some((_keep, program)) = Clients::c("poll") else {
        return;
    };
    let output = watched(
        &["--auto", "--json", "--lab", "@echo"],
        &with_places(&program),
    );
    let trace = json_lines(&stdout(&output));
    let asked = |record: &Value| {
        let changes = record["changes"].as_array().cloned().unwrap_or_default();
        let asked = changes.into_iter().find(|one| one["change"] == "asked");
        asked.map(|one| one["interest"].as_str().unwrap_or("nothing").to_owned())
    };
    let poll = record_of(&trace, "poll");
    assert_eq!(asked(poll).as_deref(), Some("w-"), "{poll}");
    let after = trace.iter().skip_while(|record| *record != poll).skip(1);
    let next = after.into_iter().find(|one| !one["calls"][0].is_null());
    let next = next.expect("it goes on");
    assert_eq!(asked(next).as_deref(), Some("nothing"), "{next}");
}

#[test]
fn a_datagram_socket_has_a_row_among_all_and_nothing_is_concluded_of_it() {
    let Some(program) = crate::clients::python("datagram.py") else {
        return;
    };
    let output = watched(&["--auto", "--json", "--all"], &program);
    let trace = json_lines(&stdout(&output));
    let appeared = trace.iter().any(|record| {
        let changes = record["changes"].as_array().cloned().unwrap_or_default();
        changes.iter().any(|one| one["target"] == "no stream")
    });
    assert!(appeared, "{}", stdout(&output));
    let stages = trace.iter().flat_map(|record| {
        let stages = record["stages"].as_array().cloned().unwrap_or_default();
        stages
            .into_iter()
            .map(|one| one["stage"].as_str().unwrap_or("").to_owned())
    });
    let stages: Vec<String> = stages.collect();
    assert!(
        !stages.iter().any(|stage| stage == "connected"),
        "{stages:?}"
    );
}

#[test]
fn a_thread_that_waits_without_a_limit_is_stuck_and_one_with_a_limit_is_not() {
    let Some((_keep, block)) = Clients::c("block") else {
        return;
    };
    let text = told(&["--auto", "--limit", "2s", "--lab", "@pending"], &block);
    assert!(text.contains("stuck: no call is held"), "{text}");
    assert!(text.contains("It was stuck"), "{text}");
    let Some((_keep, poll)) = Clients::c("poll") else {
        return;
    };
    let output = watched(
        &["--auto", "--limit", "1s", "--lab", "@pending"],
        &with_places(&poll),
    );
    let text = stdout(&output);
    assert!(
        text.contains("has not returned yet: it waits at most 5s"),
        "{text}"
    );
    assert!(!text.contains("stuck: no call"), "{text}");
    assert!(text.contains("It was not stuck. It was in poll("), "{text}");
    assert_eq!(output.status.code(), Some(124));
    assert!(stderr(&output).contains("the limit of 1s"), "{text}");
}

#[test]
fn a_program_that_makes_no_call_and_never_ends_is_ended_after_its_limit() {
    let program = ["sh", "-c", "while :; do sleep 0.1; done"].map(str::to_owned);
    let output = watched(&["--auto", "--limit", "300ms"], &program);
    assert_eq!(output.status.code(), Some(124));
    let text = stdout(&output);
    assert!(text.contains("It was in no call that is watched"), "{text}");
    let mut typed = watch(&["--limit", "300ms"], &program);
    typed.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = typed.stderr(Stdio::piped()).spawn().expect("it starts");
    let mut input = child.stdin.take().expect("a pipe");
    input.write_all(b"step\n").expect("it reads");
    // The line stays open: the limit alone ends it.
    let output = child.wait_with_output().expect("its end");
    drop(input);
    assert_eq!(output.status.code(), Some(124));
}
