//! Every record in full, as it is read aloud.

use super::{Output, put};
use crate::language::depth::Depth;
use crate::model::record::{Header, Record};
use crate::model::world::World;
use crate::narrate::next::Reader;
use crate::os;
use crate::text::tell::{self, Manner};
use crate::words::clock;
use std::io::{Result, Write};

pub(super) struct Tell<W> {
    out: W,
    started: u64,
    local_offset: i64,
}

impl<W> Tell<W> {
    pub(super) fn new(out: W) -> Tell<W> {
        Tell {
            out,
            started: 0,
            local_offset: 0,
        }
    }
}

impl<W: Write> Output for Tell<W> {
    fn header(&mut self, header: &Header) -> Result<()> {
        self.started = header.started;
        self.local_offset = os::system::local_offset(header.started);
        Ok(())
    }

    fn record(&mut self, record: &Record, world: &World) -> Result<()> {
        let (started, offset) = (self.started, self.local_offset);
        let manner = Manner {
            reader: Reader::Log,
            depth: Depth::Program,
            clock: &|at_us| clock::time_of_day(started, offset, at_us),
        };
        let told = tell::tell(world, record, manner);
        put(&mut self.out, &format!("{told}\n"))
    }
}
