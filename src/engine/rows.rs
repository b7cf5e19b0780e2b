//! Rows come and go: targets are added, deleted, begun again.

use super::{Refusal, Session};
use crate::model::addr::Addr;
use crate::model::call::{By, Call, CallFact};
use crate::model::command::Command;
use crate::model::ids::Row;
use crate::model::record::{Cause, Change, Record};
use crate::model::socket::Mode;
use crate::model::target::{Place, Target};
use crate::model::world::RowState;
use crate::os::lab::peers;
use crate::os::names::SystemNames;
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
        words: Command,
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
        target: &Target,
        words: Command,
        shown: &[Row],
    ) -> Result<Record, Refusal> {
        let modes = [
            Mode::Blocking,
            Mode::Timeout(LANE_TIMEOUT),
            Mode::NonBlocking,
        ];
        let wanted: Vec<(&Target, Mode)> = modes.map(|mode| (target, mode)).to_vec();
        self.add_as(&wanted, words, shown)
    }

    fn add_as(
        &mut self,
        targets: &[(&Target, Mode)],
        words: Command,
        shown: &[Row],
    ) -> Result<Record, Refusal> {
        let first = self.world.rows.len();
        let mut calls = Vec::new();
        let mut changes = Vec::new();
        for (index, (target, mode)) in targets.iter().enumerate() {
            let row = number(first + index);
            let placed = (*target).clone().resolve(&SystemNames);
            let placed = placed.map_err(Refusal::Target).and_then(|target| {
                let addresses = self.place(row, &target.place, &mut calls)?;
                Ok((target, addresses))
            });
            let (target, addresses) = match placed {
                Ok(placed) => placed,
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
                target,
                addresses,
                interest: self.options.interest,
                mode: *mode,
            });
        }
        let mut record = self.begin(Cause::Command(words));
        record.changes = changes;
        record.calls = calls;
        Ok(self.finish(record, shown))
    }

    /// The addresses of a target, as far as they are known; the far end of a lab target is set up.
    fn place(
        &mut self,
        row: Row,
        place: &Place,
        calls: &mut Vec<CallFact>,
    ) -> Result<Vec<Addr>, Refusal> {
        Ok(match place {
            Place::At(addr) => vec![addr.clone()],
            Place::Name { .. } | Place::Unresolved { .. } => Vec::new(),
            Place::Lab(peer) => {
                let spec = peers::find(peer).ok_or(Refusal::NotOurs(row))?;
                let staged = self.lab.stage(row, spec, &mut self.descriptors, calls);
                staged.map_err(|errno| Refusal::Staging {
                    target: format!("@{peer}"),
                    errno,
                })?
            }
            Place::Wire(target) => self.stage_wire(row, *target, calls)?,
            Place::Shared { with, peer } => {
                let known = self.known(*with)?;
                if known.peer().as_ref() != Some(peer) {
                    return Err(Refusal::NotThatPeer(*with, peer.clone()));
                }
                self.lab.share(row, *with).ok_or(Refusal::NotOurs(*with))?
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
        words: Command,
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
