//! How a row begins, and begins again; what it hears of.

use crate::model::call::{CallFact, CalledBy};
use crate::model::ids::{AttemptId, Row};
use crate::model::readiness::{Interest, Readiness};
use crate::model::record::{Look, Role};
use crate::model::socket::{Attempt, Mode};
use crate::model::world::{ChangedAt, LastResults, RowOrigin, RowState};

impl RowState {
    /// What the poll watches for, or will: asked for.
    pub fn asked(&self) -> Option<Interest> {
        let attempt = self.current();
        // What epoll refuses is asked for by poll(2) and select(2).
        let refused = attempt.is_refused_by_epoll().then_some(self.interest);
        attempt.registered.or(refused)
    }

    /// Whether a call concerns what this row may conclude: a client learns from the program's calls, a peer from the peer's.
    pub(super) fn applies(&self, fact: &CallFact) -> bool {
        match fact.by {
            CalledBy::Program | CalledBy::Library => self.is_client(),
            CalledBy::Peer | CalledBy::Lab => !self.is_client(),
        }
    }

    /// Begins a new attempt. What is closed for ever is forgotten: nothing can happen to it any more.
    pub(super) fn begin(&mut self, attempt: Attempt) {
        self.half_reported = None;
        self.server_knew = false;
        self.attempts.retain(|old| old.fd.is_some());
        self.attempts.push(attempt);
    }

    /// The row starts afresh with a new attempt, after the record `n`; a name is looked up again.
    pub(super) fn begin_again(&mut self, id: AttemptId, n: u64) {
        if self.name().is_some() {
            self.addresses.clear();
        }
        self.at = 0;
        self.lookup = None;
        self.reported = Readiness::empty();
        self.look = Look::default();
        self.look_before = None;
        self.deadline_us = None;
        let first = Attempt::new(id, self.addresses.first().cloned())
            .used(self.mode)
            .of_file(self.file());
        self.begin(first);
        self.changed_at = ChangedAt {
            stage: n,
            ..ChangedAt::default()
        };
    }

    pub(super) fn new(
        row: Row,
        origin: RowOrigin,
        interest: Interest,
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
            race: None,
            addresses: Vec::new(),
            at: 0,
            interest,
            attempts: vec![first],
            removed: false,
            lookup: None,
            waits_since_us: 0,
            reported: Readiness::empty(),
            half_reported: None,
            asked_before: None,
            last_call: None,
            results: LastResults::default(),
            fillers: 0,
            took_filler: false,
            look: Look::default(),
            look_before: None,
            server_knew: false,
            changed_at: ChangedAt {
                stage: n,
                ..ChangedAt::default()
            },
            peer_rows: Vec::new(),
            bucket: None,
        }
    }

    /// Whether an attempt of this number belongs to this row and is the current one.
    pub fn is_current(&self, id: AttemptId) -> bool {
        self.attempt_by_id(id).is_some() && self.current().id == id
    }
}
