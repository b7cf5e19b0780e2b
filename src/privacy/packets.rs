//! Whole packets: names in their data become `x`, addresses in their headers stand-ins, and what was summed up before is summed up anew.
//! A sum that was right stays right and one that was wrong stays wrong (RFC 1624), also of a quoted packet of which not all is there.

use super::Mask;
use super::data::fill;
use crate::model::packet::{self, Body};
use std::net::{IpAddr, SocketAddr};
use std::ops::Range;

/// Where the parts of an IP packet stand.
struct Parts {
    /// Source and target.
    ends: [Range<usize>; 2],
    /// The checksum of an IPv4 header.
    header_sum: Option<usize>,
    /// Where TCP or ICMP begins.
    inner: usize,
    /// Where the packet ends, as far as it is there.
    end: usize,
    carries: Carries,
}

enum Carries {
    Tcp {
        /// Where the data begin.
        data: usize,
    },
    Icmp {
        /// Whether the addresses are summed up too: ICMPv6.
        ends_count: bool,
    },
}

/// The checksum's place in a TCP header, and in an ICMP one.
const TCP_SUM: usize = 16;
const ICMP_SUM: usize = 2;
/// An ICMP error's own bytes, in front of the packet that it quotes.
const BEFORE_QUOTE: usize = 8;
const MORE_FRAGMENTS_OR_OFFSET: u16 = 0x3fff;

fn number(bytes: &[u8], at: usize) -> Option<u16> {
    let pair = bytes.get(at..at + 2)?;
    Some(u16::from_be_bytes([pair[0], pair[1]]))
}

/// Takes a packet apart. `None` if it is broken, a fragment, has more headers than a kernel of the lab writes, or is neither TCP nor ICMP.
fn parts(bytes: &[u8]) -> Option<Parts> {
    let (ends, header_sum, inner, length, protocol) = match bytes.first()? {
        0x45 => {
            if number(bytes, 6)? & MORE_FRAGMENTS_OR_OFFSET != 0 {
                return None;
            }
            let length = usize::from(number(bytes, 2)?);
            ([12..16, 16..20], Some(10), 20, length, *bytes.get(9)?)
        }
        first if first >> 4 == 6 => {
            let length = usize::from(number(bytes, 4)?) + 40;
            ([8..24, 24..40], None, 40, length, *bytes.get(6)?)
        }
        _ => return None,
    };
    let end = length.min(bytes.len());
    if end < inner {
        return None;
    }
    let carries = match (protocol, header_sum) {
        (6, _) => {
            // Of a quoted packet perhaps only the ports are there.
            let words = bytes.get(inner + 12).map_or(5, |byte| byte >> 4);
            let data = inner + usize::from(words.max(5)) * 4;
            Carries::Tcp {
                data: data.min(end),
            }
        }
        (1, Some(_)) => Carries::Icmp { ends_count: false },
        (58, None) => Carries::Icmp { ends_count: true },
        _ => return None,
    };
    Some(Parts {
        ends,
        header_sum,
        inner,
        end,
        carries,
    })
}

fn ip(bytes: &[u8]) -> Option<IpAddr> {
    match bytes.len() {
        4 => <[u8; 4]>::try_from(bytes).ok().map(IpAddr::from),
        _ => <[u8; 16]>::try_from(bytes).ok().map(IpAddr::from),
    }
}

/// Data that a packet carries, and where they belong.
pub(super) struct Carried {
    pub(super) from: SocketAddr,
    pub(super) to: SocketAddr,
    /// The number of the first byte.
    pub(super) seq: u32,
    /// Where they stand in the packet.
    pub(super) data: Range<usize>,
}

/// What a packet carries, or the packet that it quotes.
pub(super) fn carried(bytes: &[u8]) -> Option<Carried> {
    let Parts {
        ends: [from, to],
        header_sum: _,
        inner,
        end,
        carries,
    } = parts(bytes)?;
    match carries {
        Carries::Icmp { ends_count: _ } => {
            let begin = inner + BEFORE_QUOTE;
            let quoted = carried(bytes.get(begin..end)?)?;
            Some(Carried {
                data: quoted.data.start + begin..quoted.data.end + begin,
                ..quoted
            })
        }
        Carries::Tcp { data } => {
            let seq = bytes.get(inner + 4..inner + 8)?;
            let syn = u32::from(bytes.get(inner + 13)? >> 1 & 1);
            Some(Carried {
                from: SocketAddr::new(ip(&bytes[from])?, number(bytes, inner)?),
                to: SocketAddr::new(ip(&bytes[to])?, number(bytes, inner + 2)?),
                seq: u32::from_be_bytes(seq.try_into().ok()?).wrapping_add(syn),
                data: data..end,
            })
        }
    }
}

