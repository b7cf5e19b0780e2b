//! A thread that says when packets have come: one wake-up a packet, none otherwise.

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fd::OwnedFd;
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Instant;

/// The watch on a TUN device. Dropping it ends its thread.
#[derive(Debug)]
pub struct Watch {
    /// A byte wakes the thread, closing it ends it.
    bell: UnixStream,
    due: Sender<Option<Instant>>,
    last: Option<Instant>,
    /// The thread has rung, and watches no more until it is told to.
    rung: Arc<AtomicBool>,
}

impl Watch {
    /// Calls `ring` on a thread of its own when the device can be read, or when the time has come that [`Watch::seen`] gave. Then it
    /// waits for the next [`Watch::seen`].
    ///
    /// # Errors
    /// If the system gives no thread or no descriptors.
    pub fn start(tun: OwnedFd, ring: impl Fn() + Send + 'static) -> std::io::Result<Watch> {
        let (bell, hears) = UnixStream::pair()?;
        bell.set_nonblocking(true)?;
        hears.set_nonblocking(true)?;
        let (due, told) = channel();
        let rung = Arc::new(AtomicBool::new(true));
        let ours = Arc::clone(&rung);
        std::thread::Builder::new()
            .name("wire".to_owned())
            .spawn(move || watch(&tun, &hears, &told, &ours, &ring))?;
        Ok(Watch {
            bell,
            due,
            last: None,
            rung,
        })
    }

    /// Everything was read; `due` is when something is to be let go by itself.
    pub fn seen(&mut self, due: Option<Instant>) {
        if self.rung.swap(false, Ordering::SeqCst) || due != self.last {
            self.last = due;
            // If the thread has ended there is nothing to wake; if the socket is full it is awake already.
            let _ = self.due.send(due);
            let _ = self.bell.write(&[0]);
        }
    }
}

fn watch(
    tun: &OwnedFd,
    mut hears: &UnixStream,
    told: &Receiver<Option<Instant>>,
    rung: &AtomicBool,
    ring: &dyn Fn(),
) {
    let mut armed = false;
    let mut due: Option<Instant> = None;
    loop {
        let mut fds = vec![PollFd::new(&hears, PollFlags::IN)];
        if armed {
            fds.push(PollFd::new(tun, PollFlags::IN));
        }
        let left = due
            .filter(|_| armed)
            .map(|due| due.saturating_duration_since(Instant::now()));
        let timeout = left.and_then(|left| Timespec::try_from(left).ok());
        // All signals are blocked here, so nothing interrupts.
        if poll(&mut fds, timeout.as_ref()).is_err() {
            return;
        }
        if fds[0].revents().is_empty() {
            armed = false;
            rung.store(true, Ordering::SeqCst);
            ring();
            continue;
        }
        let mut bytes = [0; 64];
        if matches!(hears.read(&mut bytes), Ok(0)) {
            return;
        }
        if let Some(newest) = told.try_iter().last() {
            (armed, due) = (true, newest);
        }
    }
}
