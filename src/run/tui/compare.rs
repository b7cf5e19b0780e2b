//! Two recordings on one screen.

use super::terminal::Screen;
use super::{AppEvent, TERMINAL_GONE, input, watch};
use crate::app::compare::{Comparison, ComparisonEffect};
use crate::app::update::Msg;
use crate::narrate::compare::StepPair;
use crate::os;
use crate::run::recording::LoadedRecording;
use crate::view;
use anyhow::Context;
use std::sync::mpsc::channel;

/// Steps both until the user quits, and returns the exit code. Nothing here needs a colour.
///
/// # Errors
/// If the terminal cannot be set up.
pub fn run(sides: &[LoadedRecording; 2], steps: Vec<StepPair>) -> anyhow::Result<u8> {
    let [a, b] = sides;
    let name = |loaded: &LoadedRecording| {
        format!(
            "{} ({} {})",
            loaded.title, loaded.header.os, loaded.header.kernel
        )
    };
    let mut comparison = Comparison::new([name(a), name(b)], steps);
    let (sender, receiver) = channel();
    os::signals::blocked_for_new_threads(|| watch::signals(sender.clone()))?;
    let mut screen = Screen::enter().context("failed to set up the terminal")?;
    os::signals::blocked_for_new_threads(|| -> anyhow::Result<()> {
        watch::terminal();
        input::start(sender, None)
    })?;
    let mut code = None;
    while code.is_none() {
        if screen
            .show(|frame| view::compare::draw(frame, &comparison))
            .is_err()
        {
            return Ok(TERMINAL_GONE);
        }
        code = match receiver.recv() {
            Err(_) | Ok(AppEvent::TerminalGone) => Some(TERMINAL_GONE),
            Ok(AppEvent::Signal(signal_hook::consts::SIGTSTP)) => {
                screen.suspend()?;
                None
            }
            Ok(AppEvent::Signal(number)) => Some(128_u8.wrapping_add(number as u8)),
            Ok(AppEvent::Typed(Msg::Key(key), _)) => match comparison.key(key) {
                ComparisonEffect::Stay => None,
                ComparisonEffect::Suspend => {
                    screen.suspend()?;
                    None
                }
                ComparisonEffect::Quit => Some(0),
            },
            // A new size is asked for when the next frame is drawn.
            Ok(
                AppEvent::App(_)
                | AppEvent::Typed(..)
                | AppEvent::Of(..)
                | AppEvent::Background { .. }
                | AppEvent::Resized,
            ) => None,
        };
    }
    screen.leave();
    Ok(code.unwrap_or(0))
}
