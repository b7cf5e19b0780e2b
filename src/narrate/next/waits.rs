//! Why a row waits for something else than an event; an attempt of a race waits for its turn.

use super::{FIRST, NextLine};
use crate::derive::circle;
use crate::model::ids::Row;
use crate::model::world::Outlook;
use crate::narrate::facts;
use crate::words::prose;

impl NextLine<'_> {
    /// Why a row waits for something else than an event.
    pub(super) fn reason(&mut self, row: Row) -> Option<String> {
        let most = crate::model::world::MAX_REMOTE_PENDING.to_string();
        let (prose, call) = match self.world.outlook(row) {
            Outlook::WaitsForName => (prose::text("next waits for-name"), ""),
            Outlook::WaitsForTurn => return self.turn(row),
            Outlook::MustRetry => (prose::text("next waits retry"), ""),
            Outlook::Stuck(_) if self.is_in_a_circle(row) => {
                (prose::text("next waits deadlock"), "")
            }
            Outlook::Stuck(call) => (prose::text("next waits stuck"), call),
            Outlook::HeldBack => (prose::text("next waits held-back"), ""),
            _ => return None,
        };
        Some(self.say(prose, &[row], &[("{call}", call), ("{most}", &most)]))
    }

    pub(super) fn is_in_a_circle(&self, row: Row) -> bool {
        let state = self.world.row(row);
        state.is_some_and(|state| circle::of(self.world, state).is_some())
    }

    /// When it comes, and what else would bring it.
    pub(super) fn turn(&mut self, row: Row) -> Option<String> {
        let state = self.world.row(row)?;
        let after = state.race.as_ref()?.after?.to_string();
        let ms = facts::ms_until_its_turn(state, self.world.at_us)?.to_string();
        let values = [("{after}", after.as_str()), ("{ms}", ms.as_str())];
        Some(self.say(prose::text("next waits turn"), &[row], &values))
    }

    /// The same in as few words as possible.
    pub(super) fn short_turn(&mut self) -> Option<String> {
        let world = self.world;
        let mut rows = world.present().take(FIRST);
        let waits = rows.find(|row| world.outlook(row.row) == Outlook::WaitsForTurn)?;
        let ms = facts::ms_until_its_turn(waits, world.at_us)?.to_string();
        let asked = self.asks();
        let values = [("{asked}", asked.as_str()), ("{ms}", ms.as_str())];
        Some(self.say(prose::text("next short turn"), &[waits.row], &values))
    }
}
