//! The command line of lessons: gone through, listed, checked, drafted.

mod verdict;

use super::answer::{USAGE, complain, print};
use super::colours::{ColourArgs, appearance};
use super::config::{ConfigArg, SaveArgs};
use super::recordings;
use crate::app::lesson::LessonRun;
use crate::engine::{AskKernel, Options};
use crate::model::readiness::Interest;
use crate::os;
use crate::run::lesson::LessonStart;
use crate::run::lesson::check::{self, CheckedLesson};
use crate::run::lesson::draft;
use crate::run::lesson::find::{self, AllowTargets};
use crate::run::lesson::list::{self, ListedNames};
use crate::run::lesson::progress;
use crate::run::{plain, settings, tui};
use crate::words::join::plural;
use clap::{Args, Subcommand};
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;
use verdict::verdict;

#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "A lesson is a script with questions; the kernel says which answer is right. Its files are described in CONTRIBUTING.md."
)]
pub(super) struct LessonArgs {
    #[command(subcommand)]
    command: Option<LessonCommand>,
    /// A number of the course, or a file; none: the list
    lesson: Option<String>,
    /// Lines of text instead of the screen: Enter goes on, a to d answer
    #[arg(long)]
    plain: bool,
    /// Do not ask; show what the questions show
    #[arg(long)]
    no_questions: bool,
    /// Do not recognise what other lessons show
    #[arg(long)]
    no_guide: bool,
    /// Let it connect to other machines
    #[arg(long)]
    allow_targets: bool,
    #[command(flatten)]
    save: SaveArgs,
    #[command(flatten)]
    config: ConfigArg,
    #[command(flatten)]
    record: recordings::RecordArgs,
    #[command(flatten)]
    colours: ColourArgs,
}

#[derive(Debug, Subcommand)]
enum LessonCommand {
    /// All lessons of the course
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
        /// With what each shows and the belief that breaks: these answer its questions
        #[arg(long)]
        names: bool,
    },
    /// Run lessons, and prove that each question has exactly one right answer on this kernel
    Check {
        /// So often
        #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1000))]
        times: u32,
        /// Let them connect to other machines
        #[arg(long)]
        allow_targets: bool,
        /// Files, or numbers of the course; none: the whole course
        #[arg(value_name = "LESSON")]
        lessons: Vec<String>,
    },
    /// Print a first draft of a lesson
    New {
        /// The recording that it is made of
        #[arg(long, value_name = "RECORDING")]
        from: PathBuf,
    },
}

pub(super) fn allow(allow_targets: bool) -> AllowTargets {
    if allow_targets {
        AllowTargets::Anywhere
    } else {
        AllowTargets::Here
    }
}

pub(super) fn lesson(args: &LessonArgs) -> anyhow::Result<ExitCode> {
    match &args.command {
        None => match &args.lesson {
            None => print(&list::lines(ListedNames::Topics)),
            Some(name) => begin(args, name),
        },
        Some(LessonCommand::List { json, names }) => {
            let names = if *names {
                ListedNames::Names
            } else {
                ListedNames::Topics
            };
            print(&if *json {
                list::json(names)
            } else {
                list::lines(names)
            })
        }
        Some(LessonCommand::Check {
            times,
            allow_targets,
            lessons,
        }) => check_all(*times, allow(*allow_targets), lessons),
        Some(LessonCommand::New { from }) => {
            let recording = match super::recordings::open(from) {
                Ok(recording) => recording,
                Err(code) => return Ok(code),
            };
            let loaded = recording.read_all();
            let code = print(&draft::draft(&loaded.title, &loaded.records))?;
            Ok(match loaded.broken() {
                Some(broken) => complain(&broken, 1),
                None => code,
            })
        }
    }
}

/// A lesson that only says what a program must do.
fn nothing_to_go_through(name: &str) -> ExitCode {
    let why = format!(
        "the lesson {name} has nothing to go through: it says what a program must do. Run one: sockstep mark {name} --run CMD DIR"
    );
    complain(&why, USAGE)
}

