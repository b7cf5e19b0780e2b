//! When the timers of a process are due that its threads wait for by descriptors: timerfd_create(2). A wait without a limit of its own ends
//! with the first of them.

use super::decode::About;
use super::peek::registered;
use crate::model::ids::Fd;
use std::time::Duration;

/// How long a call about these descriptors waits at most, because of the timers among them; `None` if none is set.
pub fn first_due(pid: i32, about: &About) -> Option<Duration> {
    match about {
        About::One(fd) => due(pid, *fd),
        About::Sets(sets) => sets.iter().filter_map(|(fd, _)| due(pid, *fd)).min(),
        About::Epoll(epfd) => {
            let all = registered(pid, *epfd).into_iter();
            all.filter_map(|entry| due(pid, entry.fd)).min()
        }
        _ => None,
    }
}

/// When the timer that this is expires next, if it is one that is set: proc_pid_fdinfo(5).
fn due(pid: i32, fd: Fd) -> Option<Duration> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/fdinfo/{fd}")).ok()?;
    text.lines().find_map(time_left)
}

/// `it_value: (4, 999951238)`: seconds and nanoseconds, both zero where it is not set.
fn time_left(line: &str) -> Option<Duration> {
    let inner = line.strip_prefix("it_value:")?.trim();
    let inner = inner.strip_prefix('(')?.strip_suffix(')')?;
    let (seconds, nanos) = inner.split_once(',')?;
    let (seconds, nanos) = (seconds.trim().parse().ok()?, nanos.trim().parse().ok()?);
    let left = Duration::from_secs(seconds).checked_add(Duration::from_nanos(nanos))?;
    (!left.is_zero()).then_some(left)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_that_is_left_is_read_from_its_line_and_a_timer_that_is_not_set_has_none() {
        assert_eq!(
            time_left("it_value: (4, 999951238)"),
            Some(Duration::new(4, 999_951_238))
        );
        for none in [
            "it_value: (0, 0)",
            "it_interval: (4, 0)",
            "it_value: (4",
            "it_value: (x, 0)",
            "it_value: (18446744073709551615, 9999999999999)",
            "",
        ] {
            assert_eq!(time_left(none), None, "{none}");
        }
    }
}
