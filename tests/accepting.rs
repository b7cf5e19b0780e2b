//! What is said of an accepted connection is true, whichever row was asked to accept.

use std::io::Write;
use std::process::{Command, Stdio};

fn told(script: &str) -> String {
    let dir = tempfile::tempdir().expect("a directory");
    let file = dir.path().join("accept.script");
    std::fs::write(&file, script).expect("a script");
    let out = Command::new(env!("CARGO_BIN_EXE_sockstep"))
        .args(["run", "--tell", "--script"])
        .arg(&file)
        .output()
        .expect("the program runs");
    assert!(out.status.success(), "{out:?}");
    String::from_utf8(out.stdout).expect("text")
}

const FILLER: &str = "It was one of the lab's own";

#[test]
fn a_connection_of_the_program_is_not_called_the_labs_own() {
    for row in [1, 2] {
        let script = format!(
            "add @never-accept\ntick 7\nawait 1 stage connected within 2s\nhand 1\naccept {row}\n"
        );
        let text = told(&script);
        assert!(
            text.contains("took one connection out of its queue"),
            "{text}"
        );
        assert!(!text.contains(FILLER), "accept {row}: {text}");
    }
}

#[test]
fn a_filler_of_the_queue_is_called_the_labs_own() {
    let text = told("add @pending\ntick 4\naccept 1\n");
    assert!(text.contains(FILLER), "{text}");
}

/// A socket that was connected says EISCONN to another connect(), so nobody is sent there; and its connect did not fail.
#[test]
fn what_was_connected_and_is_over_is_not_said_to_have_failed_to_connect() {
    let lines = "tick 7\nhand 1 on\naccept 2\nclose 3\nsend 1 x\nlook\nsend 1 y\ntick 3\nexpect 1 stage error\n";
    let mut program = Command::new(env!("CARGO_BIN_EXE_sockstep"))
        .args(["--plain", "--no-save", "@never-accept"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program runs");
    let mut typed = program.stdin.take().expect("its input");
    typed.write_all(lines.as_bytes()).expect("it reads");
    drop(typed);
    let out = program.wait_with_output().expect("it ends");
    let text = String::from_utf8(out.stdout).expect("text");
    assert!(text.contains("yes: expect 1 stage error"), "{text}");
    let over = text.rsplit("next: ").next().unwrap_or_default();
    assert!(over.contains("so_error 1"), "{over}");
    assert!(!over.contains("connect 1"), "{over}");
    assert!(!text.contains("The connect failed"), "{text}");
}
