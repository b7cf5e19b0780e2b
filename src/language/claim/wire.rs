//! What can be claimed of the lab wire: `held 2`, `2 SYN+ACK`, `2 held`, `rule pass all`.

use super::words::split;
use crate::language::packets;
use crate::model::packet::segment::{Direction, SegmentKind};
use crate::model::wire::places::{self, WirePlace};
use crate::model::wire::rule::Rule;
use crate::model::wire::{Origin, PacketEntry, PacketNumber, PacketStatus, Wire};

/// How it is written.
pub(super) const FORM: &str = "wire NUMBER and KIND, FATE, from client, from server, seq N, ack N, length N, copies N, made, arrived, lost, vanished or one-held; wire held N; wire packets N; \
    wire rule RULE; such as: wire 2 SYN+ACK, or: wire 2 held, or: wire held 1, or: wire rule pass all";

/// The words that can stand behind a packet's number, for completion.
pub const WORDS: &[&str] = &[
    "SYN",
    "SYN+ACK",
    "ACK",
    "data",
    "FIN",
    "RST",
    "ICMP",
    "ICMPv6",
    "held",
    "waits",
    "let-go",
    "dropped",
    "swallowed",
    "from",
    "seq",
    "ack",
    "length",
    "copies",
    "made",
    "arrived",
    "lost",
    "vanished",
    "one-held",
];

/// A claim about the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WireClaim {
    /// So many packets are held.
    Held(usize),
    /// So many packets there were.
    Packets(usize),
    /// This rule is in force.
    Rule(Rule),
    /// Of one packet.
    Packet(PacketNumber, PacketClaim),
}

/// What can be claimed of one packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PacketClaim {
    /// What it is for.
    Kind(SegmentKind),
    /// It is an ICMP message, of whatever type and code.
    Icmp,
    /// It is an ICMPv6 message, of whatever type and code.
    Icmp6,
    /// Where it is.
    Status(PacketStatusWord),
    /// Who sent it.
    From(Direction),
    /// Its sequence number, counted from its sender's first.
    Seq(u32),
    /// Its acknowledgment number, counted from the other's first.
    Ack(u32),
    /// So many bytes of data.
    Length(u32),
    /// It was sent at least so often.
    Copies(u32),
    /// The user made it.
    Made,
    /// Its receiver has had one copy or more.
    Arrived,
    /// One copy of it or more was thrown away.
    Lost,
    /// It is of a connection whose server's host vanishes.
    Vanished,
    /// One copy of it is held, and no more.
    OneHeld,
}

/// Where a packet is, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words of the queue")]
pub enum PacketStatusWord {
    Held,
    Waits,
    LetGo,
    Dropped,
    Swallowed,
}

impl PacketStatusWord {
    const ALL: [(&'static str, PacketStatusWord); 5] = [
        ("held", PacketStatusWord::Held),
        ("waits", PacketStatusWord::Waits),
        ("let-go", PacketStatusWord::LetGo),
        ("dropped", PacketStatusWord::Dropped),
        ("swallowed", PacketStatusWord::Swallowed),
    ];

    fn of(status: PacketStatus) -> PacketStatusWord {
        match status {
            PacketStatus::Held => PacketStatusWord::Held,
            PacketStatus::Waits(_) => PacketStatusWord::Waits,
            PacketStatus::LetGo => PacketStatusWord::LetGo,
            PacketStatus::Dropped => PacketStatusWord::Dropped,
            PacketStatus::Swallowed => PacketStatusWord::Swallowed,
        }
    }

    fn word(self) -> &'static str {
        PacketStatusWord::ALL
            .iter()
            .find(|(_, status)| *status == self)
            .map_or("-", |(word, _)| word)
    }
}

impl WireClaim {
    /// Reads what stands behind `wire`.
    pub(super) fn read(text: &str) -> Option<WireClaim> {
        let (first, rest) = split(text);
        Some(match first {
            "held" => WireClaim::Held(rest.parse().ok()?),
            "packets" => WireClaim::Packets(rest.parse().ok()?),
            "rule" => WireClaim::Rule(packets::rule(rest)?),
            number => {
                let number = number.parse().ok().filter(|number| *number != 0)?;
                WireClaim::Packet(PacketNumber(number), PacketClaim::read(rest)?)
            }
        })
    }

    /// Whether it is so, and what is so.
    pub(super) fn look(&self, wire: &Wire) -> (bool, String) {
        match self {
            WireClaim::Held(wanted) => {
                let held = wire
                    .waiting()
                    .filter(|entry| entry.status == PacketStatus::Held);
                let held = held.count();
                (held == *wanted, held.to_string())
            }
            WireClaim::Packets(wanted) => {
                let count = wire.entries().len();
                (count == *wanted, count.to_string())
            }
            WireClaim::Rule(rule) => {
                let rules = wire.rules.list();
                let words: Vec<String> = rules.iter().copied().map(packets::rule_words).collect();
                let text = if words.is_empty() {
                    "that there is no rule: every packet is held".to_owned()
                } else {
                    words.join(", ")
                };
                (rules.contains(rule), text)
            }
            WireClaim::Packet(number, of) => match wire.get(*number) {
                None => (
                    false,
                    format!("not there: no packet has the number {number}"),
                ),
                Some(entry) => of.look(entry),
            },
        }
    }
}

