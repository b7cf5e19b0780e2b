//! sockstep: parse, run, exit code.

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    sockstep::cli::execute(&sockstep::cli::Cli::parse())
}
