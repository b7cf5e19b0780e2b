//! The faces without a terminal: what is printed of a header and of a record, live or from a recording.

use crate::model::record::{Header, Record};
use crate::model::world::World;
use crate::narrate::next::Reader;
use crate::text::tell::{self, Manner};
use crate::words::calls::Depth;
use crate::words::clock;
use crate::{os, text, trace};
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
    /// Every record in full, as it is read aloud.
    Tell,
}

/// Prints records in one face.
#[derive(Debug)]
pub struct Printer<W> {
    out: W,
    face: Face,
    /// The state so far, for a face that tells it.
    world: World,
    started: u64,
    local_offset: i64,
}

impl<W: Write> Printer<W> {
    /// A printer that writes to `out`.
    pub fn new(out: W, face: Face) -> Printer<W> {
        Printer {
            out,
            face,
            world: World::default(),
            started: 0,
            local_offset: 0,
        }
    }

    /// Prints the header, if the face shows it.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn header(&mut self, header: &Header) -> std::io::Result<()> {
        match self.face {
            Face::Json => self.put(&trace::encode::header(header)),
            Face::Plain { .. } => Ok(()),
            Face::Tell => {
                self.started = header.started;
                self.local_offset = os::system::local_offset(header.started);
                Ok(())
            }
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
            Face::Tell => {
                self.world.apply(record);
                let (started, offset) = (self.started, self.local_offset);
                let manner = Manner {
                    reader: Reader::Log,
                    depth: Depth::Program,
                    clock: &|at_us| clock::time_of_day(started, offset, at_us),
                };
                let told = tell::tell(&self.world, record, manner);
                self.put(&format!("{told}\n"))
            }
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
