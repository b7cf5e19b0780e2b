//! A packet as the client sees it.

use super::PacketQueue;
use crate::model::packet::segment::{Direction, SegmentKind};
use crate::model::packet::{Packet, build, mirrored};
use crate::model::wire::{Origin, PacketNumber};

impl PacketQueue {
    /// The last copy of a packet as the client sees it: from the server with swapped addresses, so that both directions join to one
    /// stream in an export.
    pub fn client_view(&self, number: PacketNumber) -> Option<Vec<u8>> {
        let entry = self.wire.get(number)?;
        let bytes = self.bytes(number)?;
        let to_server = entry.segment.direction == Direction::ToServer;
        match (entry.origin, entry.segment.kind) {
            (Origin::Kernel, _) if to_server => Some(bytes.to_vec()),
            (Origin::Injected, _) if !to_server => Some(bytes.to_vec()),
            (Origin::Injected, SegmentKind::Icmp { kind, code }) => {
                about_server(V4_QUOTE, kind, code, bytes)
            }
            (Origin::Injected, SegmentKind::Icmp6 { kind, code }) => {
                about_server(V6_QUOTE, kind, code, bytes)
            }
            // What a kernel sent from the server, or was made as the server's kernel sees it.
            (Origin::Kernel | Origin::Injected, _) => mirrored(bytes),
        }
    }
}

/// Where the quoted packet begins in an ICMP error.
const V4_QUOTE: usize = 28;
/// The same for ICMPv6.
const V6_QUOTE: usize = 48;

/// An ICMP error about a packet of the server, as the client would see it pass.
fn about_server(quote: usize, kind: u8, code: u8, bytes: &[u8]) -> Option<Vec<u8>> {
    let quoted = mirrored(bytes.get(quote..)?)?;
    let router = Packet::parse(bytes)?.source;
    build::icmp_error(router, kind, code, &quoted)
}
