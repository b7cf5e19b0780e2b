//! `sockstep run --script`: commands and claims, one a line.

use super::driver::live::LiveDriver;
use super::driver::{Driver, DriverRequest, Reply, RequestOptions, go_on_if};
use super::headless::{HeadlessEnd, watch_signals};
use super::outputs::{Face, Output, Outputs, is_closed_pipe};
use super::recorder::Recorder;
use crate::engine::{Notify, Options};
use crate::language::claim::Claim;
use crate::language::request::{Frontend, Request};
use crate::language::script::ScriptLine;
use crate::language::verbs;
use crate::model::command::Command;
use crate::model::record::Record;
use crate::model::target::Target;
use crate::narrate::story;
use crate::os;
use std::io::Write;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::{Duration, Instant};

/// A waiting tick of `await` lasts no longer, since a claim may come true without an event.
const AWAIT_TICK: Duration = Duration::from_millis(50);
/// Between two looks of `await ... by looking`.
const LOOK_INTERVAL: Duration = Duration::from_millis(5);
/// So many records are kept for claims about calls.
const MAX_KEPT_RECORDS: usize = 64;

/// What to run.
#[derive(Debug)]
pub struct ScriptPlan {
    /// Targets that are there before the first line.
    pub targets: Vec<Target>,
    /// The script.
    pub lines: Vec<ScriptLine>,
    /// What is printed.
    pub face: Face,
    /// How long a tick's poll waits at first.
    pub poll_timeout: Duration,
    /// The session's options.
    pub options: Options,
}

struct Runner<'a> {
    live: LiveDriver,
    outputs: Outputs<'a>,
    poll_timeout: Duration,
    records: Vec<Arc<Record>>,
    signal: &'a AtomicI32,
    /// Rings when an answer waits that nobody asked for.
    notified: Receiver<()>,
}

/// What the driver answered to one request.
struct DriverAnswer {
    records: Vec<Arc<Record>>,
    refused: Option<String>,
    written: std::io::Result<()>,
}

impl Default for DriverAnswer {
    fn default() -> DriverAnswer {
        DriverAnswer {
            records: Vec::new(),
            refused: None,
            written: Ok(()),
        }
    }
}

