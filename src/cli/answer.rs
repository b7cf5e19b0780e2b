//! What is answered: data on standard output, messages on standard error, and the exit code.

use crate::run::headless::HeadlessEnd;
use crate::run::recorder::Recorder;
use std::io::{BufWriter, Write};
use std::process::ExitCode;

/// Wrong use of the command line: exit code 2.
pub(super) const USAGE: u8 = 2;

pub(super) fn complain(message: &str, code: u8) -> ExitCode {
    // If even standard error is gone, nobody is left to be told.
    let _ = writeln!(std::io::stderr(), "sockstep: {message}");
    ExitCode::from(code)
}

pub(super) fn print(text: &str) -> anyhow::Result<ExitCode> {
    print_as_it_comes(&|out| out.write_all(text.as_bytes()))
}

/// What is written piece by piece, on standard output.
pub(super) fn print_as_it_comes(
    write: &dyn Fn(&mut dyn Write) -> std::io::Result<()>,
) -> anyhow::Result<ExitCode> {
    let mut out = BufWriter::new(std::io::stdout().lock());
    match write(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(ExitCode::SUCCESS),
    }
}

pub(super) fn exit(end: &HeadlessEnd, check: bool, recorder: &Recorder) -> ExitCode {
    match end {
        HeadlessEnd::Signal(number) => ExitCode::from(128_u8.wrapping_add(*number as u8)),
        HeadlessEnd::NotAll if check => ExitCode::from(1),
        HeadlessEnd::Failed(why) => complain(why, 1),
        _ if recorder.has_failed() => ExitCode::from(1),
        HeadlessEnd::NotAll | HeadlessEnd::AllConnected | HeadlessEnd::ClosedPipe => {
            ExitCode::SUCCESS
        }
    }
}
