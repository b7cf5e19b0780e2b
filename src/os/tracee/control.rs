//! What can be done with a watched program: its calls let go, its terminal used, its end.

use super::peek;
use super::ptrace::{self, GoOn, Wait};
use super::stops::Tracee;
use super::thread::{Place, Thread};
use super::wait::{PATIENCE, wait_for};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fd::{AsFd, BorrowedFd};
use rustix::io::Errno;
use std::time::{Duration, Instant};

impl Tracee {
    /// Waits until a thread stops, the program writes to its terminal, `other` can be read, or it is so late. What the terminal shows is
    /// taken from the calls that write it; here it is only emptied, so that the program never waits for its reader.
    pub fn wait(&mut self, other: &[BorrowedFd<'_>], until: Option<Instant>) {
        let told = wait_for(&self.children, self.terminal.as_fd(), other, until);
        // Whatever has woken us.
        self.may_have_stopped = true;
        if told.words {
            self.empty_terminal();
        }
    }

    fn empty_terminal(&self) {
        let mut fds = [PollFd::new(&self.terminal, PollFlags::IN)];
        let mut buffer = [0; 4096];
        while poll(&mut fds, Some(&Timespec::default())) == Ok(1)
            && fds[0].revents().contains(PollFlags::IN)
            && rustix::io::read(&self.terminal, &mut buffer).is_ok_and(|read| read > 0)
        {
            fds[0].clear_revents();
        }
    }

    /// Lets a held call be made.
    pub fn let_go(&mut self, tid: i32) {
        let Some(thread) = self.threads.get_mut(&tid) else {
            return;
        };
        match std::mem::replace(&mut thread.place, Place::Free) {
            Place::Held(pending) => {
                thread.place = Place::InCall(pending);
                self.goes_on(tid, 0);
            }
            other => thread.place = other,
        }
    }

    /// Lets a thread go on behind its call.
    pub fn go_on(&mut self, tid: i32) {
        let Some(thread) = self.threads.get_mut(&tid) else {
            return;
        };
        if matches!(thread.place, Place::Behind) {
            thread.place = Place::Free;
            self.goes_on(tid, 0);
        }
    }

    /// Ends the call in which a thread is, as a signal would: it returns EINTR. Nothing is done to a thread that is in none.
    pub fn interrupt(&mut self, tid: i32) {
        if let Some(thread) = self.threads.get_mut(&tid)
            && matches!(thread.place, Place::InCall(_))
        {
            thread.interrupted = true;
            let _ = ptrace::interrupt(tid);
        }
    }

    /// Types bytes at its terminal.
    pub fn types(&self, bytes: &[u8]) {
        let _ = rustix::io::write(&self.terminal, bytes);
    }

    /// Ends every process of it.
    pub fn kill(&self) {
        for pid in self.processes() {
            ptrace::kill(pid, libc::SIGKILL);
        }
    }
}

impl Drop for Tracee {
    fn drop(&mut self) {
        let end = Instant::now() + PATIENCE;
        while !self.over && Instant::now() < end {
            self.kill();
            while let Ok(Some((tid, what))) = ptrace::wait() {
                match what {
                    Wait::Stopped { .. } => {
                        let pid = peek::process_of(tid).unwrap_or(tid);
                        self.threads.entry(tid).or_insert(Thread::new(pid));
                        ptrace::kill(pid, libc::SIGKILL);
                        ptrace::go_on(tid, GoOn::Free, 0);
                    }
                    Wait::Exited(_) | Wait::Killed(_) => {
                        self.threads.remove(&tid);
                    }
                }
            }
            if ptrace::wait() == Err(Errno::CHILD) {
                return;
            }
            let soon = Instant::now() + Duration::from_millis(20);
            wait_for(&self.children, self.terminal.as_fd(), &[], Some(soon));
        }
    }
}
