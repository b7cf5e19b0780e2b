//! Two recordings on one screen.

use super::terminal::Screen;
use super::{News, TERMINAL_GONE, input, watch};
use crate::app::beside::{Beside, Outcome};
use crate::app::update::Msg;
use crate::narrate::beside::all;
use crate::os;
use crate::run::recording::Whole;
use crate::view;
use anyhow::Context;
use std::sync::mpsc::channel;

/// Steps both until the user quits, and returns the exit code. Nothing here needs a colour.
///
/// # Errors
/// If the terminal cannot be set up.
pub fn run(sides: &[Whole; 2]) -> anyhow::Result<u8> {
    let [a, b] = sides;
    let name = |whole: &Whole| {
        format!(
            "{} ({} {})",
            whole.title, whole.header.os, whole.header.kernel
        )
    };
    let mut beside = Beside::new([name(a), name(b)], all(&a.records, &b.records));
    let (sender, receiver) = channel();
    os::signals::blocked_for_new_threads(|| watch::signals(sender.clone()))?;
    let mut screen = Screen::enter().context("failed to set up the terminal")?;
    os::signals::blocked_for_new_threads(|| -> anyhow::Result<()> {
        watch::terminal();
        input::start(sender)
    })?;
    let mut code = None;
    while code.is_none() {
        if screen
            .show(|frame| view::beside::draw(frame, &beside))
            .is_err()
        {
            return Ok(TERMINAL_GONE);
        }
        code = match receiver.recv() {
            Err(_) | Ok(News::TerminalGone) => Some(TERMINAL_GONE),
            Ok(News::Signal(signal_hook::consts::SIGTSTP)) => {
                screen.suspend()?;
                None
            }
            Ok(News::Signal(number)) => Some(128_u8.wrapping_add(number as u8)),
            Ok(News::App(Msg::Key(key))) => match beside.key(key) {
                Outcome::Stay => None,
                Outcome::Suspend => {
                    screen.suspend()?;
                    None
                }
                Outcome::Quit => Some(0),
            },
            // A new size is asked for when the next frame is drawn.
            Ok(News::App(_)) => None,
        };
    }
    screen.leave();
    Ok(code.unwrap_or(0))
}
