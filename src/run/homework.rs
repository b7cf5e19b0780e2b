//! Homework that is run: each program is watched at each peer that the lesson names, and its recording is marked.

mod child;
mod pool;
mod report;

use crate::language::lesson::Lesson;
use crate::os::tracee::alone_with_loopback;
use crate::run::lesson::find::FoundLesson;
use crate::run::lesson::program::MarkedRun;
use anyhow::Context;
use child::{OneRun, RunTogether};
use report::{Counts, Report};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What is run, and within what.
#[derive(Clone, Debug)]
pub struct HomeworkPlan {
    /// The command, split into words. `{dir}` is the homework's directory; `{host}` and `{port}` are the peer's.
    pub command: Vec<String>,
    /// The directories, one a homework: the command runs in it.
    pub dirs: Vec<PathBuf>,
    /// So many run at once.
    pub jobs: usize,
    /// The bounds of each run.
    pub bounds: RunBounds,
    /// Where the recordings stay; none: nowhere.
    pub keep: Option<PathBuf>,
    /// The report is CSV.
    pub csv: bool,
}

/// What each run may take.
#[derive(Clone, Debug)]
pub struct RunBounds {
    /// How long.
    pub limit: Duration,
    /// What it reads; none: nothing, /dev/null.
    pub stdin: Option<PathBuf>,
    /// Bytes of address space.
    pub memory: u64,
    /// Bytes of each file that it writes.
    pub file_size: u64,
    /// Threads and processes at once.
    pub processes: usize,
    /// It has a network of its own, with loopback alone.
    pub alone: bool,
}

/// What came of one run.
#[derive(Clone, Debug)]
pub enum RunOutcome {
    /// It ran, and was marked.
    Marked(Box<MarkedRun>),
    /// It could not be run, or not be watched: why.
    NotRun(String),
}

/// What came of one homework, at each peer.
#[derive(Clone, Debug)]
pub(super) struct HomeworkDone {
    pub(super) who: String,
    /// In the lesson's order: the peer, the outcome, and where its recording is.
    pub(super) runs: Vec<(String, RunOutcome, Option<PathBuf>)>,
}

/// How all of it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HomeworkEnd {
    /// An expectation was not met.
    pub missed: bool,
    /// Something was not run.
    pub not_run: bool,
}

/// Whether a program can be given a network of its own here.
pub fn can_be_alone() -> bool {
    // A network belongs to a thread, so that one which ends tries it without harm.
    let start = || std::thread::Builder::new().spawn(|| alone_with_loopback().is_ok());
    let tried = crate::os::signals::blocked_for_new_threads(start);
    tried.is_ok_and(|tried| tried.join().unwrap_or(false))
}

/// Runs and marks all, and prints the report as it comes.
///
/// # Errors
/// If the recordings cannot be written, or the report.
pub fn run(
    plan: &HomeworkPlan,
    found: &FoundLesson,
    out: &mut dyn Write,
) -> anyhow::Result<HomeworkEnd> {
    let folder = Folder::of(plan)?;
    let lesson: &Lesson = &found.lesson;
    let together = RunTogether {
        plan,
        lesson,
        folder: folder.path(),
    };
    let runs: Vec<OneRun> = plan
        .dirs
        .iter()
        .enumerate()
        .flat_map(|(homework, dir)| {
            let peers = lesson.peers.iter().enumerate();
            peers.map(move |(place, peer)| OneRun {
                homework,
                dir: dir.clone(),
                place,
                peer: peer.peer.clone(),
            })
        })
        .collect();
    let mut report = Report::new(plan, out);
    report.begin()?;
    pool::all(&together, runs, lesson.peers.len(), &mut |done| {
        report.homework(&done)
    })?;
    let counts = report.end()?;
    Ok(end(counts))
}

fn end(counts: Counts) -> HomeworkEnd {
    HomeworkEnd {
        missed: counts.missed_runs > 0,
        not_run: counts.not_run_runs > 0,
    }
}

/// Whether an error is only that nobody reads the report any more.
pub fn is_nobody_reading(error: &anyhow::Error) -> bool {
    crate::run::outputs::is_closed_pipe(error)
}

/// What a homework is called: its directory as it was named.
pub(super) fn who(dir: &Path) -> String {
    crate::model::clean::text(&dir.display().to_string())
}

/// Where recordings go: where they stay, or where they are taken away at the end.
#[derive(Debug)]
struct Folder {
    path: PathBuf,
    goes: bool,
}

impl Folder {
    fn of(plan: &HomeworkPlan) -> anyhow::Result<Folder> {
        if let Some(path) = &plan.keep {
            std::fs::create_dir_all(path)
                .with_context(|| format!("failed to make the folder {}", who(path)))?;
            return Ok(Folder {
                path: path.clone(),
                goes: false,
            });
        }
        let name = format!("sockstep-mark-{:x}", crate::os::system::some_seed());
        let path = std::env::temp_dir().join(name);
        let mut builder = std::fs::DirBuilder::new();
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder
            .create(&path)
            .with_context(|| format!("failed to make the folder {}", who(&path)))?;
        Ok(Folder { path, goes: true })
    }

    fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if self.goes {
            let _ = std::fs::remove_dir_all(&self.path);
        }
    }
}
