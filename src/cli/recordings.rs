//! The command line of recordings: `--record`, the saved sessions, `replay`.

use super::answer::{USAGE, complain, print};
use super::colours::{ColourArgs, appearance};
use super::config::ConfigArg;
use crate::model::clean;
use crate::model::record::Header;
use crate::run::driver::recorded::RecordedDriver;
use crate::run::files::Overwrite;
use crate::run::lesson::find;
use crate::run::outputs::Face;
use crate::run::recorder::Recorder;
use crate::run::recording::{LoadedRecording, Recording};
use crate::run::replay::{self, ReplayEnd};
use crate::run::{compare, saved, settings, tui};
use clap::Args;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Where a session is written to, if the user says so.
#[derive(Debug, Args)]
pub(super) struct RecordArgs {
    /// Write the session to FILE as it goes, to be watched again with: sockstep replay FILE
    #[arg(long, value_name = "FILE")]
    pub(super) record: Option<PathBuf>,
    /// With --record: replace FILE if it exists
    #[arg(long, requires = "record")]
    pub(super) force: bool,
}

impl RecordArgs {
    /// A recorder for the file that was named, or for none.
    pub(super) fn recorder(&self) -> Result<Recorder, ExitCode> {
        let mut recorder = Recorder::default();
        if let Some(path) = &self.record {
            recorder
                .create(path, Overwrite::from_flag(self.force))
                .map_err(|error| complain(&error.to_string(), USAGE))?;
        }
        Ok(recorder)
    }
}

/// Begins the saved session, and names its file. What goes wrong is told, and is no reason to stop.
pub(super) fn save(recorder: &mut Recorder, header: &Header) -> Result<PathBuf, String> {
    let file = saved::begin(header.started).map_err(|why| {
        let why = clean::text(&why);
        format!("This session is not saved: {why}. It goes on; --record FILE writes it elsewhere.")
    })?;
    let path = file.path().to_owned();
    recorder.add_unasked(file, saved::take_old_away);
    Ok(path)
}

const NO_TERMINAL: &str =
    "standard output is not a terminal. Add --plain (or --json) for scripts and pipes";

/// What `replay` takes.
#[derive(Debug, Args)]
#[command(
    after_help = "In a terminal, as the keys ship: SPACE and RIGHT go forward, LEFT back, HOME and END to the ends; all panes are as in the live program.\n\
    Exit codes: 0 done, 1 the recording breaks off (what is good was shown), 2 wrong use or no recording.\n\
    With --beside, as with diff: 0 the two say the same, 1 they differ, 2 one of them cannot be read to its end.\n\n\
    With --mask names inside data that was sent or received become x; the rest of the data stays as it is."
)]
pub(super) struct ReplayArgs {
    #[command(flatten)]
    which: RecordingArgs,
    /// Print one line per stage change, without a terminal
    #[arg(long)]
    plain: bool,
    /// Print the trace as JSON Lines
    #[arg(long, conflicts_with_all = ["plain", "calls"])]
    json: bool,
    /// With --plain: print the calls too
    #[arg(long)]
    calls: bool,
    /// Tell every record in full, as lines for a screen reader
    #[arg(long, conflicts_with_all = ["json", "calls"])]
    tell: bool,
    /// Replace addresses, names and paths by stand-ins; ports, loopback addresses and the lab's names stay
    #[arg(long)]
    mask: bool,
    /// Step a second recording together with the first, and mark where they differ; times, descriptors and ports do not count
    #[arg(long, value_name = "FILE", conflicts_with_all = ["json", "calls", "tell"])]
    beside: Option<PathBuf>,
    #[command(flatten)]
    colours: ColourArgs,
    #[command(flatten)]
    config: ConfigArg,
}

/// Which recording is meant.
#[derive(Debug, Args)]
pub(super) struct RecordingArgs {
    /// A file that --record or run --json wrote; - is standard input; for export also a lesson
    #[arg(value_name = "FILE", required_unless_present = "last")]
    file: Option<PathBuf>,
    /// The saved session that ended last
    #[arg(long, conflicts_with = "file")]
    last: bool,
}

impl RecordingArgs {
    fn path(&self) -> Result<PathBuf, ExitCode> {
        match &self.file {
            Some(path) => Ok(path.clone()),
            None => last(),
        }
    }

    /// The lesson that is meant, if it is no recording: a file that begins as one, or what no file is called and the course is.
    pub(super) fn lesson(&self) -> Option<String> {
        let path = self.file.as_ref()?;
        let name = path.to_str()?;
        let is_lesson = match path.metadata() {
            Ok(file) => file.is_file() && find::is_lesson_file(path),
            Err(_) => find::of_course(name).is_some(),
        };
        is_lesson.then(|| name.to_owned())
    }

    /// Opens it.
    pub(super) fn open(&self) -> Result<Recording, ExitCode> {
        open(&self.path()?)
    }
}

