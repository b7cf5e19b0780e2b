//! SO_ERROR read again after a first reading took an error out: the second says 0, and means nothing.

use super::{Cited, RuleAtWork, RuleMoment};
use crate::language::rules::WatchRule;
use crate::model::call::{Call, CallFact};

#[derive(Debug)]
pub(super) struct SoErrorTwice;

impl RuleAtWork for SoErrorTwice {
    fn take(&mut self, at: &RuleMoment<'_>) -> Option<Cited> {
        let reads = |fact: &CallFact| matches!(fact.call, Call::SoError { .. });
        let cited = at.first(WatchRule::SoErrorTwice, reads)?;
        let row = cited.row.and_then(|row| at.world.row(row));
        let taken = row.and_then(|state| state.current().past.taken);
        Some(Cited {
            errno: taken.map(|taken| taken.errno),
            ..cited
        })
    }
}
