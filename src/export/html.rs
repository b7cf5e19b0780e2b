//! One self-contained page: every step in order, readable and printable without script; with it one step at a time, by keys, buttons
//! and a timeline. It refers to nothing outside itself.

use super::ExportInput;
use super::escape::xml;
use super::step::{ExportStep, StepCall, StepList, StepRow, steps};
use crate::model::ids::Row;
use crate::words::numbers;
use std::collections::BTreeMap;
use std::fmt::Write;

/// What the page looks like.
pub const CSS: &str = include_str!("../../assets/export/page.css");
/// How it is stepped.
pub const JS: &str = include_str!("../../assets/export/page.js");

/// So many sockets are written out in a step; more are counted.
const MAX_ROWS: usize = 100;
/// So many cells the timeline has at most.
const MAX_CELLS: usize = 20_000;
/// So wide a list of numbers may be.
const NUMBERS: usize = 60;

/// The page.
pub fn html(input: &ExportInput) -> String {
    let title = xml(&format!("sockstep: {}", input.name));
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:\">\n\
         <link rel=\"icon\" href=\"data:,\">\n<title>{title}</title>\n<style>\n{CSS}</style>\n</head>\n<body>\n"
    );
    let mut timeline = Timeline::default();
    let mut body = String::new();
    for step in steps(input) {
        timeline.add(&step);
        section(&mut body, &step);
    }
    let _ = write!(
        out,
        "<header>\n<h1>{title}</h1>\n<p>Recorded on {}. Every call below was really made.</p>\n",
        xml(&input.origin())
    );
    if let Some(broken) = &input.broken {
        let _ = writeln!(
            out,
            "<p class=\"broken\">The recording breaks off: {}</p>",
            xml(broken)
        );
    }
    out.push_str("</header>\n<nav aria-label=\"Steps\">\n<div class=\"controls\">\n");
    for (id, label) in [
        ("first", "First"),
        ("back", "Back"),
        ("forward", "Forward"),
        ("last", "Last"),
    ] {
        let _ = writeln!(out, "<button type=\"button\" id=\"{id}\">{label}</button>");
    }
    out.push_str("<span>Keys: Right or Space, Left, Home, End</span>\n</div>\n<p id=\"status\" role=\"status\" aria-live=\"polite\"></p>\n");
    timeline.write(&mut out);
    let _ = write!(
        out,
        "</nav>\n<main>\n{body}</main>\n<script>\n{JS}</script>\n</body>\n</html>\n"
    );
    out
}

/// Which stage each socket was in after each step.
#[derive(Default)]
struct Timeline {
    heads: Vec<(u64, String, String)>,
    targets: BTreeMap<Row, String>,
    signs: BTreeMap<Row, BTreeMap<usize, (char, String, bool)>>,
    cells: usize,
}

impl Timeline {
    fn add(&mut self, step: &ExportStep) {
        let column = self.heads.len();
        let head = step
            .tick
            .map_or_else(|| "-".to_owned(), |tick| tick.to_string());
        self.heads.push((step.n, head, step.title.clone()));
        self.cells += step.rows.len();
        if self.cells > MAX_CELLS {
            self.signs.clear();
            return;
        }
        for row in &step.rows {
            self.targets
                .entry(row.row)
                .or_insert_with(|| row.target.clone());
            let cell = (row.sign, row.stage.clone(), row.changed);
            self.signs.entry(row.row).or_default().insert(column, cell);
        }
    }

    fn write(&self, out: &mut String) {
        out.push_str("<div class=\"scroll timeline\" tabindex=\"0\" role=\"region\" aria-label=\"Timeline\">\n<table>\n<caption>Timeline: the stage of each socket after each tick</caption>\n<thead><tr><th scope=\"col\">socket</th>");
        for (n, head, title) in &self.heads {
            let _ = write!(
                out,
                "<th scope=\"col\"><a href=\"#step-{n}\" aria-label=\"{}\">{}</a></th>",
                xml(title),
                xml(head)
            );
        }
        out.push_str("</tr></thead>\n<tbody>\n");
        if self.cells > MAX_CELLS {
            let _ = writeln!(
                out,
                "<tr><td colspan=\"{}\">There are too many sockets to show the stages of all of them here.</td></tr>",
                self.heads.len() + 1
            );
        } else {
            for (row, cells) in &self.signs {
                let target = self.targets.get(row).map_or("", String::as_str);
                let _ = write!(out, "<tr><th scope=\"row\">{row} {}</th>", xml(target));
                for column in 0..self.heads.len() {
                    match cells.get(&column) {
                        Some((sign, stage, changed)) => {
                            let class = if *changed { " class=\"changed\"" } else { "" };
                            let _ = write!(
                                out,
                                "<td{class}><abbr title=\"{}\">{}</abbr></td>",
                                xml(stage),
                                xml(&sign.to_string())
                            );
                        }
                        None => out.push_str("<td></td>"),
                    }
                }
                out.push_str("</tr>\n");
            }
        }
        out.push_str("</tbody>\n</table>\n<p>Signs: . not begun, o on the way, ~ pending, ? a hint only, = connected, x error, - closed</p>\n</div>\n");
    }
}

