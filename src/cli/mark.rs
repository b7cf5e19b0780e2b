//! `sockstep mark`: homework.

use super::answer::{USAGE, complain};
use super::lesson::written;
use crate::run::lesson::find::{self, AllowTargets};
use crate::run::lesson::mark::{CSV_HEAD, Marker};
use clap::Args;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Debug, Args)]
#[command(
    after_help = "Reads the recordings; makes no socket, and runs nothing of the student's. It says that a goal was reached and that an answer was \
    given, not how well. A recording is a text file, and can be forged.\n\n\
    Exit codes: 0 every goal was reached in every file, 1 something is missing, 2 wrong use."
)]
pub(super) struct MarkArgs {
    /// The lesson: a number of the course, or a file
    lesson: String,
    /// Recordings
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Print CSV: file, goals, reached, answers, first right, started, kernel, remark
    #[arg(long)]
    csv: bool,
}

pub(super) fn mark(args: &MarkArgs) -> anyhow::Result<ExitCode> {
    let found = match find::find(&args.lesson, AllowTargets::Anywhere) {
        Ok(found) => found,
        Err(error) => return Ok(complain(&error.to_string(), USAGE)),
    };
    let mut out = std::io::stdout().lock();
    if args.csv && !written(out.write_all(CSV_HEAD.as_bytes()))? {
        return Ok(ExitCode::SUCCESS);
    }
    let mut marker = Marker::new(&found);
    let mut all_whole = true;
    for file in &args.files {
        let marked = marker.mark(file);
        all_whole &= marked.is_whole();
        let text = if args.csv {
            marked.csv()
        } else {
            marked.lines()
        };
        if !written(out.write_all(text.as_bytes()))? {
            return Ok(ExitCode::SUCCESS);
        }
    }
    Ok(ExitCode::from(u8::from(!all_whole)))
}
