//! sockstep: parse, run, exit code.

use sockstep::cli;
use sockstep::os::{clients, tracee, wire};
use std::process::ExitCode;

fn main() -> ExitCode {
    // Before the command line is parsed: the helpers are no commands of anybody, and must stay alone with one thread.
    if std::env::args_os()
        .nth(1)
        .is_some_and(|word| word == wire::HELPER)
    {
        return wire::help();
    }
    if std::env::args_os()
        .nth(1)
        .is_some_and(|word| word == tracee::HELPER)
    {
        return tracee::help();
    }
    if std::env::args_os()
        .nth(1)
        .is_some_and(|word| word == clients::CLIENT)
    {
        return clients::run();
    }
    cli::typed().map_or_else(|code| code, |cli| cli::execute(&cli))
}
