//! Signals by their names: signal(7), the numbers of x86 and ARM.

use crate::model::task::TaskEnd;

/// The name of a signal, or its number.
pub fn name(number: i32) -> String {
    const NAMES: [&str; 31] = [
        "SIGHUP",
        "SIGINT",
        "SIGQUIT",
        "SIGILL",
        "SIGTRAP",
        "SIGABRT",
        "SIGBUS",
        "SIGFPE",
        "SIGKILL",
        "SIGUSR1",
        "SIGSEGV",
        "SIGUSR2",
        "SIGPIPE",
        "SIGALRM",
        "SIGTERM",
        "SIGSTKFLT",
        "SIGCHLD",
        "SIGCONT",
        "SIGSTOP",
        "SIGTSTP",
        "SIGTTIN",
        "SIGTTOU",
        "SIGURG",
        "SIGXCPU",
        "SIGXFSZ",
        "SIGVTALRM",
        "SIGPROF",
        "SIGWINCH",
        "SIGIO",
        "SIGPWR",
        "SIGSYS",
    ];
    let known = usize::try_from(number - 1).ok();
    let known = known.and_then(|index| NAMES.get(index));
    known.map_or_else(|| format!("signal {number}"), |name| (*name).to_owned())
}

/// How a program ended: `exit 1`, `by SIGKILL`.
pub fn how(end: TaskEnd) -> String {
    match end {
        TaskEnd::Exit(code) => format!("exit {code}"),
        TaskEnd::Signal(number) => format!("by {}", name(number)),
    }
}
