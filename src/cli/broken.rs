//! `sockstep broken`: the classic bugs, listed, run or printed.

use super::answer::{USAGE, complain, exit, print};
use super::colours::{ColourArgs, appearance};
use super::config::ConfigArg;
use crate::engine::{AskKernel, Options};
use crate::model::clean;
use crate::model::readiness::Interest;
use crate::os;
use crate::run::broken;
use crate::run::outputs::Face;
use crate::run::recorder::Recorder;
use crate::run::settings;
use crate::run::tui;
use clap::{Args, ValueEnum};
use std::process::ExitCode;

#[derive(Debug, Args)]
pub(super) struct BrokenArgs {
    /// Which one; without it they are listed
    name: Option<String>,
    /// Print the program in this language and run nothing
    #[arg(long, value_enum, requires = "name", conflicts_with = "calls")]
    source: Option<SourceArg>,
    /// With --source: print the program without its bug
    #[arg(long, requires = "source")]
    mended: bool,
    /// Print the calls too
    #[arg(long, requires = "name")]
    calls: bool,
    /// Run it, and open the screen at the moment before it goes wrong, to be stepped forward and back
    #[arg(long, requires = "name", conflicts_with_all = ["source", "calls"])]
    step: bool,
    #[command(flatten)]
    colours: ColourArgs,
    #[command(flatten)]
    config: ConfigArg,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum SourceArg {
    C,
    Python,
}

/// Lists the broken clients, runs one, or prints its source.
pub(super) fn broken_client(args: &BrokenArgs) -> anyhow::Result<ExitCode> {
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
            SourceArg::C => broken::BrokenLanguage::C,
            SourceArg::Python => broken::BrokenLanguage::Python,
        };
        let edition = if args.mended {
            broken::BrokenEdition::Mended
        } else {
            broken::BrokenEdition::Broken
        };
        return broken::source(name, language, edition).map_or_else(unknown, print);
    }
    if args.step && !tui::has_terminal() {
        let message = "--step needs a terminal. Without one leave it out, or use --calls";
        return Ok(complain(message, USAGE));
    }
    os::system::raise_descriptor_limit();
    let face = Face::Plain { calls: args.calls };
    let options = Options {
        looks: AskKernel::On,
        interest: Interest::default(),
        race: None,
        seed: os::system::some_seed(),
    };
    if args.step {
        let config = match args.config.read() {
            Ok(config) => config,
            Err(code) => return Ok(code),
        };
        let Some(played) = broken::played(name, options)? else {
            return unknown();
        };
        let code = tui::broken::run(
            played,
            appearance(&args.colours, &config, settings::load().0.theme),
        )?;
        return Ok(ExitCode::from(code));
    }
    match broken::run(name, face, options, std::io::stdout().lock())? {
        Some(end) => Ok(exit(&end, false, &Recorder::default())),
        None => unknown(),
    }
}
