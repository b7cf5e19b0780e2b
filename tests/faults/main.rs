//! Faults that were found by reading, each as the behaviour that is right. Only the program itself is asked, by its command line.

#[path = "../support/mod.rs"]
mod support;

mod comparing;
mod log;
mod mask;
mod moves;
mod packets;
mod words;

use std::path::{Path, PathBuf};

/// A path as an argument.
fn text(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}

/// A file with this text.
fn written(dir: &Path, name: &str, text: &str) -> PathBuf {
    let file = dir.join(name);
    std::fs::write(&file, text).expect("written");
    file
}

/// A golden recording.
fn golden(name: &str) -> PathBuf {
    PathBuf::from(format!(
        "{}/tests/golden/{name}.jsonl",
        env!("CARGO_MANIFEST_DIR")
    ))
}

/// Its text.
fn golden_text(name: &str) -> String {
    std::fs::read_to_string(golden(name)).expect("a golden recording")
}

/// Records a script that needs the lab wire. `None`: this machine has no wire, which was said.
fn recorded_on_the_wire(dir: &Path, script: &str) -> Option<PathBuf> {
    let script = written(dir, "made.script", script);
    let file = dir.join("made.jsonl");
    let args = ["run", "--force", "--script", text(&script), "--record"];
    let output = support::sockstep(&[&args[..], &[text(&file)]].concat());
    let complaint = support::stderr(&output);
    if complaint.contains("there is no lab wire here") {
        support::skip(&complaint);
        return None;
    }
    assert!(output.status.success(), "{complaint}");
    Some(file)
}
