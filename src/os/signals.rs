//! Signal masks: every thread but main blocks signals, so that no terminal signal turns a poll into EINTR by chance.

#![expect(unsafe_code, reason = "pthread_sigmask by hand")]

fn change(how: libc::c_int) {
    // SAFETY: sigset_t is a plain C type, filled by sigfillset before use; both calls only read or write this local.
    unsafe {
        let mut all: libc::sigset_t = std::mem::zeroed();
        libc::sigfillset(&raw mut all);
        libc::pthread_sigmask(how, &raw const all, std::ptr::null_mut());
    }
}

/// A file that may not grow any further makes write(2) fail with EFBIG, instead of ending the program with SIGXFSZ: setrlimit(2).
///
/// # Errors
/// If the system refuses a handler.
pub fn size_limit_is_an_errno() -> std::io::Result<()> {
    let seen = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    signal_hook::flag::register(libc::SIGXFSZ, seen).map(|_| ())
}

/// Runs `start` with all signals blocked, so that the threads which it starts inherit that, and unblocks them here again.
pub fn blocked_for_new_threads<T>(start: impl FnOnce() -> T) -> T {
    change(libc::SIG_BLOCK);
    let result = start();
    change(libc::SIG_UNBLOCK);
    result
}
