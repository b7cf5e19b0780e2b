//! Packets that no kernel sent: resets and ICMP errors.

use super::PacketQueue;
use super::changes::{QueueChanges, SessionTime};
use super::refusal::PacketRefusal;
use crate::model::packet::flow::{Flow, RstNumber, icmp};
use crate::model::packet::segment::{Direction, Segment};
use crate::model::packet::{Body, Packet, build};
use crate::model::wire::places::{self, IpVersion};
use crate::model::wire::{Origin, PacketEvent, PacketNumber, ReleasedBy};

impl PacketQueue {
    /// Writes a reset of the connection that a packet belongs to, in a direction.
    ///
    /// # Errors
    /// There is no such packet, or it is not TCP.
    pub fn inject_rst(
        &mut self,
        of: PacketNumber,
        direction: Direction,
        number: RstNumber,
        now: SessionTime,
    ) -> Result<QueueChanges, PacketRefusal> {
        let entry = self.wire.get(of).ok_or(PacketRefusal::Unknown(of))?;
        let flow = entry.flow.ok_or(PacketRefusal::NotTcp(of))?;
        let reset = self.flows.reset(flow, direction, number);
        let reset = reset.ok_or(PacketRefusal::NotTcp(of))?;
        let segment = self.flows.reset_words(flow, direction, &reset);
        let bytes = build::reset(reset).ok_or(PacketRefusal::NotTcp(of))?;
        Ok(self.inject(Some(flow), segment, bytes, now))
    }

    /// Writes an ICMP error (ICMPv6 if the packet is IPv6) about a packet to the kernel that sent it, as if from a router on the way.
    ///
    /// # Errors
    /// There is no such packet, or it was injected itself.
    pub fn inject_icmp(
        &mut self,
        about: PacketNumber,
        kind: u8,
        code: u8,
        now: SessionTime,
    ) -> Result<QueueChanges, PacketRefusal> {
        let entry = self.wire.get(about).ok_or(PacketRefusal::Unknown(about))?;
        if entry.origin == Origin::Injected {
            return Err(PacketRefusal::Injected(about));
        }
        let (flow, direction) = (entry.flow, entry.segment.direction.back());
        let quoted = self.bytes(about).ok_or(PacketRefusal::Unknown(about))?;
        let version = match quoted.first().map(|byte| byte >> 4) {
            Some(6) => IpVersion::V6,
            _ => IpVersion::V4,
        };
        let router = places::WirePlace::Router.ip(version);
        let bytes = build::icmp_error(router, kind, code, quoted);
        let bytes = bytes.ok_or(PacketRefusal::Injected(about))?;
        let packet = Packet {
            source: router,
            target: places::WirePlace::Here.ip(version),
            body: Body::Icmp { kind, code },
        };
        let segment = icmp(&packet, direction);
        Ok(self.inject(flow, segment, bytes, now))
    }

    fn inject(
        &mut self,
        flow: Option<Flow>,
        segment: Segment,
        bytes: Vec<u8>,
        now: SessionTime,
    ) -> QueueChanges {
        let mut turn = QueueChanges::default();
        let what = PacketEvent::Appeared {
            flow,
            segment,
            origin: Origin::Injected,
        };
        let number = self.new_entry(&mut turn, bytes, now, what);
        self.let_go(&mut turn, number, now, ReleasedBy::Learner);
        turn
    }
}
