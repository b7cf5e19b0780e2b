//! What a call changes: its attempt learns from it, and a lookup brings the row its addresses.

use super::stages::{note_stage, stage_change};
use crate::model::call::{Call, CallFact, CalledBy, Out};
use crate::model::ids::{Fd, Row};
use crate::model::record::{Look, StageChange};
use crate::model::socket::{AtRecord, Attempt, ConnectionFact, Stage};
use crate::model::world::{RowState, World};

impl World {
    pub(super) fn observe(&mut self, fact: &CallFact, entered: &mut Vec<StageChange>) {
        if let (Call::EpollWait { epfd, .. }, CalledBy::Program) = (&fact.call, fact.by) {
            self.epfd = Some(*epfd);
        }
        let n = self.n;
        let Some(row) = fact.row else { return };
        if matches!(fact.call, Call::Select { .. }) {
            self.probed = Some(row);
        }
        self.queue_fillers(row, fact);
        if !self.row(row).is_some_and(|state| state.applies(fact)) {
            if let (CalledBy::Lab, Call::Close { fd }) = (fact.by, &fact.call) {
                self.close_behind(row, *fd);
            }
            return;
        }
        let at_us = self.at_us;
        let at = self.moment();
        let in_a_tick = at.tick.is_some() && !self.is_watched();
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
            state.look_before = None;
        }
        let Some(outcome) = &fact.outcome else {
            if matches!(fact.call, Call::Getaddrinfo { .. }) && state.stage() == Stage::New {
                let before = state.stage();
                state.lookup = fact.id;
                state.waits_since_us = at_us;
                state.current_mut().enter(Stage::Resolving);
                note_stage(state, before, n, entered);
            } else if let (CalledBy::Program | CalledBy::Peer, Some(id)) = (fact.by, fact.id) {
                state.waits_since_us = at_us;
                let attempt = state.current_mut();
                attempt.running = Some((id, fact.call.name()));
                if matches!(fact.call, Call::Connect { .. }) && !attempt.is_connected_unix() {
                    let before = attempt.stage;
                    attempt.begins_to_wait();
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
        // A tick closes a socket only when its deadline has passed, or another attempt of its race is connected.
        let gives_up = in_a_tick && matches!(fact.call, Call::Close { .. });
        observe_on(state, at, fact, gives_up, entered);
        if let Some(Out::Fds(_, write)) = outcome.out {
            self.has_write_end(row, write, entered);
        }
    }

    /// The record that is being taken in, as a moment.
    fn moment(&self) -> AtRecord {
        let n = self.n;
        if self.is_watched() {
            return AtRecord {
                n,
                tick: Some(self.step),
                last_tick: self.step,
            };
        }
        let in_a_tick = self.tick > 0 && self.tick_n == n;
        AtRecord {
            n,
            tick: in_a_tick.then_some(self.tick),
            last_tick: self.tick,
        }
    }

    /// pipe2() gave a row both ends: the one that is written to belongs to the row that was made for it.
    fn has_write_end(&mut self, of: Row, fd: Fd, entered: &mut Vec<StageChange>) {
        let n = self.n;
        let Some(row) = self.write_end_of(of) else {
            return;
        };
        if let Some(state) = self.row_mut(row) {
            let before = state.stage();
            state.current_mut().is_made(Some(fd));
            note_stage(state, before, n, entered);
        }
    }

    /// Connections of the lab's own enter the accept queue of a row's peer, and leave it by accept(2).
    fn queue_fillers(&mut self, row: Row, fact: &CallFact) {
        let Some(outcome) = fact.outcome.as_ref().filter(|done| done.errno.is_none()) else {
            return;
        };
        let of = self.row(row).and_then(|state| state.role.of());
        let owner = of.unwrap_or(row);
        match (&fact.call, fact.by, &outcome.out) {
            (Call::Connect { .. }, CalledBy::Lab, _) => {
                if let Some(state) = self.row_mut(owner) {
                    state.fillers += 1;
                }
            }
            (Call::Accept { .. }, CalledBy::Peer, Some(Out::Addr(from))) => {
                let waits = self.row(owner).is_some_and(|state| state.fillers > 0);
                // A unix socket that only connects has no name; there the lab's own were first.
                let is_filler = waits
                    && !self
                        .present_of(self.ends.at(from))
                        .any(|state| state.is_client() && state.is_at(from));
                if let Some(state) = self.row_mut(owner).filter(|_| is_filler) {
                    state.fillers -= 1;
                }
                if let Some(state) = self.row_mut(row) {
                    state.took_filler = is_filler;
                }
            }
            _ => {}
        }
    }

    /// The lab closed a client's descriptor behind its back. The program does not know; the number means nothing any more.
    fn close_behind(&mut self, row: Row, fd: Fd) {
        let Some(state) = self.row_mut(row) else {
            return;
        };
        let attempt = state.current_mut();
        if attempt.fd == Some(fd) {
            attempt.bad_fd = true;
            // epoll(7) watches the open socket, not the number: as long as it has another name it is still watched.
            if attempt.more_names.is_empty() {
                attempt.registered = None;
            }
            // What was known of the socket is not true of its number any more.
            state.look = Look::default();
            state.look_before = None;
        }
    }
}

/// A finished call goes to the attempt that has its descriptor; a call without one goes to the current attempt.
fn observe_on(
    state: &mut RowState,
    at: AtRecord,
    fact: &CallFact,
    gives_up: bool,
    entered: &mut Vec<StageChange>,
) {
    let n = at.n;
    let Some(outcome) = &fact.outcome else { return };
    // A call that was waiting returns to whoever made it, whatever has become of its descriptor meanwhile.
    let mut attempts = state.attempts.iter();
    let waited = fact.id.and_then(|id| {
        attempts.rposition(|attempt| attempt.running.is_some_and(|(known, _)| known == id))
    });
    if let Some(place) = waited {
        state.attempts[place].running = None;
    }
    let place = match fact.call.fd() {
        // A row of a watched program is one socket, whichever of its numbers a call uses.
        Some(_) if fact.made.is_some() => Some(state.attempts.len() - 1),
        Some(fd) => {
            let mut attempts = state.attempts.iter();
            waited.or_else(|| attempts.rposition(|attempt| attempt.has_name(fd)))
        }
        None => Some(state.attempts.len() - 1),
    };
    let Some(place) = place else { return };
    // By which numbers it has its sockets is asked of the system, not concluded: other processes and exec(2) have their part in it.
    let is_of_names = matches!(fact.call, Call::Close { .. } | Call::Dup { .. });
    if fact.made.is_some() && (is_of_names || fact.call == Call::Other {}) {
        return;
    }
    if matches!(fact.by, CalledBy::Program | CalledBy::Peer) {
        state.last_call = Some(fact.call.name());
    }
    let is_current = place + 1 == state.attempts.len();
    let (asked, has_lost) = (state.asked(), state.has_lost());
    let attempt = &mut state.attempts[place];
    let (stage, known) = (attempt.stage, attempt.fact.clone());
    attempt.observe(at, &fact.call, outcome);
    if attempt.stage == Stage::Closed && stage != Stage::Closed {
        match (has_lost, stage) {
            // Why it failed is still what is known of it.
            (true, Stage::Error) => {}
            (true, _) => attempt.fact = Some(ConnectionFact::Outrun),
            (false, _) if gives_up => attempt.fact = Some(ConnectionFact::GaveUp),
            (false, _) => {}
        }
    }
    if !is_current {
        return;
    }
    // The kernel takes the address away with the connection, unless bind(2) gave it, and listen(2) takes a new port in place of one that was
    // given back: whoever wants to know asks again.
    let takes_a_new_address = match fact.call {
        Call::Disconnect { .. } => true,
        Call::Listen { .. } => stage == Stage::Created,
        _ => false,
    };
    if takes_a_new_address && outcome.errno.is_none() {
        state.look.local = None;
    }
    // The next of its names waits as whoever holds it has said.
    state.mode = state.current().mode;
    let attempt = state.current();
    let (now_known, now_asked) = (attempt.fact.clone(), state.asked());
    if now_known != known {
        state.changed_at.fact = n;
    }
    if now_asked != asked {
        state.changed_at.asked = n;
        state.asked_before = asked;
        if let Some(interest) = now_asked {
            state.interest = interest;
        }
    }
    // connect() that is itself the result passes through "connect attempted" in the same record.
    let verdict_at_once = matches!(fact.call, Call::Connect { .. })
        && matches!(stage, Stage::NonBlocking | Stage::Created)
        && matches!(state.stage(), Stage::Connected | Stage::Error);
    if verdict_at_once {
        entered.push(stage_change(state, Stage::ConnectAttempted, None));
    }
    // A second failure of another kind is a change although the stage stays.
    let failed_again = state.stage() == Stage::Error
        && stage == Stage::Error
        && matches!((&known, &state.current().fact), (Some(ConnectionFact::Failed(a)), Some(ConnectionFact::Failed(b))) if a != b);
    if failed_again {
        state.changed_at.stage = n;
        let failure = state.current().failure;
        entered.push(stage_change(state, Stage::Error, failure));
    }
    note_stage(state, stage, n, entered);
}
