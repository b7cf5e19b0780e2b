//! `sockstep replay` without a terminal: a recording in the same faces as the run that made it. No socket is touched.

use super::printer::{Face, Printer, is_closed_pipe};
use super::recording::{Recording, Whole, broken};
use crate::model::record::{Header, Record};
use crate::trace::reader::Fault;
use std::io::Write;

/// How it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
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
pub fn run(recording: &mut Recording, face: Face, out: impl Write) -> anyhow::Result<End> {
    let (name, header) = (recording.name.clone(), recording.header().clone());
    let records = std::iter::from_fn(|| recording.take());
    quietly(print(&name, &header, records, Printer::new(out, face)))
}

/// The same for a recording that is in memory already.
///
/// # Errors
/// If the output cannot be written.
pub fn run_whole(whole: &Whole, face: Face, out: impl Write) -> anyhow::Result<End> {
    let records = whole.records.iter().cloned().map(Ok);
    let fault = whole.fault.clone().map(Err);
    let printer = Printer::new(out, face);
    quietly(print(
        &whole.name,
        &whole.header,
        records.chain(fault),
        printer,
    ))
}

fn quietly(result: anyhow::Result<End>) -> anyhow::Result<End> {
    match result {
        Err(error) if is_closed_pipe(&error) => Ok(End::ClosedPipe),
        other => other,
    }
}

fn print(
    name: &str,
    header: &Header,
    records: impl Iterator<Item = Result<Record, Fault>>,
    mut printer: Printer<impl Write>,
) -> anyhow::Result<End> {
    printer.header(header)?;
    for next in records {
        match next {
            Ok(record) => printer.record(&record)?,
            Err(fault) => return Ok(End::BrokeOff(broken(name, &fault))),
        }
    }
    Ok(End::Whole)
}
