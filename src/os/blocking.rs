//! Calls that may wait, each on a thread of its own. A signal ends one: the call returns EINTR, as it would in any program.

#![expect(
    unsafe_code,
    reason = "sigaction, pthread_sigmask and pthread_kill by hand"
)]

use super::call::perform_on;
use crate::model::call::{Call, Outcome, PollWants};
use crate::model::ids::Fd;
use rustix::fd::{BorrowedFd, OwnedFd};
use std::os::unix::thread::JoinHandleExt;
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::{Arc, Once, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// The signal that ends a waiting call.
const SIGNAL: libc::c_int = libc::SIGUSR1;
/// Between two signals: the first may come before the call has begun to wait.
const AGAIN: Duration = Duration::from_millis(2);
/// After so long nobody hopes any more.
const INTERRUPT_TIMEOUT: Duration = Duration::from_secs(1);

/// A call that runs.
#[derive(Debug)]
pub struct BlockingCall {
    thread: JoinHandle<()>,
    end: mpsc::Receiver<()>,
    /// The thread's number at the system; 0 until it runs.
    number: Arc<AtomicI32>,
}

/// Whether poll(2) says that reading or writing would not wait now: a question of this program, beside the one whose calls are shown.
pub fn is_ready(fd: BorrowedFd<'_>, wants: PollWants) -> bool {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let flag = match wants {
        PollWants::Read => PollFlags::IN,
        PollWants::Write => PollFlags::OUT,
    };
    // An error or an end is told by recv() at once; a send() that it would kill is left to whoever waits.
    let may_have = match wants {
        PollWants::Read => PollFlags::all(),
        PollWants::Write => flag,
    };
    let mut fds = [PollFd::from_borrowed_fd(fd, flag)];
    let at_once = Timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    poll(&mut fds, Some(&at_once)).is_ok()
        && fds[0].revents().contains(flag)
        && may_have.contains(fds[0].revents())
}

extern "C" fn do_nothing(_: libc::c_int) {}

/// Without SA_RESTART, so that the interrupted call says EINTR instead of going on.
fn catch_the_signal() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: the struct is plain C data for which zeroes are valid; the handler does nothing, so it may run at any moment.
        unsafe {
            let mut action: libc::sigaction = std::mem::zeroed();
            action.sa_sigaction = do_nothing as *const () as usize;
            libc::sigaction(SIGNAL, &raw const action, std::ptr::null_mut());
        }
    });
}

fn let_the_signal_in() {
    // SAFETY: the set lives on this stack and is initialised by sigemptyset before use.
    unsafe {
        let mut set: libc::sigset_t = std::mem::zeroed();
        libc::sigemptyset(&raw mut set);
        libc::sigaddset(&raw mut set, SIGNAL);
        libc::pthread_sigmask(libc::SIG_UNBLOCK, &raw const set, std::ptr::null_mut());
    }
}

#[cfg(target_os = "linux")]
fn own_number() -> i32 {
    // SAFETY: it only asks.
    unsafe { libc::gettid() }
}

#[cfg(not(target_os = "linux"))]
fn own_number() -> i32 {
    0
}

/// The state of a thread of this process: proc_pid_stat(5). It stands behind the name, which may hold anything.
fn state_of_thread(number: i32) -> Option<char> {
    let stat = std::fs::read_to_string(format!("/proc/self/task/{number}/stat")).ok()?;
    stat.rsplit_once(')')?.1.trim_start().chars().next()
}

impl BlockingCall {
    /// Starts the call; `done` is called on its thread with what came back, and with the descriptor that it gave, if it gave one. The caller
    /// keeps the descriptor open until the call sleeps in the kernel, which holds the open file from then on.
    ///
    /// # Errors
    /// If the system gives no thread.
    pub fn start(
        call: Call,
        fd: Fd,
        done: impl FnOnce(Outcome, Option<OwnedFd>) + Send + 'static,
    ) -> std::io::Result<BlockingCall> {
        catch_the_signal();
        let (over, end) = mpsc::channel();
        let number = Arc::new(AtomicI32::new(0));
        let own = Arc::clone(&number);
        let work = move || {
            let_the_signal_in();
            own.store(own_number(), Ordering::SeqCst);
            // SAFETY: the session closes no descriptor on which a call was begun before that call sleeps inside the kernel; the number is
            // looked up once, at its beginning.
            let socket = unsafe { BorrowedFd::borrow_raw(fd.0) };
            let (outcome, given) = perform_on(&call, socket);
            done(outcome, given);
            // Nobody may wait any more.
            let _ = over.send(());
        };
        let thread = std::thread::Builder::new()
            .name("blocking".to_owned())
            .spawn(work)?;
        Ok(BlockingCall {
            thread,
            end,
            number,
        })
    }

    /// Whether its thread sleeps: then the call waits for something. If not, the system has not let it run to that point yet. Where the
    /// system does not tell, it is taken to sleep.
    pub fn is_asleep(&self) -> bool {
        match self.number.load(Ordering::SeqCst) {
            0 => cfg!(not(target_os = "linux")),
            number => state_of_thread(number).is_none_or(|state| state == 'S'),
        }
    }

    /// Ends the call with the signal and waits until `done` was called, for a second at most.
    pub fn interrupt(&self) {
        let deadline = Instant::now() + INTERRUPT_TIMEOUT;
        while Instant::now() < deadline {
            // SAFETY: the thread is not joined and not detached as long as its handle is here.
            unsafe { libc::pthread_kill(self.thread.as_pthread_t(), SIGNAL) };
            match self.end.recv_timeout(AGAIN) {
                Err(mpsc::RecvTimeoutError::Timeout) => {}
                Ok(()) | Err(mpsc::RecvTimeoutError::Disconnected) => return,
            }
        }
    }
}
