//! A race of the addresses of one name: its attempts get rows, and each connect() says when the next one is due.

use super::turn::Turn;
use super::{Refusal, Session};
use crate::model::addr::Addr;
use crate::model::call::{Call, CalledBy, Out};
use crate::model::ids::Row;
use crate::model::race::{SHORTEST_DELAY, order};
use crate::model::readiness::Interest;
use crate::model::record::{Change, Record};
use crate::model::socket::Mode;
use crate::model::target::{Target, TargetPlace};
use crate::model::world::RowState;
use std::time::Duration;

impl Session {
    /// Races the addresses of a row, with another delay, or not any more.
    pub(super) fn race(
        &mut self,
        turn: &mut Turn,
        row: Row,
        delay: Option<Duration>,
    ) -> Result<(), Refusal> {
        let state = self.known(row)?;
        let leads = state.leads_a_race();
        if delay.is_some_and(|delay| delay < SHORTEST_DELAY) {
            return Err(Refusal::RaceTooDense(row));
        }
        if delay.is_none() {
            self.drop_attempts(turn, row)?;
        }
        turn.record.changes.push(Change::Race { row, delay });
        if delay.is_some() && !leads {
            self.begin_race(&mut turn.record, row);
        }
        Ok(())
    }

    /// Takes the attempts away that have rows of their own.
    fn drop_attempts(&mut self, turn: &mut Turn, leader: Row) -> Result<(), Refusal> {
        for row in self.world.attempts_of_race(leader).into_iter().skip(1) {
            self.take_row_away(turn, row)?;
        }
        Ok(())
    }

    /// A row begins again: what raced with it is over, and what is known of its addresses is raced anew.
    pub(super) fn race_again(&mut self, turn: &mut Turn, row: Row) -> Result<(), Refusal> {
        if !self.known(row)?.leads_a_race() {
            return Ok(());
        }
        self.drop_attempts(turn, row)?;
        if self.known(row)?.name().is_none() {
            self.begin_race(&mut turn.record, row);
        }
        Ok(())
    }

    /// A row that was there before this record: its other addresses get rows.
    fn begin_race(&mut self, record: &mut Record, row: Row) {
        let Some(state) = self.world.row(row) else {
            return;
        };
        let addresses = state.addresses.clone();
        let (place, interest) = (state.place().cloned(), state.interest);
        if let Some(place) = place {
            self.add_attempts(record, row, &place, interest, &addresses);
        }
    }

    /// A name has its addresses now.
    pub(super) fn race_what_came(
        &mut self,
        record: &mut Record,
        row: Row,
        id: u64,
        out: Option<&Out>,
    ) {
        let (Some(Out::Addrs(addresses)), Some(state)) = (out, self.world.row(row)) else {
            return;
        };
        // An answer to a question that was asked before the row began again finds nobody.
        if state.removed || state.lookup != Some(id) || !state.leads_a_race() {
            return;
        }
        let (place, interest) = (state.place().cloned(), state.interest);
        if let Some(place) = place {
            self.add_attempts(record, row, &place, interest, addresses);
        }
    }

    /// A new row whose addresses are raced, if it has more than one.
    pub(super) fn race_from_the_start(
        &mut self,
        record: &mut Record,
        row: Row,
        place: &TargetPlace,
        addresses: &[Addr],
    ) {
        let Some(delay) = self.options.race else {
            return;
        };
        if matches!(place, TargetPlace::Name { .. }) || addresses.len() > 1 {
            let delay = Some(delay);
            record.changes.push(Change::Race { row, delay });
            self.add_attempts(record, row, place, self.options.interest, addresses);
        }
    }

    /// Every address but the first gets a row, in the order in which they are tried.
    fn add_attempts(
        &mut self,
        record: &mut Record,
        leader: Row,
        place: &TargetPlace,
        interest: Interest,
        addresses: &[Addr],
    ) {
        for addr in order(addresses).into_iter().skip(1) {
            let row = self.coming(record);
            let place = match place {
                TargetPlace::Lab(peer) => TargetPlace::Shared {
                    with: leader,
                    peer: peer.clone(),
                },
                TargetPlace::Shared { .. } => place.clone(),
                _ => TargetPlace::At(addr.clone()),
            };
            if let TargetPlace::Shared { with, .. } = &place {
                self.lab.share(row, *with);
            }
            record.changes.push(Change::Added {
                row,
                target: Target::new(&place.to_string(), place),
                addresses: vec![addr],
                interest,
                mode: Mode::NonBlocking,
            });
            record.changes.push(Change::Races { row, of: leader });
        }
    }

    /// A call is about to be made on a row: if it is the connect() of an attempt, the next one is due so much later.
    pub(super) fn next_is_due(&self, record: &mut Record, row: Row, by: CalledBy, call: &Call) {
        let is_connect = matches!(call, Call::Connect { .. }) && by == CalledBy::Program;
        let Some(race) = self.world.row(row).and_then(|state| state.race.as_ref()) else {
            return;
        };
        let next = race.next.and_then(|next| self.world.row(next));
        let Some(next) = next.filter(|next| is_connect && waits_for_no_time(next)) else {
            return;
        };
        let delay = u64::try_from(race.delay.as_micros()).unwrap_or(u64::MAX);
        record.changes.push(Change::Due {
            row: next.row,
            at_us: self.now_us().saturating_add(delay),
        });
    }
}

/// Whether its attempt waits, and nobody knows for how long.
fn waits_for_no_time(state: &RowState) -> bool {
    let race = state.race.as_ref();
    race.is_some_and(|race| race.waits() && race.due_us().is_none())
}
