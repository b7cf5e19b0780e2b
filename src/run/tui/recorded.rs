//! The interactive replay: the same screen, with a recording where the engine would be.

use super::terminal::Screen;
use super::{Appearance, TERMINAL_GONE, event_loop, input, place, watch};
use crate::app::model::{Model, Recorded};
use crate::os;
use crate::run::recording::Whole;
use anyhow::Context;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

/// Shows a recording from its first record until the user quits, and returns the exit code.
///
/// # Errors
/// If the terminal cannot be set up.
pub fn run(whole: Whole, terminal: Appearance) -> anyhow::Result<u8> {
    let (sender, receiver) = channel();
    os::signals::blocked_for_new_threads(|| watch::signals(sender.clone()))?;
    let mut screen = Screen::enter().context("failed to set up the terminal")?;
    let mut model = model(whole, terminal, screen.size());
    if screen.draw(&mut model).is_err() {
        return Ok(TERMINAL_GONE);
    }
    os::signals::blocked_for_new_threads(|| -> anyhow::Result<()> {
        watch::terminal();
        input::start(sender)
    })?;
    let code = event_loop(&mut model, &mut screen, None, &receiver, Instant::now())?;
    screen.leave();
    Ok(code)
}

/// The whole recording as a model that stands at its beginning.
pub fn model(whole: Whole, terminal: Appearance, size: (u16, u16)) -> Model {
    let place = place(terminal, whole.header);
    let mut model = Model::new(place, terminal.theme, Duration::ZERO, size);
    model.recorded = Some(Recorded {
        name: whole.title,
        broken: whole.fault.map(|fault| fault.to_string()),
    });
    for record in whole.records {
        model.history.push(Arc::new(record));
    }
    model.history.home();
    model.notice = whole.doubt;
    model
}
