//! What a lesson writes into its recording: what was asked, answered and reached. A record of it has no calls.

/// A mark of a lesson.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LessonMark {
    /// This lesson begins: its number in the course, or its file's name, and its topic.
    Begun(String),
    /// A question is open: its number, and its lines as in the file.
    Asked(u32, String),
    /// It was answered with this letter.
    Answered(u32, char),
    /// It was passed over.
    Later(u32),
    /// A class has voted on it: a count for each choice.
    Voted(u32, Vec<u32>),
    /// Whoever is asked has seen the kernel's answer to it, and goes on.
    Revealed(u32),
    /// A goal was reached.
    Reached(u32),
    /// The lesson's own lines were made again up to this part, since own keys had changed what they had made: so far nothing in this
    /// session is the learner's work.
    Staged(u32),
}

/// A vote has a count for at most so many choices.
pub const MAX_VOTES: usize = 4;
