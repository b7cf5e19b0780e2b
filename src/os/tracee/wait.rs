//! Waiting for the stops of a watched program.

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fd::{BorrowedFd, OwnedFd};
use std::time::{Duration, Instant};

/// The longest that a start or an end may take.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// Waits until a child has something to tell, one of `other` can be read, or it is so late.
pub(super) fn wait_for(children: &OwnedFd, other: &[BorrowedFd<'_>], until: Option<Instant>) {
    let mut fds = vec![PollFd::new(children, PollFlags::IN)];
    fds.extend(
        other
            .iter()
            .map(|fd| PollFd::from_borrowed_fd(*fd, PollFlags::IN)),
    );
    let left = until.map(|until| until.saturating_duration_since(Instant::now()));
    let left = left.map(|left| Timespec {
        tv_sec: left.as_secs() as i64,
        tv_nsec: i64::from(left.subsec_nanos()),
    });
    if poll(&mut fds, left.as_ref()).is_ok() && !fds[0].revents().is_empty() {
        // What is in it does not matter: whoever waits asks ptrace.
        let mut buffer = [0; 1280];
        let _ = rustix::io::read(children, &mut buffer);
    }
}
