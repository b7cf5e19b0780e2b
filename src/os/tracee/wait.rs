//! Waiting for the stops of a watched program.

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::{Duration, Instant};

/// The longest that a start or an end may take.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// What a wait has shown.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct WaitNews {
    /// There are words at the terminal.
    pub(super) words: bool,
}

/// Waits until a child has something to tell, there are words at its terminal, one of `other` can be read, or it is so late.
pub(super) fn wait_for(
    children: &OwnedFd,
    terminal: BorrowedFd<'_>,
    other: &[BorrowedFd<'_>],
    until: Option<Instant>,
) -> WaitNews {
    let of = |fd| PollFd::from_borrowed_fd(fd, PollFlags::IN);
    let mut few = [of(children.as_fd()), of(terminal)];
    let mut many: Vec<PollFd<'_>>;
    let fds: &mut [PollFd<'_>] = match other {
        [] => &mut few,
        other => {
            many = few.to_vec();
            many.extend(other.iter().map(|fd| of(*fd)));
            &mut many
        }
    };
    let left = until.map(|until| until.saturating_duration_since(Instant::now()));
    let left = left.map(|left| Timespec {
        tv_sec: left.as_secs() as i64,
        tv_nsec: i64::from(left.subsec_nanos()),
    });
    if poll(fds, left.as_ref()).is_err() {
        return WaitNews::default();
    }
    let has = |fd: &PollFd<'_>| !fd.revents().is_empty();
    if has(&fds[0]) {
        // What is in it does not matter: whoever waits asks ptrace.
        let mut buffer = [0; 1280];
        let _ = rustix::io::read(children, &mut buffer);
    }
    WaitNews {
        words: has(&fds[1]),
    }
}
