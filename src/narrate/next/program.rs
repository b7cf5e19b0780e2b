//! What a watched program is about to do.

use super::NextLine;
use crate::model::clean;
use crate::model::task::{Doing, TaskState};
use crate::words::prose;

impl NextLine<'_> {
    /// What a watched program is about to do: nobody plans its calls.
    pub(super) fn program(&mut self) -> String {
        let tasks = self.world.tasks();
        let call = |name: &str, args: &str| clean::text(&format!("{name}({args})"));
        let held = tasks.iter().find_map(|(task, state)| match &state.doing {
            Doing::Held { name, args, .. } => Some((task.to_string(), call(name, args))),
            _ => None,
        });
        if let Some((task, call)) = held {
            let values = [("{task}", &*task), ("{call}", &*call)];
            return self.say(prose::text("next program held"), &[], &values);
        }
        let waits = tasks.iter().find_map(|(task, state)| match &state.doing {
            Doing::InCall { name, args, .. } => Some((task.to_string(), call(name, args))),
            _ => None,
        });
        if let Some((task, call)) = waits {
            let values = [("{task}", &*task), ("{call}", &*call)];
            return self.say(prose::text("next program waits"), &[], &values);
        }
        let over = |state: &TaskState| matches!(state.doing, Doing::Ended(_));
        let prose = match tasks.values().all(over) {
            true => prose::text("next program ended"),
            false => prose::text("next program runs"),
        };
        self.say(prose, &[], &[])
    }
}
