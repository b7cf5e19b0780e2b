//! Whose kernel sent the RST that ended a connection after both of its directions were shut: kept where calls or packets prove it.

use crate::model::addr::Addr;
use crate::model::call::{Call, CallFact, CalledBy};
use crate::model::ids::Row;
use crate::model::packet::segment::{Direction, SegmentKind};
use crate::model::record::PacketFact;
use crate::model::socket::Happened;
use crate::model::wire::{Origin, PacketEvent};
use crate::model::world::{RowState, World};

/// Both directions shut by the program.
const BOTH: Happened = Happened::SHUT_READ.union(Happened::SHUT_WRITE);

impl World {
    /// The socket at the other end of a call that sends or closes, if that socket has shut both directions and is connected; on the lab wire
    /// packets tell more than calls.
    pub(super) fn shut_at_the_other_end(&self, fact: &CallFact) -> Option<Row> {
        let ends = matches!(
            fact.call,
            Call::Send { .. } | Call::SendUrgent { .. } | Call::Close { .. }
        );
        let state = self.row(fact.row?).filter(|_| ends)?;
        let is_own = fact
            .call
            .fd()
            .is_some_and(|fd| state.current().has_name(fd));
        let other = match is_own {
            true => self.row(self.partner(state)?)?,
            // A peer without a row of its own acts under the row that it was made for.
            false if fact.by == CalledBy::Peer => state,
            false => return None,
        };
        (is_shut(other) && other.wire().is_none()).then_some(other.row)
    }

    /// Takes in what such a call did: data that nobody will read makes the kernel there send a RST, and who closes with SO_LINGER 0 sends one.
    pub(super) fn reset_by_call(&mut self, fact: &CallFact, other: Row) {
        let outcome = fact.outcome.as_ref().filter(|done| done.errno.is_none());
        let Some(outcome) = outcome else { return };
        let lingers = || {
            let state = fact.row.filter(|row| *row != other);
            let state = state.and_then(|row| self.row(row));
            state.is_some_and(|state| {
                state
                    .current()
                    .past
                    .happened
                    .contains(Happened::LINGER_ZERO)
            })
        };
        let what = match fact.call {
            Call::Close { .. } if lingers() => Happened::RESET_THERE,
            Call::Close { .. } => return,
            _ if outcome.ret > 0 => Happened::RESET_HERE,
            _ => return,
        };
        self.note_reset(other, what);
    }

    /// Takes in a packet: a RST that one of the two kernels has made.
    pub(super) fn reset_by_packet(&mut self, packet: &PacketFact) {
        let PacketEvent::Appeared {
            flow: Some(flow),
            segment,
            origin: Origin::Kernel,
        } = &packet.change.what
        else {
            return;
        };
        if segment.kind != SegmentKind::Rst || segment.direction != Direction::ToServer {
            return;
        }
        let port = flow.client.port();
        let local = |row: &RowState| row.look.local.as_ref().and_then(Addr::port);
        let mut rows = self.present().filter(|row| row.wire().is_some());
        let row = rows.find(|row| local(row) == Some(port) && is_shut(row));
        let row = row.map(|row| row.row);
        drop(rows);
        if let Some(row) = row {
            self.note_reset(row, Happened::RESET_HERE);
        }
    }

    /// The first RST ends the connection: of what comes later nothing is said.
    fn note_reset(&mut self, row: Row, what: Happened) {
        if let Some(state) = self.row_mut(row) {
            let happened = &mut state.current_mut().past.happened;
            if !happened.intersects(Happened::RESET_HERE | Happened::RESET_THERE) {
                *happened |= what;
            }
        }
    }
}

fn is_shut(row: &RowState) -> bool {
    let attempt = row.current();
    attempt.past.happened.contains(BOTH | Happened::CONNECTED)
        && attempt.past.taken.is_none()
        && !attempt.past.happened.contains(Happened::CANCELLED)
        && attempt
            .addr
            .as_ref()
            .is_none_or(|addr| addr.family() != crate::model::addr::Family::Unix)
}
