//! What came of the homeworks, in lines or as CSV.

use super::{HomeworkDone, HomeworkPlan, RunOutcome};
use crate::language::duration::write_duration;
use crate::run::lesson::program::{MarkedRun, RunEnd};
use crate::run::lesson::report::quoted;
use crate::words::join::plural;
use crate::words::signals::how;
use std::fmt::Write as _;
use std::io::Write;
use std::path::Path;

/// The first line of the CSV.
const CSV_HEAD: &str = "who,peer,exit,steps,rule,step,call,recording\r\n";

/// How many homeworks, each counted once by the worst of it, and how many runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    all: usize,
    not_run: usize,
    missed: usize,
    stuck: usize,
    look: usize,
    pub(super) missed_runs: usize,
    pub(super) not_run_runs: usize,
}

/// The report, as it is written.
pub(super) struct Report<'a> {
    plan: &'a HomeworkPlan,
    out: &'a mut dyn Write,
    counts: Counts,
    width: usize,
}

impl<'a> Report<'a> {
    pub(super) fn new(plan: &'a HomeworkPlan, out: &'a mut dyn Write) -> Report<'a> {
        let widths = plan.dirs.iter().map(|dir| super::who(dir).chars().count());
        Report {
            width: widths.max().unwrap_or(0).min(40),
            plan,
            out,
            counts: Counts::default(),
        }
    }

    pub(super) fn begin(&mut self) -> anyhow::Result<()> {
        if self.plan.csv {
            self.put(CSV_HEAD)?;
        }
        Ok(())
    }

    /// Writes down what came of one.
    pub(super) fn homework(&mut self, done: &HomeworkDone) -> anyhow::Result<()> {
        self.count(done);
        let text = match self.plan.csv {
            true => csv(done),
            false => self.lines(done),
        };
        self.put(&text)
    }

    /// The last line; how many of each there were.
    pub(super) fn end(mut self) -> anyhow::Result<Counts> {
        let counts = self.counts;
        if !self.plan.csv {
            let bad = counts.not_run + counts.missed + counts.stuck + counts.look;
            let mut text = format!(
                "{}: {} ok",
                plural(counts.all, "homework"),
                counts.all - bad
            );
            for (count, words) in [
                (counts.missed, "with something missing"),
                (counts.stuck, "stuck or not over"),
                (counts.look, "with something to look at"),
                (counts.not_run, "not run"),
            ] {
                if count > 0 {
                    let _ = write!(text, ", {count} {words}");
                }
            }
            text.push('\n');
            self.put(&text)?;
        }
        Ok(counts)
    }

    fn put(&mut self, text: &str) -> anyhow::Result<()> {
        self.out.write_all(text.as_bytes())?;
        self.out.flush()?;
        Ok(())
    }

    fn count(&mut self, done: &HomeworkDone) {
        let counts = &mut self.counts;
        counts.all += 1;
        let (mut not_run, mut missed, mut stuck, mut look) = (0, 0, 0, 0);
        for (_, outcome, _) in &done.runs {
            match outcome {
                RunOutcome::NotRun(_) => not_run += 1,
                RunOutcome::Marked(run) => {
                    missed += usize::from(!run.missed.is_empty());
                    stuck += usize::from(!matches!(run.end, RunEnd::Itself(_)));
                    look += usize::from(!run.findings.is_empty() || run.unseen);
                }
            }
        }
        counts.missed_runs += missed;
        counts.not_run_runs += not_run;
        let worst = match (not_run, missed, stuck, look) {
            (0, 0, 0, 0) => return,
            (0, 0, 0, _) => &mut counts.look,
            (0, 0, _, _) => &mut counts.stuck,
            (0, _, _, _) => &mut counts.missed,
            _ => &mut counts.not_run,
        };
        *worst += 1;
    }

    fn lines(&self, done: &HomeworkDone) -> String {
        let reasons: Vec<&str> = done
            .runs
            .iter()
            .filter_map(|(_, outcome, _)| match outcome {
                RunOutcome::NotRun(why) => Some(why.as_str()),
                RunOutcome::Marked(_) => None,
            })
            .collect();
        let width = self.width;
        let who = &done.who;
        if let (Some(first), true) = (reasons.first(), reasons.len() == done.runs.len()) {
            return format!("{who:width$}  not run: {first}\n");
        }
        let cells = done.runs.iter();
        let cells = cells.map(|(peer, outcome, _)| format!("@{peer} {}", self.cell(outcome)));
        let cells: Vec<String> = cells.collect();
        let mut text = format!("{who:width$}  {}\n", cells.join("   "));
        for (peer, outcome, _) in &done.runs {
            let lines = match outcome {
                RunOutcome::NotRun(why) => vec![format!("not run: {why}")],
                RunOutcome::Marked(run) => run.lines(),
            };
            for line in lines {
                let _ = writeln!(text, "{:width$}    @{peer} {line}", "");
            }
        }
        text
    }

    /// One word or a few for one run.
    fn cell(&self, outcome: &RunOutcome) -> String {
        let RunOutcome::Marked(run) = outcome else {
            return "not run".to_owned();
        };
        let mut parts = Vec::new();
        match &run.end {
            RunEnd::Itself(_) => {}
            RunEnd::Stuck(call) => parts.push(format!("STUCK in {}()", name(call))),
            RunEnd::NotOver => {
                let limit = write_duration(self.plan.bounds.limit);
                parts.push(format!("not over after {limit}"));
            }
            RunEnd::Crowded => {
                let most = self.plan.bounds.processes;
                parts.push(format!("more than {most} threads and processes"));
            }
        }
        if run.unseen {
            parts.push("could not be looked at".to_owned());
        }
        if !run.missed.is_empty() {
            parts.push(format!("{} missed", run.missed.len()));
        }
        let found = run.findings.len();
        if found > 0 {
            parts.push(format!("{found} to look at"));
        }
        match parts.is_empty() {
            true => "ok".to_owned(),
            false => parts.join(", "),
        }
    }
}

