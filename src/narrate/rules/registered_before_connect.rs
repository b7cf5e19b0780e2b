//! A socket given to epoll before its connect(): the registration is cited, as soon as the connect() comes. A listener is registered too, and
//! never connects.

use super::{Cited, RuleAtWork, RuleMoment, is_broken};
use crate::language::rules::WatchRule;
use crate::model::addr::Family;
use crate::model::call::Call;
use crate::model::ids::Row;
use std::collections::BTreeMap;

#[derive(Debug, Default)]
pub(super) struct RegisteredBeforeConnect {
    registered: BTreeMap<Row, Cited>,
}

impl RuleAtWork for RegisteredBeforeConnect {
    fn take(&mut self, at: &RuleMoment<'_>) -> Option<Cited> {
        for (fact, around) in at.calls() {
            let Some(row) = fact.row else {
                continue;
            };
            match &fact.call {
                Call::Connect { addr, .. } => {
                    let cited = self.registered.remove(&row);
                    if cited.is_some() && addr.family() != Family::Unix {
                        return cited;
                    }
                }
                Call::Close { .. } => {
                    self.registered.remove(&row);
                }
                _ if fact.name() == "epoll_ctl" => {
                    let made = fact.made.as_ref();
                    let takes_away = made.is_some_and(|made| made.args.contains(", DEL,"));
                    if takes_away {
                        self.registered.remove(&row);
                    } else if is_broken(WatchRule::RegisteredBeforeConnect, fact, around) {
                        let cited = at.cites(fact, Some(row));
                        self.registered.entry(row).or_insert(cited);
                    }
                }
                _ => {}
            }
        }
        None
    }
}
