//! Where a socket can be connected to: an IPv4 or IPv6 address with a port, or a unix socket.

use super::clean;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddrV4, SocketAddrV6};
use std::str::FromStr;

/// A socket address in the kernel's sense. Written `127.0.0.1:80`, `[::1]:80`, `[fe80::1%2]:80` (with the scope's number),
/// `unix:/run/x.sock`, `unix:@abstract`, or `unix:` for a unix socket without a name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Addr {
    /// ip(7)
    V4(SocketAddrV4),
    /// ipv6(7), with the scope id of a link-local address
    V6(SocketAddrV6),
    /// unix(7), a path in the file system
    UnixPath(Vec<u8>),
    /// unix(7), a name of Linux's abstract namespace, without its leading zero byte
    UnixAbstract(Vec<u8>),
    /// unix(7), a socket that was never bound
    UnixUnnamed,
}

/// What an address alone tells of where it leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SpecialAddress {
    /// `0.0.0.0` or `::`, which Linux takes for this machine.
    Any,
    /// Multicast, or `255.255.255.255`: not one machine, so nobody can connect there. The broadcast address of one network looks like any
    /// other.
    Many,
}

/// The first argument of socket(2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Family {
    /// IPv4
    Inet,
    /// IPv6
    Inet6,
    /// unix(7)
    Unix,
}

impl Family {
    /// As C writes it: `AF_INET`.
    pub fn name(self) -> &'static str {
        match self {
            Family::Inet => "AF_INET",
            Family::Inet6 => "AF_INET6",
            Family::Unix => "AF_UNIX",
        }
    }

    /// From the name.
    pub fn from_name(name: &str) -> Option<Family> {
        [Family::Inet, Family::Inet6, Family::Unix]
            .into_iter()
            .find(|family| family.name() == name)
    }
}

impl Addr {
    /// An IPv4 or IPv6 address.
    pub fn from_ip(addr: std::net::SocketAddr) -> Addr {
        match addr {
            std::net::SocketAddr::V4(v4) => Addr::V4(v4),
            std::net::SocketAddr::V6(v6) => Addr::V6(v6),
        }
    }

    /// The family that its socket needs.
    pub fn family(&self) -> Family {
        match self {
            Addr::V4(_) => Family::Inet,
            Addr::V6(_) => Family::Inet6,
            Addr::UnixPath(_) | Addr::UnixAbstract(_) | Addr::UnixUnnamed => Family::Unix,
        }
    }

    /// The TCP port, if it has one.
    pub fn port(&self) -> Option<u16> {
        match self {
            Addr::V4(v4) => Some(v4.port()),
            Addr::V6(v6) => Some(v6.port()),
            _ => None,
        }
    }

    /// What is special about it, as far as the address alone tells.
    pub fn special(&self) -> Option<SpecialAddress> {
        let ip = match self {
            Addr::V4(v4) => std::net::IpAddr::V4(*v4.ip()),
            Addr::V6(v6) => v6.ip().to_canonical(),
            _ => return None,
        };
        let everybody = ip == std::net::IpAddr::V4(Ipv4Addr::BROADCAST);
        if ip.is_unspecified() {
            Some(SpecialAddress::Any)
        } else if ip.is_multicast() || everybody {
            Some(SpecialAddress::Many)
        } else {
            None
        }
    }

    /// Whether packets to it cannot leave this machine: 127.0.0.0/8, ::1 (also as ::ffff:127.x), the unspecified address (which Linux
    /// takes for this host), and every unix socket.
    pub fn is_local(&self) -> bool {
        match self {
            Addr::V4(v4) => v4.ip().is_loopback() || v4.ip().is_unspecified(),
            Addr::V6(v6) => {
                let mapped: Option<Ipv4Addr> = v6.ip().to_ipv4_mapped();
                v6.ip().is_loopback()
                    || v6.ip().is_unspecified()
                    || mapped.is_some_and(|v4| v4.is_loopback())
            }
            _ => true,
        }
    }
}

/// `127.0.0.1:80`: a record of thousands of sockets has thousands of these, and the usual way of writing one costs ten times as much.
struct Digits {
    bytes: [u8; "255.255.255.255:65535".len()],
    length: usize,
}

