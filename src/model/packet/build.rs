//! Packets made by hand: a reset, and ICMP errors that quote a packet. Addresses, lengths and checksums are right; the rest is what the
//! user asked for.

use super::Flags;
use std::net::{IpAddr, SocketAddr};

/// The numbers of a reset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reset {
    /// Who seems to send it.
    pub from: SocketAddr,
    /// Whom it is for.
    pub to: SocketAddr,
    /// Its sequence number.
    pub seq: u32,
    /// Its acknowledgment number, if it has one.
    pub ack: Option<u32>,
}

const HOPS: u8 = 64;
const PROTOCOL_ICMP: u8 = 1;
const PROTOCOL_TCP: u8 = 6;
const PROTOCOL_ICMP6: u8 = 58;
/// The longest ICMP error: RFC 1812 4.3.2.3 and RFC 4443 2.4.
const MAX_ICMP4_BYTES: usize = 576;
const MAX_ICMP6_BYTES: usize = 1280;
/// The next hop's MTU that *fragmentation needed* (type 3 code 4) and *packet too big* (ICMPv6 type 2) tell of.
pub const REPORTED_MTU: u16 = 1280;

/// A TCP packet with RST. `None` if the two addresses are not of one family.
pub fn reset(reset: Reset) -> Option<Vec<u8>> {
    let flags = match reset.ack {
        Some(_) => Flags::RST | Flags::ACK,
        None => Flags::RST,
    };
    let mut tcp = Vec::with_capacity(20);
    tcp.extend_from_slice(&reset.from.port().to_be_bytes());
    tcp.extend_from_slice(&reset.to.port().to_be_bytes());
    tcp.extend_from_slice(&reset.seq.to_be_bytes());
    tcp.extend_from_slice(&reset.ack.unwrap_or(0).to_be_bytes());
    tcp.extend_from_slice(&[5 << 4, flags.bits(), 0, 0, 0, 0, 0, 0]);
    packet(reset.from.ip(), reset.to.ip(), PROTOCOL_TCP, tcp, 16)
}

/// An ICMP error (ICMPv6 if the packet is IPv6) about a packet, from a router to the packet's sender. `None` if the bytes are no IP
/// packet, or the router's address is of the other family.
pub fn icmp_error(router: IpAddr, kind: u8, code: u8, about: &[u8]) -> Option<Vec<u8>> {
    let sender = source(about)?;
    let mut icmp = vec![kind, code, 0, 0, 0, 0, 0, 0];
    let (protocol, longest) = match sender {
        IpAddr::V4(_) => {
            if (kind, code) == (3, 4) {
                icmp[6..8].copy_from_slice(&REPORTED_MTU.to_be_bytes());
            }
            (PROTOCOL_ICMP, MAX_ICMP4_BYTES - 28)
        }
        IpAddr::V6(_) => {
            if kind == 2 {
                icmp[6..8].copy_from_slice(&REPORTED_MTU.to_be_bytes());
            }
            (PROTOCOL_ICMP6, MAX_ICMP6_BYTES - 48)
        }
    };
    icmp.extend_from_slice(&about[..about.len().min(longest)]);
    packet(router, sender, protocol, icmp, 2)
}

/// Where a packet comes from.
fn source(bytes: &[u8]) -> Option<IpAddr> {
    match bytes.first()? >> 4 {
        4 => Some(IpAddr::from(<[u8; 4]>::try_from(bytes.get(12..16)?).ok()?)),
        6 => Some(IpAddr::from(<[u8; 16]>::try_from(bytes.get(8..24)?).ok()?)),
        _ => None,
    }
}

/// Puts an IP header in front of `body` and its checksum at `checksum_at`.
fn packet(
    from: IpAddr,
    to: IpAddr,
    protocol: u8,
    mut body: Vec<u8>,
    checksum_at: usize,
) -> Option<Vec<u8>> {
    let length = u16::try_from(body.len()).ok()?;
    let mut pseudo = Vec::with_capacity(40);
    match (from, to) {
        (IpAddr::V4(from), IpAddr::V4(to)) => {
            pseudo.extend_from_slice(&from.octets());
            pseudo.extend_from_slice(&to.octets());
        }
        (IpAddr::V6(from), IpAddr::V6(to)) => {
            pseudo.extend_from_slice(&from.octets());
            pseudo.extend_from_slice(&to.octets());
        }
        _ => return None,
    }
    let addresses = pseudo.clone();
    pseudo.extend_from_slice(&[0, protocol]);
    pseudo.extend_from_slice(&length.to_be_bytes());
    if protocol == PROTOCOL_ICMP {
        pseudo.clear();
    }
    let checksum = checksum(&[&pseudo, &body]);
    body.get_mut(checksum_at..checksum_at + 2)?
        .copy_from_slice(&checksum.to_be_bytes());
    let mut bytes = match from {
        IpAddr::V4(_) => header4(length.checked_add(20)?, protocol, &addresses),
        IpAddr::V6(_) => {
            let mut header = vec![0x60, 0, 0, 0];
            header.extend_from_slice(&length.to_be_bytes());
            header.extend_from_slice(&[protocol, HOPS]);
            header.extend_from_slice(&addresses);
            header
        }
    };
    bytes.append(&mut body);
    Some(bytes)
}

