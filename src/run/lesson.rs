//! Lessons: found, checked and shown on this machine's kernel, drafted from a recording, and marked.

pub mod check;
mod check_peers;
pub mod draft;
pub mod find;
pub mod list;
pub mod mark;
pub mod program;
pub mod progress;
pub mod report;
pub mod walk;

use crate::app::lesson::LessonRun;
use find::AllowTargets;

/// How lessons are gone through.
#[derive(Debug)]
pub struct LessonStart {
    /// The one to begin with; then there is no session below it.
    pub first: Option<LessonRun>,
    /// Whether they may lead to other machines.
    pub allow: AllowTargets,
    /// Whether questions are asked.
    pub asks: bool,
    /// Whether what the lessons show is recognised in every session.
    pub guides: bool,
    /// Whether sessions and the progress are kept in the state directory.
    pub saves: bool,
}
