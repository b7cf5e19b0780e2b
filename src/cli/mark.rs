//! `sockstep mark`: homework, as recordings that were handed in, or as programs that are run.

use super::answer::{USAGE, complain};
use super::lesson::written;
use crate::language::duration::parse_duration;
use crate::model::clean;
use crate::run::homework::{self, HomeworkPlan, RunBounds};
use crate::run::lesson::find::{self, AllowTargets, FoundLesson};
use crate::run::lesson::mark::{CSV_HEAD, Marker};
use clap::Args;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

#[derive(Debug, Args)]
#[command(
    after_help = "Without --run it reads recordings, makes no socket, and runs nothing of the student's. It says that a goal was reached and that an \
    answer was given, not how well. A recording is a text file, and can be forged.\n\n\
    With --run it runs the students' programs with your rights: this is no sandbox. CPU time, memory, the size of files, processes and the time \
    are limited; as root each has a network of its own, with loopback alone. Do it as a user of its own, or in a container. What the rules find is \
    a place to look at, and never a point. A program can see that it is watched.\n\
    Example: sockstep mark client.lesson --run './client {host} {port}' homework/*\n\n\
    Exit codes: 0 everything was reached in every file, or met by every program; 1 something is missing; 2 something was not run, or wrong use."
)]
pub(super) struct MarkArgs {
    /// The lesson: a number of the course, or a file
    lesson: String,
    /// Recordings; with --run directories, one a homework
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Print CSV: file, goals, reached, answers, first right, started, kernel, remark; with --run: who, peer, exit, steps, rule, step, call, recording
    #[arg(long)]
    csv: bool,
    /// Run this command in each directory, at each peer that the lesson names. {host} and {port} are the peer's, {dir} is the directory. It is
    /// split into words as a shell would, and no shell runs
    #[arg(long, value_name = "CMD")]
    run: Option<String>,
    #[command(flatten)]
    bounds: BoundArgs,
}

/// What each run may take.
#[derive(Debug, Args)]
struct BoundArgs {
    /// So many programs run at once
    #[arg(long, value_name = "N", requires = "run", default_value_t = 2, value_parser = clap::value_parser!(u16).range(1..=256))]
    jobs: u16,
    /// How long each program may take, and how much CPU time
    #[arg(long, value_name = "D", requires = "run", default_value = "10s", value_parser = parse_limit)]
    limit: Duration,
    /// What each program reads as its standard input; else nothing
    #[arg(long, value_name = "FILE", requires = "run")]
    stdin: Option<PathBuf>,
    /// The address space of each program, such as 512m or 2g
    #[arg(long, value_name = "SIZE", requires = "run", default_value = "2g", value_parser = parse_size)]
    memory: u64,
    /// The size of each file that a program writes
    #[arg(long, value_name = "SIZE", requires = "run", default_value = "16m", value_parser = parse_size)]
    file_size: u64,
    /// How many threads and processes each program may have at once
    #[arg(long, value_name = "N", requires = "run", default_value_t = 64, value_parser = clap::value_parser!(u16).range(1..))]
    processes: u16,
    /// Keep the recordings in this directory, as NAME.@PEER.jsonl
    #[arg(long, value_name = "DIR", requires = "run")]
    record: Option<PathBuf>,
}

fn parse_limit(text: &str) -> Result<Duration, String> {
    let limit = parse_duration(text)?;
    match limit.is_zero() {
        true => Err("a program needs some time. Write 10s".to_owned()),
        false => Ok(limit),
    }
}

/// `512m`, `2g`, `100k` or bytes.
fn parse_size(text: &str) -> Result<u64, String> {
    let wrong = || format!("'{}' is not a size. Write 512m or 2g", clean::text(text));
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let shift = match &text[digits.len()..] {
        "" => 0,
        "k" | "K" => 10,
        "m" | "M" => 20,
        "g" | "G" => 30,
        _ => return Err(wrong()),
    };
    let number: u64 = digits.parse().map_err(|_| wrong())?;
    let bytes = number.checked_mul(1 << shift).filter(|bytes| *bytes > 0);
    bytes.ok_or_else(wrong)
}

pub(super) fn mark(args: &MarkArgs) -> anyhow::Result<ExitCode> {
    let found = match find::find(&args.lesson, AllowTargets::Anywhere) {
        Ok(found) => found,
        Err(error) => return Ok(complain(&error.to_string(), USAGE)),
    };
    if let Some(command) = &args.run {
        return Ok(run(args, &found, command));
    }
    let mut out = std::io::stdout().lock();
    if args.csv && !written(out.write_all(CSV_HEAD.as_bytes()))? {
        return Ok(ExitCode::SUCCESS);
    }
    let mut marker = Marker::new(&found);
    let mut all_whole = true;
    for file in &args.files {
        let marked = marker.mark(file);
        all_whole &= marked.is_whole();
        let text = if args.csv {
            marked.csv()
        } else {
            marked.lines()
        };
        if !written(out.write_all(text.as_bytes()))? {
            return Ok(ExitCode::SUCCESS);
        }
    }
    Ok(ExitCode::from(u8::from(!all_whole)))
}

/// What is to be run, and within what; or why nothing can be.
fn plan(args: &MarkArgs, found: &FoundLesson, command: &str) -> Result<HomeworkPlan, String> {
    let words = shell_words::split(command).map_err(|error| {
        format!("--run cannot be split into words: {error}. Close each quotation mark")
    })?;
    if words.is_empty() {
        return Err("--run has no command. Write --run './client {host} {port}'".to_owned());
    }
    if found.lesson.peers.is_empty() {
        return Err(format!(
            "the lesson {} says of no peer what a program must do there. Write a line such as: peer @refused: exit not 0",
            found.name
        ));
    }
    let bounds = &args.bounds;
    let stdin = bounds.stdin.as_ref().map(std::fs::canonicalize).transpose();
    let stdin = stdin.map_err(|error| format!("--stdin cannot be read: {error}"))?;
    Ok(HomeworkPlan {
        command: words,
        dirs: args.files.clone(),
        jobs: usize::from(bounds.jobs),
        bounds: RunBounds {
            limit: bounds.limit,
            stdin,
            memory: bounds.memory,
            file_size: bounds.file_size,
            processes: usize::from(bounds.processes),
            alone: homework::can_be_alone(),
        },
        keep: bounds.record.clone(),
        csv: args.csv,
    })
}

/// Runs the programs, and marks what they did.
fn run(args: &MarkArgs, found: &FoundLesson, command: &str) -> ExitCode {
    let plan = match plan(args, found, command) {
        Ok(plan) => plan,
        Err(why) => return complain(&why, USAGE),
    };
    if !plan.bounds.alone {
        let why = "the programs have this machine's network, and can connect anywhere: one of their own, with loopback alone, takes root";
        complain(why, 0);
    }
    let mut out = std::io::stdout().lock();
    match homework::run(&plan, found, &mut out) {
        Ok(end) if end.not_run => ExitCode::from(USAGE),
        Ok(end) => ExitCode::from(u8::from(end.missed)),
        Err(error) if homework::is_nobody_reading(&error) => ExitCode::SUCCESS,
        Err(error) => complain(&format!("{error:#}"), USAGE),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_read_as_it_is_written() {
        for (text, bytes) in [("1", 1), ("2k", 2048), ("512m", 512 << 20), ("2G", 2 << 30)] {
            assert_eq!(parse_size(text), Ok(bytes), "{text}");
        }
        for text in ["", "m", "0", "2 g", "1t", "-1", "99999999999g"] {
            assert!(parse_size(text).is_err(), "{text}");
        }
    }
}
