//! The running system's errno numbers as names.

use crate::model::errno::Errno;

/// The errno that this system means by `number`.
pub fn from_raw(number: i32) -> Errno {
    if cfg!(any(target_os = "macos", target_os = "ios")) {
        Errno::from_macos(number)
    } else {
        Errno::from_linux(number)
    }
}

/// From rustix.
pub fn from_rustix(error: rustix::io::Errno) -> Errno {
    from_raw(error.raw_os_error())
}

/// From std; an error without a number does not come from a system call and is taken for EIO.
pub fn from_std(error: &std::io::Error) -> Errno {
    from_raw(error.raw_os_error().unwrap_or(5))
}

/// The errno of the last libc call, for the few that are made by hand.
pub(super) fn last_errno() -> Errno {
    from_raw(std::io::Error::last_os_error().raw_os_error().unwrap_or(0))
}
