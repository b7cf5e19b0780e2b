//! The ladders of a session: which record, call, packet and look belongs to which connection.

use super::LadderRow;
use super::connection::{LadderConnection, TouchedLines};
use crate::model::addr::Addr;
use crate::model::call::{Call, CallFact, CalledBy, Out};
use crate::model::ids::Row;
use crate::model::record::{Change, PacketFact, Record, Role};
use crate::model::wire::{PacketEntry, PacketEvent};
use crate::model::world::World;
use std::borrow::Borrow;
use std::collections::{BTreeMap, BTreeSet};

/// Of the packets of one record so many are shown, the last ones.
const OF_ONE: usize = 200;

/// The ladder of every client on the lab wire, at every place of the session.
#[derive(Clone, Debug, Default)]
pub struct Ladders {
    all: BTreeMap<Row, LadderConnection>,
    /// Who has or had a port, by which packets and accepted sockets are known.
    ports: BTreeMap<u16, BTreeSet<Row>>,
    /// Whose other end an accepted socket is.
    partners: BTreeMap<Row, BTreeSet<Row>>,
}

/// The addresses' port at the other end that accept(2) reported.
fn accepted_from(fact: &CallFact) -> Option<u16> {
    let out = fact.outcome.as_ref()?.out.as_ref()?;
    match (&fact.call, out) {
        (Call::Accept { .. }, Out::Addr(from)) => from.port(),
        _ => None,
    }
}

/// Whether there was a packet of this port before this record.
fn was_on_the_wire(port: u16, record: &Record, world: &World) -> bool {
    let ours = |entry: &&PacketEntry| entry.flow.is_some_and(|flow| flow.client.port() == port);
    let Some(first) = world.wire.entries().iter().find(ours) else {
        return false;
    };
    let appears = |fact: &PacketFact| {
        fact.change.number == first.number
            && matches!(fact.change.what, PacketEvent::Appeared { .. })
    };
    !record.packets.iter().any(appears)
}

impl Ladders {
    /// None.
    pub fn new() -> Ladders {
        Ladders::default()
    }

    /// Takes in the record at this place with the world after it. `earlier` are the records before it, as far as they are kept: they are
    /// looked through once more if a socket's port becomes known only now, after its packets.
    pub fn take_in<R: Borrow<Record>>(
        &mut self,
        at: usize,
        record: &Record,
        world: &World,
        earlier: &[R],
    ) {
        for change in &record.changes {
            if let Change::Added { row, target, .. } = change
                && target.place.wire().is_some()
                && world.row(*row).is_some()
            {
                let begun = || LadderConnection::new(*row, at);
                self.all.entry(*row).or_insert_with(begun);
            }
        }
        if self.all.is_empty() {
            return;
        }
        let late = self.ports(at, record, world);
        self.update_ladders(record, world, None);
        for row in late {
            if let Some(connection) = self.all.get_mut(&row) {
                connection.begin();
            }
            for record in earlier {
                self.update_ladders(record.borrow(), world, Some(row));
            }
            self.update_ladders(record, world, Some(row));
        }
    }

    /// Learns which port each socket has, and says of whom there were packets before.
    fn ports(&mut self, at: usize, record: &Record, world: &World) -> Vec<Row> {
        for connection in self.all.values_mut() {
            connection.stand_at(at, None);
        }
        let mut late = Vec::new();
        for (row, _) in &record.looks {
            let local = world.row(*row).and_then(|row| row.look.local.as_ref());
            let (Some(port), Some(connection)) = (
                local.and_then(Addr::port).filter(|port| *port != 0),
                self.all.get_mut(row),
            ) else {
                continue;
            };
            let is_new = connection.port() != Some(port);
            connection.stand_at(at, Some(port));
            if is_new {
                self.ports.entry(port).or_default().insert(*row);
                if was_on_the_wire(port, record, world) {
                    late.push(*row);
                }
            }
        }
        late
    }

