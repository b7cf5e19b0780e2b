//! A recording in other forms: pictures, pages, handouts, diagrams, scripts. Each is a function from the records to text; nothing here
//! opens a file or a socket. Screens are drawn by the same functions as in the terminal.

pub mod board;
pub mod cast;
mod escape;
mod frames;
pub mod html;
pub mod markdown;
pub mod mermaid;
pub mod parsons;
pub mod pcapng;
pub mod python;
pub mod room;
pub mod step;
pub mod svg;

use crate::model::record::{Header, Record};
use std::io::Write;
use std::sync::Arc;

/// What an export is made of.
#[derive(Clone, Debug)]
pub struct ExportInput {
    /// What the recording is called.
    pub name: String,
    /// When it was made, as `2026-11-21T18:00:00Z`.
    pub started: String,
    /// Where and when it was made.
    pub header: Header,
    /// Seconds that local time is ahead of UTC.
    pub local_offset: i64,
    /// What happened.
    pub records: Vec<Arc<Record>>,
    /// A question is open at its end: from this record on nothing is told of what the kernel knows.
    pub covered_from: Option<usize>,
    /// Why there is no more, if it breaks off.
    pub broken: Option<String>,
}

/// One step after the other, written as soon as it is made.
fn write_steps(
    out: &mut dyn Write,
    steps: impl Iterator<Item = step::ExportStep>,
    mut write: impl FnMut(&mut String, &step::ExportStep),
) -> std::io::Result<()> {
    let mut text = String::new();
    for step in steps {
        text.clear();
        write(&mut text, &step);
        out.write_all(text.as_bytes())?;
    }
    Ok(())
}

impl ExportInput {
    /// `linux 6.18.0, sockstep 0.1.0, 2026-11-21T18:00:00Z`
    pub fn origin(&self) -> String {
        format!(
            "{} {}, {}, {}",
            self.header.os, self.header.kernel, self.header.program, self.started
        )
    }
}
