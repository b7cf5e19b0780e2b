//! What changes of the sockets of a watched program: where they lead, what is asked about them, by which descriptors they are had.

use super::stages::note_stage;
use crate::model::addr::Addr;
use crate::model::ids::{Fd, Row};
use crate::model::readiness::Interest;
use crate::model::record::StageChange;
use crate::model::world::{RowOrigin, World};
use std::sync::Arc;

impl World {
    /// connect() says where it leads.
    pub(super) fn named(&mut self, row: Row, target: &Arc<str>, addr: &Addr) {
        let Some(state) = self.row_mut(row) else {
            return;
        };
        state.origin = RowOrigin::Appeared(Arc::clone(target));
        state.addresses = vec![addr.clone()];
        state.at = 0;
        state.current_mut().addr = Some(addr.clone());
        let width = state.label().chars().count();
        self.longest_target = self.longest_target.max(width);
    }

    /// The program asks about it, or does not any more.
    pub(super) fn asked(
        &mut self,
        row: Row,
        interest: Option<Interest>,
        entered: &mut Vec<StageChange>,
    ) {
        let n = self.n;
        let Some(state) = self.row_mut(row) else {
            return;
        };
        let (before, asked) = (state.stage(), state.asked());
        state.current_mut().is_asked(interest);
        if asked != interest {
            state.changed_at.asked = n;
            state.asked_before = asked;
            state.interest = interest.unwrap_or(state.interest);
        }
        note_stage(state, before, n, entered);
    }

    /// These are the descriptors by which it is had.
    pub(super) fn has_names(
        &mut self,
        row: Row,
        names: &[(u32, Fd)],
        entered: &mut Vec<StageChange>,
    ) {
        let n = self.n;
        let Some(state) = self.row_mut(row) else {
            return;
        };
        let before = state.stage();
        let names: Vec<Fd> = names.iter().map(|(_, fd)| *fd).collect();
        state.current_mut().has_names(&names);
        note_stage(state, before, n, entered);
    }
}
