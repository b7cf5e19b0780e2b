//! The interactive program: threads, terminal, loop. Main folds and draws; everything else sends it messages.

mod background;
pub mod broken;
mod changes;
pub mod compare;
mod first;
mod input;
mod measuring;
mod memory;
pub mod recorded;
mod room;
mod sessions;
pub mod terminal;
mod unwritten;
mod watch;
pub mod watched;

use crate::app::history::History;
use crate::app::model::{Model, Surroundings, Theme};
use crate::app::update::{Effect, Msg, begin_lesson, next_clock, update};
use crate::engine::Options;
use crate::language::depth::Depth;
use crate::model::record::Header;
use crate::model::target::Target;
use crate::model::world::World;
use crate::os;
use crate::run::driver::live::LiveDriver;
use crate::run::driver::{DriverRequest, Reply, thread};
use crate::run::lesson::LessonStart;
use crate::run::lesson::progress;
use crate::run::outputs::Output;
use crate::run::recorder::Recorder;
use crate::view;
use anyhow::Context;
use measuring::Measuring;
use memory::Memory;
use room::KeyPlace;
use sessions::{LessonOptions, TuiSessions, to_main};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};
use terminal::Screen;

/// What the interactive program is started with.
#[derive(Debug)]
pub struct TuiOptions {
    /// The first rows.
    pub targets: Vec<Target>,
    /// A target that is added once in each mode.
    pub modes: Option<Target>,
    /// The session's options.
    pub options: Options,
    /// How long a tick's poll waits.
    pub poll_timeout: Duration,
    /// What the terminal can show.
    pub terminal: Appearance,
    /// Where the session is written down.
    pub recorder: Recorder,
    /// Something to be said at the beginning.
    pub notice: Option<String>,
    /// The session's first line.
    pub header: Header,
    /// Whether what is chosen of colours and poll timeout is remembered.
    pub remembers: bool,
    /// How lessons are gone through.
    pub lessons: LessonStart,
}

/// What the terminal can show, in which colours, and what its user wants to see first.
#[derive(Clone, Copy, Debug)]
pub struct Appearance {
    /// The colours.
    pub theme: Theme,
    /// The terminal can show any colour.
    pub true_colour: bool,
    /// The terminal can show line drawing characters.
    pub unicode: bool,
    /// Nobody has said whether its background is dark or light: it may be asked.
    pub asks_background: bool,
    /// The language in which what happened is told first.
    pub depth: Depth,
    /// What the history of a session may take, in bytes.
    pub history: usize,
}

impl Appearance {
    /// A session that nothing has happened in yet.
    fn model(self, header: Header, poll_timeout: Duration, size: (u16, u16)) -> Model {
        let mut model = Model::new(place(self, header), self.theme, poll_timeout, size);
        model.depth = self.depth;
        model.history = History::within(self.history);
        model
    }
}

/// What the other threads send to main.
#[derive(Debug)]
enum AppEvent {
    /// For the session on the screen.
    App(Msg),
    /// The same, typed: it gives its place free when it was taken.
    Typed(Msg, KeyPlace),
    /// Of the session with this number.
    Of(u32, Msg),
    Signal(i32),
    /// The terminal has said how dark its background is.
    Background {
        is_dark: bool,
    },
    /// The terminal has another size: the next frame asks for it.
    Resized,
    /// The terminal cannot be read any more.
    TerminalGone,
}

/// So long an answer of the engine is waited for before the screen shows that something is under way.
const ANSWER_TIMEOUT: Duration = Duration::from_millis(40);
/// 128 + SIGHUP
const TERMINAL_GONE: u8 = 129;

/// Runs until the user quits, and returns the exit code.
///
/// # Errors
/// If the session or the terminal cannot be set up.
pub fn run(start: TuiOptions) -> anyhow::Result<u8> {
    let TuiOptions {
        targets,
        modes,
        options,
        poll_timeout,
        terminal,
        mut recorder,
        notice,
        header,
        remembers,
        lessons,
    } = start;
    let (sender, receiver) = channel();
    let began = Instant::now();
    let inbox = thread::inbox();
    let come = inbox.0.clone();
    // A driver that is gone takes nothing in.
    let notify = Arc::new(move || drop(come.send(DriverRequest::TakeIn)));
    let mut live = LiveDriver::new(options, targets, Some(notify))?
        .for_a_person()
        .with_modes(modes);
    let notices = sender.clone();
    recorder.complain_to(Box::new(move |fault| {
        let _ = notices.send(AppEvent::App(Msg::Notice(fault.to_owned())));
    }));
    recorder.header(&header)?;
    let (first, last) = first::begin(&mut live, &mut recorder)?;
    // Before the terminal is taken: from then on no signal may end the program without giving it back.
    os::signals::blocked_for_new_threads(|| watch::signals(sender.clone()))?;
    let mut screen = Screen::enter().context("failed to set up the terminal")?;
    let mut model = terminal.model(header, poll_timeout, screen.size());
    if lessons.saves {
        model.progress = progress::marks();
    }
    model.guide = sessions::guide(lessons.guides, lessons.saves);
    for msg in first.into_iter().chain(notice.map(Msg::Notice)) {
        update(&mut model, msg, began.elapsed());
    }
    let mut first_effects = Vec::new();
    if let Some(run) = lessons.first {
        first_effects = begin_lesson(&mut model, run);
    }
    // Whoever ends the program meanwhile waits until it is written.
    let in_no_file = unwritten::Unwritten::new();
    let is_drawn = screen.draw(&mut model).is_ok();
    first::write(last, &mut recorder);
    drop(in_no_file);
    if !is_drawn {
        return Ok(TERMINAL_GONE);
    }
    let recorder = sessions::shared(recorder);
    // The first frame stands: what the terminal answers costs it nothing.
    let asked = terminal.asks_background.then(|| screen.ask_background());
    let handle = os::signals::blocked_for_new_threads(|| -> anyhow::Result<_> {
        watch::terminal();
        input::start(sender.clone(), asked)?;
        let replies = to_main(0, sender.clone(), Arc::clone(&recorder));
        thread::start(live, inbox, replies)
    })?;
    let lessons = LessonOptions {
        options,
        poll_timeout,
        terminal,
        saves: lessons.saves,
        guides: lessons.guides,
        allow: lessons.allow,
        asks: lessons.asks,
    };
    let memory = remembers.then(|| Memory::of(&model));
    let mut sessions = TuiSessions::new((model, handle, recorder), began, sender, Some(lessons));
    for effect in first_effects {
        sessions.perform(effect);
    }
    let code = event_loop(&mut sessions, &mut screen, &receiver, memory);
    screen.leave();
    unwritten::wait();
    code
}

