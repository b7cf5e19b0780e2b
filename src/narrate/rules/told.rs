//! What poll(2) and epoll tell of a connect that is under way. Writable without an error and without a hang-up is an answer: both of them
//! would stand beside it if the connect had failed (connect(2), poll(2)). The writable of select(2) is none: it has no such flags.

use super::RuleMoment;
use super::not_asked_writable::waits;
use crate::model::call::Call;
use crate::model::ids::Row;
use crate::model::readiness::Readiness;
use std::collections::BTreeSet;

/// The sockets of which the program was told so, since their last connect().
#[derive(Debug, Default)]
pub(super) struct ToldOfSuccess(BTreeSet<Row>);

impl ToldOfSuccess {
    /// Takes in a record.
    pub(super) fn learns(&mut self, at: &RuleMoment<'_>) {
        for (fact, _) in at.calls() {
            if let (Call::Connect { .. }, Some(row)) = (&fact.call, fact.row) {
                self.0.remove(&row);
            }
            if !waits(fact) || fact.name().contains("select") {
                continue;
            }
            let failed = Readiness::ERROR | Readiness::READ_CLOSED | Readiness::WRITE_CLOSED;
            for event in &at.record.events {
                if event.readiness.intersects(failed) {
                    self.0.remove(&event.row);
                } else if event.readiness.contains(Readiness::WRITABLE) {
                    self.0.insert(event.row);
                }
            }
        }
    }

    /// Whether it was told so of this one.
    pub(super) fn has(&self, row: Row) -> bool {
        self.0.contains(&row)
    }
}
