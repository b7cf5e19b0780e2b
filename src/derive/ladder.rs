//! The ladder of a connection on the lab wire: what the two programs called, what left a kernel, what arrived at the other, and which
//! states the kernels moved to, in the order in which it happened. It follows from the records alone.

use crate::model::addr::Addr;
use crate::model::call::{By, Call, CallFact, Out};
use crate::model::errno::Errno;
use crate::model::ids::Row;
use crate::model::notation;
use crate::model::record::{Change, Look, Record, Role, Witness};
use crate::model::tcp::TcpState;
use crate::model::wire::{Change as PacketChange, Due, Number, Origin, What};
use crate::model::world::World;
use std::collections::HashMap;
use std::sync::Arc;

/// So many records are looked through, from the last back.
const RECENT: usize = 2000;
/// Of the packets of one record so many are told, the last ones.
const OF_ONE: usize = 200;
/// So many rungs are kept.
const MOST: usize = 1000;

/// One line of the ladder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rung {
    /// The record in which it changed last.
    pub n: u64,
    /// When it happened, in microseconds since the session began.
    pub at_us: u64,
    /// What the client program called, and what came back.
    pub client_call: Option<String>,
    /// What became of the client's end in its kernel, and in which record.
    pub client_state: Option<(Moved, u64)>,
    /// What is on the wire.
    pub passage: Option<Passage>,
    /// What became of the server's end in its kernel, and in which record.
    pub server_state: Option<(Moved, u64)>,
    /// What the server program called, and what came back.
    pub server_call: Option<String>,
}

/// What became of one end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moved {
    /// It has this state now.
    To(TcpState),
    /// Its kernel knows nothing of it any more.
    Gone,
}

impl Moved {
    /// In a word.
    pub fn word(self) -> &'static str {
        match self {
            Moved::To(state) => state.name(),
            Moved::Gone => "forgotten",
        }
    }
}

/// A packet on the wire, on one line of the ladder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Passage {
    /// Which packet.
    pub number: Number,
    /// What is seen of it here.
    pub part: Part,
    /// So often its kernel has sent it, counted from this line on.
    pub sent: u32,
    /// The record in which it was sent last.
    pub sent_n: u64,
}

/// What one line of the ladder shows of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// It has left its kernel, and is held.
    Held,
    /// It has left its kernel, and is let go by itself when this is due.
    Waits(Due),
    /// It has left its kernel; it arrives on a later line.
    Leaves,
    /// It has left its kernel and has arrived at the other, with nothing in between.
    Passes,
    /// It arrives; it left on an earlier line.
    Arrives,
    /// One more copy of it arrives.
    ArrivesAgain,
    /// It was thrown away here.
    Dropped,
    /// Nobody lives where it was sent to.
    Swallowed,
    /// It was made by hand, and arrives.
    Made,
    /// It could not be written to the other kernel, for this reason.
    NotWritten(Errno),
}

/// The ladder of a client's row, oldest line first.
pub fn of(records: &[Arc<Record>], world: &World, row: Row) -> Vec<Rung> {
    let Some(state) = world.row(row) else {
        return Vec::new();
    };
    let port = state.look.local.as_ref().and_then(Addr::port);
    let mut ladder = Ladder::new(row, port);
    for record in &records[records.len().saturating_sub(RECENT)..] {
        ladder.take_in(record, world);
    }
    ladder.rungs
}

struct Ladder {
    row: Row,
    /// The accepted socket at the other end.
    partner: Option<Row>,
    port: Option<u16>,
    rungs: Vec<Rung>,
    /// Where each packet's last departure stands.
    left: HashMap<Number, usize>,
    look: Look,
    client: Option<Moved>,
    server: Option<Moved>,
    watched: bool,
    /// How often epoll_wait had no news, if that is the last line.
    quiet: u32,
}

/// The lines of one record that touch one side.
#[derive(Clone, Copy, Default)]
struct Touched {
    arrival: Option<usize>,
    departure: Option<usize>,
}

impl Ladder {
    fn new(row: Row, port: Option<u16>) -> Ladder {
        Ladder {
            row,
            partner: None,
            port,
            rungs: Vec::new(),
            left: HashMap::new(),
            look: Look::default(),
            client: None,
            server: None,
            watched: false,
            quiet: 0,
        }
    }

