//! How a record changes the world.

mod calls;
mod changes;
mod race;
mod resets;
mod rows;
mod stages;
mod tasks;
mod watched;

use super::ends::Ends;
use super::{AroundCall, AskedBy, RowCaller, RowState, World};
use crate::model::call::{Call, CallFact, CalledBy};
use crate::model::ids::{AttemptId, Row};
use crate::model::readiness::PollMask;
use crate::model::record::{Cause, Change, Event, Look, Record, StageChange};
use stages::note_stage;
use std::sync::Arc;

/// By which of the three ways a watched program has asked for news, if it has.
fn asked_by(fact: &CallFact) -> Option<&'static str> {
    fact.outcome.as_ref()?;
    fact.made.as_deref()?.asks_for_news_by()
}

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

    /// The second half: what the looks said afterwards.
    pub fn apply_looks(&mut self, record: &Record) {
        self.take_in_looks(record);
        self.settle();
    }

    fn take_in_calls(&mut self, record: &Record) -> Vec<StageChange> {
        self.n = record.n;
        self.at_us = record.at_us;
        if let Some(tick) = record.tick {
            self.tick = tick;
            self.ticks_before = [self.tick_n, self.ticks_before[0]];
            self.tick_n = record.n;
        }
        if matches!(record.cause, Cause::Step(_)) {
            self.step += 1;
            self.step_n = record.n;
        }
        // What a watched program was told last is what is new, as it is of the poll that is stepped.
        if let Some(name) = record.calls.iter().rev().find_map(asked_by) {
            let step = self.step;
            self.asker = Some(AskedBy { name, step });
            self.ticks_before = [self.tick_n, self.ticks_before[0]];
            self.tick_n = record.n;
        }
        let mut entered = Vec::new();
        // By which descriptors a watched program has its sockets was asked behind its calls.
        let is_behind = |change: &&Change| matches!(change, Change::Names { .. });
        for change in record.changes.iter().filter(|change| !is_behind(change)) {
            self.change(change, &mut entered);
        }
        for rule in &record.rules {
            self.wire.rules.add(*rule);
        }
        for packet in &record.packets {
            self.wire.apply(&packet.change);
            self.reset_by_packet(packet);
        }
        for event in &record.events {
            self.apply_event(event, &mut entered);
        }
        // What was kept of the record before is given back first.
        self.around = Arc::default();
        let mut around = Vec::with_capacity(record.calls.len());
        for fact in &record.calls {
            // A peer that has no row of its own acts under the row it was made for: that row's facts say nothing of the peer's socket.
            let own = self.is_own_call(fact);
            let facts = |world: &World| {
                let row = world.row(fact.row?)?;
                own.then(|| row.facts())
            };
            let before = facts(self);
            let held = self.is_on_own_socket(fact);
            let shut = self.shut_at_the_other_end(fact);
            self.observe(fact, &mut entered);
            self.race_goes_on(fact.row);
            self.task_calls(fact);
            if let Some(other) = shut {
                self.reset_by_call(fact, other);
            }
            let is_own = held || self.is_on_own_socket(fact);
            let caller = if is_own {
                RowCaller::Own
            } else {
                RowCaller::Peer
            };
            if let Some(state) = fact
                .row
                .filter(|_| fact.by != CalledBy::Lab)
                .and_then(|row| self.row_mut(row))
            {
                state.results.note(caller, fact);
            }
            let both = before.zip(facts(self));
            around.push(both.map(|(before, after)| AroundCall { before, after }));
        }
        self.around = Arc::new(around);
        for change in record.changes.iter().filter(is_behind) {
            self.change(change, &mut entered);
        }
        self.take_in_tasks(record);
        self.program.take_in(record);
        entered
    }

    /// Whether a call was made on its row's own socket.
    fn is_own_call(&self, fact: &CallFact) -> bool {
        // Whose connection came out of a listener's queue is known to the row for which it listens.
        let takes = matches!(fact.call, Call::Accept { .. })
            && fact
                .outcome
                .as_ref()
                .is_some_and(|outcome| outcome.errno.is_none());
        takes || self.is_on_own_socket(fact)
    }

    /// Whether whoever holds the row's socket made it, by a name that the socket has now.
    fn is_on_own_socket(&self, fact: &CallFact) -> bool {
        matches!(fact.by, CalledBy::Program | CalledBy::Library)
            || fact.row.and_then(|row| self.row(row)).is_some_and(|row| {
                let fd = fact.call.fd();
                fd.is_some_and(|fd| row.current().has_name(fd))
            })
    }

    fn take_in_looks(&mut self, record: &Record) {
        for (row, look) in &record.looks {
            self.look(*row, look);
        }
        self.look_behind_calls(record);
        self.at_us = record.at_us;
        if record.looked {
            self.looked_at_us = Some(record.at_us);
            self.looked_n = record.n;
        }
    }

    /// What the looks of this record say belongs to the sockets after its calls.
    fn look_behind_calls(&mut self, record: &Record) {
        if record.looks.is_empty() || record.calls.is_empty() {
            return;
        }
        let mut around = std::mem::take(&mut self.around);
        for (fact, around) in record.calls.iter().zip(Arc::make_mut(&mut around)) {
            let row = fact.row.and_then(|row| self.row(row));
            if let (Some(around), Some(row)) = (around, row) {
                around.after.look_at(row);
            }
        }
        self.around = around;
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
        self.peer_count += usize::from(!state.is_client());
        // A peer has a short name too, so that columns keep their place when it joins.
        if state.is_client() || !state.mode_words().is_empty() {
            let width = state.short_label().chars().count();
            self.longest_target = self.longest_target.max(width);
        }
        let of = state.role.of();
        if let Some(client) = of.and_then(|of| self.row_mut(of)) {
            client.peer_rows.push(state.row);
        }
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
            self.reindex(row);
            self.stand(row);
        }
    }

    /// The rows of the peer that was made for this row.
    pub fn peer_ends(&self, of: Row) -> Vec<Row> {
        let rows = self.row(of).map_or(&[][..], |state| &state.peer_rows);
        self.present_of(rows.iter().copied())
            .map(|state| state.row)
            .collect()
    }

    /// Keeps what is found by sets of rows true after anything happened to one.
    fn reindex(&mut self, row: Row) {
        let Some(state) = self.row(row) else {
            return;
        };
        let (settled, drains) = (
            state.is_settled(),
            !state.removed && super::would_drain(state),
        );
        let (from, to) = (state.bucket, Ends::bucket_for(state));
        self.unsettled.set(row, !settled);
        self.readable.set(row, drains);
        if from != to {
            self.ends.put(row, from, to);
            if let Some(state) = self.rows.get_mut(row.index()) {
                Arc::make_mut(state).bucket = to;
            }
        }
    }

    fn apply_event(&mut self, event: &Event, entered: &mut Vec<StageChange>) {
        let n = self.n;
        let Some(state) = self.row_mut(event.row) else {
            return;
        };
        if event.stale.is_some() {
            return;
        }
        let before = state.stage();
        state.current_mut().add_hint(event.readiness);
        // An error queue that is not empty says ERR by itself: that is no failure.
        let half = event.readiness.is_half_a_failure() && !state.has_error_queue();
        state.half_reported = match state.half_reported {
            // The rest was reported in the record before this one: that failure is over.
            Some(first) if state.changed_at.reported > first && !half => None,
            Some(first) => Some(first),
            None => half.then_some(n),
        };
        // Two events of one poll are told as one.
        state.reported = if state.changed_at.reported == n {
            state.reported | event.readiness
        } else {
            event.readiness
        };
        state.changed_at.reported = n;
        note_stage(state, before, n, entered);
    }

    fn look(&mut self, row: Row, look: &Look) {
        let n = self.n;
        if let Some(state) = self.row_mut(row) {
            state.keep_look();
            state.look.merge(look);
            if let Some(tcp) = state.look.tcp.answer() {
                state.current_mut().past.look(tcp.state);
            }
            state.changed_at.look = n;
            state.server_knew |= state.look.server().answer().is_some();
            let says = |look: &Look| {
                let mask = look.poll.answer();
                mask.is_some_and(|mask| mask.contains(PollMask::ERR))
            };
            if says(&state.look) && !says(state.look_before()) {
                state.changed_at.err = n;
            }
        }
    }
}
