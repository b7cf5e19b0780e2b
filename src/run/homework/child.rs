//! One run: this program is started again to watch the homework's, so that neither can disturb the others, and its recording is marked.

use super::{HomeworkPlan, RunOutcome};
use crate::language::duration::write_duration;
use crate::language::lesson::Lesson;
use crate::model::clean;
use crate::os::wire::THIS_PROGRAM;
use crate::run::lesson::program::{RunEnd, mark_file};
use crate::run::watch::CROWDED;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, pidfd_open};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// So much longer than the program a watcher may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// So much is heard of why a program was not run.
const MOST_HEARD: u64 = 4096;

/// What all runs have in common.
#[derive(Debug)]
pub(super) struct RunTogether<'a> {
    pub(super) plan: &'a HomeworkPlan,
    pub(super) lesson: &'a Lesson,
    pub(super) folder: &'a Path,
}

/// One homework at one peer.
#[derive(Clone, Debug)]
pub(super) struct OneRun {
    /// Its place among the homeworks.
    pub(super) homework: usize,
    pub(super) dir: PathBuf,
    /// The peer's place in the lesson.
    pub(super) place: usize,
    pub(super) peer: String,
}

impl OneRun {
    /// Runs and marks it; where its recording stays, if it does.
    pub(super) fn run(&self, together: &RunTogether<'_>) -> (RunOutcome, Option<PathBuf>) {
        let recording = together.folder.join(self.file(together));
        let outcome = self.watched(together, &recording);
        let outcome = outcome.unwrap_or_else(RunOutcome::NotRun);
        let stays = together.plan.keep.is_some() && recording.exists();
        if !stays {
            let _ = std::fs::remove_file(&recording);
        }
        (outcome, stays.then_some(recording))
    }

    /// `anna.@refused.jsonl`; of two directories of one name each has its place before it.
    fn file(&self, together: &RunTogether<'_>) -> String {
        let name = |dir: &Path| {
            let name = dir
                .file_name()
                .map(|name| clean::text(&name.to_string_lossy()));
            name.unwrap_or_else(|| "homework".to_owned())
        };
        let own = name(&self.dir);
        let same = together.plan.dirs.iter().filter(|dir| name(dir) == own);
        match same.count() {
            0 | 1 => format!("{own}.@{}.jsonl", self.peer),
            _ => format!("{}-{own}.@{}.jsonl", self.homework + 1, self.peer),
        }
    }

    fn watched(&self, together: &RunTogether<'_>, recording: &Path) -> Result<RunOutcome, String> {
        let dir = std::fs::canonicalize(&self.dir).map_err(|error| error.to_string())?;
        if !dir.is_dir() {
            return Err("it is no directory".to_owned());
        }
        let child = self.command(together, &dir, recording).spawn();
        let child = child.map_err(|error| error.to_string())?;
        let heard = waited(child, together.plan.bounds.limit + PATIENCE)?;
        match mark_file(recording, together.lesson, Some(&self.peer)) {
            Ok(Some(mut run)) => {
                if heard.contains(CROWDED) {
                    run.end = RunEnd::Crowded;
                }
                Ok(RunOutcome::Marked(Box::new(run)))
            }
            Ok(None) | Err(_) => Err(why(&heard)),
        }
    }

    fn command(&self, together: &RunTogether<'_>, dir: &Path, recording: &Path) -> Command {
        let bounds = &together.plan.bounds;
        let mut command = Command::new(THIS_PROGRAM);
        command
            .args(["watch", "--auto", "--force", "--homework", "--limit"])
            .arg(write_duration(bounds.limit))
            .arg("--lab")
            .arg(format!("@{}", self.peer))
            .arg("--record")
            .arg(recording)
            .arg("--dir")
            .arg(dir)
            .arg("--stdin")
            .arg(bounds.stdin.as_deref().unwrap_or(Path::new("/dev/null")))
            .arg("--memory")
            .arg(bounds.memory.to_string())
            .arg("--file-size")
            .arg(bounds.file_size.to_string())
            .arg("--processes")
            .arg(bounds.processes.to_string());
        if bounds.alone {
            command.arg("--alone");
        }
        let dir = dir.display().to_string();
        let words = &together.plan.command;
        command
            .arg("--")
            .args(words.iter().map(|word| word.replace("{dir}", &dir)));
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        command
    }
}

/// Waits for a watcher's end, so long at most, and gives back what it complained of.
fn waited(mut child: Child, longest: Duration) -> Result<String, String> {
    let pid = Pid::from_child(&child);
    let limit = Timespec {
        tv_sec: longest.as_secs() as i64,
        tv_nsec: 0,
    };
    let ended = match pidfd_open(pid, PidfdFlags::empty()) {
        Ok(process) => {
            let mut fds = [PollFd::new(&process, PollFlags::IN)];
            poll(&mut fds, Some(&limit)) != Ok(0)
        }
        Err(_) => true,
    };
    if !ended {
        let _ = child.kill();
        let _ = child.wait();
        return Err("its watcher did not end".to_owned());
    }
    let mut heard = String::new();
    if let Some(errors) = child.stderr.take() {
        let _ = errors.take(MOST_HEARD).read_to_string(&mut heard);
    }
    let _ = child.wait();
    Ok(heard)
}

/// The last complaint.
fn why(heard: &str) -> String {
    let last = heard.lines().rev().find(|line| !line.trim().is_empty());
    let last = last.unwrap_or("its watcher ended without a word");
    clean::text(last.trim_start_matches("sockstep: "))
}
