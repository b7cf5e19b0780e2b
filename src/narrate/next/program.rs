//! What a watched program is about to do.

use super::NextLine;
use crate::derive::waits;
use crate::language::duration::write_duration as write_time;
use crate::model::clean;
use crate::model::task::{Doing, Task, TaskState};
use crate::model::world::{ProgramDoes, World};
use crate::words::prose;

/// What a key press does to a watched program, of which this thread is the chosen one.
pub fn press(world: &World, chosen: Option<Task>) -> String {
    let many = waits::living(world).count() > 1;
    let doing = chosen.and_then(|task| Some((task, &world.tasks().get(&task)?.doing)));
    match doing {
        Some((task, Doing::Held { name, .. })) => {
            let values = [
                ("{task}", &*task.to_string()),
                ("{call}", &*clean::text(name)),
            ];
            let key = match many {
                true => prose::say("watch press held many"),
                false => prose::say("watch press held"),
            };
            prose::fill(key, &values)
        }
        Some((task, Doing::InCall { name, limit, .. })) => {
            let is_stuck = matches!(world.program_does(), ProgramDoes::IsStuck { .. });
            let words = match (limit, is_stuck) {
                (Some(_), _) => prose::say("watch press waits"),
                (None, true) => prose::say("watch press stuck"),
                (None, false) => prose::say("watch press in-call"),
            };
            let limit = limit.map_or_else(String::new, write_time);
            let values = [
                ("{task}", &*task.to_string()),
                ("{call}", &*clean::text(name)),
                ("{limit}", &limit),
            ];
            prose::fill(words, &values)
        }
        _ => match waits::living(world).next() {
            Some(_) => prose::say("watch press runs").to_owned(),
            None => prose::say("watch press ended").to_owned(),
        },
    }
}

/// What to think about before a call that is held; `None` if none is.
pub fn think(world: &World, chosen: Option<Task>) -> Option<String> {
    match &world.tasks().get(&chosen?)?.doing {
        Doing::Held { name, .. } => {
            let values = [("{call}", &*clean::text(name))];
            Some(prose::fill(prose::say("watch think"), &values))
        }
        _ => None,
    }
}

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
