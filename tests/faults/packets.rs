//! The packets in a trace, read without the program: their bytes, their data, their checksums.

use serde_json::Value;

/// Everything that stands under this key, however deep, in order.
pub(crate) fn under<'a>(value: &'a Value, key: &str, found: &mut Vec<&'a Value>) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                if name == key {
                    found.push(field);
                } else {
                    under(field, key, found);
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| under(item, key, found)),
        _ => {}
    }
}

/// Every packet's bytes, in order of appearance.
pub(crate) fn raw(trace: &[Value]) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    for line in trace {
        under(line, "raw", &mut found);
    }
    found
        .iter()
        .map(|hex| unhex(hex.as_str().expect("raw bytes are a text")).expect("in hex"))
        .collect()
}

/// Bytes from their digits.
pub(crate) fn unhex(digits: &str) -> Option<Vec<u8>> {
    (0..digits.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok())
        .collect()
}

/// Everything in these bytes that is written in hex, as bytes, whichever digit it begins at.
pub(crate) fn decoded_hex(bytes: &[u8]) -> Vec<u8> {
    let mut all = Vec::new();
    for digits in bytes.split(|byte| !byte.is_ascii_hexdigit()) {
        for start in [0, 1] {
            let pairs = digits.get(start..).unwrap_or_default().chunks_exact(2);
            all.extend(pairs.filter_map(|pair| {
                let pair = std::str::from_utf8(pair).ok()?;
                u8::from_str_radix(pair, 16).ok()
            }));
            all.push(b'\n');
        }
    }
    all
}

fn number(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .fold(0, |sum, byte| sum << 8 | usize::from(*byte))
}

/// The length of an IPv4 packet's header.
fn header(packet: &[u8]) -> usize {
    usize::from(packet[0] & 15) * 4
}

/// An ICMP packet's protocol.
const ICMP: u8 = 1;

/// Whether an IPv4 packet holds an ICMP message.
pub(crate) fn is_icmp(packet: &[u8]) -> bool {
    packet[9] == ICMP
}

/// The data of a TCP packet; of an ICMP error, the data of the packet that it quotes.
pub(crate) fn data(packet: &[u8]) -> &[u8] {
    let inner = &packet[header(packet)..];
    if is_icmp(packet) {
        return data(&inner[8..]);
    }
    &inner[usize::from(inner[12] >> 4) * 4..]
}

/// The sum of RFC 1071; all ones if the checksum in it is right.
fn sum(parts: &[&[u8]]) -> usize {
    let mut sum: usize = parts
        .iter()
        .flat_map(|part| part.chunks(2))
        .map(|pair| number(pair) << (8 * (2 - pair.len())))
        .sum();
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    sum
}

/// Whether the checksums of an IPv4 packet and of what it carries are right; of an ICMP error, those of the packet that it quotes too.
pub(crate) fn sums_are_right(packet: &[u8]) -> bool {
    let (head, inner) = packet.split_at(header(packet));
    let inner_is_right = if is_icmp(packet) {
        sum(&[inner]) == 0xffff && sums_are_right(&inner[8..])
    } else {
        let length = u32::try_from(inner.len()).expect("a packet is short");
        let before = u32::from(packet[9]).to_be_bytes();
        sum(&[&packet[12..20], &before, &length.to_be_bytes(), inner]) == 0xffff
    };
    number(&packet[2..4]) == packet.len() && sum(&[head]) == 0xffff && inner_is_right
}

/// Who sent an IPv4 packet, and to whom, as addresses without ports.
pub(crate) fn ends(packet: &[u8]) -> [String; 2] {
    [12, 16].map(|at| {
        let parts = &packet[at..at + 4];
        let parts: Vec<String> = parts.iter().map(u8::to_string).collect();
        parts.join(".")
    })
}
