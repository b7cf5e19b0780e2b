//! How a record changes the world.

use super::{Marks, RowOrigin, RowState, World};
use crate::model::call::{By, Call, CallFact, Out};
use crate::model::command::Switch;
use crate::model::ids::{AttemptId, Fd, Row};
use crate::model::readiness::{Interest, PollMask, Readiness};
use crate::model::record::{Change, Event, Look, Record, Role, StageChange};
use crate::model::socket::{At, Attempt, Fact, Mode, Stage};
use std::sync::Arc;

impl World {
    /// Takes in one record and says which rows entered which stage. What a record claims in its own `stages` is not looked at.
    pub fn apply(&mut self, record: &Record) -> Vec<StageChange> {
        let entered = self.take_in_calls(record);
        self.take_in_looks(record);
        self.settle();
        entered
    }

    /// The first half of [`World::apply`]: what was done. The engine needs it alone, since what it looks at depends on it.
    pub fn apply_calls(&mut self, record: &Record) -> Vec<StageChange> {
        let entered = self.take_in_calls(record);
        self.settle();
        entered
    }

    /// The second half: what the witnesses said afterwards.
    pub fn apply_looks(&mut self, record: &Record) {
        self.take_in_looks(record);
        self.settle();
    }

    fn take_in_calls(&mut self, record: &Record) -> Vec<StageChange> {
        self.n = record.n;
        self.at_us = record.at_us;
        if let Some(tick) = record.tick {
            self.tick = tick;
            self.tick_n = record.n;
        }
        let mut entered = Vec::new();
        for change in &record.changes {
            self.change(change, &mut entered);
        }
        for rule in &record.rules {
            self.wire.rules.add(*rule);
        }
        for packet in &record.packets {
            self.wire.apply(&packet.change);
        }
        for event in &record.events {
            self.hear(event, &mut entered);
        }
        for fact in &record.calls {
            self.observe(fact, &mut entered);
        }
        entered
    }

    fn take_in_looks(&mut self, record: &Record) {
        for (row, look) in &record.looks {
            self.look(*row, look);
        }
        self.at_us = record.at_us;
        if record.looked {
            self.looked_at_us = Some(record.at_us);
            self.looked_n = record.n;
        }
    }

    fn new_attempt(&mut self, row: Row) -> AttemptId {
        self.owners.push(row);
        AttemptId(self.owners.len() as u64)
    }

    /// The attempt of a row that is about to come, if its number is the next one.
    fn next_row(&mut self, row: Row) -> Option<AttemptId> {
        (row.0 as usize == self.rows.len() + 1).then(|| self.new_attempt(row))
    }

    fn push(&mut self, state: RowState) {
        self.far += usize::from(!state.is_client());
        self.longest_target = self.longest_target.max(state.label().chars().count());
        self.touched.push(state.row);
        self.rows.push(Arc::new(state));
    }

    fn row_mut(&mut self, row: Row) -> Option<&mut RowState> {
        self.row(row)?;
        self.touched.push(row);
        self.rows.get_mut(row.index()).map(Arc::make_mut)
    }

    /// Keeps what is known of all rows together true, after the rows that were touched.
    fn settle(&mut self) {
        let mut touched = std::mem::take(&mut self.touched);
        touched.sort_unstable();
        touched.dedup();
        for row in touched {
            self.sort_in(row);
            self.stand(row);
        }
    }

    /// The rows of the far end that was made for this row.
    pub fn far_ends(&self, of: Row) -> Vec<Row> {
        self.present()
            .filter(|state| state.role.of() == Some(of))
            .map(|state| state.row)
            .collect()
    }

    /// Keeps the set of unsettled rows true after anything happened to a row.
    fn sort_in(&mut self, row: Row) {
        let settled = self
            .row(row)
            .map(|state| state.is_settled() && (state.removed || !self.drains(state)));
        if let Some(settled) = settled {
            self.unsettled.set(row, !settled);
        }
    }

