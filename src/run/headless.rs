//! `sockstep run`: the same engine without a terminal.

use crate::pure::record::{Header, Record};
use crate::pure::socket::Stage;
use crate::pure::target::Target;
use crate::pure::world::Scope;
use crate::session::{Options, Session, Wait, WakeHandle};
use crate::{os, text, trace};
use anyhow::Context;
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
use signal_hook::iterator::Signals;
use std::io::{ErrorKind, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::time::{Duration, Instant};

/// What is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Face {
    /// The trace, as JSON Lines.
    Json,
    /// A line a stage change, with a line a call if `calls` is set.
    Plain {
        /// Print the calls too.
        calls: bool,
    },
}

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

/// Records on their way out.
pub(super) struct Printer<W> {
    pub(super) out: W,
    pub(super) face: Face,
}

impl<W: Write> Printer<W> {
    pub(super) fn header(&mut self, header: &Header) -> std::io::Result<()> {
        match self.face {
            Face::Json => self.put(&trace::encode::header(header)),
            Face::Plain { .. } => Ok(()),
        }
    }

    pub(super) fn record(&mut self, record: &Record) -> std::io::Result<()> {
        match self.face {
            Face::Json => self.put(&trace::encode::record(record)),
            Face::Plain { calls } => self.put(&text::plain(record, calls)),
        }
    }

    /// One write a record, so that a reader never waits for half of one.
    fn put(&mut self, text: &str) -> std::io::Result<()> {
        if text.is_empty() {
            return Ok(());
        }
        self.out.write_all(text.as_bytes())?;
        self.out.flush()
    }
}

/// Runs the plan and prints to `out`.
///
/// # Errors
/// If the session cannot begin, or the output cannot be written.
pub fn run(plan: &Plan, out: impl Write) -> anyhow::Result<End> {
    let mut printer = Printer {
        out,
        face: plan.face,
    };
    let mut session =
        Session::new(plan.options, None).context("failed to make the poll instance")?;
    let signal = watch_signals(session.wake_handle())?;
    match step(plan, &mut session, &mut printer, &signal) {
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

pub(super) fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error
        .downcast_ref::<std::io::Error>()
        .is_some_and(|error| error.kind() == ErrorKind::BrokenPipe)
}

fn step<W: Write>(
    plan: &Plan,
    session: &mut Session,
    printer: &mut Printer<W>,
    signal: &AtomicI32,
) -> anyhow::Result<()> {
    printer.header(&os::system::header())?;
    let texts: Vec<&str> = plan
        .targets
        .iter()
        .map(|target| target.text.as_str())
        .collect();
    let words = format!("add {}", texts.join(" "));
    printer.record(&session.add(&plan.targets, words, &[])?)?;
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
        printer.record(&session.tick(Scope::All, wait, "tick".to_owned(), &[]))?;
        ticks += 1;
        if let Some(record) = session.answers(&[]) {
            printer.record(&record)?;
        }
    }
}
