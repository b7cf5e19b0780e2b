//! The loopback lab: peers on this machine, in known states. They act only in the lab's own turn, after the program's calls and
//! before the looks, so that a script is repeatable.

mod appearing;
mod asked;
mod log;
pub mod loopback;
mod peer_end;
pub mod peers;
pub mod serve;
mod staging;
mod turn;

pub use appearing::Appearing;
pub use asked::{NamedEnd, accepts_how};

use super::call::Descriptors;
use super::tcp;
use crate::model::addr::Addr;
use crate::model::call::{Call, CallFact, CalledBy, SocketOption};
use crate::model::errno::Errno;
use crate::model::ids::{Fd, Row};
use crate::model::record::AcceptQueue;
use crate::model::retransmit::RetransmitLimits;
use crate::model::tcp::TcpState;
use log::Log;
use peer_end::PeerEnd;
use peers::{PeerPlace, PeerSpec};
use std::collections::BTreeMap;

/// Every peer of a session.
#[derive(Debug, Default)]
pub struct Lab {
    ends: BTreeMap<Row, PeerEnd>,
    /// Rows that connect to another row's peer.
    shared: BTreeMap<Row, Row>,
    seed: u64,
    drawn: u64,
}

impl Lab {
    /// A lab that draws mysteries by this seed.
    pub fn new(seed: u64) -> Lab {
        Lab {
            seed,
            ..Lab::default()
        }
    }

    /// Sets up the peer of a row and returns its addresses. The calls it took are added to `calls`.
    ///
    /// # Errors
    /// The errno of the call that failed; what was made before it is closed again.
    pub fn stage(
        &mut self,
        row: Row,
        spec: &'static PeerSpec,
        descriptors: &mut Descriptors,
        calls: &mut Vec<CallFact>,
    ) -> Result<Vec<Addr>, Errno> {
        let (spec, hidden) = match spec.place {
            PeerPlace::OneOf(names) => (self.draw(names).unwrap_or(spec), true),
            _ => (spec, false),
        };
        let mut end = PeerEnd::new(spec, hidden);
        let mut log = Log::new(descriptors, calls, row, hidden);
        let result = staging::set_up(&mut end, &mut log);
        self.ends.insert(row, end);
        if result.is_err() {
            self.remove(row, descriptors, calls);
        }
        result
    }

    /// One of the names, by the seed and by how often was drawn (splitmix64).
    fn draw(&mut self, names: &[&str]) -> Option<&'static PeerSpec> {
        self.drawn += 1;
        let mut z = self
            .seed
            .wrapping_add(self.drawn.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        let index = usize::try_from(z % names.len().max(1) as u64).unwrap_or(0);
        names.get(index).and_then(|name| peers::find(name))
    }

