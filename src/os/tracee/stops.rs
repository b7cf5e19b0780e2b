//! The loop of stops: what ptrace tells becomes events, and every thread goes on that need not wait for anybody.

use super::decode::{after, before};
use super::event::DescriptorKind;
use super::event::StartError;
use super::event::TraceeEvent;
use super::peek;
use super::ptrace::{self, CallStop, GoOn, Wait};
use super::start::start;
use super::surroundings::ProgramSurroundings;
use super::table::{Abi, Sys};
use super::thread::{Pending, Place, Thread, is_broken_off, is_sigreturn};
use super::wait::{PATIENCE, wait_for};
use crate::model::ids::Fd;
use crate::model::task::TaskEnd;
use rustix::fd::{AsFd, OwnedFd};
use rustix::io::Errno;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ffi::OsString;
use std::path::Path;
use std::time::Instant;

/// A watched program. When it is dropped, the program and all that it started are ended.
#[derive(Debug)]
pub struct Tracee {
    pub(super) threads: BTreeMap<i32, Thread>,
    pub(super) first: i32,
    pub(super) terminal: OwnedFd,
    pub(super) far: OwnedFd,
    pub(super) children: OwnedFd,
    pub(super) over: bool,
    /// A child may have stopped that was not asked about: a signal came, or several threads run.
    pub(super) may_have_stopped: bool,
}

impl Tracee {
    /// Starts a program, with `own` as the file of this one, and with this in its environment beside what is there. It has begun when this returns, and made no call that stops.
    ///
    /// # Errors
    /// Why it could not be started. Nothing of it is left.
    pub fn start(
        own: &Path,
        argv: &[OsString],
        around: &ProgramSurroundings,
        environment: &[(&str, OsString)],
    ) -> Result<Tracee, StartError> {
        let children = crate::os::signals::child_signals()
            .map_err(|errno| StartError::Helper(Errno::from_raw_os_error(errno)))?;
        let waiting = start(own, argv, around, environment)?;
        waiting.go();
        let end = Instant::now() + PATIENCE;
        loop {
            match ptrace::wait() {
                Ok(Some((tid, Wait::Stopped { event, signal }))) => {
                    if event == libc::PTRACE_EVENT_EXEC {
                        break;
                    }
                    // The helper's own calls, and the signals that reach it.
                    let signal = if event == 0 { signal } else { 0 };
                    ptrace::go_on(tid, GoOn::Free, signal);
                }
                Ok(Some(_)) | Err(_) => return Err(waiting.why()),
                Ok(None) if Instant::now() > end => {
                    ptrace::kill(waiting.pid, libc::SIGKILL);
                    return Err(StartError::Ended);
                }
                Ok(None) => {
                    wait_for(&children, waiting.terminal.as_fd(), &[], Some(end));
                }
            }
        }
        let (first, terminal, far) = waiting.into_parts();
        let mut tracee = Tracee {
            threads: BTreeMap::new(),
            first,
            terminal,
            far,
            children,
            over: false,
            may_have_stopped: true,
        };
        tracee.threads.insert(first, Thread::new(first));
        ptrace::go_on(first, GoOn::Free, 0);
        Ok(tracee)
    }

    /// The process with which it began.
    pub fn first(&self) -> i32 {
        self.first
    }

    /// Whether nothing of it is left.
    pub fn is_over(&self) -> bool {
        self.over
    }

    /// The processes that are there.
    pub fn processes(&self) -> Vec<i32> {
        let mut pids: Vec<i32> = self.threads.values().map(|thread| thread.pid).collect();
        pids.sort_unstable();
        pids.dedup();
        pids
    }

