//! Signal masks: every thread but main blocks signals, so that no terminal signal turns a poll into EINTR by chance.

#![expect(unsafe_code, reason = "pthread_sigmask by hand")]

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
