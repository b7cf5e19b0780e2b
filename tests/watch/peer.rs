//! What is done at the lab's peer while a program is watched: the calls are made and told, and the program meets what they bring.

use crate::clients::{Clients, watch, with_places};
use crate::support::pty::Pty;
use crate::support::{SOCKSTEP, stderr, stdout};
use std::io::Write;
use std::process::{Output, Stdio};

/// What these lines come to.
fn by_lines(options: &[&str], program: &[String], lines: &str) -> Output {
    let mut command = watch(options, program);
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.stderr(Stdio::piped()).spawn().expect("it starts");
    let mut input = child.stdin.take().expect("a pipe");
    input.write_all(lines.as_bytes()).expect("it reads");
    drop(input);
    child.wait_with_output().expect("its end")
}

#[test]
fn a_key_at_the_full_queue_lets_a_blocking_connect_return() {
    let Some((_keep, program)) = Clients::c("block") else {
        return;
    };
    let program = with_places(&program);
    for (columns, rows) in [(80, 24), (60, 18), (160, 50)] {
        let mut args = vec!["watch", "--no-save", "--lab", "@pending", "--"];
        args.extend(program.iter().map(String::as_str));
        let mut pty = Pty::start(columns, rows, SOCKSTEP, &args);
        // Before the program has called connect() its socket leads nowhere yet, and the peer is there all the same.
        pty.wait_for("is about to call  socket(");
        pty.press_until(" ", "is about to call  1 connect(");
        pty.press_until(" ", "in connect(");
        let screen = pty.wait("the footer offers it", |screen| {
            let footer = screen.lines().last().unwrap_or_default();
            footer.contains("A accept at 1")
        });
        assert!(screen.contains("SYN-SENT"), "{screen}");
        pty.press("A");
        let screen = pty.wait("connect() has returned", |screen| {
            screen.contains("= connected ")
        });
        assert!(screen.contains("ESTABLISHED"), "{screen}");
        let calls = pty.press_until(":calls\r", "peer accept(");
        assert!(calls.contains(" = 0"), "{calls}");
        pty.press("q");
        pty.press("q");
        pty.end();
    }
}

#[test]
fn a_peer_that_is_taken_in_hand_does_nothing_until_it_is_given_back() {
    let Some((_keep, program)) = Clients::c("block") else {
        return;
    };
    let program = with_places(&program);
    let lines = "step\nhand 1 on\nstep\nwait 300ms\nexpect 1 kernel ESTABLISHED\n";
    let output = by_lines(&["--lab", "@open"], &program, lines);
    let told = stdout(&output);
    assert!(told.contains("The peer of 1 is in your hand"), "{output:?}");
    assert!(!told.contains("the peer: accept("), "{told}");
    let given_back = format!("{lines}accept 1\nhand 1 off\nlook\n");
    let output = by_lines(&["--lab", "@open"], &program, &given_back);
    let told = stdout(&output);
    assert!(told.contains("the peer: accept("), "{output:?}");
    assert!(
        told.contains("The lab plays the peer of 1 again."),
        "{told}"
    );
}

#[test]
fn what_a_peer_resets_is_what_the_program_meets() {
    let Some((_keep, program)) = Clients::c("poll") else {
        return;
    };
    let program = with_places(&program);
    let lines = "step 4\nexpect 1 kernel ESTABLISHED\naccept 1 reset\nexpect 1 kernel CLOSE\nexpect 1 poll IN|OUT|ERR|HUP|RDHUP\n";
    let output = by_lines(&["--lab", "@never-accept"], &program, lines);
    assert!(stderr(&output).is_empty(), "{output:?}");
    assert!(stdout(&output).contains("SO_LINGER"), "{output:?}");
}

#[test]
fn where_no_peer_of_the_lab_is_nothing_is_done_and_it_is_said_why() {
    let Some((_keep, program)) = Clients::c("block") else {
        return;
    };
    let elsewhere: Vec<String> = [program[0].as_str(), "127.0.0.1", "1"]
        .map(str::to_owned)
        .into();
    for (options, lines) in [
        (&[][..], "step\naccept 1\n"),
        (&[][..], "step\nstep\nqueue 1 full\n"),
        (&["--lab", "@open"][..], "step\nstep\nhand 1 on\n"),
        (&["--lab", "@open"][..], "accept 1\n"),
    ] {
        let output = by_lines(options, &elsewhere, lines);
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        let why = stderr(&output);
        let says =
            why.contains("has no socket in this lab") || why.contains("there is no socket 1");
        assert!(says, "{lines}: {why}");
    }
}

#[test]
fn who_wants_no_looks_has_none_at_the_peer_either() {
    let Some((_keep, program)) = Clients::c("block") else {
        return;
    };
    let options = ["--json", "--looks", "off", "--lab", "@never-accept"];
    let lines = "step\nstep\naccept 1\n";
    let output = by_lines(&options, &with_places(&program), lines);
    let trace = stdout(&output);
    assert!(trace.contains("\"cause\":\"accept 1\""), "{output:?}");
    assert!(!trace.contains("\"looked\":true"), "{trace}");
}