    /// Takes over a socket that was made elsewhere as a row's peer: binds it to `here` and listens, with the peer's options. Programs
    /// reach it at `addrs`.
    ///
    /// # Errors
    /// The errno of the call that failed; the socket is closed again.
    #[expect(
        clippy::too_many_arguments,
        reason = "the parts of a peer, each used once"
    )]
    pub fn adopt(
        &mut self,
        row: Row,
        spec: &'static PeerSpec,
        fd: Fd,
        here: Addr,
        addrs: Vec<Addr>,
        descriptors: &mut Descriptors,
        calls: &mut Vec<CallFact>,
    ) -> Result<(), Errno> {
        let mut end = PeerEnd::new(spec, false);
        end.socket = Some(fd);
        let mut log = Log::new(descriptors, calls, row, false);
        let result = staging::bind_and_listen(&mut end, fd, here, &mut log);
        end.addrs = addrs;
        self.ends.insert(row, end);
        if result.is_err() {
            self.remove(row, descriptors, calls);
        }
        result
    }

    /// A row leads somewhere where the lab has no socket, and its program's socket still needs the peer's options.
    pub fn only_addresses(&mut self, row: Row, spec: &'static PeerSpec, addrs: Vec<Addr>) {
        let mut end = PeerEnd::new(spec, false);
        end.addrs = addrs;
        self.ends.insert(row, end);
    }

    /// Lets a row connect to the peer of another, and says where that is. `None` if that peer is not here.
    pub fn share(&mut self, row: Row, with: Row) -> Option<Vec<Addr>> {
        let owner = self.owner(with);
        let addrs = self.ends.get(&owner)?.addrs.clone();
        self.shared.insert(row, owner);
        Some(addrs)
    }

    /// The row for which the peer was made to which this row connects.
    pub fn owner(&self, row: Row) -> Row {
        self.shared.get(&row).copied().unwrap_or(row)
    }

    /// Whether the row's peer is in this lab, with a socket of its own.
    pub fn has(&self, row: Row) -> bool {
        self.ends
            .get(&self.owner(row))
            .is_some_and(|end| end.socket().is_some())
    }

    /// Calls that the lab makes on the program's own socket, made after socket().
    pub fn client_calls(&self, row: Row, fd: Fd) -> Vec<Call> {
        let Some(end) = self.ends.get(&self.owner(row)) else {
            return Vec::new();
        };
        let options = end.spec.client_options.iter();
        let mut calls: Vec<Call> = options
            .map(|(option, value)| Call::SetOption {
                fd,
                option: *option,
                value: *value,
            })
            .collect();
        if let (PeerPlace::Itself, Some(addr)) = (end.spec.place, end.addrs.first()) {
            calls.push(Call::SetOption {
                fd,
                option: SocketOption::ReuseAddr,
                value: 1,
            });
            calls.push(Call::Bind {
                fd,
                addr: addr.clone(),
            });
        }
        calls
    }

    /// Notes the number that a socket of a peer has in the list.
    pub fn now_is(&mut self, of: Row, fd: Fd, row: Row) {
        if let Some(end) = self.ends.get_mut(&of) {
            end.now_is(fd, row);
        }
    }

    /// The accept queue at the peer of a row, if that is a TCP listener and no mystery.
    pub fn queue(&self, row: Row, descriptors: &Descriptors) -> Option<AcceptQueue> {
        let end = self.ends.get(&self.owner(row)).filter(|end| !end.hidden)?;
        let info = descriptors.get(end.listener()?).and_then(tcp::info);
        // Whoever shuts a listener down ends its queue; its descriptor stays open.
        let info = info.filter(|info| info.state == TcpState::Listen)?;
        Some(AcceptQueue {
            length: info.unacked,
            limit: info.sacked,
        })
    }

    /// The same at the address to which a row connects: of two addresses the listener has the last one.
    pub fn queue_at(
        &self,
        row: Row,
        addr: Option<&Addr>,
        descriptors: &Descriptors,
    ) -> Option<AcceptQueue> {
        let end = self.ends.get(&self.owner(row))?;
        let is_elsewhere = end.addrs.len() > 1 && end.addrs.first() == addr;
        self.queue(row, descriptors).filter(|_| !is_elsewhere)
    }

    /// How long the listener at the peer of a row tries, and what it accepts: such connections inherit its options.
    pub fn retransmit_limits(
        &self,
        row: Row,
        descriptors: &Descriptors,
    ) -> Option<RetransmitLimits> {
        let end = self.ends.get(&self.owner(row))?;
        descriptors
            .get(end.listener()?)
            .and_then(tcp::retransmit_limits)
    }

    /// A descriptor of a peer was closed by hand. If the socket has another name, its peer goes on with that.
    pub fn closed(&mut self, of: Row, fd: Fd, next: Option<Fd>) {
        let Some(end) = self.ends.get_mut(&of) else {
            return;
        };
        match next {
            Some(next) => end.is_called(fd, next),
            None => end.closed(fd),
        }
    }

    /// Takes a row's peer away. If the row used another row's, only that is over.
    pub fn remove(&mut self, row: Row, descriptors: &mut Descriptors, calls: &mut Vec<CallFact>) {
        if self.shared.remove(&row).is_some() {
            return;
        }
        let Some(end) = self.ends.remove(&row) else {
            return;
        };
        let mut log = Log::new(descriptors, calls, row, end.hidden);
        for fd in end.all() {
            log.make(CalledBy::Lab, Call::Close { fd });
        }
    }
}
