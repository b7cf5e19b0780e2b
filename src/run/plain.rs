//! `sockstep --plain`: the interactive program as lines of text, for screen readers, logs and pipes. The same words as the screen's `:`
//! prompt; Enter alone is a tick.

mod input;
mod words;

use super::driver::live::Live;
use super::driver::{Driver, Reply, Request, Wake};
use super::headless::watch_signals_and;
use super::outputs::{Output, is_closed_pipe};
use super::recorder::Recorder;
use crate::app::history::History;
use crate::engine::Options;
use crate::language::depth::Depth;
use crate::model::clean;
use crate::model::record::{Header, Record};
use crate::model::target::Target;
use crate::model::world::World;
use crate::narrate::next::Reader;
use crate::os;
use crate::text::tell::{Manner, tell};
use crate::words::clock;
use input::{News, Waiting};
use std::io::Write;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// What it is started with.
#[derive(Debug)]
pub struct Start {
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
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
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
struct Talk<'a, W> {
    live: Live,
    recorder: &'a mut Recorder,
    complain: &'a mut dyn FnMut(&str),
    out: W,
    history: History,
    header: Header,
    local_offset: i64,
    poll_timeout: Duration,
    depth: Depth,
    prompt: bool,
    signal: Arc<AtomicI32>,
    wake: Wake,
    waiting: Waiting,
    failed: bool,
}

/// Reads lines from standard input, obeys them and tells what happened on `out`.
///
/// # Errors
/// If the session cannot begin, or the output cannot be written.
pub fn run(
    start: Start,
    out: impl Write,
    recorder: &mut Recorder,
    complain: &mut dyn FnMut(&str),
) -> anyhow::Result<End> {
    let (sender, news) = channel();
    let answered = sender.clone();
    let notify = Arc::new(move || {
        // A conversation that is over needs no answer.
        let _ = answered.send(News::Answer);
    });
    let live = Live::new(start.options, start.targets, Some(notify))?.for_a_person();
    let wake = live.wake();
    let interrupted = sender.clone();
    let signal = watch_signals_and(wake.clone(), move |_| {
        let _ = interrupted.send(News::Signal);
    })?;
    let waiting = Waiting::default();
    let reader = (wake.clone(), waiting.clone());
    os::signals::blocked_for_new_threads(|| {
        input::start(sender, reader.0, start.prompt.then_some(reader.1))
    })?;
    let mut talk = Talk {
        live,
        recorder,
        complain,
        out,
        history: History::new(),
        local_offset: os::system::local_offset(start.header.started),
        header: start.header,
        poll_timeout: start.poll_timeout,
        depth: Depth::Program,
        prompt: start.prompt,
        signal,
        wake,
        waiting,
        failed: false,
    };
    match talk.all(&news) {
        Err(error) if is_closed_pipe(&error) => Ok(End::ClosedPipe),
        ended => ended,
    }
}

impl<W: Write> Talk<'_, W> {
    fn all(&mut self, news: &Receiver<News>) -> anyhow::Result<End> {
        let header = self.header.clone();
        self.recorder.header(&header)?;
        let mut heard = Vec::new();
        self.live.begin(&mut |reply| hear(reply, &mut heard))?;
        for said in heard {
            match said {
                Said::Made(record, world) => self.made(record, &world)?,
                Said::Refused(notice) => (self.complain)(&notice),
            }
        }
        if self.prompt {
            self.put("Enter makes a tick. help lists all words, quit ends.\n")?;
        }
        loop {
            self.ask()?;
            let ended = match news.recv() {
                Ok(News::Line(line)) => self.obey(&line)?,
                Ok(News::Answer) => self.answers(true)?,
                Ok(News::Over) | Err(_) => Some(self.over()),
                Ok(News::Signal) => None,
            };
            match self.signal.load(Ordering::SeqCst) {
                0 => {}
                number => {
                    self.end_line()?;
                    return Ok(End::Signal(number));
                }
            }
            if let Some(end) = ended {
                if end != End::Quit || matches!(news.try_recv(), Ok(News::Over)) {
                    self.end_line()?;
                }
                return Ok(end);
            }
        }
    }

    fn over(&self) -> End {
        if self.failed && !self.prompt {
            End::NotAsExpected
        } else {
            End::Quit
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

    /// Takes in a record that was just made, writes it down and tells it. A look at the past ends.
    fn made(&mut self, record: Arc<Record>, world: &World) -> anyhow::Result<()> {
        self.recorder.record(&record, world)?;
        self.history.push(record, world.clone());
        self.history.end();
        self.tell()
    }

    /// Asks the driver and tells what it answers. `interrupts` says that a prompt stands there already.
    fn asked(&mut self, request: Request, mut interrupts: bool) -> anyhow::Result<()> {
        let mut heard = Vec::new();
        self.live
            .serve(request, &mut |reply| hear(reply, &mut heard));
        for said in heard {
            if std::mem::take(&mut interrupts) {
                self.end_line()?;
            }
            match said {
                Said::Made(record, world) => self.made(record, &world)?,
                Said::Refused(why) => self.put(&format!("refused: {}.\n", clean::text(&why)))?,
            }
        }
        Ok(())
    }

    /// Calls that have returned meanwhile. `interrupts` says that a prompt stands there already.
    fn answers(&mut self, interrupts: bool) -> anyhow::Result<Option<End>> {
        self.asked(Request::TakeIn, interrupts)?;
        Ok(None)
    }

    /// Tells the record that is shown.
    fn tell(&mut self) -> anyhow::Result<()> {
        let Some(record) = self.history.record().cloned() else {
            return Ok(());
        };
        let (started, offset) = (self.header.started, self.local_offset);
        let manner = Manner {
            reader: if self.history.is_live() {
                Reader::Prompt
            } else {
                Reader::Past
            },
            depth: self.depth,
            clock: &|at_us| clock::time_of_day(started, offset, at_us),
        };
        let told = tell(self.history.world(), &record, manner);
        self.put(&told)
    }
}

/// What a driver said, kept until it can be told.
enum Said {
    Made(Arc<Record>, Box<World>),
    Refused(String),
}

fn hear(reply: Reply<'_>, heard: &mut Vec<Said>) -> ControlFlow<()> {
    match reply {
        Reply::Made { record, world } => heard.push(Said::Made(record, Box::new(world.clone()))),
        Reply::Refused(why) => heard.push(Said::Refused(why)),
        Reply::Ended(_) => {}
    }
    ControlFlow::Continue(())
}
