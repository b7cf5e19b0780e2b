//! A driver on a thread of its own: requests go in at one end, replies come out at the other.

use super::{Driver, DriverRequest, Replies, RequestOptions, Wake};
use crate::language::request::Request;
use crate::model::command::Command;
use crate::model::task::ProgramOrder;
use anyhow::Context;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};

/// The way into a driver that runs on another thread. When it is gone the driver ends, and whatever it has open is closed.
#[derive(Debug)]
pub struct DriverHandle {
    requests: Sender<DriverRequest>,
    wake: Wake,
    over: Arc<AtomicBool>,
}

/// The inbox of a driver that has not started, with the sender for those who have something for it.
pub fn inbox() -> (Sender<DriverRequest>, Receiver<DriverRequest>) {
    channel()
}

/// Starts a driver; it ends when its handle is gone, although the session can put something into its own inbox.
///
/// # Errors
/// If the system gives no thread.
pub fn start(
    mut driver: impl Driver + Send + 'static,
    (requests, inbox): (Sender<DriverRequest>, Receiver<DriverRequest>),
    mut replies: impl FnMut(super::Reply<'_>) -> ControlFlow<()> + Send + 'static,
) -> anyhow::Result<DriverHandle> {
    let wake = driver.wake();
    let over = Arc::new(AtomicBool::new(false));
    let theirs = Arc::clone(&over);
    let work = move || {
        let replies: Replies<'_> = &mut replies;
        for request in inbox {
            if theirs.load(Ordering::SeqCst) {
                break;
            }
            driver.serve(request, replies);
        }
    };
    std::thread::Builder::new()
        .name("driver".to_owned())
        .spawn(work)
        .context("failed to start the driver")?;
    Ok(DriverHandle {
        requests,
        wake,
        over,
    })
}

impl Drop for DriverHandle {
    fn drop(&mut self) {
        self.over.store(true, Ordering::SeqCst);
        // A tick that waits ends, and the inbox brings one thing more.
        self.wake.end_wait();
        let _ = self.requests.send(DriverRequest::TakeIn);
    }
}

impl DriverHandle {
    /// The way into a driver that was started otherwise.
    pub(super) fn new(requests: Sender<DriverRequest>, wake: Wake) -> DriverHandle {
        DriverHandle {
            requests,
            wake,
            over: Arc::default(),
        }
    }

    /// Asks for a command.
    pub fn perform(&self, command: Command, asked: RequestOptions) {
        self.wake.forget();
        // If the driver's thread is gone its panic has ended the program already.
        let _ = self.requests.send(DriverRequest::Perform(command, asked));
        self.wake.ring();
    }

    /// Asks for something of a watched program.
    pub fn order(&self, order: ProgramOrder) {
        let _ = self.requests.send(DriverRequest::Order(order));
        self.wake.ring();
    }

    /// Asks for lines.
    pub fn lines(&self, requests: Vec<Request>, asked: RequestOptions) {
        self.wake.forget();
        let _ = self.requests.send(DriverRequest::Lines(requests, asked));
        self.wake.ring();
    }

    /// Ends a tick that waits.
    pub fn end_wait(&self) {
        self.wake.end_wait();
    }
}
