//! `sockstep --plain`: the interactive program as lines of text, for screen readers, logs and pipes. The same words as the screen's `:`
//! prompt; Enter alone is a tick.

mod guide;
mod input;
mod lesson;
mod lesson_text;
mod places;
mod words;

use super::driver::live::LiveDriver;
use super::driver::{Driver, DriverRequest, Reply, Wake};
use super::headless::watch_signals_and;
use super::lesson::LessonStart;
use super::outputs::{Output, is_closed_pipe};
use super::recorder::Recorder;
use crate::app::guide::Guide;
use crate::app::history::History;
use crate::app::lesson::LessonRun;
use crate::engine::{Notify, Options};
use crate::language::depth::Depth;
use crate::language::speech::{Part, Speech};
use crate::model::clean;
use crate::model::record::{Header, Record};
use crate::model::target::Target;
use crate::model::world::World;
use crate::narrate::next::Audience;
use crate::os;
use crate::text::narration::{NarrationOptions, brief, narrate};
use crate::words::clock;
use anyhow::Context;
use input::{InputEvent, WaitingFlag};
use lesson::SessionBelow;
use places::KeptPlace;
use std::io::Write;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// What it is started with.
#[derive(Debug)]
pub struct ReplOptions {
    /// The first rows.
    pub targets: Vec<Target>,
    /// The session's options.
    pub options: Options,
    /// How long a tick's poll waits.
    pub poll_timeout: Duration,
    /// The session's first line.
    pub header: Header,
    /// Somebody sits at both ends: a prompt is shown, and Enter ends a wait.
    pub prompt: bool,
    /// The language in which what happened is told first.
    pub depth: Depth,
    /// What the history of the session may take, in bytes.
    pub history: usize,
    /// How lessons are gone through.
    pub lessons: LessonStart,
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplEnd {
    /// By `quit`, or with the end of the input.
    Quit,
    /// The same, and an expectation did not hold.
    NotAsExpected,
    /// Nobody reads our output any more.
    ClosedPipe,
    /// A signal with this number asked for the end.
    Signal(i32),
}

/// The conversation.
struct Repl<'a, W> {
    live: LiveDriver,
    recorder: &'a mut Recorder,
    complain: &'a mut dyn FnMut(&str),
    out: W,
    history: History,
    header: Header,
    local_offset: i64,
    poll_timeout: Duration,
    depth: Depth,
    speech: Speech,
    prompt: bool,
    signal: Arc<AtomicI32>,
    wake: Wake,
    waiting: WaitingFlag,
    failed: bool,
    /// How a session is made.
    options: Options,
    notify: Notify,
    lessons: LessonStart,
    /// The lesson that is gone through.
    lesson: Option<LessonRun>,
    /// What was recognised of the course.
    guide: Option<Guide>,
    /// The session that one comes back to.
    below: Option<SessionBelow>,
    /// The records of this session go into the files that were asked for.
    is_recorded: bool,
    /// Lessons that were left before their end, the latest last.
    places: Vec<KeptPlace>,
    /// How long a poll of a lesson's own tick waits.
    lesson_timeout: Duration,
}

/// Reads lines from standard input, executes them and narrates what happened on `out`.
///
/// # Errors
/// If the session cannot begin, or the output cannot be written.
pub fn run(
    start: ReplOptions,
    out: impl Write,
    recorder: &mut Recorder,
    complain: &mut dyn FnMut(&str),
) -> anyhow::Result<ReplEnd> {
    crate::os::heap::keep_little();
    let (sender, inputs) = channel();
    let answered = sender.clone();
    let notify: Notify = Arc::new(move || {
        // A conversation that is over needs no answer.
        let _ = answered.send(InputEvent::Answer);
    });
    let again = Arc::clone(&notify);
    let live = LiveDriver::new(start.options, start.targets, Some(notify))?.for_a_person();
    let wake = live.wake();
    let interrupted = sender.clone();
    let signal = watch_signals_and(wake.clone(), move |_| {
        let _ = interrupted.send(InputEvent::Signal);
    })?;
    let waiting = WaitingFlag::default();
    let reader = (wake.clone(), waiting.clone());
    os::signals::blocked_for_new_threads(|| {
        input::start(sender, reader.0, start.prompt.then_some(reader.1))
    })?;
    let mut repl = Repl {
        live,
        recorder,
        complain,
        out,
        history: History::within(start.history),
        local_offset: os::system::local_offset(start.header.started),
        header: start.header,
        poll_timeout: start.poll_timeout,
        depth: start.depth,
        speech: Speech::Brief,
        prompt: start.prompt,
        signal,
        wake,
        waiting,
        failed: false,
        options: start.options,
        notify: again,
        guide: guide::begin(&start.lessons),
        lessons: start.lessons,
        lesson: None,
        below: None,
        is_recorded: true,
        places: Vec::new(),
        lesson_timeout: start.poll_timeout,
    };
    match repl.all(&inputs) {
        Err(error) if is_closed_pipe(&error) => Ok(ReplEnd::ClosedPipe),
        ended => ended,
    }
}

