//! Records that nobody looks at are packed: thousands of calls, looks and stages stand in a few bytes each, and are unpacked for whoever
//! comes back to them.

use super::History;
use crate::model::record::Record;
use crate::model::world::heap_size;
use std::borrow::Cow;
use std::sync::Arc;

/// After so many bytes that came and went it is worth asking what of them can be given back to the system.
const MUCH: usize = 1 << 20;

/// The record for a short while: what is packed in it is unpacked in a copy.
pub(super) fn whole(record: &Record) -> Cow<'_, Record> {
    if record.is_packed() {
        Cow::Owned(record.clone())
    } else {
        Cow::Borrowed(record)
    }
}

impl History {
    /// Packs the last record: another takes its place.
    pub(super) fn pack_last(&mut self) {
        let Some(record) = self.records.last_mut() else {
            return;
        };
        // Whoever still has a short one keeps it as it is.
        if Arc::get_mut(record).is_none() && !record.is_long() {
            return;
        }
        let before = heap_size::record(record);
        Arc::make_mut(record).pack();
        let saved = before.saturating_sub(heap_size::record(record));
        self.heap_size = self.heap_size.saturating_sub(saved);
        self.since = self.since.saturating_sub(saved);
        self.turned_over += saved;
    }

    /// Packs the record that was shown in the past again: another place is shown.
    pub(super) fn pack_shown(&mut self) {
        let Some((at, _)) = self.past else {
            return;
        };
        let shown = at
            .checked_sub(self.dropped)
            .and_then(|at| self.records.get_mut(at));
        if let Some(record) = shown.and_then(Arc::get_mut) {
            record.pack();
        }
    }

    /// Whether so much has come and gone that it is worth giving back what is free; asked again, it is not.
    pub fn has_turned_over_much(&mut self) -> bool {
        let is_much = self.turned_over >= MUCH;
        if is_much {
            self.turned_over = 0;
        }
        is_much
    }
}