fn csv(done: &HomeworkDone) -> String {
    let mut text = String::new();
    for (peer, outcome, recording) in &done.runs {
        let recording = recording.as_deref().map(file).unwrap_or_default();
        let mut row = |exit: &str, steps: String, rule: &str, step: String, call: &str| {
            let peer = format!("@{peer}");
            let fields = [
                &done.who, &peer, exit, &steps, rule, &step, call, &recording,
            ];
            let fields = fields.map(|field| match field == peer {
                // The sign of a peer is no formula.
                true => field.to_owned(),
                false => quoted(field),
            });
            text.push_str(&(fields.join(",") + "\r\n"));
        };
        match outcome {
            RunOutcome::NotRun(why) => row("not run", String::new(), "", String::new(), why),
            RunOutcome::Marked(run) => of_run(run, &mut row),
        }
    }
    text
}

/// A line for each thing that is missing or was found; one without either has a line, too.
fn of_run(run: &MarkedRun, row: &mut dyn FnMut(&str, String, &str, String, &str)) {
    let exit = match &run.end {
        RunEnd::Itself(end) => how(*end),
        RunEnd::Stuck(_) => "stuck".to_owned(),
        RunEnd::NotOver => "not over".to_owned(),
        RunEnd::Crowded => "too many processes".to_owned(),
    };
    let exit = exit.trim_start_matches("exit ");
    let steps = || run.steps.to_string();
    for missed in &run.missed {
        let words = format!("{}: {}", missed.words, missed.instead);
        row(exit, steps(), "expected", String::new(), &words);
    }
    if run.unseen {
        row(exit, steps(), "could not be looked at", String::new(), "");
    }
    for found in &run.findings {
        let step = found.step.to_string();
        row(exit, steps(), found.rule.name(), step, &found.call);
    }
    if run.missed.is_empty() && run.findings.is_empty() && !run.unseen {
        row(exit, steps(), "", String::new(), "");
    }
}

/// `connect(3, ...)` is called connect.
fn name(call: &str) -> &str {
    call.split('(').next().unwrap_or(call)
}

fn file(path: &Path) -> String {
    crate::model::clean::text(&path.display().to_string())
}
