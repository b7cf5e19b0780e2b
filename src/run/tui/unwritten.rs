//! What is drawn while it is being written: a record goes to main before it is in the file, so that a key never waits for a disk. Whoever
//! asks for the next one waits until it is there, and so does whoever ends the program.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::ThreadId;
use std::time::Duration;

/// So long the end of the program waits for what is being written.
const PATIENCE: Duration = Duration::from_secs(2);

/// The threads that write a record now.
static WRITERS: Mutex<Vec<ThreadId>> = Mutex::new(Vec::new());
static WRITTEN: Condvar = Condvar::new();

fn writers() -> MutexGuard<'static, Vec<ThreadId>> {
    WRITERS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// As long as it is there this thread has a record that is in no file yet.
#[derive(Debug)]
pub(super) struct Unwritten(());

impl Unwritten {
    pub(super) fn new() -> Unwritten {
        writers().push(std::thread::current().id());
        Unwritten(())
    }
}

impl Drop for Unwritten {
    fn drop(&mut self) {
        let ours = std::thread::current().id();
        writers().retain(|writer| *writer != ours);
        WRITTEN.notify_all();
    }
}

/// Waits until everything that was drawn is written, and says so if that takes too long. Of what this thread writes itself nothing more comes.
pub(super) fn wait() {
    let ours = std::thread::current().id();
    let others = |writers: &mut Vec<ThreadId>| writers.iter().any(|writer| *writer != ours);
    let waited = WRITTEN.wait_timeout_while(writers(), PATIENCE, others);
    let (writers, end) = waited.unwrap_or_else(PoisonError::into_inner);
    drop(writers);
    if end.timed_out() {
        let _ = rustix::io::write(
            rustix::stdio::stderr(),
            b"sockstep: the last record may be missing in the file: it could not be written within two seconds\n",
        );
    }
}
