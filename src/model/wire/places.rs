//! The addresses of the lab wire. Both kernel sockets live at [`WirePlace::Here`]'s address and write to [`WirePlace::There`]'s.

use serde::{Deserialize, Serialize};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use strum::VariantArray;

/// IPv4 or IPv6.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IpVersion {
    /// IPv4
    V4,
    /// IPv6
    V6,
}

/// Where a client of the wire may connect to, and where the others live.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "kebab-case")]
pub enum WirePlace {
    /// The address of the namespace itself: servers listen here.
    Here,
    /// The other end as each end names it: connect here. A server that listens is open, without one the port is closed.
    There,
    /// Nobody lives here: packets are swallowed.
    Silent,
    /// The other end is named so by both ends of a connection whose server's host vanishes: until then it is as [`WirePlace::There`].
    Gone,
    /// A router, which sends the ICMP errors.
    Router,
    /// No route goes there.
    NoRoute,
    /// The route there is `unreachable`.
    Unreachable,
    /// The route there is `prohibit`.
    Prohibit,
    /// The route there is `blackhole`.
    Blackhole,
}

/// So many bits of an address name the network of a place.
pub const PREFIX4: u8 = 24;
/// The same for IPv6.
pub const PREFIX6: u8 = 64;

impl WirePlace {
    /// All of them.
    pub const ALL: &'static [WirePlace] = WirePlace::VARIANTS;

    /// Its IPv4 address.
    pub fn v4(self) -> Ipv4Addr {
        match self {
            WirePlace::Here => Ipv4Addr::new(10, 77, 0, 1),
            WirePlace::There => Ipv4Addr::new(10, 77, 0, 2),
            WirePlace::Silent => Ipv4Addr::new(10, 77, 0, 3),
            WirePlace::Gone => Ipv4Addr::new(10, 77, 0, 4),
            WirePlace::Router => Ipv4Addr::new(10, 77, 0, 254),
            WirePlace::NoRoute => Ipv4Addr::new(10, 78, 0, 2),
            WirePlace::Unreachable => Ipv4Addr::new(10, 77, 1, 2),
            WirePlace::Prohibit => Ipv4Addr::new(10, 77, 2, 2),
            WirePlace::Blackhole => Ipv4Addr::new(10, 77, 3, 2),
        }
    }

    /// Its IPv6 address.
    pub fn v6(self) -> Ipv6Addr {
        let (net, host) = match self {
            WirePlace::Here => (0x77_0000, 1),
            WirePlace::There => (0x77_0000, 2),
            WirePlace::Silent => (0x77_0000, 3),
            WirePlace::Gone => (0x77_0000, 4),
            WirePlace::Router => (0x77_0000, 0xfe),
            WirePlace::NoRoute => (0x78_0000, 2),
            WirePlace::Unreachable => (0x77_0001, 2),
            WirePlace::Prohibit => (0x77_0002, 2),
            WirePlace::Blackhole => (0x77_0003, 2),
        };
        let (site, subnet) = ((net >> 16) as u16, (net & 0xffff) as u16);
        Ipv6Addr::new(0xfd00, site, subnet, 0, 0, 0, 0, host)
    }

    /// Its address.
    pub fn ip(self, version: IpVersion) -> IpAddr {
        match version {
            IpVersion::V4 => IpAddr::V4(self.v4()),
            IpVersion::V6 => IpAddr::V6(self.v6()),
        }
    }

    /// Its address with a port.
    pub fn at(self, version: IpVersion, port: u16) -> SocketAddr {
        SocketAddr::new(self.ip(version), port)
    }
}

/// Whether an address is this place's, in its family.
pub fn is(address: IpAddr, place: WirePlace) -> bool {
    match address {
        IpAddr::V4(v4) => v4 == place.v4(),
        IpAddr::V6(v6) => v6 == place.v6(),
    }
}
