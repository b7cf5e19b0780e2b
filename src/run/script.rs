//! `sockstep run --script`: commands and claims, one a line.

use super::driver::lines::{self, LineContext, LineResult};
use super::driver::live::LiveDriver;
use super::driver::{Driver, Reply, go_on_if};
use super::headless::{HeadlessEnd, watch_signals};
use super::outputs::{Face, Output, Outputs, is_closed_pipe};
use super::recorder::Recorder;
use crate::engine::Options;
use crate::language::request::Request;
use crate::language::script::ScriptLine;
use crate::model::clean;
use crate::model::target::Target;
use crate::os;
use std::io::Write;
use std::sync::atomic::{AtomicI32, Ordering};
use std::time::Duration;

/// Of a line that failed a message shows so many characters.
const MAX_LINE: usize = 200;

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
    context: LineContext<'a>,
    signal: &'a AtomicI32,
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
    let (live, packets) = LiveDriver::that_rings(plan.options, plan.targets.clone())?;
    let signal = watch_signals(live.wake())?;
    let stopped = || signal.load(Ordering::SeqCst) != 0;
    let mut context = LineContext::new(&stopped, &packets);
    context.poll_timeout = plan.poll_timeout;
    let mut face = plan.face.output(out);
    let mut runner = Runner {
        live,
        outputs: Outputs(vec![recorder, face.as_mut()]),
        context,
        signal: &signal,
    };
    match runner.all(&plan.lines) {
        Err(error) if is_closed_pipe(&error) => Ok(HeadlessEnd::ClosedPipe),
        ended => ended,
    }
}

impl Runner<'_> {
    fn all(&mut self, lines: &[ScriptLine]) -> anyhow::Result<HeadlessEnd> {
        self.outputs.header(&os::system::header())?;
        let (outputs, context, mut written) = (&mut self.outputs, &mut self.context, Ok(()));
        self.live.begin(&mut |reply| {
            if let Reply::Made { record, world } = reply {
                written = outputs.record(&record, world);
                context.take(record, world);
            }
            go_on_if(written.is_ok())
        })?;
        written?;
        for line in lines {
            match self.line(&line.request)? {
                LineResult::Done => {}
                LineResult::Over => break,
                LineResult::Stopped => {
                    return Ok(HeadlessEnd::Signal(self.signal.load(Ordering::SeqCst)));
                }
                LineResult::Failed(why) | LineResult::NotYet(why) => {
                    return Ok(HeadlessEnd::Failed(format!(
                        "line {}: {}: {why}",
                        line.number,
                        clean::cut(&line.text, MAX_LINE)
                    )));
                }
            }
        }
        Ok(HeadlessEnd::AllConnected)
    }

    fn line(&mut self, request: &Request) -> anyhow::Result<LineResult> {
        let (outputs, mut written) = (&mut self.outputs, Ok(()));
        let mut take = |reply: Reply<'_>| {
            if let Reply::Made { record, world } = reply {
                written = outputs.record(&record, world);
            }
            go_on_if(written.is_ok())
        };
        let result = lines::run(&mut self.live, request, &mut self.context, &mut take);
        written?;
        Ok(result)
    }
}
