//! The ranges that stand-ins come from, and the addresses that need none.

use crate::model::wire::places::{self, WirePlace};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

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

/// The lab wire's own addresses: the same on every machine that has one. In a recording without the wire they can be somebody's.
pub(super) fn is_of_the_wire(ip: IpAddr) -> bool {
    WirePlace::ALL.iter().any(|place| places::is(ip, *place))
}

/// The stand-in of its family with this number.
pub(super) fn stand_in(ip: IpAddr, count: u32) -> IpAddr {
    match ip {
        IpAddr::V4(_) => IpAddr::V4(documentation(count)),
        IpAddr::V6(_) => {
            let base = u128::from(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1));
            IpAddr::V6(Ipv6Addr::from(base + u128::from(count)))
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