    fn change(&mut self, change: &Change, entered: &mut Vec<StageChange>) {
        let n = self.n;
        match change {
            Change::Added {
                row,
                target,
                addresses,
                interest,
                mode,
            } => {
                let Some(id) = self.next_row(*row) else {
                    return;
                };
                let first = Attempt::new(id, addresses.first().cloned()).used(*mode);
                self.push(RowState {
                    addresses: addresses.clone(),
                    mode: *mode,
                    ..RowState::new(*row, RowOrigin::Target(target.clone()), *interest, first, n)
                });
            }
            Change::Appeared {
                row,
                target,
                role,
                fd,
                stage,
                addr,
                interest,
            } => {
                let Some(id) = self.next_row(*row) else {
                    return;
                };
                let by_hand = role
                    .of()
                    .and_then(|of| self.row(of))
                    .is_some_and(|state| state.by_hand);
                let attempt = Attempt::far_end(id, addr.clone(), *fd, *stage);
                let state = RowState {
                    role: *role,
                    by_hand,
                    ..RowState::new(
                        *row,
                        RowOrigin::Appeared(Arc::clone(target)),
                        *interest,
                        attempt,
                        n,
                    )
                };
                entered.push(stage_change(&state, *stage, None));
                self.push(state);
            }
            Change::Hand { row, switch } => {
                let by_hand = *switch == Switch::On;
                for row in self.far_ends(*row).into_iter().chain([*row]) {
                    if let Some(state) = self.row_mut(row) {
                        state.by_hand = by_hand;
                    }
                }
            }
            Change::Deadline { row, at_us } => {
                if let Some(state) = self.row_mut(*row) {
                    state.deadline_us = *at_us;
                }
            }
            Change::Autodrain(switch) => {
                self.autodrain = *switch == Switch::On;
                let mut touched = std::mem::take(&mut self.touched);
                touched.extend(self.present().map(|state| state.row));
                self.touched = touched;
            }
            Change::Removed { row } => {
                if let Some(state) = self.row_mut(*row).filter(|state| !state.removed) {
                    state.removed = true;
                    let far = !state.is_client();
                    self.removed += 1;
                    self.far -= usize::from(far);
                }
            }
            Change::Restarted { row } => {
                if self.row(*row).is_none() {
                    return;
                }
                let id = self.new_attempt(*row);
                if let Some(state) = self.row_mut(*row) {
                    if state.name().is_some() {
                        state.addresses.clear();
                    }
                    state.at = 0;
                    state.lookup = None;
                    state.news = Readiness::empty();
                    state.look = Look::default();
                    state.look_before = Look::default();
                    state.deadline_us = None;
                    let first = Attempt::new(id, state.addresses.first().cloned()).used(state.mode);
                    state.begin(first);
                    state.marks = Marks {
                        stage: n,
                        ..Marks::default()
                    };
                }
            }
            Change::Interest { row, interest } => {
                if let Some(state) = self.row_mut(*row) {
                    state.interest = *interest;
                }
            }
        }
    }

    fn hear(&mut self, event: &Event, entered: &mut Vec<StageChange>) {
        let n = self.n;
        let Some(state) = self.row_mut(event.row) else {
            return;
        };
        if event.stale.is_some() {
            return;
        }
        let before = state.stage();
        state.current_mut().hear(event.readiness);
        let half = event.readiness.is_half_a_failure();
        state.half_told = match state.half_told {
            // The rest was told in the record before this one: that failure is over.
            Some(first) if state.marks.told > first && !half => None,
            Some(first) => Some(first),
            None => half.then_some(n),
        };
        state.news = event.readiness;
        state.marks.told = n;
        note_stage(state, before, n, entered);
    }

