//! The lines of what the threads of a watched program did, and of what it said.

use crate::trace::text::Text;
use serde::{Deserialize, Serialize};

#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::trace) struct TaskLine<'a> {
    #[serde(borrow)]
    pub(in crate::trace) what: Text<'a>,
    #[serde(borrow)]
    pub(in crate::trace) task: Text<'a>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::trace) pid: Option<i32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::trace) tid: Option<i32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::trace) socket: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none", borrow)]
    pub(in crate::trace) name: Option<Text<'a>>,
    #[serde(default, skip_serializing_if = "Option::is_none", borrow)]
    pub(in crate::trace) args: Option<Text<'a>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::trace) exit: Option<i32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::trace) signal: Option<i32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::trace) limit_us: Option<u64>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::trace) struct SaidLine<'a> {
    pub(in crate::trace) process: u32,
    pub(in crate::trace) fd: i32,
    #[serde(borrow)]
    pub(in crate::trace) bytes: Text<'a>,
}
