//! `sockstep run --script`: commands and claims, one a line.

use super::driver::live::Live;
use super::driver::{Asked, Driver, Reply, Request, go_on_if};
use super::headless::{End, watch_signals};
use super::outputs::{Face, Output, Outputs, is_closed_pipe};
use super::recorder::Recorder;
use crate::engine::{Notify, Options};
use crate::language::claim::Claim;
use crate::language::script::Line;
use crate::language::verbs;
use crate::language::wish::{Hearer, Wish};
use crate::model::command::Command;
use crate::model::record::Record;
use crate::model::target::Target;
use crate::os;
use std::io::Write;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::{Duration, Instant};

/// A waiting tick of `await` lasts no longer, since a claim may come true without an event.
const PATIENCE: Duration = Duration::from_millis(50);
/// Between two looks of `await ... by looking`.
const PAUSE: Duration = Duration::from_millis(5);
/// So many records are kept for claims about calls.
const KEPT: usize = 64;

/// What to run.
#[derive(Debug)]
pub struct Plan {
    /// Targets that are there before the first line.
    pub targets: Vec<Target>,
    /// The script.
    pub lines: Vec<Line>,
    /// What is printed.
    pub face: Face,
    /// How long a tick's poll waits at first.
    pub poll_timeout: Duration,
    /// The session's options.
    pub options: Options,
}

struct Runner<'a> {
    live: Live,
    outputs: Outputs<'a>,
    poll_timeout: Duration,
    records: Vec<Arc<Record>>,
    signal: &'a AtomicI32,
    /// Rings when an answer waits that nobody asked for.
    rung: Receiver<()>,
}

/// What the driver answered to one request.
struct News {
    records: Vec<Arc<Record>>,
    refused: Option<String>,
    written: std::io::Result<()>,
}

impl Default for News {
    fn default() -> News {
        News {
            records: Vec::new(),
            refused: None,
            written: Ok(()),
        }
    }
}

impl News {
    fn hear(&mut self, reply: Reply<'_>, outputs: &mut Outputs<'_>) -> ControlFlow<()> {
        match reply {
            Reply::Made { record, world } => {
                if self.written.is_ok() {
                    self.written = outputs.record(&record, world);
                }
                self.records.push(record);
            }
            Reply::Refused(why) => self.refused = Some(why),
            Reply::Ended(_) => {}
        }
        go_on_if(self.written.is_ok())
    }
}

/// What a line came to.
enum Came {
    Through,
    /// The script ends here.
    Over,
    Signal,
    Short(String),
}

/// Runs the script, prints its records to `out` and writes them down with `recorder`.
///
/// # Errors
/// If the session cannot begin, or the output cannot be written.
pub fn run(plan: &Plan, out: impl Write, recorder: &mut Recorder) -> anyhow::Result<End> {
    // One ring is as good as many: all that waits is taken at once.
    let (ring, rung) = sync_channel(1);
    let notify: Notify = Arc::new(move || {
        let _ = ring.try_send(());
    });
    let live = Live::new(plan.options, plan.targets.clone(), Some(notify))?;
    let signal = watch_signals(live.wake())?;
    let mut face = plan.face.output(out);
    let mut runner = Runner {
        live,
        outputs: Outputs(vec![recorder, face.as_mut()]),
        poll_timeout: plan.poll_timeout,
        records: Vec::new(),
        signal: &signal,
        rung,
    };
    match runner.all(&plan.lines) {
        Err(error) if is_closed_pipe(&error) => Ok(End::ClosedPipe),
        ended => ended,
    }
}

