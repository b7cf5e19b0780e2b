//! Connections arrive: they are accepted, and the lab's own are let go again.

use super::{PeerConnection, PeerEnd};
use crate::model::addr::Addr;
use crate::model::call::{AcceptGives, Call, CalledBy, Out, Outcome, SocketOption};
use crate::model::errno::Errno;
use crate::model::ids::Fd;
use crate::os::call::local_address;
use crate::os::lab::log::Log;
use crate::os::lab::peers::{Arrival, Habit};

/// A queue that holds more is not filled on demand.
pub(in crate::os::lab) const MAX_FILLERS: u32 = 64;

impl PeerEnd {
    pub(in crate::os::lab) fn accept(
        &mut self,
        arrival: Arrival,
        log: &mut Log<'_>,
    ) -> Option<Errno> {
        self.accept_as(arrival, AcceptGives::NonBlocking, log)
    }

    /// The same; the new socket is blocking or not.
    pub(in crate::os::lab) fn accept_as(
        &mut self,
        arrival: Arrival,
        gives: AcceptGives,
        log: &mut Log<'_>,
    ) -> Option<Errno> {
        let fd = self.socket?;
        let row = self.row.unwrap_or(log.row());
        let outcome = log.make_for(row, CalledBy::Peer, Call::Accept { fd, gives });
        self.took(&outcome, gives, arrival, log)
    }

    /// What accept(2) gave, whoever called it.
    pub(in crate::os::lab) fn took(
        &mut self,
        outcome: &Outcome,
        gives: AcceptGives,
        arrival: Arrival,
        log: &mut Log<'_>,
    ) -> Option<Errno> {
        let row = self.row.unwrap_or(log.row());
        self.arriving = self.arriving.saturating_sub(1);
        if outcome.errno.is_some() {
            return outcome.errno;
        }
        let fd = Fd(outcome.ret as i32);
        if arrival == Arrival::AcceptAndReset {
            let option = SocketOption::Linger;
            let value = 0;
            log.make_for(row, CalledBy::Peer, Call::SetOption { fd, option, value });
            log.make_for(row, CalledBy::Peer, Call::Close { fd });
            return None;
        }
        self.accepted.push(PeerConnection {
            fd,
            gives,
            from: match &outcome.out {
                Some(Out::Addr(from)) => Some(from.clone()),
                _ => None,
            },
            row: None,
            acted: false,
            owed: 0,
            unsent: Vec::new(),
            thinks: 0,
            dripped: 0,
            ends: false,
        });
        None
    }

    /// Accepts by itself. The program may know already that it is connected, or may have closed its end again.
    pub(super) fn take_in(&mut self, log: &mut Log<'_>) {
        let before = self.accepted.len();
        self.accept(self.spec.arrival, log);
        if let Some(from) = self.accepted.get(before).and_then(|new| new.from.clone()) {
            if self.clients.was_gone(&from) {
                self.accepted[before].ends = true;
                if self.spec.habit != Habit::Echo {
                    self.close(before, log);
                }
            } else if self.clients.is_told(&from) {
                self.act(before, log);
            }
        }
        if self.arriving == 0 {
            self.clients.all_have_arrived();
        }
    }

    /// Accepts all that waits; the lab's own connections are closed at both ends.
    pub(in crate::os::lab) fn free(&mut self, log: &mut Log<'_>) {
        let ours: Vec<Addr> = self
            .fillers
            .iter()
            .filter_map(|fd| log.descriptors.get(*fd).and_then(local_address))
            .collect();
        for _ in 0..=MAX_FILLERS * 2 {
            if self.accept(Arrival::Accept, log).is_some() {
                break;
            }
            let is_ours = |connection: &PeerConnection| {
                connection
                    .from
                    .as_ref()
                    .is_some_and(|from| ours.contains(from))
            };
            if let Some(connection) = self.accepted.pop_if(|last| is_ours(last)) {
                log.make(CalledBy::Lab, Call::Close { fd: connection.fd });
            }
        }
        for fd in std::mem::take(&mut self.fillers) {
            log.make(CalledBy::Lab, Call::Close { fd });
        }
    }
}
