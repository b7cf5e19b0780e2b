//! Which packets are copies of each other.

use crate::model::packet::flow::Flow;
use crate::model::packet::segment::Direction;
use crate::model::packet::{Body, Flags, Packet};

/// What makes two packets equal: copies of each other.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct CopyKey {
    flow: Flow,
    direction: Direction,
    flags: Flags,
    seq: u32,
    ack: u32,
    length: usize,
    /// Only of a packet that takes no number: an ACK with another window says something new.
    window: Option<u16>,
}

/// What a packet is equal to; `None` if it is not TCP: then it is like no other.
pub(super) fn likeness(packet: &Packet, flow: Flow, direction: Direction) -> Option<CopyKey> {
    let Body::Tcp(tcp) = &packet.body else {
        return None;
    };
    Some(CopyKey {
        flow,
        direction,
        flags: tcp.flags,
        seq: tcp.seq,
        ack: tcp.ack,
        length: tcp.payload.len(),
        window: (tcp.span() == 0).then_some(tcp.window),
    })
}
