//! The faces without a terminal: what is printed of a header and of a record, live or from a recording.

use crate::pure::record::{Header, Record};
use crate::{text, trace};
use std::io::{ErrorKind, Write};

/// What is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Face {
    /// The trace, as JSON Lines.
    Json,
    /// A line a stage change, with a line a call if `calls` is set.
    Plain {
        /// Print the calls too.
        calls: bool,
    },
}

/// Prints records in one face.
#[derive(Debug)]
pub struct Printer<W> {
    out: W,
    face: Face,
}

impl<W: Write> Printer<W> {
    /// A printer that writes to `out`.
    pub fn new(out: W, face: Face) -> Printer<W> {
        Printer { out, face }
    }

    /// Prints the header, if the face shows it.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn header(&mut self, header: &Header) -> std::io::Result<()> {
        match self.face {
            Face::Json => self.put(&trace::encode::header(header)),
            Face::Plain { .. } => Ok(()),
        }
    }

    /// Prints one record.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn record(&mut self, record: &Record) -> std::io::Result<()> {
        match self.face {
            Face::Json => self.put(&trace::encode::record(record)),
            Face::Plain { calls } => self.put(&text::plain(record, calls)),
        }
    }

    /// One write a record, so that a reader never waits for half of one.
    fn put(&mut self, text: &str) -> std::io::Result<()> {
        if text.is_empty() {
            return Ok(());
        }
        self.out.write_all(text.as_bytes())?;
        self.out.flush()
    }
}

/// Whether this is only a reader that has gone away, which is no fault.
pub fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error
        .downcast_ref::<std::io::Error>()
        .is_some_and(|error| error.kind() == ErrorKind::BrokenPipe)
}
