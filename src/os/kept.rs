//! Descriptors of the program's own that are kept from look to look: far above the numbers that sockets get, so that those stay the lowest
//! free ones, as they are in any program.

use rustix::fd::{AsRawFd, OwnedFd};

/// Above this they lie. The kernel's table of descriptors grows to so many entries, of 8 bytes each.
const FROM: i32 = 4096;

/// The same open file under a number that is out of the way, if it has no such number yet. `None` if the limit of descriptors allows none:
/// then it is closed, and nothing is kept.
pub(super) fn out_of_the_way(fd: OwnedFd) -> Option<OwnedFd> {
    if fd.as_raw_fd() >= FROM {
        return Some(fd);
    }
    rustix::io::fcntl_dupfd_cloexec(&fd, FROM).ok()
}
