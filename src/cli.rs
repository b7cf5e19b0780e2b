//! The command line: what can be typed, and what it does. Data goes to standard output, messages to standard error.

mod exports;
mod recordings;

use crate::app::model::Theme;
use crate::engine::{Looks, Options};
use crate::language::duration::parse_duration;
use crate::model::clean;
use crate::model::readiness::Interest;
use crate::run::headless::{self, End, Plan};
use crate::run::outputs::Face;
use crate::run::recorder::Recorder;
use crate::run::{broken, cost, doctor, plain, script, serve, targets, tui};
use crate::{language, model, os};
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

/// Step real sockets through connect(), one tick of a poll loop per key press.
///
/// A TARGET is host:port, 1.2.3.4:80, [::1]:80, [fe80::1%eth0]:80, localhost:http, unix:/run/x.sock, unix:@abstract,
/// or a peer of the built-in lab: @open, @refused, @pending, @reset. Without a target it opens on these four.
#[expect(
    rustdoc::broken_intra_doc_links,
    reason = "this text is the help too, where [::1] is an address"
)]
#[derive(Debug, Parser)]
#[command(
    name = "sockstep",
    version,
    args_conflicts_with_subcommands = true,
    max_term_width = 100
)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    interactive: Interactive,
}

#[derive(Debug, Args)]
struct Interactive {
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    colours: Colours,
    #[command(flatten)]
    record: recordings::Record,
    /// Do not save this session (the last five are kept in the state directory, for you only)
    #[arg(long)]
    no_save: bool,
    /// Lines of text instead of the screen, for screen readers and pipes: Enter is a tick, help lists the words
    #[arg(long)]
    plain: bool,
}

#[derive(Debug, Args)]
struct Colours {
    /// The colours; auto asks COLORFGBG and is mono if that says nothing
    #[arg(long, value_enum, default_value = "auto")]
    theme: ThemeArg,
    /// Whether colours are used at all; auto honours NO_COLOR
    #[arg(long, value_enum, default_value = "auto")]
    color: ColorArg,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ThemeArg {
    Auto,
    Dark,
    Light,
    Mono,
    HighContrast,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ColorArg {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Args)]
struct Common {
    /// What to connect to
    #[arg(value_name = "TARGET")]
    targets: Vec<String>,
    /// Read targets from FILE, one a line; - is standard input, # begins a comment
    #[arg(long = "targets", value_name = "FILE")]
    file: Option<PathBuf>,
    /// How long one tick's poll waits: 0, 500ms, 2s, 1m
    #[arg(long, value_name = "D", value_parser = parse_duration, default_value = "0")]
    poll_timeout: Duration,
    /// What sockets are watched for: letters of r (readable), w (writable), p (priority)
    #[arg(long, value_name = "RWP", value_parser = parse_interest, default_value = "rw")]
    interest: Interest,

