//! What a command changes: rows come and go, and their settings.

use super::stages::stage_change;
use crate::model::command::OnOff;
use crate::model::ids::Row;
use crate::model::readiness::Interest;
use crate::model::record::{Change, StageChange};
use crate::model::socket::{Attempt, Mode};
use crate::model::world::{RowOrigin, RowState, World};
use std::sync::Arc;

impl World {
    pub(super) fn change(&mut self, change: &Change, entered: &mut Vec<StageChange>) {
        let n = self.n;
        match change {
            Change::Added {
                row,
                target,
                addresses,
                interest,
                mode,
            } => {
                let Some(id) = self.next_row(*row) else {
                    return;
                };
                let first = Attempt::new(id, addresses.first().cloned())
                    .used(*mode)
                    .of_file(target.place.file());
                self.push(RowState {
                    addresses: addresses.clone(),
                    mode: *mode,
                    ..RowState::new(*row, RowOrigin::Target(target.clone()), *interest, first, n)
                });
            }
            Change::Appeared {
                row,
                target,
                role,
                fd,
                stage,
                addr,
                interest,
                mode,
            } => {
                let Some(id) = self.next_row(*row) else {
                    return;
                };
                let by_hand = role
                    .of()
                    .and_then(|of| self.row(of))
                    .is_some_and(|state| state.by_hand);
                let attempt = Attempt::peer_end(id, addr.clone(), *fd, *stage).used(*mode);
                let state = RowState {
                    role: *role,
                    mode: *mode,
                    by_hand,
                    ..RowState::new(
                        *row,
                        RowOrigin::Appeared(Arc::clone(target)),
                        *interest,
                        attempt,
                        n,
                    )
                };
                entered.push(stage_change(&state, *stage, None));
                self.push(state);
            }
            Change::Mode { row, mode } => self.mode_changed(*row, *mode),
            Change::ByHand { row, switch } => {
                let by_hand = *switch == OnOff::On;
                for row in self.peer_ends(*row).into_iter().chain([*row]) {
                    if let Some(state) = self.row_mut(row) {
                        state.by_hand = by_hand;
                    }
                }
            }
            Change::Deadline { row, at_us } => {
                if let Some(state) = self.row_mut(*row) {
                    state.deadline_us = *at_us;
                }
            }
            Change::Race { row, delay } => self.race(*row, *delay),
            Change::Races { row, of } => self.races(*row, *of),
            Change::Due { row, at_us } => self.due(*row, *at_us),
            Change::Autodrain(switch) => self.autodrain = *switch == OnOff::On,
            Change::Removed { row } => self.removed(*row),
            Change::Restarted { row } => self.restarted(*row),
            Change::Interest { row, interest } => self.interest_changed(*row, *interest),
            Change::Named { row, target, addr } => self.named(*row, target, addr),
            Change::Asked { row, interest } => self.asked(*row, *interest, entered),
            Change::Names { row, names } => self.has_names(*row, names, entered),
        }
    }

    fn interest_changed(&mut self, row: Row, interest: Interest) {
        let n = self.n;
        if let Some(state) = self.row_mut(row) {
            let asked = state.asked();
            state.interest = interest;
            if state.asked() != asked {
                state.changed_at.asked = n;
                state.asked_before = asked;
            }
        }
    }

    fn mode_changed(&mut self, row: Row, mode: Mode) {
        if let Some(state) = self.row_mut(row) {
            state.mode = mode;
            state.current_mut().mode = mode;
            let width = state.short_label().chars().count();
            self.longest_target = self.longest_target.max(width);
        }
    }

    fn removed(&mut self, row: Row) {
        self.leave_race(row);
        if let Some(state) = self.row_mut(row).filter(|state| !state.removed) {
            state.removed = true;
            let far = !state.is_client();
            self.removed += 1;
            self.peer_count -= usize::from(far);
        }
    }

    fn restarted(&mut self, row: Row) {
        if self.row(row).is_none() {
            return;
        }
        self.begin_race_again(row);
        let (id, n) = (self.new_attempt(row), self.n);
        if let Some(state) = self.row_mut(row) {
            state.begin_again(id, n);
        }
    }
}
