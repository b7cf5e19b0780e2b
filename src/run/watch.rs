//! `sockstep watch`: a program of the user's, one network call after the other, in lines.

mod auto;
mod before;
mod halts;
mod input;
mod lab;
mod lines;
mod words;

use super::outputs::{Output, is_closed_pipe};
use super::recorder::Recorder;
use crate::engine::watch::{GivenPeer, SessionBefore, WatchOptions, Watched};
use crate::language::rules::RuleChoice;
use crate::model::record::Record;
use crate::model::task::{Task, TaskEnd};
use crate::narrate::rules::Findings;
use crate::os;
use crate::os::lab::peers::PeerSpec;
use crate::os::lab::serve::needs;
use crate::os::tracee::ProgramSurroundings;
use crate::os::wire::THIS_PROGRAM;
use crate::text::watch as text;
use crate::trace::encode;
use anyhow::bail;
use lab::ServedLab;
use std::ffi::{OsStr, OsString};
use std::io::{IsTerminal, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// What is watched, and how.
#[derive(Debug)]
pub struct WatchPlan {
    /// The program and its arguments.
    pub argv: Vec<OsString>,
    /// The peer of the lab to which `{host}` and `{port}` lead.
    pub lab: Option<&'static PeerSpec>,
    /// Every socket and every call is shown.
    pub all: bool,
    /// Every call is let go by itself.
    pub auto: bool,
    /// The trace is printed, instead of words.
    pub json: bool,
    /// The program is ended after so long.
    pub limit: Option<Duration>,
    /// The sockets are looked at after each step.
    pub looks: bool,
    /// Where it runs, and what it may use.
    pub around: ProgramSurroundings,
    /// So many threads and processes it may have at once.
    pub most_tasks: Option<usize>,
    /// So many bytes of what it says are kept.
    pub most_said: Option<usize>,
}

impl WatchPlan {
    /// What a program must do itself to see what the peer shows, if anything.
    pub fn needs(&self) -> Option<String> {
        let spec = self.lab?;
        let needs = needs(spec)?;
        let name = spec.name;
        Some(format!("@{name}: {needs} to see the same as in sockstep"))
    }

    /// Where a program of this name is looked for: a path begins in the directory in which it runs.
    fn file(&self, program: &OsStr) -> PathBuf {
        match &self.around.dir {
            Some(dir) if program.as_bytes().contains(&b'/') => dir.join(program),
            _ => PathBuf::from(program),
        }
    }
}

/// Starts the peer and the program; gives back what it is given, with the places filled in. The thread that calls it is the only one that
/// can serve the program. `on_note` hears how the program will not be as when nobody watches.
///
/// # Errors
/// If one of them cannot be started.
pub fn begin(
    plan: &WatchPlan,
    on_note: &mut dyn FnMut(&str),
) -> anyhow::Result<(Watched, Record, Vec<OsString>)> {
    begin_within(plan, (None, None), on_note)
}

/// The same in a session that has begun already, under a name of our own.
///
/// # Errors
/// As of [`begin`].
pub fn begin_within(
    plan: &WatchPlan,
    (within, called): (Option<SessionBefore>, Option<&'static str>),
    on_note: &mut dyn FnMut(&str),
) -> anyhow::Result<(Watched, Record, Vec<OsString>)> {
    let lab = plan.lab.map(ServedLab::start).transpose()?;
    let argv = words::argv(&plan.argv, lab.as_ref())?;
    let found = before::look(plan.file(&argv[0]).as_os_str());
    for note in found.notes(&argv[0]) {
        on_note(&note);
    }
    let options = WatchOptions {
        all: plan.all,
        looks: plan.looks,
        environment: found.environment(),
        names: lab.as_ref().map_or_else(Vec::new, ServedLab::names),
        around: plan.around.clone(),
        most_tasks: plan.most_tasks,
        most_said: plan.most_said,
        called,
        within,
    };
    let peer = lab.map(|lab| Box::new(lab) as Box<dyn GivenPeer>);
    match Watched::begin(Path::new(THIS_PROGRAM), &argv, options, peer) {
        Ok((watched, record)) => Ok((watched, record, argv)),
        Err(why) => bail!("{}: {why}", words::shown(&argv[..1])),
    }
}

/// How it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WatchEnd {
    /// The program has ended.
    Ended(TaskEnd),
    /// It was ended, since whoever asked wants no more.
    Quit,
    /// It was ended after its limit: what it was at.
    Late(String),
    /// What a line expects is not so, or it is no line: which, and why.
    Failed(String),
    /// Nobody reads our output any more.
    ClosedPipe,
}

/// A step that finds no thread held waits so long for one: the program may be computing.
const PATIENCE: Duration = Duration::from_millis(500);

/// What is complained of then.
pub const CROWDED: &str = "the program had too many threads and processes, and was ended";

/// Everything of a run.
struct Watch<'a> {
    watched: Watched,
    recorder: &'a mut Recorder,
    out: &'a mut dyn Write,
    json: bool,
    /// Whether the lines come from a terminal.
    is_typed: bool,
    steps: u32,
    last: Option<Record>,
    findings: Findings,
    /// When the program is ended.
    late: Option<Instant>,
    limit: Duration,
    /// Whoever reads it reads it later: not every record is handed on by itself.
    in_bulk: bool,
    /// What keeps the threads from going on was said.
    told_stuck: bool,
}

