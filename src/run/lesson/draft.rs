//! A first draft of a lesson from a recording: its commands as lines, its notes as prose, and a place for a question before each tick
//! that reported something.

use crate::language::lesson::limit;
use crate::language::lesson::lines_needed;
use crate::model::clean;
use crate::model::command::Command;
use crate::model::readiness::joined;
use crate::model::record::{Cause, Record};
use std::fmt::Write;

/// What a text begins with that is still to be written.
pub const EMPTY: &str = "...";

/// The draft of a recording with this title.
pub fn draft(title: &str, records: &[Record]) -> String {
    let mut out = String::from(
        "# A draft. Give it a topic, a belief that is false in just this situation, and questions: see CONTRIBUTING.md.\n\
         # Check it with: sockstep lesson check FILE. It names each place that is still empty.\n",
    );
    let topic: String = clean::text(title).chars().take(44).collect();
    let _ = writeln!(
        out,
        "lesson {topic}\nbelief {EMPTY} what many believe, and is false here"
    );
    let mut ticks = 0;
    for record in records {
        let Cause::Command(command) = &record.cause else {
            continue;
        };
        let is_plain_tick = *command == Command::TICK;
        if is_plain_tick && record.events.is_empty() {
            ticks += 1;
            continue;
        }
        flush(&mut out, &mut ticks);
        match command {
            Command::Note(text) => note(&mut out, text),
            Command::Lesson(_) => {}
            Command::Tick { .. } => {
                let asks = question(&mut out, record);
                let _ = writeln!(out, "{command}");
                if asks {
                    let _ = writeln!(out, "reveal {EMPTY} what is so, and why");
                }
            }
            command => {
                let _ = writeln!(out, "{command}");
            }
        }
    }
    flush(&mut out, &mut ticks);
    out
}

fn flush(out: &mut String, ticks: &mut usize) {
    match std::mem::take(ticks) {
        0 => {}
        1 => out.push_str("tick\n"),
        more => {
            let _ = writeln!(out, "tick {more}");
        }
    }
}

/// A note as prose, or as a comment if it is too long for a screen.
fn note(out: &mut String, text: &str) {
    let text = clean::text(text);
    let fits = limit("say").is_none_or(|room| lines_needed(&text, room.width) <= room.most);
    let word = if fits { "say" } else { "# say" };
    let _ = writeln!(out, "{word} {text}");
}

/// The frame of a question, with what the kernel reported here as the claim of its right choice; whether there is one.
fn question(out: &mut String, record: &Record) -> bool {
    let Some(event) = record.events.iter().find(|event| event.stale.is_none()) else {
        return false;
    };
    let _ = writeln!(
        out,
        "ask {EMPTY} what will be reported now?\na) {EMPTY} what is right here\n= {} reported {}\nb) {EMPTY} what many believe",
        event.row,
        joined(&event.readiness)
    );
    true
}
