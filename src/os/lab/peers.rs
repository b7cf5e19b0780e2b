//! The peers themselves: one entry each. Its words stand in `assets/text/peers.toml`.

use crate::model::call::SocketOption;
use crate::model::wire::held_options::OPTIONS;

/// Where a program that connects to the peer arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PeerPlace {
    /// A TCP port on 127.0.0.1 that is bound, and on which nobody listens.
    Bound,
    /// A TCP port on 127.0.0.1 on which the peer listens.
    Listening(Backlog),
    /// The same on a unix socket with an abstract name.
    Unix(Backlog),
    /// A port of two addresses: on ::1 nobody listens, on 127.0.0.1 the peer does.
    Two,
    /// A port of two addresses: on ::1 a SYN gets no answer, on 127.0.0.1 the peer listens.
    TwoSilent,
    /// The program's own socket: it is bound to the port to which it connects.
    Itself,
    /// An address that needs no socket of the lab.
    Elsewhere(&'static str),
    /// Nowhere: the program opens a descriptor that is no socket, and the lab has no part in it.
    Nowhere,
    /// One of these peers, drawn by the seed, and not named.
    OneOf(&'static [&'static str]),
}

/// An accept queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backlog {
    /// What listen(2) is given.
    pub limit: u32,
    /// How many connections of the lab's own fill it beforehand.
    pub fillers: u32,
}

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

/// One thing that a peer does once the program knows that it is connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PeerAct {
    /// Send these bytes.
    Send(&'static [u8]),
    /// Send one byte of urgent data.
    Urgent(u8),
    /// Close its direction: a FIN.
    ShutdownWrite,
    /// Drop whatever arrives from now on, and answer nothing, as a host does that is gone.
    Vanish,
}

