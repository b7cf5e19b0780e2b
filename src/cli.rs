//! The command line: what can be typed, and what it does. Data goes to standard output, messages to standard error.

mod answer;
mod broken;
mod colours;
mod common;
mod config;
mod exports;
mod headless;
mod interactive;
mod lesson;
mod manual;
mod mark;
mod recordings;
mod watch;

use crate::os;
use crate::run::{cost, doctor, explain, serve};
use answer::{USAGE, complain, print};
use clap::{CommandFactory, Parser, Subcommand};
use std::process::ExitCode;

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
    command: Option<CliCommand>,
    #[command(flatten)]
    interactive: interactive::InteractiveArgs,
}

#[derive(Debug, Subcommand)]
enum CliCommand {
    /// Step without a terminal, for scripts and pipes; without a target the four of the built-in lab
    Run(headless::RunArgs),
    /// Step your own program, in any language: it stops before each network call
    Watch(watch::WatchArgs),
    /// Watch a recorded session again; no socket is touched
    Replay(recordings::ReplayArgs),
    /// Make a page, a picture, a handout, a diagram or a script of a recording
    Export(exports::ExportArgs),
    /// Go through a lesson, list all, or check one that you write
    Lesson(lesson::LessonArgs),
    /// Mark homework: which goals of a lesson each recording reaches
    Mark(mark::MarkArgs),
    /// Show six classic bugs: list them, run one beside the right client, or print its source
    Broken(broken::BrokenArgs),
    /// Tell what a word is: a call, an errno or its number, a flag, a state, a key, or whatever stands on the screen
    Explain {
        /// Such as ENOTCONN, EPOLLHUP, SYN-RECV, NEW, tick, 107, K
        #[arg(required = true, value_name = "WORD")]
        words: Vec<String>,
        #[command(flatten)]
        config: config::ConfigArg,
    },
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
    /// Print the configuration: every entry, its value, and where that was read from
    Config(config::PrintArgs),
    /// Print shell completions
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page, or the one of a subcommand
    Man(manual::ManArgs),
}

/// What was typed.
///
/// # Errors
/// The exit code, if only help was asked for or something was typed wrong: that was said.
pub fn typed() -> Result<Cli, ExitCode> {
    Cli::try_parse().map_err(|answer| {
        let said = answer
            .print()
            .and_then(|()| std::io::Write::flush(&mut std::io::stdout()));
        match said {
            Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
                complain(&error.to_string(), 1)
            }
            _ => u8::try_from(answer.exit_code()).map_or(ExitCode::FAILURE, ExitCode::from),
        }
    })
}

/// Carries out what was typed and returns the exit code.
pub fn execute(cli: &Cli) -> ExitCode {
    // Without the handler a limit on file sizes ends the program, which is no reason to write nothing at all.
    let _ = os::signals::size_limit_is_an_errno();
    // Before any thread is started: a lesson may step a client, whose stops are told to whoever does not block this.
    os::signals::block_child_signals();
    let result = match &cli.command {
        None => interactive::interactive(&cli.interactive),
        Some(CliCommand::Run(run)) => headless::headless(run),
        Some(CliCommand::Watch(args)) => Ok(watch::watch(args)),
        Some(CliCommand::Replay(args)) => recordings::replay(args),
        Some(CliCommand::Export(args)) => exports::export(args),
        Some(CliCommand::Lesson(args)) => lesson::lesson(args),
        Some(CliCommand::Mark(args)) => mark::mark(args),
        Some(CliCommand::Broken(args)) => broken::broken_client(args),
        Some(CliCommand::Explain { words, config }) => match config.read() {
            Ok(_) => explained(words),
            Err(code) => Ok(code),
        },
        Some(CliCommand::Config(args)) => config::show(args),
        Some(CliCommand::Cost { json }) => {
            os::system::raise_descriptor_limit();
            cost::run(*json, std::io::stdout().lock()).map(|()| ExitCode::SUCCESS)
        }
        Some(CliCommand::Lab { names, seed }) => {
            os::system::raise_descriptor_limit();
            let seed = seed.unwrap_or_else(os::system::some_seed);
            let mut on_fault = |note: &str| {
                complain(note, 0);
            };
            match serve::run(names, seed, std::io::stdout().lock(), &mut on_fault) {
                Ok(signal) => Ok(ExitCode::from(128_u8.wrapping_add(signal as u8))),
                Err(error) => Ok(complain(&format!("{error:#}"), USAGE)),
            }
        }
        Some(CliCommand::Doctor) => print(&doctor::report()),
        Some(CliCommand::Completions { shell }) => {
            let mut text = Vec::new();
            clap_complete::generate(*shell, &mut Cli::command(), "sockstep", &mut text);
            print(&String::from_utf8_lossy(&text))
        }
        Some(CliCommand::Man(args)) => manual::manual(args),
    };
    result.unwrap_or_else(|error| complain(&format!("{error:#}"), 1))
}

/// Words that belong together, such as `connect attempted`, or each by itself.
fn explained(words: &[String]) -> anyhow::Result<ExitCode> {
    if let Ok(text) = explain::explain(&words.join(" ")) {
        return print(&text);
    }
    let mut texts = Vec::new();
    let mut unknown = ExitCode::SUCCESS;
    for word in words {
        match explain::explain(word) {
            Ok(text) => texts.push(text),
            Err(why) => unknown = complain(&why, USAGE),
        }
    }
    print(&texts.join("\n"))?;
    Ok(unknown)
}
