//! What can be proposed where something is being typed.

/// One proposal, or a kind of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Proposal {
    /// The numbers of the rows there are.
    Rows,
    /// The targets of the lab.
    Targets,
    /// This word.
    Word(&'static str),
}

/// Each of these words.
pub(super) fn words_of(words: &[&'static str]) -> Vec<Proposal> {
    words.iter().copied().map(Proposal::Word).collect()
}