    /// Draws the @mystery targets: the same number gives the same mysteries. Without it they differ each time
    #[arg(long, value_name = "N", global = false)]
    seed: Option<u64>,
    /// Whether the witnesses (poll, select, TCP_INFO ...) are asked after each tick
    #[arg(long, value_enum, default_value = "on")]
    looks: LooksArg,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum LooksArg {
    /// Up to 64 sockets closely, all by poll and select
    On,
    /// Not one look system call
    Off,
    /// All sockets closely
    All,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Step without a terminal, for scripts and pipes
    Run(Run),
    /// Watch a recorded session again; no socket is touched
    Replay(recordings::Replay),
    /// Make a page, a picture, a handout, a diagram or a script of a recording
    Export(exports::Export),
    /// Show six classic bugs: list them, run one beside the right client, or print its source
    Broken(Broken),
    /// Measure what select, poll and epoll cost on this machine
    Cost {
        /// Print JSON Lines
        #[arg(long)]
        json: bool,
    },
    /// Serve peers of the lab to your own programs; prints a line for each: name, host, port
    Lab {
        /// The peers: @open, @echo, @refused ...
        #[arg(required = true, value_name = "@NAME")]
        names: Vec<String>,
        /// Draws the @mystery
        #[arg(long, value_name = "N")]
        seed: Option<u64>,
    },
    /// Tell what works on this machine
    Doctor,
    /// Print shell completions
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
}

#[derive(Debug, Args)]
struct Run {
    #[command(flatten)]
    common: Common,
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
    record: recordings::Record,
}

#[derive(Debug, Args)]
struct Broken {
    /// Which one; without it they are listed
    name: Option<String>,
    /// Print the program in this language and run nothing
    #[arg(long, value_enum, requires = "name", conflicts_with = "calls")]
    source: Option<SourceArg>,
    /// Print the calls too
    #[arg(long, requires = "name")]
    calls: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum SourceArg {
    C,
    Python,
}

fn parse_interest(letters: &str) -> Result<Interest, String> {
    Interest::from_letters(letters).ok_or_else(|| {
        format!(
            "'{}' is not an interest. Write letters of r, w, p, such as rw",
            clean::text(letters)
        )
    })
}

impl Common {
    fn options(&self) -> Options {
        let looks = match self.looks {
            LooksArg::On => Looks::On,
            LooksArg::Off => Looks::Off,
            LooksArg::All => Looks::All,
        };
        Options {
            looks,
            interest: self.interest,
            seed: self.seed.unwrap_or_else(os::system::some_seed),
        }
    }
}

/// Wrong use of the command line: exit code 2.
const USAGE: u8 = 2;

/// Carries out what was typed and returns the exit code.
pub fn execute(cli: &Cli) -> ExitCode {
    // Without the handler a limit on file sizes ends the program, which is no reason to write nothing at all.
    let _ = os::signals::size_limit_is_an_errno();
    let result = match &cli.command {
        None => interactive(&cli.interactive),
        Some(Command::Run(run)) => headless(run),
        Some(Command::Replay(args)) => recordings::replay(args),
        Some(Command::Export(args)) => exports::export(args),
        Some(Command::Broken(args)) => broken_client(args),
        Some(Command::Cost { json }) => {
            os::system::raise_descriptor_limit();
            cost::run(*json, std::io::stdout().lock()).map(|()| ExitCode::SUCCESS)
        }
        Some(Command::Lab { names, seed }) => {
            os::system::raise_descriptor_limit();
            let seed = seed.unwrap_or_else(os::system::some_seed);
            let mut told = |note: &str| {
                complain(note, 0);
            };
            match serve::run(names, seed, std::io::stdout().lock(), &mut told) {
                Ok(signal) => Ok(ExitCode::from(128_u8.wrapping_add(signal as u8))),
                Err(error) => Ok(complain(&format!("{error:#}"), USAGE)),
            }
        }
        Some(Command::Doctor) => print(&doctor::report()),
        Some(Command::Completions { shell }) => {
            let mut text = Vec::new();
            clap_complete::generate(*shell, &mut Cli::command(), "sockstep", &mut text);
            print(&String::from_utf8_lossy(&text))
        }
        Some(Command::Man) => {
            let mut text = Vec::new();
            match clap_mangen::Man::new(Cli::command()).render(&mut text) {
                Ok(()) => print(&String::from_utf8_lossy(&text)),
                Err(error) => Err(error.into()),
            }
        }
    };
    result.unwrap_or_else(|error| complain(&format!("{error:#}"), 1))
}

fn complain(message: &str, code: u8) -> ExitCode {
    // If even standard error is gone, nobody is left to be told.
    let _ = writeln!(std::io::stderr(), "sockstep: {message}");
    ExitCode::from(code)
}

fn print(text: &str) -> anyhow::Result<ExitCode> {
    print_bytes(text.as_bytes())
}

fn print_bytes(bytes: &[u8]) -> anyhow::Result<ExitCode> {
    match std::io::stdout().write_all(bytes) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(ExitCode::SUCCESS),
    }
}

fn gather(common: &Common) -> Result<Vec<model::target::Target>, ExitCode> {
    targets::gather(&common.targets, common.file.as_deref())
        .map_err(|error| complain(&error.to_string(), USAGE))
}

/// The targets of a class without a network.
const LAB: [&str; 4] = ["@open", "@refused", "@pending", "@reset"];

fn interactive(args: &Interactive) -> anyhow::Result<ExitCode> {
    let mut targets = match gather(&args.common) {
        Ok(targets) => targets,
        Err(code) => return Ok(code),
    };
    if !args.plain && !tui::has_terminal() {
        let message = "standard output is not a terminal. Use: sockstep run TARGET... for scripts and pipes, or --plain";
        return Ok(complain(message, USAGE));
    }
    if targets.is_empty() {
        targets = LAB
            .iter()
            .map(|text| model::target::Target::parse(text)?.resolve(&os::names::SystemNames))
            .collect::<Result<_, _>>()?;
    }
    let mut recorder = match args.record.recorder() {
        Ok(recorder) => recorder,
        Err(code) => return Ok(code),
    };
    os::system::raise_descriptor_limit();
    let header = os::system::header();
    let saved = (!args.no_save).then(|| recordings::save(&mut recorder, &header));
    let again = match (&args.record.record, &saved) {
        (Some(path), _) => Some(recordings::quoted(path)),
        (None, Some(Ok(()))) => Some("--last".to_owned()),
        _ => None,
    };
    let code = if args.plain {
        plainly(args, targets, header, &mut recorder, saved)?
    } else {
        let notice = saved.and_then(Result::err);
        on_the_screen(args, targets, header, recorder, notice)?
    };
    if let Some(file) = again.filter(|_| code == 0) {
        complain(
            &format!("watch this session again with: sockstep replay {file}"),
            0,
        );
    }
    Ok(ExitCode::from(code))
}

/// The conversation in lines.
fn plainly(
    args: &Interactive,
    targets: Vec<model::target::Target>,
    header: model::record::Header,
    recorder: &mut Recorder,
    saved: Option<Result<(), String>>,
) -> anyhow::Result<u8> {
    let mut told = |fault: &str| {
        complain(fault, 1);
    };
    recorder.complain_to(Box::new(|fault| {
        complain(fault, 1);
    }));
    if let Some(Err(notice)) = saved {
        told(&notice);
    }
    let start = plain::Start {
        targets,
        options: args.common.options(),
        poll_timeout: args.common.poll_timeout,
        header,
        prompt: std::io::stdin().is_terminal() && std::io::stdout().is_terminal(),
    };
    let end = plain::run(start, std::io::stdout().lock(), recorder, &mut told)?;
    Ok(match end {
        plain::End::Signal(number) => 128_u8.wrapping_add(number as u8),
        plain::End::NotAsExpected => 1,
        _ if recorder.has_failed() => 1,
        plain::End::Quit | plain::End::ClosedPipe => 0,
    })
}

fn on_the_screen(
    args: &Interactive,
    targets: Vec<model::target::Target>,
    header: model::record::Header,
    recorder: Recorder,
    notice: Option<String>,
) -> anyhow::Result<u8> {
    let start = tui::Start {
        targets,
        options: args.common.options(),
        poll_timeout: args.common.poll_timeout,
        terminal: appearance(&args.colours),
        recorder,
        notice,
        header,
    };
    tui::run(start)
}

/// What the terminal can show, as far as the command line and the environment say.
fn appearance(colours: &Colours) -> tui::Appearance {
    let env = |name: &str| std::env::var(name).unwrap_or_default();
    tui::Appearance {
        theme: theme(colours, &env),
        true_colour: matches!(env("COLORTERM").as_str(), "truecolor" | "24bit"),
        unicode: is_utf8(&env),
    }
}

fn theme(args: &Colours, env: &dyn Fn(&str) -> String) -> Theme {
    let no_colour = match args.color {
        ColorArg::Never => true,
        ColorArg::Always => false,
        ColorArg::Auto => {
            !env("NO_COLOR").is_empty()
                || matches!(env("TERM").as_str(), "dumb" | "vt100" | "vt220")
        }
    };
    match args.theme {
        _ if no_colour => Theme::Mono,
        ThemeArg::Dark => Theme::Dark,
        ThemeArg::Light => Theme::Light,
        ThemeArg::Mono => Theme::Mono,
        ThemeArg::HighContrast => Theme::HighContrast,
        // Colours that were chosen for the wrong background cannot be read: without knowledge there are none.
        ThemeArg::Auto => match env("COLORFGBG")
            .rsplit(';')
            .next()
            .and_then(|text| text.parse::<u8>().ok())
        {
            Some(7 | 15) => Theme::Light,
            Some(0..=6 | 8) => Theme::Dark,
            _ => Theme::Mono,
        },
    }
}

/// Whether the locale says that the terminal shows UTF-8: the first of these that is set decides, as in setlocale(3).
fn is_utf8(env: &dyn Fn(&str) -> String) -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .map(env)
        .find(|value| !value.is_empty());
    locale.is_some_and(|value| value.to_lowercase().replace('-', "").contains("utf8"))
}

fn headless(run: &Run) -> anyhow::Result<ExitCode> {
    let targets = match gather(&run.common) {
        Ok(targets) => targets,
        Err(code) => return Ok(code),
    };
    if targets.is_empty() && run.script.is_none() {
        return Ok(complain(
            "run needs a target. Write host:port, such as localhost:80, or @open @refused",
            USAGE,
        ));
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
        let plan = script::Plan {
            targets,
            lines,
            face: run.face(),
            poll_timeout: run.common.poll_timeout,
            options: run.common.options(),
        };
        let end = script::run(&plan, out, &mut recorder)?;
        return Ok(exit(&end, false, &recorder));
    }
    let plan = Plan {
        targets,
        face: run.face(),
        ticks: run.ticks,
        until_settled: run.until_settled || run.ticks.is_none(),
        timeout: run.timeout,
        poll_timeout: run.common.poll_timeout,
        options: run.common.options(),
    };
    let end = headless::run(&plan, out, &mut recorder)?;
    Ok(exit(&end, run.check, &recorder))
}

impl Run {
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

fn exit(end: &End, check: bool, recorder: &Recorder) -> ExitCode {
    match end {
        End::Signal(number) => ExitCode::from(128_u8.wrapping_add(*number as u8)),
        End::NotAll if check => ExitCode::from(1),
        End::Short(why) => complain(why, 1),
        _ if recorder.has_failed() => ExitCode::from(1),
        End::NotAll | End::AllConnected | End::ClosedPipe => ExitCode::SUCCESS,
    }
}

/// The lines of a script, or which of them is wrong.
fn script_of(file: &std::path::Path) -> Result<Vec<language::script::Line>, String> {
    let named = |error: String| format!("{}: {error}", clean::text(&file.to_string_lossy()));
    let text = targets::text_of(file).map_err(|error| named(error.to_string()))?;
    language::script::parse(&text).map_err(|error| named(error.to_string()))
}

/// Lists the broken clients, runs one, or prints its source.
fn broken_client(args: &Broken) -> anyhow::Result<ExitCode> {
    let Some(name) = &args.name else {
        return print(&broken::list());
    };
    let unknown = || {
        let name = clean::text(name);
        let message = format!(
            "there is no broken client '{name}'. There are: {}",
            broken::names()
        );
        Ok(complain(&message, USAGE))
    };
    if let Some(language) = args.source {
        let language = match language {
            SourceArg::C => broken::Language::C,
            SourceArg::Python => broken::Language::Python,
        };
        return broken::source(name, language).map_or_else(unknown, print);
    }
    os::system::raise_descriptor_limit();
    let face = Face::Plain { calls: args.calls };
    let options = Options {
        looks: Looks::On,
        interest: Interest::default(),
        seed: os::system::some_seed(),
    };
    match broken::run(name, face, options, std::io::stdout().lock())? {
        Some(end) => Ok(exit(&end, false, &Recorder::default())),
        None => unknown(),
    }
}
