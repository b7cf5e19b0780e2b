//! The addresses of the lab wire. Both kernel sockets live at [`Place::Here`]'s address and write to [`Place::There`]'s.

use serde::{Deserialize, Serialize};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// IPv4 or IPv6.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Version {
    /// IPv4
    V4,
    /// IPv6
    V6,
}

/// Where a client of the wire may connect to, and where the others live.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// The address of the namespace itself: servers listen here.
    Here,
    /// The other end as each end names it: connect here. A server that listens is open, without one the port is closed.
    There,
    /// Nobody lives here: packets are swallowed.
    Silent,
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

impl Place {
    /// All of them.
    pub const ALL: [Place; 8] = [
        Place::Here,
        Place::There,
        Place::Silent,
        Place::Router,
        Place::NoRoute,
        Place::Unreachable,
        Place::Prohibit,
        Place::Blackhole,
    ];

    /// Its IPv4 address.
    pub fn v4(self) -> Ipv4Addr {
        match self {
            Place::Here => Ipv4Addr::new(10, 77, 0, 1),
            Place::There => Ipv4Addr::new(10, 77, 0, 2),
            Place::Silent => Ipv4Addr::new(10, 77, 0, 3),
            Place::Router => Ipv4Addr::new(10, 77, 0, 254),
            Place::NoRoute => Ipv4Addr::new(10, 78, 0, 2),
            Place::Unreachable => Ipv4Addr::new(10, 77, 1, 2),
            Place::Prohibit => Ipv4Addr::new(10, 77, 2, 2),
            Place::Blackhole => Ipv4Addr::new(10, 77, 3, 2),
        }
    }

    /// Its IPv6 address.
    pub fn v6(self) -> Ipv6Addr {
        let (net, host) = match self {
            Place::Here => (0x77_0000, 1),
            Place::There => (0x77_0000, 2),
            Place::Silent => (0x77_0000, 3),
            Place::Router => (0x77_0000, 0xfe),
            Place::NoRoute => (0x78_0000, 2),
            Place::Unreachable => (0x77_0001, 2),
            Place::Prohibit => (0x77_0002, 2),
            Place::Blackhole => (0x77_0003, 2),
        };
        let (site, subnet) = ((net >> 16) as u16, (net & 0xffff) as u16);
        Ipv6Addr::new(0xfd00, site, subnet, 0, 0, 0, 0, host)
    }

    /// Its address.
    pub fn ip(self, version: Version) -> IpAddr {
        match version {
            Version::V4 => IpAddr::V4(self.v4()),
            Version::V6 => IpAddr::V6(self.v6()),
        }
    }

    /// Its address with a port.
    pub fn at(self, version: Version, port: u16) -> SocketAddr {
        SocketAddr::new(self.ip(version), port)
    }
}

/// Whether an address is this place's, in its family.
pub fn is(address: IpAddr, place: Place) -> bool {
    match address {
        IpAddr::V4(v4) => v4 == place.v4(),
        IpAddr::V6(v6) => v6 == place.v6(),
    }
}
