//! The prediction sheet: one page with a row for each tick in which something was reported or a list changed, and a box for each list.

use super::super::ExportInput;
use super::super::escape::{code, markdown as text};
use super::super::room::{MAX_ROWS, Room};
use super::super::step::{ExportStep, StepCall, steps};
use super::NEW_PAGE;
use crate::model::ids::Row;
use crate::words::numbers;
use std::collections::BTreeMap;
use std::fmt::Write;

/// So wide the numbers in a box may be.
const BOX: usize = 24;
/// A box for a pencil.
const BLANK: &str = "\\_\\_\\_\\_\\_\\_";

/// The sheet, and the answers on a page of their own.
pub(super) fn write(out: &mut String, input: &ExportInput, room: &Room) {
    let mut names: BTreeMap<Row, String> = BTreeMap::new();
    let mut chosen: Vec<ExportStep> = Vec::new();
    for step in steps(input, room) {
        for row in &step.rows {
            let name = || format!("{} {}", row.row, text(&row.target));
            names.entry(row.row).or_insert_with(name);
        }
        if reports(&step) {
            chosen.push(step);
        }
    }
    let first: Vec<String> = names.into_values().take(MAX_ROWS).collect();
    let _ = writeln!(out, "Sockets: {}\n", first.join(", "));
    if chosen.is_empty() {
        out.push_str("In no tick was anything reported: there is nothing to predict.\n");
        return;
    }
    out.push_str(
        "Before each tick: in which lists will the sockets be? Write their numbers into the boxes, or a line. NEW is what epoll\\_wait \
         reports in this tick; TRUE is what poll says afterwards.\n\n",
    );
    table(out, &chosen, &|_| BLANK.to_owned());
    out.push_str(NEW_PAGE);
    out.push_str("# Answers\n\n");
    table(out, &chosen, &|rows| numbers::fitted(rows, BOX));
    for step in &chosen {
        let _ = writeln!(out, "\n**{}.** {}\n", text(&step.title), said(step));
        for call in &step.calls {
            let _ = writeln!(out, "- {}: {}", whose(call), code(&call.line));
        }
    }
    out.push_str("\nAfter the last of them:\n\n");
    let last = chosen.last().map_or(&[][..], |step| &step.rows);
    for row in last.iter().take(MAX_ROWS) {
        let _ = writeln!(
            out,
            "- {} {}: {}; the kernel says {}",
            row.row,
            text(&row.target),
            text(&row.stage),
            text(&row.kernel)
        );
    }
}

/// Whether an event came in this tick, or a list is not what it was.
fn reports(step: &ExportStep) -> bool {
    let changed = step
        .lists
        .iter()
        .any(|list| !list.new.is_empty() || list.changed.poll || list.changed.select);
    step.tick.is_some() && changed
}

fn said(step: &ExportStep) -> String {
    text(&step.story.join(" "))
}

fn table(out: &mut String, chosen: &[ExportStep], show: &dyn Fn(&[Row]) -> String) {
    out.push_str("| tick | your program calls |");
    for kind in ["NEW", "TRUE"] {
        for list in chosen.first().map_or(&[][..], |step| &step.lists) {
            let _ = write!(out, " {kind} {} |", list.name);
        }
    }
    let lists = chosen.first().map_or(0, |step| step.lists.len());
    let _ = writeln!(out, "\n|---|---|{}", "---|".repeat(2 * lists));
    for step in chosen {
        let title = step.title.strip_prefix("Tick ").unwrap_or(&step.title);
        let _ = write!(out, "| {} | {} |", text(title), asked(&step.calls));
        for list in &step.lists {
            let _ = write!(out, " {} |", show(&list.new));
        }
        for list in &step.lists {
            let _ = write!(out, " {} |", show(&list.poll));
        }
        out.push('\n');
    }
}

/// What the program asks in this tick, without an answer: `epoll_wait, getsockopt for 1 2 4`.
fn asked(calls: &[StepCall]) -> String {
    let mut asked: Vec<(String, Vec<Row>)> = Vec::new();
    for call in calls.iter().filter(|call| call.is_the_programs()) {
        let name = call.line.split('(').next().unwrap_or_default();
        if asked.iter().all(|(known, _)| known != name) {
            asked.push((name.to_owned(), Vec::new()));
        }
        let rows = asked.iter_mut().find(|(known, _)| known == name);
        if let (Some((_, rows)), Some(row)) = (rows, call.row) {
            rows.push(row);
        }
    }
    let parts: Vec<String> = asked
        .into_iter()
        .map(|(name, rows)| match rows.as_slice() {
            [] => text(&name),
            rows => format!("{} for {}", text(&name), numbers::fitted(rows, BOX)),
        })
        .collect();
    parts.join(", ")
}

fn whose(call: &StepCall) -> String {
    match call.row {
        Some(row) => format!("{} for {row}", call.who),
        None => call.who.to_owned(),
    }
}