/// Runs the program, prints to `out` and writes it down with `recorder`. `complain` hears what a program must do itself to see what the
/// peer shows.
///
/// # Errors
/// If the program cannot be started or watched, or the output cannot be written.
pub fn run(
    plan: &WatchPlan,
    out: &mut dyn Write,
    recorder: &mut Recorder,
    complain: &mut dyn FnMut(&str),
) -> anyhow::Result<WatchEnd> {
    if let Some(needs) = plan.needs() {
        complain(&needs);
    }
    let (watched, record, argv) = begin(plan, complain)?;
    let mut watch = Watch {
        watched,
        recorder,
        out,
        json: plan.json,
        is_typed: std::io::stdin().is_terminal(),
        steps: 0,
        last: None,
        findings: Findings::new(&RuleChoice::default()),
        late: plan.limit.map(|limit| Instant::now() + limit),
        limit: plan.limit.unwrap_or_default(),
        in_bulk: false,
        told_stuck: false,
    };
    let ended = watch.all(record, &argv, plan);
    if watch.watched.is_crowded() {
        complain(CROWDED);
    }
    match ended {
        Err(error) if is_closed_pipe(&error) => Ok(WatchEnd::ClosedPipe),
        ended => ended,
    }
}

impl Watch<'_> {
    fn all(
        &mut self,
        first: Record,
        argv: &[OsString],
        plan: &WatchPlan,
    ) -> anyhow::Result<WatchEnd> {
        let header = os::system::header();
        self.recorder.header(&header)?;
        if self.json {
            self.out.write_all(encode::header(&header).as_bytes())?;
        } else {
            let pid = self.watched.world().tasks().get(&Task::FIRST);
            let pid = pid.map_or(0, |task| task.pid);
            let peer = plan.lab.map(|spec| format!(" {{port}} is @{}.", spec.name));
            let peer = peer.unwrap_or_default();
            self.note(&format!(
                "watching {}, process {pid}.{peer}",
                words::shown(argv)
            ))?;
        }
        self.tell(first)?;
        if plan.auto {
            let end = self.auto()?;
            self.looks_back()?;
            return Ok(end);
        }
        let end = self.by_lines()?;
        if !matches!(end, WatchEnd::Failed(_)) {
            self.looks_back()?;
        }
        Ok(end)
    }

    fn ended(&self) -> WatchEnd {
        WatchEnd::Ended(self.watched.end().unwrap_or(TaskEnd::Exit(0)))
    }

    fn tell(&mut self, record: Record) -> anyhow::Result<()> {
        self.recorder.record(&record, self.watched.world())?;
        self.findings.take(&record, self.watched.world());
        let words = match self.json {
            true => encode::record(&record),
            false => text::record(self.watched.world(), &record, self.steps),
        };
        self.out.write_all(words.as_bytes())?;
        if !self.in_bulk {
            self.out.flush()?;
        }
        self.last = Some(record);
        self.says_what_is_not_seen()?;
        self.says_stuck()
    }

    /// A line of our own. The trace has none.
    fn note(&mut self, words: &str) -> anyhow::Result<()> {
        if !self.json {
            writeln!(self.out, "{words}")?;
            self.out.flush()?;
        }
        Ok(())
    }
}
