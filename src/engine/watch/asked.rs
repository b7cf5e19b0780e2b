//! What a watched program asks about, and where its sockets lead: as its calls say it.

use super::Watched;
use crate::model::addr::Addr;
use crate::model::call::Call;
use crate::model::ids::Row;
use crate::model::readiness::Interest;
use crate::model::record::{Change, Record};
use crate::model::socket::{Mode, Stage};
use crate::os::tracee::{About, AfterCall, BeforeCall};
use std::collections::BTreeSet;

impl Watched {
    /// A held call that is let go asks about its sets from now on.
    pub(super) fn asks(&mut self, tid: i32, record: &mut Record) {
        let (Some((task, pid)), Some(followed)) = (self.task_of(tid), self.calls.get(&tid)) else {
            return;
        };
        if let (Call::Connect { addr, .. }, Some(row)) = (&followed.call.call, followed.row) {
            let change = self.leads_to(row, addr);
            record.changes.extend(change);
        }
        let Some(followed) = self.calls.get(&tid) else {
            return;
        };
        let sets: &[_] = match &followed.call.about {
            About::Sets(sets) => sets,
            _ => &[],
        };
        let mut now = BTreeSet::new();
        for (fd, interest) in sets {
            if let Some(row) = self.sockets.row(pid, *fd) {
                now.insert(row);
                record.changes.extend(self.is_asked(row, *interest));
            }
        }
        // What poll(2) and select(2) are asked for is asked for as long as they last: with its next call the thread asks no more.
        let before = self.asked.insert(task, now.clone()).unwrap_or_default();
        for row in before.difference(&now) {
            let others = self.asked.values().any(|rows| rows.contains(row));
            if !others {
                let registered = self.registered.get(row).copied();
                record.changes.extend(self.is_asked(*row, registered));
            }
        }
    }

    fn is_asked(&self, row: Row, interest: Option<Interest>) -> Option<Change> {
        let state = self.world.row(row)?;
        // Being asked again, it may be that something else has happened meanwhile: a connect waits for its poll.
        let waits = state.stage() == Stage::ConnectAttempted && interest.is_some();
        (state.asked() != interest || waits).then_some(Change::Asked { row, interest })
    }

    fn leads_to(&self, row: Row, addr: &Addr) -> Option<Change> {
        let state = self.world.row(row)?;
        if state.current().addr.as_ref() == Some(addr) {
            return None;
        }
        let known = self.options.names.iter().find(|(known, _)| known == addr);
        let target = known.map_or_else(|| addr.to_string(), |(_, name)| name.clone());
        Some(Change::Named {
            row,
            target: target.into(),
            addr: addr.clone(),
        })
    }

    /// What follows from a call for its row.
    pub(super) fn changed(
        &mut self,
        row: Option<Row>,
        call: &BeforeCall,
        after: &AfterCall,
    ) -> Option<Change> {
        let row = row.filter(|_| after.errno.is_none())?;
        if let Some((way, limit)) = call.sets_limit {
            match limit.is_zero() {
                true => self.limits.remove(&(row, way)),
                false => self.limits.insert((row, way), limit),
            };
        }
        match (&call.call, &call.about) {
            (Call::SetNonblocking { .. }, _) => Some(Change::Mode {
                row,
                mode: Mode::NonBlocking,
            }),
            (Call::SetBlocking { .. }, _) => Some(Change::Mode {
                row,
                mode: Mode::Blocking,
            }),
            (_, About::Register { interest, .. }) => {
                match interest {
                    Some(interest) => self.registered.insert(row, *interest),
                    None => self.registered.remove(&row),
                };
                self.is_asked(row, *interest)
            }
            _ => None,
        }
    }
}
