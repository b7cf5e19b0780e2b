//! What a person typed, taken apart; and the ranges that stand-ins come from.

use crate::pure::addr::Addr;
use std::net::{IpAddr, Ipv4Addr, SocketAddrV4, SocketAddrV6};

/// The words behind `add`. A unix path may hold spaces: what does not look like a target belongs to the one before it.
pub(super) fn targets(words: &str) -> Vec<String> {
    let mut list: Vec<String> = Vec::new();
    for word in words.split(' ').filter(|word| !word.is_empty()) {
        let begins = word.starts_with('@') || word.contains(':');
        match list.last_mut() {
            Some(last) if !begins && last.starts_with("unix:") => {
                last.push(' ');
                last.push_str(word);
            }
            _ => list.push(word.to_owned()),
        }
    }
    list
}

/// An address as a person types it: the port may be a service's name, the zone an interface's.
pub(super) fn typed(target: &str) -> Option<Addr> {
    if let Some(rest) = target.strip_prefix("unix:") {
        return Some(match rest.strip_prefix('@') {
            Some(name) => Addr::UnixAbstract(name.as_bytes().to_vec()),
            None => Addr::UnixPath(rest.as_bytes().to_vec()),
        });
    }
    let (host, port) = host_and_port(target)?;
    let port = port.parse().unwrap_or(0);
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let host = host.split('%').next().unwrap_or(host);
    match host.parse().ok()? {
        IpAddr::V4(ip) => Some(Addr::V4(SocketAddrV4::new(ip, port))),
        IpAddr::V6(ip) => Some(Addr::V6(SocketAddrV6::new(ip, port, 0, 0))),
    }
}

pub(super) fn host_and_port(target: &str) -> Option<(&str, &str)> {
    if target.starts_with('@') || target.starts_with("unix:") {
        return None;
    }
    target.rsplit_once(':')
}

/// Addresses that are the same on every machine.
pub(super) fn says_nothing(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.is_loopback() || ip.is_unspecified(),
        IpAddr::V6(ip) => {
            ip.is_loopback()
                || ip.is_unspecified()
                || ip.to_ipv4_mapped().is_some_and(|v4| v4.is_loopback())
        }
    }
}

/// The stand-in with this number: TEST-NET-1, 2 and 3 of RFC 5737, then the range for benchmarks of RFC 2544.
pub(super) fn documentation(count: u32) -> Ipv4Addr {
    let nets = [[192, 0, 2], [198, 51, 100], [203, 0, 113]];
    match nets.get(count as usize / 254) {
        Some([a, b, c]) => Ipv4Addr::new(*a, *b, *c, (count % 254 + 1) as u8),
        None => Ipv4Addr::from(u32::from(Ipv4Addr::new(198, 18, 0, 0)) + (count - 762) % (1 << 17)),
    }
}
