//! What is said of a lesson that was checked.

use crate::model::clean;
use crate::run::lesson::check::CheckedLesson;
use crate::run::lesson::find::FoundLesson;
use crate::words::join::plural;
use std::fmt::Write as _;

/// As lines, with each fault once.
pub(super) fn verdict(found: &FoundLesson, last: &CheckedLesson, faults: &[String]) -> String {
    let answers: Vec<String> = last
        .answers
        .iter()
        .map(|(line, letter)| format!("line {line} {letter}"))
        .collect();
    let also = if last.also.is_empty() {
        String::new()
    } else {
        format!("; also recognised in it: {}", last.also.join(" "))
    };
    let state = if faults.is_empty() { "holds" } else { "FAILS" };
    let mut text = format!(
        "{} {state}  {}  {}{also}\n",
        found.name,
        found.lesson.topic,
        answers.join(", ")
    );
    if last.expected > 0 {
        let _ = writeln!(
            text,
            "    {} of a program, of which {} {} shown by sessions of sockstep's own; the rest takes a right program: sockstep mark {} --run CMD DIR",
            plural(last.expected, "expectation"),
            last.shown,
            if last.shown == 1 { "was" } else { "were" },
            found.name
        );
    }
    let mut told: Vec<&String> = Vec::new();
    for fault in faults {
        if !told.contains(&fault) {
            told.push(fault);
            let of = if found.is_ours { "lesson " } else { "" };
            let _ = writeln!(text, "    {of}{}, {}", found.name, clean::text(fault));
        }
    }
    text
}
