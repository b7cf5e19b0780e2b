//! What is said of an accepted connection is true, whichever row was asked to accept.

use std::process::Command;

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
