//! Calls that wait, and the signals that end them or do not.

use crate::clients::{Clients, watch, with_places};
use crate::support::eventually;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdout, Stdio};

/// A program that is stuck in connect(), and its pid.
fn stuck(program: &[String]) -> (Child, BufReader<ChildStdout>, u32) {
    let mut command = watch(&["--json", "--lab", "@pending"], &with_places(program));
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut child = command.spawn().expect("it starts");
    let input = child.stdin.as_mut().expect("a pipe");
    input.write_all(b"step 2\n").expect("it reads");
    let mut out = BufReader::new(child.stdout.take().expect("a pipe"));
    let mut pid = None;
    eventually("connect() waits", || {
        let mut line = String::new();
        out.read_line(&mut line).expect("text");
        let record: serde_json::Value = serde_json::from_str(&line).expect("JSON");
        pid = pid.or_else(|| record["tasks"][0]["pid"].as_u64());
        let call = &record["calls"][0];
        (call["made"] == "connect" && call["ret"].is_null()).then_some(())
    });
    let pid = pid.expect("it began");
    (child, out, u32::try_from(pid).expect("a pid"))
}

fn signal(pid: u32, signal: rustix::process::Signal) {
    let pid = rustix::process::Pid::from_raw(pid as i32).expect("a pid");
    rustix::process::kill_process(pid, signal).expect("it runs");
}

/// Types a line and reads the trace to its end.
fn ends(mut child: Child, mut out: BufReader<ChildStdout>, lines: &str) -> String {
    let mut input = child.stdin.take().expect("a pipe");
    input.write_all(lines.as_bytes()).expect("it reads");
    drop(input);
    let mut text = String::new();
    out.read_to_string(&mut text).expect("text");
    child.wait().expect("its end");
    text
}

/// What connect() gave, every time that it returned.
fn connects(trace: &str) -> Vec<String> {
    let lines = crate::support::json_lines(trace);
    let calls = lines
        .iter()
        .flat_map(|record| record["calls"].as_array().cloned().unwrap_or_default());
    calls
        .filter(|call| call["made"] == "connect" && !call["ret"].is_null())
        .map(|call| call["errno"].as_str().unwrap_or("0").to_owned())
        .collect()
}

#[test]
fn interrupt_ends_a_call_as_a_signal_would() {
    let Some((_keep, program)) = Clients::c("block") else {
        return;
    };
    let (child, out, _) = stuck(&program);
    let text = ends(child, out, "interrupt\nwait 500ms\nauto\n");
    assert_eq!(connects(&text), ["EINTR"], "{text}");
    assert!(text.contains("Interrupted system call"), "{text}");
}

#[test]
fn a_signal_that_restarts_a_call_leaves_it_one_call_and_one_that_breaks_it_gives_eintr() {
    let Some((_keep, program)) = Clients::c("block") else {
        return;
    };
    let (mut child, mut out, pid) = stuck(&program);
    signal(pid, rustix::process::Signal::USR1);
    let mut heard = String::new();
    while !heard.contains("heard") {
        out.read_line(&mut heard).expect("text");
    }
    // connect() goes on: a look says that it still waits.
    let input = child.stdin.as_mut().expect("a pipe");
    input.write_all(b"look\n").expect("it reads");
    assert_eq!(connects(&heard), Vec::<String>::new(), "{heard}");
    eventually("it sleeps in connect() again", || {
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
        status.contains("State:\tS").then_some(())
    });
    signal(pid, rustix::process::Signal::USR2);
    let text = ends(child, out, "wait 1s\nauto\n");
    assert_eq!(connects(&text), ["EINTR"], "{text}");
}

#[test]
fn a_stopped_program_goes_on_where_it_was() {
    let script = "(while sleep 0.1; do kill -CONT $$ || exit; done) & kill -STOP $$; echo on";
    let program = ["sh", "-c", script].map(str::to_owned);
    let output = crate::clients::watched(&["--auto"], &program);
    let text = crate::support::stdout(&output);
    assert!(text.contains("says: on"), "{text}");
    assert_eq!(output.status.code(), Some(0));
}
