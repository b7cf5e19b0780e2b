//! `sockstep watch`: a program of the user's, one network call after the other, in lines.

mod auto;
mod input;
mod lab;
mod words;

use super::outputs::{Output, is_closed_pipe};
use super::recorder::Recorder;
use crate::engine::watch::{Settle, WatchOptions, Watched};
use crate::language::rules::RuleChoice;
use crate::model::clean;
use crate::model::record::Record;
use crate::model::task::{Doing, Task, TaskEnd};
use crate::narrate::rules::Findings;
use crate::narrate::story;
use crate::os;
use crate::os::lab::peers::PeerSpec;
use crate::os::lab::serve::needs;
use crate::os::tracee::ProgramSurroundings;
use crate::os::wire::THIS_PROGRAM;
use crate::text::watch as text;
use crate::trace::encode;
use anyhow::bail;
use input::{Input, TypedLine};
use lab::ServedLab;
use std::ffi::OsString;
use std::io::{IsTerminal, Write};
use std::path::Path;
use std::time::{Duration, Instant};
use words::WatchWord;

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
    /// How long it may take; then it is ended. With `auto` alone.
    pub limit: Option<Duration>,
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
}

/// Starts the peer and the program; gives back what it is given, with the places filled in. The thread that calls it is the only one that
/// can serve the program.
///
/// # Errors
/// If one of them cannot be started.
pub fn begin(plan: &WatchPlan) -> anyhow::Result<(Watched, Record, Vec<OsString>)> {
    let lab = plan.lab.map(ServedLab::start).transpose()?;
    let argv = words::argv(&plan.argv, lab.as_ref())?;
    let options = WatchOptions {
        all: plan.all,
        names: lab.as_ref().map_or_else(Vec::new, ServedLab::names),
        around: plan.around.clone(),
        most_tasks: plan.most_tasks,
        most_said: plan.most_said,
    };
    let settle: Settle = match lab {
        Some(lab) => Box::new(move || lab.settle()),
        None => Box::new(|| {}),
    };
    match Watched::begin(Path::new(THIS_PROGRAM), &argv, options, settle) {
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
    let (watched, record, argv) = begin(plan)?;
    let mut watch = Watch {
        watched,
        recorder,
        out,
        json: plan.json,
        is_typed: std::io::stdin().is_terminal(),
        steps: 0,
        last: None,
        findings: Findings::new(&RuleChoice::default()),
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
            let end = self.auto(plan.limit)?;
            self.looks_back()?;
            return Ok(end);
        }
        let end = self.by_lines()?;
        if !matches!(end, WatchEnd::Failed(_)) {
            self.looks_back()?;
        }
        Ok(end)
    }

    /// Lets calls go as lines say, until the end.
    fn by_lines(&mut self) -> anyhow::Result<WatchEnd> {
        let input = Input::start()?;
        while !self.watched.is_over() {
            self.by_itself(&[input.ready()], None)?;
            loop {
                match input.next() {
                    TypedLine::Nothing => break,
                    TypedLine::End if self.watched.is_over() => return Ok(self.ended()),
                    TypedLine::End if self.steps == 0 => {
                        let why = "the lines ended before the first step, and the program was ended: type step, or write --auto to let it run";
                        return Ok(WatchEnd::Failed(why.to_owned()));
                    }
                    TypedLine::End => {
                        self.note("the lines have ended before the program: it is ended now.")?;
                        return Ok(WatchEnd::Quit);
                    }
                    TypedLine::Line(line) => {
                        if let Some(end) = self.line(&line)? {
                            return Ok(end);
                        }
                    }
                }
            }
        }
        // What was typed ahead is asked of the program as it ended.
        while let TypedLine::Line(line) = input.next_within(PATIENCE) {
            if let Some(end) = self.line(&line)? {
                return Ok(end);
            }
        }
        Ok(self.ended())
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
        self.out.flush()?;
        self.last = Some(record);
        Ok(())
    }

    /// A line of our own. The trace has none.
    fn note(&mut self, words: &str) -> anyhow::Result<()> {
        if !self.json {
            writeln!(self.out, "{words}")?;
            self.out.flush()?;
        }
        Ok(())
    }

    /// Carries out a line; the end, if it is one.
    fn line(&mut self, line: &str) -> anyhow::Result<Option<WatchEnd>> {
        let word = match WatchWord::parse(line) {
            Ok(word) => word,
            // Who types sees it and types again; a script that is wrong goes no further.
            Err(why) if self.is_typed => {
                self.note(&format!("{why}."))?;
                WatchWord::Nothing
            }
            Err(why) => return Ok(Some(WatchEnd::Failed(why))),
        };
        match word {
            WatchWord::Nothing => {}
            WatchWord::Step(count) => {
                for _ in 0..count {
                    if !self.step(None)? {
                        break;
                    }
                }
            }
            WatchWord::StepThread(task) => {
                self.step(Some(task))?;
            }
            WatchWord::Auto => return self.auto(None).map(Some),
            WatchWord::Type(text) => self.watched.types(format!("{text}\n").as_bytes()),
            WatchWord::Int => self.watched.types(&[3]),
            WatchWord::Kill => self.watched.kill(),
            WatchWord::Interrupt(task) => {
                if !self.watched.interrupt(task) {
                    self.note("no thread is in a call that could be ended.")?;
                }
            }
            WatchWord::Look => {
                let record = self.watched.look();
                self.tell(record)?;
            }
            WatchWord::Wait(time) => {
                let until = Instant::now() + time;
                while Instant::now() < until && !self.watched.is_over() {
                    self.by_itself(&[], Some(until))?;
                }
            }
            WatchWord::Expect(claim) => {
                let (world, last) = (self.watched.world(), self.last.as_ref());
                let said = || last.map_or_else(Vec::new, |record| story::said(world, record));
                if let Err(instead) = claim.check(world, said) {
                    let line = clean::text(line.trim());
                    return Ok(Some(WatchEnd::Failed(format!("{line}: {instead}"))));
                }
            }
            WatchWord::Quit => return Ok(Some(WatchEnd::Quit)),
            WatchWord::Help => self.note(words::HELP)?,
        }
        Ok(None)
    }

    /// Lets one call go; false if there is none to let go.
    fn step(&mut self, task: Option<Task>) -> anyhow::Result<bool> {
        let until = Instant::now() + PATIENCE;
        loop {
            if let Some(record) = self.watched.step(task) {
                self.stepped(record)?;
                return Ok(true);
            }
            if self.watched.is_over() {
                self.note("the program has ended.")?;
                return Ok(false);
            }
            if Instant::now() >= until {
                break;
            }
            self.by_itself(&[], Some(until))?;
        }
        let tasks = self.watched.world().tasks();
        if let Some(unknown) = task.filter(|task| !tasks.contains_key(task)) {
            let known: Vec<String> = tasks
                .iter()
                .filter(|(_, state)| !matches!(state.doing, Doing::Ended(_)))
                .map(|(task, _)| task.to_string())
                .collect();
            let words = format!(
                "there is no thread {unknown}. There are: {}.",
                known.join(", ")
            );
            self.note(&words)?;
            return Ok(false);
        }
        let waits: Vec<String> = tasks
            .iter()
            .filter(|(of, _)| task.is_none_or(|task| task == **of))
            .filter_map(|(task, state)| match &state.doing {
                Doing::InCall { name, .. } => Some(format!("thread {task} is in {name}()")),
                _ => None,
            })
            .collect();
        let waits = match waits.is_empty() {
            true => "the program runs".to_owned(),
            false => waits.join(", "),
        };
        self.note(&clean::text(&format!("nothing is held: {waits}.")))?;
        Ok(false)
    }
}
