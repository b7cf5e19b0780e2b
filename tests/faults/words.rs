//! The screen's `:` prompt and the plain conversation speak one language: a word does the same in both, or the face says why it cannot.

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

/// The screen after a word was typed into its `:` prompt: either the prompt is closed, or it says what is wrong.
fn on_the_screen(line: &str) -> (Pty, String) {
    let mut pty = Pty::start(100, 30, SOCKSTEP, &["--no-save", "@refused"]);
    pty.wait_for("TICK 0");
    pty.press_until(":", "TAB completes");
    pty.press_until(line, &format!(": {line}"));
    pty.press("\r");
    let screen = pty.wait("an answer to what was typed", |screen| {
        !screen.contains("TAB completes")
    });
    (pty, screen)
}

#[test]
fn explain_tells_the_meaning_in_both_faces() {
    let meaning = "both ways are shut";
    let said = plainly("explain HUP");
    assert!(said.contains(meaning), "{said}");
    let (pty, _) = on_the_screen("explain HUP");
    pty.wait_for(meaning);
}

#[test]
fn a_word_and_its_argument_are_not_one_word_in_either_face() {
    let said = plainly("explainHUP");
    assert!(is_unknown(&said), "{said}");
    let (_, screen) = on_the_screen("explainHUP");
    assert!(is_unknown(&screen), "{screen}");
}

#[test]
fn depth_is_known_in_both_faces() {
    let said = plainly("depth kernel");
    assert!(said.contains("what happened is told as"), "{said}");
    let (_, screen) = on_the_screen("depth kernel");
    assert!(!is_unknown(&screen), "{screen}");
}

#[test]
fn so_many_ticks_are_made_in_both_faces() {
    let said = plainly("tick 7");
    assert!(said.contains("\ntick 7. "), "{said}");
    let (pty, screen) = on_the_screen("tick 7");
    assert!(!screen.contains("a tick is one press"), "{screen}");
    pty.wait_for("TICK 7 ");
}

#[test]
fn cost_is_known_in_both_faces() {
    let said = plainly("cost");
    assert!(!is_unknown(&said), "{said}");
    let (_, screen) = on_the_screen("cost");
    assert!(!is_unknown(&screen), "{screen}");
}

#[test]
fn tell_is_known_in_both_faces() {
    let said = plainly("tell");
    assert!(said.contains("note: here it begins"), "told again: {said}");
    let (_, screen) = on_the_screen("tell");
    assert!(!is_unknown(&screen), "{screen}");
}

#[test]
fn help_lists_the_words_in_both_faces() {
    let said = plainly("help");
    for word in ["explain", "depth", "tick", "cost", "tell", "help", "quit"] {
        let listed = said.lines().any(|line| {
            let rest = line.strip_prefix(word);
            rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric()))
        });
        assert!(listed, "{word}:\n{said}");
    }
    let (_, screen) = on_the_screen("help");
    assert!(!is_unknown(&screen) && screen.contains("KEYS"), "{screen}");
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
