//! The lab's own calls of a record: a few are shown where they stand, many (its peers are being made ready) are folded into one line.

use crate::model::call::{CallFact, CalledBy};
use crate::model::record::Record;
use crate::words::join::plural;

/// So many of the lab's own calls are shown one by one.
const FEW: usize = 2;

/// Whether the lab's own calls of this record are folded.
pub fn is_folded(record: &Record) -> bool {
    let own = record.calls.iter().filter(|fact| is_the_labs(fact));
    own.count() > FEW
}

/// Whether the lab made this call for itself.
pub fn is_the_labs(fact: &CallFact) -> bool {
    fact.by == CalledBy::Lab
}

/// The folded calls in one line: `the lab makes 44 calls of its own: socket 8, bind 4, listen 4`.
pub fn in_one_line(record: &Record) -> Option<String> {
    if !is_folded(record) {
        return None;
    }
    let mut counts: Vec<(&str, usize)> = Vec::new();
    let mut all = 0;
    for fact in record.calls.iter().filter(|fact| is_the_labs(fact)) {
        all += 1;
        let name = fact.call.name();
        match counts.iter_mut().find(|(known, _)| *known == name) {
            Some((_, count)) => *count += 1,
            None => counts.push((name, 1)),
        }
    }
    let counts: Vec<String> = counts
        .iter()
        .map(|(name, count)| format!("{name} {count}"))
        .collect();
    let calls = plural(all, "call");
    Some(format!(
        "the lab makes {calls} of its own: {}",
        counts.join(", ")
    ))
}