fn section(out: &mut String, step: &ExportStep) {
    let n = step.n;
    let _ = write!(
        out,
        "<section class=\"step\" id=\"step-{n}\" aria-labelledby=\"title-{n}\">\n<h2 id=\"title-{n}\">{}</h2>\n<p>{}.{:06} seconds after the start</p>\n",
        xml(&step.title),
        step.at_us / 1_000_000,
        step.at_us % 1_000_000
    );
    out.push_str("<h3>What happened</h3>\n");
    for sentence in &step.story {
        let _ = writeln!(out, "<p>{}</p>", xml(sentence));
    }
    sockets(out, &step.rows);
    lists(out, &step.lists, step.tick);
    calls(out, &step.calls);
    out.push_str("</section>\n");
}

fn sockets(out: &mut String, rows: &[StepRow]) {
    out.push_str("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Sockets\">\n<table>\n<caption>Sockets</caption>\n<thead><tr>");
    for head in [
        "number",
        "target",
        "your program",
        "kernel TCP",
        "descriptor",
        "its own address",
    ] {
        let _ = write!(out, "<th scope=\"col\">{head}</th>");
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for row in rows.iter().take(MAX_ROWS) {
        let class = if row.changed {
            " class=\"changed\""
        } else {
            ""
        };
        let star = if row.changed { " *" } else { "" };
        let _ = writeln!(
            out,
            "<tr><th scope=\"row\">{}</th><td>{}</td><td{class}>{} {}{star}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            row.row,
            xml(&row.target),
            xml(&row.sign.to_string()),
            xml(&row.stage),
            xml(&row.kernel),
            xml(&row.fd),
            xml(&row.local)
        );
    }
    out.push_str("</tbody>\n</table>\n</div>\n");
    if rows.len() > MAX_ROWS {
        let _ = writeln!(out, "<p>And {} sockets more.</p>", rows.len() - MAX_ROWS);
    }
}

fn lists(out: &mut String, lists: &[StepList], tick: Option<u64>) {
    let new = if tick.is_some() {
        "NEW in this tick"
    } else {
        "NEW in the last tick"
    };
    let _ = write!(
        out,
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Lists\">\n<table>\n<caption>Lists</caption>\n<thead><tr><th scope=\"col\">list</th>\
         <th scope=\"col\">asked for</th><th scope=\"col\">{new} (epoll_wait)</th><th scope=\"col\">TRUE afterwards (poll)</th>\
         <th scope=\"col\">TRUE afterwards (select)</th></tr></thead>\n<tbody>\n"
    );
    for list in lists {
        let asked = list.asked.as_ref().map_or_else(
            || "always reported".to_owned(),
            |rows| numbers::fitted(rows, NUMBERS),
        );
        let _ = writeln!(
            out,
            "<tr><th scope=\"row\">{}</th><td>{asked}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            list.name,
            numbers::fitted(&list.new, NUMBERS),
            numbers::fitted(&list.poll, NUMBERS),
            numbers::fitted(&list.select, NUMBERS)
        );
    }
    out.push_str("</tbody>\n</table>\n</div>\n");
}

fn calls(out: &mut String, calls: &[StepCall]) {
    out.push_str("<h3>Calls</h3>\n");
    if calls.is_empty() {
        out.push_str("<p>No call was made.</p>\n");
        return;
    }
    out.push_str("<ol class=\"calls\">\n");
    for call in calls {
        let row = call
            .row
            .map_or_else(String::new, |row| format!(" for {row}"));
        let _ = write!(
            out,
            "<li><span class=\"who\">{}{row}:</span> {}",
            call.who,
            xml(&call.line)
        );
        if !call.words.is_empty() {
            let _ = write!(out, " <span class=\"words\">{}</span>", xml(&call.words));
        }
        out.push_str("</li>\n");
    }
    out.push_str("</ol>\n");
}
