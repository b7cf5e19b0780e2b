//! Everything there is to know, as a fold over records. [`World::apply`] is the only thing that changes it; [`World::plan`] says
//! which socket makes which call next. The engine, a recording and the screen all use these two.

mod bits;
mod board;
mod cover;
mod ends;
mod facts;
mod fold;
pub mod heap_size;
mod lists;
mod may;
mod program;
mod results;
mod row;

pub use board::{BoardSide, StageRun};
pub use facts::{AroundCall, EndKind, Facts, IsSo, ModeKind};
pub use lists::{Moment, OpenSocket, ReadyList};
pub use program::{A_WHILE_US, ProgramDoes};
pub use results::{LastResult, LastResults, RowCaller};
pub use row::{ChangedAt, RowOrigin, RowState, within};

use super::chunks::Chunks;
use super::ids::{AttemptId, Fd, Row};
use super::readiness::Readiness;
use super::record::{Event, Role};
use super::socket::{NextCall, Stage};
use super::target::TargetPlace;
use super::task::{Task, TaskState};
use bits::RowBits;
use ends::Ends;
use lists::ListBlock;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// At most so many connects to other machines may be pending at once. This program is no scanner.
pub const MAX_REMOTE_PENDING: usize = 8;

/// The state of a session after some record. A copy costs little and shares what neither of the two changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct World {
    /// Every row there ever was, in order of appearance; a deleted one stays, marked.
    rows: Chunks<Arc<RowState>>,
    /// The last applied record's number.
    pub n: u64,
    /// How often the program's poll was called.
    pub tick: u64,
    /// The record of the last tick.
    pub tick_n: u64,
    /// The records of the two ticks before it, the later one first.
    pub ticks_before: [u64; 2],
    /// The user's epoll descriptor, once it was used.
    pub epfd: Option<Fd>,
    /// When the last look was, in microseconds since the start.
    pub looked_at_us: Option<u64>,
    /// The record after which the last look was.
    pub looked_n: u64,
    /// The rows that a tick may still change, so that a tick does not walk over thousands that are settled.
    unsettled: RowBits,
    /// The rows from which a tick would read by itself, if it does such a thing.
    readable: RowBits,
    /// Who may be the other end of whom.
    ends: Ends,
    /// Which rows stand in which lists, for 64 rows each.
    blocks: Vec<Arc<ListBlock>>,
    /// The rows to which something happened in the record that is being taken in; none between two records.
    touched: Vec<Row>,
    /// Whether a tick reads by itself from a socket that was reported to be readable.
    pub autodrain: bool,
    /// The last row that select(2) was asked about alone, while a bad descriptor is looked for.
    pub probed: Option<Row>,
    /// What became of every packet of the lab wire.
    pub wire: super::wire::Wire,
    /// The threads of the watched program; none in a session that is not of that kind.
    tasks: Arc<BTreeMap<Task, TaskState>>,
    /// What that program did beside its calls.
    program: program::ProgramTold,
    /// How often a call of the watched program was let go.
    pub step: u64,
    /// The record of the last such step.
    pub step_n: u64,
    /// What the watched program asked for news last, and the step with which that call was made.
    pub asker: Option<AskedBy>,
    /// When the last record ended, in microseconds since the session began.
    pub at_us: u64,
    /// How many rows were deleted.
    removed: usize,
    /// How many rows on the screen are peers.
    peer_count: usize,
    /// The longest target, in characters.
    pub longest_target: usize,
    /// Whose attempt it is, by attempt number.
    owners: Chunks<Row>,
    /// Each call of the last record with its socket around it, in the order of the calls.
    around: Arc<Vec<Option<AroundCall>>>,
}

/// The call by which a watched program asks for news.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AskedBy {
    /// `poll`, `select` or `epoll_wait`: which of the three it is, whatever its variant is called.
    pub name: &'static str,
    /// The last step before it returned.
    pub step: u64,
}

/// Which sockets may make their call in a tick.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Every one.
    All,
    /// Only this one; the others take their events and call nothing.
    Only(Row),
}

/// Why a row does nothing at the next tick, or what it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outlook {
    /// It makes this call.
    Makes(NextCall),
    /// A call is running on it, and has not returned.
    Stuck(&'static str),
    /// It has none to make before an event comes.
    WaitsForEvent,
    /// The name is being looked up.
    WaitsForName,
    /// Its attempt of a race has not begun: the one before it has its time.
    WaitsForTurn,
    /// Too many connects to other machines are pending.
    HeldBack,
    /// connect() must be called again, by key.
    MustRetry,
    /// It belongs to a program that is watched, which alone knows.
    Watched,
    /// Nothing is left to do by tick.
    Settled,
}

