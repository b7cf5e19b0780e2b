//! What cannot be watched is refused in words, and a conversation steps as it is told.

use crate::clients::{Clients, LONGEST, watch, watched, with_places};
use crate::support::{SOCKSTEP, need, run_bounded, stderr, stdout};
use std::io::Write;
use std::process::{Command, Output, Stdio};

/// Watches a program, with these lines typed ahead.
fn conversation(options: &[&str], program: &[String], lines: &str) -> Output {
    let mut command = watch(options, program);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("it starts");
    let mut input = child.stdin.take().expect("a pipe");
    input.write_all(lines.as_bytes()).expect("it reads");
    drop(input);
    child.wait_with_output().expect("its end")
}

#[test]
fn a_program_that_cannot_be_run_is_refused_in_words() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = folder.path().join("text");
    std::fs::write(&text, "no program").expect("room");
    for (program, why) in [
        ("/nonexistent/client".to_owned(), "No such file"),
        (text.to_string_lossy().into_owned(), "Permission denied"),
    ] {
        let output = watched(&[], &[program]);
        assert_eq!(output.status.code(), Some(2));
        let said = stderr(&output);
        assert!(said.contains(why), "{said}");
    }
    let output = watched(&["--lab", "@nobody"], &["true".to_owned()]);
    assert_eq!(output.status.code(), Some(2));
    let output = watched(&[], &["echo".to_owned(), "{port}".to_owned()]);
    assert!(stderr(&output).contains("--lab"), "{}", stderr(&output));
}

#[test]
fn under_another_tracer_it_is_refused_in_words() {
    if !need("strace") {
        return;
    }
    let mut strace = Command::new("strace");
    strace.args([
        "-f",
        "-o",
        "/dev/null",
        SOCKSTEP,
        "watch",
        "--auto",
        "--",
        "true",
    ]);
    let output = run_bounded(&mut strace, LONGEST);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains("Another tracer"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn a_program_that_ends_at_once_gives_its_own_code() {
    for (script, code) in [("exit 0", 0), ("exit 7", 7), ("kill -9 $$", 137)] {
        let program = ["sh", "-c", script].map(str::to_owned);
        let output = watched(&["--auto"], &program);
        assert_eq!(output.status.code(), Some(code), "{script}");
    }
}

#[test]
fn a_conversation_steps_and_expects() {
    let Some((_keep, program)) = Clients::c("poll") else {
        return;
    };
    let program = with_places(&program);
    let lines =
        "step\nstep 3\nexpect 1 stage connect attempted\nstep\nexpect 1 stage writable\nauto\n";
    let output = conversation(&["--lab", "@echo"], &program, lines);
    let text = stdout(&output);
    assert_eq!(output.status.code(), Some(0), "{text} {}", stderr(&output));
    assert!(text.contains("says: connected"), "{text}");
    assert!(text.contains("has ended: exit 0"), "{text}");
    let output = conversation(
        &["--lab", "@echo"],
        &program,
        "step\nexpect 1 stage connected\n",
    );
    assert_eq!(output.status.code(), Some(1));
    let output = conversation(&["--lab", "@echo"], &program, "tick\n");
    assert!(stderr(&output).contains("not understood"));
}

#[test]
fn what_is_typed_reaches_the_program_and_control_c_ends_it() {
    // Whoever starts the tests in the background of a script hands on that SIGINT is ignored.
    let program = [
        "env",
        "--default-signal=INT",
        "sh",
        "-c",
        "read line; echo \"heard $line\"; read more",
    ]
    .map(str::to_owned);
    let lines = "type good morning\nwait 300ms\nint\nwait 5s\n";
    let output = conversation(&[], &program, lines);
    let text = stdout(&output);
    assert!(text.contains("says: heard good morning"), "{text}");
    assert!(text.contains("by SIGINT"), "{text}");
    assert_eq!(output.status.code(), Some(130));
}

#[test]
fn hostile_words_of_a_program_never_reach_the_terminal() {
    let program = ["printf", "a\\033[2Jb\\n"].map(str::to_owned);
    let output = watched(&["--auto"], &program);
    assert!(!stdout(&output).contains('\u{1b}'));
    assert!(
        stdout(&output).contains("a\\x1b[2Jb"),
        "{}",
        stdout(&output)
    );
}

#[test]
fn what_goes_into_a_pipe_or_comes_before_the_first_socket_is_not_said() {
    let script = "x=$(echo captured); (exit 3); echo heard $? >&2; echo kept > /dev/null; exit 4";
    let program = ["sh", "-c", script].map(str::to_owned);
    let output = watched(&["--auto"], &program);
    assert_eq!(output.status.code(), Some(4));
    let told = stdout(&output);
    // The first line names the program with its arguments.
    let (_, told) = told.split_once('\n').expect("more than a line");
    assert!(told.contains("sh says: heard 3"), "{told}");
    assert!(told.contains("sh has ended: exit 4"), "{told}");
    for other in ["captured", "kept", "is new", "runs", "exit 3"] {
        assert!(!told.contains(other), "{other}: {told}");
    }
}