impl<W: Write> Repl<'_, W> {
    fn all(&mut self, inputs: &Receiver<InputEvent>) -> anyhow::Result<ReplEnd> {
        let header = self.header.clone();
        self.recorder.header(&header)?;
        let mut replies = Vec::new();
        self.live
            .begin(&mut |reply| keep_reply(reply, &mut replies))?;
        for reply in replies {
            match reply {
                KeptReply::Made(record, world) => self.made(record, &world)?,
                KeptReply::Refused(notice) => (self.complain)(&notice),
            }
        }
        if self.prompt {
            self.put(
                "Enter makes a tick: it asks epoll_wait for events, and then each socket makes its one next call. more, lists, kernel and calls say all of it. help lists all words, q ends.\n",
            )?;
        }
        if let Some(run) = self.lessons.first.take() {
            self.offer(&run)?;
            self.begin_lesson(run)?;
        }
        loop {
            self.ask()?;
            let ended = match inputs.recv() {
                Ok(InputEvent::Line(line)) => self.execute(&line)?,
                Ok(InputEvent::Answer) => self.answers(true)?,
                Ok(InputEvent::Over) | Err(_) => {
                    self.keep_progress()?;
                    Some(self.over())
                }
                Ok(InputEvent::Unreadable(error)) => {
                    self.keep_progress()?;
                    return Err(error).context("standard input cannot be read");
                }
                Ok(InputEvent::Signal) => None,
            };
            match self.signal.load(Ordering::SeqCst) {
                0 => {}
                number => {
                    self.end_line()?;
                    return Ok(ReplEnd::Signal(number));
                }
            }
            if let Some(end) = ended {
                if end != ReplEnd::Quit || matches!(inputs.try_recv(), Ok(InputEvent::Over)) {
                    self.end_line()?;
                }
                return Ok(end);
            }
        }
    }

    fn over(&self) -> ReplEnd {
        if self.failed && !self.prompt {
            ReplEnd::NotAsExpected
        } else {
            ReplEnd::Quit
        }
    }

    fn put(&mut self, text: &str) -> anyhow::Result<()> {
        self.out.write_all(text.as_bytes())?;
        Ok(self.out.flush()?)
    }

    /// The prompt stands in an unfinished line.
    fn end_line(&mut self) -> anyhow::Result<()> {
        if self.prompt { self.put("\n") } else { Ok(()) }
    }

    /// `tick 4>`, or in the past `tick 2 of 6, past>`.
    fn ask(&mut self) -> anyhow::Result<()> {
        if !self.prompt {
            return Ok(());
        }
        let (tick, last) = (self.history.world().tick, self.history.live().tick);
        if self.history.is_live() {
            self.put(&format!("tick {tick}> "))
        } else {
            self.put(&format!("tick {tick} of {last}, past> "))
        }
    }

    /// Takes in a record that was just made, writes it down and narrates it. A look at the past ends.
    fn made(&mut self, record: Arc<Record>, world: &World) -> anyhow::Result<()> {
        // A lesson within the conversation, and one that is begun once more, is not in its recording.
        if self.is_recorded {
            self.recorder.record(&record, world)?;
        }
        let is_mark = record.lesson_mark().is_some();
        if let Some(run) = &mut self.lesson {
            run.made(&record);
        }
        self.history.push(record, world.clone());
        self.history.end();
        if !is_mark {
            self.narrate()?;
        }
        self.recognise()?;
        self.goal()
    }

    /// Asks the driver and narrates what it answers. `interrupts` says that a prompt stands there already.
    fn asked(&mut self, request: DriverRequest, mut interrupts: bool) -> anyhow::Result<()> {
        let mut replies = Vec::new();
        self.live
            .serve(request, &mut |reply| keep_reply(reply, &mut replies));
        for reply in replies {
            if std::mem::take(&mut interrupts) {
                self.end_line()?;
            }
            match reply {
                KeptReply::Made(record, world) => self.made(record, &world)?,
                KeptReply::Refused(why) => {
                    self.put(&format!("refused: {}.\n", clean::text(&why)))?;
                }
            }
        }
        Ok(())
    }

    /// Calls that have returned meanwhile. `interrupts` says that a prompt stands there already.
    fn answers(&mut self, interrupts: bool) -> anyhow::Result<Option<ReplEnd>> {
        self.asked(DriverRequest::TakeIn, interrupts)?;
        Ok(None)
    }

    /// Narrates the record that is shown.
    fn narrate(&mut self) -> anyhow::Result<()> {
        let speech = self.speech;
        self.say(|world, record, options| match speech {
            Speech::Brief => brief::narrate(world, record, options),
            Speech::All => narrate(world, record, options),
        })
    }

    /// Says one part of the record that is shown.
    fn part(&mut self, part: Part) -> anyhow::Result<()> {
        self.say(|world, record, options| brief::part(world, record, part, options))
    }

    fn say(
        &mut self,
        text: impl FnOnce(&World, &Record, NarrationOptions<'_>) -> String,
    ) -> anyhow::Result<()> {
        let Some(record) = self.history.record().cloned() else {
            return Ok(());
        };
        let (started, offset) = (self.header.started, self.local_offset);
        let options = NarrationOptions {
            reader: if self.history.is_live() {
                Audience::Prompt
            } else {
                Audience::Past
            },
            depth: self.depth,
            clock: &|at_us| clock::time_of_day(started, offset, at_us),
        };
        let text = text(self.history.world(), &record, options);
        let covered = self.history.is_covered();
        self.put(&lesson_text::told(&text, covered, self.lesson.is_some()))
    }
}

/// What a driver said, kept until it can be printed.
enum KeptReply {
    Made(Arc<Record>, Box<World>),
    Refused(String),
}

fn keep_reply(reply: Reply<'_>, replies: &mut Vec<KeptReply>) -> ControlFlow<()> {
    match reply {
        Reply::Made { record, world } => {
            replies.push(KeptReply::Made(record, Box::new(world.clone())));
        }
        Reply::Refused(why) => replies.push(KeptReply::Refused(why)),
        Reply::Ended(_) | Reply::LinesDone(_) => {}
    }
    ControlFlow::Continue(())
}
