//! What is told: of a record in which a kernel only sent again, or a watched program only came to its next call, the story of the record
//! before goes on.

use super::History;
use crate::model::record::{Cause, PacketFact, Record};
use crate::model::task::{TaskChange, TaskFact};
use crate::model::wire::PacketEvent;
use crate::model::world::World;
use std::sync::Arc;

/// Whether a watched program went on by itself, and nothing is told of that but where it stands now.
fn is_on_its_way(record: &Record) -> bool {
    let is_told = |fact: &TaskFact| matches!(fact.what, TaskChange::Ended(_));
    record.cause == Cause::Program
        && record.n > 0
        && record.calls.is_empty()
        && record.changes.is_empty()
        && record.stages.is_empty()
        && record.unknown.is_empty()
        && !record.tasks.iter().any(is_told)
}

/// Whether the story of the record before goes on.
fn goes_on(record: &Record) -> bool {
    is_sent_again(record) || is_on_its_way(record)
}

/// Whether nothing happened but that a kernel sent packets again.
fn is_sent_again(record: &Record) -> bool {
    let again = |fact: &PacketFact| fact.change.what == PacketEvent::SentAgain;
    record.cause == Cause::Answer
        && record.calls.is_empty()
        && record.events.is_empty()
        && record.changes.is_empty()
        && record.rules.is_empty()
        && record.stages.is_empty()
        && record.unknown.is_empty()
        && !record.packets.is_empty()
        && record.packets.iter().all(again)
}

impl History {
    /// The record whose story is told, with the world after it: the one that is shown, or the one before it of which more is to be said
    /// than that a kernel sent again.
    pub fn told(&self) -> Option<(&World, &Arc<Record>)> {
        let told = match self.past {
            Some(_) => &self.told_past,
            None => &self.told_live,
        };
        let before = told.as_ref();
        before
            .and_then(|(at, world)| Some((world, self.record_at(*at)?)))
            .or_else(|| Some((self.world(), self.record()?)))
    }

    /// The live world, before this record takes its place; the world is kept as long as its story goes on.
    pub(super) fn keep_told(&mut self, record: &Record) {
        if !goes_on(record) {
            self.told_live = None;
        } else if self.told_live.is_none() && !self.records.is_empty() {
            self.told_live = Some((self.count() - 1, self.live.clone()));
        }
    }

    /// The same for a place in the past.
    pub(super) fn find_told(&mut self, at: usize) {
        let is_again = |at: &usize| {
            let record = self.record_at(*at);
            record.is_some_and(|record| goes_on(record))
        };
        let before = match is_again(&at) {
            true => (self.dropped..at).rev().find(|at| !is_again(at)),
            false => None,
        };
        self.told_past = before.and_then(|at| Some((at, self.world_at(at)?)));
    }
}
