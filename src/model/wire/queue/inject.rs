//! Packets that no kernel sent: resets and ICMP errors.

use super::Queue;
use super::refusal::Refusal;
use super::turn::{Now, Turn};
use crate::model::packet::flow::{Flow, RstNumber, icmp};
use crate::model::packet::segment::{Direction, Segment};
use crate::model::packet::{Body, Packet, build};
use crate::model::wire::places::{self, Version};
use crate::model::wire::{Hand, Number, Origin, What};

impl Queue {
    /// Writes a reset of the connection that a packet belongs to, in a direction.
    ///
    /// # Errors
    /// There is no such packet, or it is not TCP.
    pub fn inject_rst(
        &mut self,
        of: Number,
        direction: Direction,
        number: RstNumber,
        now: Now,
    ) -> Result<Turn, Refusal> {
        let entry = self.wire.get(of).ok_or(Refusal::Unknown(of))?;
        let flow = entry.flow.ok_or(Refusal::NotTcp(of))?;
        let reset = self.flows.reset(flow, direction, number);
        let reset = reset.ok_or(Refusal::NotTcp(of))?;
        let segment = self.flows.reset_words(flow, direction, &reset);
        let bytes = build::reset(reset).ok_or(Refusal::NotTcp(of))?;
        Ok(self.inject(Some(flow), segment, bytes, now))
    }

    /// Writes an ICMP error (ICMPv6 if the packet is IPv6) about a packet to the kernel that sent it, as if from a router on the way.
    ///
    /// # Errors
    /// There is no such packet, or it was injected itself.
    pub fn inject_icmp(
        &mut self,
        about: Number,
        kind: u8,
        code: u8,
        now: Now,
    ) -> Result<Turn, Refusal> {
        let entry = self.wire.get(about).ok_or(Refusal::Unknown(about))?;
        if entry.origin == Origin::Injected {
            return Err(Refusal::Injected(about));
        }
        let (flow, direction) = (entry.flow, entry.segment.direction.back());
        let quoted = self.bytes(about).ok_or(Refusal::Unknown(about))?;
        let version = match quoted.first().map(|byte| byte >> 4) {
            Some(6) => Version::V6,
            _ => Version::V4,
        };
        let router = places::Place::Router.ip(version);
        let bytes = build::icmp_error(router, kind, code, quoted);
        let bytes = bytes.ok_or(Refusal::Injected(about))?;
        let packet = Packet {
            source: router,
            target: places::Place::Here.ip(version),
            body: Body::Icmp { kind, code },
        };
        let segment = icmp(&packet, direction);
        Ok(self.inject(flow, segment, bytes, now))
    }

    fn inject(&mut self, flow: Option<Flow>, segment: Segment, bytes: Vec<u8>, now: Now) -> Turn {
        let mut turn = Turn::default();
        let what = What::Appeared {
            flow,
            segment,
            origin: Origin::Injected,
        };
        let number = self.new_entry(&mut turn, bytes, now, what);
        self.let_go(&mut turn, number, now, Hand::Learner);
        turn
    }
}
