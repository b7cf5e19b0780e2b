//! Records as lines of text: one fact a line, words instead of signs, nothing that a screen reader cannot say.

pub mod beside;
pub mod card;
pub mod tell;

use crate::content::packets;
use crate::pure::call::By;
use crate::pure::clean;
use crate::pure::notation;
use crate::pure::record::{Cause, Record, StageChange};
use std::fmt::Write;

/// What `run --plain` prints for a record: a line for each stage change, and before them a line for each call if `calls` is set. A note
/// is a line of its own.
pub fn plain(record: &Record, calls: bool) -> String {
    let mut text = String::new();
    if let Cause::Command(words) = &record.cause
        && let Some(note) = words.strip_prefix("note ")
    {
        return format!("note: {}\n", clean::text(note));
    }
    let when = when(record);
    if calls {
        for fact in &record.calls {
            let who = match fact.by {
                By::Program => "",
                By::Peer => "far end, ",
                By::Lab => "lab, ",
                By::Library => "C library, ",
            };
            let row = fact
                .row
                .map_or_else(String::new, |row| format!(" socket {row}"));
            let _ = writeln!(
                text,
                "{when}{row} call: {who}{}",
                notation::line(fact, &record.events)
            );
        }
    }
    for fact in &record.packets {
        let _ = writeln!(text, "{when} {}", packets::happened(&fact.change));
    }
    for change in &record.stages {
        let _ = writeln!(text, "{when} {}", stage(change));
    }
    text
}

/// `tick 4`, or the words of the command, or `answer`.
fn when(record: &Record) -> String {
    match (record.tick, &record.cause) {
        (Some(tick), _) => format!("tick {tick}"),
        (None, Cause::Command(words)) => {
            let first: String = words.chars().take(60).collect();
            clean::text(&first)
        }
        (None, Cause::Answer) => "answer".to_owned(),
    }
}

/// `socket 2 @refused: error ECONNREFUSED`
fn stage(change: &StageChange) -> String {
    let mut text = format!(
        "socket {} {}: {}",
        change.row,
        change.target,
        change.stage.word()
    );
    if let Some(failure) = change.failure {
        let _ = write!(text, " {}", failure.name());
    }
    text
}
