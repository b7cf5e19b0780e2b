//! The manual pages: one of the program with all its keys, and one of each subcommand, made from the tables that the program reads.

use super::Cli;
use super::answer::{USAGE, complain, print};
use super::config::ConfigArg;
use crate::language::keys::{self, KeyGroup};
use crate::run::files::{Overwrite, write_whole};
use clap::{Args, Command, CommandFactory};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(Debug, Args)]
pub(super) struct ManArgs {
    /// The subcommand, such as replay, or lesson check
    #[arg(value_name = "COMMAND")]
    of: Vec<String>,
    /// Write all pages into DIR, as files that man(1) reads: sockstep.1, sockstep-run.1 ...
    #[arg(long, value_name = "DIR", conflicts_with = "of")]
    all: Option<PathBuf>,
    #[command(flatten)]
    config: ConfigArg,
}

/// A page, with the name of its file.
struct Page {
    file: String,
    text: String,
}

pub(super) fn manual(args: &ManArgs) -> anyhow::Result<ExitCode> {
    if let Err(code) = args.config.read() {
        return Ok(code);
    }
    let command = command();
    match &args.all {
        Some(dir) => write_all(&command, dir),
        None => match find(&command, &args.of) {
            Ok(found) => print(&page(found)?.text),
            Err(message) => Ok(complain(&message, USAGE)),
        },
    }
}

/// The command line with the full names of its subcommands; help is no page of its own.
fn command() -> Command {
    let mut command = Cli::command().disable_help_subcommand(true);
    command.build();
    command
}

/// The subcommand that is meant by some words; without a word the program itself.
fn find<'a>(command: &'a Command, words: &[String]) -> Result<&'a Command, String> {
    words.iter().try_fold(command, |command, word| {
        command.find_subcommand(word).ok_or_else(|| {
            let known: Vec<&str> = shown(command).map(Command::get_name).collect();
            let word = crate::model::clean::text(word);
            match known.is_empty() {
                true => format!("{} has no subcommand {word}", command.get_name()),
                false => format!("no subcommand {word}. There are: {}", known.join(", ")),
            }
        })
    })
}

/// The subcommands that people are told of.
fn shown(command: &Command) -> impl Iterator<Item = &Command> {
    command.get_subcommands().filter(|sub| !sub.is_hide_set())
}

/// Renders one page; the program's own has the keys below.
fn page(command: &Command) -> std::io::Result<Page> {
    let man = clap_mangen::Man::new(command.clone())
        .manual("User Commands")
        .source(concat!("sockstep ", env!("CARGO_PKG_VERSION")));
    let mut bytes = Vec::new();
    man.render(&mut bytes)?;
    // It has no date, which must stand there all the same: the source would be taken for it.
    let mut text = String::from_utf8_lossy(&bytes).replacen(" 1  \"", " 1 \"\" \"", 1);
    if command
        .get_display_name()
        .is_none_or(|name| name == "sockstep")
    {
        text.push_str(&keys());
    } else {
        text.push_str(".SH SEE ALSO\n\\fBsockstep\\fR(1)\n");
    }
    Ok(Page {
        file: man.get_filename(),
        text,
    })
}

/// The pages of a command and of everything below it.
fn pages(command: &Command, all: &mut Vec<Page>) -> std::io::Result<()> {
    all.push(page(command)?);
    shown(command).try_for_each(|sub| pages(sub, all))
}

fn write_all(command: &Command, dir: &Path) -> anyhow::Result<ExitCode> {
    let mut all = Vec::new();
    pages(command, &mut all)?;
    for page in &all {
        if let Err(error) = write_whole(
            &dir.join(&page.file),
            Overwrite::Never,
            page.text.as_bytes(),
        ) {
            return Ok(complain(&error.to_string(), USAGE));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The key table as a section of the page.
fn keys() -> String {
    let plain = |text: &str| {
        let text = text.replace('\\', "\\e").replace('-', "\\-");
        // A full stop or a quote at the beginning of a line is a command.
        format!("\\&{text}")
    };
    let mut section = ".SH KEYS\n".to_owned();
    for group in KeyGroup::ALL {
        let _ = writeln!(section, ".SS {}", group.title());
        for binding in keys::all().iter().filter(|binding| binding.group == *group) {
            let (label, help) = (plain(binding.label), plain(binding.help));
            let _ = writeln!(section, ".TP\n\\fB{label}\\fR\n{help}");
        }
    }
    section
}
