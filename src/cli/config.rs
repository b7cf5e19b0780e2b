//! `--config`, and `sockstep config`: the file that a user writes, read before anything is begun, and printed as it is understood.

use super::answer::{USAGE, complain, print};
use super::colours::ColourArgs;
use crate::language::duration::parse_duration;
use crate::run::config::{self, Config};
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

/// Which configuration.
#[derive(Debug, Args)]
pub(super) struct ConfigArg {
    /// Read the configuration from FILE; without it ~/.config/sockstep/config.toml, if that is there
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

impl ConfigArg {
    /// Reads it, and binds its keys. What is wrong with it ends the program before anything is begun: keys that mean something else than
    /// their user thinks are worse than none.
    pub(super) fn read(&self) -> Result<Config, ExitCode> {
        let config = config::load(self.config.as_deref())
            .map_err(|error| complain(&error.to_string(), USAGE))?;
        config.bind_keys();
        Ok(config)
    }
}

/// Whether a session is saved, as the command line says.
#[derive(Debug, Args)]
pub(super) struct SaveArgs {
    /// Save this session, even if the configuration says that none is saved
    #[arg(long, overrides_with = "no_save")]
    save: bool,
    /// Do not save this session (the last five are kept in the state directory, for you only), nor a lesson's progress
    #[arg(long, overrides_with = "save")]
    no_save: bool,
}

impl SaveArgs {
    /// What is said; `None` if nothing is.
    fn said(&self) -> Option<bool> {
        (self.save || self.no_save).then_some(self.save)
    }

    /// Whether it is saved.
    pub(super) fn saves(&self, config: &Config) -> bool {
        self.said().unwrap_or(config.save.value)
    }
}

/// What `sockstep config` takes.
#[derive(Debug, Args)]
#[command(
    after_help = "What is printed is itself a configuration. The options change it, so that they need not be typed again."
)]
pub(super) struct PrintArgs {
    #[command(flatten)]
    config: ConfigArg,
    #[command(flatten)]
    colours: ColourArgs,
    /// How long one tick's poll waits: 0, 500ms, 2s, 1m
    #[arg(long, value_name = "D", value_parser = parse_duration)]
    poll_timeout: Option<Duration>,
    #[command(flatten)]
    save: SaveArgs,
}

/// Prints it, with where each value is from.
pub(super) fn show(args: &PrintArgs) -> anyhow::Result<ExitCode> {
    let mut config = match args.config.read() {
        Ok(config) => config,
        Err(code) => return Ok(code),
    };
    args.colours.say_theme(&mut config.theme);
    config.color.unless_said(args.colours.said_color());
    let timeout = args.poll_timeout.map(Some);
    config.poll_timeout.unless_said(timeout);
    config.save.unless_said(args.save.said());
    print(&config.as_file())
}
