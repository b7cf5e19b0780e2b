//! One self-contained page: every step in order, readable and printable without script; with it one step at a time, by keys, buttons
//! and a timeline, beginning with tick 1. It refers to nothing outside itself.

mod section;
mod timeline;

use super::ExportInput;
use super::escape::xml;
use super::step::steps;
use std::fmt::Write;
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
        section::write(&mut body, &step);
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
        "<span class=\"keys\">Keys: Right or Space, Left, Home, End; . covers</span>\n</div>\n\
         <p id=\"status\" role=\"status\" aria-live=\"polite\"></p>\n</nav>\n",
    );
    let _ = write!(out, "<main>\n{body}</main>\n<footer>\n");
    timeline.write(&mut out);
    let _ = write!(
        out,
        "</footer>\n<script>\n{JS}</script>\n</body>\n</html>\n"
    );
    out
}
