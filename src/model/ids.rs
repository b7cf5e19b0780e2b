//! Numbers that must not be mixed up: rows, descriptors, mio tokens.

use serde::{Deserialize, Serialize};

/// A socket's number on the screen: one target, or one accepted connection. Counted from 1 in order of appearance, never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Row(pub u32);

impl Row {
    /// The place of this row in a list that holds every row in order of appearance.
    pub fn index(self) -> usize {
        (self.0 as usize).saturating_sub(1)
    }
}

impl std::fmt::Display for Row {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(&self.0, f)
    }
}

/// A file descriptor's number, as the kernel gave it. The number alone opens nothing: descriptors are owned by the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fd(pub i32);

impl std::fmt::Display for Fd {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(&self.0, f)
    }
}

/// One try at connecting, with one descriptor and one mio `Token`. Counted over the whole session from 1 and never reused, so that
/// an event of an old attempt finds nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AttemptId(pub u64);
