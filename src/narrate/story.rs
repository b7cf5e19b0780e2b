//! WHAT HAPPENED: a record in a few sentences, most important first. Sockets to which the same happened share a sentence.

mod changes;
mod edges;
mod lesson;
mod moments;
mod narration;
mod peers;
mod program;
mod quiet;
mod said;
mod sentence;
mod tell;
mod wire;

use narration::{Importance, Narration};
pub use said::{said, said_of_calls};
pub use tell::{RecordStory, narrate, tell};

use crate::language::depth::Depth;
use crate::model::call::{CallFact, CalledBy};
use crate::model::clean;
use crate::model::ids::Row;
use crate::model::readiness::Readiness;
use crate::model::record::{Event, Record};
use crate::model::socket::Stage;
use crate::model::world::World;
use crate::narrate::recognised;
use crate::words::calls::{Chooser, Sentence};
use crate::words::join::{group_by, join_and, verb};
use crate::words::numbers;
use crate::words::prose::{self, Told};

fn narration(world: &World, record: &Record, depth: Depth) -> Narration {
    let alone = |told: Told| Narration {
        told: vec![(Importance::Call, told)],
        parts: Vec::new(),
    };
    if let Some(note) = record.note() {
        return alone(format!("Note: {}", clean::text(note)).into());
    }
    if let Some(mark) = record.lesson_mark() {
        return alone(lesson::mark(mark));
    }
    if record.n == 0 && world.is_watched() {
        return alone(prose::text("watch begun").told(&[], &[]));
    }
    if record.n == 0 {
        return alone(prose::text("quiet beginning").told(&[], &[]));
    }
    let mut narration = Narration::default();
    let several = world.count() > 1;
    events(world, record, &mut narration);
    for sentence in recognised::narrate(world, record) {
        narration.push(Importance::Event, sentence);
    }
    program_calls(world, record, several, depth, &mut narration);
    program::program(world, record, depth, &mut narration);
    peers::peer_calls(world, record, &mut narration);
    peers::time_limits(world, record, &mut narration);
    changes::changes(world, record, &mut narration);
    wire::wire(world, record, &mut narration);
    moments::distinctions(world, record, &mut narration);
    moments::ways(world, record, &mut narration);
    moments::race(world, record, &mut narration);
    if several {
        moments::kernel_knows_more(world, record, &mut narration);
    }
    if narration.told.is_empty() {
        return alone(quiet::quiet(record, world, depth));
    }
    narration.told.sort_by_key(|(importance, _)| *importance);
    narration
}

/// The sockets a sentence is about: `1`, `2 and 4`, `All four`, or `It` if there is only one.
fn subject(rows: &[Row], world: &World) -> String {
    match (rows.len(), world.count()) {
        (1, 1) => "It".to_owned(),
        (2, 2) => "Both".to_owned(),
        (some, all) if some == all => format!("All {}", numbers::count_word(some)),
        _ => numbers::in_words(rows),
    }
}

fn events(world: &World, record: &Record, narration: &mut Narration) {
    let events = record.events.iter();
    let fresh = events.filter(|event| !recognised::is_of_a_closed_socket(world, record, event));
    let worded = fresh.map(|event| (event, words(event.readiness)));
    let groups = group_by(worded);
    if groups.is_empty() {
        return;
    }
    let rows_of = |events: &[&Event]| events.iter().map(|event| event.row).collect::<Vec<Row>>();
    let parts: Vec<String> = groups
        .iter()
        .map(|(events, words)| format!("{} {words}", numbers::in_words(&rows_of(events))))
        .collect();
    let rows: Vec<Row> = groups
        .iter()
        .flat_map(|(events, _)| rows_of(events))
        .collect();
    let values = [("{parts}", &*parts.join("; "))];
    if world.is_watched() {
        let told = prose::text("event of-a-program").told(&rows, &values);
        return narration.push(Importance::Event, told);
    }
    let told = prose::text("event reported").told(&rows, &values);
    narration.push(Importance::Event, told);
    let urgent = |event: &&Event| {
        let urgent = Readiness::PRIORITY | Readiness::READABLE;
        event.readiness.contains(urgent)
    };
    if groups.iter().any(|(events, _)| events.iter().any(urgent)) {
        narration.push(Importance::Call, prose::text("event urgent").told(&[], &[]));
    }
}

