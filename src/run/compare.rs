//! Two recordings together, without a terminal.

use super::recording::LoadedRecording;
use crate::narrate::compare::{self, StepPair};
use crate::text::compare::{result, step};

/// Every step of both.
pub fn steps(sides: &[LoadedRecording; 2]) -> Vec<StepPair> {
    let [a, b] = sides;
    compare::all(&a.records, &b.records)
}

/// Whether they say different things anywhere.
pub fn differ(steps: &[StepPair]) -> bool {
    steps.iter().any(StepPair::differs)
}

/// The two sides with their names and systems, every step, and the first difference.
pub fn plain(sides: &[LoadedRecording; 2], steps: &[StepPair]) -> String {
    let [a, b] = sides;
    let side = |name: char, loaded: &LoadedRecording| {
        format!(
            "{name} is {}: {} {}, {}\n",
            loaded.title, loaded.header.os, loaded.header.kernel, loaded.header.program
        )
    };
    let mut text = side('A', a) + &side('B', b);
    let mut is_first = true;
    for both in steps {
        text.push_str(&step(both, is_first));
        is_first &= !both.differs();
    }
    text.push_str(&result(steps));
    text
}
