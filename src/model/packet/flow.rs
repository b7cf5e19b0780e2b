//! Connections by their two ends, and the numbers of both sides: what makes a packet a [`Segment`], and what each side expects next.

use super::build::Reset;
use super::segment::{Direction, Segment, SegmentKind};
use super::{Body, Flags, Packet, Tcp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::net::SocketAddr;

/// A connection, seen from the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flow {
    /// The client's end.
    pub client: SocketAddr,
    /// The server's end, as the client names it.
    pub server: SocketAddr,
}

/// Whether an injected reset has the number that its receiver expects: RFC 5961, 3.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RstNumber {
    /// Exactly the expected one.
    Valid,
    /// One further, but inside the window.
    InWindow,
    /// Far outside of the window.
    Outside,
}

/// Further from the expected number than any window can reach (at most 2^30, RFC 7323 2.3).
const FAR: u32 = 0x6000_0000;

/// What is known of one side, in the numbers of the header.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct FlowSide {
    /// The number of its SYN.
    first: Option<u32>,
    /// The number behind everything that it has sent.
    next: Option<u32>,
    /// The number that it expects: the last that it said or that was let go to it.
    expects: Option<u32>,
    /// What was let go to it out of order: number and span.
    early: Vec<(u32, u32)>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct FlowSides {
    client: FlowSide,
    server: FlowSide,
}

impl FlowSides {
    /// The sender and the receiver of what goes this way.
    fn pair(&mut self, direction: Direction) -> (&mut FlowSide, &mut FlowSide) {
        match direction {
            Direction::ToServer => (&mut self.client, &mut self.server),
            Direction::ToClient => (&mut self.server, &mut self.client),
        }
    }
}

/// Every connection that was seen, with its numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flows {
    all: BTreeMap<Flow, FlowSides>,
}

/// Sequence numbers go round: whether `a` is behind `b`.
fn after(a: u32, b: u32) -> bool {
    (a.wrapping_sub(b) as i32) > 0
}

fn later(old: Option<u32>, new: u32) -> u32 {
    old.map_or(new, |old| if after(new, old) { new } else { old })
}

impl Flows {
    /// Which connection a packet belongs to, and which way it goes. The mirror makes both ends write to the same address, so the ports
    /// decide: the one who sent the first SYN is the client. `None` if it is not TCP.
    pub fn of(&self, packet: &Packet) -> Option<(Flow, Direction)> {
        let Body::Tcp(tcp) = &packet.body else {
            return None;
        };
        let (near, far) = packet.ends()?;
        let forth = Flow {
            client: near,
            server: far,
        };
        // From the server the addresses are the same, and only the ports have changed places.
        let back = Flow {
            client: SocketAddr::new(near.ip(), far.port()),
            server: SocketAddr::new(far.ip(), near.port()),
        };
        let opens = tcp.flags & (Flags::SYN | Flags::ACK) == Flags::SYN;
        let from_server =
            self.all.contains_key(&back) || tcp.flags.contains(Flags::SYN | Flags::ACK);
        Some(if self.all.contains_key(&forth) || opens || !from_server {
            (forth, Direction::ToServer)
        } else {
            (back, Direction::ToClient)
        })
    }

    /// Takes notice of a packet that left a kernel, and puts it into words.
    pub fn see(&mut self, packet: &Packet) -> (Option<Flow>, Segment) {
        let (Some((flow, direction)), Body::Tcp(tcp)) = (self.of(packet), &packet.body) else {
            return (None, icmp(packet, Direction::ToServer));
        };
        let sides = self.all.entry(flow).or_default();
        let opens = tcp.flags & (Flags::SYN | Flags::ACK) == Flags::SYN;
        if opens && sides.client.first != Some(tcp.seq) {
            // The port is used again: a new connection, with new numbers.
            *sides = FlowSides::default();
        }
        let (sender, receiver) = sides.pair(direction);
        if tcp.flags.contains(Flags::SYN) {
            sender.first = Some(tcp.seq);
        }
        if !tcp.flags.contains(Flags::RST) {
            sender.next = Some(later(sender.next, tcp.seq.wrapping_add(tcp.span())));
            if tcp.flags.contains(Flags::ACK) {
                sender.expects = Some(later(sender.expects, tcp.ack));
            }
        }
        let segment = words(tcp, direction, sender.first, receiver.first);
        (Some(flow), segment)
    }

