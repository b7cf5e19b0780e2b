//! Where records go: each output takes a header, and then record after record with the world after it. An output never folds.

mod json;
mod narration;
mod plain;

use crate::model::record::{Header, Record};
use crate::model::world::World;
use std::io::{ErrorKind, Result, Write};

/// Something that takes records.
pub trait Output {
    /// Takes the session's first line.
    ///
    /// # Errors
    /// If it cannot be written.
    fn header(&mut self, header: &Header) -> Result<()>;

    /// Takes one record, and the world after it.
    ///
    /// # Errors
    /// If it cannot be written.
    fn record(&mut self, record: &Record, world: &World) -> Result<()>;
}

/// What is printed where there is no screen.
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

impl Face {
    /// The output that prints so.
    pub fn output<'a>(self, out: impl Write + 'a) -> Box<dyn Output + 'a> {
        match self {
            Face::Json => Box::new(json::JsonOutput(out)),
            Face::Plain { calls } => Box::new(plain::PlainOutput { out, calls }),
            Face::Tell => Box::new(narration::NarrationOutput::new(out)),
        }
    }
}

/// Several outputs, each of which gets everything, in this order.
pub struct Outputs<'a>(pub Vec<&'a mut dyn Output>);

impl std::fmt::Debug for Outputs<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Outputs").field(&self.0.len()).finish()
    }
}

impl Output for Outputs<'_> {
    fn header(&mut self, header: &Header) -> Result<()> {
        self.0.iter_mut().try_for_each(|out| out.header(header))
    }

    fn record(&mut self, record: &Record, world: &World) -> Result<()> {
        self.0
            .iter_mut()
            .try_for_each(|out| out.record(record, world))
    }
}

/// One write a record, so that a reader never waits for half of one.
fn put(out: &mut impl Write, text: &str) -> Result<()> {
    if text.is_empty() {
        return Ok(());
    }
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// Whether this is only a reader that has gone away, which is no fault.
pub fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error
        .downcast_ref::<std::io::Error>()
        .is_some_and(|error| error.kind() == ErrorKind::BrokenPipe)
}