impl PacketClaim {
    pub(super) fn read(text: &str) -> Option<PacketClaim> {
        let kinds = [
            SegmentKind::Syn,
            SegmentKind::SynAck,
            SegmentKind::Ack,
            SegmentKind::Data,
            SegmentKind::Fin,
            SegmentKind::Rst,
        ];
        let directions = [Direction::ToServer, Direction::ToClient];
        let (word, value) = split(text);
        let number = || value.parse::<u32>().ok();
        let icmp = || {
            let (kind, code) = split(value);
            Some((kind.parse().ok()?, code.parse().ok()?))
        };
        Some(match word {
            "copies" => PacketClaim::Copies(number()?),
            "seq" => PacketClaim::Seq(number()?),
            "ack" => PacketClaim::Ack(number()?),
            "length" => PacketClaim::Length(number()?),
            "from" => PacketClaim::From(
                directions
                    .into_iter()
                    .find(|direction| direction.words() == text)?,
            ),
            "made" if value.is_empty() => PacketClaim::Made,
            "arrived" if value.is_empty() => PacketClaim::Arrived,
            "lost" if value.is_empty() => PacketClaim::Lost,
            "vanished" if value.is_empty() => PacketClaim::Vanished,
            "one-held" if value.is_empty() => PacketClaim::OneHeld,
            "ICMP" if value.is_empty() => PacketClaim::Icmp,
            "ICMPv6" if value.is_empty() => PacketClaim::Icmp6,
            "ICMP" => {
                icmp().map(|(kind, code)| PacketClaim::Kind(SegmentKind::Icmp { kind, code }))?
            }
            "ICMPv6" => {
                icmp().map(|(kind, code)| PacketClaim::Kind(SegmentKind::Icmp6 { kind, code }))?
            }
            _ => match PacketStatusWord::ALL
                .iter()
                .find(|(known, _)| *known == text)
            {
                Some((_, status)) => PacketClaim::Status(*status),
                None => PacketClaim::Kind(kinds.into_iter().find(|kind| kind.to_string() == text)?),
            },
        })
    }

    /// Whether it is so.
    pub(super) fn is_so(self, entry: &PacketEntry) -> bool {
        self.look(entry).0
    }

    fn look(self, entry: &PacketEntry) -> (bool, String) {
        let segment = &entry.segment;
        match self {
            PacketClaim::Kind(kind) => (segment.kind == kind, segment.kind.to_string()),
            PacketClaim::Icmp => {
                let is = matches!(segment.kind, SegmentKind::Icmp { .. });
                (is, segment.kind.to_string())
            }
            PacketClaim::Icmp6 => {
                let is = matches!(segment.kind, SegmentKind::Icmp6 { .. });
                (is, segment.kind.to_string())
            }
            PacketClaim::Status(status) => {
                let is = PacketStatusWord::of(entry.status);
                (is == status, is.word().to_owned())
            }
            PacketClaim::From(direction) => {
                let is = segment.direction;
                (is == direction, is.words().to_owned())
            }
            PacketClaim::Seq(seq) => (segment.seq == seq, format!("seq {}", segment.seq)),
            PacketClaim::Ack(ack) => {
                let text = segment.ack.map_or_else(
                    || "one without an acknowledgment".to_owned(),
                    |ack| format!("ack {ack}"),
                );
                (segment.ack == Some(ack), text)
            }
            PacketClaim::Length(length) => (
                segment.length == length,
                format!("length {}", segment.length),
            ),
            PacketClaim::Copies(count) => (entry.copies >= count, entry.copies.to_string()),
            PacketClaim::Made => {
                let by = match entry.origin {
                    Origin::Kernel => "a kernel's own",
                    Origin::Injected => "made by the user",
                };
                (entry.origin == Origin::Injected, by.to_owned())
            }
            PacketClaim::Arrived => (entry.delivered > 0, format!("{} arrived", entry.delivered)),
            PacketClaim::Lost => (entry.dropped > 0, format!("{} lost", entry.dropped)),
            PacketClaim::Vanished => {
                let server = entry.flow.map(|flow| flow.server.ip());
                let is = server.is_some_and(|ip| places::is(ip, WirePlace::Gone));
                (is, "of a host that stays".to_owned())
            }
            PacketClaim::OneHeld => {
                let held = if entry.status.is_held() {
                    entry.held_copies
                } else {
                    0
                };
                (held == 1, format!("{held} held"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_for_a_packet_is_understood() {
        for word in WORDS {
            let value = match *word {
                "ICMP" | "ICMPv6" => " 3 1",
                "from" => " client",
                "seq" | "ack" | "length" | "copies" => " 1",
                _ => "",
            };
            let text = format!("2 {word}{value}");
            assert!(WireClaim::read(&text).is_some(), "{text}");
            if word.starts_with("ICMP") {
                let any = format!("2 {word}");
                assert!(WireClaim::read(&any).is_some(), "{any}");
            }
        }
        for wrong in [
            "2",
            "0 SYN",
            "2 from router",
            "2 ICMP 3",
            "rule add @open",
            "held",
        ] {
            assert_eq!(WireClaim::read(wrong), None, "{wrong}");
        }
    }
}
