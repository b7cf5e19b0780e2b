//! `sockstep run`: the same engine without a terminal.

use super::printer::{Face, Printer, is_closed_pipe};
use super::recorder::Recorder;
use crate::engine::{Options, Session, Wait, WakeHandle};
use crate::model::command::Command;
use crate::model::record::{Header, Record};
use crate::model::socket::Stage;
use crate::model::target::Target;
use crate::model::world::Scope;
use crate::os;
use anyhow::Context;
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
use signal_hook::iterator::Signals;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::time::{Duration, Instant};

/// What to do.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Whom to connect to.
    pub targets: Vec<Target>,
    /// What is printed.
    pub face: Face,
    /// Stop after so many ticks.
    pub ticks: Option<u64>,
    /// Stop when every row is settled or `timeout` is over; ticks wait for news then.
    pub until_settled: bool,
    /// The deadline of every row.
    pub timeout: Duration,
    /// How long a tick's poll waits when it does not wait for news.
    pub poll_timeout: Duration,
    /// The session's options.
    pub options: Options,
}

/// How it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// Every row is connected.
    AllConnected,
    /// At least one is not.
    NotAll,
    /// Nobody reads our output any more.
    ClosedPipe,
    /// A signal with this number asked for the end.
    Signal(i32),
    /// A script came no further: its line, and why.
    Short(String),
}

/// Where the records go: to the printer, and into the files of a recording.
pub(super) struct Outlet<'a, W> {
    pub(super) printer: Printer<W>,
    pub(super) recorder: &'a mut Recorder,
    pub(super) complain: &'a mut dyn FnMut(&str),
}

impl<W: Write> Outlet<'_, W> {
    pub(super) fn header(&mut self, header: &Header) -> std::io::Result<()> {
        self.told(|recorder| recorder.header(header));
        self.printer.header(header)
    }

    pub(super) fn record(&mut self, record: &Record) -> std::io::Result<()> {
        self.told(|recorder| recorder.record(record));
        self.printer.record(record)
    }

    fn told(&mut self, write: impl FnOnce(&mut Recorder) -> Option<String>) {
        if let Some(fault) = write(self.recorder) {
            (self.complain)(&fault);
        }
    }
}

/// Runs the plan, prints to `out` and writes it down with `recorder`; `complain` hears once of a file that takes no more.
///
/// # Errors
/// If the session cannot begin, or the output cannot be written.
pub fn run(
    plan: &Plan,
    out: impl Write,
    recorder: &mut Recorder,
    complain: &mut dyn FnMut(&str),
) -> anyhow::Result<End> {
    let mut outlet = Outlet {
        printer: Printer::new(out, plan.face),
        recorder,
        complain,
    };
    let mut session =
        Session::new(plan.options, None).context("failed to make the poll instance")?;
    let signal = watch_signals(session.wake_handle())?;
    match step(plan, &mut session, &mut outlet, &signal) {
        Ok(()) => {}
        Err(error) if is_closed_pipe(&error) => return Ok(End::ClosedPipe),
        Err(error) => return Err(error),
    }
    match signal.load(Ordering::SeqCst) {
        0 => {}
        number => return Ok(End::Signal(number)),
    }
    let all = session
        .world()
        .present()
        .filter(|row| row.is_client())
        .all(|row| row.stage() == Stage::Connected);
    Ok(if all { End::AllConnected } else { End::NotAll })
}

/// The first signal ends the run between two records, the second at once. The number is 0 until one comes.
pub(super) fn watch_signals(wake: WakeHandle) -> anyhow::Result<Arc<AtomicI32>> {
    watch_signals_and(wake, |_| {})
}

/// The same; `tell` is called with the first one, on another thread.
pub(super) fn watch_signals_and(
    wake: WakeHandle,
    tell: impl Fn(i32) + Send + 'static,
) -> anyhow::Result<Arc<AtomicI32>> {
    let mut signals =
        Signals::new([SIGTERM, SIGINT, SIGHUP, SIGQUIT]).context("failed to watch signals")?;
    let seen = Arc::new(AtomicI32::new(0));
    let ours = Arc::clone(&seen);
    let work = move || {
        for number in signals.forever() {
            if ours.swap(number, Ordering::SeqCst) != 0 {
                std::process::exit(128 + number);
            }
            wake.end_wait();
            tell(number);
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

fn step<W: Write>(
    plan: &Plan,
    session: &mut Session,
    outlet: &mut Outlet<'_, W>,
    signal: &AtomicI32,
) -> anyhow::Result<()> {
    outlet.header(&os::system::header())?;
    outlet.record(&session.add(&plan.targets, Command::Add(plan.targets.clone()), &[])?)?;
    let deadline = Instant::now() + plan.timeout;
    let mut ticks = 0;
    loop {
        let over = plan.ticks.is_some_and(|limit| ticks >= limit);
        let settled =
            plan.until_settled && (session.world().is_settled() || Instant::now() >= deadline);
        if over || settled || signal.load(Ordering::SeqCst) != 0 {
            return Ok(());
        }
        let wait = if plan.until_settled {
            Wait::ForNews(Some(deadline))
        } else {
            Wait::For(plan.poll_timeout)
        };
        outlet.record(&session.tick(Scope::All, wait, Command::TICK, &[]))?;
        ticks += 1;
        if let Some(record) = session.answers(&[]) {
            outlet.record(&record)?;
        }
    }
}