/// Every address in a packet's headers, also in those that it quotes.
pub(super) fn addresses(bytes: &[u8]) -> Vec<IpAddr> {
    let Some(parts) = parts(bytes) else {
        return Vec::new();
    };
    let mut all: Vec<IpAddr> = parts
        .ends
        .iter()
        .filter_map(|range| ip(&bytes[range.clone()]))
        .collect();
    if let Carries::Icmp { ends_count: _ } = parts.carries {
        let quoted = bytes.get(parts.inner + BEFORE_QUOTE..parts.end);
        all.extend(addresses(quoted.unwrap_or_default()));
    }
    all
}

/// The excerpt of a packet's data, as it was made when the packet appeared.
fn excerpt(bytes: &[u8]) -> Option<String> {
    match packet::Packet::parse(bytes)?.body {
        Body::Tcp(tcp) => Some(tcp.excerpt()),
        Body::Icmp { kind: _, code: _ } => None,
    }
}

impl Mask {
    /// Masks a packet and the words of its data; `hidden` are parts of names that other packets have the rest of.
    pub(super) fn packet(
        &self,
        packet: crate::model::names::NamedPacket<'_>,
        hidden: &[Range<usize>],
    ) {
        let crate::model::names::NamedPacket {
            excerpt: shown,
            bytes,
        } = packet;
        let mut derived = None;
        if let Some(bytes) = bytes {
            let before = bytes.clone();
            fill(bytes, hidden);
            self.rewrite(&before, bytes);
            derived = excerpt(&before).zip(excerpt(bytes));
        }
        if let Some(shown) = shown {
            *shown = match derived {
                Some((before, after)) if *shown == before => after,
                _ => self.forbidden.excerpt(shown),
            };
        }
    }

    /// Hides what can be read in `now`, which was `before`.
    fn rewrite(&self, before: &[u8], now: &mut [u8]) {
        let Some(parts) = parts(before) else {
            return self.forbidden.hide(now);
        };
        for range in parts.ends.clone() {
            let place = &mut now[range];
            match ip(place).map(|ip| self.stand_ins.ip(ip)) {
                Some(IpAddr::V4(v4)) if place.len() == 4 => place.copy_from_slice(&v4.octets()),
                Some(IpAddr::V6(v6)) if place.len() == 16 => place.copy_from_slice(&v6.octets()),
                _ => {}
            }
        }
        // What hangs behind the packet's end belongs to no sum.
        self.forbidden.hide(&mut now[parts.end..]);
        let ends = parts.ends[0].start..parts.ends[1].end;
        let inner = parts.inner..parts.end;
        let (sum, ends_count) = match parts.carries {
            Carries::Tcp { data } => {
                // A name may go on in what hangs behind.
                self.forbidden.hide(&mut now[data..]);
                (TCP_SUM, true)
            }
            Carries::Icmp { ends_count } => {
                let quoted = (inner.start + BEFORE_QUOTE).min(inner.end)..inner.end;
                self.rewrite(&before[quoted.clone()], &mut now[quoted]);
                (ICMP_SUM, ends_count)
            }
        };
        if let Some(at) = parts.header_sum {
            sum_anew(before, now, at, 0..inner.start);
        }
        let at = inner.start + sum;
        if at + 2 > inner.end {
            return; // a quote that ends before it
        }
        if ends_count {
            sum_anew(before, now, at, ends);
        }
        sum_anew(before, now, at, inner);
    }
}

/// Changes the checksum at `at` by what has changed in a part of what it sums up, which begins at an even place.
fn sum_anew(before: &[u8], now: &mut [u8], at: usize, part: Range<usize>) {
    let Some(sum) = number(now, at) else { return };
    let mut total = u64::from(!sum);
    let words = |bytes: &[u8], wanted: fn(u16) -> u16| -> u64 {
        bytes
            .chunks(2)
            .map(|pair| u16::from_be_bytes([pair[0], pair.get(1).copied().unwrap_or(0)]))
            .map(|word| u64::from(wanted(word)))
            .sum()
    };
    total += words(&before[part.clone()], |word| !word);
    // The sum itself is no part of what it sums up: it must count as it was.
    let mut after = now[part.clone()].to_vec();
    if let Some(own) = at
        .checked_sub(part.start)
        .and_then(|own| after.get_mut(own..own + 2))
    {
        own.copy_from_slice(&before[at..at + 2]);
    }
    total += words(&after, |word| word);
    while total > 0xffff {
        total = (total & 0xffff) + (total >> 16);
    }
    now[at..at + 2].copy_from_slice(&(!(total as u16)).to_be_bytes());
}

#[cfg(test)]
mod tests;
