//! One step of the page: what happened, the sockets with their paths lit, the lists side by side, the calls.

use crate::export::board;
use crate::export::escape::xml;
use crate::export::room::MAX_ROWS;
use crate::export::step::path::PathLight;
use crate::export::step::{ExportStep, StepCall, StepList, StepRow};
use crate::model::ids::Row;
use crate::words::numbers;
use crate::words::prose;
use std::fmt::Write;

/// So wide a list of numbers may be.
const NUMBERS: usize = 60;
/// Behind the cover until somebody asks: what the program itself cannot know.
const ANSWER: &str = "answer";

/// The step; `about` writes the question that belongs to it.
pub(super) fn write(out: &mut String, step: &ExportStep, about: impl FnOnce(&mut String)) {
    let n = step.n;
    let _ = write!(
        out,
        "<section class=\"step\" id=\"step-{n}\" aria-labelledby=\"title-{n}\"{}>\n<h2 id=\"title-{n}\">{}</h2>\n<p class=\"when\">{}.{:06} seconds after the start</p>\n",
        board::attributes(&step.board),
        xml(&step.title),
        step.at_us / 1_000_000,
        step.at_us % 1_000_000
    );
    about(out);
    // What a lesson says, and what somebody wrote beside it, answers nothing.
    let class = if step.is_words { "" } else { ANSWER };
    let _ = write!(
        out,
        "<h3>What happened</h3>\n<div class=\"story {class}\">\n"
    );
    for sentence in &step.story {
        let _ = writeln!(out, "<p>{}</p>", xml(sentence));
    }
    out.push_str("</div>\n");
    let stands = xml(&board::in_words(&step.board));
    let _ = writeln!(out, "<p class=\"stands\">{stands}</p>");
    sockets(out, &step.rows, step.more);
    if n > 0 {
        lists(out, step);
    }
    calls(out, step);
    out.push_str("</section>\n");
}

/// The colour of a stage, by its sign.
pub(super) fn class_of(sign: char) -> &'static str {
    match sign {
        '=' => "is-connected",
        'x' => "is-error",
        '~' => "is-pending",
        '?' => "is-hint",
        _ => "is-other",
    }
}

fn sockets(out: &mut String, rows: &[StepRow], more: usize) {
    out.push_str("<h3>Sockets</h3>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Sockets\">\n<table class=\"sockets\">\n<thead><tr>");
    for head in [
        "socket",
        "your program",
        "kernel",
        "descriptor",
        "its own address",
    ] {
        let _ = write!(out, "<th scope=\"col\">{head}</th>");
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for row in rows.iter().take(MAX_ROWS) {
        let _ = write!(
            out,
            "<tr><th scope=\"row\">{} {}</th><td>",
            row.row,
            xml(&row.target)
        );
        path(out, row);
        let _ = writeln!(
            out,
            "</td><td class=\"{ANSWER}\"><span>{}</span></td><td>{}</td><td>{}</td></tr>",
            xml(&row.kernel),
            xml(&row.fd),
            xml(&row.local)
        );
    }
    out.push_str("</tbody>\n</table>\n</div>\n");
    let more = more + rows.len().saturating_sub(MAX_ROWS);
    if more > 0 {
        let _ = writeln!(out, "<p>And {more} sockets more.</p>");
    }
}

/// The stages on the way of a socket, lit as far as it has come.
fn path(out: &mut String, row: &StepRow) {
    out.push_str("<ol class=\"path\">");
    for place in &row.path {
        match place.lit {
            PathLight::Here => {
                let star = if row.changed { " *" } else { "" };
                let _ = write!(
                    out,
                    "<li class=\"here {}\" aria-current=\"step\">{}{star}</li>",
                    class_of(row.sign),
                    xml(&row.stage)
                );
            }
            PathLight::Walked => {
                let _ = write!(out, "<li class=\"walked\">{}</li>", xml(place.word));
            }
            PathLight::Ahead => {
                let _ = write!(out, "<li class=\"ahead\">{}</li>", xml(place.word));
            }
        }
    }
    if row.path.iter().all(|place| place.lit != PathLight::Here) {
        let _ = write!(
            out,
            "<li class=\"here is-other\" aria-current=\"step\">{}</li>",
            xml(&row.stage)
        );
    }
    out.push_str("</ol>");
}

/// The lists side by side, each a small table: what goes into the poll, what comes out, and what is true afterwards.
fn lists(out: &mut String, step: &ExportStep) {
    let (lists, tick) = (&step.lists, step.tick);
    let asked = match step.refused {
        true => "asked for, by epoll_ctl or poll",
        false => "asked for, by epoll_ctl",
    };
    let new = match tick {
        Some(_) => "NEW in this tick, by epoll_wait",
        None => "NEW in the last tick, by epoll_wait",
    };
    out.push_str("<h3>Lists</h3>\n<div class=\"lists\">\n");
    list(out, asked, "", lists, &|list| {
        (list.asked.as_deref(), list.changed.asked)
    });
    list(out, new, "", lists, &|list| {
        (Some(&list.new), tick.is_some() && !list.new.is_empty())
    });
    list(out, "TRUE afterwards, by poll", ANSWER, lists, &|list| {
        (Some(&list.poll), list.changed.poll)
    });
    list(out, "TRUE afterwards, by select", ANSWER, lists, &|list| {
        (Some(&list.select), list.changed.select)
    });
    out.push_str("</div>\n");
}

/// Who is in a list, and whether that is new; nobody asks for what is always reported.
type Members<'a> = (Option<&'a [Row]>, bool);