    fn take_in(&mut self, record: &Record, world: &World) {
        for change in &record.changes {
            if let Change::Appeared {
                row,
                role: Role::Accepted { .. },
                addr: Some(from),
                ..
            } = change
                && from.port() == self.port
            {
                self.partner = Some(*row);
            }
        }
        for fact in &record.calls {
            self.call(fact, record);
        }
        let (mut client, mut server) = (Touched::default(), Touched::default());
        let skip = record.packets.len().saturating_sub(OF_ONE);
        for fact in &record.packets[skip..] {
            if self.is_ours(fact.change.number, world) {
                self.packet(&fact.change, record, world, (&mut client, &mut server));
            }
        }
        for (_, look) in record.looks.iter().filter(|(row, _)| *row == self.row) {
            self.look.merge(look);
        }
        self.states(record, client, server);
        if self.rungs.len() > 2 * MOST {
            let gone = self.rungs.len() - MOST;
            self.rungs.drain(..gone);
            self.left.retain(|_, at| *at >= gone);
            self.left.values_mut().for_each(|at| *at -= gone);
        }
    }

    fn is_ours(&self, number: Number, world: &World) -> bool {
        let flow = world.wire.get(number).and_then(|entry| entry.flow);
        flow.is_some_and(|flow| Some(flow.client.port()) == self.port)
    }

    fn push(&mut self, rung: Rung) -> usize {
        self.quiet = 0;
        self.rungs.push(rung);
        self.rungs.len() - 1
    }

    fn call(&mut self, fact: &CallFact, record: &Record) {
        let rung = Rung {
            n: record.n,
            at_us: record.at_us,
            ..Rung::default()
        };
        let ours = fact.row == Some(self.row);
        match (fact.by, &fact.call) {
            (By::Program, Call::EpollWait { .. }) if self.watched => self.poll(record, rung),
            (By::Program, Call::EpollCtl { .. }) if ours => self.watched = true,
            // A new socket, and a new ladder.
            (By::Program, Call::Socket { .. }) if ours => {
                *self = Ladder::new(self.row, self.port);
            }
            (By::Program, Call::SetNonblocking { .. } | Call::Bind { .. }) => {}
            (By::Program, _) if ours => {
                if matches!(fact.call, Call::Close { .. }) {
                    // What TCP_INFO said of the descriptor says nothing any more.
                    self.look.tcp = Witness::NotAsked;
                }
                self.push(Rung {
                    client_call: Some(notation::brief(fact)),
                    ..rung
                });
            }
            (By::Peer, Call::EpollCtl { .. }) => {}
            (By::Peer, _) if self.is_the_servers(fact) => {
                self.push(Rung {
                    server_call: Some(notation::brief(fact)),
                    ..rung
                });
            }
            _ => {}
        }
    }

    /// Whether a far end's call is about this connection.
    fn is_the_servers(&self, fact: &CallFact) -> bool {
        let out = fact
            .outcome
            .as_ref()
            .and_then(|outcome| outcome.out.as_ref());
        match (&fact.call, out) {
            (Call::Accept { .. }, Some(Out::Addr(from))) => from.port() == self.port,
            _ => fact.row.is_some() && fact.row == self.partner,
        }
    }

    /// Polls without news fold into one line.
    fn poll(&mut self, record: &Record, rung: Rung) {
        let ours =
            |event: &&crate::model::record::Event| event.row == self.row && event.stale.is_none();
        if let Some(event) = record.events.iter().find(ours) {
            let told = notation::letters(event.readiness);
            self.push(Rung {
                client_call: Some(format!("epoll_wait: {told}")),
                ..rung
            });
            return;
        }
        let times = self.quiet + 1;
        if times > 1 {
            self.rungs.pop();
        }
        let count = match times {
            1 => String::new(),
            times => format!(" x{times}"),
        };
        self.push(Rung {
            client_call: Some(format!("epoll_wait: no news{count}")),
            ..rung
        });
        self.quiet = times;
    }

