//! Which threads of a watched program are left, and whose call is held.

use crate::model::task::{Doing, Task, TaskState};
use crate::model::world::World;

/// The threads that have not ended.
pub fn living(world: &World) -> impl Iterator<Item = (Task, &TaskState)> {
    let tasks = world.tasks().iter();
    let living = tasks.filter(|(_, state)| !matches!(state.doing, Doing::Ended(_)));
    living.map(|(task, state)| (*task, state))
}

/// The thread whose call is held for longest.
pub fn held_longest(world: &World) -> Option<Task> {
    let held = living(world).filter_map(|(task, state)| match state.doing {
        Doing::Held { since_us, .. } => Some((since_us, task)),
        _ => None,
    });
    held.min().map(|(_, task)| task)
}
