//! ICMP errors by name: RFC 792, RFC 1122 and RFC 1812 for IPv4, RFC 4443 for IPv6.

use crate::model::packet::segment::SegmentKind;

/// What an ICMP message says, in a few words; `None` if it is no ICMP message or no error that a host is told.
pub fn name(kind: SegmentKind) -> Option<&'static str> {
    Some(match kind {
        SegmentKind::Icmp { kind: 3, code } => match code {
            0 => "network unreachable",
            1 => "host unreachable",
            2 => "protocol unreachable",
            3 => "port unreachable",
            4 => "fragmentation needed",
            5 => "source route failed",
            6 => "network unknown",
            7 => "host unknown",
            9 | 10 | 13 => "administratively prohibited",
            _ => "destination unreachable",
        },
        SegmentKind::Icmp { kind: 4, .. } => "source quench, which is obsolete",
        SegmentKind::Icmp { kind: 11, .. } => "time exceeded",
        SegmentKind::Icmp { kind: 12, .. } => "parameter problem",
        SegmentKind::Icmp6 { kind: 1, code } => match code {
            0 => "no route",
            1 => "administratively prohibited",
            3 => "address unreachable",
            4 => "port unreachable",
            _ => "destination unreachable",
        },
        SegmentKind::Icmp6 { kind: 2, .. } => "packet too big",
        SegmentKind::Icmp6 { kind: 3, .. } => "time exceeded",
        SegmentKind::Icmp6 { kind: 4, .. } => "parameter problem",
        _ => return None,
    })
}

/// A packet's kind with what it says: `ICMP 3 1 (host unreachable)`, `SYN`.
pub fn with_name(kind: SegmentKind) -> String {
    match name(kind) {
        Some(name) => format!("{kind} ({name})"),
        None if kind.is_icmp() => format!("{kind} (no error that TCP hears of)"),
        None => kind.to_string(),
    }
}
