//! The interactive replay: the same screen, with a recording where the session would be.

use super::sessions::{TuiSessions, shared, to_main};
use super::terminal::Screen;
use super::{Appearance, TERMINAL_GONE, event_loop, input, watch};
use crate::app::model::{Model, ReplayInfo};
use crate::app::update::{Msg, ask_again, update};
use crate::os;
use crate::run::driver::{self, Reply, thread};
use crate::run::recorder::Recorder;
use crate::run::recording::LoadedRecording;
use anyhow::Context;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

/// Shows a recording from its first record until the user quits, and returns the exit code.
///
/// # Errors
/// If the terminal cannot be set up.
pub fn run(loaded: LoadedRecording, terminal: Appearance) -> anyhow::Result<u8> {
    run_at(loaded, terminal, |_| {})
}

/// Shows a recording as [`run`] does, after `open` has chosen what is shown first.
///
/// # Errors
/// If the terminal cannot be set up.
pub fn run_at(
    loaded: LoadedRecording,
    terminal: Appearance,
    open: impl FnOnce(&mut Model),
) -> anyhow::Result<u8> {
    let (sender, receiver) = channel();
    os::signals::blocked_for_new_threads(|| watch::signals(sender.clone()))?;
    let mut screen = Screen::enter().context("failed to set up the terminal")?;
    let (mut model, recorded) = begun(loaded, terminal, screen.size());
    open(&mut model);
    if screen.draw(&mut model).is_err() {
        return Ok(TERMINAL_GONE);
    }
    let asked = terminal.asks_background.then(|| screen.ask_background());
    let recorder = shared(Recorder::default());
    let handle = os::signals::blocked_for_new_threads(|| -> anyhow::Result<_> {
        watch::terminal();
        input::start(sender.clone(), asked)?;
        let replies = to_main(0, sender.clone(), Arc::clone(&recorder));
        thread::start(recorded, thread::inbox(), replies)
    })?;
    let mut sessions = TuiSessions::new((model, handle, recorder), Instant::now(), sender, None);
    let code = event_loop(&mut sessions, &mut screen, &receiver, None)?;
    screen.leave();
    Ok(code)
}

/// The whole recording as a model that stands at its beginning.
pub fn model(loaded: LoadedRecording, terminal: Appearance, size: (u16, u16)) -> Model {
    begun(loaded, terminal, size).0
}

fn begun(
    loaded: LoadedRecording,
    terminal: Appearance,
    size: (u16, u16),
) -> (Model, driver::recorded::RecordedDriver) {
    let mut model = terminal.model(loaded.header.clone(), Duration::ZERO, size);
    let mut shown = ReplayInfo {
        name: loaded.title.clone(),
        broken: None,
    };
    let doubt = loaded.doubt.clone();
    let mut recorded = driver::recorded::RecordedDriver::loaded(loaded);
    recorded.read(&mut |reply| {
        match reply {
            Reply::Made { record, world } => {
                let world = Box::new(world.clone());
                update(&mut model, Msg::Made { record, world }, Duration::ZERO);
            }
            Reply::Refused(_) | Reply::LinesDone(_) => {}
            Reply::Ended(fault) => shown.broken = fault,
        }
        ControlFlow::Continue(())
    });
    model.recorded = Some(shown);
    model.history.home();
    ask_again(&mut model);
    model.notice = doubt.or(model.notice.take());
    (model, recorded)
}
