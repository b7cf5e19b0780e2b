//! What a line asks for, whoever types it, and at which face.

use super::claim::Claim;
use super::depth::Depth;
use super::seek::Seek;
use super::speech::{Part, Speech};
use crate::model::client::LessonClient;
use crate::model::command::Command;
use crate::model::task::Task;
use std::time::Duration;
use strum::VariantArray;

/// What a line asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// Something that acts on sockets.
    Act(Command),
    /// So many ticks of all sockets, one after another.
    Ticks(u32),
    /// A move in what has happened.
    Move(Seek),
    /// Whether something is so now.
    Check(Claim),
    /// It must become so within this time.
    Await {
        /// What.
        claim: Claim,
        /// The longest wait.
        within: Duration,
        /// Only look meanwhile; else waiting ticks are made.
        by_looking: bool,
    },
    /// How long a tick's poll waits from now on.
    PollTimeout(Duration),
    /// What this word means; the words as they were typed, cleaned.
    Explain(String),
    /// What asking costs on this machine, measured.
    Cost,
    /// In which language what happened is narrated.
    Depth(Depth),
    /// The last record once more.
    Tell,
    /// Something of a lesson, or of the cover.
    Lesson(LessonWord),
    /// Something of a watched program.
    Program(ProgramWord),
    /// How much of each record is said from now on.
    Say(Speech),
    /// This part of the record that is shown.
    Part(Part),
    /// All words, or this one; as it was typed, cleaned.
    Help(Option<String>),
    /// The colours of this name.
    Theme(&'static str),
    /// A client of the lessons is started, and watched from now on; `{host}` and `{port}` are those of this peer of the lab.
    Watch(LessonClient, String),
    /// The end.
    Quit,
}

/// What is asked of a watched program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProgramWord {
    /// Control-C is typed at its terminal.
    Int,
    /// This thread is the one that keys act on.
    Thread(Task),
}

/// What is asked of lessons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LessonWord {
    /// To begin this one.
    Begin(String),
    /// To pass the open question, or the goal.
    Later,
    /// Help for the goal.
    Tip,
    /// What a class has voted on the open question: a count for each choice, or none.
    Vote(Vec<u32>),
    /// What was recognised of the course.
    Guide,
    /// To cover what the kernel knows, or to uncover it.
    Cover,
}

/// The program's face that a line is typed at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray)]
pub enum Frontend {
    /// The `:` prompt of the screen.
    Screen,
    /// The conversation of `--plain`.
    Plain,
    /// A run of a script, line by line.
    Script,
}

impl Frontend {
    /// All of them.
    pub const ALL: &'static [Frontend] = Frontend::VARIANTS;
}
