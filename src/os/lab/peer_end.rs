//! One peer: its sockets, and what it learns from what the program does.

mod arrivals;
mod habits;
mod listed;
mod serving;
mod shared;

pub(super) use arrivals::MAX_FILLERS;

use super::log::Log;
use super::peers::{Arrival, PeerSpec};
use crate::model::addr::Addr;
use crate::model::call::{Call, CallFact, CalledBy, Out};
use crate::model::errno::Errno;
use crate::model::ids::{Fd, Row};
use crate::os::call::local_address;
use shared::SharedDescriptors;

#[derive(Debug)]
pub(super) struct PeerEnd {
    pub(super) spec: &'static PeerSpec,
    /// It is a mystery: what it does by itself is not told.
    pub(super) hidden: bool,
    /// Where a program connects to.
    pub(super) addrs: Vec<Addr>,
    /// The listener, or what is only bound.
    pub(super) socket: Option<Fd>,
    pub(super) listening: bool,
    /// The row it stands in, if it stands in the list.
    pub(super) row: Option<Row>,
    pub(super) by_hand: bool,
    pub(super) fillers: Vec<Fd>,
    /// Sockets that only keep a port.
    pub(super) keepers: Vec<Fd>,
    accepted: Vec<PeerConnection>,
    /// The program's sockets that have several names.
    pub(super) names: SharedDescriptors,
    /// Connections of the program that are on their way and not accepted yet.
    arriving: u32,
}

#[derive(Debug)]
struct PeerConnection {
    fd: Fd,
    from: Option<Addr>,
    row: Option<Row>,
    /// The acts for a connected program were done.
    acted: bool,
    /// Bytes that the program has sent and that were not read yet.
    owed: i64,
    /// What an echo could not send back yet.
    unsent: Vec<u8>,
    /// How much of a dripping text is out.
    dripped: usize,
}

impl PeerEnd {
    pub(super) fn new(spec: &'static PeerSpec, hidden: bool) -> PeerEnd {
        PeerEnd {
            spec,
            hidden,
            addrs: Vec::new(),
            socket: None,
            listening: false,
            row: None,
            by_hand: false,
            fillers: Vec::new(),
            keepers: Vec::new(),
            accepted: Vec::new(),
            names: SharedDescriptors::default(),
            arriving: 0,
        }
    }

    /// The listener or bound socket, while it is open.
    pub(super) fn socket(&self) -> Option<Fd> {
        self.socket
    }

    pub(super) fn listener(&self) -> Option<Fd> {
        self.socket.filter(|_| self.listening)
    }

    /// Every descriptor it has.
    pub(super) fn all(&self) -> Vec<Fd> {
        let accepted = self.accepted.iter().map(|connection| connection.fd);
        accepted
            .chain(self.fillers.iter().copied())
            .chain(self.keepers.iter().copied())
            .chain(self.socket)
            .collect()
    }

    fn accepts_by_itself(&self) -> bool {
        !self.by_hand && self.spec.arrival != Arrival::ByHand
    }

    /// What the program did.
    pub(super) fn saw(&mut self, fact: &CallFact, log: &mut Log<'_>) {
        let Some(outcome) = &fact.outcome else {
            if matches!(fact.call, Call::Connect { .. }) && self.listening {
                self.arriving += 1;
            }
            return;
        };
        // The connection lives as long as the program's socket has a name.
        let closes = matches!(fact.call, Call::Close { .. });
        if closes && self.names.remove_name(fact.call.fd()) {
            return;
        }
        match (&fact.call, outcome.errno) {
            // The attempt before was connected, and this call said so.
            (Call::Connect { fd, .. }, None | Some(Errno::EISCONN))
                if !self.by_hand && self.of_client(*fd, log).is_some() =>
            {
                if let Some(index) = self.of_client(*fd, log) {
                    self.act(index, log);
                }
            }
            (Call::Connect { .. }, None | Some(Errno::EINPROGRESS))
                if self.listening && fact.id.is_none() =>
            {
                self.arriving += 1;
            }
            (Call::Getpeername { fd }, None)
                if matches!(outcome.out, Some(Out::Addr(_))) && !self.by_hand =>
            {
                if let Some(index) = self.of_client(*fd, log) {
                    self.act(index, log);
                }
            }
            (Call::Send { fd, .. } | Call::SendUrgent { fd, .. }, None) => {
                if let Some(index) = self.of_client(*fd, log) {
                    self.accepted[index].owed += outcome.ret;
                }
            }
            (Call::Dup { fd }, None) => self.names.add_name(*fd, Fd(outcome.ret as i32)),
            (Call::Close { .. }, _) | (Call::Disconnect { .. }, None)
                if !self.by_hand && self.row.is_none() =>
            {
                for connection in std::mem::take(&mut self.accepted) {
                    log.make(CalledBy::Peer, Call::Close { fd: connection.fd });
                }
            }
            _ => {}
        }
    }

    /// The connection to the program's socket `fd`: by its address, if there are several.
    fn of_client(&self, fd: Fd, log: &Log<'_>) -> Option<usize> {
        if self.accepted.len() <= 1 {
            return self.accepted.len().checked_sub(1);
        }
        let local = log.descriptors.get(fd).and_then(local_address)?;
        self.accepted
            .iter()
            .position(|connection| connection.from.as_ref() == Some(&local))
    }

    fn make(&self, index: usize, call: Call, log: &mut Log<'_>) -> crate::model::call::Outcome {
        let row = self.accepted[index].row.unwrap_or(log.row());
        log.make_for(row, CalledBy::Peer, call)
    }
}
