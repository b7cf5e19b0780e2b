//! A sequence diagram: the program, the kernel, the far end, and who asked whom what in each record.

use super::Material;
use super::escape::mermaid as label;
use super::step::title;
use crate::pure::call::{By, Call, CallFact};
use crate::pure::clean::excerpt;
use crate::pure::notation;
use crate::pure::record::Record;
use std::fmt::Write;

/// The whole recording, for mermaid.js.org.
pub fn mermaid(material: &Material) -> String {
    let mut out = String::from("sequenceDiagram\n");
    let _ = writeln!(out, "    %% sockstep, {}", comment(&material.origin()));
    out.push_str("    participant P as your program\n    participant K as kernel\n    participant F as far end\n");
    for record in &material.records {
        let _ = writeln!(out, "    Note over P,F: {}", label(&title(record)));
        for fact in &record.calls {
            call(&mut out, fact, record);
        }
        for change in &record.stages {
            let failure = change
                .failure
                .map_or_else(String::new, |failure| format!(" {}", failure.name()));
            let text = format!(
                "{} {}: {}{failure}",
                change.row,
                change.target,
                change.stage.word()
            );
            let _ = writeln!(out, "    Note left of P: {}", label(&text));
        }
    }
    out
}

/// A comment ends with its line, and must not look like a directive.
fn comment(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, ' ' | '.' | ',' | ':' | '-'))
        .collect()
}

fn call(out: &mut String, fact: &CallFact, record: &Record) {
    let who = match fact.by {
        By::Program | By::Library => 'P',
        By::Peer | By::Lab => 'F',
    };
    let row = fact.row.map_or_else(String::new, |row| format!("{row}: "));
    let lab = if fact.by == By::Lab { "lab: " } else { "" };
    let line = notation::line(fact, &record.events);
    // What went in stands on the arrow to the kernel, what came back on the arrow from it.
    let (asked, answered) = line.rsplit_once(") = ").unwrap_or((&line, "?"));
    let asked = match &fact.call {
        Call::Send { data, .. } => format!("send({}", excerpt(&data.head(41), 40)),
        _ => asked.to_owned(),
    };
    let _ = writeln!(
        out,
        "    {who}->>K: {}",
        label(&format!("{row}{lab}{asked})"))
    );
    if fact.outcome.is_some() {
        let _ = writeln!(out, "    K-->>{who}: {}", label(&format!("= {answered}")));
    }
}