impl Digits {
    fn of(addr: SocketAddrV4) -> Digits {
        let mut digits = Digits {
            bytes: [0; "255.255.255.255:65535".len()],
            length: 0,
        };
        let [a, b, c, d] = addr.ip().octets();
        for (number, behind) in [(a, b'.'), (b, b'.'), (c, b'.'), (d, b':')] {
            digits.number(u16::from(number));
            digits.push(behind);
        }
        digits.number(addr.port());
        digits
    }

    fn number(&mut self, number: u16) {
        let mut place = 10_000;
        while place > 1 && number < place {
            place /= 10;
        }
        while place > 0 {
            self.push(b'0' + (number / place % 10) as u8);
            place /= 10;
        }
    }

    fn push(&mut self, byte: u8) {
        if let Some(end) = self.bytes.get_mut(self.length) {
            *end = byte;
            self.length += 1;
        }
    }

    fn text(&self) -> &str {
        let written = self.bytes.get(..self.length).unwrap_or_default();
        std::str::from_utf8(written).unwrap_or_default()
    }
}

impl std::fmt::Display for Addr {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Addr::V4(v4) => f.write_str(Digits::of(*v4).text()),
            Addr::V6(v6) if v6.scope_id() != 0 => {
                write!(f, "[{}%{}]:{}", v6.ip(), v6.scope_id(), v6.port())
            }
            Addr::V6(v6) => write!(f, "[{}]:{}", v6.ip(), v6.port()),
            Addr::UnixPath(path) => write!(f, "unix:{}", clean::escape_bytes(path)),
            Addr::UnixAbstract(name) => write!(f, "unix:@{}", clean::escape_bytes(name)),
            Addr::UnixUnnamed => f.write_str("unix:"),
        }
    }
}

impl FromStr for Addr {
    type Err = ();

    fn from_str(text: &str) -> Result<Addr, ()> {
        if let Some(rest) = text.strip_prefix("unix:") {
            if rest.is_empty() {
                return Ok(Addr::UnixUnnamed);
            }
            let (bytes, make): (&str, fn(Vec<u8>) -> Addr) = match rest.strip_prefix('@') {
                Some(name) => (name, Addr::UnixAbstract),
                None => (rest, Addr::UnixPath),
            };
            return clean::unescape_bytes(bytes).map(make).ok_or(());
        }
        if let Some(rest) = text.strip_prefix('[') {
            let (host, port) = rest.rsplit_once("]:").ok_or(())?;
            let (ip, scope) = match host.split_once('%') {
                Some((ip, scope)) => (ip, scope.parse().map_err(|_| ())?),
                None => (host, 0),
            };
            let ip: Ipv6Addr = ip.parse().map_err(|_| ())?;
            return Ok(Addr::V6(SocketAddrV6::new(
                ip,
                port.parse().map_err(|_| ())?,
                0,
                scope,
            )));
        }
        text.parse().map(Addr::V4).map_err(|_| ())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_reads_back_as_it_was_written() {
        for text in [
            "127.0.0.1:80",
            "[::1]:80",
            "[fe80::1%2]:443",
            "unix:/run/x y.sock",
            "unix:@a\\x00b",
            "unix:",
        ] {
            let addr: Addr = text.parse().expect("a valid address");
            assert_eq!(addr.to_string(), text);
        }
        for bad in ["", "1.2.3.4", "[::1]", "::1:80", "host:80", "[::1%eth0]:80"] {
            assert!(bad.parse::<Addr>().is_err(), "{bad}");
        }
    }

    #[test]
    fn local_is_what_cannot_leave_this_machine() {
        let cases = [
            ("127.255.255.255:9", true),
            ("[::1]:1", true),
            ("[::ffff:127.0.0.1]:1", true),
            ("0.0.0.0:1", true),
            ("unix:/x", true),
            ("10.0.0.1:1", false),
            ("[fe80::1%2]:1", false),
        ];
        for (text, local) in cases {
            assert_eq!(
                text.parse::<Addr>().expect("a valid address").is_local(),
                local,
                "{text}"
            );
        }
    }
}
