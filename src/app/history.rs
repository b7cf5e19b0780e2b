//! Everything that happened, and the world as it was after any of it.

mod travel;

pub use travel::NoWay;

use crate::pure::record::Record;
use crate::pure::world::World;
use std::sync::Arc;

/// A copy of the world is kept after so many records, so that going back folds few of them again.
const EVERY: usize = 32;
/// At most so many copies; then every second one is dropped and they stand twice as far apart.
const MOST_COPIES: usize = 32;

/// The records of a session, the live world, and a place in between that is looked at.
#[derive(Debug, Default)]
pub struct History {
    records: Vec<Arc<Record>>,
    copies: Vec<(usize, World)>,
    every: usize,
    live: World,
    /// The index of the record that is shown, if it is not the last, with the world after it.
    past: Option<(usize, World)>,
}

impl History {
    /// An empty history.
    pub fn new() -> History {
        History {
            every: EVERY,
            ..History::default()
        }
    }

    /// A new record. A view of the past stays where it is.
    pub fn push(&mut self, record: Arc<Record>) {
        self.live.apply(&record);
        self.records.push(record);
        if self.records.len().is_multiple_of(self.every) {
            self.copies
                .push((self.records.len() - 1, self.live.clone()));
            if self.copies.len() > MOST_COPIES {
                self.every *= 2;
                let every = self.every;
                self.copies.retain(|(index, _)| (index + 1) % every == 0);
            }
        }
    }

    /// The world that is shown.
    pub fn world(&self) -> &World {
        self.past.as_ref().map_or(&self.live, |(_, world)| world)
    }

    /// The live world, whatever is shown.
    pub fn live(&self) -> &World {
        &self.live
    }

    /// The record that is shown.
    pub fn record(&self) -> Option<&Arc<Record>> {
        match &self.past {
            Some((index, _)) => self.records.get(*index),
            None => self.records.last(),
        }
    }

    /// All records up to the one that is shown.
    pub fn records(&self) -> &[Arc<Record>] {
        match &self.past {
            Some((index, _)) => &self.records[..=*index],
            None => &self.records,
        }
    }

    /// Every record in memory, also those after the one that is shown.
    pub fn all(&self) -> &[Arc<Record>] {
        &self.records
    }

    /// How many of the oldest records are not in memory any more.
    pub fn dropped(&self) -> usize {
        0
    }

    /// Whether the shown record is the last one.
    pub fn is_live(&self) -> bool {
        self.past.is_none()
    }

    /// One record back. False at the beginning.
    pub fn back(&mut self) -> bool {
        let at = self.at();
        at > 0 && self.go(at - 1)
    }

    /// One record forward. False at live.
    pub fn forward(&mut self) -> bool {
        let at = self.at();
        at + 1 < self.records.len() && self.go(at + 1)
    }

    /// To the first record.
    pub fn home(&mut self) -> bool {
        !self.records.is_empty() && self.go(0)
    }

    /// To live.
    pub fn end(&mut self) {
        self.past = None;
    }

    fn at(&self) -> usize {
        self.past
            .as_ref()
            .map_or(self.records.len().saturating_sub(1), |(index, _)| *index)
    }

    fn go(&mut self, index: usize) -> bool {
        if index + 1 >= self.records.len() {
            self.past = None;
            return true;
        }
        let from_here = self.past.take().filter(|(at, _)| *at <= index);
        let copy = self.copies.iter().rev().find(|(at, _)| *at <= index);
        let (mut next, mut world) = match (from_here, copy) {
            (Some((at, world)), Some((copied, _))) if at >= *copied => (at + 1, world),
            (Some((at, world)), None) => (at + 1, world),
            (_, Some((copied, world))) => (copied + 1, world.clone()),
            (None, None) => (0, World::default()),
        };
        while next <= index {
            world.apply(&self.records[next]);
            next += 1;
        }
        self.past = Some((index, world));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pure::ids::Row;
    use crate::pure::readiness::Interest;
    use crate::pure::record::{Cause, Change};

    fn record(n: u64) -> Arc<Record> {
        let mut record = Record::new(n, Cause::Command("add x".to_owned()), n);
        record.changes.push(Change::Added {
            row: Row(n as u32 + 1),
            target: "x".to_owned(),
            addresses: Vec::new(),
            name: None,
            interest: Interest::default(),
            mode: Default::default(),
        });
        Arc::new(record)
    }

    #[test]
    fn every_place_in_the_past_is_as_it_was() {
        let mut history = History::new();
        for n in 0..500 {
            history.push(record(n));
        }
        assert!(history.is_live());
        for n in (0..499).rev() {
            assert!(history.back());
            assert_eq!(history.world().rows.len(), n + 1, "going back to {n}");
            assert_eq!(history.record().map(|r| r.n), Some(n as u64));
        }
        assert!(!history.back(), "there is nothing before the first record");
        for n in 1..499 {
            assert!(history.forward());
            assert_eq!(history.world().rows.len(), n + 1, "going forward to {n}");
        }
        assert!(history.forward());
        assert!(history.is_live());
        assert!(!history.forward(), "forward never makes a new tick");
        assert!(history.home());
        assert_eq!(history.world().rows.len(), 1);
    }
}
