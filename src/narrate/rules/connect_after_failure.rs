//! connect() again on a descriptor that failed.

use super::{Cited, Moment, RuleAtWork};
use crate::language::rules::Rule;
use crate::model::call::{Call, CallFact};

#[derive(Debug)]
pub(super) struct ConnectAfterFailure;

impl RuleAtWork for ConnectAfterFailure {
    fn take(&mut self, at: &Moment<'_>) -> Option<Cited> {
        let connects = |fact: &CallFact| matches!(fact.call, Call::Connect { .. });
        at.first(Rule::ConnectAfterFailure, connects)
    }
}
