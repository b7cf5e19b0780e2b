//! The options of every run, live or without a terminal: what to connect to, and how.

use super::answer::{USAGE, complain};
use crate::engine::{AskKernel, Options};
use crate::language::duration::parse_duration;
use crate::model::clean;
use crate::model::race::SHORTEST_DELAY;
use crate::model::readiness::Interest;
use crate::model::target::Target;
use crate::os;
use crate::run::targets;
use clap::{Args, ValueEnum};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

#[derive(Debug, Args)]
pub(super) struct CommonArgs {
    /// What to connect to
    #[arg(value_name = "TARGET")]
    pub(super) targets: Vec<String>,
    /// Read targets from FILE, one a line; - is standard input, # begins a comment
    #[arg(long = "targets", value_name = "FILE")]
    file: Option<PathBuf>,
    /// How long one tick's poll waits: 0 (if nothing is said), 500ms, 2s, 1m
    #[arg(long, value_name = "D", value_parser = parse_duration)]
    poll_timeout: Option<Duration>,
    /// What sockets are watched for: letters of r (readable), w (writable), p (priority)
    #[arg(long, value_name = "RWP", value_parser = parse_interest, default_value = "rw")]
    interest: Interest,

    /// Race the addresses of a name (happy eyeballs, RFC 8305): the next one begins D after the one before it, such as 250ms, at least 10ms
    #[arg(long, value_name = "D", value_parser = parse_race_delay)]
    race: Option<Duration>,
    /// Draws the @mystery targets: the same number gives the same mysteries. Without it they differ each time
    #[arg(long, value_name = "N", global = false)]
    seed: Option<u64>,
    /// Whether the kernel is looked at (poll, select, TCP_INFO ...) after each tick
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

fn parse_interest(letters: &str) -> Result<Interest, String> {
    Interest::from_letters(letters).ok_or_else(|| {
        format!(
            "'{}' is not an interest. Write letters of r, w, p, such as rw",
            clean::text(letters)
        )
    })
}

impl CommonArgs {
    /// How long one tick's poll waits, if nobody has said it, as long as was chosen before.
    pub(super) fn poll_timeout(&self, chosen: Option<Duration>) -> Duration {
        self.poll_timeout.or(chosen).unwrap_or(Duration::ZERO)
    }

    pub(super) fn options(&self) -> Options {
        let looks = match self.looks {
            LooksArg::On => AskKernel::On,
            LooksArg::Off => AskKernel::Off,
            LooksArg::All => AskKernel::All,
        };
        Options {
            looks,
            interest: self.interest,
            race: self.race,
            seed: self.seed.unwrap_or_else(os::system::some_seed),
        }
    }
}

/// The targets where none is named: a class without a network.
const LAB: [&str; 4] = ["@open", "@refused", "@pending", "@reset"];

/// What is stepped where nothing is named.
pub(super) fn lab() -> anyhow::Result<Vec<Target>> {
    let targets = LAB
        .iter()
        .map(|text| Target::parse(text)?.resolve(&os::names::SystemNames))
        .collect::<Result<_, _>>()?;
    Ok(targets)
}

pub(super) fn gather(common: &CommonArgs) -> Result<Vec<Target>, ExitCode> {
    targets::gather(&common.targets, common.file.as_deref())
        .map_err(|error| complain(&error.to_string(), USAGE))
}

/// The delay of a race.
fn parse_race_delay(text: &str) -> Result<Duration, String> {
    match parse_duration(text)? {
        delay if delay < SHORTEST_DELAY => Err(
            "the attempts of a race begin at least 10 ms apart (RFC 8305, section 5). Write 250ms"
                .to_owned(),
        ),
        delay => Ok(delay),
    }
}
