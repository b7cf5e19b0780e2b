//! `sockstep run --script`: commands and claims, one a line.

use super::headless::{End, Outlet, watch_signals};
use super::printer::{Face, Printer, is_closed_pipe};
use super::recorder::Recorder;
use crate::engine::{Notify, Options, Session, Wait};
use crate::language::claim::Claim;
use crate::language::script::{Line, Statement};
use crate::model::command::Command;
use crate::model::record::Record;
use crate::model::target::Target;
use crate::model::world::Scope;
use crate::os;
use anyhow::Context;
use std::io::Write;
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

struct Runner<'a, W> {
    session: Session,
    outlet: Outlet<'a, W>,
    poll_timeout: Duration,
    records: Vec<Record>,
    signal: &'a AtomicI32,
    /// Rings when an answer waits that nobody asked for.
    rung: Receiver<()>,
}

/// What a line came to.
enum Came {
    Through,
    Signal,
    Short(String),
}

/// Runs the script, prints its records to `out` and writes them down with `recorder`.
///
/// # Errors
/// If the session cannot begin, or the output cannot be written.
pub fn run(
    plan: &Plan,
    out: impl Write,
    recorder: &mut Recorder,
    complain: &mut dyn FnMut(&str),
) -> anyhow::Result<End> {
    // One ring is as good as many: all that waits is taken at once.
    let (ring, rung) = sync_channel(1);
    let notify: Notify = Arc::new(move || {
        let _ = ring.try_send(());
    });
    let session =
        Session::new(plan.options, Some(notify)).context("failed to make the poll instance")?;
    let signal = watch_signals(session.wake_handle())?;
    let mut runner = Runner {
        session,
        outlet: Outlet {
            printer: Printer::new(out, plan.face),
            recorder,
            complain,
        },
        poll_timeout: plan.poll_timeout,
        records: Vec::new(),
        signal: &signal,
        rung,
    };
    match runner.all(&plan.targets, &plan.lines) {
        Err(error) if is_closed_pipe(&error) => Ok(End::ClosedPipe),
        ended => ended,
    }
}

impl<W: Write> Runner<'_, W> {
    fn all(&mut self, targets: &[Target], lines: &[Line]) -> anyhow::Result<End> {
        self.outlet.header(&os::system::header())?;
        if !targets.is_empty() {
            let first = self
                .session
                .add(targets, Command::Add(targets.to_vec()), &[])?;
            self.keep(first)?;
        }
        for line in lines {
            match self.line(&line.statement)? {
                Came::Through => {}
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

    fn keep(&mut self, record: Record) -> anyhow::Result<()> {
        self.outlet.record(&record)?;
        self.records.push(record);
        if self.records.len() > 2 * KEPT {
            self.records.drain(..KEPT);
        }
        Ok(())
    }

    fn line(&mut self, statement: &Statement) -> anyhow::Result<Came> {
        match statement {
            Statement::Command(command) => return self.command(command),
            Statement::PollTimeout(timeout) => self.poll_timeout = *timeout,
            Statement::Ticks(count) => {
                for _ in 0..*count {
                    let tick = Command::Tick {
                        only: None,
                        wait: false,
                    };
                    match self.command(&tick)? {
                        Came::Through => {}
                        other => return Ok(other),
                    }
                }
            }
            Statement::Expect(claim) => {
                if let Err(instead) = self.check(claim) {
                    return Ok(Came::Short(instead));
                }
            }
            Statement::Await {
                claim,
                within,
                by_looking,
            } => return self.wait_for(claim, *within, *by_looking),
        }
        Ok(Came::Through)
    }

    fn command(&mut self, command: &Command) -> anyhow::Result<Came> {
        match self.session.perform(command, self.poll_timeout, &[]) {
            Ok(record) => self.keep(record)?,
            Err(refusal) => return Ok(Came::Short(refusal.to_string())),
        }
        self.answers()?;
        Ok(self.unless_signalled())
    }

    fn answers(&mut self) -> anyhow::Result<()> {
        if let Some(record) = self.session.answers(&[]) {
            self.keep(record)?;
        }
        Ok(())
    }

    fn unless_signalled(&self) -> Came {
        if self.signal.load(Ordering::SeqCst) == 0 {
            Came::Through
        } else {
            Came::Signal
        }
    }

    fn check(&self, claim: &Claim) -> Result<(), String> {
        claim.check(self.session.world(), &self.records)
    }

    fn wait_for(
        &mut self,
        claim: &Claim,
        within: Duration,
        by_looking: bool,
    ) -> anyhow::Result<Came> {
        let deadline = Instant::now() + within;
        loop {
            self.answers()?;
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
                let wait = Wait::ForNews(Some(until));
                let record = self.session.tick(
                    Scope::All,
                    wait,
                    Command::Tick {
                        only: None,
                        wait: true,
                    },
                    &[],
                );
                self.keep(record)?;
            }
            if matches!(self.unless_signalled(), Came::Signal) {
                return Ok(Came::Signal);
            }
        }
    }
}
