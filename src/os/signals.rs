//! Signal masks: every thread but main blocks signals, so that no terminal signal turns a poll into EINTR by chance.

#![expect(unsafe_code, reason = "pthread_sigmask and signalfd by hand")]

/// Runs `start` with all signals blocked, so that the threads which it starts inherit that; afterwards the mask is as it was before.
pub fn blocked_for_new_threads<T>(start: impl FnOnce() -> T) -> T {
    // SAFETY: both sets are plain C data, filled before they are used; the calls only read or write these locals.
    let before = unsafe {
        let mut all: libc::sigset_t = std::mem::zeroed();
        let mut before: libc::sigset_t = std::mem::zeroed();
        libc::sigfillset(&raw mut all);
        libc::pthread_sigmask(libc::SIG_BLOCK, &raw const all, &raw mut before);
        before
    };
    let result = start();
    // SAFETY: the set was filled by the call above.
    unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, &raw const before, std::ptr::null_mut()) };
    result
}

/// A file that may not grow any further makes write(2) fail with EFBIG, instead of ending the program with SIGXFSZ: setrlimit(2).
///
/// # Errors
/// If the system refuses a handler.
pub fn size_limit_is_an_errno() -> std::io::Result<()> {
    let seen = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    signal_hook::flag::register(libc::SIGXFSZ, seen).map(|_| ())
}

/// Blocks SIGCHLD in this thread and in all that it starts from now on. To be called before the first thread is started: a signal to the
/// process goes to any thread that does not block it.
pub fn block_child_signals() {
    let set = child_signal();
    // SAFETY: the set was filled; the call only reads it.
    unsafe { libc::pthread_sigmask(libc::SIG_BLOCK, &raw const set, std::ptr::null_mut()) };
}

fn child_signal() -> libc::sigset_t {
    // SAFETY: the set is plain C data, and filled before it is given out.
    unsafe {
        let mut set: libc::sigset_t = std::mem::zeroed();
        libc::sigemptyset(&raw mut set);
        libc::sigaddset(&raw mut set, libc::SIGCHLD);
        set
    }
}

/// A descriptor that can be read when a child has stopped or ended: signalfd(2). It never waits.
///
/// # Errors
/// The errno's number.
#[cfg(target_os = "linux")]
pub fn child_signals() -> Result<std::os::fd::OwnedFd, i32> {
    use std::os::fd::FromRawFd;
    let set = child_signal();
    // SAFETY: the set was filled; the call only reads it.
    let fd = unsafe { libc::signalfd(-1, &raw const set, libc::SFD_NONBLOCK | libc::SFD_CLOEXEC) };
    match fd {
        -1 => Err(std::io::Error::last_os_error()
            .raw_os_error()
            .unwrap_or(libc::EIO)),
        // SAFETY: the call gave this number just now, and nobody else has it.
        fd => Ok(unsafe { std::os::fd::OwnedFd::from_raw_fd(fd) }),
    }
}
