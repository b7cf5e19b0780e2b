//! A watched program on the screen: the same panes, with the program's own calls in them.

use super::sessions::{TuiSessions, shared, to_main};
use super::terminal::Screen;
use super::{AppEvent, Appearance, event_loop, input, place, unwritten, watch};
use crate::app::model::Model;
use crate::app::update::Msg;
use crate::model::record::Header;
use crate::model::task::{Doing, Task, TaskEnd};
use crate::os;
use crate::run::driver::watched;
use crate::run::outputs::Output;
use crate::run::recorder::Recorder;
use crate::run::watch::{self as program, WatchPlan};
use anyhow::Context;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

/// What it is started with.
#[derive(Debug)]
pub struct WatchedOptions {
    /// The program.
    pub plan: WatchPlan,
    /// What the terminal can show.
    pub terminal: Appearance,
    /// Where the session is written down.
    pub recorder: Recorder,
    /// The session's first line.
    pub header: Header,
    /// Something to be said at the beginning.
    pub notice: Option<String>,
}

/// How it was left.
#[derive(Clone, Copy, Debug)]
pub struct ShownProgram {
    /// The exit code of the screen.
    pub code: u8,
    /// How the program had ended by itself, if it had.
    pub end: Option<TaskEnd>,
}

/// So long the end of the program is waited for when the screen is left. The kernel ends it with us in any case.
const PATIENCE: Duration = Duration::from_secs(2);

/// Watches until the user quits.
///
/// # Errors
/// If the program or the terminal cannot be set up.
pub fn run(start: WatchedOptions) -> anyhow::Result<ShownProgram> {
    let WatchedOptions {
        plan,
        terminal,
        mut recorder,
        header,
        notice,
    } = start;
    let (sender, receiver) = channel();
    let (notices, notes) = (sender.clone(), sender.clone());
    recorder.complain_to(Box::new(move |fault| {
        let _ = notices.send(AppEvent::App(Msg::Notice(fault.to_owned())));
    }));
    recorder.header(&header)?;
    let notice = notice.or_else(|| plan.needs());
    let recorder = shared(recorder);
    let replies = to_main(0, sender.clone(), Arc::clone(&recorder));
    let begin = move || {
        let mut on_note = |note: &str| {
            let _ = notes.send(AppEvent::App(Msg::Notice(note.to_owned())));
        };
        let (watched, record, _) = program::begin(&plan, &mut on_note)?;
        Ok((watched, record))
    };
    let began = Instant::now();
    let thread = os::signals::blocked_for_new_threads(|| watched::start(begin, replies))?;
    // Before the terminal is taken: from then on no signal may end the program without giving it back.
    os::signals::blocked_for_new_threads(|| watch::signals(sender.clone()))?;
    let mut screen = Screen::enter().context("failed to set up the terminal")?;
    let mut model = Model::new(
        place(terminal, header),
        terminal.theme,
        Duration::ZERO,
        screen.size(),
    );
    model.notice = notice;
    let asked = terminal.asks_background.then(|| screen.ask_background());
    os::signals::blocked_for_new_threads(|| -> anyhow::Result<_> {
        watch::terminal();
        input::start(sender.clone(), asked)
    })?;
    let mut sessions = TuiSessions::new((model, thread.handle, recorder), began, sender, None);
    // The first record has come already: it is on the first screen.
    let code = event_loop(&mut sessions, &mut screen, &receiver, None);
    let end = ended(&sessions.shown().model);
    screen.leave();
    // Nobody can ask any more: that ends the program.
    drop(sessions);
    let _ = thread.gone.recv_timeout(PATIENCE);
    unwritten::wait();
    Ok(ShownProgram { code: code?, end })
}

/// How the first thread of the program has ended, if it has.
fn ended(model: &Model) -> Option<TaskEnd> {
    match model.history.live().tasks().get(&Task::FIRST)?.doing {
        Doing::Ended(end) => Some(end),
        _ => None,
    }
}