fn list(
    out: &mut String,
    caption: &str,
    class: &str,
    lists: &[StepList],
    members: &dyn Fn(&StepList) -> Members<'_>,
) {
    let _ = write!(
        out,
        "<table class=\"list {class}\">\n<caption>{caption}</caption>\n<tbody>\n"
    );
    for list in lists {
        let _ = write!(out, "<tr><th scope=\"row\">{}</th><td>", list.name);
        match members(list) {
            (None, _) => out.push_str("<span class=\"quiet\">always reported</span>"),
            (Some([]), false) => out.push_str("<span class=\"quiet\">-</span>"),
            (Some([]), true) => out.push_str("<span class=\"quiet\">- *</span>"),
            (Some(rows), changed) => {
                let class = if changed { " class=\"changed\"" } else { "" };
                let star = if changed { " *" } else { "" };
                let rows = numbers::fitted(rows, NUMBERS);
                let _ = write!(out, "<span{class}>{rows}{star}</span>");
            }
        }
        out.push_str("</td></tr>\n");
    }
    out.push_str("</tbody>\n</table>\n");
}

fn calls(out: &mut String, step: &ExportStep) {
    out.push_str("<h3>Calls</h3>\n");
    if let Some(folded) = &step.folded {
        let _ = write!(
            out,
            "<details class=\"far\">\n<summary>{}</summary>\n<ol class=\"calls\">\n",
            xml(&folded.line)
        );
        folded.calls.iter().for_each(|call| one_call(out, call));
        out.push_str("</ol>\n</details>\n");
    }
    if step.calls.is_empty() {
        let _ = writeln!(out, "<p>{}</p>", xml(prose::say("calls none page")));
        return;
    }
    out.push_str("<ol class=\"calls\">\n");
    step.calls.iter().for_each(|call| one_call(out, call));
    out.push_str("</ol>\n");
}

fn one_call(out: &mut String, call: &StepCall) {
    let row = call
        .row
        .map_or_else(String::new, |row| format!(" for {row}"));
    let _ = write!(
        out,
        "<li{}><span class=\"who\">{}{row}</span> <code>{}</code>",
        if call.is_the_programs() {
            ""
        } else {
            " class=\"far\""
        },
        call.who,
        xml(&call.line)
    );
    if !call.words.is_empty() {
        let _ = write!(out, " <span class=\"words\">{}</span>", xml(&call.words));
    }
    out.push_str("</li>\n");
}
