//! One far end: its sockets, and what it does by itself.

use super::Appearing;
use super::log::Log;
use super::peers::{Act, Arrival, Habit, PeerSpec};
use crate::model::addr::Addr;
use crate::model::call::{By, Call, CallFact, How, Out, Payload, SocketOption};
use crate::model::errno::Errno;
use crate::model::ids::{Fd, Row};
use crate::model::socket::Stage;
use crate::os::call::local_address;
use rustix::event::PollFlags;

/// What an echo reads at once.
const GULP: u32 = 4096;

#[derive(Debug)]
pub(super) struct FarEnd {
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
    accepted: Vec<Connection>,
    /// The program's sockets that have several names.
    pub(super) names: Names,
    /// Connections of the program that are on their way and not accepted yet.
    arriving: u32,
}

#[derive(Debug)]
struct Connection {
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

/// Open sockets that have more than one descriptor, each with all of them: dup(2).
#[derive(Debug, Default)]
pub(super) struct Names(Vec<Vec<Fd>>);

impl Names {
    /// The socket of `fd` is also `name` from now on.
    fn gain(&mut self, fd: Fd, name: Fd) {
        match self.0.iter_mut().find(|names| names.contains(&fd)) {
            Some(names) => names.push(name),
            None => self.0.push(vec![fd, name]),
        }
    }

