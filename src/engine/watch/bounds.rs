//! What a watched program may do at most: how many threads it has, and how much of its words is kept.

use super::Watched;

impl Watched {
    /// Whether it was ended since it had more threads and processes than it may.
    pub fn is_crowded(&self) -> bool {
        self.is_crowded
    }

    /// Whether its sockets are looked at after each step.
    pub fn is_looked_at(&self) -> bool {
        self.options.looks
    }

    /// Ends it if it has more threads and processes than it may.
    pub(super) fn may_be_crowded(&mut self) {
        let most = self.options.most_tasks;
        if most.is_some_and(|most| self.tasks.count() > most) {
            self.is_crowded = true;
            self.tracee.kill();
        }
    }

    /// Whether it has said more than is kept, with so many bytes more.
    pub(super) fn says_too_much(&mut self, more: usize) -> bool {
        self.said = self.said.saturating_add(more);
        self.options.most_said.is_some_and(|most| self.said > most)
    }
}
