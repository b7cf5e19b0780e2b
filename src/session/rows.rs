//! Rows come and go: targets are added, deleted, begun again.

use super::{Refusal, Session};
use crate::os::lab::peers;
use crate::os::names::SystemNames;
use crate::pure::addr::Addr;
use crate::pure::call::{By, Call, CallFact};
use crate::pure::ids::Row;
use crate::pure::record::{Cause, Change, Record};
use crate::pure::socket::Mode;
use crate::pure::target::{Place, Target};
use crate::pure::world::RowState;
use std::time::Duration;

/// How long the lane with a timeout waits for its connect.
const LANE_TIMEOUT: Duration = Duration::from_secs(3);

impl Session {
    /// Adds rows. Either all of them come, or none.
    ///
    /// # Errors
    /// If the lab cannot set up a far end.
    pub fn add(
        &mut self,
        targets: &[Target],
        words: String,
        shown: &[Row],
    ) -> Result<Record, Refusal> {
        let wanted: Vec<(&Target, Mode)> = targets
            .iter()
            .map(|target| (target, Mode::NonBlocking))
            .collect();
        self.add_as(&wanted, words, shown)
    }

    /// The same target three times, used in three ways.
    pub(super) fn add_lanes(
        &mut self,
        text: &str,
        words: String,
        shown: &[Row],
    ) -> Result<Record, Refusal> {
        let target = Target::parse(text, &SystemNames)?;
        let modes = [
            Mode::Blocking,
            Mode::Timeout(LANE_TIMEOUT),
            Mode::NonBlocking,
        ];
        let wanted: Vec<(&Target, Mode)> = modes.map(|mode| (&target, mode)).to_vec();
        self.add_as(&wanted, words, shown)
    }

    fn add_as(
        &mut self,
        targets: &[(&Target, Mode)],
        words: String,
        shown: &[Row],
    ) -> Result<Record, Refusal> {
        let first = self.world.rows.len();
        let mut calls = Vec::new();
        let mut changes = Vec::new();
        for (index, (target, mode)) in targets.iter().enumerate() {
            let row = number(first + index);
            let (addresses, name) = match self.place(row, &target.place, &mut calls) {
                Ok(place) => place,
                Err(refusal) => {
                    for undo in first..first + index {
                        self.lab
                            .remove(number(undo), &mut self.descriptors, &mut calls);
                    }
                    return Err(refusal);
                }
            };
            changes.push(Change::Added {
                row,
                target: target.text.clone(),
                addresses,
                name,
                interest: self.options.interest,
                mode: *mode,
            });
        }
        let mut record = self.begin(Cause::Command(words));
        record.changes = changes;
        record.calls = calls;
        Ok(self.finish(record, shown))
    }

    /// Where a target leads: its addresses, or the name that must be looked up.
    #[expect(clippy::type_complexity, reason = "the two fields of a new row")]
    fn place(
        &mut self,
        row: Row,
        place: &Place,
        calls: &mut Vec<CallFact>,
    ) -> Result<(Vec<Addr>, Option<(String, u16)>), Refusal> {
        Ok(match place {
            Place::At(addr) => (vec![addr.clone()], None),
            Place::Name { host, port } => (Vec::new(), Some((host.clone(), *port))),
            Place::Lab(peer) => {
                let spec = peers::find(peer).ok_or(Refusal::NotOurs(row))?;
                let staged = self.lab.stage(row, spec, &mut self.descriptors, calls);
                let addrs = staged.map_err(|errno| Refusal::Staging {
                    target: format!("@{peer}"),
                    errno,
                })?;
                (addrs, None)
            }
            Place::Wire(target) => (self.stage_wire(row, *target, calls)?, None),
            Place::Shared { with, peer } => {
                let known = self.known(*with)?;
                if known.peer() != Some(peer.as_str()) {
                    return Err(Refusal::NotThatPeer(*with, peer.clone()));
                }
                let addrs = self.lab.share(row, *with).ok_or(Refusal::NotOurs(*with))?;
                (addrs, None)
            }
        })
    }

    pub(super) fn known(&self, row: Row) -> Result<&RowState, Refusal> {
        self.world
            .row(row)
            .filter(|state| !state.removed)
            .ok_or(Refusal::NoSuchRow(row))
    }

    /// Closes what a row has open, and takes it away or begins it again.
    pub(super) fn remove(
        &mut self,
        row: Row,
        change: Change,
        words: String,
        shown: &[Row],
    ) -> Result<Record, Refusal> {
        let state = self.known(row)?;
        let gone = matches!(change, Change::Removed { .. });
        if !gone && !state.is_client() {
            return Err(Refusal::FarEndCannot(row, "begin again"));
        }
        let (open, role) = (state.open_fds(), state.role);
        let by = if state.is_client() {
            By::Program
        } else {
            By::Peer
        };
        let mut record = self.begin(Cause::Command(words));
        self.end_lane(&mut record, row);
        self.spoiled.retain(|_, spoiled| *spoiled != row);
        for fd in open {
            let call = Call::Close { fd };
            if let Some(outcome) = crate::os::call::perform(&call, &mut self.descriptors) {
                record.calls.push(CallFact::done(row, by, call, outcome));
            }
            if let Some(of) = role.of() {
                self.lab.closed(of, fd);
            }
        }
        let far = if gone {
            self.world.far_ends(row)
        } else {
            Vec::new()
        };
        record.changes.push(change);
        for row in &far {
            record.changes.push(Change::Removed { row: *row });
        }
        let mut record = self.finish(record, shown);
        if gone {
            // The far end goes after its turn, so that it sees the close first.
            self.lab
                .remove(row, &mut self.descriptors, &mut record.calls);
        }
        Ok(record)
    }
}

/// The number of the row at this place in the list.
pub(super) fn number(index: usize) -> Row {
    Row(u32::try_from(index + 1).unwrap_or(u32::MAX))
}
