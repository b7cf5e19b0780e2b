//! One client on the lab wire and what stands at its other end: the lines that each thing that happens to them makes or changes.

use super::lines::Lines;
use super::{Moved, Part, Passage, Rung};
use crate::model::call::{Call, CallFact};
use crate::model::ids::Row;
use crate::model::notation;
use crate::model::packet::segment::Direction;
use crate::model::record::{Event, Look, Record, WireEnd, Witness};
use crate::model::tcp::TcpState;
use crate::model::wire::{Change, Entry, Fate, Number, Origin, What};
use std::collections::HashMap;

/// The lines of one record that touch one side.
#[derive(Clone, Copy, Debug, Default)]
struct Side {
    arrival: Option<usize>,
    departure: Option<usize>,
}

/// The lines of one record that touch the two sides.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Touched {
    client: Side,
    server: Side,
}

impl Touched {
    /// Of a packet that goes this way: its sender's side and its receiver's.
    fn ends(&mut self, direction: Direction) -> (&mut Side, &mut Side) {
        match direction {
            Direction::ToServer => (&mut self.client, &mut self.server),
            Direction::ToClient => (&mut self.server, &mut self.client),
        }
    }
}

/// Where a packet left its kernel last, and where that copy is.
#[derive(Clone, Copy, Debug)]
struct Departure {
    line: usize,
    fate: Fate,
    /// It was made by hand, and this line says that it arrives.
    made: bool,
}

/// What is known of the client's socket.
#[derive(Clone, Debug, Default)]
struct Known {
    /// The accepted socket at the other end.
    partner: Option<Row>,
    /// Where each packet left last.
    left: HashMap<Number, Departure>,
    look: Look,
    client: Option<Moved>,
    server: Option<Moved>,
    watched: bool,
    /// How often epoll_wait had no news, if that is the last line.
    quiet: u32,
}

/// A client's row on the lab wire.
#[derive(Clone, Debug)]
pub(super) struct Connection {
    row: Row,
    /// The port of its own by which its packets are known.
    port: Option<u16>,
    /// The port that the record tells which is being taken in.
    told: Option<u16>,
    known: Known,
    pub(super) lines: Lines,
}

fn line(record: &Record) -> Rung {
    Rung {
        n: record.n,
        at_us: record.at_us,
        ..Rung::default()
    }
}

impl Connection {
    /// Before the record at this place.
    pub(super) fn new(row: Row, at: usize) -> Connection {
        Connection {
            row,
            port: None,
            told: None,
            known: Known::default(),
            lines: Lines::new(at),
        }
    }

    /// Whatever comes now is of the record at this place, which tells this port.
    pub(super) fn stand_at(&mut self, place: usize, told: Option<u16>) {
        self.lines.stand_at(place);
        self.told = told;
        self.port = told.or(self.port);
    }

    /// The port of its own.
    pub(super) fn port(&self) -> Option<u16> {
        self.port
    }

    /// A new socket, and a new ladder. The port of the one before it means nothing any more.
    pub(super) fn begin(&mut self) {
        self.port = self.told;
        self.known = Known::default();
        self.lines.begin();
    }

    /// Forgets what only records before this place speak of.
    pub(super) fn forget(&mut self, before: usize) {
        self.lines.forget(before);
        let first = self.lines.first();
        self.known.left.retain(|_, left| left.line >= first);
    }

    /// The accepted socket at the other end.
    pub(super) fn partner(&self) -> Option<Row> {
        self.known.partner
    }

    /// What came out of accept(2) for it.
    pub(super) fn accepted(&mut self, row: Row) {
        self.known.partner = Some(row);
    }

    /// Whether the learner's poll watches it.
    pub(super) fn is_watched(&self) -> bool {
        self.known.watched
    }

    fn push(&mut self, rung: Rung) -> usize {
        self.known.quiet = 0;
        self.lines.push(rung)
    }

    /// A call that the program made on it.
    pub(super) fn program_called(&mut self, fact: &CallFact, record: &Record) {
        match &fact.call {
            Call::EpollCtl { .. } => self.known.watched = true,
            Call::Socket { .. } => self.begin(),
            Call::SetNonblocking { .. } | Call::Bind { .. } => {}
            call => {
                if matches!(call, Call::Close { .. }) {
                    // What TCP_INFO said of the descriptor says nothing any more.
                    self.known.look.tcp = Witness::NotAsked;
                }
                self.push(Rung {
                    client_call: Some(notation::brief(fact)),
                    ..line(record)
                });
            }
        }
    }

    /// A call that the server made on the other end.
    pub(super) fn server_called(&mut self, fact: &CallFact, record: &Record) {
        if !matches!(fact.call, Call::EpollCtl { .. }) {
            self.push(Rung {
                server_call: Some(notation::brief(fact)),
                ..line(record)
            });
        }
    }

    /// The learner's poll. Polls without news fold into one line.
    pub(super) fn polled(&mut self, record: &Record) {
        let ours = |event: &&Event| event.row == self.row && event.stale.is_none();
        if let Some(event) = record.events.iter().find(ours) {
            let told = notation::letters(event.readiness);
            self.push(Rung {
                client_call: Some(format!("epoll_wait: {told}")),
                ..line(record)
            });
            return;
        }
        let times = self.known.quiet + 1;
        let count = match times {
            1 => String::new(),
            times => format!(" x{times}"),
        };
        let rung = Rung {
            client_call: Some(format!("epoll_wait: no news{count}")),
            ..line(record)
        };
        match self.lines.last().filter(|_| times > 1) {
            Some(before) => self.lines.edit(before, |before| *before = rung),
            None => {
                self.push(rung);
            }
        }
        self.known.quiet = times;
    }

