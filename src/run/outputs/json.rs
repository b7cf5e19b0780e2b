//! The trace on standard output, as JSON Lines.

use super::{Output, put};
use crate::model::record::{Header, Record};
use crate::model::world::World;
use crate::trace::encode;
use std::io::{Result, Write};

pub(super) struct JsonOutput<W>(pub(super) W);

impl<W: Write> Output for JsonOutput<W> {
    fn header(&mut self, header: &Header) -> Result<()> {
        put(&mut self.0, &encode::header(header))
    }

    fn record(&mut self, record: &Record, _: &World) -> Result<()> {
        put(&mut self.0, &encode::record(record))
    }
}
