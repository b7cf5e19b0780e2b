//! The other end under the keys: accept, listen, take a peer by hand, fill and free its queue.

use super::turn::Turn;
use super::{Refusal, Session};
use crate::model::call::{AcceptGives, Call};
use crate::model::command::{AfterAccept, Fullness, OnOff};
use crate::model::ids::Row;
use crate::model::readiness::Interest;
use crate::model::record::{Change, Record, Role};
use crate::model::socket::{Mode, Stage};
use crate::os::lab::{Appearing, NamedEnd, accepts_how};

impl Session {
    /// The peer that a row names: its own, or the one it belongs to.
    fn end_of(&self, row: Row) -> Result<NamedEnd, Refusal> {
        let of = match self.known(row)?.role {
            Role::Client => self.lab.owner(row),
            Role::Peer { of } | Role::Accepted { of } => of,
        };
        Ok(NamedEnd { row, of })
    }

    pub(super) fn accept(
        &mut self,
        turn: &mut Turn,
        row: Row,
        then: AfterAccept,
    ) -> Result<(), Refusal> {
        let end = self.end_of(row)?;
        let (arrival, gives) = accepts_how(then);
        self.lab.listens(end)?;
        if let Some((listener, fd)) = self.lab.listed_listener(end) {
            // A listener that waits is used as a library uses it: accept4() without SOCK_NONBLOCK.
            let gives = AcceptGives::Blocking;
            let call = Call::Accept { fd, gives };
            if self.waits(listener, &call) {
                self.open_fd(listener)?;
                self.begin_wait(&mut turn.record, listener, &call, arrival);
                return Ok(());
            }
        }
        let record = &mut turn.record;
        let before = record.calls.len();
        // Whoever accepts by hand plays a program, so its limit holds here too.
        let accepted = self.under_limit(record, row, |session, record| {
            let calls = &mut record.calls;
            session
                .lab
                .accept(end, arrival, gives, &mut session.descriptors, calls)
        });
        for fact in record.calls.iter().skip(before) {
            if let Some(outcome) = &fact.outcome {
                self.count_for_program(&fact.call, outcome);
            }
        }
        self.appear(record, accepted?);
        Ok(())
    }

    pub(super) fn set_by_hand(
        &mut self,
        turn: &mut Turn,
        row: Row,
        switch: OnOff,
    ) -> Result<(), Refusal> {
        let end = self.end_of(row)?;
        let appearing = self.lab.set_by_hand(end, switch == OnOff::On)?;
        let changed = Change::ByHand {
            row: end.of,
            switch,
        };
        turn.record.changes.push(changed);
        self.appear(&mut turn.record, appearing);
        Ok(())
    }

    pub(super) fn listen(
        &mut self,
        turn: &mut Turn,
        row: Row,
        backlog: u32,
    ) -> Result<(), Refusal> {
        let end = self.end_of(row)?;
        let calls = &mut turn.record.calls;
        self.lab.listen(end, backlog, &mut self.descriptors, calls)
    }

    /// Fills the accept queue of a peer, or empties it. What was filled before a call failed stays there: freeing takes it out.
    pub(super) fn queue(
        &mut self,
        turn: &mut Turn,
        row: Row,
        fullness: Fullness,
    ) -> Result<(), Refusal> {
        let end = self.end_of(row)?;
        let calls = &mut turn.record.calls;
        match fullness {
            Fullness::Full => self.lab.fill_queue(end, &mut self.descriptors, calls),
            Fullness::Free => {
                let appearing = self.lab.free_queue(end, &mut self.descriptors, calls)?;
                self.appear(&mut turn.record, appearing);
                Ok(())
            }
        }
    }

    /// Gives sockets of the lab rows of their own.
    pub(super) fn appear(&mut self, record: &mut Record, appearing: Vec<Appearing>) {
        for Appearing {
            of,
            fd,
            stage,
            addr,
            mode,
        } in appearing
        {
            self.descriptors.is_blocking_now(fd, mode == Mode::Blocking);
            let row = self.coming(record);
            self.lab.now_is(of, fd, row);
            let name = self
                .world
                .row(of)
                .map_or_else(String::new, |state| state.target().to_string());
            let (role, target, interest) = if stage == Stage::Accepted {
                let role = Role::Accepted { of };
                (role, format!("accepted by {name}"), Interest::default())
            } else {
                let role = Role::Peer { of };
                (role, format!("peer of {name}"), Interest::READABLE)
            };
            record.changes.push(Change::Appeared {
                row,
                target: target.into(),
                role,
                fd,
                stage,
                addr,
                interest,
                mode,
            });
        }
    }
}
