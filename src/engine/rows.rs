//! Rows come and go: targets are added, deleted, begun again.

use super::turn::Turn;
use super::{Refusal, Session};
use crate::model::addr::Addr;
use crate::model::call::{Call, CalledBy};
use crate::model::file::FileKind;
use crate::model::ids::{Fd, Row};
use crate::model::record::{Change, Record};
use crate::model::socket::Mode;
use crate::model::target::{Target, TargetPlace};
use crate::model::wire::places::WirePlace;
use crate::model::world::RowState;
use crate::os::lab::{loopback, peers};
use crate::os::names::SystemNames;
use std::time::Duration;

/// How long a call in timeout mode waits for its connect.
const BLOCKING_TIMEOUT: Duration = Duration::from_secs(3);

impl Session {
    /// Adds rows. Either all of them come, or none.
    pub(super) fn add(&mut self, turn: &mut Turn, targets: &[Target]) -> Result<(), Refusal> {
        let wanted = targets.iter().map(|target| (target, Mode::NonBlocking));
        self.add_as(turn, wanted)
    }

    /// The same target three times, used in three ways.
    pub(super) fn add_modes(&mut self, turn: &mut Turn, target: &Target) -> Result<(), Refusal> {
        let modes = [
            Mode::Blocking,
            Mode::Timeout(BLOCKING_TIMEOUT),
            Mode::NonBlocking,
        ];
        self.add_as(turn, modes.into_iter().map(|mode| (target, mode)))
    }

    /// The same target twice, asked in two ways.
    pub(super) fn add_ways(&mut self, turn: &mut Turn, target: &Target) -> Result<(), Refusal> {
        let ways = [Mode::ConnectEx, Mode::NonBlocking];
        self.add_as(turn, ways.into_iter().map(|mode| (target, mode)))
    }

    fn add_as<'a>(
        &mut self,
        turn: &mut Turn,
        targets: impl Iterator<Item = (&'a Target, Mode)>,
    ) -> Result<(), Refusal> {
        // What can be refused without a call is refused before the first one.
        let mut wanted = Vec::new();
        let first = self.world.rows_ever();
        for (target, mode) in targets {
            let target = target.clone().resolve(&SystemNames)?;
            self.check(&target.place)?;
            let row = number(first + wanted.len());
            let other = other_end(&target, row);
            wanted.push((target, mode));
            wanted.extend(other.map(|other| (other, mode)));
        }
        let mut raced = Vec::new();
        for (index, (target, mode)) in wanted.into_iter().enumerate() {
            let row = number(first + index);
            let added = self.place(&mut turn.record, row, &target.place);
            let addresses = match added {
                Ok(addresses) => addresses,
                Err(refusal) => {
                    self.undo(&mut turn.record, (first..=first + index).map(number));
                    return Err(refusal);
                }
            };
            if mode == Mode::NonBlocking {
                raced.push((row, target.clone(), addresses.clone()));
            }
            turn.record.changes.push(Change::Added {
                row,
                target,
                addresses,
                interest: self.options.interest,
                mode,
            });
        }
        for (row, target, addresses) in raced {
            self.race_from_the_start(&mut turn.record, row, &target.place, &addresses);
        }
        Ok(())
    }

    /// Whether a place can be had, as far as that is known before it is made. The wire is there afterwards, if it is one on the wire.
    fn check(&mut self, place: &TargetPlace) -> Result<(), Refusal> {
        match place {
            TargetPlace::At(_)
            | TargetPlace::Name { .. }
            | TargetPlace::Unresolved { .. }
            | TargetPlace::Lab(_) => Ok(()),
            TargetPlace::Wire(target) => self.open_wire().map_err(|refusal| match refusal {
                // What the wire shows a filter shows too, on loopback.
                Refusal::NoWire(why) if target.place == WirePlace::Gone => {
                    Refusal::NoWire(format!("{why}; @gone vanishes behind a filter instead"))
                }
                refusal => refusal,
            }),
            TargetPlace::Shared { with, peer } => {
                let known = self.known(*with)?;
                if known.file().is_some() {
                    return Err(Refusal::BothEnds(*with));
                }
                if known.peer().as_ref() == Some(peer) {
                    Ok(())
                } else {
                    Err(Refusal::NotThatPeer(*with, peer.clone()))
                }
            }
        }
    }

    /// Closes what was made for rows that do not come after all. The calls stay in the record, and belong to no row: the next row that
    /// comes has their number.
    fn undo(&mut self, record: &mut Record, rows: impl Iterator<Item = Row>) {
        for row in rows {
            self.lab
                .remove(row, &mut self.descriptors, &mut record.calls);
            self.leave_wire(row);
        }
        record.changes.clear();
        for fact in &mut record.calls {
            fact.row = None;
        }
    }

