//! What can be done to a watched program now, and why not.

use super::model::Model;
use crate::derive::waits;
use crate::language::keys::{Key, KeyContext, means_now};
use crate::model::clean;
use crate::model::task::{Doing, Task};
use crate::words::prose;

/// Whether one of these keys means something else while a program is watched.
pub fn is_hidden(model: &Model, keys: &[Key]) -> bool {
    model.is_watched()
        && keys
            .iter()
            .any(|key| means_now(KeyContext::Program, *key).is_some())
}

/// Whether nothing of the program is left.
pub fn is_over(model: &Model) -> bool {
    waits::living(model.history.live()).next().is_none()
}

/// The thread whose call can be let go, if one can.
pub fn held(model: &Model) -> Option<Task> {
    let world = model.history.live();
    let task = model.task()?;
    let is_held = |doing: &Doing| matches!(doing, Doing::Held { .. });
    is_held(&world.tasks().get(&task)?.doing).then_some(task)
}

/// Why no call can be let go, if none can.
pub fn why_not_let_go(model: &Model) -> Option<String> {
    if held(model).is_some() {
        return None;
    }
    if is_over(model) {
        return Some(prose::say("watch over").to_owned());
    }
    let world = model.history.live();
    let waits = model
        .task()
        .and_then(|task| Some((task, &world.tasks().get(&task)?.doing)));
    Some(match waits {
        Some((task, Doing::InCall { name, .. })) => {
            let values = [
                ("{task}", &*task.to_string()),
                ("{call}", &*clean::text(name)),
            ];
            prose::fill(prose::say("watch in-call"), &values)
        }
        _ => prose::say("watch runs").to_owned(),
    })
}

/// Why no call can be interrupted, if none can.
pub fn why_not_interrupt(model: &Model) -> Option<String> {
    if waiting(model).is_some() {
        return None;
    }
    Some(match is_over(model) {
        true => prose::say("watch over").to_owned(),
        false => prose::say("watch nobody-waits").to_owned(),
    })
}

/// The thread whose call would be interrupted: the chosen one, or the one that is in a call for longest.
pub fn waiting(model: &Model) -> Option<Task> {
    let world = model.history.live();
    let chosen = model.task();
    let waits = waits::living(world).filter_map(|(task, state)| match state.doing {
        Doing::InCall { since_us, .. } => Some((Some(task) != chosen, since_us, task)),
        _ => None,
    });
    waits.min().map(|(_, _, task)| task)
}

/// Why this thread cannot be chosen, if so.
pub fn why_not_choose(model: &Model, task: Task) -> Option<String> {
    let world = model.history.live();
    let values = [("{task}", &*task.to_string())];
    let why = match world.tasks().get(&task).map(|state| &state.doing) {
        Some(Doing::Held { .. } | Doing::InCall { .. }) => return None,
        Some(Doing::Waits { .. }) => prose::say("watch thread-sleeps"),
        Some(Doing::Runs) => prose::say("watch thread-runs"),
        Some(Doing::Ended(_)) | None => prose::say("watch no-thread"),
    };
    Some(prose::fill(why, &values))
}

/// Why the program cannot be typed to or ended, if so.
pub fn why_not_reach(model: &Model) -> Option<String> {
    if !model.is_watched() {
        return Some(prose::say("watch nothing").to_owned());
    }
    is_over(model).then(|| prose::say("watch over").to_owned())
}
