//! A session of a program that is watched: what ptrace tells becomes records, and one step is one call of it. The thread that begins it is the
//! only one that can serve it.

mod ask;
mod asked;
mod bounds;
mod came;
mod events;
mod looks;
mod news;
mod next;
mod peer;
mod sockets;
mod steps;
mod tasks;
mod under_way;

use crate::model::addr::Addr;
use crate::model::call::Call;
use crate::model::command::Command;
use crate::model::ids::Row;
use crate::model::readiness::Interest;
use crate::model::record::{Cause, Record};
use crate::model::task::{Blindness, MadeBy, Task, TaskEnd};
use crate::model::world::World;
use crate::os::tracee::{
    BeforeCall, LimitedWay, ProgramSurroundings, StartError, Tracee, TraceeEvent,
};
use ask::Asking;
pub use peer::{ActedAtPeer, GivenPeer};
use sockets::Sockets;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::ffi::OsString;
use std::path::Path;
use std::time::{Duration, Instant};
use tasks::Tasks;

/// What is shown of a program.
#[derive(Clone, Debug, Default)]
pub struct WatchOptions {
    /// Sockets of every kind, and calls that concern none of them.
    pub all: bool,
    /// The sockets are looked at after each step.
    pub looks: bool,
    /// What is set in its environment.
    pub environment: Vec<(&'static str, OsString)>,
    /// Addresses that have a name: the peers of the lab.
    pub names: Vec<(Addr, String)>,
    /// Where it runs, and what it may use.
    pub around: ProgramSurroundings,
    /// So many threads and processes it may have at once; with one more it is ended.
    pub most_tasks: Option<usize>,
    /// So many bytes of what it says are kept, about.
    pub most_said: Option<usize>,
    /// What it is called; `None`: as the system calls it.
    pub called: Option<&'static str>,
    /// The session in which it is started, and which goes on with it.
    pub within: Option<SessionBefore>,
}

/// A session without sockets, in which a program is started.
#[derive(Clone, Debug)]
pub struct SessionBefore {
    /// The world after its last record.
    pub world: World,
    /// How many records it has.
    pub records: u64,
    /// When its clock was 0.
    pub began: Instant,
}

/// A session of this kind.
pub struct Watched {
    tracee: Tracee,
    world: World,
    records: u64,
    began: Instant,
    options: WatchOptions,
    peer: Option<Box<dyn GivenPeer>>,
    tasks: Tasks,
    sockets: Sockets,
    /// Threads that are held, the one first that has waited longest.
    held: VecDeque<i32>,
    calls: BTreeMap<i32, FollowedCall>,
    /// Which rows stood in the sets of a thread's last poll or select.
    asked: BTreeMap<Task, BTreeSet<Row>>,
    /// For what rows are registered at an epoll.
    registered: BTreeMap<Row, Interest>,
    /// The time limits that the program's calls have given to sockets.
    limits: BTreeMap<(Row, LimitedWay), Duration>,
    asking: Asking,
    /// Rows that are no streams.
    others: BTreeSet<Row>,
    /// What is refused here, and was not told yet.
    blind: Option<Blindness>,
    told_blind: bool,
    /// What happened after the record that was told last, and belongs into the next.
    later: Option<TraceeEvent>,
    next_id: u64,
    end: Option<TaskEnd>,
    /// How many bytes it has said so far.
    said: usize,
    /// It had more threads than it may.
    is_crowded: bool,
}

impl std::fmt::Debug for Watched {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Watched")
            .field("records", &self.records)
            .field("tracee", &self.tracee)
            .finish_non_exhaustive()
    }
}

/// A call that is held, or under way.
#[derive(Clone, Debug)]
struct FollowedCall {
    call: Box<BeforeCall>,
    row: Option<Row>,
    /// It is not shown: it concerns nothing that is.
    silent: bool,
    /// The id under which it was told to be under way.
    id: Option<u64>,
}

