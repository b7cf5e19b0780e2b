//! Targets from the command line and from files.

use crate::language;
use crate::model::clean;
use crate::model::target::{Target, TargetError};
use crate::os::names::SystemNames;
use std::io::Read;
use std::path::Path;
use thiserror::Error;

/// A targets file is small: one line a target.
const MAX_FILE_BYTES: u64 = 16 * 1024 * 1024;

/// Why the targets cannot be used.
#[derive(Debug, Error)]
pub enum TargetsError {
    /// One of the command line.
    #[error("{0}")]
    Argument(#[from] TargetError),
    /// One of a file.
    #[error("{file}, line {line}: {error}")]
    Line {
        /// The file's name.
        file: String,
        /// Counted from 1.
        line: usize,
        /// What is wrong.
        error: TargetError,
    },
    /// A file without one.
    #[error(
        "{0} names no target. Write one target a line, such as localhost:80; what stands behind # is a comment"
    )]
    Empty(String),
    /// It cannot be read.
    #[error("cannot read the targets file {file}: {error}")]
    Unreadable {
        /// The file's name.
        file: String,
        /// Why.
        error: String,
    },
}

/// All targets: those of the command line first, then those of the file.
///
/// # Errors
/// Names the first one that is wrong, and the right form.
pub fn gather(arguments: &[String], file: Option<&Path>) -> Result<Vec<Target>, TargetsError> {
    let mut targets: Vec<Target> = arguments
        .iter()
        .map(|text| Target::parse(text)?.resolve(&SystemNames))
        .collect::<Result<_, _>>()?;
    if let Some(path) = file {
        targets.append(&mut from_file(path)?);
    }
    Ok(targets)
}

fn from_file(path: &Path) -> Result<Vec<Target>, TargetsError> {
    let file = if path == Path::new("-") {
        "standard input".to_owned()
    } else {
        clean::text(&path.display().to_string())
    };
    let text = text_of(path).map_err(|error| TargetsError::Unreadable {
        file: file.clone(),
        error: error.to_string(),
    })?;
    let mut targets = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = without_comment(line).trim();
        if line.is_empty() {
            continue;
        }
        let target = Target::parse(line)
            .and_then(|target| target.resolve(&SystemNames))
            .map_err(|error| TargetsError::Line {
                file: file.clone(),
                line: index + 1,
                error,
            })?;
        targets.push(target);
    }
    if targets.is_empty() {
        Err(TargetsError::Empty(file))
    } else {
        Ok(targets)
    }
}

/// A line without what stands behind a `#` that begins a word.
fn without_comment(line: &str) -> &str {
    language::comment_at(line).map_or(line, |place| &line[..place])
}

/// The text of a file, or of standard input if it is called `-`.
///
/// # Errors
/// If it cannot be read, is too large, or is not UTF-8. A byte order mark before it is no part of it.
pub fn text_of(path: &Path) -> std::io::Result<String> {
    if path == Path::new("-") {
        read(std::io::stdin().lock())
    } else {
        std::fs::File::open(path).and_then(read)
    }
}

fn read(from: impl Read) -> std::io::Result<String> {
    let mut bytes = Vec::new();
    from.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(std::io::Error::other("it is larger than 16 MiB"));
    }
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Err(std::io::Error::other("it is UTF-16 text. Save it as UTF-8"));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    String::from_utf8(bytes.to_vec()).map_err(|_| std::io::Error::other("it is not UTF-8 text"))
}
