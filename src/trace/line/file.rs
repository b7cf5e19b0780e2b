//! What the looks say of a descriptor that is no socket.

use crate::model::file::FileFacts;
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::trace) struct FileLine {
    #[serde(default)]
    nonblocking: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    size: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    position: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    waiting: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    capacity: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    canonical: Option<bool>,
}

impl From<FileFacts> for FileLine {
    fn from(facts: FileFacts) -> FileLine {
        let FileFacts {
            nonblocking,
            size,
            position,
            waiting,
            capacity,
            canonical,
        } = facts;
        FileLine {
            nonblocking,
            size,
            position,
            waiting,
            capacity,
            canonical,
        }
    }
}

impl From<FileLine> for FileFacts {
    fn from(line: FileLine) -> FileFacts {
        FileFacts {
            nonblocking: line.nonblocking,
            size: line.size,
            position: line.position,
            waiting: line.waiting,
            capacity: line.capacity,
            canonical: line.canonical,
        }
    }
}
