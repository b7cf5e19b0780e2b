//! A sequence diagram: the program, the kernel, the peer, and who asked whom what in each record.

use super::ExportInput;
use super::escape::mermaid as label;
use super::step::{folded, title};
use crate::model::call::{Call, CallFact, CalledBy};
use crate::model::clean::excerpt;
use crate::model::notation;
use crate::model::packet::segment::Direction;
use crate::model::record::Record;
use crate::model::wire::{Origin, PacketChange, PacketEvent};
use crate::model::world::World;
use std::fmt::Write;

/// The whole recording, for mermaid.js.org.
pub fn mermaid(input: &ExportInput) -> String {
    let mut out = String::from("sequenceDiagram\n");
    let _ = writeln!(out, "    %% sockstep, {}", comment(&input.origin()));
    out.push_str("    participant P as your program\n    participant K as kernel\n    participant F as peer\n");
    let mut world = World::default();
    for record in &input.records {
        world.apply(record);
        let _ = writeln!(out, "    Note over P,F: {}", label(&title(record)));
        if let Some(line) = folded::in_one_line(record) {
            let _ = writeln!(out, "    Note over F: {}", label(&line));
        }
        let folds = folded::is_folded(record);
        let shown = |fact: &&CallFact| !(folds && folded::is_the_labs(fact));
        for fact in record.calls.iter().filter(shown) {
            call(&mut out, fact, record);
        }
        for fact in &record.packets {
            packet(&mut out, &fact.change, &world);
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

/// A packet that arrives, or is lost, between the two kernels of the lab wire.
fn packet(out: &mut String, change: &PacketChange, world: &World) {
    let Some(entry) = world.wire.get(change.number) else {
        return;
    };
    let (from, to) = match entry.segment.direction {
        Direction::ToServer => ('K', 'F'),
        Direction::ToClient => ('F', 'K'),
    };
    let (arrow, status) = match &change.what {
        PacketEvent::LetGo(_) if entry.origin == Origin::Injected => {
            ("->>", ", made by hand".to_owned())
        }
        PacketEvent::LetGo(_) => ("->>", String::new()),
        PacketEvent::Repeated(_) => ("->>", ", one more copy".to_owned()),
        PacketEvent::Dropped => ("-x", ", dropped".to_owned()),
        PacketEvent::Swallowed => ("-x", ", swallowed".to_owned()),
        PacketEvent::NotWritten(errno) => ("-x", format!(", not written: {errno}")),
        PacketEvent::Appeared { .. }
        | PacketEvent::SentAgain
        | PacketEvent::Waits(_)
        | PacketEvent::Moved(..) => return,
    };
    let text = format!("packet {}: {}{status}", entry.number, entry.segment);
    let _ = writeln!(out, "    {from}{arrow}{to}: {}", label(&text));
}

fn call(out: &mut String, fact: &CallFact, record: &Record) {
    let who = match fact.by {
        CalledBy::Program | CalledBy::Library => 'P',
        CalledBy::Peer | CalledBy::Lab => 'F',
    };
    let row = fact.row.map_or_else(String::new, |row| format!("{row}: "));
    let lab = if fact.by == CalledBy::Lab {
        "lab: "
    } else {
        ""
    };
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
