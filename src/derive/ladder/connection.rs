//! One client on the lab wire and what stands at its other end: the lines that each thing that happens to them makes or changes.

use super::lines::LadderLines;
use super::{EndChange, LadderPart, LadderRow, Transit};
use crate::model::call::{Call, CallFact};
use crate::model::ids::Row;
use crate::model::notation;
use crate::model::packet::segment::Direction;
use crate::model::record::{Answer, Event, Look, Record, WireEnd};
use crate::model::tcp::TcpState;
use crate::model::wire::{
    Origin, PacketChange, PacketEntry, PacketEvent, PacketNumber, PacketStatus,
};
use std::collections::HashMap;

/// The lines of one record that touch one side.
#[derive(Clone, Copy, Debug, Default)]
struct SideLines {
    arrival: Option<usize>,
    departure: Option<usize>,
}

/// The lines of one record that touch the two sides.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct TouchedLines {
    client: SideLines,
    server: SideLines,
}

impl TouchedLines {
    /// Of a packet that goes this way: its sender's side and its receiver's.
    fn ends(&mut self, direction: Direction) -> (&mut SideLines, &mut SideLines) {
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
    status: PacketStatus,
    /// It was made by hand, and this line says that it arrives.
    made: bool,
}

/// What is known of the client's socket.
#[derive(Clone, Debug, Default)]
struct ClientSocket {
    /// The accepted socket at the other end.
    partner: Option<Row>,
    /// Where each packet left last.
    left: HashMap<PacketNumber, Departure>,
    look: Look,
    client: Option<EndChange>,
    server: Option<EndChange>,
    watched: bool,
    /// How often epoll_wait had no event, if that is the last line.
    quiet: u32,
}

/// A client's row on the lab wire.
#[derive(Clone, Debug)]
pub(super) struct LadderConnection {
    row: Row,
    /// The port of its own by which its packets are known.
    port: Option<u16>,
    /// The port that the record tells which is being taken in.
    reported: Option<u16>,
    known: ClientSocket,
    pub(super) lines: LadderLines,
}

fn line(record: &Record) -> LadderRow {
    LadderRow {
        n: record.n,
        at_us: record.at_us,
        ..LadderRow::default()
    }
}

impl LadderConnection {
    /// Before the record at this place.
    pub(super) fn new(row: Row, at: usize) -> LadderConnection {
        LadderConnection {
            row,
            port: None,
            reported: None,
            known: ClientSocket::default(),
            lines: LadderLines::new(at),
        }
    }

    /// Whatever comes now is of the record at this place, which tells this port.
    pub(super) fn stand_at(&mut self, place: usize, reported: Option<u16>) {
        self.lines.stand_at(place);
        self.reported = reported;
        self.port = reported.or(self.port);
    }

    /// The port of its own.
    pub(super) fn port(&self) -> Option<u16> {
        self.port
    }

