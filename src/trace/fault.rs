//! Why a line cannot be read.

use super::{FORMAT, VERSION};
use crate::model::call::Unread;
use crate::model::clean;
use thiserror::Error;

/// The longest line that is read.
pub const MAX_LINE_BYTES: usize = 16 * 1024 * 1024;

/// The longest reason, in characters: it may quote what it is about.
const MAX_WHY: usize = 200;

/// Why a line cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DecodeError {
    /// Not JSON, or not of this shape.
    #[error("this is no line of a trace: {0}")]
    Malformed(String),
    /// Another format.
    #[error("this is not a sockstep trace: its first line must have \"format\":\"{FORMAT}\"")]
    Foreign,
    /// A newer writer.
    #[error(
        "this trace has version {0}, and this program reads versions 1 and {VERSION}: the program is too old, install a newer one"
    )]
    TooNew(u32),
    /// Version 0 never existed.
    #[error("this trace has version {0}, which no program ever wrote: the file is damaged")]
    NoSuchVersion(u32),
    /// A field holds what it cannot hold.
    #[error("the field {field} cannot be '{value}'")]
    BadField {
        /// Its name.
        field: &'static str,
        /// What it holds, shortened.
        value: String,
    },
    /// A word that this program does not speak. In version 2 it is kept; in version 1 it is a fault like any other.
    #[error("the field {field} cannot be '{value}'")]
    Unknown {
        /// The field it stands in.
        field: &'static str,
        /// The word, shortened.
        value: String,
    },
    /// A needed field is not there.
    #[error("the field {0} is missing")]
    Missing(&'static str),
}

pub(super) type Read<T> = Result<T, DecodeError>;

pub(super) fn bad(field: &'static str, value: &str) -> DecodeError {
    DecodeError::BadField {
        field,
        value: short(value),
    }
}

pub(super) fn unknown(field: &'static str, value: &str) -> DecodeError {
    DecodeError::Unknown {
        field,
        value: short(value),
    }
}

fn short(value: &str) -> String {
    clean::text(value).chars().take(40).collect()
}

impl From<Unread> for DecodeError {
    fn from(why: Unread) -> DecodeError {
        match why {
            Unread::Missing(field) => DecodeError::Missing(field),
            Unread::Bad(field, value) => bad(field, &value),
            Unread::Unknown(field, word) => unknown(field, &word),
        }
    }
}

pub(super) fn malformed(error: &serde_json::Error) -> DecodeError {
    DecodeError::Malformed(clean::cut(&clean::text(&error.to_string()), MAX_WHY).into_owned())
}

impl DecodeError {
    /// Whether it only says that something is not known. serde says so of a name in these words.
    pub(super) fn is_of_the_unknown(&self) -> bool {
        match self {
            DecodeError::Unknown { .. } => true,
            DecodeError::Malformed(why) => why.starts_with("unknown "),
            DecodeError::Foreign
            | DecodeError::TooNew(_)
            | DecodeError::NoSuchVersion(_)
            | DecodeError::BadField { .. }
            | DecodeError::Missing(_) => false,
        }
    }
}