fn header4(length: u16, protocol: u8, addresses: &[u8]) -> Vec<u8> {
    let mut header = vec![0x45, 0];
    header.extend_from_slice(&length.to_be_bytes());
    header.extend_from_slice(&[0, 0, 0, 0, HOPS, protocol, 0, 0]);
    header.extend_from_slice(addresses);
    let checksum = checksum(&[&header]);
    header[10..12].copy_from_slice(&checksum.to_be_bytes());
    header
}

/// RFC 1071. Each part but the last has an even length.
fn checksum(parts: &[&[u8]]) -> u16 {
    let words = parts.iter().flat_map(|part| part.chunks(2));
    let sum: u64 = words
        .map(|word| (u64::from(word[0]) << 8) | u64::from(word.get(1).copied().unwrap_or(0)))
        .sum();
    let mut folded = sum;
    while folded > 0xffff {
        folded = (folded & 0xffff) + (folded >> 16);
    }
    !(folded as u16)
}

#[cfg(test)]
mod tests {
    use super::super::{Body, Packet};
    use super::*;
    use proptest::prelude::*;

    /// A right packet sums up to zero.
    fn is_right(bytes: &[u8]) -> bool {
        let (header, addresses, protocol) = match bytes[0] >> 4 {
            4 => (20, &bytes[12..20], bytes[9]),
            _ => (40, &bytes[8..40], bytes[6]),
        };
        let body = &bytes[header..];
        let mut pseudo = addresses.to_vec();
        pseudo.extend_from_slice(&[0, protocol]);
        pseudo.extend_from_slice(&(body.len() as u16).to_be_bytes());
        if protocol == PROTOCOL_ICMP {
            pseudo.clear();
        }
        let header_is_right = header == 40 || checksum(&[&bytes[..20]]) == 0;
        header_is_right && checksum(&[&pseudo, body]) == 0
    }

    fn ends(v6: bool) -> (SocketAddr, SocketAddr) {
        let texts = if v6 {
            ["[fd00:77::1]:40000", "[fd00:77::2]:80"]
        } else {
            ["10.77.0.1:40000", "10.77.0.2:80"]
        };
        let [client, server] = texts.map(|text| text.parse().expect("an address"));
        (client, server)
    }

    #[test]
    fn an_error_packet_of_any_kind_can_be_read_again() {
        let (client, server) = ends(false);
        let quoted = Reset {
            from: server,
            to: client,
            seq: 0,
            ack: None,
        };
        let quoted = reset(quoted).expect("one family");
        for kind in 0..=u8::MAX {
            let error = icmp_error(client.ip(), kind, 0, &quoted).expect("it can be quoted");
            let parsed = Packet::parse(&error).expect("a packet");
            assert_eq!(parsed.body, Body::Icmp { kind, code: 0 });
        }
    }

    proptest! {
        #[test]
        fn checksums_are_right(seq in any::<u32>(), ack in any::<Option<u32>>(), v6 in any::<bool>(), kind in any::<u8>(), code in any::<u8>()) {
            let (client, server) = ends(v6);
            let bytes = reset(Reset { from: server, to: client, seq, ack }).expect("one family");
            prop_assert!(is_right(&bytes));
            let parsed = Packet::parse(&bytes).expect("a packet");
            let Body::Tcp(tcp) = parsed.body else { panic!("it is TCP") };
            prop_assert_eq!((tcp.seq, tcp.flags.contains(Flags::RST)), (seq, true));
            let error = icmp_error(client.ip(), kind, code, &bytes).expect("it can be quoted");
            prop_assert!(is_right(&error));
            let parsed = Packet::parse(&error).expect("a packet");
            prop_assert_eq!(parsed.body, Body::Icmp { kind, code });
            prop_assert_eq!(parsed.target, server.ip());
        }

        #[test]
        fn nothing_can_be_said_about_what_is_no_packet(bytes in proptest::collection::vec(any::<u8>(), 0..80), kind in any::<u8>()) {
            let _ = icmp_error(ends(false).0.ip(), kind, 0, &bytes);
            let _ = icmp_error(ends(true).0.ip(), kind, 0, &bytes);
        }
    }
}
