//! Which lesson is meant: one of the course by its number or a word of its file's name, or a file.

use crate::language::lesson::{Lesson, LessonError, MAX_LESSON_BYTES, PeerExpectations, is_lesson};
use crate::model::clean;
use crate::os::lab::peers;
use crate::words::course;
use std::io::Read;
use std::path::Path;
use thiserror::Error;

/// A lesson with what it is called.
#[derive(Clone, Debug)]
pub struct FoundLesson {
    /// Its number in the course, or its file as it was named.
    pub name: String,
    /// The lesson.
    pub lesson: Lesson,
    /// It comes with the program.
    pub is_ours: bool,
}

/// Why there is no such lesson.
#[derive(Debug, Error)]
pub enum FindLessonError {
    /// Neither a file nor a lesson of the course.
    #[error(
        "there is no lesson '{0}', and no file of that name. All lessons: sockstep lesson list"
    )]
    Unknown(String),
    /// A file that cannot be read.
    #[error("cannot read the lesson {file}: {why}")]
    Unreadable {
        /// Its name.
        file: String,
        /// Why.
        why: String,
    },
    /// A file that is no lesson.
    #[error("{file}, {error}")]
    NoLesson {
        /// Its name.
        file: String,
        /// The line, and what is wrong there.
        error: LessonError,
    },
    /// It speaks of a peer that the lab has not.
    #[error("{file}, line {line}: the lab has no '@{name}'. It has {known}")]
    NoPeer {
        /// Its name.
        file: String,
        /// From 1.
        line: usize,
        /// The peer's.
        name: String,
        /// All that there are.
        known: String,
    },
    /// A file that leads away from this machine.
    #[error(
        "{file}, line {line}: '{target}' is not on this machine. A lesson stays here; --allow-targets lets this one go there"
    )]
    Foreign {
        /// Its name.
        file: String,
        /// From 1.
        line: usize,
        /// As written.
        target: String,
    },
}

/// Whether a lesson may lead to other machines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AllowTargets {
    /// Only to this one.
    Here,
    /// Anywhere.
    Anywhere,
}

/// The lesson that is called so.
///
/// # Errors
/// In words, with the file and the line.
pub fn find(name: &str, allow: AllowTargets) -> Result<FoundLesson, FindLessonError> {
    let path = Path::new(name);
    if !name.contains('/') && !path.exists() {
        return of_course(name).ok_or_else(|| FindLessonError::Unknown(clean::text(name)));
    }
    let lesson = read(path)?;
    let file = clean::text(name);
    let unknown = |peer: &&PeerExpectations| peers::find(&peer.peer).is_none();
    if let Some(peer) = lesson.peers.iter().find(unknown) {
        return Err(FindLessonError::NoPeer {
            file,
            line: peer.line,
            name: clean::text(&peer.peer),
            known: peers::names(),
        });
    }
    if let (Some((line, target)), AllowTargets::Here) = (lesson.foreign_target(), allow) {
        return Err(FindLessonError::Foreign {
            file,
            line,
            target: clean::text(&target.text),
        });
    }
    Ok(FoundLesson {
        name: file,
        lesson,
        is_ours: false,
    })
}

/// Whether a file begins as a lesson does, as far as its first 4 KiB say.
pub fn is_lesson_file(path: &Path) -> bool {
    let mut begins = Vec::new();
    let read = std::fs::File::open(path).and_then(|file| file.take(4096).read_to_end(&mut begins));
    read.is_ok() && is_lesson(&String::from_utf8_lossy(&begins))
}

/// How a lesson is begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LessonEntry {
    /// From its start, or where it was left in this program.
    Begins,
    /// Where it was left when the program ended.
    GoesOn,
}

/// The name in `01`, and in `01 on`.
pub fn entry(words: &str) -> (&str, LessonEntry) {
    match words.trim().strip_suffix(" on") {
        Some(name) if !Path::new(words.trim()).exists() => (name.trim_end(), LessonEntry::GoesOn),
        _ => (words.trim(), LessonEntry::Begins),
    }
}

/// A lesson of the course by its number, the name of its file, or its place in the list, such as A2.
pub fn of_course(name: &str) -> Option<FoundLesson> {
    let wanted = name.to_lowercase();
    let wanted = wanted.trim();
    if let Some(of) = course::at_place(wanted) {
        return Some(ours(of));
    }
    let same_number = |number: &str| {
        wanted.parse::<u32>().ok() == number.parse::<u32>().ok() && wanted.parse::<u32>().is_ok()
    };
    let of = course::all().find(|of| same_number(of.number) || of.slug == wanted)?;
    Some(ours(of))
}

/// Every lesson of the course, in its order.
pub fn course() -> Vec<FoundLesson> {
    course::all().map(ours).collect()
}

fn ours(of: &course::CourseLesson) -> FoundLesson {
    FoundLesson {
        name: of.number.to_owned(),
        lesson: of.lesson(),
        is_ours: true,
    }
}

/// Reads a file, but no more of it than a lesson can have.
fn read(path: &Path) -> Result<Lesson, FindLessonError> {
    let file = clean::text(&path.display().to_string());
    let unreadable = |why: String| FindLessonError::Unreadable {
        file: file.clone(),
        why,
    };
    let opened = std::fs::File::open(path).map_err(|error| unreadable(error.to_string()))?;
    let mut bytes = Vec::new();
    opened
        .take(MAX_LESSON_BYTES as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| unreadable(error.to_string()))?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let good = error.utf8_error().valid_up_to();
        let lines = error.as_bytes()[..good]
            .iter()
            .filter(|byte| **byte == b'\n');
        let line = lines.count() + 1;
        unreadable(format!("line {line} is not UTF-8. Save the file as UTF-8"))
    })?;
    Lesson::parse(&text).map_err(|error| FindLessonError::NoLesson {
        file: file.clone(),
        error,
    })
}