    fn observe(&mut self, fact: &CallFact, entered: &mut Vec<StageChange>) {
        if let (Call::EpollWait { epfd, .. }, By::Program) = (&fact.call, fact.by) {
            self.epfd = Some(*epfd);
        }
        let n = self.n;
        let Some(row) = fact.row else { return };
        if matches!(fact.call, Call::Select { .. }) {
            self.hunted = Some(row);
        }
        if !self.row(row).is_some_and(|state| state.heeds(fact)) {
            if let (By::Lab, Call::Close { fd }) = (fact.by, &fact.call) {
                self.spoil(row, *fd);
            }
            return;
        }
        let at_us = self.at_us;
        let in_a_tick = self.tick > 0 && self.tick_n == n;
        let at = At {
            n,
            tick: in_a_tick.then_some(self.tick),
        };
        let begins = matches!(fact.call, Call::Socket { .. })
            && self
                .row(row)
                .is_some_and(|state| state.next_address().is_some());
        let fresh = begins.then(|| self.new_attempt(row));
        let Some(state) = self.row_mut(row) else {
            return;
        };
        if let Some(id) = fresh {
            state.at += 1;
            let addr = state.addresses.get(state.at).cloned();
            let attempt = Attempt::new(id, addr).used(state.mode);
            state.begin(attempt);
            state.look = Look::default();
            state.look_before = Look::default();
        }
        let Some(outcome) = &fact.outcome else {
            if matches!(fact.call, Call::Getaddrinfo { .. }) && state.stage() == Stage::New {
                let before = state.stage();
                state.lookup = fact.id;
                state.waits_since_us = at_us;
                state.current_mut().enter(Stage::Resolving);
                note_stage(state, before, n, entered);
            } else if let (By::Program, Some(id)) = (fact.by, fact.id) {
                state.waits_since_us = at_us;
                let attempt = state.current_mut();
                attempt.running = Some((id, fact.call.name()));
                if matches!(fact.call, Call::Connect { .. }) {
                    let before = attempt.stage;
                    attempt.enter(Stage::ConnectAttempted);
                    note_stage(state, before, n, entered);
                }
            }
            return;
        };
        if matches!(fact.call, Call::Getaddrinfo { .. }) {
            // An answer to a question that was asked before the row began again finds nobody.
            if state.lookup != fact.id {
                return;
            }
            state.lookup = None;
            if let Some(Out::Addrs(addrs)) = &outcome.out {
                state.addresses.clone_from(addrs);
                state.at = 0;
                let first = addrs.first().cloned();
                state.current_mut().addr = first;
            }
        }
        // A tick closes a socket only when its deadline has passed.
        let gives_up = in_a_tick && matches!(fact.call, Call::Close { .. });
        observe_on(state, at, fact, gives_up, entered);
    }

    /// The lab closed a client's descriptor behind its back. The program does not know; the number means nothing any more.
    fn spoil(&mut self, row: Row, fd: Fd) {
        let Some(state) = self.row_mut(row) else {
            return;
        };
        let attempt = state.current_mut();
        if attempt.fd == Some(fd) {
            attempt.spoiled = true;
            // epoll(7) watches the open socket, not the number: as long as it has another name it is still watched.
            if attempt.more_names.is_empty() {
                attempt.registered = None;
            }
            // What was known of the socket is not true of its number any more.
            state.look = Look::default();
            state.look_before = Look::default();
        }
    }

    fn look(&mut self, row: Row, look: &Look) {
        let n = self.n;
        if let Some(state) = self.row_mut(row) {
            state.look_before = state.look.clone();
            state.look.merge(look);
            state.marks.look = n;
            state.server_knew |= state.look.server().answer().is_some();
            let says = |look: &Look| {
                let mask = look.poll.answer();
                mask.is_some_and(|mask| mask.contains(PollMask::ERR))
            };
            if says(&state.look) && !says(&state.look_before) {
                state.marks.err = n;
            }
        }
    }
}

