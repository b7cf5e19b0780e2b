//! What the user asks of a peer: to accept, to listen, to fill or free its queue, to be played by hand.

use super::Lab;
use super::appearing::Appearing;
use super::log::Log;
use super::loopback;
use super::peer_end::{MAX_FILLERS, PeerEnd};
use super::peers::Arrival;
use super::staging;
use crate::model::call::{AcceptGives, Call, CallFact, CalledBy, Outcome};
use crate::model::command::AfterAccept;
use crate::model::ids::{Fd, Row};
use crate::model::refusal::Refusal;
use crate::os::call::Descriptors;

/// How a peer that is asked to accept does it.
pub fn accepts_how(then: AfterAccept) -> (Arrival, AcceptGives) {
    match then {
        AfterAccept::Keep => (Arrival::Accept, AcceptGives::NonBlocking),
        AfterAccept::Blocking => (Arrival::Accept, AcceptGives::Blocking),
        AfterAccept::Reset => (Arrival::AcceptAndReset, AcceptGives::NonBlocking),
    }
}

/// A peer, and the row by which somebody named it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NamedEnd {
    /// The row that was named: a refusal speaks of it.
    pub row: Row,
    /// The row whose peer it is.
    pub of: Row,
}

impl Lab {
    /// The peer that was named, with the row for which it was made.
    fn end(&mut self, named: NamedEnd) -> Result<(Row, &mut PeerEnd), Refusal> {
        let row = self.owner(named.of);
        let end = self.ends.get_mut(&row);
        Ok((row, end.ok_or(Refusal::NotOurs(named.row))?))
    }

    /// The same, if it listens.
    fn listening(&mut self, named: NamedEnd) -> Result<(Row, &mut PeerEnd), Refusal> {
        let (row, end) = self.end(named)?;
        end.listener().ok_or(Refusal::NobodyListens(named.row))?;
        Ok((row, end))
    }

    /// Whether somebody listens at the peer that was named.
    ///
    /// # Errors
    /// If nobody does.
    pub fn listens(&mut self, named: NamedEnd) -> Result<(), Refusal> {
        self.listening(named).map(|_| ())
    }

    /// One accept at the peer of a row, by hand.
    ///
    /// # Errors
    /// If nobody listens there.
    pub fn accept(
        &mut self,
        named: NamedEnd,
        arrival: Arrival,
        gives: AcceptGives,
        descriptors: &mut Descriptors,
        calls: &mut Vec<CallFact>,
    ) -> Result<Vec<Appearing>, Refusal> {
        let (row, end) = self.listening(named)?;
        let mut log = Log::new(descriptors, calls, row, false);
        end.accept_as(arrival, gives, &mut log);
        if end.hidden {
            return Ok(Vec::new());
        }
        Ok(end.appearing(row))
    }

    /// The row and the descriptor of a listener that stands in the list: whoever calls accept() on it may have to wait.
    pub fn listed_listener(&self, named: NamedEnd) -> Option<(Row, Fd)> {
        let end = self.ends.get(&self.owner(named.of))?;
        Some((end.row?, end.listener()?))
    }

    /// An accept() that was made elsewhere has returned on a peer's listener.
    pub fn took(
        &mut self,
        of: Row,
        outcome: &Outcome,
        arrival: Arrival,
        descriptors: &mut Descriptors,
        calls: &mut Vec<CallFact>,
    ) -> Vec<Appearing> {
        let Some(end) = self.ends.get_mut(&of) else {
            return Vec::new();
        };
        let mut log = Log::new(descriptors, calls, of, false);
        end.took(outcome, AcceptGives::Blocking, arrival, &mut log);
        end.appearing(of)
    }

    /// From now on the peer of a row does nothing that a key could do, and its sockets stand in the list; or the lab plays it again.
    ///
    /// # Errors
    /// If there is nothing to by hand.
    pub fn set_by_hand(
        &mut self,
        named: NamedEnd,
        by_hand: bool,
    ) -> Result<Vec<Appearing>, Refusal> {
        let (row, end) = self.end(named)?;
        if end.hidden {
            return Err(Refusal::Hidden(named.row));
        }
        end.socket().ok_or(Refusal::NotOurs(named.row))?;
        end.by_hand = by_hand;
        let mut all: Vec<Appearing> = end.socket_appearing(row).into_iter().collect();
        all.extend(end.appearing(row));
        Ok(all)
    }

    /// Listens at the peer of a row, with this backlog.
    ///
    /// # Errors
    /// If there is no socket to listen on.
    pub fn listen(
        &mut self,
        named: NamedEnd,
        backlog: u32,
        descriptors: &mut Descriptors,
        calls: &mut Vec<CallFact>,
    ) -> Result<(), Refusal> {
        let (row, end) = self.end(named)?;
        let fd = end.socket().ok_or(Refusal::NotOurs(named.row))?;
        let shown = end.row.unwrap_or(row);
        let mut log = Log::new(descriptors, calls, shown, false);
        let outcome = log.make(CalledBy::Peer, Call::Listen { fd, backlog });
        if outcome.errno.is_none() && !std::mem::replace(&mut end.listening, true) {
            // accept() by key must not freeze the program. It listens already, so that nobody takes it for a socket that will connect.
            log.make(CalledBy::Lab, Call::SetNonblocking { fd });
        }
        Ok(())
    }

    /// Fills the accept queue at the peer of a row with connections of the lab's own.
    ///
    /// # Errors
    /// If nobody listens, the queue is too roomy, or a call failed: the connections that were made before it live on in the queue.
    pub fn fill_queue(
        &mut self,
        named: NamedEnd,
        descriptors: &mut Descriptors,
        calls: &mut Vec<CallFact>,
    ) -> Result<(), Refusal> {
        let queue = self.queue(named.of, descriptors);
        let limit = queue.ok_or(Refusal::NobodyListens(named.row))?.limit;
        let (row, end) = self.end(named)?;
        if limit > MAX_FILLERS {
            return Err(Refusal::TooRoomy(named.row, limit));
        }
        let mut log = Log::new(descriptors, calls, row, false);
        let place = end.spec.place;
        staging::fill(end, limit + 1, &mut log).map_err(|errno| Refusal::Staging {
            target: format!("the queue of {}", named.row),
            errno,
            hint: loopback::hint(place, errno),
        })
    }

    /// Accepts everything that waits at the peer of a row: the lab's own connections are closed, others are kept.
    ///
    /// # Errors
    /// If nobody listens there.
    pub fn free_queue(
        &mut self,
        named: NamedEnd,
        descriptors: &mut Descriptors,
        calls: &mut Vec<CallFact>,
    ) -> Result<Vec<Appearing>, Refusal> {
        let (row, end) = self.listening(named)?;
        let mut log = Log::new(descriptors, calls, row, false);
        end.free(&mut log);
        Ok(end.appearing(row))
    }
}
