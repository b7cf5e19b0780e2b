//! An edge-triggered socket of which the last recv() filled the buffer, and its bytes waited while the program asked its epoll: what still
//! waits is reported by no edge. A runtime may remember that it was readable, and read on without one: so it is found only where the program
//! came back for a new edge, or never.

use super::not_asked_writable::waits;
use super::{Cited, RuleAtWork, RuleMoment};
use crate::language::rules::WatchRule;
use crate::model::call::{Call, CallFact};
use crate::model::ids::Row;
use crate::model::world::RowState;
use crate::words::rules;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Default)]
pub(super) struct EdgeNotDrained {
    edge: BTreeSet<Row>,
    filled: BTreeSet<Row>,
    /// Sockets whose bytes waited when the epoll was asked, with the call that asked it first.
    waited: BTreeMap<Row, Cited>,
    /// Of one of them a new edge was told, or it was closed, before it was read from again.
    found: Option<Cited>,
    /// One of them was read from without an edge: the program remembers which sockets are readable.
    remembers: bool,
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
                self.remembers |= self.waited.remove(&row).is_some();
                let ret = fact.outcome.as_ref().map_or(0, |outcome| outcome.ret);
                if *size > 0 && ret == i64::from(*size) {
                    self.filled.insert(row);
                } else {
                    self.filled.remove(&row);
                }
            }
            Call::Close { .. } => self.is_left(row),
            _ if fact.name() == "epoll_ctl" => {
                let made = fact.made.as_ref();
                let flags = made.and_then(|made| made.args.rsplit(", ").next());
                let is_edge = flags.is_some_and(|flags| flags.split('|').any(|flag| flag == "ET"));
                if is_edge {
                    self.edge.insert(row);
                } else {
                    self.edge.remove(&row);
                }
                // A new registration reports what waits already.
                self.filled.remove(&row);
                self.waited.remove(&row);
            }
            _ => {}
        }
    }

    /// Its bytes waited, and nobody had read them when this came.
    fn is_left(&mut self, row: Row) {
        if let Some(cited) = self.waited.remove(&row) {
            self.found.get_or_insert(cited);
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
            if !(fact.name().starts_with("epoll") && waits(fact)) {
                continue;
            }
            for event in &at.record.events {
                self.is_left(event.row);
            }
            if only_asks(fact) {
                continue;
            }
            let reported = |row: Row| at.record.events.iter().any(|event| event.row == row);
            for row in self.edge.intersection(&self.filled) {
                let facts = at.world.row(*row).map(RowState::facts);
                let holds = |facts| rules::find(WatchRule::EdgeNotDrained, &facts).is_some();
                if !reported(*row) && facts.is_some_and(holds) {
                    let cited = || at.cites(fact, Some(*row));
                    self.waited.entry(*row).or_insert_with(cited);
                }
            }
        }
        None
    }

    fn at_end(&mut self) -> Option<Cited> {
        if self.remembers {
            return None;
        }
        let waited = std::mem::take(&mut self.waited);
        let first = waited.into_values().min_by_key(|cited| cited.step);
        self.found.take().or(first)
    }
}
