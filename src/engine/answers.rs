//! Answers from other threads: finished name lookups. They are written down between ticks, never inside one.

use crate::model::call::{Call, CalledBy, Outcome};
use crate::model::ids::Row;
use mio::Waker;
use rustix::fd::OwnedFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicIsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Instant;

/// Called on another thread when an answer waits.
pub type Notify = Arc<dyn Fn() + Send + Sync>;

/// A finished call that was running on another thread.
#[derive(Debug)]
pub(super) struct WorkerAnswer {
    pub(super) row: Row,
    pub(super) id: u64,
    pub(super) by: CalledBy,
    pub(super) call: Call,
    pub(super) outcome: Outcome,
    /// The descriptor that it gave, if it gave one: nobody has it yet.
    pub(super) given: Option<OwnedFd>,
}

/// Both ends of the way that answers take.
pub(super) struct WorkerAnswers {
    sender: Sender<WorkerAnswer>,
    receiver: Receiver<WorkerAnswer>,
    /// What came while somebody waited for another answer. It is still to be taken.
    aside: Vec<WorkerAnswer>,
    wake: WakeHandle,
    notify: Option<Notify>,
}

impl std::fmt::Debug for WorkerAnswers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Answers").finish_non_exhaustive()
    }
}

/// Ends a waiting tick from another thread. While nothing waits it leaves no trace in the program's poll.
#[derive(Clone, Debug)]
pub struct WakeHandle {
    waker: Arc<Waker>,
    waiting: Arc<AtomicBool>,
    end: Arc<AtomicBool>,
    /// Answers that nobody has taken yet. An answer may be taken before it is counted: then this is below 0 for a moment.
    pending: Arc<AtomicIsize>,
    /// The wire has notified, and nobody has looked yet.
    notified: Arc<AtomicBool>,
}

impl WakeHandle {
    /// Ends the tick that waits now, or the one that is about to.
    pub fn end_wait(&self) {
        self.end.store(true, Ordering::SeqCst);
        self.wake_if_waiting();
    }

    fn wake_if_waiting(&self) {
        if self.waiting.load(Ordering::SeqCst) {
            // If the eventfd cannot be written to, the wait ends at its timeout instead.
            let _ = self.waker.wake();
        }
    }

    /// To be called when a command is taken up: an earlier request to end is over.
    pub fn forget(&self) {
        self.end.store(false, Ordering::SeqCst);
    }
}

impl WorkerAnswers {
    pub(super) fn new(waker: Arc<Waker>, notify: Option<Notify>) -> WorkerAnswers {
        let (sender, receiver) = channel();
        let wake = WakeHandle {
            waker,
            waiting: Arc::default(),
            end: Arc::default(),
            pending: Arc::default(),
            notified: Arc::default(),
        };
        WorkerAnswers {
            sender,
            receiver,
            aside: Vec::new(),
            wake,
            notify,
        }
    }

    pub(super) fn wake_handle(&self) -> WakeHandle {
        self.wake.clone()
    }

