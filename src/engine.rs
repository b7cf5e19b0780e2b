//! The engine: plan (pure), perform the calls, apply the record. It owns the program's poll, every program descriptor and the lab.

mod answers;
mod commands;
mod data;
mod files;
mod limit;
mod looks;
mod modes;
mod peer_ends;
mod race;
mod rows;
mod tick;
mod turn;
mod waiting;
pub mod watch;
mod wire;

pub use crate::model::refusal::Refusal;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod names;
#[cfg(test)]
mod tests;

pub use answers::{Notify, WakeHandle};
pub use turn::{PerformOptions, Performed};

use crate::model::call::{Call, CallFact, CalledBy, Outcome};
use crate::model::ids::{Fd, Row};
use crate::model::readiness::Interest;
use crate::model::record::Record;
use crate::model::world::{RowState, World};
use crate::os::blocking::BlockingCall;
use crate::os::call::{Descriptors, perform};
use crate::os::lab::Lab;
use crate::os::lab::peers::Arrival;
use crate::os::look::{Inode, ReadinessLooks};
use crate::os::poll::LearnersPoll;
use answers::WorkerAnswers;
use looks::SeenRows;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// Whether the kernel is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AskKernel {
    /// Not one look system call.
    Off,
    /// poll and select for all sockets, the rest for the sockets that are shown, at most 64.
    On,
    /// Everything for all sockets.
    All,
}

/// How a session is made.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Whether the kernel is looked at.
    pub looks: AskKernel,
    /// What new rows are watched for.
    pub interest: Interest,
    /// The addresses of new rows are raced with this delay; `None`: they are tried one after the other.
    pub race: Option<Duration>,
    /// By what mysteries are drawn.
    pub seed: u64,
}

/// A number that was closed behind the program's back.
#[derive(Clone, Copy, Debug)]
struct BadFd {
    fd: Fd,
    /// What it stood for.
    was: Option<Inode>,
}

/// A running session: rows with real descriptors.
#[derive(Debug)]
pub struct Session {
    world: World,
    poll: LearnersPoll,
    descriptors: Descriptors,
    lab: Lab,
    started: Instant,
    options: Options,
    records: u64,
    calls_with_id: u64,
    answers: WorkerAnswers,
    blocking_calls: BTreeMap<Row, BlockingCall>,
    /// What follows when a call that runs has returned.
    followed: BTreeMap<Row, waiting::Followed>,
    wire: Option<wire::LabWire>,
    /// The rows whose number was closed behind the program's back: it still believes in it.
    bad_fds: BTreeMap<Row, BadFd>,
    /// How many descriptors the program may have, if somebody said it.
    limit: Option<limit::ProgramLimit>,
    /// The looks at all sockets.
    readiness: ReadinessLooks,
    /// The looks at those that are seen, with a call or more for each.
    seen: SeenRows,
}

impl Drop for Session {
    /// No call may go on with a descriptor that is about to close.
    fn drop(&mut self) {
        for running in self.blocking_calls.values() {
            running.interrupt();
        }
    }
}

impl Session {
    /// A session without rows. `notify` is called on another thread when an answer waits and nobody is inside a tick.
    ///
    /// # Errors
    /// If the system has no descriptors left for the program's poll.
    pub fn new(options: Options, notify: Option<Notify>) -> std::io::Result<Session> {
        let poll = LearnersPoll::new()?;
        let answers = WorkerAnswers::new(poll.waker(), notify);
        Ok(Session {
            world: World::default(),
            poll,
            descriptors: Descriptors::default(),
            lab: Lab::new(options.seed),
            started: Instant::now(),
            options,
            records: 0,
            calls_with_id: 0,
            answers,
            blocking_calls: BTreeMap::new(),
            followed: BTreeMap::new(),
            wire: None,
            bad_fds: BTreeMap::new(),
            limit: None,
            readiness: ReadinessLooks::default(),
            seen: SeenRows::default(),
        })
    }

    /// The state after the last record.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// It, as what a watched program goes on with.
    pub fn as_before(&self) -> watch::SessionBefore {
        watch::SessionBefore {
            world: self.world.clone(),
            records: self.records,
            began: self.started,
        }
    }

    /// When the session's clock was 0.
    pub fn started(&self) -> Instant {
        self.started
    }

    /// Ends a wait from another thread.
    pub fn wake_handle(&self) -> WakeHandle {
        self.answers.wake_handle()
    }

    fn now_us(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    /// Makes one call on a row, of the program or of the peer, and writes it down. A call that may wait runs on a thread of its own.
    fn make(&mut self, record: &mut Record, row: Row, call: Call) -> Option<Outcome> {
        let state = self.world.row(row);
        let client = state.is_none_or(RowState::is_client);
        if self.begin_wait(record, row, &call, Arrival::Accept) {
            return None;
        }
        let by = if client {
            CalledBy::Program
        } else {
            CalledBy::Peer
        };
        self.next_is_due(record, row, by, &call);
        match call {
            Call::Socket { .. }
            | Call::Dup { .. }
            | Call::Open { .. }
            | Call::OpenSlave { .. }
            | Call::Pipe {} => self.make_descriptor(record, row, by, &call),
            call => {
                let outcome = perform(&call, &mut self.descriptors)?;
                record
                    .calls
                    .push(CallFact::done(row, by, call, outcome.clone()));
                Some(outcome)
            }
        }
    }

    /// Makes a call on somebody's behalf and writes it down, whatever it can wait for. False if no call was made.
    fn make_as(&mut self, record: &mut Record, row: Row, by: CalledBy, call: Call) -> bool {
        let Some(outcome) = perform(&call, &mut self.descriptors) else {
            return false;
        };
        record.calls.push(CallFact::done(row, by, call, outcome));
        true
    }

    fn lab_turn(&mut self, record: &mut Record) {
        let made = std::mem::take(&mut *record.calls);
        let mut far = Vec::new();
        for fact in &made {
            self.set_client_options(fact, &mut far);
        }
        self.tell_the_lab(&made, &mut far);
        let appearing = self.lab.turn(&made, &mut self.descriptors, &mut far);
        record.calls = made.into();
        record.calls.append(&mut far);
        self.appear(record, appearing);
    }

    /// Some peers need something of the program's socket. These are the lab's calls, and are shown as such.
    fn set_client_options(&mut self, fact: &CallFact, far: &mut Vec<CallFact>) {
        let (
            Some(row),
            CalledBy::Program,
            Call::Socket { .. },
            Some(Outcome {
                ret, errno: None, ..
            }),
        ) = (fact.row, fact.by, &fact.call, &fact.outcome)
        else {
            return;
        };
        let Ok(number) = i32::try_from(*ret) else {
            return;
        };
        for call in self.lab.client_calls(row, Fd(number)) {
            if let Some(outcome) = perform(&call, &mut self.descriptors) {
                far.push(CallFact::done(row, CalledBy::Lab, call, outcome));
            }
        }
    }
}