/// What was reported. A failure is closed in both directions, which goes without saying.
fn words(readiness: Readiness) -> String {
    let mut names: Vec<&str> = [
        (Readiness::READABLE, "readable"),
        (Readiness::WRITABLE, "writable"),
        (Readiness::ERROR, "error"),
        (Readiness::PRIORITY, "urgent data"),
        (Readiness::READ_CLOSED, "read closed"),
        (Readiness::WRITE_CLOSED, "write closed"),
    ]
    .into_iter()
    .filter(|(flag, _)| readiness.contains(*flag))
    .map(|(_, name)| name)
    .collect();
    if readiness.contains(Readiness::ERROR) {
        names.retain(|name| !name.ends_with("closed"));
    }
    join_and(&names)
}

fn program_calls(
    world: &World,
    record: &Record,
    several: bool,
    depth: Depth,
    narration: &mut Narration,
) {
    let own = |fact: &CallFact| matches!(fact.by, CalledBy::Program | CalledBy::Library);
    let said = said_of_rows(world, record, own);
    let said = said.iter().map(|said| {
        let text = sentence::filled(said.sentence, &said.facts, depth);
        (said.row, (&said.sentence.key, text))
    });
    for (mut rows, (_, text)) in group_by(said) {
        rows.sort_unstable();
        rows.dedup();
        let importance = importance(record, rows[0]);
        let text = about(&rows, world, &text, several);
        narration.push(
            importance,
            Told {
                rows,
                ..text.into()
            },
        );
    }
}

/// What one socket made with one result: one call, or the same again and again.
struct SaidOfRow<'a> {
    row: Row,
    sentence: &'static Sentence,
    facts: Vec<&'a CallFact>,
}

/// The calls that somebody made, each with its sentence; those of one socket that are said by the same words together.
fn said_of_rows<'a>(
    world: &World,
    record: &'a Record,
    wanted: impl Fn(&CallFact) -> bool,
) -> Vec<SaidOfRow<'a>> {
    let chooser = Chooser::new(world, record);
    let mut all: Vec<SaidOfRow<'a>> = Vec::new();
    for (place, fact) in record.calls.iter().enumerate() {
        let Some(row) = fact.row.filter(|_| wanted(fact)) else {
            continue;
        };
        let Some(sentence) = chooser.sentence(place) else {
            continue;
        };
        let of_row = all.iter_mut().rev().take_while(|said| said.row == row);
        let mut same = of_row.filter(|said| std::ptr::eq(said.sentence, sentence));
        match same.next() {
            Some(said) => said.facts.push(fact),
            None => all.push(SaidOfRow {
                row,
                sentence,
                facts: vec![fact],
            }),
        }
    }
    all
}

/// A text about these sockets: with them inside where it names them, else behind them and a colon; behind nothing if there is only one.
fn about(rows: &[Row], world: &World, text: &str, several: bool) -> String {
    let who = subject(rows, world);
    if text.contains("{who}") {
        let is = verb(rows.len(), "is", "are");
        text.replace("{who}", &who).replace("{is}", is)
    } else if several {
        format!("{who}: {text}")
    } else {
        capital(text)
    }
}

fn capital(text: &str) -> String {
    // The name of a call is written as it is.
    if text
        .split(' ')
        .next()
        .is_some_and(|word| word.contains("()") || word.ends_with("(2)"))
    {
        return text.to_owned();
    }
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}

fn importance(record: &Record, row: Row) -> Importance {
    let entered = |stage| {
        record
            .stages
            .iter()
            .any(|change| change.row == row && change.stage == stage)
    };
    if entered(Stage::Error) {
        Importance::Failure
    } else if entered(Stage::Connected) {
        Importance::Proof
    } else {
        Importance::Call
    }
}

/// The calls that somebody made, each with its sentence.
fn sentences_by<'a>(
    world: &'a World,
    record: &'a Record,
    by: CalledBy,
) -> impl Iterator<Item = (&'a CallFact, &'static Sentence)> {
    let chooser = Chooser::new(world, record);
    let calls = record.calls.iter().enumerate();
    calls
        .filter(move |(_, fact)| fact.by == by)
        .filter_map(move |(place, fact)| Some((fact, chooser.sentence(place)?)))
}
