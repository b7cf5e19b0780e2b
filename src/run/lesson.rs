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
use crate::language::lesson::{Lesson, LessonNeed};
use find::AllowTargets;

/// What is said of a lesson that needs python3 where there is none.
pub const NO_PYTHON: &str = "it needs python3, and there is none in the PATH";

/// Whether this machine cannot stage a lesson for want of a program.
pub fn lacks_a_program(lesson: &Lesson) -> bool {
    let path = || std::env::var_os("PATH").unwrap_or_default();
    let is_there = || std::env::split_paths(&path()).any(|folder| folder.join("python3").is_file());
    lesson.needs.contains(&LessonNeed::Python) && !is_there()
}

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
