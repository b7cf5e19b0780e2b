//! A wait for a socket whose connect is under way, and nobody asks for writable: nothing will tell that it is through.

use super::{Cited, RuleAtWork, RuleMoment};
use crate::language::rules::WatchRule;
use crate::model::call::CallFact;
use crate::model::readiness::Interest;
use crate::model::task::MadeBy;
use crate::words::rules;

#[derive(Debug)]
pub(super) struct NotAskedWritable;

/// Whether it waits for events of sockets.
pub(super) fn waits(fact: &CallFact) -> bool {
    fact.made
        .as_deref()
        .and_then(MadeBy::asks_for_news_by)
        .is_some()
}

impl RuleAtWork for NotAskedWritable {
    fn take(&mut self, at: &RuleMoment<'_>) -> Option<Cited> {
        let (fact, _) = at.calls().find(|(fact, _)| waits(fact))?;
        let broken = at.world.rows().find(|state| {
            let asked = state.asked();
            asked.is_some_and(|asked| !asked.contains(Interest::WRITABLE))
                && rules::find(WatchRule::NotAskedWritable, &state.facts()).is_some()
        })?;
        Some(at.cites(fact, Some(broken.row)))
    }
}