    /// Writes into the connections, or into one of them, what a record says of them.
    fn update_ladders(&mut self, record: &Record, world: &World, only: Option<Row>) {
        let mut touched: BTreeMap<Row, TouchedLines> = BTreeMap::new();
        for change in &record.changes {
            if let Change::Appeared {
                row,
                role: Role::Accepted { .. },
                addr: Some(from),
                ..
            } = change
            {
                for client in self.with_port(from.port(), only) {
                    self.partners.entry(*row).or_default().insert(client);
                    self.to(client, |connection| connection.accepted(*row));
                }
            }
        }
        for fact in &record.calls {
            self.call(fact, record, only, &mut touched);
        }
        let skip = record.packets.len().saturating_sub(OF_ONE);
        for fact in &record.packets[skip..] {
            let Some(entry) = world.wire.get(fact.change.number) else {
                continue;
            };
            let port = entry.flow.map(|flow| flow.client.port());
            for row in self.with_port(port, only) {
                let touched = touched.entry(row).or_default();
                self.to(row, |connection| {
                    connection.packet(&fact.change, entry, record, touched);
                });
            }
        }
        for (row, look) in &record.looks {
            if only.is_none_or(|only| only == *row) && self.all.contains_key(row) {
                touched.entry(*row).or_default();
                self.to(*row, |connection| connection.looked(look));
            }
        }
        for (row, touched) in touched {
            self.to(row, |connection| connection.states(record, touched));
        }
    }

    fn to(&mut self, row: Row, update: impl FnOnce(&mut LadderConnection)) {
        if let Some(connection) = self.all.get_mut(&row) {
            update(connection);
        }
    }

    /// Whose port this is.
    fn with_port(&self, port: Option<u16>, only: Option<Row>) -> Vec<Row> {
        let rows = port.and_then(|port| self.ports.get(&port));
        let rows = rows.into_iter().flatten().copied();
        rows.filter(|row| only.is_none_or(|only| only == *row))
            .filter(|row| self.all.get(row).is_some_and(|it| it.port() == port))
            .collect()
    }

    fn call(
        &mut self,
        fact: &CallFact,
        record: &Record,
        only: Option<Row>,
        touched: &mut BTreeMap<Row, TouchedLines>,
    ) {
        let meant = |row: &Row| only.is_none_or(|only| only == *row);
        match (fact.by, &fact.call) {
            (CalledBy::Program, Call::EpollWait { .. }) => {
                let all = self.all.iter_mut().filter(|(row, _)| meant(row));
                all.filter(|(_, connection)| connection.is_watched())
                    .for_each(|(_, connection)| connection.polled(record));
            }
            (CalledBy::Program, _) => {
                if let Some(row) = fact.row.filter(meant)
                    && let Some(connection) = self.all.get_mut(&row)
                {
                    connection.program_called(fact, record);
                    touched.entry(row).or_default();
                }
            }
            (CalledBy::Peer, _) => {
                for row in self.clients_of(fact, only) {
                    self.to(row, |connection| connection.server_called(fact, record));
                }
            }
            (CalledBy::Lab | CalledBy::Library, _) => {}
        }
    }

    /// Whose other end a server's call is about.
    fn clients_of(&self, fact: &CallFact, only: Option<Row>) -> Vec<Row> {
        if let Some(port) = accepted_from(fact) {
            return self.with_port(Some(port), only);
        }
        let Some(end) = fact.row else {
            return Vec::new();
        };
        let clients = self.partners.get(&end).into_iter().flatten().copied();
        clients
            .filter(|row| only.is_none_or(|only| only == *row))
            .filter(|row| {
                self.all
                    .get(row)
                    .is_some_and(|it| it.partner() == Some(end))
            })
            .collect()
    }

    /// The ladder of a row as it was after the record at this place, oldest line first.
    pub fn of(
        &self,
        row: Row,
        place: usize,
    ) -> Option<impl DoubleEndedIterator<Item = &LadderRow> + ExactSizeIterator> {
        Some(self.all.get(&row)?.lines.of(place))
    }

    /// Forgets what only records before this place speak of.
    pub fn forget(&mut self, before: usize) {
        for connection in self.all.values_mut() {
            connection.forget(before);
        }
    }

    /// What they take, in bytes, about.
    pub fn heap_size(&self) -> usize {
        let lines = self
            .all
            .values()
            .map(|connection| connection.lines.heap_size());
        lines.sum()
    }
}