    /// What another thread calls with its answer.
    pub(super) fn post(&self) -> impl FnOnce(WorkerAnswer) + Send + 'static {
        let (sender, wake, notify) = (self.sender.clone(), self.wake.clone(), self.notify.clone());
        move |answer| {
            // A session that is gone needs no answer.
            let _ = sender.send(answer);
            wake.pending.fetch_add(1, Ordering::SeqCst);
            wake.wake_if_waiting();
            if let Some(notify) = notify {
                notify();
            }
        }
    }

    /// What the wire's watch calls when packets have come.
    pub(super) fn notifier(&self) -> impl Fn() + Send + 'static {
        let (wake, notify) = (self.wake.clone(), self.notify.clone());
        move || {
            wake.notified.store(true, Ordering::SeqCst);
            wake.wake_if_waiting();
            if let Some(notify) = &notify {
                notify();
            }
        }
    }

    /// Whether the wire has notified since this was asked last.
    pub(super) fn was_notified(&self) -> bool {
        self.wake.notified.swap(false, Ordering::SeqCst)
    }

    pub(super) fn take(&mut self) -> Vec<WorkerAnswer> {
        let mut answers = std::mem::take(&mut self.aside);
        answers.extend(self.receiver.try_iter());
        let taken = isize::try_from(answers.len()).unwrap_or(isize::MAX);
        self.wake.pending.fetch_sub(taken, Ordering::SeqCst);
        answers
    }

    /// Waits until `until` for an answer to one of these calls, and takes it. Other answers are kept.
    pub(super) fn wait_for(
        &mut self,
        is_wanted: impl Fn(u64) -> bool,
        until: Instant,
    ) -> Option<WorkerAnswer> {
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let answer = self.receiver.recv_timeout(left).ok()?;
            if is_wanted(answer.id) {
                self.wake.pending.fetch_sub(1, Ordering::SeqCst);
                return Some(answer);
            }
            self.aside.push(answer);
        }
    }

    /// Whether an answer has come that nobody has taken.
    pub(super) fn is_waiting(&self) -> bool {
        self.wake.pending.load(Ordering::SeqCst) > 0
    }

    /// Says that a wait begins; false if it should not: somebody has asked for its end already, or an answer has come. Whoever posts
    /// after this looks at `waiting` and wakes; whoever posted before is seen here.
    pub(super) fn begin_wait(&self) -> bool {
        self.wake.waiting.store(true, Ordering::SeqCst);
        !self.wake.end.load(Ordering::SeqCst)
            && self.wake.pending.load(Ordering::SeqCst) == 0
            && !self.wake.notified.load(Ordering::SeqCst)
    }

    pub(super) fn end_of_wait(&self) {
        self.wake.waiting.store(false, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::os::poll::LearnersPoll;

    fn answer() -> WorkerAnswer {
        let call = Call::Getaddrinfo {
            host: "localhost".to_owned(),
            port: 80,
        };
        WorkerAnswer {
            row: Row(1),
            id: 1,
            by: CalledBy::Library,
            call,
            outcome: Outcome::ok(0),
            given: None,
        }
    }

    #[test]
    fn an_answer_that_came_before_the_wait_keeps_it_from_beginning() {
        let poll = LearnersPoll::new().expect("a poll instance");
        let mut answers = WorkerAnswers::new(poll.waker(), None);
        assert!(answers.begin_wait());
        answers.end_of_wait();
        answers.post()(answer());
        assert!(!answers.begin_wait());
        assert_eq!(answers.take().len(), 1);
        assert!(answers.begin_wait());
    }

    #[test]
    fn an_answer_during_the_wait_ends_it() {
        let mut poll = LearnersPoll::new().expect("a poll instance");
        let answers = WorkerAnswers::new(poll.waker(), None);
        assert!(answers.begin_wait());
        answers.post()(answer());
        assert!(poll.wait(Some(std::time::Duration::from_secs(5))).woken);
    }

    #[test]
    fn whoever_waits_for_one_answer_leaves_the_others_where_they_are() {
        let poll = LearnersPoll::new().expect("a poll instance");
        let mut answers = WorkerAnswers::new(poll.waker(), None);
        answers.post()(answer());
        answers.post()(WorkerAnswer { id: 2, ..answer() });
        let until = Instant::now() + std::time::Duration::from_secs(5);
        let found = answers.wait_for(|id| id == 2, until).expect("it is there");
        assert_eq!(found.id, 2);
        assert!(answers.is_waiting());
        assert!(!answers.begin_wait());
        assert!(answers.wait_for(|id| id == 2, Instant::now()).is_none());
        let left: Vec<u64> = answers.take().iter().map(|answer| answer.id).collect();
        assert_eq!(left, [1]);
        assert!(!answers.is_waiting());
    }

    #[test]
    fn an_end_that_was_asked_for_before_the_wait_counts_once() {
        let poll = LearnersPoll::new().expect("a poll instance");
        let answers = WorkerAnswers::new(poll.waker(), None);
        let handle = answers.wake_handle();
        handle.end_wait();
        assert!(!answers.begin_wait());
        handle.forget();
        assert!(answers.begin_wait());
    }
}
