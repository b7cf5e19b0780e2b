//! A handout: every step with its words, calls and lists. As a prediction sheet the answers are left blank for a pencil and follow on a
//! page of their own.

use super::ExportInput;
use super::escape::{code, markdown as text};
use super::step::{ExportStep, StepList, steps};
use crate::model::ids::Row;
use crate::words::numbers;
use std::fmt::Write;

/// What the handout is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sheet {
    /// To be read.
    Handout,
    /// To be filled in.
    Blank,
}

/// So wide a list of numbers may be.
const NUMBERS: usize = 60;
/// A place for a pencil.
const BLANK: &str = "______________";
/// So many sockets are written out in a step; more are counted.
const MAX_ROWS: usize = 100;
/// HTML in Markdown: printers begin a new page here.
const NEW_PAGE: &str = "\n<div style=\"page-break-before: always\"></div>\n\n";

/// The handout.
pub fn markdown(input: &ExportInput, sheet: Sheet) -> String {
    let mut out = format!("# sockstep: {}\n\n", text(&input.name));
    let _ = writeln!(
        out,
        "Recorded on {}. Every call was really made.\n",
        text(&input.origin())
    );
    if let Some(broken) = &input.broken {
        let _ = writeln!(out, "The recording breaks off: {}\n", text(broken));
    }
    match sheet {
        Sheet::Handout => steps(input).for_each(|step| in_full(&mut out, &step)),
        Sheet::Blank => {
            out.push_str(
                "Before each step: which stage will each socket be in, and in which lists? Write the numbers of the sockets, then look at the answers.\n",
            );
            steps(input).for_each(|step| question(&mut out, &step));
            out.push_str(NEW_PAGE);
            out.push_str("# Answers\n");
            steps(input).for_each(|step| in_full(&mut out, &step));
        }
    }
    out
}

fn in_full(out: &mut String, step: &ExportStep) {
    let _ = writeln!(out, "\n## {}\n", text(&step.title));
    for sentence in &step.story {
        let _ = writeln!(out, "{}\n", text(sentence));
    }
    sockets(out, step, true);
    lists(out, step, |rows| numbers::fitted(rows, NUMBERS));
    calls(out, step, true);
}

/// The same step without what the kernel answered.
fn question(out: &mut String, step: &ExportStep) {
    let _ = writeln!(out, "\n## {}\n", text(&step.title));
    if step.n == 0 {
        let _ = writeln!(out, "No socket is there yet.\n");
        return sockets(out, step, true);
    }
    calls(out, step, false);
    sockets(out, step, false);
    lists(out, step, |_| BLANK.to_owned());
}

fn sockets(out: &mut String, step: &ExportStep, answered: bool) {
    out.push_str("| socket | target | your program | kernel TCP |\n|---|---|---|---|\n");
    for row in step.rows.iter().take(MAX_ROWS) {
        let star = if row.changed { " \\*" } else { "" };
        let (stage, kernel) = if answered {
            (format!("{}{star}", text(&row.stage)), text(&row.kernel))
        } else {
            (BLANK.to_owned(), BLANK.to_owned())
        };
        let _ = writeln!(
            out,
            "| {} | {} | {stage} | {kernel} |",
            row.row,
            text(&row.target)
        );
    }
    if step.rows.len() > MAX_ROWS {
        let _ = writeln!(out, "| | and {} more | | |", step.rows.len() - MAX_ROWS);
    }
    out.push('\n');
}

fn lists(out: &mut String, step: &ExportStep, show: impl Fn(&[Row]) -> String) {
    out.push_str("| list | asked for | NEW (epoll\\_wait) | TRUE afterwards (poll) | TRUE afterwards (select) |\n|---|---|---|---|---|\n");
    for list in &step.lists {
        let StepList {
            name,
            asked,
            new,
            poll,
            select,
        } = list;
        let asked = asked.as_ref().map_or_else(
            || "always reported".to_owned(),
            |rows| numbers::fitted(rows, NUMBERS),
        );
        let _ = writeln!(
            out,
            "| {name} | {asked} | {} | {} | {} |",
            show(new),
            show(poll),
            show(select)
        );
    }
    out.push('\n');
}

fn calls(out: &mut String, step: &ExportStep, answered: bool) {
    if step.calls.is_empty() {
        out.push_str("No call was made.\n");
    }
    for call in &step.calls {
        let row = call
            .row
            .map_or_else(String::new, |row| format!(" for {row}"));
        if answered {
            let _ = writeln!(out, "- {}{row}: {}", call.who, code(&call.line));
            continue;
        }
        // What comes back, also between the brackets, is the answer.
        if call.who == "your program" || call.who == "C library" {
            let name = call.line.split('(').next().unwrap_or("");
            let _ = writeln!(
                out,
                "- {}{row}: {} = {BLANK}",
                call.who,
                code(&format!("{name}(...)"))
            );
        }
    }
    out.push('\n');
}