    /// The next thing that it did, if there is one now.
    pub fn next_event(&mut self) -> Option<TraceeEvent> {
        // Between two signals nothing has stopped: the system need not be asked.
        while self.may_have_stopped {
            let (tid, what) = match ptrace::wait() {
                Ok(Some(stopped)) => stopped,
                Ok(None) => {
                    self.may_have_stopped = false;
                    return None;
                }
                Err(_) => {
                    self.over = true;
                    return None;
                }
            };
            let event = match what {
                Wait::Exited(code) => self.ended(tid, TaskEnd::Exit(code)),
                Wait::Killed(signal) => self.ended(tid, TaskEnd::Signal(signal)),
                Wait::Stopped { signal, event } => self.stopped(tid, signal, event),
            };
            if event.is_some() {
                // One thread alone has nothing more to tell before it goes on, and then a signal comes.
                let is_alone = self.threads.len() == 1;
                let has_ended = matches!(event, Some(TraceeEvent::Ended { .. }));
                self.may_have_stopped = !is_alone || has_ended;
                return event;
            }
        }
        None
    }

    fn ended(&mut self, tid: i32, end: TaskEnd) -> Option<TraceeEvent> {
        self.threads
            .remove(&tid)
            .map(|_| TraceeEvent::Ended { tid, end })
    }

    fn stopped(&mut self, tid: i32, signal: i32, event: i32) -> Option<TraceeEvent> {
        if let Some(began) = self.is_new(tid) {
            ptrace::go_on(tid, GoOn::Free, 0);
            return Some(began);
        }
        match event {
            0 if signal == libc::SIGTRAP | 0x80 => self.at_any_call(tid),
            libc::PTRACE_EVENT_SECCOMP => self.before_call(tid),
            libc::PTRACE_EVENT_EXEC => Some(self.runs(tid)),
            libc::PTRACE_EVENT_STOP if is_stop_signal(signal) => {
                ptrace::go_on(tid, GoOn::Listen, 0);
                None
            }
            libc::PTRACE_EVENT_FORK | libc::PTRACE_EVENT_VFORK | libc::PTRACE_EVENT_CLONE => {
                // Before its parent can do anything more, such as close what both have.
                let new = ptrace::event_message(tid);
                let began = new.and_then(|new| self.is_new(new));
                self.goes_on(tid, 0);
                began
            }
            // A signal is the program's own; every other event is only told.
            event => {
                let signal = if event == 0 { signal } else { 0 };
                self.goes_on(tid, signal);
                None
            }
        }
    }

    /// A thread that was not known before.
    fn is_new(&mut self, tid: i32) -> Option<TraceeEvent> {
        let Entry::Vacant(place) = self.threads.entry(tid) else {
            return None;
        };
        let pid = peek::process_of(tid).unwrap_or(tid);
        place.insert(Thread::new(pid));
        Some(TraceeEvent::Began { tid, pid })
    }

    pub(super) fn goes_on(&self, tid: i32, signal: i32) {
        let way = self.threads.get(&tid).map_or(GoOn::Free, Thread::way);
        ptrace::go_on(tid, way, signal);
    }

    fn runs(&mut self, pid: i32) -> TraceeEvent {
        let of_process =
            |(tid, thread): (&i32, &Thread)| (thread.pid == pid && *tid != pid).then_some(*tid);
        let gone: Vec<i32> = self.threads.iter().filter_map(of_process).collect();
        for tid in &gone {
            self.threads.remove(tid);
        }
        self.threads.insert(pid, Thread::new(pid));
        ptrace::go_on(pid, GoOn::Free, 0);
        TraceeEvent::Runs { pid, gone }
    }

