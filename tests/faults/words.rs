//! The plain conversation speaks the language of the screen's `:` prompt, whose words are typed in `tests/keys` and `words_everywhere.rs`.

use crate::support::pty::Pty;
use crate::support::{SOCKSTEP, stdout};
use std::io::Write;
use std::process::{Command, Stdio};

/// What a face says to a word that it does not know.
const UNKNOWN: [&str; 2] = ["is not a command", "not understood"];

fn is_unknown(said: &str) -> bool {
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    UNKNOWN.iter().any(|words| said.contains(words))
}

/// What the plain face says to a line, after it said what there is at the beginning.
fn plainly(line: &str) -> String {
    let mut child = Command::new(SOCKSTEP)
        .args(["--plain", "--no-save", "@refused"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut input = child.stdin.take().expect("piped");
    // The note parts the beginning from the answer.
    writeln!(input, "note here it begins\n{line}").expect("it listens");
    drop(input);
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success(), "{line}: {:?}", output.status);
    let said = stdout(&output);
    let (_, behind) = said
        .split_once("note: here it begins\n")
        .expect("the note is told");
    behind.to_owned()
}

#[test]
fn explain_tells_the_meaning() {
    let said = plainly("explain HUP");
    assert!(said.contains("both ways are shut"), "{said}");
}

#[test]
fn a_word_and_its_argument_are_not_one_word() {
    let said = plainly("explainHUP");
    assert!(is_unknown(&said), "{said}");
}

#[test]
fn depth_is_known() {
    let said = plainly("depth kernel");
    assert!(said.contains("what happened is said as"), "{said}");
}

#[test]
fn so_many_ticks_are_made() {
    let said = plainly("tick 7");
    assert!(said.contains("\ntick 7. "), "{said}");
}

#[test]
fn cost_is_known() {
    let said = plainly("cost");
    assert!(!is_unknown(&said), "{said}");
}

#[test]
fn tell_is_known() {
    let said = plainly("tell");
    assert!(said.contains("note: here it begins"), "told again: {said}");
}

#[test]
fn help_lists_the_words() {
    let said = plainly("help");
    for word in ["explain", "depth", "tick", "cost", "tell", "help", "quit"] {
        let listed = said.lines().any(|line| {
            let rest = line.strip_prefix(word);
            rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric()))
        });
        assert!(listed, "{word}:\n{said}");
    }
}

#[test]
fn quit_ends_both_faces() {
    let said = plainly("quit\ntick");
    assert!(!said.contains("\ntick 1. ") && !is_unknown(&said), "{said}");
    let mut pty = Pty::start(100, 30, SOCKSTEP, &["--no-save", "@refused"]);
    pty.wait_for("TICK 0");
    pty.press_until(":", "TAB completes");
    pty.press_until("quit", ": quit");
    pty.press("\r");
    let screen = pty.wait("the end, or a complaint", |screen| {
        is_unknown(screen) || !screen.contains("TAB completes")
    });
    assert!(!is_unknown(&screen), "{screen}");
    assert_eq!(pty.end().exit_code(), 0);
    assert!(pty.is_restored());
}
