//! A peer that serves other programs: it is watched, and acts when something happens.

use super::PeerEnd;
use crate::model::ids::Fd;
use crate::os::lab::log::Log;
use crate::os::lab::peers::Habit;
use rustix::event::PollFlags;

impl PeerEnd {
    pub(in crate::os::lab) fn has_connections(&self) -> bool {
        !self.accepted.is_empty()
    }

    /// What to watch while it serves other programs: its listener, and its connections for data or only for their end. What poll(2) says
    /// anyway, HUP and ERR, is an end too; what nobody would act upon is not asked for, since it would come again and again.
    pub(in crate::os::lab) fn watched(&self) -> Vec<(Fd, PollFlags)> {
        if self.by_hand {
            return Vec::new();
        }
        let listener = self.listener().filter(|_| self.accepts_by_itself());
        let connections = self.accepted.iter().map(|connection| {
            let flags = match self.spec.habit {
                Habit::Echo if !connection.unsent.is_empty() => PollFlags::OUT,
                Habit::Echo => PollFlags::IN,
                // It finds the end when it comes to it, after everything that was sent before.
                Habit::Sip(_) | Habit::Ponder(..) => PollFlags::empty(),
                Habit::Quiet | Habit::Drip(_) => PollFlags::RDHUP,
            };
            (connection.fd, flags)
        });
        let listener = listener.map(|fd| (fd, PollFlags::IN));
        listener.into_iter().chain(connections).collect()
    }

    /// While it serves other programs: connections of strangers were accepted, those behind the first `before`. What the peer does with one
    /// is done at once.
    pub(in crate::os::lab) fn welcome(&mut self, before: usize, log: &mut Log<'_>) {
        for index in before..self.accepted.len() {
            if !self.by_hand {
                self.act(index, log);
            }
            // Nobody counts what a stranger sends: a sip is taken whenever there is something.
            self.accepted[index].owed = i64::MAX / 2;
        }
    }

    /// How many connections it has accepted and not closed.
    pub(in crate::os::lab) fn connections(&self) -> usize {
        self.accepted.len()
    }

    /// While it serves other programs: something happened on one of its sockets.
    pub(in crate::os::lab) fn serve(&mut self, fd: Fd, reported: PollFlags, log: &mut Log<'_>) {
        if Some(fd) == self.socket {
            let before = self.accepted.len();
            self.accept(self.spec.arrival, log);
            self.welcome(before, log);
            return;
        }
        let Some(index) = self.accepted.iter().position(|known| known.fd == fd) else {
            return;
        };
        if self.spec.habit == Habit::Echo {
            // What it could not send before goes out with the next `catch_up`.
            if self.accepted[index].unsent.is_empty() {
                self.echo(index, log);
            }
        } else if reported.intersects(PollFlags::RDHUP | PollFlags::HUP | PollFlags::ERR) {
            self.close(index, log);
        }
    }

    /// While it serves other programs: sips that have come to the end are let go.
    pub(in crate::os::lab) fn let_go(&mut self, log: &mut Log<'_>) {
        if self.by_hand || !matches!(self.spec.habit, Habit::Sip(_) | Habit::Ponder(..)) {
            return;
        }
        for index in (0..self.accepted.len()).rev() {
            if self.accepted[index].owed == 0 {
                self.close(index, log);
            }
        }
    }
}