/// What a peer does again and again, in the lab's turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Habit {
    /// Nothing.
    Quiet,
    /// Send back what the program sent.
    Echo,
    /// Send one more byte of this text in each tick.
    Drip(&'static [u8]),
    /// Read at most so many bytes in each tick.
    Sip(u32),
    /// Read at once, and answer only so many ticks later.
    Ponder(u32, &'static [u8]),
}

/// What a lab peer is.
#[derive(Debug)]
pub struct PeerSpec {
    /// Its name, without the `@`.
    pub name: &'static str,
    /// Where a program arrives.
    pub place: PeerPlace,
    /// What it does with a connection.
    pub arrival: Arrival,
    /// What it does once the program knows that it is connected.
    pub connected: &'static [PeerAct],
    /// What it does again and again.
    pub habit: Habit,
    /// Options that the lab sets on the program's socket.
    pub client_options: &'static [(SocketOption, u32)],
    /// Options that the peer sets on its own listener; accepted sockets inherit them.
    pub own_options: &'static [(SocketOption, u32)],
}

/// A queue that nobody fills.
const ROOMY: Backlog = Backlog {
    limit: 4096,
    fillers: 0,
};
/// With a backlog of 0 the kernel still queues one connection; the filler takes that place, and further SYNs are dropped.
const FULL: Backlog = Backlog {
    limit: 0,
    fillers: 1,
};

const QUIET: PeerSpec = PeerSpec {
    name: "",
    place: PeerPlace::Listening(ROOMY),
    arrival: Arrival::Accept,
    connected: &[],
    habit: Habit::Quiet,
    client_options: &[],
    own_options: &[],
};

/// The server of the lab wire: it waits for a hand, and its options let a class talk for minutes while a packet is held.
pub static WIRE: PeerSpec = PeerSpec {
    name: "wire",
    arrival: Arrival::ByHand,
    client_options: &OPTIONS,
    own_options: &OPTIONS,
    ..QUIET
};

/// The server of the lab wire whose host vanishes. The kernel shall give up by itself: nothing asks it to be patient.
pub static WIRE_GONE: PeerSpec = PeerSpec {
    client_options: &[OPTIONS[0], OPTIONS[1]],
    own_options: &[OPTIONS[0], OPTIONS[1]],
    ..WIRE
};

/// Every peer of the lab, in the order in which they are listed.
pub const PEERS: &[PeerSpec] = &[
    PeerSpec {
        name: "open",
        connected: &[PeerAct::Send(b"hello from @open\n")],
        ..QUIET
    },
    PeerSpec {
        name: "refused",
        place: PeerPlace::Bound,
        ..QUIET
    },
    // The kernel's own rhythm would let the program wait for half a minute after the accept, and give up after two.
    PeerSpec {
        name: "pending",
        place: PeerPlace::Listening(FULL),
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
    PeerSpec {
        name: "echo",
        habit: Habit::Echo,
        ..QUIET
    },
    PeerSpec {
        name: "never-accept",
        arrival: Arrival::ByHand,
        ..QUIET
    },
    PeerSpec {
        name: "half-close",
        connected: &[PeerAct::Send(b"that is all\n"), PeerAct::ShutdownWrite],
        ..QUIET
    },
    // It has read, and thinks.
    PeerSpec {
        name: "busy",
        habit: Habit::Ponder(6, b"here is the answer\n"),
        ..QUIET
    },
    // Its host has vanished: nothing that is sent there arrives, and nothing comes back.
    PeerSpec {
        name: "gone",
        connected: &[PeerAct::Vanish],
        ..QUIET
    },
    // A small buffer at its end, so that the program's own buffer is what fills up.
    PeerSpec {
        name: "slow-reader",
        habit: Habit::Sip(4096),
        own_options: &[(SocketOption::RcvBuf, 16_384)],
        ..QUIET
    },
    PeerSpec {
        name: "drip",
        habit: Habit::Drip(b"drip drop "),
        ..QUIET
    },
    PeerSpec {
        name: "urgent",
        connected: &[PeerAct::Urgent(b'!')],
        ..QUIET
    },
    PeerSpec {
        name: "self",
        place: PeerPlace::Itself,
        ..QUIET
    },
    PeerSpec {
        name: "timeout",
        place: PeerPlace::Listening(FULL),
        arrival: Arrival::ByHand,
        client_options: &[(SocketOption::TcpUserTimeout, 1500)],
        ..QUIET
    },
    // The broadcast address of the loopback network: the kernel refuses at once, and nothing leaves the host.
    PeerSpec {
        name: "unreachable",
        place: PeerPlace::Elsewhere("127.255.255.255:9"),
        ..QUIET
    },
    PeerSpec {
        name: "unix-full",
        place: PeerPlace::Unix(FULL),
        arrival: Arrival::ByHand,
        ..QUIET
    },
    PeerSpec {
        name: "two",
        place: PeerPlace::Two,
        ..QUIET
    },
    PeerSpec {
        name: "two-silent",
        place: PeerPlace::TwoSilent,
        ..QUIET
    },
    PeerSpec {
        name: "file",
        place: PeerPlace::Nowhere,
        ..QUIET
    },
    PeerSpec {
        name: "pipe",
        place: PeerPlace::Nowhere,
        ..QUIET
    },
    PeerSpec {
        name: "pty",
        place: PeerPlace::Nowhere,
        ..QUIET
    },
    PeerSpec {
        name: "mystery",
        place: PeerPlace::OneOf(&[
            "open",
            "refused",
            "pending",
            "reset",
            "never-accept",
            "half-close",
            "drip",
            "urgent",
            "timeout",
        ]),
        ..QUIET
    },
];

/// All names, as they are typed.
pub fn names() -> String {
    let names: Vec<String> = PEERS.iter().map(|peer| format!("@{}", peer.name)).collect();
    names.join(", ")
}

/// The peer of this name.
pub fn find(name: &str) -> Option<&'static PeerSpec> {
    PEERS.iter().find(|peer| peer.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mystery_is_one_of_the_other_peers() {
        for peer in PEERS {
            let PeerPlace::OneOf(names) = peer.place else {
                continue;
            };
            for name in names {
                let drawn = find(name).unwrap_or_else(|| panic!("no peer is called {name}"));
                assert!(!matches!(drawn.place, PeerPlace::OneOf(_)), "{name}");
            }
        }
    }
}
