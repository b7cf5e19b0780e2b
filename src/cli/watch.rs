//! `sockstep watch`: a program of the user's, one network call after the other.

use super::answer::{USAGE, complain};
use super::colours::{ColourArgs, appearance};
use super::config::{ConfigArg, SaveArgs};
use super::recordings;
use crate::language::duration::parse_duration;
use crate::model::clean;
use crate::model::task::TaskEnd;
use crate::os;
use crate::os::lab::peers;
use crate::os::tracee::{ProgramInput, ProgramSurroundings, UseLimits};
use crate::run::config::Config;
use crate::run::recorder::Recorder;
use crate::run::watch::{self, WatchEnd, WatchPlan};
use crate::run::{settings, tui};
use clap::{Args, ValueEnum};
use std::ffi::OsString;
use std::io::{BufWriter, IsTerminal};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

/// The code of a program that was ended after its limit: as that of timeout(1).
const LATE: u8 = 124;

#[derive(Debug, Args)]
#[command(
    after_help = "The program runs with your rights: this is no sandbox. It stops before each network call until it is let go: on the screen by \
    SPACE (as the keys ship), in lines by Enter or step, where help lists all words. At the lab's peer keys and words act as in a session of \
    one's own: A accepts there, or accept 1.\n\
    What it reads and writes is a terminal of its own, at which t or type TEXT types; with --auto it reads what is piped in here.\n\
    Its clock does not stop with it: its own timeouts run. A set-uid program runs without those rights. When the screen is left the program ends.\n\
    Exit codes: the program's own, or 128 and the number of the signal that ended it; 1 an expectation did not hold; 2 wrong use, or it \
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
    /// Lines of text, and the end of the program after so long: 500ms, 10s, 1m
    #[arg(long, value_name = "D", value_parser = parse_duration)]
    limit: Option<Duration>,
    /// Whether the sockets are looked at after each step
    #[arg(long, value_enum, default_value = "on")]
    looks: WatchLooksArg,
    /// Lines of text instead of the screen, for screen readers and pipes
    #[arg(long)]
    plain: bool,
    /// Print the trace as JSON Lines
    #[arg(long, conflicts_with = "plain")]
    json: bool,
    #[command(flatten)]
    homework: HomeworkArgs,
    #[command(flatten)]
    colours: ColourArgs,
    #[command(flatten)]
    record: recordings::RecordArgs,
    #[command(flatten)]
    save: SaveArgs,
    #[command(flatten)]
    config: ConfigArg,
    /// The program, and what it is given
    #[arg(required = true, last = true, value_name = "PROGRAM")]
    program: Vec<OsString>,
}

/// How `mark --run` watches a program.
#[derive(Debug, Args)]
struct HomeworkArgs {
    #[arg(long, hide = true)]
    homework: bool,
    #[arg(long, hide = true, requires = "homework")]
    alone: bool,
    #[arg(long, hide = true, requires = "homework")]
    dir: Option<PathBuf>,
    #[arg(long, hide = true, requires = "homework")]
    stdin: Option<PathBuf>,
    #[arg(long, hide = true, requires = "homework")]
    memory: Option<u64>,
    #[arg(long, hide = true, requires = "homework")]
    file_size: Option<u64>,
    #[arg(long, hide = true, requires = "homework")]
    processes: Option<usize>,
}

/// So much of what a homework says is kept.
const MOST_SAID: usize = 64 * 1024;

impl HomeworkArgs {
    fn around(&self, limit: Option<Duration>, reads_ours: bool) -> ProgramSurroundings {
        let cpu_s = limit.map(|limit| limit.as_secs().max(1));
        ProgramSurroundings {
            dir: self.dir.clone(),
            stdin: match &self.stdin {
                Some(path) => Some(ProgramInput::File(path.clone())),
                None => reads_ours.then_some(ProgramInput::Ours),
            },
            limits: UseLimits {
                cpu_s: cpu_s.filter(|_| self.homework),
                memory: self.memory,
                file: self.file_size,
            },
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum WatchLooksArg {
    /// poll, select, epoll and TCP_INFO about each socket that is shown
    On,
    /// Not one look: the program's calls alone
    Off,
}

pub(super) fn watch(args: &WatchArgs) -> ExitCode {
    let homework = &args.homework;
    if homework.homework {
        os::tracee::end_with_parent();
    }
    // Before any thread is started, too: a network belongs to a thread.
    if homework.alone
        && let Err(errno) = os::tracee::alone_with_loopback()
    {
        return complain(
            &format!("no network of its own can be made: {errno}"),
            USAGE,
        );
    }
    // Before any thread is started: a stop of the program is told to whoever does not block this.
    os::signals::block_child_signals();
    let config = match args.config.read() {
        Ok(config) => config,
        Err(code) => return code,
    };
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
    // Nobody types at the terminal of a program that goes by itself: what is piped in is for it.
    let reads_ours = args.auto && !std::io::stdin().is_terminal();
    let plan = WatchPlan {
        argv: args.program.clone(),
        lab,
        all: args.all,
        auto: args.auto,
        json: args.json,
        limit: args.limit,
        around: homework.around(args.limit, reads_ours),
        most_tasks: homework.processes,
        most_said: homework.homework.then_some(MOST_SAID),
        looks: matches!(args.looks, WatchLooksArg::On),
    };
    if !(args.plain || args.json || args.auto || args.limit.is_some()) && tui::has_terminal() {
        return on_the_screen(args, &config, plan, recorder);
    }
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
        WatchEnd::Ended(end) => ExitCode::from(code_of(end)),
        WatchEnd::Quit | WatchEnd::ClosedPipe => ExitCode::SUCCESS,
    }
}

/// The exit code of a program that ended so, as a shell has it.
fn code_of(end: TaskEnd) -> u8 {
    match end {
        TaskEnd::Exit(code) => code as u8,
        TaskEnd::Signal(number) => 128_u8.wrapping_add(number as u8),
    }
}

/// Watches it on the screen.
fn on_the_screen(
    args: &WatchArgs,
    config: &Config,
    plan: WatchPlan,
    mut recorder: Recorder,
) -> ExitCode {
    let saves = args.save.saves(config);
    let settings = match saves {
        true => settings::load().0,
        false => settings::Settings::default(),
    };
    let header = os::system::header();
    let saved = saves.then(|| recordings::save(&mut recorder, &header));
    let again = match (&args.record.record, &saved) {
        (Some(path), _) | (None, Some(Ok(path))) => Some(recordings::quoted(path)),
        _ => None,
    };
    let faults = recorder.faults();
    let start = tui::watched::WatchedOptions {
        plan,
        terminal: appearance(&args.colours, config, settings.theme),
        recorder,
        header,
        notice: saved.and_then(Result::err),
    };
    let shown = match tui::watched::run(start) {
        Ok(shown) => shown,
        Err(error) => return complain(&format!("{error:#}"), USAGE),
    };
    let faults = faults.all();
    for fault in &faults {
        complain(fault, 0);
    }
    if let Some(file) = again.filter(|_| shown.code == 0 && faults.is_empty()) {
        complain(
            &format!("watch this session again with: sockstep replay {file}"),
            0,
        );
    }
    match (shown.code, shown.end) {
        (0, _) if !faults.is_empty() => ExitCode::from(1),
        (0, Some(end)) => ExitCode::from(code_of(end)),
        (code, _) => ExitCode::from(code),
    }
}
