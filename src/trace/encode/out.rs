//! A record's line as it is written: the lines of its parts are made one at a time, since a record can have thousands of them.

use crate::model::call::CallFact;
use crate::model::ids::Row;
use crate::model::record::{Change, Event, Look, PacketFact, StageChange};
use crate::model::task::{ProgramWords, TaskFact};
use crate::model::wire::rule::Rule;
use crate::trace::line::{
    CallLine, ChangeLine, EventLine, LookLine, PacketLine, SaidLine, StageLine, TaskLine,
};
use crate::trace::text::Text;
use serde::{Serialize, Serializer};

/// A list whose items are written as lines of another kind.
pub(super) struct Each<'a, T, L>(pub(super) &'a [T], pub(super) fn(&'a T) -> L);

impl<T, L> Each<'_, T, L> {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<T, L: Serialize> Serialize for Each<'_, T, L> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(self.1))
    }
}

#[derive(Serialize)]
#[serde(bound = "")]
pub(super) struct RecordOut<'a> {
    pub(super) n: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) tick: Option<u64>,
    pub(super) cause: Text<'a>,
    pub(super) at_us: u64,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) looked: bool,
    #[serde(skip_serializing_if = "Each::is_empty")]
    pub(super) changes: Each<'a, Change, ChangeLine<'a>>,
    pub(super) calls: Each<'a, CallFact, CallLine<'a>>,
    pub(super) events: Each<'a, Event, EventLine>,
    pub(super) looks: Each<'a, (Row, Look), LookLine<'a>>,
    #[serde(skip_serializing_if = "Each::is_empty")]
    pub(super) rules: Each<'a, Rule, String>,
    pub(super) packets: Each<'a, PacketFact, PacketLine>,
    #[serde(skip_serializing_if = "Each::is_empty")]
    pub(super) tasks: Each<'a, TaskFact, TaskLine<'a>>,
    #[serde(skip_serializing_if = "Each::is_empty")]
    pub(super) said: Each<'a, ProgramWords, SaidLine<'a>>,
    pub(super) stages: Each<'a, StageChange, StageLine<'a>>,
}

/// Writes a line behind a text, without a copy of it on the way.
pub(super) fn append(line: &impl Serialize, text: &mut String) {
    let mut bytes = std::mem::take(text).into_bytes();
    let written = serde_json::to_writer(&mut bytes, line);
    written.expect("these structs hold only strings, numbers and string keys");
    *text = String::from_utf8(bytes).expect("JSON is UTF-8");
}
