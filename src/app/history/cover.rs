//! The cover: records behind a place are shown without what the kernel knows, wherever they are drawn.

use super::History;
use crate::model::record::Record;
use crate::model::world::World;
use std::ops::Range;
use std::sync::Arc;

/// What is covered, and what is shown in its place.
#[derive(Debug, Default)]
pub(super) struct Cover {
    /// The record at this place and all behind it: a lesson's cover.
    from: Option<usize>,
    /// Those at these places: questions that are asked again.
    places: Vec<Range<usize>>,
    /// All of them: the reader's own.
    all: bool,
    /// In place of the world that is shown.
    world: Option<World>,
    /// In place of the live world.
    live: Option<World>,
    /// In place of the records that are kept, as many; empty if nothing is covered.
    pub(super) records: Vec<Arc<Record>>,
}

impl Cover {
    fn covers(&self, at: usize) -> bool {
        self.all
            || self.from.is_some_and(|from| at >= from)
            || self.places.iter().any(|places| places.contains(&at))
    }

    pub(super) fn is_active(&self) -> bool {
        self.all || self.from.is_some() || !self.places.is_empty()
    }

    pub(super) fn world(&self) -> Option<&World> {
        self.world.as_ref()
    }

    pub(super) fn live(&self) -> Option<&World> {
        self.live.as_ref()
    }

    fn record(&self, at: usize, record: &Arc<Record>) -> Arc<Record> {
        if self.covers(at) {
            let mut covered = record.covered();
            if record.is_packed() {
                covered.pack();
            }
            Arc::new(covered)
        } else {
            Arc::clone(record)
        }
    }
}

impl History {
    /// Covers the record at this place and all that follow; `None`: none.
    pub fn cover_from(&mut self, from: Option<usize>) {
        self.cover.from = from;
        self.cover_again();
    }

    /// Covers the records at these places, and no others at places.
    pub fn cover_places(&mut self, places: Vec<Range<usize>>) {
        self.cover.places = places;
        self.cover_again();
    }

    /// Covers all records, or takes that cover away; a lesson's stays.
    pub fn cover_all(&mut self, all: bool) {
        self.cover.all = all;
        self.cover_again();
    }

    /// Whether all records are covered by the reader.
    pub fn covers_all(&self) -> bool {
        self.cover.all
    }

    /// Whether the record that is shown is covered.
    pub fn is_covered(&self) -> bool {
        !self.records.is_empty() && self.cover.covers(self.at())
    }

    /// The live world without a cover: for whoever decides, not for whoever shows.
    pub fn uncovered_live(&self) -> &World {
        &self.live
    }

    /// The last record without a cover.
    pub fn uncovered_record(&self) -> Option<&Arc<Record>> {
        self.records.last()
    }

    fn cover_again(&mut self) {
        self.cover.records.clear();
        if self.cover.is_active() {
            let records = self.records.iter().enumerate();
            let dropped = self.dropped;
            let covered = records.map(|(index, record)| self.cover.record(dropped + index, record));
            self.cover.records = covered.collect();
        }
        self.cover_worlds();
    }

    /// The last record was pushed.
    pub(super) fn cover_pushed(&mut self) {
        if !self.cover.is_active() {
            return;
        }
        if let Some(record) = self.records.last() {
            let covered = self.cover.record(self.count() - 1, record);
            self.cover.records.push(covered);
        }
        self.cover_worlds();
    }

    /// Another place is shown, or the live world is another.
    pub(super) fn cover_worlds(&mut self) {
        let last = self.count().saturating_sub(1);
        let shown = self.past.as_ref().map_or(&self.live, |(_, world)| world);
        let covers = |at: usize| !self.records.is_empty() && self.cover.covers(at);
        let world = covers(self.at()).then(|| shown.covered());
        let live = covers(last).then(|| self.live.covered());
        self.cover.world = world;
        self.cover.live = live;
    }
}