/// Goes through a lesson, on the screen or in lines.
fn begin(args: &LessonArgs, name: &str) -> anyhow::Result<ExitCode> {
    let found = match find::find(name, allow(args.allow_targets)) {
        Ok(found) => found,
        Err(error) => return Ok(complain(&error.to_string(), USAGE)),
    };
    if found.lesson.parts.is_empty() {
        return Ok(nothing_to_go_through(&found.name));
    }
    if !args.plain && !tui::has_terminal() {
        let message =
            "standard output is not a terminal. Add --plain to go through the lesson in lines";
        return Ok(complain(message, USAGE));
    }
    let config = match args.config.read() {
        Ok(config) => config,
        Err(code) => return Ok(code),
    };
    let mut recorder = match args.record.recorder() {
        Ok(recorder) => recorder,
        Err(code) => return Ok(code),
    };
    let saves = args.save.saves(&config);
    os::system::raise_descriptor_limit();
    let header = os::system::header();
    let saved = saves.then(|| recordings::save(&mut recorder, &header));
    let notice = saved.and_then(Result::err);
    let asks = !args.no_questions;
    let is_left = found.is_ours && saves && progress::place(&found.name).is_some();
    let offer = is_left.then(|| progress::offer(&found.name));
    let lessons = LessonStart {
        first: Some(LessonRun::new(
            &found.name,
            found.lesson,
            found.is_ours,
            asks,
        )),
        allow: allow(args.allow_targets),
        asks,
        guides: !args.no_guide,
        saves,
    };
    if !args.plain {
        let (settings, word) = saves.then(settings::load).unwrap_or_default();
        return Ok(ExitCode::from(tui::run(tui::TuiOptions {
            targets: Vec::new(),
            modes: None,
            remembers: saves,
            options: options(),
            poll_timeout: Duration::ZERO,
            terminal: appearance(&args.colours, &config, settings.theme),
            recorder,
            notice: notice.or(word).or(offer),
            header,
            lessons,
        })?));
    }
    let mut on_fault = |fault: &str| {
        complain(fault, 1);
    };
    if let Some(notice) = notice {
        on_fault(&notice);
    }
    let start = plain::ReplOptions {
        targets: Vec::new(),
        options: options(),
        poll_timeout: Duration::ZERO,
        header,
        prompt: std::io::stdin().is_terminal() && std::io::stdout().is_terminal(),
        depth: config.depth.value,
        history: config.history.value,
        lessons,
    };
    let end = plain::run(
        start,
        std::io::stdout().lock(),
        &mut recorder,
        &mut on_fault,
    )?;
    Ok(code_of(end))
}

/// The exit code of a conversation in lines that ended so.
fn code_of(end: plain::ReplEnd) -> ExitCode {
    match end {
        plain::ReplEnd::Signal(number) => ExitCode::from(128_u8.wrapping_add(number as u8)),
        plain::ReplEnd::NotAsExpected => ExitCode::from(1),
        plain::ReplEnd::Quit | plain::ReplEnd::ClosedPipe => ExitCode::SUCCESS,
    }
}

fn check_all(times: u32, allow: AllowTargets, names: &[String]) -> anyhow::Result<ExitCode> {
    let mut lessons = Vec::new();
    for name in names {
        match find::find(name, allow) {
            Ok(found) => lessons.push(found),
            Err(error) => return Ok(complain(&error.to_string(), USAGE)),
        }
    }
    if lessons.is_empty() {
        lessons = find::course();
    }
    os::system::raise_descriptor_limit();
    let others = find::course();
    let mut out = std::io::stdout().lock();
    let (mut bad, mut questions, mut goals, mut seen, mut skipped) = (0, 0, 0, 0, 0);
    for found in &lessons {
        let mut faults = Vec::new();
        let mut last = CheckedLesson::default();
        for _ in 0..times {
            last = check::check(&found.lesson, &others, options())?;
            faults.append(&mut last.faults);
            if last.not_here.is_some() {
                break;
            }
        }
        if let Some(why) = &last.not_here {
            skipped += 1;
            if !written(writeln!(out, "{}: not here: {why}", found.name))? {
                return Ok(ExitCode::SUCCESS);
            }
            continue;
        }
        questions += last.answers.len();
        goals += last.goals;
        seen += usize::from(last.seen);
        bad += usize::from(!faults.is_empty());
        if !written(out.write_all(verdict(found, &last, &faults).as_bytes()))? {
            return Ok(ExitCode::SUCCESS);
        }
    }
    let sum = format!(
        "{}, {}: {} with one right answer each, {}, {seen} seen; {bad} failed, {skipped} not here\n",
        plural(lessons.len(), "lesson"),
        plural(times as usize, "time"),
        plural(questions, "question"),
        plural(goals, "goal"),
    );
    if !written(out.write_all(sum.as_bytes()))? {
        return Ok(ExitCode::SUCCESS);
    }
    Ok(ExitCode::from(u8::from(bad > 0)))
}

/// Whether somebody still reads.
pub(super) fn written(result: std::io::Result<()>) -> anyhow::Result<bool> {
    match result {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(error.into()),
    }
}

pub(super) fn options() -> Options {
    Options {
        looks: AskKernel::On,
        interest: Interest::default(),
        race: None,
        seed: os::system::some_seed(),
    }
}
