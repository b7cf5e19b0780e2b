//! A line a stage change, and perhaps a line a call.

use super::{Output, put};
use crate::model::record::{Header, Record};
use crate::model::world::World;
use crate::text;
use std::io::{Result, Write};

pub(super) struct PlainOutput<W> {
    pub(super) out: W,
    pub(super) calls: bool,
}

impl<W: Write> Output for PlainOutput<W> {
    fn header(&mut self, _: &Header) -> Result<()> {
        Ok(())
    }

    fn record(&mut self, record: &Record, _: &World) -> Result<()> {
        put(&mut self.out, &text::plain(record, self.calls))
    }
}
