//! The program's sockets at a peer: where each is, what it knows of its connection, and which are gone.

use crate::model::addr::Addr;
use crate::model::ids::Fd;
use std::collections::BTreeMap;

/// The program's sockets that connect here.
#[derive(Debug, Default)]
pub(super) struct KnownClients {
    open: BTreeMap<Fd, KnownClient>,
    /// Where those were that were closed before their connection was accepted.
    gone: Vec<Addr>,
}

#[derive(Clone, Debug)]
struct KnownClient {
    /// Its own address, by which accept(2) names it.
    at: Addr,
    /// A call has told it that it is connected.
    is_told: bool,
}

impl KnownClients {
    /// A socket has tried to connect, and this is its address.
    pub(super) fn tried(&mut self, fd: Fd, at: Addr, is_told: bool) {
        self.open.insert(fd, KnownClient { at, is_told });
    }

    /// Its address, as long as it is open.
    pub(super) fn address(&self, fd: Fd) -> Option<&Addr> {
        self.open.get(&fd).map(|client| &client.at)
    }

    /// dup(2): the socket has one more descriptor.
    pub(super) fn is_also(&mut self, fd: Fd, name: Fd) {
        if let Some(client) = self.open.get(&fd).cloned() {
            self.open.insert(name, client);
        }
    }

    /// One descriptor is gone.
    pub(super) fn forget(&mut self, fd: Fd) {
        self.open.remove(&fd);
    }

    /// A socket went before its connection was accepted.
    pub(super) fn gone_too_early(&mut self, at: Addr) {
        self.gone.push(at);
    }

    /// Whether the socket at this address has been told that it is connected.
    pub(super) fn is_told(&self, at: &Addr) -> bool {
        self.open
            .values()
            .any(|client| client.is_told && client.at == *at)
    }

    /// Whether the socket at this address was gone before; that is asked once.
    pub(super) fn was_gone(&mut self, at: &Addr) -> bool {
        let Some(place) = self.gone.iter().position(|gone| gone == at) else {
            return false;
        };
        self.gone.swap_remove(place);
        true
    }

    /// No connection is on its way any more.
    pub(super) fn all_have_arrived(&mut self) {
        self.gone.clear();
    }
}
