//! A packet as bytes made into words: addresses, TCP fields, ICMP type and code. No bytes make it panic.

pub mod build;
pub mod flow;
pub mod segment;

use super::{call, clean};
use etherparse::{IpNumber, IpSlice, TcpSlice};
use serde::{Deserialize, Serialize};
use std::net::{IpAddr, SocketAddr};

/// The flags of a TCP header (RFC 9293, 3.1), with the bits as they stand in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Flags(u8);

bitflags::bitflags! {
    impl Flags: u8 {
        /// No more data will be sent.
        const FIN = 1;
        /// Opens a connection.
        const SYN = 2;
        /// Ends it at once.
        const RST = 4;
        /// Data that should not wait.
        const PSH = 8;
        /// The acknowledgment number counts.
        const ACK = 16;
        /// The urgent pointer counts.
        const URG = 32;
    }
}

impl std::fmt::Display for Flags {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (index, (name, _)) in self.iter_names().enumerate() {
            if index > 0 {
                f.write_str("+")?;
            }
            f.write_str(name)?;
        }
        Ok(())
    }
}

/// A TCP segment with its numbers as they stand in the header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tcp {
    /// The sender's port.
    pub source_port: u16,
    /// The receiver's port.
    pub target_port: u16,
    /// The number of the first byte.
    pub seq: u32,
    /// The number of the next byte that is expected; counts only with ACK.
    pub ack: u32,
    /// The flags.
    pub flags: Flags,
    /// The window as it stands in the header, not scaled.
    pub window: u16,
    /// The data.
    pub payload: Vec<u8>,
}

impl Tcp {
    /// So many sequence numbers it takes: a byte one, SYN one, FIN one.
    pub fn span(&self) -> u32 {
        let bit = |flag| u32::from(self.flags.contains(flag));
        (self.payload.len() as u32)
            .wrapping_add(bit(Flags::SYN))
            .wrapping_add(bit(Flags::FIN))
    }

    /// The beginning of its data, quoted and cleaned; empty if there is none.
    pub fn excerpt(&self) -> String {
        match self.payload.as_slice() {
            [] => String::new(),
            payload => clean::excerpt(payload, call::EXCERPT),
        }
    }
}

/// What is in a packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// TCP.
    Tcp(Tcp),
    /// ICMP or ICMPv6.
    Icmp {
        /// Its type: RFC 792, RFC 4443.
        kind: u8,
        /// Its code.
        code: u8,
    },
}

/// An IPv4 or IPv6 packet with TCP or ICMP in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packet {
    /// Who sent it.
    pub source: IpAddr,
    /// Whom it is for.
    pub target: IpAddr,
    /// What is in it.
    pub body: Body,
}

impl Packet {
    /// Reads a packet that begins with its IP header. `None` if it is broken, a fragment, or neither TCP nor ICMP.
    pub fn parse(bytes: &[u8]) -> Option<Packet> {
        let ip = IpSlice::from_slice(bytes).ok()?;
        let inside = ip.payload();
        if inside.fragmented {
            return None;
        }
        let body = match inside.ip_number {
            IpNumber::TCP => tcp_body(&TcpSlice::from_slice(inside.payload).ok()?)?,
            IpNumber::ICMP | IpNumber::IPV6_ICMP => icmp_body(inside.payload)?,
            _ => return None,
        };
        let (source, target) = (ip.source_addr(), ip.destination_addr());
        Some(Packet {
            source,
            target,
            body,
        })
    }

    /// Sender and receiver with their ports, if it is TCP.
    pub fn ends(&self) -> Option<(SocketAddr, SocketAddr)> {
        match &self.body {
            Body::Tcp(tcp) => Some((
                SocketAddr::new(self.source, tcp.source_port),
                SocketAddr::new(self.target, tcp.target_port),
            )),
            Body::Icmp { .. } => None,
        }
    }
}

fn tcp_body(tcp: &TcpSlice<'_>) -> Option<Body> {
    Some(Body::Tcp(Tcp {
        source_port: tcp.source_port(),
        target_port: tcp.destination_port(),
        seq: tcp.sequence_number(),
        ack: tcp.acknowledgment_number(),
        // The flags are the fourteenth byte of the header, which has at least twenty.
        flags: Flags::from_bits_truncate(*tcp.header_slice().get(13)?),
        window: tcp.window_size(),
        payload: tcp.payload().to_vec(),
    }))
}

/// Of any kind, also of one whose messages have a length of their own (RFC 792): a learner may send any.
fn icmp_body(bytes: &[u8]) -> Option<Body> {
    if bytes.len() < ICMP_HEADER {
        return None;
    }
    Some(Body::Icmp {
        kind: *bytes.first()?,
        code: *bytes.get(1)?,
    })
}

/// Type, code, checksum, and four bytes that depend on them.
const ICMP_HEADER: usize = 8;

/// The packet with source and target address swapped, as the mirror sends it back. Both checksums stay right: they are sums over both
/// addresses (RFC 1071). `None` if it is too short to have addresses.
pub fn mirrored(bytes: &[u8]) -> Option<Vec<u8>> {
    let (at, size) = match bytes.first()? >> 4 {
        4 => (12, 4),
        6 => (8, 16),
        _ => return None,
    };
    let mut mirrored = bytes.to_vec();
    let (source, target) = mirrored.get_mut(at..at + 2 * size)?.split_at_mut(size);
    source.swap_with_slice(target);
    Some(mirrored)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..120)) {
            let _ = Packet::parse(&bytes);
            let _ = mirrored(&bytes);
        }

        #[test]
        fn nearly_right_bytes_do_not_either(
            tail in proptest::collection::vec(any::<u8>(), 0..80), v6 in any::<bool>(), protocol in prop::sample::select(vec![1_u8, 6, 58, 0, 44, 17]),
        ) {
            let mut bytes = vec![0_u8; if v6 { 40 } else { 20 }];
            let all = bytes.len() + tail.len();
            if v6 {
                bytes[0] = 0x60;
                bytes[5] = tail.len() as u8;
                bytes[6] = protocol;
            } else {
                bytes[0] = 0x45;
                bytes[3] = all as u8;
                bytes[9] = protocol;
            }
            bytes.extend_from_slice(&tail);
            if let Some(packet) = Packet::parse(&bytes) {
                let swapped = mirrored(&bytes).expect("it has addresses");
                let back = Packet::parse(&swapped).expect("the swap changes only addresses");
                prop_assert_eq!(back.source, packet.target);
                prop_assert_eq!(back.body, packet.body);
            }
        }
    }
}
