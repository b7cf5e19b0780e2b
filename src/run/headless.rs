//! `sockstep run`: the same engine without a terminal.

use super::driver::live::LiveDriver;
use super::driver::{Driver, DriverRequest, Reply, RequestOptions, Wake, go_on_if};
use super::outputs::{Face, Output, Outputs, is_closed_pipe};
use super::recorder::Recorder;
use crate::engine::Options;
use crate::model::command::Command;
use crate::model::socket::Stage;
use crate::model::target::Target;
use crate::os;
use anyhow::Context;
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
use signal_hook::iterator::Signals;
use std::io::Write;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::time::{Duration, Instant};

/// What to do.
#[derive(Clone, Debug)]
pub struct HeadlessPlan {
    /// Whom to connect to.
    pub targets: Vec<Target>,
    /// What is printed.
    pub face: Face,
    /// Stop after so many ticks.
    pub ticks: Option<u64>,
    /// Stop when every row is settled or `timeout` is over; ticks wait for an event then.
    pub until_settled: bool,
    /// The deadline of every row.
    pub timeout: Duration,
    /// How long a tick's poll waits when it does not wait for an event.
    pub poll_timeout: Duration,
    /// The session's options.
    pub options: Options,
}

/// How it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeadlessEnd {
    /// Every row is connected.
    AllConnected,
    /// At least one is not.
    NotAll,
    /// Nobody reads our output any more.
    ClosedPipe,
    /// A signal with this number asked for the end.
    Signal(i32),
    /// A script came no further: its line, and why.
    Failed(String),
}

/// Runs the plan, prints to `out` and writes it down with `recorder`.
///
/// # Errors
/// If the session cannot begin, or the output cannot be written.
pub fn run(
    plan: &HeadlessPlan,
    out: impl Write,
    recorder: &mut Recorder,
) -> anyhow::Result<HeadlessEnd> {
    let mut face = plan.face.output(out);
    let mut outputs = Outputs(vec![recorder, face.as_mut()]);
    let mut live = LiveDriver::new(plan.options, plan.targets.clone(), None)?;
    let signal = watch_signals(live.wake())?;
    match step(plan, &mut live, &mut outputs, &signal) {
        Ok(()) => {}
        Err(error) if is_closed_pipe(&error) => return Ok(HeadlessEnd::ClosedPipe),
        Err(error) => return Err(error),
    }
    match signal.load(Ordering::SeqCst) {
        0 => {}
        number => return Ok(HeadlessEnd::Signal(number)),
    }
    let all = live
        .world()
        .present()
        // One connection is all that a race is for.
        .filter(|row| row.is_client() && !row.has_lost())
        .all(|row| row.stage() == Stage::Connected);
    Ok(if all {
        HeadlessEnd::AllConnected
    } else {
        HeadlessEnd::NotAll
    })
}

/// The first signal ends the run between two records, the second at once. The number is 0 until one comes.
pub(super) fn watch_signals(wake: Wake) -> anyhow::Result<Arc<AtomicI32>> {
    watch_signals_and(wake, |_| {})
}

/// The same; `on_signal` is called with the first one, on another thread.
pub(super) fn watch_signals_and(
    wake: Wake,
    on_signal: impl Fn(i32) + Send + 'static,
) -> anyhow::Result<Arc<AtomicI32>> {
    let mut signals =
        Signals::new([SIGTERM, SIGINT, SIGHUP, SIGQUIT]).context("failed to watch signals")?;
    let seen = Arc::new(AtomicI32::new(0));
    let ours = Arc::clone(&seen);
    let work = move || {
        for number in signals.forever() {
            if ours.swap(number, Ordering::SeqCst) != 0 {
                #[expect(
                    clippy::disallowed_methods,
                    reason = "a second signal ends what does not end by itself"
                )]
                std::process::exit(128 + number);
            }
            wake.end_wait();
            on_signal(number);
        }
    };
    let start = || {
        std::thread::Builder::new()
            .name("signals".to_owned())
            .spawn(work)
    };
    os::signals::blocked_for_new_threads(start).context("failed to watch signals")?;
    Ok(seen)
}

fn step(
    plan: &HeadlessPlan,
    live: &mut LiveDriver,
    outputs: &mut Outputs<'_>,
    signal: &AtomicI32,
) -> anyhow::Result<()> {
    outputs.header(&os::system::header())?;
    let mut written = Ok(());
    live.begin(&mut |reply| record(reply, outputs, &mut written))?;
    written?;
    let deadline = Instant::now() + plan.timeout;
    let mut ticks = 0;
    loop {
        let over = plan.ticks.is_some_and(|limit| ticks >= limit);
        let settled =
            plan.until_settled && (live.world().is_settled() || Instant::now() >= deadline);
        if over || settled || signal.load(Ordering::SeqCst) != 0 {
            return Ok(());
        }
        let asked = RequestOptions {
            until: plan.until_settled.then_some(deadline),
            ..RequestOptions::with_timeout(plan.poll_timeout)
        };
        let mut written = Ok(());
        let tick = DriverRequest::Perform(Command::TICK, asked);
        live.serve(tick, &mut |reply| record(reply, outputs, &mut written));
        written?;
        ticks += 1;
    }
}

/// Hands a record on; a tick is never refused.
fn record(
    reply: Reply<'_>,
    outputs: &mut Outputs<'_>,
    written: &mut std::io::Result<()>,
) -> ControlFlow<()> {
    if let Reply::Made { record, world } = reply
        && written.is_ok()
    {
        *written = outputs.record(&record, world);
    }
    go_on_if(written.is_ok())
}
