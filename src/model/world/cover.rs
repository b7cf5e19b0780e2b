//! A world and a record as they are shown while a question is open: what the program was told, and nothing of what the kernel knows.

use super::World;
use crate::model::call::CalledBy;
use crate::model::record::{Look, Record};
use crate::model::socket::Stage;
use std::sync::Arc;

/// What stays of a look: the local address, which is the socket's own.
fn covered_look(look: &Look) -> Look {
    Look {
        local: look.local.clone(),
        ..Look::default()
    }
}

impl World {
    /// The same world without any look at the kernel.
    pub fn covered(&self) -> World {
        let mut world = self.clone();
        for index in 0..world.rows.len() {
            let Some(state) = world.rows.get_mut(index) else {
                continue;
            };
            let state = Arc::make_mut(state);
            if !matches!(state.stage(), Stage::Connected | Stage::Accepted) {
                state.current_mut().past.cover();
            }
            state.look = covered_look(&state.look);
            state.look_before = None;
            state.changed_at.look = 0;
            state.changed_at.err = 0;
            state.server_knew = false;
            state.fillers = 0;
            state.took_filler = false;
        }
        world.without_looks();
        world.around = Arc::default();
        world
    }
}

impl Record {
    /// The same record without looks, and without the calls of the peer and of the lab.
    pub fn covered(&self) -> Record {
        let mut record = self.clone();
        record.looks = self
            .looks
            .iter()
            .map(|(row, look)| (*row, covered_look(look)))
            .filter(|(_, look)| look.local.is_some())
            .collect();
        record
            .calls
            .retain(|fact| matches!(fact.by, CalledBy::Program | CalledBy::Library));
        record.unknown.clear();
        record
    }
}
