//! One peer: its sockets, and what it learns from what the program does.

mod arrivals;
mod clients;
mod habits;
mod listed;
mod serving;
mod shared;

pub(super) use arrivals::MAX_FILLERS;

use super::log::Log;
use super::peers::{Arrival, Habit, PeerSpec};
use crate::model::addr::Addr;
use crate::model::call::{AcceptGives, Call, CallFact, CalledBy, Out, Outcome, ShutdownHow};
use crate::model::errno::Errno;
use crate::model::ids::{Fd, Row};
use crate::os::call::local_address;
use clients::KnownClients;
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
    /// The program's sockets by their own addresses.
    clients: KnownClients,
    /// Connections of the program that are on their way and not accepted yet.
    arriving: u32,
}

#[derive(Debug)]
struct PeerConnection {
    fd: Fd,
    /// How accept(2) gave it.
    gives: AcceptGives,
    from: Option<Addr>,
    row: Option<Row>,
    /// The acts for a connected program were done.
    acted: bool,
    /// Bytes that the program has sent and that were not read yet.
    owed: i64,
    /// What an echo could not send back yet.
    unsent: Vec<u8>,
    /// So many ticks it thinks before it answers.
    thinks: u32,
    /// How much of a dripping text is out.
    dripped: usize,
    /// The program has closed its direction, or the whole socket: after the data comes an end of file.
    ends: bool,
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
            clients: KnownClients::default(),
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
        match (&fact.call, outcome.errno) {
            (Call::Connect { fd, .. }, errno) => {
                let is_told = matches!(errno, None | Some(Errno::EISCONN));
                if let Some(at) = log.descriptors.get(*fd).and_then(local_address) {
                    self.clients.tried(*fd, at, is_told);
                }
                match self.of_client(*fd, log) {
                    // The attempt before was connected, and this call said so.
                    Some(index) if is_told => self.act_by_itself(index, log),
                    _ if matches!(errno, None | Some(Errno::EINPROGRESS))
                        && self.listening
                        && fact.id.is_none() =>
                    {
                        self.arriving += 1;
                    }
                    _ => {}
                }
            }
            (Call::Getpeername { fd }, None) if matches!(outcome.out, Some(Out::Addr(_))) => {
                self.knows(*fd, log);
            }
            (Call::Send { fd, .. } | Call::SendUrgent { fd, .. }, None) => {
                if let Some(index) = self.of_client(*fd, log) {
                    self.accepted[index].owed += outcome.ret;
                }
            }
            (Call::Shutdown { fd, how }, None) if *how != ShutdownHow::Read => {
                if let Some(index) = self.of_client(*fd, log) {
                    self.accepted[index].ends = true;
                }
            }
            (Call::Dup { fd }, None) => {
                let name = Fd(outcome.ret as i32);
                self.names.add_name(*fd, name);
                self.clients.is_also(*fd, name);
            }
            // The connection lives as long as the program's socket has a name.
            (Call::Close { fd }, _) if self.names.remove_name(Some(*fd)) => {
                self.clients.forget(*fd);
            }
            (Call::Close { fd }, _) | (Call::Disconnect { fd }, None) => {
                self.is_left_by(*fd, log);
            }
            _ => {}
        }
    }

    /// The program knows that this socket of it is connected.
    pub(super) fn knows(&mut self, fd: Fd, log: &mut Log<'_>) {
        if let Some(index) = self.of_client(fd, log) {
            self.act_by_itself(index, log);
        }
    }

    /// A descriptor of the program was closed behind its back.
    pub(super) fn lost(&mut self, fd: Option<Fd>, log: &mut Log<'_>) {
        if let Some(fd) = fd {
            if self.names.remove_name(Some(fd)) {
                self.clients.forget(fd);
            } else {
                self.is_left_by(fd, log);
            }
        }
    }

    /// The program has ended a connection. An echo still has to find the end of file; other peers close their end too. What stands in the
    /// list is the learner's: there nobody else closes anything.
    fn is_left_by(&mut self, fd: Fd, log: &mut Log<'_>) {
        match self.of_client(fd, log) {
            Some(index) => {
                self.accepted[index].ends = true;
                if self.accepted[index].row.is_none() && self.spec.habit != Habit::Echo {
                    self.close(index, log);
                }
            }
            None if self.arriving > 0 && self.accepts_by_itself() => {
                if let Some(at) = self.clients.address(fd).cloned() {
                    self.clients.gone_too_early(at);
                }
            }
            None => {}
        }
        self.clients.forget(fd);
    }

    /// Closes its end of a connection.
    fn close(&mut self, index: usize, log: &mut Log<'_>) {
        let fd = self.accepted[index].fd;
        self.make(index, Call::Close { fd }, log);
        self.accepted.remove(index);
    }

    /// The connection to the program's socket `fd`, by its address. A unix socket has none: there it can only be the one there is.
    fn of_client(&self, fd: Fd, log: &Log<'_>) -> Option<usize> {
        let asked = || log.descriptors.get(fd).and_then(local_address);
        let at = self.clients.address(fd).cloned().or_else(asked)?;
        let is_there = |connection: &PeerConnection| connection.from.as_ref() == Some(&at);
        if at == Addr::UnixUnnamed {
            return self.accepted.len().checked_sub(1).filter(|last| *last == 0);
        }
        self.accepted.iter().position(is_there)
    }

    fn make(&self, index: usize, call: Call, log: &mut Log<'_>) -> Outcome {
        let row = self.accepted[index].row.unwrap_or(log.row());
        log.make_for(row, CalledBy::Peer, call)
    }
}