    /// The filter has stopped a thread before a call.
    fn before_call(&mut self, tid: i32) -> Option<TraceeEvent> {
        let thread = self.threads.get_mut(&tid)?;
        let stop = ptrace::call_stop(tid);
        let Ok((CallStop::Before(entry), ip)) = stop else {
            self.goes_on(tid, 0);
            return None;
        };
        let ptrace::AtCall { arch, number, args } = entry;
        let sys = Abi::of_audit(arch).and_then(|abi| Some((abi, abi.call(number)?)));
        let again = match sys {
            Some((_, Sys::RestartSyscall)) => thread.broken.take(),
            _ => thread.made_again(number, &args, ip),
        };
        if let Some(again) = again {
            thread.place = Place::InCall(again);
            self.goes_on(tid, 0);
            return None;
        }
        let Some((abi, sys)) = sys else {
            self.goes_on(tid, 0);
            return None;
        };
        let writes = matches!(sys, Sys::Write | Sys::Writev)
            && (matches!(args[0], 1 | 2)
                || peek::leads_to_a_terminal(thread.pid, Fd(args[0] as u32 as i32)));
        let concerns = !sys.is_of_any_file() || concerns_a_socket(thread.pid, sys, &args);
        if sys == Sys::RestartSyscall || !(concerns || writes) {
            self.goes_on(tid, 0);
            return None;
        }
        let pending = Pending {
            before: before(tid, abi, sys, args),
            number,
            args,
            ip,
        };
        if !concerns {
            thread.place = Place::Writing(pending);
            self.goes_on(tid, 0);
            return None;
        }
        let call = Box::new(pending.before.clone());
        thread.place = Place::Held(pending);
        Some(TraceeEvent::Held { tid, call })
    }

    /// A thread whose calls are followed one by one has stopped before or behind any call.
    fn at_any_call(&mut self, tid: i32) -> Option<TraceeEvent> {
        let thread = self.threads.get_mut(&tid)?;
        match ptrace::call_stop(tid) {
            Ok((CallStop::Before(entry), _)) => {
                let abi = Abi::of_audit(entry.arch);
                thread.returns = abi.is_some_and(|abi| is_sigreturn(abi, entry.number));
            }
            Ok((CallStop::Behind(_), ip)) if std::mem::take(&mut thread.returns) => {
                if let Some(failed) = thread.failed(ip) {
                    return Some(self.returned(tid, failed, -i64::from(libc::EINTR)));
                }
            }
            Ok((CallStop::Behind(raw), _)) => {
                match std::mem::replace(&mut thread.place, Place::Free) {
                    Place::InCall(pending) => return self.behind_call(tid, pending, raw),
                    Place::Writing(pending) => return self.behind_write(tid, &pending, raw),
                    other => thread.place = other,
                }
            }
            _ => {}
        }
        self.goes_on(tid, 0);
        None
    }

    fn behind_call(&mut self, tid: i32, pending: Pending, raw: i64) -> Option<TraceeEvent> {
        let thread = self.threads.get_mut(&tid)?;
        let interrupted = std::mem::take(&mut thread.interrupted);
        if !is_broken_off(raw) {
            return Some(self.returned(tid, pending, raw));
        }
        let eintr = -i64::from(libc::EINTR);
        if interrupted && ptrace::set_result(tid, eintr).is_ok() {
            return Some(self.returned(tid, pending, eintr));
        }
        thread.broken = Some(pending);
        self.goes_on(tid, 0);
        None
    }

    fn returned(&mut self, tid: i32, pending: Pending, raw: i64) -> TraceeEvent {
        if let Some(thread) = self.threads.get_mut(&tid) {
            thread.place = Place::Behind;
        }
        let after = Box::new(after(tid, &pending.before, raw));
        let call = Box::new(pending.before);
        TraceeEvent::Returned { tid, call, after }
    }
}

fn is_stop_signal(signal: i32) -> bool {
    matches!(
        signal,
        libc::SIGSTOP | libc::SIGTSTP | libc::SIGTTIN | libc::SIGTTOU
    )
}

/// Whether a call that any file can have is on a socket or on an epoll.
fn concerns_a_socket(pid: i32, sys: Sys, args: &[u64; 6]) -> bool {
    let is_socket = |arg: u64| {
        let kind = peek::file_kind(pid, Fd(arg as u32 as i32));
        matches!(
            kind,
            Some(DescriptorKind::Socket(_) | DescriptorKind::Epoll)
        )
    };
    match sys {
        Sys::CloseRange => true,
        Sys::Dup2 | Sys::Dup3 | Sys::Sendfile => is_socket(args[0]) || is_socket(args[1]),
        Sys::Splice => is_socket(args[0]) || is_socket(args[2]),
        _ => is_socket(args[0]),
    }
}
