//! connect() again on a descriptor that failed.

use super::{Cited, RuleAtWork, RuleMoment};
use crate::language::rules::WatchRule;
use crate::model::call::{Call, CallFact};

#[derive(Debug)]
pub(super) struct ConnectAfterFailure;

impl RuleAtWork for ConnectAfterFailure {
    fn take(&mut self, at: &RuleMoment<'_>) -> Option<Cited> {
        let connects = |fact: &CallFact| matches!(fact.call, Call::Connect { .. });
        at.first(WatchRule::ConnectAfterFailure, connects)
    }
}
