//! Whether a program is stuck is one fact: the lines, the screen, the claim and the marks say the same of it.

use crate::clients::{Clients, Homeworks, csv_rows, watch, watched, with_places};
use crate::runtimes::{RUNTIMES, built};
use crate::support::pty::Pty;
use crate::support::{SOCKSTEP, stderr, stdout};
use std::process::Stdio;

/// What the lines say within this limit, when every call is let go.
fn lines(program: &[String], limit: &str) -> String {
    let options = ["--auto", "--limit", limit, "--lab", "@echo"];
    stdout(&watched(&options, program))
}

/// What a claim finds after so many steps and so long a wait.
fn claim(program: &[String], steps: usize) -> bool {
    use std::io::Write;
    let mut command = watch(&["--lab", "@echo"], program);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.stderr(Stdio::piped()).spawn().expect("it starts");
    let mut input = child.stdin.take().expect("a pipe");
    let text = format!("{}wait 3s\nexpect stuck\n", "step\n".repeat(steps));
    input.write_all(text.as_bytes()).expect("it reads");
    drop(input);
    let output = child.wait_with_output().expect("its end");
    let code = output.status.code();
    assert!(code == Some(1) || stderr(&output).is_empty(), "{output:?}");
    code != Some(1)
}

/// What the title says three seconds after the program came into its last call.
fn screen(program: &[String]) -> String {
    let mut args = vec!["watch", "--no-save", "--lab", "@echo", "--"];
    args.extend(program.iter().map(String::as_str));
    let mut pty = Pty::start(120, 30, SOCKSTEP, &args);
    pty.wait_for("STEP 0");
    for call in ["socket(", "connect(", "recvfrom("] {
        let held = format!("is about to call  {call}");
        pty.wait("the call is held", |screen| {
            let line = screen.lines().find(|line| line.contains("about to call"));
            line.is_some_and(|line| line.contains(call))
        });
        assert!(pty.screen().contains("about to call"), "{held}");
        pty.press(" ");
    }
    pty.wait("its clock says so", |screen| {
        screen.contains("has not returned: 0:03")
    });
    let screen = pty.screen();
    pty.press("q");
    pty.end();
    screen
}

/// Whether a mark has a finding of this name.
fn mark(source: &str, how: &str) -> bool {
    let homeworks = Homeworks::new();
    homeworks.compiled("anna", source);
    let lesson = "lesson L\npeer @echo: ends within 20s\nrules all\n";
    let run = format!("./client {{host}} {{port}} {how}");
    let output = homeworks.mark(lesson, &run, &["--csv", "--limit", "4s"]);
    let rows = csv_rows(&stdout(&output));
    assert!(!rows.is_empty(), "{}", stderr(&output));
    rows.iter().any(|row| row[4] == "stuck")
}

#[test]
fn who_waits_with_a_parked_thread_is_stuck_everywhere_and_who_computes_nowhere() {
    let Some((_keep, program)) = Clients::c("parked") else {
        return;
    };
    for (how, is_stuck) in [
        ("parked", true),
        ("ticks", true),
        ("computes", false),
        ("sleeps", false),
    ] {
        let mut program = with_places(&program);
        program.push(how.to_owned());
        let said = lines(&program, "4s");
        assert_eq!(said.contains("stuck: no call is held"), is_stuck, "{said}");
        assert_eq!(said.contains("It was stuck"), is_stuck, "{said}");
        assert_eq!(claim(&program, 3), is_stuck, "{how}");
        let shown = screen(&program);
        assert_eq!(shown.contains("STUCK"), is_stuck, "{how}: {shown}");
        let marked = mark("tests/watch/clients/parked.c", how);
        assert_eq!(marked, is_stuck, "{how}");
    }
}

#[test]
fn a_program_whose_runtime_has_threads_of_its_own_is_stuck_too() {
    for language in RUNTIMES {
        let folder = tempfile::tempdir().expect("a folder");
        let Some(program) = built(language, "waits", folder.path()) else {
            continue;
        };
        let said = lines(&with_places(&program), "12s");
        assert!(
            said.contains("stuck: no call is held"),
            "{language}: {said}"
        );
        assert!(said.contains("It was stuck"), "{language}: {said}");
    }
}

#[test]
fn who_waits_for_a_timer_is_not_stuck_while_it_is_set() {
    let Some((_keep, program)) = Clients::c("timer") else {
        return;
    };
    for (how, is_stuck) in [
        ("set-epoll", false),
        ("set-poll", false),
        ("no-epoll", true),
        ("no-poll", true),
    ] {
        let mut program = with_places(&program);
        program.push(how.to_owned());
        let said = lines(&program, "3s");
        assert_eq!(said.contains("It was stuck"), is_stuck, "{how}: {said}");
        assert_eq!(
            said.contains("it waits at most"),
            !is_stuck,
            "{how}: {said}"
        );
    }
}
