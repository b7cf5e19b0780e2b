//! How long a watched program waits: whether a thread has a call to let go, and whether a call has a time limit.

use crate::model::task::{Doing, Task, TaskState};
use crate::model::world::World;

/// What the whole program does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProgramDoes {
    /// A thread has a call to let go.
    IsHeld,
    /// A thread runs.
    Runs,
    /// Every thread is in a call, the first since then; one of them ends by itself.
    Waits(u64),
    /// Every thread is in a call, the last that came into one since then, and none ends by itself.
    IsStuck(u64),
    /// It has ended.
    HasEnded,
}

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

/// What the program does as a whole.
pub fn program(world: &World) -> ProgramDoes {
    if held_longest(world).is_some() {
        return ProgramDoes::IsHeld;
    }
    let mut since: Option<u64> = None;
    // A socket can have a time limit of its own.
    let mut ends = world.is_any_wait_limited();
    for (_, state) in living(world) {
        let Doing::InCall {
            since_us, limit, ..
        } = &state.doing
        else {
            return ProgramDoes::Runs;
        };
        ends |= limit.is_some();
        since = since.max(Some(*since_us));
    }
    match (since, ends) {
        (None, _) => ProgramDoes::HasEnded,
        (Some(since), true) => ProgramDoes::Waits(since),
        (Some(since), false) => ProgramDoes::IsStuck(since),
    }
}