/// A finished call goes to the attempt that has its descriptor; a call without one goes to the current attempt.
fn observe_on(
    state: &mut RowState,
    at: At,
    fact: &CallFact,
    gives_up: bool,
    entered: &mut Vec<StageChange>,
) {
    let n = at.n;
    let Some(outcome) = &fact.outcome else { return };
    let place = match fact.call.fd() {
        Some(fd) => state
            .attempts
            .iter()
            .rposition(|attempt| attempt.has_name(fd)),
        None => Some(state.attempts.len() - 1),
    };
    let Some(place) = place else { return };
    if matches!(fact.by, By::Program | By::Peer) {
        state.last_call = Some(fact.call.name());
    }
    let is_current = place + 1 == state.attempts.len();
    let attempt = &mut state.attempts[place];
    let (stage, known, asked) = (attempt.stage, attempt.fact.clone(), attempt.registered);
    attempt.observe(at, &fact.call, outcome);
    if gives_up && attempt.stage == Stage::Closed {
        attempt.fact = Some(Fact::GaveUp);
    }
    if !is_current {
        return;
    }
    if matches!(fact.call, Call::Disconnect { .. }) && outcome.errno.is_none() {
        // The kernel takes the address away with the connection, unless bind(2) gave it: whoever wants to know asks again.
        state.look.local = None;
    }
    let attempt = state.current();
    let (now_known, now_asked) = (attempt.fact.clone(), attempt.registered);
    if now_known != known {
        state.marks.fact = n;
    }
    if now_asked != asked {
        state.marks.asked = n;
        state.asked_before = asked;
        if let Some(interest) = now_asked {
            state.interest = interest;
        }
    }
    // connect() that is itself the verdict passes through "connect attempted" in the same record.
    let verdict_at_once = matches!(fact.call, Call::Connect { .. })
        && matches!(stage, Stage::NonBlocking | Stage::Created)
        && matches!(state.stage(), Stage::Connected | Stage::Error);
    if verdict_at_once {
        entered.push(stage_change(state, Stage::ConnectAttempted, None));
    }
    // A second failure of another kind is news although the stage stays.
    let failed_again = state.stage() == Stage::Error
        && stage == Stage::Error
        && matches!((&known, &state.current().fact), (Some(Fact::Failed(a)), Some(Fact::Failed(b))) if a != b);
    if failed_again {
        state.marks.stage = n;
        let failure = state.current().failure;
        entered.push(stage_change(state, Stage::Error, failure));
    }
    note_stage(state, stage, n, entered);
}

fn stage_change(
    state: &RowState,
    stage: Stage,
    failure: Option<crate::model::errno::Failure>,
) -> StageChange {
    StageChange {
        row: state.row,
        target: Arc::clone(state.target()),
        stage,
        failure,
    }
}

fn note_stage(state: &mut RowState, before: Stage, n: u64, entered: &mut Vec<StageChange>) {
    let now = state.stage();
    if now == before || now == Stage::New {
        return;
    }
    state.marks.stage = n;
    let failure = if now == Stage::Error {
        state.current().failure
    } else {
        None
    };
    entered.push(stage_change(state, now, failure));
}

impl RowState {
    /// What the poll watches for, or will: asked for.
    pub fn asked(&self) -> Option<Interest> {
        self.current().registered
    }

    /// Whether a call concerns what this row may conclude: a client learns from the program's calls, a far end from the peer's.
    fn heeds(&self, fact: &CallFact) -> bool {
        match fact.by {
            By::Program | By::Library => self.is_client(),
            By::Peer | By::Lab => !self.is_client(),
        }
    }

    /// Begins a new attempt. What is closed for ever is forgotten: nothing can happen to it any more.
    fn begin(&mut self, attempt: Attempt) {
        self.half_told = None;
        self.server_knew = false;
        self.attempts.retain(|old| old.fd.is_some());
        self.attempts.push(attempt);
    }

    fn new(
        row: Row,
        origin: RowOrigin,
        interest: crate::model::readiness::Interest,
        first: Attempt,
        n: u64,
    ) -> RowState {
        RowState {
            row,
            origin,
            role: Role::Client,
            mode: Mode::NonBlocking,
            by_hand: false,
            deadline_us: None,
            addresses: Vec::new(),
            at: 0,
            interest,
            attempts: vec![first],
            removed: false,
            lookup: None,
            waits_since_us: 0,
            news: Readiness::empty(),
            half_told: None,
            asked_before: None,
            last_call: None,
            look: Look::default(),
            look_before: Look::default(),
            server_knew: false,
            marks: Marks {
                stage: n,
                ..Marks::default()
            },
        }
    }

    /// Whether an attempt of this number belongs to this row and is the current one.
    pub fn is_current(&self, id: AttemptId) -> bool {
        self.attempt_by_id(id).is_some() && self.current().id == id
    }
}
