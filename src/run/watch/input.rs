//! The lines of standard input, read on a thread of their own: what the program does comes between them.

use crate::model::clean;
use crate::os::signals;
use anyhow::Context;
use std::io::{BufRead, Read, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::sync::mpsc::{Receiver, RecvTimeoutError, TryRecvError, channel};
use std::time::Duration;

/// A line is no longer than this; what follows is the next.
const MAX_LINE_BYTES: u64 = 64 * 1024;

/// What has come.
#[derive(Debug)]
pub(super) enum TypedLine {
    /// A line, without its end.
    Line(String),
    /// Nothing yet.
    Nothing,
    /// The end of the input.
    End,
}

/// The lines that come.
#[derive(Debug)]
pub(super) struct Input {
    lines: Receiver<String>,
    bell: UnixStream,
}

impl Input {
    /// Starts to read.
    pub(super) fn start() -> anyhow::Result<Input> {
        let (bell, rings) = UnixStream::pair().context("failed to read standard input")?;
        bell.set_nonblocking(true)
            .context("failed to read standard input")?;
        let (sender, lines) = channel();
        let work = move || {
            let mut input = std::io::stdin().lock();
            loop {
                let mut bytes = Vec::new();
                let read = (&mut input)
                    .take(MAX_LINE_BYTES)
                    .read_until(b'\n', &mut bytes);
                if !read.is_ok_and(|count| count > 0) {
                    break;
                }
                while matches!(bytes.last(), Some(b'\n' | b'\r')) {
                    bytes.pop();
                }
                let line = match String::from_utf8(bytes) {
                    Ok(line) => line,
                    Err(error) => clean::escape_bytes(error.as_bytes()),
                };
                let heard = sender.send(line).is_ok() && (&rings).write_all(&[0]).is_ok();
                if !heard {
                    return;
                }
            }
            // The end of the bell is the end of the input.
            drop(sender);
        };
        let start = || {
            std::thread::Builder::new()
                .name("input".to_owned())
                .spawn(work)
        };
        signals::blocked_for_new_threads(start).context("failed to read standard input")?;
        Ok(Input { lines, bell })
    }

    /// Can be read when a line has come, or the end.
    pub(super) fn ready(&self) -> BorrowedFd<'_> {
        self.bell.as_fd()
    }

    /// What has come, if anything.
    pub(super) fn next(&self) -> TypedLine {
        match self.lines.try_recv() {
            Ok(line) => {
                let mut byte = [0];
                let _ = (&self.bell).read(&mut byte);
                TypedLine::Line(line)
            }
            Err(TryRecvError::Empty) => TypedLine::Nothing,
            Err(TryRecvError::Disconnected) => TypedLine::End,
        }
    }

    /// The same, waiting so long for it.
    pub(super) fn next_within(&self, time: Duration) -> TypedLine {
        match self.lines.recv_timeout(time) {
            Ok(line) => TypedLine::Line(line),
            Err(RecvTimeoutError::Timeout) => TypedLine::Nothing,
            Err(RecvTimeoutError::Disconnected) => TypedLine::End,
        }
    }
}