    fn packet(
        &mut self,
        change: &PacketChange,
        record: &Record,
        world: &World,
        sides: (&mut Touched, &mut Touched),
    ) {
        let number = change.number;
        let Some(entry) = world.wire.get(number) else {
            return;
        };
        let (sender, receiver) = match entry.segment.direction {
            crate::model::packet::segment::Direction::ToServer => sides,
            crate::model::packet::segment::Direction::ToClient => (sides.1, sides.0),
        };
        let new = |part| Rung {
            n: record.n,
            at_us: change.at_us,
            passage: Some(Passage {
                number,
                part,
                sent: 1,
                sent_n: record.n,
            }),
            ..Rung::default()
        };
        let at = self.left.get(&number).copied();
        let part = at.and_then(|at| Some(self.rungs.get(at)?.passage?.part));
        match &change.what {
            What::Appeared {
                origin: Origin::Injected,
                ..
            } => {
                let at = self.push(new(Part::Made));
                self.left.insert(number, at);
                receiver.arrival = Some(at);
            }
            What::Appeared { .. } => {
                let at = self.push(new(Part::Held));
                self.left.insert(number, at);
                sender.departure = Some(at);
            }
            What::SentAgain
                if !matches!(part, Some(Part::Held | Part::Waits(_) | Part::Swallowed)) =>
            {
                let at = self.push(new(Part::Held));
                self.left.insert(number, at);
                sender.departure = Some(at);
            }
            What::SentAgain => {
                self.change(at, record, |passage| {
                    passage.sent = passage.sent.saturating_add(1);
                    passage.sent_n = record.n;
                });
            }
            What::Waits(due) => {
                self.change(at, record, |passage| passage.part = Part::Waits(*due));
            }
            What::Dropped => self.change(at, record, |passage| passage.part = Part::Dropped),
            What::Swallowed => self.change(at, record, |passage| passage.part = Part::Swallowed),
            What::LetGo(_) if part == Some(Part::Made) => {}
            What::LetGo(_) if entry.origin == Origin::Injected => {
                receiver.arrival = Some(self.push(new(Part::Arrives)));
            }
            What::LetGo(_) => {
                let in_hand = matches!(part, Some(Part::Held | Part::Waits(_)));
                let direct = in_hand && at.is_some_and(|at| at + 1 == self.rungs.len());
                if direct {
                    self.change(at, record, |passage| passage.part = Part::Passes);
                    receiver.arrival = at;
                } else {
                    self.change(at, record, |passage| passage.part = Part::Leaves);
                    receiver.arrival = Some(self.push(new(Part::Arrives)));
                }
            }
            What::Repeated(_) => receiver.arrival = Some(self.push(new(Part::ArrivesAgain))),
            What::NotWritten(errno) => {
                let failed = Part::NotWritten(*errno);
                match part {
                    // It was said to arrive, and did not.
                    Some(Part::Made) => {
                        receiver.arrival = None;
                        self.change(at, record, |passage| passage.part = failed);
                        return;
                    }
                    Some(Part::Waits(_)) => {
                        self.change(at, record, |passage| passage.part = Part::Held);
                    }
                    _ => {}
                }
                self.push(new(failed));
            }
            What::Moved(..) => {}
        }
    }

    fn change(&mut self, at: Option<usize>, record: &Record, change: impl FnOnce(&mut Passage)) {
        let rung = at.and_then(|at| self.rungs.get_mut(at));
        if let Some(rung) = rung
            && let Some(passage) = &mut rung.passage
        {
            rung.n = record.n;
            change(passage);
        }
    }

    /// Writes the states that both ends moved to beside what moved them.
    fn states(&mut self, record: &Record, client: Touched, server: Touched) {
        let of = |end: Witness<crate::model::record::WireEnd>| match end {
            Witness::Says(end) => Some(Moved::To(end.state)),
            Witness::NoAnswer => Some(Moved::Gone),
            _ => None,
        };
        // The kernel's TCP state of the descriptor, if the connection itself is known no more.
        let descriptor = self.look.tcp.answer().map(|tcp| Moved::To(tcp.state));
        let now = match of(self.look.client()) {
            Some(Moved::Gone) | None => descriptor.or(of(self.look.client())),
            known => known,
        };
        if now != self.client && self.client_is_known(now) {
            let at = self.beside(record, client);
            self.rungs[at].client_state = now.map(|now| (now, record.n));
            self.rungs[at].n = record.n;
        }
        self.client = now;
        let now = of(self.look.server());
        if now != self.server && (self.server.is_some() || now != Some(Moved::Gone)) {
            let at = self.beside(record, server);
            self.rungs[at].server_state = now.map(|now| (now, record.n));
            self.rungs[at].n = record.n;
        }
        self.server = now;
    }

    /// A socket that was never connected is in CLOSE: that is no news.
    fn client_is_known(&self, now: Option<Moved>) -> bool {
        let begins = self.client.is_none() || self.client == Some(Moved::Gone);
        !(begins && matches!(now, None | Some(Moved::Gone | Moved::To(TcpState::Close))))
    }

    fn beside(&mut self, record: &Record, touched: Touched) -> usize {
        touched.arrival.or(touched.departure).unwrap_or_else(|| {
            self.push(Rung {
                n: record.n,
                at_us: record.at_us,
                ..Rung::default()
            })
        })
    }
}