impl World {
    /// The socket around a call of the last record, by the call's place in it. `None` if the call taught its row nothing.
    pub fn around(&self, call: usize) -> Option<&AroundCall> {
        self.around.get(call)?.as_ref()
    }

    /// The threads of the watched program, also those that have ended, in order of appearance.
    pub fn tasks(&self) -> &BTreeMap<Task, TaskState> {
        &self.tasks
    }

    /// Whether it is the world of a program that is watched: its calls are its own, and nothing here plans them.
    pub fn is_watched(&self) -> bool {
        !self.tasks.is_empty()
    }

    /// The row of this number, unless it was never there.
    pub fn row(&self, row: Row) -> Option<&RowState> {
        let state = self.rows.get(row.index())?;
        (state.row == row).then_some(state)
    }

    /// Every row there ever was, also those that were deleted, in order of appearance.
    pub fn rows(&self) -> impl DoubleEndedIterator<Item = &RowState> {
        self.rows.iter().map(Arc::as_ref)
    }

    /// The same, each with what shares it: a row that is another one than before was changed.
    pub fn shared_rows(&self) -> impl Iterator<Item = &Arc<RowState>> {
        self.rows.iter()
    }

    /// How many rows there ever were.
    pub fn rows_ever(&self) -> usize {
        self.rows.len()
    }

    /// Whose attempt this is.
    pub fn owner(&self, id: AttemptId) -> Option<Row> {
        let index = usize::try_from(id.0.checked_sub(1)?).ok()?;
        self.owners.get(index).copied()
    }

    /// The rows that are neither settled nor deleted, in order.
    pub fn unsettled(&self) -> impl Iterator<Item = &RowState> {
        let readable = self.autodrain.then_some(&self.readable);
        let rows = self.unsettled.iter_with(readable);
        rows.filter_map(|row| self.row(row))
    }

    /// How many rows are on the screen.
    pub fn count(&self) -> usize {
        self.rows.len() - self.removed
    }

    /// The rows that are on the screen.
    pub fn present(&self) -> impl Iterator<Item = &RowState> {
        self.rows().filter(|row| !row.removed)
    }

    fn present_of(
        &self,
        rows: impl DoubleEndedIterator<Item = Row>,
    ) -> impl DoubleEndedIterator<Item = &RowState> {
        rows.filter_map(|row| self.row(row))
            .filter(|state| !state.removed)
    }

    /// Which sockets make which call, if the poll says `events`: in the order of socket numbers, every socket without an event in
    /// this poll and has a next call makes that one call. At `now_us` of the session a socket past its deadline gives up.
    pub fn plan(&self, events: &[Event], scope: Scope, now_us: u64) -> Vec<(Row, NextCall)> {
        if self.is_watched() {
            return Vec::new();
        }
        let notified: BTreeSet<Row> = events
            .iter()
            .filter(|event| event.stale.is_none())
            .map(|event| event.row)
            .collect();
        // Counted when the first wants to begin one.
        let mut remote = None;
        let mut steps = Vec::new();
        for state in self.unsettled() {
            if notified.contains(&state.row)
                || matches!(scope, Scope::Only(only) if only != state.row)
            {
                continue;
            }
            let Some(step) = self.step_of(state, now_us) else {
                continue;
            };
            if step == NextCall::Connect && state.is_remote() && !state.stage().is_under_way() {
                let pending = remote.get_or_insert_with(|| self.remote_pending());
                if *pending >= MAX_REMOTE_PENDING {
                    continue;
                }
                *pending += 1;
            }
            steps.push((state.row, step));
        }
        steps
    }

    fn step_of(&self, state: &RowState, now_us: u64) -> Option<NextCall> {
        let attempt = state.current();
        if state.is_past_deadline(now_us) && attempt.fd.is_some() && attempt.running.is_none() {
            return Some(NextCall::GiveUp);
        }
        state
            .next()
            .filter(|_| !state.is_held(now_us))
            .filter(|step| !matches!(step, NextCall::Open(_)) || self.has_master(state))
            .or_else(|| self.drains(state).then_some(NextCall::Recv))
    }