    /// A new socket, and a new ladder. The port of the one before it means nothing any more.
    pub(super) fn begin(&mut self) {
        self.port = self.reported;
        self.known = ClientSocket::default();
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

    /// Whether the program's poll watches it.
    pub(super) fn is_watched(&self) -> bool {
        self.known.watched
    }

    fn push(&mut self, ladder_row: LadderRow) -> usize {
        self.known.quiet = 0;
        self.lines.push(ladder_row)
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
                    self.known.look.tcp = Answer::NotAsked;
                }
                self.push(LadderRow {
                    client_call: Some(notation::brief(fact)),
                    ..line(record)
                });
            }
        }
    }

    /// A call that the server made on the other end.
    pub(super) fn server_called(&mut self, fact: &CallFact, record: &Record) {
        if !matches!(fact.call, Call::EpollCtl { .. }) {
            self.push(LadderRow {
                server_call: Some(notation::brief(fact)),
                ..line(record)
            });
        }
    }

    /// The program's poll. Polls without an event fold into one line.
    pub(super) fn polled(&mut self, record: &Record) {
        let ours = |event: &&Event| event.row == self.row && event.stale.is_none();
        if let Some(event) = record.events.iter().find(ours) {
            let reported = notation::letters(event.readiness);
            self.push(LadderRow {
                client_call: Some(format!("epoll_wait: {reported}")),
                ..line(record)
            });
            return;
        }
        let times = self.known.quiet + 1;
        let count = match times {
            1 => String::new(),
            times => format!(" x{times}"),
        };
        let ladder_row = LadderRow {
            client_call: Some(format!("epoll_wait: no event{count}")),
            ..line(record)
        };
        match self.lines.last().filter(|_| times > 1) {
            Some(before) => self.lines.edit(before, |before| *before = ladder_row),
            None => {
                self.push(ladder_row);
            }
        }
        self.known.quiet = times;
    }

    /// Something that happened to one of its packets.
    pub(super) fn packet(
        &mut self,
        change: &PacketChange,
        entry: &PacketEntry,
        record: &Record,
        touched: &mut TouchedLines,
    ) {
        let number = change.number;
        let (sender, receiver) = touched.ends(entry.segment.direction);
        let new = |part| LadderRow {
            at_us: change.at_us,
            transit: Some(Transit {
                number,
                part,
                sent: 1,
                sent_n: record.n,
            }),
            ..line(record)
        };
        let left = self.known.left.get(&number).copied();
        let was_held = left.is_some_and(|left| left.status.is_held());
        let status = left.map_or(PacketStatus::Held, |left| left.status.after(&change.what));
        if let Some(left) = self.known.left.get_mut(&number) {
            left.status = status;
        }
        let leaves = |this: &mut LadderConnection, part, made| {
            let line = this.push(new(part));
            let left = Departure { line, status, made };
            this.known.left.insert(number, left);
            line
        };
        match &change.what {
            PacketEvent::Appeared { origin, .. } => match origin {
                Origin::Kernel => sender.departure = Some(leaves(self, LadderPart::Held, false)),
                Origin::Injected => receiver.arrival = Some(leaves(self, LadderPart::Made, true)),
            },
            // A copy of what is not held any more and now is leaves once more.
            PacketEvent::SentAgain if !was_held && status.is_held() => {
                sender.departure = Some(leaves(self, LadderPart::Held, false));
            }
            PacketEvent::SentAgain => self.edit(left, record, |transit| {
                transit.sent = transit.sent.saturating_add(1);
                transit.sent_n = record.n;
            }),
            PacketEvent::Waits(due) => self.part(left, record, LadderPart::Waits(*due)),
            PacketEvent::Dropped => self.part(left, record, LadderPart::Dropped),
            PacketEvent::Swallowed => self.part(left, record, LadderPart::Swallowed),
            PacketEvent::LetGo(_) if left.is_some_and(|left| left.made) => {}
            PacketEvent::LetGo(_) if entry.origin == Origin::Injected => {
                receiver.arrival = Some(self.push(new(LadderPart::Arrives)));
            }
            PacketEvent::LetGo(_) => {
                let line = left.map(|left| left.line);
                if was_held && line == self.lines.last() {
                    self.part(left, record, LadderPart::Passes);
                    receiver.arrival = line;
                } else {
                    self.part(left, record, LadderPart::Leaves);
                    receiver.arrival = Some(self.push(new(LadderPart::Arrives)));
                }
            }
            PacketEvent::Repeated(_) => {
                receiver.arrival = Some(self.push(new(LadderPart::ArrivesAgain)));
            }
            // It was said to arrive, and did not.
            PacketEvent::NotWritten(errno) if left.is_some_and(|left| left.made) => {
                receiver.arrival = None;
                self.part(left, record, LadderPart::NotWritten(*errno));
                if let Some(left) = self.known.left.get_mut(&number) {
                    left.made = false;
                }
            }
            PacketEvent::NotWritten(errno) => {
                if left.is_some_and(|left| left.status != status) {
                    self.part(left, record, LadderPart::Held);
                }
                self.push(new(LadderPart::NotWritten(*errno)));
            }
            PacketEvent::Moved(..) => {}
        }
    }

    fn part(&mut self, left: Option<Departure>, record: &Record, part: LadderPart) {
        self.edit(left, record, |transit| transit.part = part);
    }

    fn edit(
        &mut self,
        left: Option<Departure>,
        record: &Record,
        change: impl FnOnce(&mut Transit),
    ) {
        let Some(left) = left else { return };
        self.lines.edit(left.line, |ladder_row| {
            if let Some(transit) = &mut ladder_row.transit {
                ladder_row.n = record.n;
                change(transit);
            }
        });
    }

    /// What the looks say of it.
    pub(super) fn looked(&mut self, look: &Look) {
        self.known.look.merge(look);
    }

    /// Writes the states that both ends moved to beside what moved them.
    pub(super) fn states(&mut self, record: &Record, touched: TouchedLines) {
        let of = |end: Answer<WireEnd>| match end {
            Answer::Says(end) => Some(EndChange::To(end.state)),
            Answer::NoAnswer => Some(EndChange::Gone),
            Answer::NotAsked | Answer::BadDescriptor => None,
        };
        let look = &self.known.look;
        // The kernel's TCP state of the descriptor, if the connection itself is known no more.
        let descriptor = look.tcp.answer().map(|tcp| EndChange::To(tcp.state));
        let client = match of(look.client()) {
            Some(EndChange::Gone) | None => descriptor.or(of(look.client())),
            known => known,
        };
        let server = of(look.server());
        if client != self.known.client && self.client_is_known(client) {
            self.edit_side(record, touched.client, |ladder_row| {
                ladder_row.client_state = client.map(|now| (now, record.n));
            });
        }
        self.known.client = client;
        let begins = self.known.server.is_none();
        if server != self.known.server && !(begins && server == Some(EndChange::Gone)) {
            self.edit_side(record, touched.server, |ladder_row| {
                ladder_row.server_state = server.map(|now| (now, record.n));
            });
        }
        self.known.server = server;
    }

    /// A socket that was never connected is in CLOSE: that is no change.
    fn client_is_known(&self, now: Option<EndChange>) -> bool {
        let begins = matches!(self.known.client, None | Some(EndChange::Gone));
        !(begins
            && matches!(
                now,
                None | Some(EndChange::Gone | EndChange::To(TcpState::Close))
            ))
    }

    fn edit_side(&mut self, record: &Record, side: SideLines, change: impl FnOnce(&mut LadderRow)) {
        let known = side.arrival.or(side.departure);
        let at = known.unwrap_or_else(|| self.push(line(record)));
        self.lines.edit(at, |ladder_row| {
            ladder_row.n = record.n;
            change(ladder_row);
        });
    }
}
