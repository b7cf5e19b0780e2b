//! Two watchers: signals, and a terminal that goes away.

use super::terminal::give_back;
use super::{AppEvent, TERMINAL_GONE, unwritten};
use anyhow::Context;
use rustix::event::{PollFd, PollFlags};
use signal_hook::consts::{
    SIGALRM, SIGHUP, SIGINT, SIGIO, SIGPROF, SIGQUIT, SIGTERM, SIGTSTP, SIGUSR1, SIGUSR2,
    SIGVTALRM, SIGWINCH, SIGXCPU,
};
use signal_hook::iterator::Signals;
use std::sync::mpsc::Sender;
use std::time::Duration;

/// So long main has to end by itself after a signal; then it is ended.
const GRACE: Duration = Duration::from_millis(700);

/// Every signal that ends a program which does not ask for it, but those after which nothing of it can be relied on; and two that do not
/// end it.
const WATCHED: [i32; 13] = [
    SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF, SIGIO,
    SIGXCPU, SIGTSTP, SIGWINCH,
];

/// Tells main of each signal; main gives the terminal back and ends with 128 + its number.
pub(super) fn signals(app_events: Sender<AppEvent>) -> anyhow::Result<()> {
    let mut signals = Signals::new(WATCHED).context("failed to watch signals")?;
    let work = move || {
        // Beside the first picture: each takes a while, and there are thirty of them that hardly anybody sends.
        for number in libc::SIGRTMIN()..=libc::SIGRTMAX() {
            // valgrind and its like keep one of them for themselves.
            let _ = signals.add_signal(number);
        }
        for number in signals.forever() {
            // Whoever reads keys says it too, but not while he waits inside of a sequence.
            let event = if number == SIGWINCH {
                AppEvent::Resized
            } else {
                AppEvent::Signal(number)
            };
            let is_sent = app_events.send(event).is_ok();
            if matches!(number, SIGTSTP | SIGWINCH) {
                continue;
            }
            if is_sent {
                std::thread::sleep(GRACE);
            }
            // Main is stuck, perhaps in a write to a terminal that takes no more.
            give_back();
            unwritten::wait();
            #[expect(
                clippy::disallowed_methods,
                reason = "main is stuck and returns no exit code"
            )]
            std::process::exit(128 + number);
        }
    };
    std::thread::Builder::new()
        .name("signals".to_owned())
        .spawn(work)
        .context("failed to watch signals")?;
    Ok(())
}

/// Ends the program when the terminal goes away. crossterm would read end of file for ever, with all CPU.
pub(super) fn terminal() {
    let work = || {
        let stdin = std::io::stdin();
        loop {
            // No event is asked for: only hang-up and error are reported, and they always are.
            let mut fds = [PollFd::new(&stdin, PollFlags::empty())];
            match rustix::event::poll(&mut fds, None) {
                Ok(_) if !fds[0].revents().is_empty() => {
                    unwritten::wait();
                    #[expect(
                        clippy::disallowed_methods,
                        reason = "main reads from a terminal that is gone and does not return"
                    )]
                    std::process::exit(i32::from(TERMINAL_GONE))
                }
                Ok(_) | Err(rustix::io::Errno::INTR) => {}
                Err(_) => return,
            }
        }
    };
    // Without the thread the program still works while its terminal does.
    let _ = std::thread::Builder::new()
        .name("terminal".to_owned())
        .spawn(work);
}