    /// Something that happened to one of its packets.
    pub(super) fn packet(
        &mut self,
        change: &Change,
        entry: &Entry,
        record: &Record,
        touched: &mut Touched,
    ) {
        let number = change.number;
        let (sender, receiver) = touched.ends(entry.segment.direction);
        let new = |part| Rung {
            at_us: change.at_us,
            passage: Some(Passage {
                number,
                part,
                sent: 1,
                sent_n: record.n,
            }),
            ..line(record)
        };
        let left = self.known.left.get(&number).copied();
        let was_in_hand = left.is_some_and(|left| left.fate.is_in_hand());
        let fate = left.map_or(Fate::Held, |left| left.fate.after(&change.what));
        if let Some(left) = self.known.left.get_mut(&number) {
            left.fate = fate;
        }
        let leaves = |this: &mut Connection, part, made| {
            let line = this.push(new(part));
            let left = Departure { line, fate, made };
            this.known.left.insert(number, left);
            line
        };
        match &change.what {
            What::Appeared { origin, .. } => match origin {
                Origin::Kernel => sender.departure = Some(leaves(self, Part::Held, false)),
                Origin::Injected => receiver.arrival = Some(leaves(self, Part::Made, true)),
            },
            // A copy of what is not in the hand any more and now is leaves once more.
            What::SentAgain if !was_in_hand && fate.is_in_hand() => {
                sender.departure = Some(leaves(self, Part::Held, false));
            }
            What::SentAgain => self.edit(left, record, |passage| {
                passage.sent = passage.sent.saturating_add(1);
                passage.sent_n = record.n;
            }),
            What::Waits(due) => self.part(left, record, Part::Waits(*due)),
            What::Dropped => self.part(left, record, Part::Dropped),
            What::Swallowed => self.part(left, record, Part::Swallowed),
            What::LetGo(_) if left.is_some_and(|left| left.made) => {}
            What::LetGo(_) if entry.origin == Origin::Injected => {
                receiver.arrival = Some(self.push(new(Part::Arrives)));
            }
            What::LetGo(_) => {
                let line = left.map(|left| left.line);
                if was_in_hand && line == self.lines.last() {
                    self.part(left, record, Part::Passes);
                    receiver.arrival = line;
                } else {
                    self.part(left, record, Part::Leaves);
                    receiver.arrival = Some(self.push(new(Part::Arrives)));
                }
            }
            What::Repeated(_) => receiver.arrival = Some(self.push(new(Part::ArrivesAgain))),
            // It was said to arrive, and did not.
            What::NotWritten(errno) if left.is_some_and(|left| left.made) => {
                receiver.arrival = None;
                self.part(left, record, Part::NotWritten(*errno));
                if let Some(left) = self.known.left.get_mut(&number) {
                    left.made = false;
                }
            }
            What::NotWritten(errno) => {
                if left.is_some_and(|left| left.fate != fate) {
                    self.part(left, record, Part::Held);
                }
                self.push(new(Part::NotWritten(*errno)));
            }
            What::Moved(..) => {}
        }
    }

    fn part(&mut self, left: Option<Departure>, record: &Record, part: Part) {
        self.edit(left, record, |passage| passage.part = part);
    }

    fn edit(
        &mut self,
        left: Option<Departure>,
        record: &Record,
        change: impl FnOnce(&mut Passage),
    ) {
        let Some(left) = left else { return };
        self.lines.edit(left.line, |rung| {
            if let Some(passage) = &mut rung.passage {
                rung.n = record.n;
                change(passage);
            }
        });
    }

    /// What the witnesses say of it.
    pub(super) fn looked(&mut self, look: &Look) {
        self.known.look.merge(look);
    }

    /// Writes the states that both ends moved to beside what moved them.
    pub(super) fn states(&mut self, record: &Record, touched: Touched) {
        let of = |end: Witness<WireEnd>| match end {
            Witness::Says(end) => Some(Moved::To(end.state)),
            Witness::NoAnswer => Some(Moved::Gone),
            Witness::NotAsked | Witness::BadDescriptor => None,
        };
        let look = &self.known.look;
        // The kernel's TCP state of the descriptor, if the connection itself is known no more.
        let descriptor = look.tcp.answer().map(|tcp| Moved::To(tcp.state));
        let client = match of(look.client()) {
            Some(Moved::Gone) | None => descriptor.or(of(look.client())),
            known => known,
        };
        let server = of(look.server());
        if client != self.known.client && self.client_is_known(client) {
            self.beside(record, touched.client, |rung| {
                rung.client_state = client.map(|now| (now, record.n));
            });
        }
        self.known.client = client;
        let begins = self.known.server.is_none();
        if server != self.known.server && !(begins && server == Some(Moved::Gone)) {
            self.beside(record, touched.server, |rung| {
                rung.server_state = server.map(|now| (now, record.n));
            });
        }
        self.known.server = server;
    }

    /// A socket that was never connected is in CLOSE: that is no news.
    fn client_is_known(&self, now: Option<Moved>) -> bool {
        let begins = matches!(self.known.client, None | Some(Moved::Gone));
        !(begins && matches!(now, None | Some(Moved::Gone | Moved::To(TcpState::Close))))
    }

    fn beside(&mut self, record: &Record, side: Side, change: impl FnOnce(&mut Rung)) {
        let known = side.arrival.or(side.departure);
        let at = known.unwrap_or_else(|| self.push(line(record)));
        self.lines.edit(at, |rung| {
            rung.n = record.n;
            change(rung);
        });
    }
}
