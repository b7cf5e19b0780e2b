//! Which records speak of a row.

use crate::model::addr::Addr;
use crate::model::call::CallFact;
use crate::model::ids::Row;
use crate::model::record::{
    Answer, Change, Event, Look, PacketFact, Record, Role, StageChange, TcpFacts, WireEnd, WireEnds,
};
use crate::model::tcp::TcpState;
use crate::model::wire::Wire;
use crate::model::world::World;

/// Takes records one after the other, and says which of them speak of a row: it entered a stage, had an event, was called on, was added,
/// removed, begun again or changed, a packet of its connection moved, or the looks say something else of it. Times that go on are
/// nothing else.
#[derive(Clone, Debug)]
pub struct RowMentions<'a> {
    row: Row,
    /// Whether it is on the lab wire. Elsewhere its port says nothing about packets.
    on_the_wire: bool,
    /// It came out of accept(2): its connection is known by the client's address for as long as it lives.
    accepted: bool,
    /// The client's port of its connection, once that is known.
    port: Option<u16>,
    /// What the looks said last.
    look: Look,
    /// Which connection each packet belongs to.
    wire: &'a Wire,
}

impl<'a> RowMentions<'a> {
    /// One that takes the records behind the world `before`. `later` knows every packet that will be spoken of.
    pub fn new(row: Row, before: &World, later: &'a World) -> RowMentions<'a> {
        let state = later.row(row);
        let client = match state.map(|state| state.role) {
            Some(Role::Accepted { of } | Role::Peer { of }) => later.row(of),
            Some(Role::Client) | None => state,
        };
        let accepted = state.filter(|state| matches!(state.role, Role::Accepted { of: _ }));
        let look = before.row(row).map(|state| state.look.clone());
        let look = look.unwrap_or_default();
        let port = match accepted {
            Some(state) => state.current().addr.as_ref(),
            None => look.local.as_ref(),
        };
        RowMentions {
            row,
            on_the_wire: client.is_some_and(|client| client.wire().is_some()),
            accepted: accepted.is_some(),
            port: port.and_then(Addr::port),
            look,
            wire: &later.wire,
        }
    }

    /// Whether the next record speaks of the row.
    pub fn mentions(&mut self, record: &Record) -> bool {
        let Record {
            n: _,
            tick: _,
            // What it did is in all the rest.
            cause: _,
            at_us: _,
            changes,
            calls,
            events,
            // They are about all packets.
            rules: _,
            packets,
            // They are about the program.
            tasks: _,
            said: _,
            looks,
            looked: _,
            stages,
            // Nothing follows from what is not understood.
            unknown: _,
        } = record;
        let row = self.row;
        if changes.contains(&Change::Restarted { row }) {
            // It has another connection from now on.
            self.port = None;
            self.look = Look::default();
        }
        let looked = looks
            .iter()
            .filter(|(of, _)| *of == row)
            .fold(false, |mentioned, (_, look)| self.sees(look) || mentioned);
        let entered = |change: &StageChange| {
            let StageChange {
                row: of,
                target: _,
                stage: _,
                failure: _,
            } = change;
            *of == row
        };
        let reported = |event: &Event| {
            let Event {
                row: of,
                stale: _,
                readiness: _,
            } = event;
            *of == row
        };
        let called = |fact: &CallFact| {
            let CallFact {
                row: of,
                id: _,
                call: _,
                by: _,
                outcome: _,
                woken: _,
                made: _,
            } = fact;
            *of == Some(row)
        };
        looked
            || stages.iter().any(entered)
            || events.iter().any(reported)
            || calls.iter().any(called)
            || changes.iter().any(|change| concerns(change, row))
            || packets.iter().any(|packet| self.owns(packet))
    }

    /// Whether a packet is one of the row's connection.
    fn owns(&self, packet: &PacketFact) -> bool {
        let PacketFact { change, bytes: _ } = packet;
        let flow = self
            .wire
            .get(change.number)
            .and_then(|entry| entry.flow.as_ref());
        self.on_the_wire && self.port.is_some() && flow.map(|flow| flow.client.port()) == self.port
    }

    /// Takes in what the looks say, and whether it is something else than times.
    fn sees(&mut self, look: &Look) -> bool {
        if let (Some(local), false) = (&look.local, self.accepted) {
            self.port = local.port();
        }
        let before = answers(&self.look);
        self.look.merge(look);
        answers(&self.look) != before
    }
}

/// What the looks say, without times and counts of times.
fn answers(look: &Look) -> impl PartialEq + use<> {
    let Look {
        poll,
        epoll,
        select,
        tcp,
        queue,
        ends,
        file,
        // A call gave it its address.
        local: _,
        strangers,
    } = look;
    let tcp = tcp.answer().map(|facts| {
        let TcpFacts {
            state,
            retransmits: _,
            rto_us: _,
            rtt_us: _,
            unacked,
            sacked: _,
            due_us: _,
            gives_up_us: _,
        } = facts;
        // Of a listener that is the length of its queue.
        (state, (state == TcpState::Listen).then_some(unacked))
    });
    let ends = ends.as_deref();
    let ends = ends.map(|WireEnds { client, server }| [state_of(client), state_of(server)]);
    let file = file.as_deref().copied();
    (*poll, *epoll, *select, tcp, *queue, ends, file, *strangers)
}

/// The state, without its timers.
fn state_of(end: &Answer<WireEnd>) -> Option<TcpState> {
    let WireEnd {
        state,
        retransmits: _,
        due_us: _,
        gives_up_us: _,
    } = end.answer()?;
    Some(state)
}

fn concerns(change: &Change, wanted: Row) -> bool {
    match change {
        Change::Added {
            row,
            target: _,
            addresses: _,
            interest: _,
            mode: _,
        }
        | Change::Appeared {
            row,
            target: _,
            // The peer is another socket than the one for which it was made.
            role: _,
            fd: _,
            stage: _,
            addr: _,
            interest: _,
            mode: _,
        }
        | Change::Mode { row, mode: _ }
        | Change::ByHand { row, switch: _ }
        | Change::Deadline { row, at_us: _ }
        | Change::Race { row, delay: _ }
        | Change::Races { row, of: _ }
        | Change::Due { row, at_us: _ }
        | Change::Removed { row }
        | Change::Restarted { row }
        | Change::Named {
            row,
            target: _,
            addr: _,
        }
        | Change::Asked { row, interest: _ }
        | Change::Names { row, names: _ }
        | Change::Interest { row, interest: _ } => *row == wanted,
        Change::Autodrain(_) => false,
    }
}

#[cfg(test)]
mod tests;