    /// Whether a tick reads from it by itself.
    fn drains(&self, state: &RowState) -> bool {
        self.autodrain && would_drain(state)
    }

    /// The row that waits for the other end of what this row makes.
    pub fn write_end_of(&self, of: Row) -> Option<Row> {
        let mut rows = self.present();
        rows.find(|state| {
            let place = state.place();
            state.stage() == Stage::New && place.and_then(TargetPlace::other_end_of) == Some(of)
        })
        .map(|state| state.row)
    }

    /// Whether the master is open whose slave this row is to be; true of every other row.
    fn has_master(&self, state: &RowState) -> bool {
        let of = state.place().and_then(TargetPlace::other_end_of);
        of.and_then(|of| self.row(of))
            .is_none_or(|master| master.fd().is_some() && !master.current().bad_fd)
    }

    /// Whether nothing of the program is under way any more. Peers are not counted.
    pub fn is_settled(&self) -> bool {
        self.unsettled()
            .all(|state| !state.is_client() || state.is_settled())
    }

    /// How many sockets of the program are on the screen; peers are not counted.
    pub fn clients(&self) -> usize {
        self.count() - self.peer_count
    }

    /// What accept(2) gave for a client's connection, open or closed by now.
    pub fn accepted(&self, client: &RowState) -> Option<&RowState> {
        let ours = |row: &&RowState| {
            let from = row.current().addr.as_ref();
            matches!(row.role, Role::Accepted { .. }) && from.is_some_and(|from| client.is_at(from))
        };
        let rows = self.ends.at(client.look.local.as_ref()?);
        self.present_of(rows).rfind(ours)
    }

    /// The row at the other end of a peer's connection, or of a client's, as far as addresses tell.
    pub fn partner(&self, state: &RowState) -> Option<Row> {
        let pairs = |client: &RowState, accepted: &RowState| {
            let from = accepted.current().addr.as_ref();
            from.is_some_and(|from| client.is_at(from))
                && client.fd().is_some()
                && accepted.fd().is_some()
        };
        let far =
            |other: &&RowState| matches!(other.role, Role::Accepted { .. }) && pairs(state, other);
        let near = |other: &&RowState| other.is_client() && pairs(other, state);
        match state.role {
            Role::Client => {
                let rows = self.ends.at(state.look.local.as_ref()?);
                self.present_of(rows).find(far)
            }
            Role::Accepted { .. } => {
                let rows = self.ends.at(state.current().addr.as_ref()?);
                self.present_of(rows).find(near)
            }
            Role::Peer { .. } => None,
        }
        .map(|other| other.row)
    }

    /// The next row to ask select(2) about alone: the next open one after the last.
    pub fn next_probed(&self) -> Option<Row> {
        let open = |state: &&RowState| state.fd().is_some() && state.is_client();
        let after = self.probed.map_or(0, |row| row.index() + 1);
        self.present()
            .filter(open)
            .find(|state| state.row.index() >= after)
            .or_else(|| self.present().find(open))
            .map(|state| state.row)
    }

    /// What one row will do at the next tick, if no event comes for it.
    pub fn outlook(&self, row: Row) -> Outlook {
        let Some(state) = self.row(row) else {
            return Outlook::Settled;
        };
        if let Some((_, call)) = state.current().running {
            return Outlook::Stuck(call);
        }
        if self.is_watched() {
            return Outlook::Watched;
        }
        match self.step_of(state, self.at_us) {
            Some(NextCall::Connect)
                if state.is_remote() && self.remote_pending() >= MAX_REMOTE_PENDING =>
            {
                Outlook::HeldBack
            }
            Some(step) => Outlook::Makes(step),
            None if state.is_held(self.at_us) => Outlook::WaitsForTurn,
            None if state.stage() == Stage::Resolving => Outlook::WaitsForName,
            None if state.current().must_retry => Outlook::MustRetry,
            None if state.stage().is_under_way() => Outlook::WaitsForEvent,
            None => Outlook::Settled,
        }
    }

    fn remote_pending(&self) -> usize {
        self.unsettled()
            .filter(|state| state.stage().is_under_way() && state.is_remote())
            .count()
    }
}

/// Whether a tick that reads by itself would read from it.
fn would_drain(state: &RowState) -> bool {
    state.is_client()
        && state.stage() == Stage::Connected
        && state.current().running.is_none()
        && !state.current().bad_fd
        && state.current().hints.contains(Readiness::READABLE)
}