    /// The addresses of a target, as far as they are known; the peer of a lab target is set up.
    fn place(
        &mut self,
        record: &mut Record,
        row: Row,
        place: &TargetPlace,
    ) -> Result<Vec<Addr>, Refusal> {
        let calls = &mut record.calls;
        Ok(match place {
            place if place.file().is_some() => Vec::new(),
            TargetPlace::At(addr) => vec![addr.clone()],
            TargetPlace::Name { .. } | TargetPlace::Unresolved { .. } => Vec::new(),
            TargetPlace::Lab(peer) => {
                let spec = peers::find(peer).ok_or(Refusal::NotOurs(row))?;
                let staged = self.lab.stage(row, spec, &mut self.descriptors, calls);
                staged.map_err(|errno| Refusal::Staging {
                    target: format!("@{peer}"),
                    errno,
                    hint: loopback::hint(spec.place, errno),
                })?
            }
            TargetPlace::Wire(target) => self.stage_wire(row, *target, calls)?,
            TargetPlace::Shared { with, peer: _ } => {
                self.lab.share(row, *with).ok_or(Refusal::NotOurs(*with))?
            }
        })
    }

    pub(super) fn known(&self, row: Row) -> Result<&RowState, Refusal> {
        self.world.known(row)
    }

    /// The number of the next row that comes in this record.
    pub(super) fn coming(&self, record: &Record) -> Row {
        let changes = record.changes.iter();
        let coming = changes
            .filter(|change| matches!(change, Change::Added { .. } | Change::Appeared { .. }));
        number(self.world.rows_ever() + coming.count())
    }

    /// Takes a row away, with its peer; the row of a name with the attempts that race for it.
    pub(super) fn delete(&mut self, turn: &mut Turn, row: Row) -> Result<(), Refusal> {
        let attempts = match self.known(row)?.leads_a_race() {
            true => self.world.attempts_of_race(row),
            false => vec![row],
        };
        for row in attempts.into_iter().rev() {
            self.take_row_away(turn, row)?;
        }
        Ok(())
    }

    /// Takes one row away, with its peer.
    pub(super) fn take_row_away(&mut self, turn: &mut Turn, row: Row) -> Result<(), Refusal> {
        for far in self.world.peer_ends(row) {
            self.end_blocking_call(&mut turn.record, far);
        }
        self.close_all(&mut turn.record, row)?;
        let changes = &mut turn.record.changes;
        changes.push(Change::Removed { row });
        let far = self.world.peer_ends(row);
        changes.extend(far.into_iter().map(|row| Change::Removed { row }));
        turn.leaves.push(row);
        Ok(())
    }

    /// Begins a row again, with a new attempt. Both ends of a pipe begin together, since one call makes them.
    pub(super) fn restart(&mut self, turn: &mut Turn, row: Row) -> Result<(), Refusal> {
        for row in self.made_together(row)? {
            self.close_all(&mut turn.record, row)?;
            turn.record.changes.push(Change::Restarted { row });
            self.race_again(turn, row)?;
        }
        Ok(())
    }

    /// The row, and the other end of its pipe.
    fn made_together(&self, row: Row) -> Result<Vec<Row>, Refusal> {
        let state = self.known(row)?;
        let is_end_of = |other: &RowState, of: Row| {
            other.place().and_then(TargetPlace::other_end_of) == Some(of)
        };
        Ok(match state.file() {
            Some(FileKind::PipeRead) => {
                let ends = self.world.present().filter(|other| is_end_of(other, row));
                [row]
                    .into_iter()
                    .chain(ends.map(|other| other.row))
                    .collect()
            }
            Some(FileKind::PipeWrite) => {
                let of = state.place().and_then(TargetPlace::other_end_of);
                let of = of.ok_or(Refusal::NoSuchRow(row))?;
                vec![self.known(of)?.row, row]
            }
            _ => vec![row],
        })
    }

    /// Closes the peer of a row that is gone, with every name that its sockets were given beside.
    pub(super) fn take_peer_end(&mut self, record: &mut Record, row: Row) {
        self.lab
            .remove(row, &mut self.descriptors, &mut record.calls);
        let far = record.changes.iter().filter_map(|change| match change {
            Change::Removed { row: gone } if *gone != row => self.world.row(*gone),
            _ => None,
        });
        let left: Vec<(Row, Fd)> = far
            .flat_map(|state| state.open_fds().into_iter().map(|fd| (state.row, fd)))
            .collect();
        for (row, fd) in left {
            self.make_as(record, row, CalledBy::Lab, Call::Close { fd });
        }
    }

    /// Ends what runs on a row, and closes everything that it has open.
    fn close_all(&mut self, record: &mut Record, row: Row) -> Result<(), Refusal> {
        let state = self.known(row)?;
        let (open, role) = (state.open_fds(), state.role);
        let by = if state.is_client() {
            CalledBy::Program
        } else {
            CalledBy::Peer
        };
        self.end_blocking_call(record, row);
        self.bad_fds.remove(&row);
        for fd in open {
            self.make_as(record, row, by, Call::Close { fd });
            if let Some(of) = role.of() {
                self.lab.closed(of, fd, None);
            }
        }
        Ok(())
    }
}

/// The other end of what this target makes, which has a row of its own; `row` is the first one's.
fn other_end(target: &Target, row: Row) -> Option<Target> {
    target.place.file()?.other_end()?;
    let peer = target.place.peer()?;
    let place = TargetPlace::Shared { with: row, peer };
    Some(Target::new(&place.to_string(), place))
}

/// The number of the row at this place in the list.
pub(super) fn number(index: usize) -> Row {
    Row(u32::try_from(index + 1).unwrap_or(u32::MAX))
}