    /// Takes notice that a packet was let go to the other kernel.
    pub fn let_go(&mut self, packet: &Packet) {
        let (Some((flow, direction)), Body::Tcp(tcp)) = (self.of(packet), &packet.body) else {
            return;
        };
        let sides = self.all.entry(flow).or_default();
        let (_, receiver) = sides.pair(direction);
        if tcp.flags.contains(Flags::SYN) {
            receiver.expects = Some(later(receiver.expects, tcp.seq.wrapping_add(tcp.span())));
            return;
        }
        receiver.early.push((tcp.seq, tcp.span()));
        while let Some(expected) = receiver.expects {
            let fits = |&(seq, span): &(u32, u32)| {
                !after(seq, expected) && after(seq.wrapping_add(span), expected)
            };
            let Some(index) = receiver.early.iter().position(fits) else {
                break;
            };
            let (seq, span) = receiver.early.swap_remove(index);
            receiver.expects = Some(seq.wrapping_add(span));
        }
        let expected = receiver.expects;
        receiver
            .early
            .retain(|(seq, _)| expected.is_some_and(|expected| after(*seq, expected)));
    }

    /// The numbers of a reset in this direction. A side that has sent a SYN and knows no number of the other believes a reset only by
    /// its acknowledgment (RFC 9293, 3.10.7.3). `None` if the connection is unknown.
    pub fn reset(&self, flow: Flow, direction: Direction, number: RstNumber) -> Option<Reset> {
        let mut sides = self.all.get(&flow)?.clone();
        let (sender, receiver) = sides.pair(direction);
        let off = match number {
            RstNumber::Valid => 0,
            RstNumber::InWindow => 1,
            RstNumber::Outside => FAR,
        };
        let (seq, ack) = match (receiver.expects, receiver.next) {
            (Some(expected), _) => (expected.wrapping_add(off), None),
            (None, Some(next)) => (sender.first.unwrap_or(0), Some(next.wrapping_add(off))),
            // It knows nothing of this connection: one number is as good as another.
            (None, None) => (sender.next.unwrap_or(0).wrapping_add(off), None),
        };
        // Whoever receives takes the other for `server.ip()`: the mirror shows both ends the same face.
        let (near, far) = (flow.client.ip(), flow.server.ip());
        let (from, to) = match direction {
            Direction::ToServer => (flow.client.port(), flow.server.port()),
            Direction::ToClient => (flow.server.port(), flow.client.port()),
        };
        Some(Reset {
            from: SocketAddr::new(far, from),
            to: SocketAddr::new(near, to),
            seq,
            ack,
        })
    }

    /// A reset in words.
    pub fn reset_words(&self, flow: Flow, direction: Direction, reset: &Reset) -> Segment {
        let mut sides = self.all.get(&flow).cloned().unwrap_or_default();
        let (sender, receiver) = sides.pair(direction);
        let flags = match reset.ack {
            Some(_) => Flags::RST | Flags::ACK,
            None => Flags::RST,
        };
        let tcp = Tcp {
            source_port: reset.from.port(),
            target_port: reset.to.port(),
            seq: reset.seq,
            ack: reset.ack.unwrap_or(0),
            flags,
            window: 0,
            payload: Vec::new(),
        };
        words(&tcp, direction, sender.first, receiver.first)
    }
}

/// An ICMP packet in words.
pub(in crate::model) fn icmp(packet: &Packet, direction: Direction) -> Segment {
    let kind = match packet.body {
        Body::Icmp { kind, code } if packet.source.is_ipv4() => SegmentKind::Icmp { kind, code },
        Body::Icmp { kind, code } => SegmentKind::Icmp6 { kind, code },
        Body::Tcp(ref tcp) => SegmentKind::of(tcp.flags, tcp.payload.len() as u32),
    };
    Segment {
        direction,
        kind,
        flags: Flags::empty(),
        seq: 0,
        ack: None,
        length: 0,
        window: 0,
        excerpt: String::new(),
    }
}

fn words(tcp: &Tcp, direction: Direction, ours: Option<u32>, theirs: Option<u32>) -> Segment {
    let length = tcp.payload.len() as u32;
    // Without a SYN (the reset of a closed port) there is nothing to count from: it is the first.
    let count = |number: u32, first: Option<u32>| number.wrapping_sub(first.unwrap_or(number));
    Segment {
        direction,
        kind: SegmentKind::of(tcp.flags, length),
        flags: tcp.flags,
        seq: count(tcp.seq, ours),
        ack: tcp
            .flags
            .contains(Flags::ACK)
            .then(|| count(tcp.ack, theirs)),
        length,
        window: tcp.window,
        excerpt: tcp.excerpt(),
    }
}

#[cfg(test)]
mod tests;