impl Runner<'_> {
    fn all(&mut self, lines: &[Line]) -> anyhow::Result<End> {
        self.outputs.header(&os::system::header())?;
        let mut news = News::default();
        self.live
            .begin(&mut |reply| news.hear(reply, &mut self.outputs))?;
        self.keep(news)?;
        for line in lines {
            match self.line(&line.wish)? {
                Came::Through => {}
                Came::Over => break,
                Came::Signal => return Ok(End::Signal(self.signal.load(Ordering::SeqCst))),
                Came::Short(why) => {
                    return Ok(End::Short(format!(
                        "line {}: {}: {why}",
                        line.number, line.text
                    )));
                }
            }
        }
        Ok(End::AllConnected)
    }

    /// Asks the driver, hands its records on, and says what it refused.
    fn ask(&mut self, request: Request) -> anyhow::Result<Option<String>> {
        let mut news = News::default();
        self.live
            .serve(request, &mut |reply| news.hear(reply, &mut self.outputs));
        self.keep(news)
    }

    fn keep(&mut self, news: News) -> anyhow::Result<Option<String>> {
        self.records.extend(news.records);
        if self.records.len() > 2 * KEPT {
            self.records.drain(..KEPT);
        }
        news.written?;
        Ok(news.refused)
    }

    fn line(&mut self, wish: &Wish) -> anyhow::Result<Came> {
        let no_word_of_a_script = match wish {
            Wish::Act(command) => return self.command(command),
            Wish::Ticks(count) => return self.ticks(*count),
            Wish::PollTimeout(timeout) => {
                self.poll_timeout = *timeout;
                return Ok(Came::Through);
            }
            Wish::Check(claim) => {
                return Ok(match self.check(claim) {
                    Ok(()) => Came::Through,
                    Err(instead) => Came::Short(instead),
                });
            }
            Wish::Await {
                claim,
                within,
                by_looking,
            } => return self.wait_for(claim, *within, *by_looking),
            Wish::Quit => return Ok(Came::Over),
            // These are refused when the script is read.
            Wish::Move(_) => "goto",
            Wish::Explain(_) => "explain",
            Wish::Cost => "cost",
            Wish::Depth(_) => "depth",
            Wish::Tell => "tell",
            Wish::Help(_) => "help",
        };
        let why = verbs::elsewhere(no_word_of_a_script, Hearer::Script);
        Ok(Came::Short(why.to_owned()))
    }

    fn ticks(&mut self, count: u32) -> anyhow::Result<Came> {
        for _ in 0..count {
            match self.command(&Command::TICK)? {
                Came::Through => {}
                other => return Ok(other),
            }
        }
        Ok(Came::Through)
    }

    fn command(&mut self, command: &Command) -> anyhow::Result<Came> {
        self.command_until(command, None)
    }

    fn command_until(&mut self, command: &Command, until: Option<Instant>) -> anyhow::Result<Came> {
        let asked = Asked {
            until,
            ..Asked::with_timeout(self.poll_timeout)
        };
        let refused = self.ask(Request::Perform(command.clone(), asked))?;
        Ok(match refused {
            Some(refusal) => Came::Short(refusal),
            None => self.unless_signalled(),
        })
    }

    fn unless_signalled(&self) -> Came {
        if self.signal.load(Ordering::SeqCst) == 0 {
            Came::Through
        } else {
            Came::Signal
        }
    }

    fn check(&self, claim: &Claim) -> Result<(), String> {
        claim.check(self.live.world(), &self.records)
    }

    fn wait_for(
        &mut self,
        claim: &Claim,
        within: Duration,
        by_looking: bool,
    ) -> anyhow::Result<Came> {
        let deadline = Instant::now() + within;
        loop {
            self.ask(Request::TakeIn)?;
            let instead = match self.check(claim) {
                Ok(()) => return Ok(Came::Through),
                Err(instead) => instead,
            };
            if Instant::now() >= deadline {
                return Ok(Came::Short(format!("after {within:?} {instead}")));
            }
            let until = deadline.min(Instant::now() + PATIENCE);
            if claim.is_about_the_wire() {
                // Packets come by themselves: nothing is asked, so nothing else is recorded.
                let _ = self
                    .rung
                    .recv_timeout(until.saturating_duration_since(Instant::now()));
            } else if by_looking {
                std::thread::sleep(PAUSE);
                if let Came::Short(why) = self.command(&Command::Look)? {
                    return Ok(Came::Short(why));
                }
            } else {
                let tick = Command::Tick {
                    only: None,
                    wait: true,
                };
                if let Came::Short(why) = self.command_until(&tick, Some(until))? {
                    return Ok(Came::Short(why));
                }
            }
            if matches!(self.unless_signalled(), Came::Signal) {
                return Ok(Came::Signal);
            }
        }
    }
}
