//! Signal masks: every thread but main blocks signals, so that no terminal signal turns a poll into EINTR by chance. And signals that end
//! the program on the spot.

#![expect(
    unsafe_code,
    reason = "pthread_sigmask, signalfd, and handlers that may call next to nothing"
)]

use std::io::IsTerminal;
use std::os::fd::{AsRawFd, OwnedFd};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

/// Signals by which a program ends itself or is stopped in its tracks; Rust aborts where memory is short or a stack overflows.
const SUDDEN: [i32; 7] = [
    libc::SIGABRT,
    libc::SIGSEGV,
    libc::SIGBUS,
    libc::SIGILL,
    libc::SIGFPE,
    libc::SIGTRAP,
    libc::SIGSYS,
];

/// What gives a terminal back without asking anybody.
struct Keepsake {
    terminal: OwnedFd,
    modes: libc::termios,
    farewell: &'static [u8],
    before: Vec<(i32, libc::sigaction)>,
}

static KEEPSAKE: OnceLock<Keepsake> = OnceLock::new();
static IS_TAKEN: AtomicBool = AtomicBool::new(false);

/// Gives the terminal back, and lets the signal do what it does otherwise.
extern "C" fn at_a_sudden_end(signal: i32, info: *mut libc::siginfo_t, _: *mut libc::c_void) {
    let Some(kept) = KEEPSAKE.get() else {
        return;
    };
    // SAFETY: write, tcsetattr, sigaction and raise may be called in a handler; all pointers are to memory that is never freed, and the
    // kernel fills `info`.
    unsafe {
        if IS_TAKEN.swap(false, Ordering::SeqCst) {
            libc::write(1, kept.farewell.as_ptr().cast(), kept.farewell.len());
            libc::tcsetattr(
                kept.terminal.as_raw_fd(),
                libc::TCSANOW,
                &raw const kept.modes,
            );
        }
        for (number, before) in &kept.before {
            if *number == signal {
                libc::sigaction(signal, before, std::ptr::null_mut());
            }
        }
        // A fault comes again by itself when this returns, and Rust then says if a stack has overflowed. What was sent does not.
        if (*info).si_code <= 0 {
            libc::signal(signal, libc::SIG_DFL);
            libc::raise(signal);
        }
    }
}

/// Remembers how the terminal is before it is taken over. A signal that ends the program on the spot then writes `farewell` to standard
/// output and sets the terminal's modes back, as long as [`terminal_is_taken`] says so.
///
/// # Errors
/// If there is no terminal, or it does not say how it is.
pub fn remember_the_terminal(farewell: &'static [u8]) -> std::io::Result<()> {
    if KEEPSAKE.get().is_some() {
        return Ok(());
    }
    let stdin = std::io::stdin();
    let terminal: OwnedFd = if stdin.is_terminal() {
        rustix::io::fcntl_dupfd_cloexec(&stdin, 3)?
    } else {
        std::fs::File::open("/dev/tty")?.into()
    };
    // SAFETY: plain C data that the call fills; it is read only if the call says that it did.
    let modes = unsafe {
        let mut modes: libc::termios = std::mem::zeroed();
        if libc::tcgetattr(terminal.as_raw_fd(), &raw mut modes) != 0 {
            return Err(std::io::Error::last_os_error());
        }
        modes
    };
    let mut before = Vec::new();
    for signal in SUDDEN {
        // SAFETY: both structures are plain C data of this function; asking alone changes nothing.
        unsafe {
            let mut old: libc::sigaction = std::mem::zeroed();
            if libc::sigaction(signal, std::ptr::null(), &raw mut old) == 0 {
                before.push((signal, old));
            }
        }
    }
    let kept = KEEPSAKE.get_or_init(|| Keepsake {
        terminal,
        modes,
        farewell,
        before,
    });
    for (signal, _) in &kept.before {
        // SAFETY: the handler has the signature that SA_SIGINFO asks for, and finds what was kept above.
        unsafe {
            let mut new: libc::sigaction = std::mem::zeroed();
            new.sa_sigaction = at_a_sudden_end as *const () as usize;
            new.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
            libc::sigemptyset(&raw mut new.sa_mask);
            libc::sigaction(*signal, &raw const new, std::ptr::null_mut());
        }
    }
    Ok(())
}

/// Whether the terminal has to be given back.
pub fn terminal_is_taken(is_taken: bool) {
    IS_TAKEN.store(is_taken, Ordering::SeqCst);
}

/// Runs `start` with all signals blocked but those of a fault, so that the threads which it starts inherit that; afterwards the mask is as it was before.
pub fn blocked_for_new_threads<T>(start: impl FnOnce() -> T) -> T {
    // SAFETY: both sets are plain C data, filled before they are used; the calls only read or write these locals.
    let before = unsafe {
        let mut all: libc::sigset_t = std::mem::zeroed();
        let mut before: libc::sigset_t = std::mem::zeroed();
        libc::sigfillset(&raw mut all);
        for signal in SUDDEN {
            libc::sigdelset(&raw mut all, signal);
        }
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
