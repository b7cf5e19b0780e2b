//! One self-contained page: every step in order, readable and printable without script; with it one step at a time, by keys, buttons
//! and a timeline, beginning with tick 1. It refers to nothing outside itself.

mod question;
mod section;
mod timeline;

use super::ExportInput;
use super::board;
use super::escape::xml;
use super::room::Room;
use super::step::steps;
use crate::narrate::answered::{self, AnsweredQuestion};
use crate::words::prose;
use std::fmt::Write as _;
use std::io::Write;
use timeline::Timeline;

/// What the page looks like.
pub const CSS: &str = include_str!("../../assets/export/page.css");
/// How it is stepped.
pub const JS: &str = include_str!("../../assets/export/page.js");

/// The buttons: what each is called, and what stands on it.
const BUTTONS: [(&str, &str); 4] = [
    ("first", "First"),
    ("back", "Back"),
    ("forward", "Forward"),
    ("last", "Last"),
];
/// The switches: what each is called, and what stands on it.
const SWITCHES: [(&str, &str); 2] = [("cover", "Cover the answers"), ("dark", "Dark")];

/// The page.
///
/// # Errors
/// If it cannot be written.
pub fn html(input: &ExportInput, room: &Room, out: &mut dyn Write) -> std::io::Result<()> {
    out.write_all(head(input, room).as_bytes())?;
    let board = board::inline(&room.last);
    write!(out, "<main>\n{board}")?;
    let mut timeline = Timeline::default();
    let questions = answered::questions(&input.records);
    let mut place = 0;
    super::write_steps(out, steps(input, room), |text, step| {
        timeline.add(step);
        section::write(text, step, |text| {
            about(text, input, room, &questions, place);
        });
        place += 1;
    })?;
    out.write_all(b"</main>\n<footer>\n")?;
    let mut text = String::new();
    timeline.write(&mut text);
    write!(
        out,
        "{text}</footer>\n<script>\n{JS}</script>\n</body>\n</html>\n"
    )
}

/// The question that is asked in this step, and the one that is answered in it.
fn about(
    out: &mut String,
    input: &ExportInput,
    room: &Room,
    questions: &[AnsweredQuestion],
    place: usize,
) {
    for asked in questions {
        // What the kernel did not answer is said to be so where it was asked.
        let end = asked
            .kernel
            .as_ref()
            .map_or(asked.asked, |kernel| kernel.at);
        let end = end.min(room.steps.saturating_sub(1));
        if asked.asked == place {
            let n = input.records.get(end).map_or(0, |record| record.n);
            question::ask(out, asked, n);
        }
        if end == place && asked.asked <= end {
            question::answer(out, asked);
        }
    }
}

/// Everything above the steps.
fn head(input: &ExportInput, room: &Room) -> String {
    let title = xml(&format!("sockstep: {}", input.name));
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:\">\n\
         <link rel=\"icon\" href=\"data:,\">\n<title>{title}</title>\n<style>\n{CSS}</style>\n</head>\n<body>\n"
    );
    let _ = write!(
        out,
        "<header>\n<h1>{title}</h1>\n<p>Recorded on {}. Every call below was really made.</p>\n",
        xml(&input.origin())
    );
    let broken = input.broken.as_ref();
    let broken = broken.map(|broken| format!("The recording breaks off: {broken}"));
    for word in broken.into_iter().chain(room.word(input)) {
        let _ = writeln!(out, "<p class=\"broken\">{}</p>", xml(&word));
    }
    if input.records.iter().any(|record| !record.events.is_empty()) {
        let _ = writeln!(out, "<p>{}</p>", xml(prose::say("paper letters")));
    }
    out.push_str("</header>\n<nav aria-label=\"Steps\">\n<div class=\"controls\">\n");
    for (id, label) in BUTTONS {
        let _ = writeln!(out, "<button type=\"button\" id=\"{id}\">{label}</button>");
    }
    for (id, label) in SWITCHES {
        let _ = writeln!(
            out,
            "<button type=\"button\" class=\"switch\" id=\"{id}\" aria-pressed=\"false\">{label}</button>"
        );
    }
    out.push_str(
        "<span class=\"keys\">Keys: Right or Space, Left, Home, End; . covers; a to d answer a question</span>\n</div>\n\
         <p id=\"status\" role=\"status\" aria-live=\"polite\"></p>\n</nav>\n",
    );
    out
}
