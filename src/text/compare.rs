//! Two recordings as lines: one fact a line, and where they differ both values in it.

use crate::model::clean;
use crate::narrate::compare::{FactPair, StepPair};
use crate::words::join::plural;
use std::fmt::Write;

/// One step. `is_first` says that nothing differed before it.
pub fn step(both: &StepPair, is_first: bool) -> String {
    let mark = match (both.differs(), is_first) {
        (false, _) => "same",
        (true, true) => "DIFFERS, the first difference",
        (true, false) => "differs",
    };
    let mut text = format!("record {}, {}: {mark}\n", both.n, clean::text(&both.title));
    for pair in &both.pairs {
        let _ = writeln!(text, "  {}", line(pair));
    }
    text
}

/// `socket 2 connect(): EINPROGRESS`, or with both values: `differs: socket 2 connect(): A EINPROGRESS, B ECONNREFUSED`.
fn line(pair: &FactPair) -> String {
    let value = |side: &Option<String>| {
        side.as_deref()
            .map_or_else(|| "says nothing".to_owned(), clean::text)
    };
    if pair.differs() {
        format!(
            "differs: {}: A {}, B {}",
            clean::text(&pair.subject),
            value(&pair.a),
            value(&pair.b)
        )
    } else {
        format!("{}: {}", clean::text(&pair.subject), value(&pair.a))
    }
}

/// The last line: the first difference, or that there is none.
pub fn result(steps: &[StepPair]) -> String {
    let Some(first) = steps.iter().find(|both| both.differs()) else {
        return format!("No difference in {}.\n", plural(steps.len(), "record"));
    };
    let what = first
        .pairs
        .iter()
        .find(|pair| pair.differs())
        .map(line)
        .unwrap_or_default();
    format!(
        "First difference: record {}, {}: {}\n",
        first.n,
        clean::text(&first.title),
        what.trim_start_matches("differs: ")
    )
}
