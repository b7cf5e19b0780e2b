//! The other end under the keys: accept, listen, take a far end in hand, fill and free its queue.

use super::rows::number;
use super::{Refusal, Session};
use crate::model::command::{Command, Fullness, Switch, Then};
use crate::model::ids::Row;
use crate::model::readiness::Interest;
use crate::model::record::{Cause, Change, Record, Role};
use crate::model::socket::Stage;
use crate::os::lab::peers::Arrival;
use crate::os::lab::{Appearing, CannotAct};

impl Session {
    /// The row for which the far end was made that a row names: itself, or the one it belongs to.
    fn end_of(&self, row: Row) -> Result<Row, Refusal> {
        let state = self.known(row)?;
        Ok(match state.role {
            Role::Client => self.lab.owner(row),
            Role::Peer { of } | Role::Accepted { of } => of,
        })
    }

    pub(super) fn accept(
        &mut self,
        row: Row,
        then: Then,
        words: Command,
        shown: &[Row],
    ) -> Result<Record, Refusal> {
        let of = self.end_of(row)?;
        if matches!(self.known(row)?.role, Role::Accepted { .. }) {
            return Err(Refusal::NobodyListens(row));
        }
        let arrival = match then {
            Then::Keep => Arrival::Accept,
            Then::Reset => Arrival::AcceptAndReset,
        };
        let mut calls = Vec::new();
        let appearing = self
            .lab
            .accept(of, arrival, &mut self.descriptors, &mut calls)
            .map_err(|why| refusal(row, why))?;
        let mut record = self.begin(Cause::Command(words));
        record.calls = calls;
        self.appear(&mut record, appearing);
        Ok(self.finish(record, shown))
    }

    pub(super) fn hand(
        &mut self,
        row: Row,
        switch: Switch,
        words: Command,
        shown: &[Row],
    ) -> Result<Record, Refusal> {
        let of = self.end_of(row)?;
        let appearing = self
            .lab
            .hand(of, switch == Switch::On)
            .map_err(|why| refusal(row, why))?;
        let mut record = self.begin(Cause::Command(words));
        record.changes.push(Change::Hand { row: of, switch });
        self.appear(&mut record, appearing);
        Ok(self.finish(record, shown))
    }

    pub(super) fn listen(
        &mut self,
        row: Row,
        backlog: u32,
        words: Command,
        shown: &[Row],
    ) -> Result<Record, Refusal> {
        let of = self.end_of(row)?;
        let mut calls = Vec::new();
        self.lab
            .listen(of, backlog, &mut self.descriptors, &mut calls)
            .map_err(|why| refusal(row, why))?;
        let mut record = self.begin(Cause::Command(words));
        record.calls = calls;
        Ok(self.finish(record, shown))
    }

    pub(super) fn queue(
        &mut self,
        row: Row,
        fullness: Fullness,
        words: Command,
        shown: &[Row],
    ) -> Result<Record, Refusal> {
        let of = self.end_of(row)?;
        let mut calls = Vec::new();
        let appearing = match fullness {
            Fullness::Full => self
                .lab
                .fill_queue(of, &mut self.descriptors, &mut calls)
                .map(|()| Vec::new()),
            Fullness::Free => self.lab.free_queue(of, &mut self.descriptors, &mut calls),
        }
        .map_err(|why| refusal(row, why))?;
        let mut record = self.begin(Cause::Command(words));
        record.calls = calls;
        self.appear(&mut record, appearing);
        Ok(self.finish(record, shown))
    }

    /// Gives sockets of the lab rows of their own.
    pub(super) fn appear(&mut self, record: &mut Record, appearing: Vec<Appearing>) {
        for Appearing {
            of,
            fd,
            stage,
            addr,
        } in appearing
        {
            let coming = record
                .changes
                .iter()
                .filter(|change| matches!(change, Change::Added { .. } | Change::Appeared { .. }));
            let row = number(self.world.rows.len() + coming.count());
            self.lab.now_is(of, fd, row);
            let name = self
                .world
                .row(of)
                .map_or_else(String::new, |state| state.target.clone());
            let (role, target, interest) = if stage == Stage::Accepted {
                let role = Role::Accepted { of };
                (role, format!("accepted by {name}"), Interest::default())
            } else {
                let role = Role::Peer { of };
                (role, format!("peer of {name}"), Interest::READABLE)
            };
            record.changes.push(Change::Appeared {
                row,
                target,
                role,
                fd,
                stage,
                addr,
                interest,
            });
        }
    }
}

fn refusal(row: Row, why: CannotAct) -> Refusal {
    match why {
        CannotAct::NotOurs => Refusal::NotOurs(row),
        CannotAct::Hidden => Refusal::Hidden(row),
        CannotAct::NobodyListens => Refusal::NobodyListens(row),
        CannotAct::TooRoomy(limit) => Refusal::TooRoomy(row, limit),
        CannotAct::Failed(errno) => Refusal::Staging {
            target: format!("the queue of {row}"),
            errno,
        },
    }
}
