//! The program's poll: mio, edge-triggered, with descriptors registered as they are.

use super::errno::from_std;
use crate::model::call::{Call, CtlOp, Outcome, timeout_ms};
use crate::model::ids::{AttemptId, Fd};
use crate::model::readiness::{Interest, Readiness};
use mio::unix::SourceFd;
use mio::{Events, Poll, Token, Waker};
use rustix::fd::{AsRawFd, BorrowedFd};
use std::sync::Arc;
use std::time::Duration;

/// Its token never reaches the lists.
const WAKER: Token = Token(usize::MAX);
/// The smallest capacity; it grows with the number of registered sockets, so that one poll can report everything.
const CAPACITY: usize = 1024;

/// One poll instance with its buffer of events.
#[derive(Debug)]
pub struct LearnersPoll {
    poll: Poll,
    events: Events,
    capacity: usize,
    waker: Arc<Waker>,
    registered: usize,
    /// The capacity that somebody wants, however many are registered.
    limit: Option<u32>,
}

/// What one wait gave.
#[derive(Debug)]
pub struct WaitResult {
    /// What came back.
    pub outcome: Outcome,
    /// A wake-up of our own was among the events.
    pub woken: bool,
    /// Whom the events concern and what they say.
    pub events: Vec<(AttemptId, Readiness)>,
}

impl LearnersPoll {
    /// Makes the poll instance and its waker.
    ///
    /// # Errors
    /// If the system has no descriptor left for either.
    pub fn new() -> std::io::Result<LearnersPoll> {
        let poll = Poll::new()?;
        let waker = Arc::new(Waker::new(poll.registry(), WAKER)?);
        Ok(LearnersPoll {
            poll,
            events: Events::with_capacity(CAPACITY),
            capacity: CAPACITY,
            waker,
            registered: 0,
            limit: None,
        })
    }

    /// From now on one poll reports at most so many events; `None`: as many as there can be.
    pub fn limit_events(&mut self, limit: Option<u32>) {
        self.limit = limit;
        self.capacity = limit.map_or(CAPACITY, |limit| limit.clamp(1, 65_536) as usize);
        self.events = Events::with_capacity(self.capacity);
    }

    /// Its own descriptor.
    pub fn fd(&self) -> Fd {
        Fd(self.poll.as_raw_fd())
    }

    /// Ends a wait from another thread.
    pub fn waker(&self) -> Arc<Waker> {
        Arc::clone(&self.waker)
    }

    /// One `epoll_ctl`: begins to watch a descriptor, or watches it for something else.
    pub fn control(
        &mut self,
        op: CtlOp,
        fd: BorrowedFd<'_>,
        id: AttemptId,
        interest: Interest,
    ) -> Outcome {
        let Some(wanted) = mio_interest(interest) else {
            return Outcome::failed(crate::model::errno::Errno::EINVAL);
        };
        let raw = fd.as_raw_fd();
        let mut source = SourceFd(&raw);
        let token = Token(usize::try_from(id.0).unwrap_or(usize::MAX - 1));
        let result = match op {
            CtlOp::Add => self.poll.registry().register(&mut source, token, wanted),
            CtlOp::Modify => self.poll.registry().reregister(&mut source, token, wanted),
        };
        match result {
            Ok(()) => {
                self.registered += usize::from(op == CtlOp::Add);
                Outcome::ok(0)
            }
            Err(error) => Outcome::failed(from_std(&error)),
        }
    }

    /// The `epoll_wait` that [`LearnersPoll::wait`] makes next with this timeout, with room for every event.
    pub fn call(&mut self, timeout: Option<Duration>) -> Call {
        // Closed descriptors leave the kernel's set by themselves, so this count only errs upwards.
        if self.limit.is_none() && self.registered + 1 > self.capacity {
            self.capacity = (self.registered + 1).next_power_of_two();
            self.events = Events::with_capacity(self.capacity);
        }
        Call::EpollWait {
            epfd: self.fd(),
            capacity: u32::try_from(self.capacity).unwrap_or(u32::MAX),
            timeout: timeout.map(whole_ms),
        }
    }

    /// One `epoll_wait`. `None` waits for ever.
    pub fn wait(&mut self, timeout: Option<Duration>) -> WaitResult {
        let timeout = timeout.map(whole_ms);
        match self.poll.poll(&mut self.events, timeout) {
            Ok(()) => {
                let mut woken = false;
                let mut ready = Vec::new();
                let mut count = 0;
                for event in &self.events {
                    count += 1;
                    if event.token() == WAKER {
                        woken = true;
                    } else {
                        ready.push((AttemptId(event.token().0 as u64), readiness(event)));
                    }
                }
                WaitResult {
                    outcome: Outcome::ok(count),
                    woken,
                    events: ready,
                }
            }
            Err(error) => WaitResult {
                outcome: Outcome::failed(from_std(&error)),
                woken: false,
                events: Vec::new(),
            },
        }
    }
}

/// A timeout as the kernel is given it.
fn whole_ms(timeout: Duration) -> Duration {
    Duration::from_millis(u64::try_from(timeout_ms(Some(timeout))).unwrap_or(0))
}

fn readiness(event: &mio::event::Event) -> Readiness {
    let mut all = Readiness::empty();
    all.set(Readiness::READABLE, event.is_readable());
    all.set(Readiness::WRITABLE, event.is_writable());
    all.set(Readiness::ERROR, event.is_error());
    all.set(Readiness::READ_CLOSED, event.is_read_closed());
    all.set(Readiness::WRITE_CLOSED, event.is_write_closed());
    all.set(Readiness::PRIORITY, event.is_priority());
    all
}

fn mio_interest(interest: Interest) -> Option<mio::Interest> {
    let mut wanted: Option<mio::Interest> = None;
    let mut add = |flag, kind: mio::Interest| {
        if interest.contains(flag) {
            wanted = Some(wanted.map_or(kind, |all| all.add(kind)));
        }
    };
    add(Interest::READABLE, mio::Interest::READABLE);
    add(Interest::WRITABLE, mio::Interest::WRITABLE);
    #[cfg(target_os = "linux")]
    add(Interest::PRIORITY, mio::Interest::PRIORITY);
    wanted
}
