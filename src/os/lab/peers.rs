//! The peers themselves: one entry each.

use crate::pure::call::SocketOption;

/// What a peer does with a connection that waits in its queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// Accept it and keep it.
    Accept,
    /// Accept it, and close it with `SO_LINGER` 0, which sends RST.
    AcceptAndReset,
    /// Leave it: a person accepts.
    ByHand,
}

/// What a lab peer is.
#[derive(Debug)]
pub struct PeerSpec {
    /// Its name, without the `@`.
    pub name: &'static str,
    /// The backlog it listens with; `None`: it is bound and does not listen.
    pub backlog: Option<u32>,
    /// How many connections of the lab's own fill its queue beforehand.
    pub fillers: u32,
    /// What it does with a connection.
    pub arrival: Arrival,
    /// What it sends once the program knows that it is connected.
    pub greeting: Option<&'static [u8]>,
    /// Options that the lab sets on the program's socket, so that a class has time to talk.
    pub client_options: &'static [(SocketOption, u32)],
}

const QUIET: PeerSpec = PeerSpec {
    name: "",
    backlog: Some(4096),
    fillers: 0,
    arrival: Arrival::Accept,
    greeting: None,
    client_options: &[],
};

/// Every peer of the lab, in the order in which they are listed.
pub const PEERS: &[PeerSpec] = &[
    PeerSpec {
        name: "open",
        greeting: Some(b"hello from @open\n"),
        ..QUIET
    },
    PeerSpec {
        name: "refused",
        backlog: None,
        ..QUIET
    },
    // With a backlog of 0 the kernel still queues one connection; the filler takes that place, and further SYNs are dropped.
    // The kernel's own rhythm would let the program wait for half a minute after the accept, and give up after two.
    PeerSpec {
        name: "pending",
        backlog: Some(0),
        fillers: 1,
        arrival: Arrival::ByHand,
        client_options: &[
            (SocketOption::TcpSynCnt, 127),
            (SocketOption::TcpRtoMaxMs, 5000),
        ],
        ..QUIET
    },
    PeerSpec {
        name: "reset",
        arrival: Arrival::AcceptAndReset,
        ..QUIET
    },
];

/// The peer of this name.
pub fn find(name: &str) -> Option<&'static PeerSpec> {
    PEERS.iter().find(|peer| peer.name == name)
}
