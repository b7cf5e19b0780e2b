//! Records as lines of text: one fact a line, words instead of signs, nothing that a screen reader cannot say.

pub mod card;
pub mod compare;
pub mod narration;
pub mod watch;

use crate::language::title;
use crate::model::call::CalledBy;
use crate::model::clean;
use crate::model::notation;
use crate::model::record::{Record, StageChange};
use crate::narrate::packets;
use crate::words::unknown;
use std::fmt::Write;

/// What `run --plain` prints for a record: a line for each stage change, and before them a line for each call if `calls` is set. A note
/// is a line of its own.
pub fn plain(record: &Record, calls: bool) -> String {
    let mut text = String::new();
    let when = clean::text(&title::when(record, 60));
    if let Some(note) = record.note() {
        let _ = writeln!(text, "note: {}", clean::text(note));
        not_understood(record, &when, &mut text);
        return text;
    }
    if calls {
        for fact in &record.calls {
            let who = match fact.by {
                CalledBy::Program => "",
                CalledBy::Peer => "peer, ",
                CalledBy::Lab => "lab, ",
                CalledBy::Library => "C library, ",
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
    not_understood(record, &when, &mut text);
    for fact in &record.packets {
        let _ = writeln!(text, "{when} {}", packets::happened(&fact.change).text);
    }
    for change in &record.stages {
        // There may be thousands.
        text.push_str(&when);
        text.push(' ');
        put_stage(change, &mut text);
        text.push('\n');
    }
    text
}

fn not_understood(record: &Record, when: &str, text: &mut String) {
    for line in unknown::lines(record) {
        let _ = writeln!(text, "{when} {line}");
    }
}

/// `socket 2 @refused: error ECONNREFUSED`
fn stage(change: &StageChange) -> String {
    let mut text = String::new();
    put_stage(change, &mut text);
    text
}

fn put_stage(change: &StageChange, text: &mut String) {
    text.push_str("socket ");
    let _ = write!(text, "{}", change.row);
    for part in [" ", &change.target, ": ", change.stage.word()] {
        text.push_str(part);
    }
    if let Some(failure) = change.failure {
        let _ = write!(text, " {}", failure.name());
    }
}
