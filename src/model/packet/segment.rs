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
pub enum Kind {
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

impl Kind {
    /// The kind of a TCP packet.
    pub fn of(flags: Flags, length: u32) -> Kind {
        if flags.contains(Flags::RST) {
            Kind::Rst
        } else if flags.contains(Flags::SYN | Flags::ACK) {
            Kind::SynAck
        } else if flags.contains(Flags::SYN) {
            Kind::Syn
        } else if flags.contains(Flags::FIN) {
            Kind::Fin
        } else if length > 0 {
            Kind::Data
        } else {
            Kind::Ack
        }
    }

    /// Whether it is ICMP, of either family.
    pub fn is_icmp(self) -> bool {
        matches!(self, Kind::Icmp { .. } | Kind::Icmp6 { .. })
    }
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Kind::Syn => f.write_str("SYN"),
            Kind::SynAck => f.write_str("SYN+ACK"),
            Kind::Ack => f.write_str("ACK"),
            Kind::Data => f.write_str("data"),
            Kind::Fin => f.write_str("FIN"),
            Kind::Rst => f.write_str("RST"),
            Kind::Icmp { kind, code } => write!(f, "ICMP {kind} {code}"),
            Kind::Icmp6 { kind, code } => write!(f, "ICMPv6 {kind} {code}"),
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
    pub kind: Kind,
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
