//! A peer that serves other programs: it is watched, and acts when something happens.

use super::PeerEnd;
use crate::model::call::{Call, CalledBy};
use crate::model::ids::Fd;
use crate::os::lab::log::Log;
use crate::os::lab::peers::Habit;
use rustix::event::PollFlags;

impl PeerEnd {
    pub(in crate::os::lab) fn has_connections(&self) -> bool {
        !self.accepted.is_empty()
    }

    /// What to watch while it serves other programs: its listener, and its connections for data or only for their end.
    pub(in crate::os::lab) fn watched(&self) -> Vec<(Fd, PollFlags)> {
        let listener = self.listener().filter(|_| self.accepts_by_itself());
        let connections = self.accepted.iter().map(|connection| {
            let flags = match self.spec.habit {
                Habit::Echo if !connection.unsent.is_empty() => PollFlags::OUT | PollFlags::RDHUP,
                Habit::Echo => PollFlags::IN | PollFlags::RDHUP,
                _ => PollFlags::RDHUP,
            };
            (connection.fd, flags)
        });
        let listener = listener.map(|fd| (fd, PollFlags::IN));
        listener.into_iter().chain(connections).collect()
    }

    /// While it serves other programs: something happened on one of its sockets.
    pub(in crate::os::lab) fn serve(&mut self, fd: Fd, reported: PollFlags, log: &mut Log<'_>) {
        if Some(fd) == self.socket {
            let before = self.accepted.len();
            self.accept(self.spec.arrival, log);
            if self.accepted.len() > before {
                self.act(before, log);
                // Nobody counts what a stranger sends: a sip is taken whenever there is something.
                self.accepted[before].owed = i64::MAX / 2;
            }
            return;
        }
        let Some(index) = self.accepted.iter().position(|known| known.fd == fd) else {
            return;
        };
        if self.spec.habit == Habit::Echo && reported.contains(PollFlags::IN) {
            self.echo(index, log);
        }
        let over = reported.intersects(PollFlags::RDHUP | PollFlags::HUP | PollFlags::ERR);
        if over && !reported.contains(PollFlags::IN) && self.accepted[index].unsent.is_empty() {
            log.make(CalledBy::Peer, Call::Close { fd });
            self.closed(fd);
        }
    }
}
