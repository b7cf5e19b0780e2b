//! The lines of standard input, read on a thread of their own, so that an answer or a signal can come between them.

use crate::model::clean;
use crate::run::driver::Wake;
use anyhow::Context;
use rustix::io::Errno;
use std::io::{BufRead, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;

/// What main waits for.
pub(super) enum InputEvent {
    /// A line, without its end.
    Line(String),
    /// The input has ended.
    Over,
    /// It cannot be read.
    Unreadable(std::io::Error),
    /// A call has returned.
    Answer,
    /// A signal came.
    Signal,
}

/// Whether a tick waits now: then a line ends the wait.
pub(super) type WaitingFlag = Arc<AtomicBool>;

/// A line is no longer than this; what follows is the next.
const MAX_LINE_BYTES: u64 = 128 * 1024;

/// Starts the thread. With `waiting` somebody types the lines: one that comes while a tick waits ends the wait.
pub(super) fn start(
    inputs: Sender<InputEvent>,
    wake: Wake,
    waiting: Option<WaitingFlag>,
) -> anyhow::Result<()> {
    let work = move || {
        let mut input = std::io::stdin().lock();
        let end = loop {
            let line = match next(&mut input) {
                Ok(Some(line)) => line,
                Ok(None) => break InputEvent::Over,
                Err(error) => break InputEvent::Unreadable(error),
            };
            let waits = waiting
                .as_ref()
                .is_some_and(|waiting| waiting.swap(false, Ordering::SeqCst));
            if waits {
                wake.end_wait();
                // Enter alone only ended the wait.
                if line.trim().is_empty() {
                    continue;
                }
            }
            if inputs.send(InputEvent::Line(line)).is_err() {
                return;
            }
        };
        // A terminal that is gone must not leave a tick waiting for ever.
        if waiting.is_some_and(|waiting| waiting.swap(false, Ordering::SeqCst)) {
            wake.end_wait();
        }
        let _ = inputs.send(end);
    };
    std::thread::Builder::new()
        .name("input".to_owned())
        .spawn(work)
        .context("failed to read standard input")?;
    Ok(())
}

/// The next line; `None` at the end, which a terminal that is gone has come to as well.
fn next(input: &mut impl BufRead) -> std::io::Result<Option<String>> {
    let mut bytes = Vec::new();
    let read = input.take(MAX_LINE_BYTES).read_until(b'\n', &mut bytes);
    match read {
        Ok(0) => return Ok(None),
        Err(error) if error.raw_os_error() == Some(Errno::IO.raw_os_error()) => return Ok(None),
        other => other.map(drop)?,
    }
    while matches!(bytes.last(), Some(b'\n' | b'\r')) {
        bytes.pop();
    }
    // What is not UTF-8 is no word of ours; it comes back in the complaint, made visible.
    Ok(Some(match String::from_utf8(bytes) {
        Ok(line) => line,
        Err(error) => clean::escape_bytes(error.as_bytes()),
    }))
}
