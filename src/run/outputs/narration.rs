//! Every record in full, as it is read aloud.

use super::{Output, put};
use crate::language::depth::Depth;
use crate::model::record::{Header, Record};
use crate::model::world::World;
use crate::narrate::next::Audience;
use crate::os;
use crate::text::narration::{self, NarrationOptions};
use crate::words::clock;
use std::io::{Result, Write};

pub(super) struct NarrationOutput<W> {
    out: W,
    started: u64,
    local_offset: i64,
    /// So many sockets were told of, all records together.
    told_of: u64,
}

/// So many sockets are told of in full, all records together, and so many more for each record. Beyond that a record tells what it
/// holds itself: what takes time and room stays in proportion to the recording, whatever it says.
const IN_FULL: u64 = 500_000;
const IN_FULL_EACH: u64 = 16;

impl<W> NarrationOutput<W> {
    pub(super) fn new(out: W) -> NarrationOutput<W> {
        NarrationOutput {
            out,
            started: 0,
            local_offset: 0,
            told_of: 0,
        }
    }
}

impl<W: Write> Output for NarrationOutput<W> {
    fn header(&mut self, header: &Header) -> Result<()> {
        self.started = header.started;
        self.local_offset = os::system::local_offset(header.started);
        Ok(())
    }

    fn record(&mut self, record: &Record, world: &World) -> Result<()> {
        let (started, offset) = (self.started, self.local_offset);
        let options = NarrationOptions {
            reader: Audience::Log,
            depth: Depth::Program,
            clock: &|at_us| clock::time_of_day(started, offset, at_us),
        };
        let told_of = self.told_of + world.count() as u64;
        let text = if told_of > IN_FULL + IN_FULL_EACH.saturating_mul(record.n) {
            narration::of_itself(world, record)
        } else {
            self.told_of = told_of;
            narration::narrate(world, record, options)
        };
        put(&mut self.out, &format!("{text}\n"))
    }
}