/// The session that ended last. One that still runs is named, and is not taken unasked.
fn last() -> Result<PathBuf, ExitCode> {
    let saved::LastSession { ended, running } = saved::last().map_err(|why| {
        let why = clean::text(&why);
        complain(&format!("no saved session is taken: {why}"), USAGE)
    })?;
    let running: Vec<String> = running.iter().map(|path| quoted(path)).collect();
    match (ended, running.first()) {
        (Some(path), None) => Ok(path),
        (Some(path), Some(_)) => {
            let message = format!(
                "a session still runs; this is the one that ended last. What there is of the other so far: sockstep replay {}",
                running.join(" or ")
            );
            complain(&message, 0);
            Ok(path)
        }
        (None, Some(_)) => {
            let message = format!(
                "no saved session has ended, and one still runs. What there is of it so far: sockstep replay {}",
                running.join(" or ")
            );
            Err(complain(&message, USAGE))
        }
        (None, None) => {
            let place = saved::directory().unwrap_or_default();
            let place = clean::text(&place.display().to_string());
            let message = format!(
                "no saved session in {place}. Run sockstep in a terminal first, or name a FILE"
            );
            Err(complain(&message, USAGE))
        }
    }
}

/// Opens a recording, or says what the file is instead.
pub(super) fn open(path: &Path) -> Result<Recording, ExitCode> {
    Recording::open(path).map_err(|error| complain(&error.to_string(), USAGE))
}

/// The same screen as live, for a terminal.
fn interactive(args: &ReplayArgs, recording: Recording) -> anyhow::Result<ExitCode> {
    if !tui::has_terminal() {
        return Ok(complain(NO_TERMINAL, USAGE));
    }
    let config = match args.config.read() {
        Ok(config) => config,
        Err(code) => return Ok(code),
    };
    let mut loaded = recording.read_all();
    if args.mask {
        loaded = loaded.masked();
    }
    let broken = loaded.broken();
    let code = tui::recorded::run(
        loaded,
        appearance(&args.colours, &config, settings::load().0.theme),
    )?;
    Ok(match broken {
        Some(message) if code == 0 => complain(&message, 1),
        _ => ExitCode::from(code),
    })
}

/// Two recordings do not say the same: the exit code of diff(1).
const DIFFERS: u8 = 1;

/// Two recordings together. As with diff(1), 0 is the same, 1 differs, and 2 is trouble.
fn compare_with(args: &ReplayArgs, first: Recording, other: &Path) -> anyhow::Result<ExitCode> {
    let second = match open(other) {
        Ok(recording) => recording,
        Err(code) => return Ok(code),
    };
    if !args.plain && !tui::has_terminal() {
        return Ok(complain(NO_TERMINAL, USAGE));
    }
    let sides = [first, second].map(|recording| {
        let (loaded, _) = recording.read_all().without_answers(false);
        if args.mask { loaded.masked() } else { loaded }
    });
    let broken: Vec<String> = sides.iter().filter_map(LoadedRecording::broken).collect();
    let steps = compare::steps(&sides);
    let code = if compare::differ(&steps) {
        ExitCode::from(DIFFERS)
    } else {
        ExitCode::SUCCESS
    };
    if args.plain {
        print(&compare::plain(&sides, &steps))?;
    } else {
        // Its screen has the terminal's own colours: of the configuration it needs the keys.
        if let Err(code) = args.config.read() {
            return Ok(code);
        }
        let ended = tui::compare::run(&sides, steps)?;
        if ended != 0 {
            return Ok(ExitCode::from(ended));
        }
    }
    Ok(broken
        .into_iter()
        .fold(code, |_, message| complain(&message, USAGE)))
}

/// Carries out `replay`.
pub(super) fn replay(args: &ReplayArgs) -> anyhow::Result<ExitCode> {
    let mut recording = match args.which.open() {
        Ok(recording) => recording,
        Err(code) => return Ok(code),
    };
    if let Some(other) = &args.beside {
        return compare_with(args, recording, other);
    }
    if !args.plain && !args.json && !args.calls && !args.tell {
        return interactive(args, recording);
    }
    let face = if args.json {
        Face::Json
    } else if args.tell {
        Face::Tell
    } else {
        Face::Plain { calls: args.calls }
    };
    let out = std::io::stdout().lock();
    let is_asked = recording.is_of_a_lesson();
    let (mut recorded, header) = if args.mask || is_asked {
        let (mut loaded, notice) = recording.read_all().without_answers(false);
        if let Some(notice) = notice {
            complain(&notice, 0);
        }
        if args.mask {
            loaded = loaded.masked();
        }
        let header = loaded.header.clone();
        (RecordedDriver::loaded(loaded), header)
    } else {
        let header = recording.header().clone();
        (RecordedDriver::file(recording), header)
    };
    let end = replay::run(&mut recorded, &header, face, out)?;
    if let Some(doubt) = recorded.doubt() {
        complain(&doubt, 0);
    }
    Ok(match end {
        ReplayEnd::BrokeOff(message) => complain(&message, 1),
        ReplayEnd::Whole | ReplayEnd::ClosedPipe => ExitCode::SUCCESS,
    })
}

/// A path as it can be typed into a shell.
pub(super) fn quoted(path: &Path) -> String {
    let text = clean::text(&path.display().to_string());
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+,:@%".contains(c);
    if text.chars().all(plain) {
        text
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}
