//! `sockstep run`: steps without a terminal, for scripts and pipes.

use super::answer::{USAGE, complain, exit};
use super::common::{CommonArgs, gather, lab};
use super::recordings;
use crate::language::duration::parse_duration;
use crate::model::clean;
use crate::run::headless::{self, HeadlessPlan};
use crate::run::outputs::Face;
use crate::run::{script, targets};
use crate::{language, os};
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

#[derive(Debug, Args)]
pub(super) struct RunArgs {
    #[command(flatten)]
    common: CommonArgs,
    /// Print the trace as JSON Lines
    #[arg(long, conflicts_with_all = ["plain", "calls"])]
    json: bool,
    /// Print one line per stage change (the default)
    #[arg(long)]
    plain: bool,
    /// With --plain: print the calls too
    #[arg(long)]
    calls: bool,
    /// Tell every tick in full, as lines for a screen reader: what changed, the calls, the lists, the kernel
    #[arg(long, conflicts_with_all = ["json", "calls"])]
    tell: bool,
    /// Run commands from a file, one a line: add, tick 7, send 1 hello, expect 1 stage connected, await ... within 2s
    #[arg(long, value_name = "FILE", conflicts_with_all = ["ticks", "until_settled", "check"])]
    script: Option<PathBuf>,
    /// Stop after N ticks
    #[arg(long, value_name = "N")]
    ticks: Option<u64>,
    /// Stop when every socket is connected, in error, or past its deadline (the default without --ticks)
    #[arg(long)]
    until_settled: bool,
    /// Each socket's deadline, with --until-settled
    #[arg(long, value_name = "D", value_parser = parse_duration, default_value = "10s")]
    timeout: Duration,
    /// Exit with 1 unless every socket is connected
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    record: recordings::RecordArgs,
}

pub(super) fn headless(run: &RunArgs) -> anyhow::Result<ExitCode> {
    let mut targets = match gather(&run.common) {
        Ok(targets) => targets,
        Err(code) => return Ok(code),
    };
    if targets.is_empty() && run.script.is_none() {
        targets = lab()?;
    }
    let lines = match &run.script {
        None => None,
        Some(file) => match script_of(file) {
            Ok(lines) => Some(lines),
            Err(error) => return Ok(complain(&error, USAGE)),
        },
    };
    let mut recorder = match run.record.recorder() {
        Ok(recorder) => recorder,
        Err(code) => return Ok(code),
    };
    os::system::raise_descriptor_limit();
    recorder.complain_to(Box::new(|fault| {
        complain(fault, 1);
    }));
    let out = std::io::stdout().lock();
    if let Some(lines) = lines {
        let plan = script::ScriptPlan {
            targets,
            lines,
            face: run.face(),
            poll_timeout: run.common.poll_timeout(None),
            options: run.common.options(),
        };
        let end = script::run(&plan, out, &mut recorder)?;
        return Ok(exit(&end, false, &recorder));
    }
    let plan = HeadlessPlan {
        targets,
        face: run.face(),
        ticks: run.ticks,
        until_settled: run.until_settled || run.ticks.is_none(),
        timeout: run.timeout,
        poll_timeout: run.common.poll_timeout(None),
        options: run.common.options(),
    };
    let end = headless::run(&plan, out, &mut recorder)?;
    Ok(exit(&end, run.check, &recorder))
}

impl RunArgs {
    fn face(&self) -> Face {
        if self.json {
            Face::Json
        } else if self.tell {
            Face::Tell
        } else {
            Face::Plain { calls: self.calls }
        }
    }
}

/// The lines of a script, or which of them is wrong.
fn script_of(file: &std::path::Path) -> Result<Vec<language::script::ScriptLine>, String> {
    let named = |error: String| format!("{}: {error}", clean::text(&file.to_string_lossy()));
    let text = targets::text_of(file).map_err(|error| named(error.to_string()))?;
    if language::lesson::is_lesson(&text) {
        let lesson = language::lesson::Lesson::parse(&text);
        return lesson
            .map(|lesson| lesson.script())
            .map_err(|error| named(error.to_string()));
    }
    language::script::parse(&text).map_err(|error| named(error.to_string()))
}