    /// A descriptor was closed: whether its socket lives on under another.
    pub(super) fn lose(&mut self, fd: Option<Fd>) -> bool {
        let Some(fd) = fd else { return false };
        let Some(at) = self.0.iter().position(|names| names.contains(&fd)) else {
            return false;
        };
        self.0[at].retain(|name| *name != fd);
        if self.0[at].is_empty() {
            self.0.remove(at);
            return false;
        }
        true
    }
}

impl FarEnd {
    pub(super) fn new(spec: &'static PeerSpec, hidden: bool) -> FarEnd {
        FarEnd {
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
            names: Names::default(),
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

    /// The descriptors on which something is on its way that it will act upon.
    pub(super) fn expected(&self) -> Vec<Fd> {
        let listener = self
            .listener()
            .filter(|_| self.arriving > 0 && self.accepts_by_itself());
        let reads = self.spec.habit == Habit::Echo && !self.by_hand;
        let owed = self
            .accepted
            .iter()
            .filter(|connection| reads && connection.owed > 0 && connection.unsent.is_empty());
        owed.map(|connection| connection.fd)
            .chain(listener)
            .collect()
    }

    pub(super) fn has_connections(&self) -> bool {
        !self.accepted.is_empty()
    }

    /// What to watch while it serves other programs: its listener, and its connections for data or only for their end.
    pub(super) fn watched(&self) -> Vec<(Fd, PollFlags)> {
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
    pub(super) fn serve(&mut self, fd: Fd, told: PollFlags, log: &mut Log<'_>) {
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
        if self.spec.habit == Habit::Echo && told.contains(PollFlags::IN) {
            self.echo(index, log);
        }
        let over = told.intersects(PollFlags::RDHUP | PollFlags::HUP | PollFlags::ERR);
        if over && !told.contains(PollFlags::IN) && self.accepted[index].unsent.is_empty() {
            log.make(By::Peer, Call::Close { fd });
            self.closed(fd);
        }
    }

    /// Something expected is there.
    pub(super) fn is_ready(&mut self, fd: Fd, log: &mut Log<'_>) {
        if Some(fd) == self.socket {
            self.accept(self.spec.arrival, log);
        } else if let Some(index) = self.accepted.iter().position(|known| known.fd == fd) {
            self.echo(index, log);
        }
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
        if closes && self.names.lose(fact.call.fd()) {
            return;
        }
        match (&fact.call, outcome.errno) {
            // The attempt before was through, and this call told it.
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
            (Call::Dup { fd }, None) => self.names.gain(*fd, Fd(outcome.ret as i32)),
            (Call::Close { .. }, _) | (Call::Disconnect { .. }, None)
                if !self.by_hand && self.row.is_none() =>
            {
                for connection in std::mem::take(&mut self.accepted) {
                    log.make(By::Peer, Call::Close { fd: connection.fd });
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

    /// Its part of a turn that needs no waiting: what it does once a tick, and what it could not send before.
    pub(super) fn catch_up(&mut self, is_tick: bool, log: &mut Log<'_>) {
        if self.by_hand {
            return;
        }
        for index in 0..self.accepted.len() {
            self.send_back(index, log);
            if !is_tick || !self.accepted[index].acted {
                continue;
            }
            match self.spec.habit {
                Habit::Drip(text) => self.drip(index, text, log),
                Habit::Sip(size) if self.accepted[index].owed > 0 => {
                    let fd = self.accepted[index].fd;
                    let outcome = self.make(index, Call::Recv { fd, size }, log);
                    self.accepted[index].owed -= outcome.ret.max(0);
                }
                _ => {}
            }
        }
    }

    fn make(&self, index: usize, call: Call, log: &mut Log<'_>) -> crate::model::call::Outcome {
        let row = self.accepted[index].row.unwrap_or(log.row());
        log.make_for(row, By::Peer, call)
    }

    /// What it does once the program knows that it is connected, once a connection.
    fn act(&mut self, index: usize, log: &mut Log<'_>) {
        if std::mem::replace(&mut self.accepted[index].acted, true) {
            return;
        }
        let fd = self.accepted[index].fd;
        for act in self.spec.connected {
            let call = match act {
                Act::Send(bytes) => Call::Send {
                    fd,
                    data: Payload::Bytes(bytes.to_vec()),
                },
                Act::Urgent(byte) => Call::SendUrgent { fd, byte: *byte },
                Act::ShutdownWrite => Call::Shutdown {
                    fd,
                    how: How::Write,
                },
            };
            self.make(index, call, log);
        }
    }

    fn echo(&mut self, index: usize, log: &mut Log<'_>) {
        let fd = self.accepted[index].fd;
        let outcome = self.make(index, Call::Recv { fd, size: GULP }, log);
        match outcome.out {
            Some(Out::Bytes(bytes)) if outcome.ret > 0 => {
                self.accepted[index].owed -= outcome.ret;
                self.accepted[index].unsent = bytes;
                self.send_back(index, log);
            }
            _ => self.accepted[index].owed = 0,
        }
    }

    fn send_back(&mut self, index: usize, log: &mut Log<'_>) {
        let connection = &self.accepted[index];
        if connection.unsent.is_empty() {
            return;
        }
        let call = Call::Send {
            fd: connection.fd,
            data: Payload::Bytes(connection.unsent.clone()),
        };
        let outcome = self.make(index, call, log);
        let unsent = &mut self.accepted[index].unsent;
        match outcome.errno {
            None => {
                let sent = usize::try_from(outcome.ret).unwrap_or(0).min(unsent.len());
                unsent.drain(..sent);
            }
            Some(Errno::EAGAIN) => {}
            Some(_) => unsent.clear(),
        }
    }

    fn drip(&mut self, index: usize, text: &'static [u8], log: &mut Log<'_>) {
        let connection = &mut self.accepted[index];
        let Some(byte) = text.get(connection.dripped % text.len().max(1)) else {
            return;
        };
        let call = Call::Send {
            fd: connection.fd,
            data: Payload::Bytes(vec![*byte]),
        };
        if self.make(index, call, log).errno.is_none() {
            self.accepted[index].dripped += 1;
        }
    }

    pub(super) fn accept(&mut self, arrival: Arrival, log: &mut Log<'_>) -> Option<Errno> {
        let fd = self.socket?;
        let row = self.row.unwrap_or(log.row());
        let outcome = log.make_for(row, By::Peer, Call::Accept { fd });
        self.arriving = self.arriving.saturating_sub(1);
        if outcome.errno.is_some() {
            return outcome.errno;
        }
        let fd = Fd(outcome.ret as i32);
        if arrival == Arrival::AcceptAndReset {
            let option = SocketOption::Linger;
            let value = 0;
            log.make_for(row, By::Peer, Call::SetOption { fd, option, value });
            log.make_for(row, By::Peer, Call::Close { fd });
            return None;
        }
        self.accepted.push(Connection {
            fd,
            from: match outcome.out {
                Some(Out::Addr(from)) => Some(from),
                _ => None,
            },
            row: None,
            acted: false,
            owed: 0,
            unsent: Vec::new(),
            dripped: 0,
        });
        None
    }

    /// Accepts all that waits; the lab's own connections are closed at both ends.
    pub(super) fn free(&mut self, log: &mut Log<'_>) {
        let ours: Vec<Addr> = self
            .fillers
            .iter()
            .filter_map(|fd| log.descriptors.get(*fd).and_then(local_address))
            .collect();
        for _ in 0..=super::MOST_FILLERS * 2 {
            if self.accept(Arrival::Accept, log).is_some() {
                break;
            }
            let is_ours = |connection: &Connection| {
                connection
                    .from
                    .as_ref()
                    .is_some_and(|from| ours.contains(from))
            };
            if let Some(connection) = self.accepted.pop_if(|last| is_ours(last)) {
                log.make(By::Lab, Call::Close { fd: connection.fd });
            }
        }
        for fd in std::mem::take(&mut self.fillers) {
            log.make(By::Lab, Call::Close { fd });
        }
    }

    /// Its own socket, if that does not stand in the list yet.
    pub(super) fn socket_appearing(&self, of: Row) -> Option<Appearing> {
        let fd = self.socket.filter(|_| self.row.is_none())?;
        let stage = if self.listening {
            Stage::Listening
        } else {
            Stage::Created
        };
        Some(Appearing {
            of,
            fd,
            stage,
            addr: self.addrs.last().cloned(),
        })
    }

    /// Its connections that do not stand in the list yet.
    pub(super) fn appearing(&self, of: Row) -> Vec<Appearing> {
        self.accepted
            .iter()
            .filter(|connection| connection.row.is_none())
            .map(|connection| Appearing {
                of,
                fd: connection.fd,
                stage: Stage::Accepted,
                addr: connection.from.clone(),
            })
            .collect()
    }

    pub(super) fn now_is(&mut self, fd: Fd, row: Row) {
        if self.socket == Some(fd) {
            self.row = Some(row);
        }
        for connection in &mut self.accepted {
            if connection.fd == fd {
                connection.row = Some(row);
            }
        }
    }

    /// A socket of it has lost a name, and goes on under another.
    pub(super) fn is_called(&mut self, fd: Fd, next: Fd) {
        let sockets = self
            .accepted
            .iter_mut()
            .map(|connection| &mut connection.fd);
        for known in sockets.chain(&mut self.socket) {
            if *known == fd {
                *known = next;
            }
        }
    }

    pub(super) fn closed(&mut self, fd: Fd) {
        if self.socket == Some(fd) {
            self.socket = None;
            self.listening = false;
        }
        self.accepted.retain(|connection| connection.fd != fd);
    }
}
