//! What is told of a record while it is gathered: sentences, and how much each matters.

use crate::words::prose::Told;

/// Sentences with their importance: on a small screen the more important ones are read first.
#[derive(Default)]
pub(super) struct Narration {
    pub(super) told: Vec<(Importance, Told)>,
    /// Parts of them that have keys of their own.
    pub(super) parts: Vec<Told>,
}

/// How much a sentence matters: the earlier, the more.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Importance {
    Failure,
    Distinction,
    Proof,
    Event,
    Call,
    KernelKnows,
}

impl Narration {
    pub(super) fn push(&mut self, importance: Importance, sentence: impl Into<Told>) {
        self.told.push((importance, sentence.into()));
    }

    pub(super) fn also(&mut self, parts: Vec<Told>) {
        self.parts.extend(parts);
    }
}
