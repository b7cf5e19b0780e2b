//! Without a command: the screen, or the same in lines.

use super::answer::{USAGE, complain};
use super::colours::{ColourArgs, appearance};
use super::common::{CommonArgs, gather, lab};
use super::config::{ConfigArg, SaveArgs};
use super::recordings;
use crate::model::record::Header;
use crate::model::target::{Target, TargetError};
use crate::os;
use crate::run::config::Config;
use crate::run::lesson::LessonStart;
use crate::run::lesson::find::AllowTargets;
use crate::run::recorder::Recorder;
use crate::run::{plain, settings, tui};
use clap::Args;
use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Debug, Args)]
pub(super) struct InteractiveArgs {
    #[command(flatten)]
    common: CommonArgs,
    #[command(flatten)]
    colours: ColourArgs,
    #[command(flatten)]
    record: recordings::RecordArgs,
    #[command(flatten)]
    save: SaveArgs,
    #[command(flatten)]
    config: ConfigArg,
    /// Do not recognise in this session what the lessons show
    #[arg(long)]
    no_guide: bool,
    /// Begin with TARGET three times: blocking, with a timeout, non-blocking
    #[arg(long, value_name = "TARGET", alias = crate::language::vocabulary::MODES_ONCE, conflicts_with = "plain")]
    modes: Option<String>,
    /// Lines of text instead of the screen, for screen readers and pipes: Enter is a tick, help lists the words
    #[arg(long)]
    plain: bool,
}

pub(super) fn interactive(args: &InteractiveArgs) -> anyhow::Result<ExitCode> {
    let config = match args.config.read() {
        Ok(config) => config,
        Err(code) => return Ok(code),
    };
    let mut targets = match gather(&args.common) {
        Ok(targets) => targets,
        Err(code) => return Ok(code),
    };
    if !args.plain && !tui::has_terminal() {
        let message = "standard output is not a terminal. Use: sockstep run TARGET... for scripts and pipes, or --plain";
        return Ok(complain(message, USAGE));
    }
    let modes = match args.modes.as_deref().map(target).transpose() {
        Ok(modes) => modes,
        Err(error) => return Ok(complain(&error.to_string(), USAGE)),
    };
    if targets.is_empty() && modes.is_none() {
        targets = lab()?;
    }
    let mut recorder = match args.record.recorder() {
        Ok(recorder) => recorder,
        Err(code) => return Ok(code),
    };
    os::system::raise_descriptor_limit();
    let header = os::system::header();
    let saved = args
        .save
        .saves(&config)
        .then(|| recordings::save(&mut recorder, &header));
    let again = match (&args.record.record, &saved) {
        (Some(path), _) | (None, Some(Ok(path))) => Some(recordings::quoted(path)),
        _ => None,
    };
    let faults = recorder.faults();
    let code = if args.plain {
        plainly(args, &config, targets, header, &mut recorder, saved)?
    } else {
        let notice = saved.and_then(Result::err);
        let code = on_the_screen(args, &config, (targets, modes), header, recorder, notice)?;
        // The screen on which it was said is gone.
        let faults = faults.all();
        for fault in &faults {
            complain(fault, 0);
        }
        match code {
            0 => u8::from(!faults.is_empty()),
            code => code,
        }
    };
    if let Some(file) = again.filter(|_| code == 0) {
        complain(
            &format!("watch this session again with: sockstep replay {file}"),
            0,
        );
    }
    Ok(ExitCode::from(code))
}

/// A target as it is typed.
fn target(text: &str) -> Result<Target, TargetError> {
    Target::parse(text)?.resolve(&os::names::SystemNames)
}

/// How lessons are gone through that are begun in a session.
fn lessons(args: &InteractiveArgs, config: &Config) -> LessonStart {
    LessonStart {
        first: None,
        allow: AllowTargets::Here,
        asks: true,
        guides: !args.no_guide,
        saves: args.save.saves(config),
    }
}

/// The conversation in lines.
fn plainly(
    args: &InteractiveArgs,
    config: &Config,
    targets: Vec<Target>,
    header: Header,
    recorder: &mut Recorder,
    saved: Option<Result<PathBuf, String>>,
) -> anyhow::Result<u8> {
    let mut on_fault = |fault: &str| {
        complain(fault, 1);
    };
    recorder.complain_to(Box::new(|fault| {
        complain(fault, 1);
    }));
    if let Some(Err(notice)) = saved {
        on_fault(&notice);
    }
    let start = plain::ReplOptions {
        targets,
        options: args.common.options(),
        poll_timeout: args.common.poll_timeout(config.poll_timeout.value),
        header,
        prompt: std::io::stdin().is_terminal() && std::io::stdout().is_terminal(),
        depth: config.depth.value,
        history: config.history.value,
        lessons: lessons(args, config),
    };
    let end = plain::run(start, std::io::stdout().lock(), recorder, &mut on_fault)?;
    Ok(match end {
        plain::ReplEnd::Signal(number) => 128_u8.wrapping_add(number as u8),
        plain::ReplEnd::NotAsExpected => 1,
        _ if recorder.has_failed() => 1,
        plain::ReplEnd::Quit | plain::ReplEnd::ClosedPipe => 0,
    })
}

fn on_the_screen(
    args: &InteractiveArgs,
    config: &Config,
    (targets, modes): (Vec<Target>, Option<Target>),
    header: Header,
    recorder: Recorder,
    notice: Option<String>,
) -> anyhow::Result<u8> {
    let remembers = args.save.saves(config);
    let (settings, word) = match remembers {
        true => settings::load(),
        false => Default::default(),
    };
    let start = tui::TuiOptions {
        targets,
        modes,
        options: args.common.options(),
        poll_timeout: args
            .common
            .poll_timeout(config.poll_timeout.value.or(settings.poll_timeout)),
        terminal: appearance(&args.colours, config, settings.theme),
        recorder,
        notice: notice.or(word),
        header,
        remembers,
        lessons: lessons(args, config),
    };
    tui::run(start)
}
