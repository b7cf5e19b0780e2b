//! What belongs into the record that is being made, and what into the next.

use super::Watched;
use crate::model::record::Record;
use crate::model::task::{TaskChange, TaskFact};
use crate::os::tracee::TraceeEvent;

impl Watched {
    /// The next thing that belongs into this record. What comes after exec(2) or after an end is of another moment: it is kept for the next.
    pub(super) fn next_event(&mut self, record: &Record) -> Option<TraceeEvent> {
        let event = self.later.take().or_else(|| self.tracee.next_event())?;
        let runs = |fact: &TaskFact| matches!(fact.what, TaskChange::Runs { .. });
        let ends = |fact: &TaskFact| matches!(fact.what, TaskChange::Ended(_));
        let is_of_a_call = matches!(
            event,
            TraceeEvent::Said { .. } | TraceeEvent::Returned { .. }
        );
        let is_later = record.tasks.iter().any(runs)
            || (is_of_a_call && record.tasks.iter().any(ends))
            || (matches!(event, TraceeEvent::Runs { .. }) && !record.said.is_empty());
        if is_later && self.world.rows_ever() > 0 {
            self.later = Some(event);
            return None;
        }
        Some(event)
    }
}
