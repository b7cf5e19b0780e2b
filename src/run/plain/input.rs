//! The lines of standard input, read on a thread of their own, so that an answer or a signal can come between them.

use crate::model::clean;
use crate::run::driver::Wake;
use anyhow::Context;
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
        while let Some(line) = next(&mut input) {
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
        }
        // A terminal that is gone must not leave a tick waiting for ever.
        if waiting.is_some_and(|waiting| waiting.swap(false, Ordering::SeqCst)) {
            wake.end_wait();
        }
        let _ = inputs.send(InputEvent::Over);
    };
    std::thread::Builder::new()
        .name("input".to_owned())
        .spawn(work)
        .context("failed to read standard input")?;
    Ok(())
}

fn next(input: &mut impl BufRead) -> Option<String> {
    let mut bytes = Vec::new();
    let read = input.take(MAX_LINE_BYTES).read_until(b'\n', &mut bytes);
    if !read.is_ok_and(|count| count > 0) {
        return None;
    }
    while matches!(bytes.last(), Some(b'\n' | b'\r')) {
        bytes.pop();
    }
    // What is not UTF-8 is no word of ours; it comes back in the complaint, made visible.
    Some(match String::from_utf8(bytes) {
        Ok(line) => line,
        Err(error) => clean::escape_bytes(error.as_bytes()),
    })
}
