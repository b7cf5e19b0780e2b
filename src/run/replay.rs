//! `sockstep replay` without a terminal: a recording in the same faces as the run that made it. No socket is touched.

use super::driver::recorded::RecordedDriver;
use super::driver::{Reply, go_on_if};
use super::outputs::{Face, Output, is_closed_pipe};
use super::recording::broken;
use crate::model::record::Header;
use std::io::Write;

/// How it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReplayEnd {
    /// With the recording's end.
    Whole,
    /// The recording breaks off; this says where.
    BrokeOff(String),
    /// Nobody reads our output any more.
    ClosedPipe,
}

/// Prints a recording to `out`, record by record.
///
/// # Errors
/// If the output cannot be written.
pub fn run(
    recorded: &mut RecordedDriver,
    header: &Header,
    face: Face,
    out: impl Write,
) -> anyhow::Result<ReplayEnd> {
    match print(recorded, header, face.output(out).as_mut()) {
        Err(error) if is_closed_pipe(&error) => Ok(ReplayEnd::ClosedPipe),
        ended => ended,
    }
}

fn print(
    recorded: &mut RecordedDriver,
    header: &Header,
    output: &mut dyn Output,
) -> anyhow::Result<ReplayEnd> {
    output.header(header)?;
    let (mut fault, mut written) = (None, Ok(()));
    recorded.read(&mut |reply| {
        match reply {
            Reply::Made { record, world } => written = output.record(&record, world),
            Reply::Ended(how) => fault = how,
            Reply::Refused(_) | Reply::LinesDone(_) => {}
        }
        go_on_if(written.is_ok())
    });
    written?;
    Ok(match fault {
        Some(fault) => ReplayEnd::BrokeOff(broken(recorded.name(), &fault)),
        None => ReplayEnd::Whole,
    })
}