impl Watched {
    /// Starts a program; `own` is the file of this one. Its first record says that it is there.
    ///
    /// # Errors
    /// Why it could not be started.
    pub fn begin(
        own: &Path,
        argv: &[OsString],
        mut options: WatchOptions,
        peer: Option<Box<dyn GivenPeer>>,
    ) -> Result<(Watched, Record), StartError> {
        let tracee = Tracee::start(own, argv, &options.around, &options.environment)?;
        let first = tracee.first();
        let before = options.within.take().unwrap_or_else(|| SessionBefore {
            world: World::default(),
            records: 0,
            began: Instant::now(),
        });
        let mut watched = Watched {
            tracee,
            world: before.world,
            records: before.records,
            began: before.began,
            options,
            peer,
            tasks: Tasks::default(),
            sockets: Sockets::default(),
            held: VecDeque::new(),
            calls: BTreeMap::new(),
            asked: BTreeMap::new(),
            registered: BTreeMap::new(),
            limits: BTreeMap::new(),
            asking: Asking::default(),
            others: BTreeSet::new(),
            blind: None,
            told_blind: false,
            later: None,
            next_id: 1,
            end: None,
            said: 0,
            is_crowded: false,
        };
        let mut record = watched.new_record(Cause::Program);
        watched.begins(first, first, &mut record);
        let record = watched.commit(record);
        Ok((watched, record))
    }

    /// The world after the last record.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// What cannot be seen of it, as far as that has shown; each time but once.
    pub fn take_blindness(&mut self) -> Option<Blindness> {
        self.blind.take()
    }

    /// The program was looked at in vain.
    fn is_blind(&mut self, how: Blindness) {
        if !std::mem::replace(&mut self.told_blind, true) {
            self.blind = Some(how);
        }
    }

    /// How the program ended, if it has.
    pub fn end(&self) -> Option<TaskEnd> {
        self.end
    }

    /// Whether nothing of the program is left.
    pub fn is_over(&self) -> bool {
        self.tracee.is_over() && self.later.is_none()
    }

    /// Whether something has happened before the next step that is to be told first, by [`Watched::go_on`].
    pub fn is_to_go_on(&self) -> bool {
        self.later.is_some()
    }

    /// Types bytes at the program's terminal: a line ends with a newline, and 3 is an interrupt.
    pub fn types(&self, bytes: &[u8]) {
        self.tracee.types(bytes);
    }

    /// Ends the program.
    pub fn kill(&self) {
        self.tracee.kill();
    }

    /// Looks at every socket again, without touching the program.
    pub fn look(&mut self) -> Record {
        let mut record = self.new_record(Cause::Command(Command::Look));
        self.look_at_all(&mut record);
        self.commit(record)
    }

    /// Writes words of the user down beside what happened, or what a lesson has to say.
    pub fn writes_down(&mut self, command: Command) -> Record {
        let record = self.new_record(Cause::Command(command));
        self.commit(record)
    }

    /// Whether a call of any thread waits to be let go.
    pub fn holds_a_call(&self) -> bool {
        !self.held.is_empty()
    }

    /// How many records there are.
    pub fn records(&self) -> u64 {
        self.records
    }

    /// When the session's clock was 0.
    pub fn began(&self) -> Instant {
        self.began
    }

    fn now_us(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    fn new_record(&self, cause: Cause) -> Record {
        Record::new(self.records, cause, self.now_us())
    }

    fn commit(&mut self, mut record: Record) -> Record {
        self.records += 1;
        record.at_us = self.now_us();
        record.stages = self.world.apply(&record).into();
        record
    }
}

/// The words of a call that a thread makes.
fn made(task: Task, call: &BeforeCall, wrote: Option<String>) -> MadeBy {
    MadeBy {
        task,
        name: call.sys.name().to_owned(),
        args: call.words.clone(),
        wrote,
        limit: call.limit,
        handed: call.handed,
    }
}

/// Whether a call changes by which descriptors sockets are had.
fn is_of_names(call: &BeforeCall) -> bool {
    use crate::os::tracee::Sys;
    matches!(
        call.sys,
        Sys::Socket
            | Sys::Close
            | Sys::CloseRange
            | Sys::Dup
            | Sys::Dup2
            | Sys::Dup3
            | Sys::Recvmsg
            | Sys::Recvmmsg
            | Sys::Socketpair
    ) || matches!(call.call, Call::Accept { .. } | Call::Dup { .. })
}
