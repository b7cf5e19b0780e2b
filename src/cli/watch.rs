//! `sockstep watch`: a program of the user's, one network call after the other.

use super::answer::{USAGE, complain};
use super::recordings;
use crate::language::duration::parse_duration;
use crate::model::clean;
use crate::model::task::TaskEnd;
use crate::os;
use crate::os::lab::peers;
use crate::run::watch::{self, WatchEnd, WatchPlan};
use clap::{Args, ValueEnum};
use std::ffi::OsString;
use std::io::BufWriter;
use std::process::ExitCode;
use std::time::Duration;

/// The code of a program that was ended after its limit: as that of timeout(1).
const LATE: u8 = 124;

#[derive(Debug, Args)]
#[command(
    after_help = "The program runs with your rights: this is no sandbox. It stops before each network call until it is let go: Enter, or step.\n\
    help lists all words. Its clock does not stop with it: its own timeouts run. A set-uid program runs without those rights.\n\
    Exit codes: the program's own, or 128 and the number of the signal that ended it; 1 an expectation did not hold; 2 wrong use, or it\n\
    cannot be run or watched; 124 the limit was reached.\n\
    Example: sockstep watch --lab @refused -- ./client {host} {port}"
)]
pub(super) struct WatchArgs {
    /// Serve this peer of the lab; {host} and {port} in the program's arguments are where it is
    #[arg(long, value_name = "@NAME")]
    lab: Option<String>,
    /// Show sockets of every kind, and calls that concern none that is shown
    #[arg(long)]
    all: bool,
    /// Let every call go by itself
    #[arg(long)]
    auto: bool,
    /// End the program after so long: 500ms, 10s, 1m
    #[arg(long, value_name = "D", value_parser = parse_duration)]
    limit: Option<Duration>,
    /// Whether the sockets are looked at after each step
    #[arg(long, value_enum, default_value = "on")]
    looks: WatchLooksArg,
    /// Print lines of text (the default)
    #[arg(long)]
    plain: bool,
    /// Print the trace as JSON Lines
    #[arg(long, conflicts_with = "plain")]
    json: bool,
    #[command(flatten)]
    record: recordings::RecordArgs,
    /// The program, and what it is given
    #[arg(required = true, last = true, value_name = "PROGRAM")]
    program: Vec<OsString>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum WatchLooksArg {
    /// poll, select, epoll and TCP_INFO about each socket that is shown
    On,
    /// Not one look: the program's calls alone
    Off,
}

pub(super) fn watch(args: &WatchArgs) -> ExitCode {
    // Before any thread is started: a stop of the program is told to whoever does not block this.
    os::signals::block_child_signals();
    let lab = match &args.lab {
        None => None,
        Some(name) => {
            let bare = name.strip_prefix('@').unwrap_or(name);
            let Some(spec) = peers::find(bare) else {
                let why = format!("the lab has no '@{}'", clean::text(bare));
                return complain(&why, USAGE);
            };
            Some(spec)
        }
    };
    let mut recorder = match args.record.recorder() {
        Ok(recorder) => recorder,
        Err(code) => return code,
    };
    recorder.complain_to(Box::new(|fault| {
        complain(fault, 1);
    }));
    let plan = WatchPlan {
        argv: args.program.clone(),
        lab,
        all: args.all,
        auto: args.auto,
        json: args.json,
        limit: args.limit,
        looks: matches!(args.looks, WatchLooksArg::On),
    };
    let mut on_note = |note: &str| {
        complain(note, 0);
    };
    let mut out = BufWriter::with_capacity(1 << 16, std::io::stdout().lock());
    let end = match watch::run(&plan, &mut out, &mut recorder, &mut on_note) {
        Ok(end) => end,
        Err(error) => return complain(&format!("{error:#}"), USAGE),
    };
    match end {
        WatchEnd::Failed(why) => complain(&why, 1),
        WatchEnd::Late(why) => complain(&why, LATE),
        _ if recorder.has_failed() => ExitCode::from(1),
        WatchEnd::Ended(TaskEnd::Exit(code)) => ExitCode::from(code as u8),
        WatchEnd::Ended(TaskEnd::Signal(number)) => {
            ExitCode::from(128_u8.wrapping_add(number as u8))
        }
        WatchEnd::Quit | WatchEnd::ClosedPipe => ExitCode::SUCCESS,
    }
}
