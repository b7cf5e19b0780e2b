//! Data before the result: something is sent or received on a connect that is under way, and nobody has asked how it ended.

use super::told::ToldOfSuccess;
use super::{Cited, RuleAtWork, RuleMoment, is_broken};
use crate::language::rules::WatchRule;
use crate::model::call::Call;
use crate::model::ids::Row;
use std::collections::BTreeSet;

/// The sockets of which getpeername() was asked meanwhile: that is an answer too, whatever it says.
#[derive(Debug, Default)]
pub(super) struct NoVerdict {
    asked: BTreeSet<Row>,
    told: ToldOfSuccess,
}

impl RuleAtWork for NoVerdict {
    fn take(&mut self, at: &RuleMoment<'_>) -> Option<Cited> {
        self.told.learns(at);
        for (fact, around) in at.calls() {
            let Some(row) = fact.row else {
                continue;
            };
            match fact.call {
                Call::Getpeername { .. } => {
                    self.asked.insert(row);
                }
                Call::Connect { .. } => {
                    self.asked.remove(&row);
                }
                Call::Send { .. } | Call::SendUrgent { .. } | Call::Recv { .. }
                    if !self.asked.contains(&row)
                        && !self.told.has(row)
                        && is_broken(WatchRule::NoVerdict, fact, around) =>
                {
                    return Some(at.cites(fact, Some(row)));
                }
                _ => {}
            }
        }
        None
    }
}
