//! One packet in the words of a lesson: direction, kind, and numbers counted from each side's first.

use super::Flags;
use serde::{Deserialize, Serialize};

/// Which way a packet goes, seen from the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// From the client to the server.
    ToServer,
    /// From the server to the client.
    ToClient,
}

impl Direction {
    /// The other way.
    pub fn back(self) -> Direction {
        match self {
            Direction::ToServer => Direction::ToClient,
            Direction::ToClient => Direction::ToServer,
        }
    }

    /// In words: `from client`, `from server`.
    pub fn words(self) -> &'static str {
        match self {
            Direction::ToServer => "from client",
            Direction::ToClient => "from server",
        }
    }
}

/// What a packet is for. The first that fits in this order: RST, SYN, FIN, data, ACK.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[serde(deny_unknown_fields)]
pub enum SegmentKind {
    /// Opens a connection.
    Syn,
    /// Answers a SYN.
    SynAck,
    /// Only acknowledges.
    Ack,
    /// Carries bytes.
    Data,
    /// The last of its sender; it may carry bytes.
    Fin,
    /// Ends the connection at once.
    Rst,
    /// An ICMP message.
    Icmp {
        /// RFC 792
        kind: u8,
        /// RFC 792
        code: u8,
    },
    /// An ICMPv6 message.
    Icmp6 {
        /// RFC 4443
        kind: u8,
        /// RFC 4443
        code: u8,
    },
}

impl SegmentKind {
    /// The kind of a TCP packet.
    pub fn of(flags: Flags, length: u32) -> SegmentKind {
        if flags.contains(Flags::RST) {
            SegmentKind::Rst
        } else if flags.contains(Flags::SYN | Flags::ACK) {
            SegmentKind::SynAck
        } else if flags.contains(Flags::SYN) {
            SegmentKind::Syn
        } else if flags.contains(Flags::FIN) {
            SegmentKind::Fin
        } else if length > 0 {
            SegmentKind::Data
        } else {
            SegmentKind::Ack
        }
    }

    /// Whether it is ICMP, of either family.
    pub fn is_icmp(self) -> bool {
        matches!(self, SegmentKind::Icmp { .. } | SegmentKind::Icmp6 { .. })
    }
}

impl std::fmt::Display for SegmentKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            SegmentKind::Syn => f.write_str("SYN"),
            SegmentKind::SynAck => f.write_str("SYN+ACK"),
            SegmentKind::Ack => f.write_str("ACK"),
            SegmentKind::Data => f.write_str("data"),
            SegmentKind::Fin => f.write_str("FIN"),
            SegmentKind::Rst => f.write_str("RST"),
            SegmentKind::Icmp { kind, code } => write!(f, "ICMP {kind} {code}"),
            SegmentKind::Icmp6 { kind, code } => write!(f, "ICMPv6 {kind} {code}"),
        }
    }
}

/// A packet in words. `Display` writes `SYN seq 0`, `data seq 1 ack 1 5 bytes`, `ICMP 3 1`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Segment {
    /// Which way it goes.
    pub direction: Direction,
    /// What it is for.
    pub kind: SegmentKind,
    /// All its flags; none for ICMP.
    pub flags: Flags,
    /// The number of its first byte, counted from its sender's first, which is 0.
    pub seq: u32,
    /// The next byte it expects, counted from the other side's first; `None` without ACK.
    pub ack: Option<u32>,
    /// So many bytes of data.
    pub length: u32,
    /// The window as it stands in the header, not scaled.
    pub window: u16,
    /// The beginning of the data, quoted and cleaned; empty if there is none.
    pub excerpt: String,
}

impl std::fmt::Display for Segment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.kind)?;
        if self.kind.is_icmp() {
            return Ok(());
        }
        write!(f, " seq {}", self.seq)?;
        if let Some(ack) = self.ack {
            write!(f, " ack {ack}")?;
        }
        match self.length {
            0 => Ok(()),
            1 => f.write_str(" 1 byte"),
            length => write!(f, " {length} bytes"),
        }
    }
}
