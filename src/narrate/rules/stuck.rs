//! All that the program waits for has no limit: only who is outside could end it. It counts if that is so until the program is ended.

use super::{Cited, RuleAtWork, RuleMoment};
use crate::model::clean;
use crate::model::task::Doing;

#[derive(Debug, Default)]
pub(super) struct Stuck {
    now: Option<Cited>,
}

impl Stuck {
    fn waits(at: &RuleMoment<'_>) -> Option<Cited> {
        let task = at.world.program_is_stuck()?;
        let Doing::InCall { name, args, .. } = &at.world.tasks().get(&task)?.doing else {
            return None;
        };
        Some(Cited {
            row: None,
            step: at.step,
            task: at.one_of_many(Some(task)),
            call: clean::text(&format!("{name}({args})")),
            errno: None,
            said: String::new(),
        })
    }
}

impl RuleAtWork for Stuck {
    fn take(&mut self, at: &RuleMoment<'_>) -> Option<Cited> {
        // How it is ended says nothing of how it was.
        let went_on = !at.record.calls.is_empty() || at.world.program_ended_itself().is_some();
        match Stuck::waits(at) {
            Some(cited) => self.now = Some(cited),
            None if went_on => self.now = None,
            None => {}
        }
        None
    }

    fn at_end(&mut self) -> Option<Cited> {
        self.now.take()
    }
}
