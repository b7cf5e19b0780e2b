//! A handout: every step with its words, calls and lists. As a prediction sheet it is one page: a row a tick, a box a list; the answers
//! follow on a page of their own. A lesson is a worksheet: its questions, and then what the kernel answered.

mod sheet;
mod worksheet;

pub use worksheet::SheetAnswers;

use super::ExportInput;
use super::escape::{code, markdown as text};
use super::room::{MAX_ROWS, Room};
use super::step::{ExportStep, StepList, steps};
use crate::words::{numbers, prose};
use std::fmt::Write as _;
use std::io::Write;

/// What the handout is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sheet {
    /// To be read.
    Handout,
    /// To be filled in.
    Blank,
    /// A lesson's questions.
    Questions(SheetAnswers),
}

/// HTML in Markdown: printers begin a new page here.
pub(super) const NEW_PAGE: &str = "\n<div style=\"page-break-before: always\"></div>\n\n";
/// So wide a list of numbers may be.
const NUMBERS: usize = 60;

/// The handout.
///
/// # Errors
/// If it cannot be written.
pub fn markdown(
    input: &ExportInput,
    sheet: Sheet,
    room: &Room,
    out: &mut dyn Write,
) -> std::io::Result<()> {
    writeln!(out, "# sockstep: {}\n", text(&input.name))?;
    writeln!(
        out,
        "Recorded on {}. Every call was really made.\n",
        text(&input.origin())
    )?;
    if let Some(broken) = &input.broken {
        writeln!(out, "The recording breaks off: {}\n", text(broken))?;
    }
    if let Some(word) = room.word(input) {
        writeln!(out, "{}\n", text(&word))?;
    }
    if sheet == Sheet::Handout && input.records.iter().any(|record| !record.events.is_empty()) {
        writeln!(out, "{}\n", text(prose::say("paper letters")))?;
    }
    match sheet {
        Sheet::Handout => super::write_steps(out, steps(input, room), in_full),
        Sheet::Blank | Sheet::Questions(_) => {
            let mut whole = String::new();
            match sheet {
                Sheet::Questions(answers) => worksheet::write(&mut whole, input, room, answers),
                _ if worksheet::asks(input) => {
                    worksheet::write(&mut whole, input, room, SheetAnswers::Follow);
                }
                _ => sheet::write(&mut whole, input, room),
            }
            out.write_all(whole.as_bytes())
        }
    }
}

fn in_full(out: &mut String, step: &ExportStep) {
    let _ = writeln!(out, "\n## {}\n", text(&step.title));
    for sentence in &step.story {
        let _ = writeln!(out, "{}\n", text(sentence));
    }
    sockets(out, step);
    lists(out, step);
    calls(out, step);
}

fn sockets(out: &mut String, step: &ExportStep) {
    out.push_str("| socket | target | your program | kernel |\n|---|---|---|---|\n");
    for row in step.rows.iter().take(MAX_ROWS) {
        let star = if row.changed { " \\*" } else { "" };
        let _ = writeln!(
            out,
            "| {} | {} | {}{star} | {} |",
            row.row,
            text(&row.target),
            text(&row.stage),
            text(&row.kernel)
        );
    }
    let more = step.more + step.rows.len().saturating_sub(MAX_ROWS);
    if more > 0 {
        let _ = writeln!(out, "| | and {more} more | | |");
    }
    out.push('\n');
}

fn lists(out: &mut String, step: &ExportStep) {
    // Before the program has a socket there is nobody who could stand in a list.
    if step.n == 0 {
        return;
    }
    out.push_str("| list | asked for | NEW (epoll\\_wait) | TRUE afterwards (poll) | TRUE afterwards (select) |\n|---|---|---|---|---|\n");
    for list in &step.lists {
        let StepList {
            name,
            asked,
            new,
            poll,
            select,
            changed: _,
        } = list;
        let asked = asked.as_ref().map_or_else(
            || "always reported".to_owned(),
            |rows| numbers::fitted(rows, NUMBERS),
        );
        let [new, poll, select] = [new, poll, select].map(|rows| numbers::fitted(rows, NUMBERS));
        let _ = writeln!(out, "| {name} | {asked} | {new} | {poll} | {select} |");
    }
    out.push('\n');
}

fn calls(out: &mut String, step: &ExportStep) {
    if let Some(folded) = &step.folded {
        let _ = writeln!(out, "- {}", text(&folded.line));
    }
    if step.calls.is_empty() && step.folded.is_none() {
        out.push_str("No call was made.\n");
    }
    for call in &step.calls {
        let row = call
            .row
            .map_or_else(String::new, |row| format!(" for {row}"));
        let _ = writeln!(out, "- {}{row}: {}", call.who, code(&call.line));
    }
}
