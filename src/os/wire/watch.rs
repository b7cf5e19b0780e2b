//! A thread that says when packets have come: it is woken once a packet, and never otherwise. Whoever has read the packets arms it again
//! from outside, which does not wake it.

use rustix::buffer::spare_capacity;
use rustix::event::epoll::{self, CreateFlags, Event, EventData, EventFlags};
use rustix::event::{EventfdFlags, eventfd};
use rustix::fd::{AsFd, OwnedFd};
use rustix::time::{
    Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create,
    timerfd_settime,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

/// What the thread's epoll knows the descriptors by.
const TUN: u64 = 1;
const TIMER: u64 = 2;
const END: u64 = 3;

const ONCE: EventFlags = EventFlags::IN.union(EventFlags::ONESHOT);

/// The watch on a TUN device. Dropping it ends its thread.
#[derive(Debug)]
pub struct WireWatch {
    shared: Arc<Shared>,
    last: Option<Instant>,
}

#[derive(Debug)]
struct Shared {
    epoll: OwnedFd,
    tun: OwnedFd,
    timer: OwnedFd,
    end: OwnedFd,
    /// The thread has notified, and hears no packet until it is armed again.
    notified: AtomicBool,
}

impl Drop for WireWatch {
    fn drop(&mut self) {
        // The counter is at 0, so there is room for 1.
        let _ = rustix::io::write(&self.shared.end, &1_u64.to_ne_bytes());
    }
}

impl WireWatch {
    /// Calls `ring` on a thread of its own when the device can be read, or when the time has come that [`WireWatch::seen`] gave. Then it
    /// waits for the next [`WireWatch::seen`].
    ///
    /// # Errors
    /// If the system gives no thread or no descriptors.
    pub fn start(tun: OwnedFd, ring: impl Fn() + Send + 'static) -> std::io::Result<WireWatch> {
        let shared = Shared {
            epoll: epoll::create(CreateFlags::CLOEXEC)?,
            tun,
            timer: timerfd_create(
                TimerfdClockId::Monotonic,
                TimerfdFlags::CLOEXEC | TimerfdFlags::NONBLOCK,
            )?,
            end: eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?,
            notified: AtomicBool::new(true),
        };
        for (fd, data, flags) in [
            // Armed by the first `seen`.
            (shared.tun.as_fd(), TUN, EventFlags::ONESHOT),
            (shared.timer.as_fd(), TIMER, EventFlags::ONESHOT),
            (shared.end.as_fd(), END, EventFlags::IN),
        ] {
            epoll::add(&shared.epoll, fd, EventData::new_u64(data), flags)?;
        }
        let shared = Arc::new(shared);
        let theirs = Arc::clone(&shared);
        std::thread::Builder::new()
            .name("wire".to_owned())
            .spawn(move || theirs.watch(&ring))?;
        Ok(WireWatch { shared, last: None })
    }

    /// Everything was read; `due` is when something is to be let go by itself.
    pub fn seen(&mut self, due: Option<Instant>) {
        let notified = self.shared.notified.swap(false, Ordering::SeqCst);
        if due != self.last || notified {
            self.last = due;
            self.shared.set(due);
        }
        if notified {
            self.shared.arm();
        }
    }
}

impl Shared {
    fn set(&self, due: Option<Instant>) {
        let zero = Timespec {
            tv_sec: 0,
            tv_nsec: 0,
        };
        let left = due.map(|due| due.saturating_duration_since(Instant::now()));
        // All zero would disarm it, and what is due now is due in a moment.
        let left = left.map(|left| left.max(std::time::Duration::from_nanos(1)));
        let at = left.and_then(|left| Timespec::try_from(left).ok());
        let once = Itimerspec {
            it_interval: zero,
            it_value: at.unwrap_or(zero),
        };
        // It takes any time that is not negative, and the descriptors live as long as this does.
        let _ = timerfd_settime(&self.timer, TimerfdTimerFlags::empty(), &once);
        let _ = epoll::modify(&self.epoll, &self.timer, EventData::new_u64(TIMER), ONCE);
    }

    fn arm(&self) {
        let _ = epoll::modify(&self.epoll, &self.tun, EventData::new_u64(TUN), ONCE);
    }

    fn watch(&self, ring: &dyn Fn()) {
        let mut events: Vec<Event> = Vec::with_capacity(4);
        loop {
            events.clear();
            // All signals are blocked here, so nothing interrupts.
            if epoll::wait(&self.epoll, spare_capacity(&mut events), None).is_err() {
                return;
            }
            if events.iter().any(|event| {
                let data = event.data;
                data.u64() == END
            }) {
                return;
            }
            self.notified.store(true, Ordering::SeqCst);
            ring();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;
    use std::time::Duration;

    /// A pipe stands for the device: both can be read or not.
    #[test]
    fn it_rings_once_and_again_only_when_it_was_armed() {
        let (reads, writes) = rustix::pipe::pipe().expect("a pipe");
        let (sender, rings) = channel();
        let mut watch = WireWatch::start(reads, move || {
            let _ = sender.send(());
        })
        .expect("a thread");
        rustix::io::write(&writes, b"packet").expect("it is written");
        // Nobody has armed it.
        assert!(rings.recv_timeout(Duration::from_millis(50)).is_err());
        watch.seen(None);
        rings
            .recv_timeout(Duration::from_secs(5))
            .expect("it can be read");
        assert!(rings.recv_timeout(Duration::from_millis(50)).is_err());
        watch.seen(None);
        rings
            .recv_timeout(Duration::from_secs(5))
            .expect("it still can");
        drop(watch);
        // The thread ends, and with it the sender.
        assert_eq!(
            rings.recv_timeout(Duration::from_secs(5)),
            Err(std::sync::mpsc::RecvTimeoutError::Disconnected)
        );
    }

    #[test]
    fn it_rings_when_the_time_has_come_also_if_it_has_passed() {
        let (reads, _writes) = rustix::pipe::pipe().expect("a pipe");
        let (sender, rings) = channel();
        let mut watch = WireWatch::start(reads, move || {
            let _ = sender.send(Instant::now());
        })
        .expect("a thread");
        let due = Instant::now() + Duration::from_millis(30);
        watch.seen(Some(due));
        let rang = rings.recv_timeout(Duration::from_secs(5));
        assert!(rang.expect("the time has come") >= due);
        watch.seen(Some(due));
        rings
            .recv_timeout(Duration::from_secs(5))
            .expect("it has passed");
        watch.seen(None);
        assert!(rings.recv_timeout(Duration::from_millis(50)).is_err());
    }
}
