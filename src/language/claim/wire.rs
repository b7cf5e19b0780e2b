//! What can be claimed of the lab wire: `held 2`, `2 SYN+ACK`, `2 held`, `rule pass all`.

use super::words::split;
use crate::language::packets;
use crate::model::packet::segment::{Direction, Kind};
use crate::model::wire::rule::Rule;
use crate::model::wire::{Entry, Fate, Number, Wire};

/// How it is written.
pub(super) const FORM: &str = "wire NUMBER and KIND, FATE, from client, from server, seq N, ack N, length N or copies N; wire held N; wire packets N; \
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
];

/// A claim about the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OfWire {
    /// So many packets are held.
    Held(usize),
    /// So many packets there were.
    Packets(usize),
    /// This rule is in force.
    Rule(Rule),
    /// Of one packet.
    Packet(Number, OfPacket),
}

/// What can be claimed of one packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfPacket {
    /// What it is for.
    Kind(Kind),
    /// Where it is.
    Fate(FateWord),
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
}

/// Where a packet is, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words of the queue")]
pub enum FateWord {
    Held,
    Waits,
    LetGo,
    Dropped,
    Swallowed,
}

impl FateWord {
    const ALL: [(&'static str, FateWord); 5] = [
        ("held", FateWord::Held),
        ("waits", FateWord::Waits),
        ("let-go", FateWord::LetGo),
        ("dropped", FateWord::Dropped),
        ("swallowed", FateWord::Swallowed),
    ];

    fn of(fate: Fate) -> FateWord {
        match fate {
            Fate::Held => FateWord::Held,
            Fate::Waits(_) => FateWord::Waits,
            Fate::LetGo => FateWord::LetGo,
            Fate::Dropped => FateWord::Dropped,
            Fate::Swallowed => FateWord::Swallowed,
        }
    }

    fn word(self) -> &'static str {
        FateWord::ALL
            .iter()
            .find(|(_, fate)| *fate == self)
            .map_or("-", |(word, _)| word)
    }
}

impl OfWire {
    /// Reads what stands behind `wire`.
    pub(super) fn read(text: &str) -> Option<OfWire> {
        let (first, rest) = split(text);
        Some(match first {
            "held" => OfWire::Held(rest.parse().ok()?),
            "packets" => OfWire::Packets(rest.parse().ok()?),
            "rule" => OfWire::Rule(packets::rule(rest)?),
            number => {
                let number = number.parse().ok().filter(|number| *number != 0)?;
                OfWire::Packet(Number(number), OfPacket::read(rest)?)
            }
        })
    }

    /// Whether it is so, and what is so.
    pub(super) fn look(&self, wire: &Wire) -> (bool, String) {
        match self {
            OfWire::Held(wanted) => {
                let held = wire.waiting().filter(|entry| entry.fate == Fate::Held);
                let held = held.count();
                (held == *wanted, held.to_string())
            }
            OfWire::Packets(wanted) => {
                let count = wire.entries().len();
                (count == *wanted, count.to_string())
            }
            OfWire::Rule(rule) => {
                let rules = wire.rules.list();
                let words: Vec<String> = rules.iter().copied().map(packets::rule_words).collect();
                let text = if words.is_empty() {
                    "that there is no rule: every packet is held".to_owned()
                } else {
                    words.join(", ")
                };
                (rules.contains(rule), text)
            }
            OfWire::Packet(number, of) => match wire.get(*number) {
                None => (
                    false,
                    format!("not there: no packet has the number {number}"),
                ),
                Some(entry) => of.look(entry),
            },
        }
    }
}

impl OfPacket {
    fn read(text: &str) -> Option<OfPacket> {
        let kinds = [
            Kind::Syn,
            Kind::SynAck,
            Kind::Ack,
            Kind::Data,
            Kind::Fin,
            Kind::Rst,
        ];
        let directions = [Direction::ToServer, Direction::ToClient];
        let (word, value) = split(text);
        let number = || value.parse::<u32>().ok();
        let icmp = || {
            let (kind, code) = split(value);
            Some((kind.parse().ok()?, code.parse().ok()?))
        };
        Some(match word {
            "copies" => OfPacket::Copies(number()?),
            "seq" => OfPacket::Seq(number()?),
            "ack" => OfPacket::Ack(number()?),
            "length" => OfPacket::Length(number()?),
            "from" => OfPacket::From(
                directions
                    .into_iter()
                    .find(|direction| direction.words() == text)?,
            ),
            "ICMP" => icmp().map(|(kind, code)| OfPacket::Kind(Kind::Icmp { kind, code }))?,
            "ICMPv6" => icmp().map(|(kind, code)| OfPacket::Kind(Kind::Icmp6 { kind, code }))?,
            _ => match FateWord::ALL.iter().find(|(known, _)| *known == text) {
                Some((_, fate)) => OfPacket::Fate(*fate),
                None => OfPacket::Kind(kinds.into_iter().find(|kind| kind.to_string() == text)?),
            },
        })
    }

    fn look(self, entry: &Entry) -> (bool, String) {
        let segment = &entry.segment;
        match self {
            OfPacket::Kind(kind) => (segment.kind == kind, segment.kind.to_string()),
            OfPacket::Fate(fate) => {
                let is = FateWord::of(entry.fate);
                (is == fate, is.word().to_owned())
            }
            OfPacket::From(direction) => {
                let is = segment.direction;
                (is == direction, is.words().to_owned())
            }
            OfPacket::Seq(seq) => (segment.seq == seq, format!("seq {}", segment.seq)),
            OfPacket::Ack(ack) => {
                let text = segment.ack.map_or_else(
                    || "one without an acknowledgment".to_owned(),
                    |ack| format!("ack {ack}"),
                );
                (segment.ack == Some(ack), text)
            }
            OfPacket::Length(length) => (
                segment.length == length,
                format!("length {}", segment.length),
            ),
            OfPacket::Copies(count) => (entry.copies >= count, entry.copies.to_string()),
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
            assert!(OfWire::read(&text).is_some(), "{text}");
        }
        for wrong in [
            "2",
            "0 SYN",
            "2 from router",
            "2 ICMP 3",
            "rule add @open",
            "held",
        ] {
            assert_eq!(OfWire::read(wrong), None, "{wrong}");
        }
    }
}
