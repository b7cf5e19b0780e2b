//! `sockstep broken`: six classic bugs, each beside the right client on the same target.

use super::headless::HeadlessEnd;
use super::outputs::{Face, is_closed_pipe};
use super::recorder::Recorder;
use super::recording::LoadedRecording;
use super::script;
use crate::engine::Options;
use crate::language::script::parse;
use crate::words::broken;
use crate::words::broken::BrokenClient;
use anyhow::Context;
use std::fmt::Write as _;
use std::io::Write;
use std::time::Duration;

/// A language in which a broken client is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BrokenLanguage {
    /// C
    C,
    /// Python
    Python,
}

/// One line for each.
pub fn list() -> String {
    let width = broken::all()
        .map(|broken| broken.files.name.len())
        .max()
        .unwrap_or(0);
    let mut text = String::new();
    for BrokenClient { files, words } in broken::all() {
        let _ = writeln!(text, "{:width$}  believes: {}", files.name, words.belief);
    }
    text
}

/// The names, for a message.
pub fn names() -> String {
    broken::all()
        .map(|broken| broken.files.name)
        .collect::<Vec<_>>()
        .join(", ")
}

/// Which of the two programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BrokenEdition {
    /// With its bug.
    Broken,
    /// Without it.
    Mended,
}

/// The program's source; `None` if there is no such client.
pub fn source(
    name: &str,
    language: BrokenLanguage,
    edition: BrokenEdition,
) -> Option<&'static str> {
    let files = broken::find(name)?.files;
    Some(match (language, edition) {
        (BrokenLanguage::C, BrokenEdition::Broken) => files.c,
        (BrokenLanguage::C, BrokenEdition::Mended) => files.mended_c,
        (BrokenLanguage::Python, BrokenEdition::Broken) => files.python,
        (BrokenLanguage::Python, BrokenEdition::Mended) => files.mended_python,
    })
}

/// Runs the script and prints its stages and notes to `out`, between what the author believes and what is right. `None` if there is no
/// such client.
///
/// # Errors
/// If the session cannot begin, or the output cannot be written.
pub fn run(
    name: &str,
    face: Face,
    options: Options,
    mut out: impl Write,
) -> anyhow::Result<Option<HeadlessEnd>> {
    let Some(client) = broken::find(name) else {
        return Ok(None);
    };
    let words = client.words;
    let written = writeln!(out, "belief: {}", words.belief);
    if let Some(end) = unless_closed(written)? {
        return Ok(Some(end));
    }
    let end = play(client, face, options, &mut out)?;
    if end != HeadlessEnd::AllConnected {
        return Ok(Some(end));
    }
    let written = writeln!(out, "wrong: {}\nright: {}", words.wrong, words.right);
    Ok(Some(unless_closed(written)?.unwrap_or(end)))
}

fn play(
    client: BrokenClient,
    face: Face,
    options: Options,
    out: impl Write,
) -> anyhow::Result<HeadlessEnd> {
    let plan = script::ScriptPlan {
        targets: Vec::new(),
        lines: parse(client.files.script).context("failed to read the embedded script")?,
        face,
        poll_timeout: Duration::ZERO,
        options,
    };
    script::run(&plan, out, &mut Recorder::default())
}

/// The script's records, made just now, and the words about it. `None` if there is no such client.
///
/// # Errors
/// If the session cannot begin, or the script does not hold here.
pub fn played(name: &str, options: Options) -> anyhow::Result<Option<LoadedRecording>> {
    let Some(client) = broken::find(name) else {
        return Ok(None);
    };
    let mut trace = Vec::new();
    match play(client, Face::Json, options, &mut trace)? {
        HeadlessEnd::AllConnected => {}
        HeadlessEnd::Failed(why) => anyhow::bail!("{why}"),
        end => anyhow::bail!("it came to no end: {end:?}"),
    }
    let title = format!("broken {}", client.files.name);
    LoadedRecording::of(&title, &trace)
        .map(Some)
        .context("failed to read what was just made")
}

/// Whether a note stands before the moment at which it goes wrong.
pub fn is_before_the_fault(note: &str) -> bool {
    note.starts_with(broken::BEFORE)
}

/// A reader that has gone is no failure.
fn unless_closed(written: std::io::Result<()>) -> anyhow::Result<Option<HeadlessEnd>> {
    match written.map_err(anyhow::Error::from) {
        Err(error) if is_closed_pipe(&error) => Ok(Some(HeadlessEnd::ClosedPipe)),
        Err(error) => Err(error),
        Ok(()) => Ok(None),
    }
}
