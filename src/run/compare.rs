//! Two recordings together, without a terminal.

use super::recording::LoadedRecording;
use crate::narrate::compare;
use crate::text::compare::{result, step};

/// The two sides with their names and systems, every step, and the first difference.
pub fn plain(sides: &[LoadedRecording; 2]) -> String {
    let [a, b] = sides;
    let side = |name: char, loaded: &LoadedRecording| {
        format!(
            "{name} is {}: {} {}, {}\n",
            loaded.title, loaded.header.os, loaded.header.kernel, loaded.header.program
        )
    };
    let mut text = side('A', a) + &side('B', b);
    let steps = compare::all(&a.records, &b.records);
    let mut is_first = true;
    for both in &steps {
        text.push_str(&step(both, is_first));
        is_first &= !both.differs();
    }
    text.push_str(&result(&steps));
    text
}
