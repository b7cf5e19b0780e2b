//! How a race of addresses goes on: who comes behind whom, whose turn it is, and who was connected first.

use crate::model::ids::Row;
use crate::model::race::{Race, RaceTurn};
use crate::model::socket::Stage;
use crate::model::world::{RowState, World};
use std::time::Duration;

impl World {
    /// The attempts of the race of a row, in their order; the row alone if nobody races with it.
    pub fn attempts_of_race(&self, leader: Row) -> Vec<Row> {
        let next = |row: &Row| self.row(*row)?.race.as_ref()?.next;
        // No chain is longer than there are rows.
        std::iter::successors(Some(leader), next)
            .take(self.rows_ever())
            .collect()
    }

    fn race_mut(&mut self, row: Row) -> Option<&mut Race> {
        self.row_mut(row)?.race.as_deref_mut()
    }

    /// The addresses of a row are raced from now on, or not any more.
    pub(super) fn race(&mut self, row: Row, delay: Option<Duration>) {
        let attempts = self.attempts_of_race(row);
        match delay {
            Some(delay) => {
                for attempt in attempts {
                    if let Some(race) = self.race_mut(attempt) {
                        race.delay = delay;
                    }
                }
                if let Some(state) = self.row_mut(row).filter(|state| state.race.is_none()) {
                    state.race = Some(Box::new(Race::first(row, delay)));
                }
            }
            None => {
                for attempt in attempts {
                    if let Some(state) = self.row_mut(attempt) {
                        state.race = None;
                    }
                }
            }
        }
        self.measure_label(row);
    }

    /// A row is the last attempt of the race of another.
    pub(super) fn races(&mut self, row: Row, of: Row) {
        let leads = self.row(of).filter(|state| state.leads_a_race());
        let Some(delay) = leads.and_then(|state| Some(state.race.as_ref()?.delay)) else {
            return;
        };
        if self.row(row).is_none_or(|state| state.race.is_some()) {
            return;
        }
        let last = self.attempts_of_race(of).last().copied();
        if let Some(race) = last.and_then(|last| self.race_mut(last)) {
            race.next = Some(row);
        }
        if let Some(state) = self.row_mut(row) {
            state.race = Some(Box::new(Race {
                leader: of,
                delay,
                after: last,
                next: None,
                turn: RaceTurn::Waits { due_us: None },
            }));
        }
        self.measure_label(row);
    }

    fn measure_label(&mut self, row: Row) {
        let width = self.row(row).map(|state| state.label().chars().count());
        self.longest_target = self.longest_target.max(width.unwrap_or_default());
    }

    /// When an attempt begins, if nothing comes before.
    pub(super) fn due(&mut self, row: Row, at_us: u64) {
        if let Some(race) = self.race_mut(row)
            && matches!(race.turn, RaceTurn::Waits { .. })
        {
            race.turn = RaceTurn::Waits {
                due_us: Some(at_us),
            };
        }
    }

    /// What a call on one of its attempts means to the others.
    pub(super) fn race_goes_on(&mut self, row: Option<Row>) {
        let Some(state) = row.and_then(|row| self.row(row)) else {
            return;
        };
        let (row, stage) = (state.row, state.stage());
        let Some(race) = state.race.as_ref().filter(|race| !race.is_decided()) else {
            return;
        };
        let (next, leader) = (race.next, race.leader);
        let begins = race.waits() && stage != Stage::New;
        if begins && let Some(race) = self.race_mut(row) {
            race.turn = RaceTurn::Runs;
        }
        match stage {
            Stage::Connected => self.is_won(leader, row),
            Stage::Error | Stage::Closed => self.may_begin(next),
            _ => {}
        }
    }

    /// It was proved connected first.
    fn is_won(&mut self, leader: Row, by: Row) {
        for attempt in self.attempts_of_race(leader) {
            if let Some(race) = self.race_mut(attempt) {
                race.turn = match attempt == by {
                    true => RaceTurn::Won,
                    false => RaceTurn::Lost { to: by },
                };
            }
        }
    }

    /// The attempt before it is over.
    fn may_begin(&mut self, row: Option<Row>) {
        if let Some(race) = row.and_then(|row| self.race_mut(row))
            && race.waits()
        {
            race.turn = RaceTurn::AtOnce;
        }
    }

    /// A row is taken away, or goes on alone: those beside it stand beside each other, and whoever waited for it has its turn.
    pub(super) fn leave_race(&mut self, row: Row) {
        let Some(race) = self.row(row).and_then(|state| state.race.as_deref()) else {
            return;
        };
        let race = race.clone();
        if let Some(before) = race.after.and_then(|before| self.race_mut(before)) {
            before.next = race.next;
        }
        match race.turn {
            _ if race.is_decided() => {}
            RaceTurn::Waits { .. } => {
                if let Some(next) = race.next.and_then(|next| self.race_mut(next))
                    && next.waits()
                {
                    next.turn = race.turn;
                }
            }
            _ => self.may_begin(race.next),
        }
        if let Some(next) = race.next.and_then(|next| self.race_mut(next)) {
            next.after = race.after;
        }
        if let Some(state) = self.row_mut(row) {
            state.race = None;
        }
    }

    /// A row begins again: the row of the name for a new race, any other alone.
    pub(super) fn begin_race_again(&mut self, row: Row) {
        let delay = self
            .row(row)
            .filter(|state| state.leads_a_race())
            .and_then(|state: &RowState| Some(state.race.as_ref()?.delay));
        self.leave_race(row);
        if let (Some(delay), Some(state)) = (delay, self.row_mut(row)) {
            state.race = Some(Box::new(Race::first(row, delay)));
        }
    }
}
