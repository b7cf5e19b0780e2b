//! An edge-triggered socket of which the last recv() filled the buffer: what still waits in it is reported by no edge.

use super::not_asked_writable::waits;
use super::{Cited, RuleAtWork, RuleMoment};
use crate::language::rules::WatchRule;
use crate::model::call::{Call, CallFact};
use crate::model::ids::Row;
use crate::model::world::RowState;
use crate::words::rules;
use std::collections::BTreeSet;

#[derive(Debug, Default)]
pub(super) struct EdgeNotDrained {
    edge: BTreeSet<Row>,
    filled: BTreeSet<Row>,
}

/// Whether it only asks, and waits for nothing.
fn only_asks(fact: &CallFact) -> bool {
    let last = |args: &str| args.rsplit(", ").next().map(str::to_owned);
    let last = fact.made.as_ref().and_then(|made| last(&made.args));
    last.as_deref() == Some("0")
}

impl EdgeNotDrained {
    /// What a call on a socket says of how it is watched and read.
    fn learns(&mut self, row: Row, fact: &CallFact) {
        match &fact.call {
            Call::Recv { size, .. } => {
                let ret = fact.outcome.as_ref().map_or(0, |outcome| outcome.ret);
                if *size > 0 && ret == i64::from(*size) {
                    self.filled.insert(row);
                } else {
                    self.filled.remove(&row);
                }
            }
            _ if fact.name() == "epoll_ctl" => {
                let made = fact.made.as_ref();
                let flags = made.and_then(|made| made.args.rsplit(", ").next());
                let is_edge = flags.is_some_and(|flags| flags.split('|').any(|flag| flag == "ET"));
                if is_edge {
                    self.edge.insert(row);
                    // A new registration reports what waits already.
                    self.filled.remove(&row);
                } else {
                    self.edge.remove(&row);
                }
            }
            _ => {}
        }
    }
}

impl RuleAtWork for EdgeNotDrained {
    fn take(&mut self, at: &RuleMoment<'_>) -> Option<Cited> {
        for (fact, _) in at.calls() {
            if let Some(row) = fact.row {
                self.learns(row, fact);
                continue;
            }
            let asks = fact.name().starts_with("epoll") && waits(fact) && !only_asks(fact);
            if !asks {
                continue;
            }
            let reported = |row: Row| at.record.events.iter().any(|event| event.row == row);
            let broken = self.edge.intersection(&self.filled).find(|row| {
                let facts = at.world.row(**row).map(RowState::facts);
                let holds = |facts| rules::find(WatchRule::EdgeNotDrained, &facts).is_some();
                !reported(**row) && facts.is_some_and(holds)
            });
            if let Some(row) = broken {
                return Some(at.cites(fact, Some(*row)));
            }
        }
        None
    }
}
