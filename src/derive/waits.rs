//! How long a watched program waits: whether a thread has a call to let go, and the time limit that stands among what went into a call.

use crate::model::task::{Doing, Task, TaskState};
use crate::model::world::World;
use std::time::Duration;

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

/// The longest that a call of this name waits, with what went in; `None` if only what it waits for ends it.
pub fn limit(name: &str, args: &str) -> Option<Duration> {
    let last = args.rsplit(", ").next().unwrap_or_default();
    match name {
        "poll" | "epoll_wait" | "epoll_pwait" => last.parse().ok().map(Duration::from_millis),
        "ppoll" | "epoll_pwait2" | "select" | "pselect6" => written(last),
        _ => None,
    }
}

/// A duration as it is written among arguments: `2s`, `1.5s`, `200ms`.
fn written(text: &str) -> Option<Duration> {
    let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    let scale = match &text[digits.len()..] {
        "s" => 1.0,
        "ms" => 1e-3,
        "\u{b5}s" => 1e-6,
        "ns" => 1e-9,
        _ => return None,
    };
    let number: f64 = digits.parse().ok()?;
    Duration::try_from_secs_f64(number * scale).ok()
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
            name,
            args,
            since_us,
        } = &state.doing
        else {
            return ProgramDoes::Runs;
        };
        ends |= limit(name, args).is_some();
        since = since.max(Some(*since_us));
    }
    match (since, ends) {
        (None, _) => ProgramDoes::HasEnded,
        (Some(since), true) => ProgramDoes::Waits(since),
        (Some(since), false) => ProgramDoes::IsStuck(since),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_limit_is_read_from_what_went_in() {
        let limit = |name, args| limit(name, args).map(|limit| limit.as_millis());
        assert_eq!(limit("poll", "[{3, POLLOUT}], 1, 3000"), Some(3000));
        assert_eq!(limit("poll", "[{3, POLLOUT}], 1, -1"), None);
        assert_eq!(limit("epoll_wait", "3, 1024, -1"), None);
        assert_eq!(limit("select", "4, NULL, [3], NULL, 1.5s"), Some(1500));
        assert_eq!(limit("ppoll", "[{3, POLLIN}], 1, 200ms"), Some(200));
        assert_eq!(limit("pselect6", "4, [3], NULL, NULL, NULL"), None);
        assert_eq!(limit("connect", "3, 127.0.0.1:80"), None);
        assert_eq!(limit("recv", "3, 1024, 0"), None);
    }
}