impl DriverAnswer {
    fn take_reply(&mut self, reply: Reply<'_>, outputs: &mut Outputs<'_>) -> ControlFlow<()> {
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
enum LineResult {
    Done,
    /// The script ends here.
    Over,
    Signal,
    Failed(String),
}

/// Runs the script, prints its records to `out` and writes them down with `recorder`.
///
/// # Errors
/// If the session cannot begin, or the output cannot be written.
pub fn run(
    plan: &ScriptPlan,
    out: impl Write,
    recorder: &mut Recorder,
) -> anyhow::Result<HeadlessEnd> {
    // One ring is as good as many: all that waits is taken at once.
    let (sender, notified) = sync_channel(1);
    let notify: Notify = Arc::new(move || {
        let _ = sender.try_send(());
    });
    let live = LiveDriver::new(plan.options, plan.targets.clone(), Some(notify))?;
    let signal = watch_signals(live.wake())?;
    let mut face = plan.face.output(out);
    let mut runner = Runner {
        live,
        outputs: Outputs(vec![recorder, face.as_mut()]),
        poll_timeout: plan.poll_timeout,
        records: Vec::new(),
        signal: &signal,
        notified,
    };
    match runner.all(&plan.lines) {
        Err(error) if is_closed_pipe(&error) => Ok(HeadlessEnd::ClosedPipe),
        ended => ended,
    }
}

impl Runner<'_> {
    fn all(&mut self, lines: &[ScriptLine]) -> anyhow::Result<HeadlessEnd> {
        self.outputs.header(&os::system::header())?;
        let mut answer = DriverAnswer::default();
        self.live
            .begin(&mut |reply| answer.take_reply(reply, &mut self.outputs))?;
        self.keep(answer)?;
        for line in lines {
            match self.line(&line.request)? {
                LineResult::Done => {}
                LineResult::Over => break,
                LineResult::Signal => {
                    return Ok(HeadlessEnd::Signal(self.signal.load(Ordering::SeqCst)));
                }
                LineResult::Failed(why) => {
                    return Ok(HeadlessEnd::Failed(format!(
                        "line {}: {}: {why}",
                        line.number, line.text
                    )));
                }
            }
        }
        Ok(HeadlessEnd::AllConnected)
    }

    /// Asks the driver, hands its records on, and says what it refused.
    fn ask(&mut self, request: DriverRequest) -> anyhow::Result<Option<String>> {
        let mut answer = DriverAnswer::default();
        self.live.serve(request, &mut |reply| {
            answer.take_reply(reply, &mut self.outputs)
        });
        self.keep(answer)
    }

    fn keep(&mut self, answer: DriverAnswer) -> anyhow::Result<Option<String>> {
        self.records.extend(answer.records);
        if self.records.len() > 2 * MAX_KEPT_RECORDS {
            self.records.drain(..MAX_KEPT_RECORDS);
        }
        answer.written?;
        Ok(answer.refused)
    }

    fn line(&mut self, request: &Request) -> anyhow::Result<LineResult> {
        let no_word_of_a_script = match request {
            Request::Act(command) => return self.command(command),
            Request::Ticks(count) => return self.ticks(*count),
            Request::PollTimeout(timeout) => {
                self.poll_timeout = *timeout;
                return Ok(LineResult::Done);
            }
            Request::Check(claim) => {
                return Ok(match self.check(claim) {
                    Ok(()) => LineResult::Done,
                    Err(instead) => LineResult::Failed(instead),
                });
            }
            Request::Await {
                claim,
                within,
                by_looking,
            } => return self.wait_for(claim, *within, *by_looking),
            Request::Quit => return Ok(LineResult::Over),
            // These are refused when the script is read.
            Request::Move(_) => "goto",
            Request::Explain(_) => "explain",
            Request::Cost => "cost",
            Request::Depth(_) => "depth",
            Request::Tell | Request::Say(_) | Request::Part(_) => "tell",
            Request::Help(_) => "help",
            Request::Theme(_) => "theme",
        };
        let why = verbs::elsewhere(no_word_of_a_script, Frontend::Script);
        Ok(LineResult::Failed(why.to_owned()))
    }

    fn ticks(&mut self, count: u32) -> anyhow::Result<LineResult> {
        for _ in 0..count {
            match self.command(&Command::TICK)? {
                LineResult::Done => {}
                other => return Ok(other),
            }
        }
        Ok(LineResult::Done)
    }

    fn command(&mut self, command: &Command) -> anyhow::Result<LineResult> {
        self.command_until(command, None)
    }

    fn command_until(
        &mut self,
        command: &Command,
        until: Option<Instant>,
    ) -> anyhow::Result<LineResult> {
        let asked = RequestOptions {
            until,
            ..RequestOptions::with_timeout(self.poll_timeout)
        };
        let refused = self.ask(DriverRequest::Perform(command.clone(), asked))?;
        Ok(match refused {
            Some(refusal) => LineResult::Failed(refusal),
            None => self.unless_signalled(),
        })
    }

    fn unless_signalled(&self) -> LineResult {
        if self.signal.load(Ordering::SeqCst) == 0 {
            LineResult::Done
        } else {
            LineResult::Signal
        }
    }

    fn check(&self, claim: &Claim) -> Result<(), String> {
        let said = || match self.records.last() {
            Some(record) => story::said(self.live.world(), record),
            None => Vec::new(),
        };
        claim.check(self.live.world(), said)
    }

    fn wait_for(
        &mut self,
        claim: &Claim,
        within: Duration,
        by_looking: bool,
    ) -> anyhow::Result<LineResult> {
        let deadline = Instant::now() + within;
        loop {
            self.ask(DriverRequest::TakeIn)?;
            let instead = match self.check(claim) {
                Ok(()) => return Ok(LineResult::Done),
                Err(instead) => instead,
            };
            if Instant::now() >= deadline {
                return Ok(LineResult::Failed(format!("after {within:?} {instead}")));
            }
            let until = deadline.min(Instant::now() + AWAIT_TICK);
            if claim.is_about_the_wire() {
                // Packets come by themselves: nothing is asked, so nothing else is recorded.
                let _ = self
                    .notified
                    .recv_timeout(until.saturating_duration_since(Instant::now()));
            } else if by_looking {
                std::thread::sleep(LOOK_INTERVAL);
                if let LineResult::Failed(why) = self.command(&Command::Look)? {
                    return Ok(LineResult::Failed(why));
                }
            } else {
                let tick = Command::Tick {
                    only: None,
                    wait: true,
                };
                if let LineResult::Failed(why) = self.command_until(&tick, Some(until))? {
                    return Ok(LineResult::Failed(why));
                }
            }
            if matches!(self.unless_signalled(), LineResult::Signal) {
                return Ok(LineResult::Signal);
            }
        }
    }
}