/// A reply of the driver as a message.
fn taken(reply: &Reply<'_>) -> Option<Msg> {
    match reply {
        Reply::Made { record, world } => Some(Msg::Made {
            record: Arc::clone(record),
            world: Box::new(World::clone(world)),
        }),
        Reply::Refused(why) => Some(Msg::Refused(why.clone())),
        Reply::LinesDone(end) => Some(Msg::LinesDone(end.clone())),
        Reply::Ended(_) => None,
    }
}

/// Writes down what was made, if anything was.
fn write_down(reply: &Reply<'_>, recorder: &mut Recorder) {
    if let Reply::Made { record, world } = reply {
        // The recorder says by itself what it cannot write.
        let _ = recorder.record(record, world);
    }
}

fn place(terminal: Appearance, header: Header) -> Surroundings {
    Surroundings {
        local_offset: os::system::local_offset(header.started),
        header,
        unicode: terminal.unicode,
        true_colour: terminal.true_colour,
    }
}

fn event_loop(
    sessions: &mut TuiSessions,
    screen: &mut Screen,
    app_events: &Receiver<AppEvent>,
    mut memory: Option<Memory>,
) -> anyhow::Result<u8> {
    loop {
        let first = match sessions.sleeps() {
            None => match app_events.recv() {
                Ok(app_events) => Some(app_events),
                Err(_) => return Ok(TERMINAL_GONE),
            },
            Some(wait) => match app_events.recv_timeout(wait) {
                Ok(app_events) => Some(app_events),
                Err(RecvTimeoutError::Timeout) => Some(AppEvent::App(Msg::Clock)),
                Err(RecvTimeoutError::Disconnected) => return Ok(TERMINAL_GONE),
            },
        };
        // Everything that has come meanwhile goes into one picture.
        for app_events in first.into_iter().chain(app_events.try_iter().take(64)) {
            let effects = match app_events {
                AppEvent::TerminalGone => return Ok(TERMINAL_GONE),
                AppEvent::Signal(signal_hook::consts::SIGTSTP) => {
                    screen.suspend()?;
                    continue;
                }
                AppEvent::Resized => continue,
                AppEvent::Signal(number) => return Ok(128_u8.wrapping_add(number as u8)),
                AppEvent::Background { is_dark } => {
                    let model = &mut sessions.shown().model;
                    memory::take_background(model, memory.as_mut(), is_dark);
                    continue;
                }
                AppEvent::App(msg) => sessions.take_shown(msg),
                AppEvent::Typed(msg, place) => {
                    drop(place);
                    sessions.take_shown(msg)
                }
                AppEvent::Of(id, msg) => sessions.take(id, msg),
            };
            for effect in effects {
                match effect {
                    Effect::Suspend => screen.suspend()?,
                    Effect::Quit => {
                        sessions.keep_progress();
                        return Ok(0);
                    }
                    effect => {
                        if let Some(code) = sessions.perform(effect) {
                            return Ok(code);
                        }
                    }
                }
            }
        }
        if let Some(memory) = &mut memory {
            memory.keep(&mut sessions.shown().model);
        }
        // A terminal that takes no output is gone, whatever the errno.
        if !sessions.just_sent() {
            let draws = screen.draw(&mut sessions.shown().model);
            let draws = draws.and_then(|()| match sessions.drawn() {
                true => screen.draw(&mut sessions.shown().model),
                false => Ok(()),
            });
            if draws.is_err() {
                return Ok(TERMINAL_GONE);
            }
        }
        // Behind the picture, where nobody waits for it.
        if sessions.shown().model.history.has_turned_over_much() {
            os::heap::give_back();
        }
    }
}

/// How long main may sleep: until the clock matters, or until the engine has taken longer than is decent.
fn deadline(model: &Model, began: Instant) -> Option<Duration> {
    let now = began.elapsed();
    let answer_late = model
        .in_flight
        .as_ref()
        .map(|f| f.since + ANSWER_TIMEOUT)
        .filter(|due| *due > now);
    let clock = next_clock(model);
    [answer_late, clock]
        .into_iter()
        .flatten()
        .min()
        .map(|due| due.saturating_sub(now))
}

/// For a caller that has no terminal: whether both ends are one.
pub fn has_terminal() -> bool {
    use std::io::IsTerminal;
    std::io::stdout().is_terminal()
}

impl Screen {
    /// Draws the model.
    fn draw(&mut self, model: &mut Model) -> anyhow::Result<()> {
        self.show(|frame| view::fit_and_draw(frame, model))
            .context("failed to write to the terminal")
    }
}
