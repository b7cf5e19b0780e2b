//! What a person types as a target, and every way it can be wrong.

use super::addr::Addr;
use super::clean;
use super::ids::Row;
use super::wire::places::{self, Version};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddrV4, SocketAddrV6};
use thiserror::Error;

/// The longest text that is looked at: longer ones are no target of any kind.
const LONGEST: usize = 1024;
/// RFC 1035: a name has at most 253 characters in text form, a label 63.
const LONGEST_NAME: usize = 253;
const LONGEST_LABEL: usize = 63;
/// unix(7): `sun_path` holds 108 bytes, with its closing zero.
const LONGEST_UNIX: usize = 107;

/// A target that can be stepped: its text as typed, and where it leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// As the user typed it.
    pub text: String,
    /// Where it leads.
    pub place: Place,
}

/// Where a target leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// One known address.
    At(Addr),
    /// A host and a port of which one needs the system's own tables: a service's name, or an interface. [`Target::resolve`] asks them.
    Unresolved {
        /// The host.
        host: Host,
        /// The port.
        port: Port,
    },
    /// A host name, to be looked up when it is stepped.
    Name {
        /// The name, checked for form only.
        host: String,
        /// The TCP port.
        port: u16,
    },
    /// A peer of the built-in lab, without its `@`.
    Lab(String),
    /// A place on the lab wire: `@wire:80`, `@wire-closed`, `@wire6:80`.
    Wire(WireTarget),
    /// The far end that was made for another row: `@open/1`.
    Shared {
        /// Whose far end.
        with: Row,
        /// The name that it must have.
        peer: String,
    },
}

/// A host as it was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Host {
    /// An IPv4 address.
    V4(Ipv4Addr),
    /// An IPv6 address, perhaps with the zone behind its `%`.
    V6(Ipv6Addr, Option<String>),
    /// A name, checked for form only.
    Name(String),
}

/// A port as it was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Port {
    /// A number from 1.
    Number(u16),
    /// The name of a service: services(5).
    Service(String),
}

/// Where on the lab wire a target leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WireTarget {
    /// IPv4 or IPv6.
    pub version: Version,
    /// The address.
    pub place: places::Place,
    /// The port.
    pub port: u16,
    /// Whether somebody listens there.
    pub server: bool,
}

/// The port of a wire target when nothing is said.
const WIRE_PORT: u16 = 80;
/// The port on which nobody listens.
const WIRE_CLOSED: u16 = 9;

/// The wire targets without a port, behind `@wire` or `@wire6`.
const WIRE_PLACES: [(&str, places::Place); 6] = [
    ("-closed", places::Place::There),
    ("-silent", places::Place::Silent),
    ("-noroute", places::Place::NoRoute),
    ("-unreachable", places::Place::Unreachable),
    ("-prohibit", places::Place::Prohibit),
    ("-blackhole", places::Place::Blackhole),
];

/// What stands behind `@wire`; `None` if it is no wire target.
fn wire(name: &str) -> Option<WireTarget> {
    let rest = name.strip_prefix("wire")?;
    let (version, rest) = match rest.strip_prefix('6') {
        Some(rest) => (Version::V6, rest),
        None => (Version::V4, rest),
    };
    let open = |port| WireTarget {
        version,
        place: places::Place::There,
        port,
        server: true,
    };
    if rest.is_empty() {
        return Some(open(WIRE_PORT));
    }
    if let Some(port) = rest.strip_prefix(':') {
        let digits = port.bytes().all(|b| b.is_ascii_digit());
        let port = port.parse().ok().filter(|port| *port != 0 && digits)?;
        return Some(open(port));
    }
    let (_, place) = WIRE_PLACES.iter().find(|(word, _)| *word == rest)?;
    Some(WireTarget {
        version,
        place: *place,
        port: WIRE_CLOSED,
        server: false,
    })
}

/// What only the system knows: service names, interfaces, and which lab peers there are.
pub trait Lookup {
    /// The TCP port of a service name such as `http`: services(5).
    fn service(&self, name: &str) -> Option<u16>;
    /// The index of a network interface: if_nametoindex(3).
    fn interface(&self, name: &str) -> Option<u32>;
    /// The names of the lab's peers, without `@`.
    fn peers(&self) -> Vec<String>;
}

/// Why a text is no target, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TargetError {
    /// Nothing typed.
    #[error(
        "the target is empty. Write host:port, such as localhost:80, or a lab target such as @open"
    )]
    Empty,
    /// More characters than any target has.
    #[error("the target has {0} characters; the longest possible has {LONGEST}. Write host:port")]
    TooLong(usize),
    /// A character that no target has.
    #[error("'{0}' contains a space or control character. Write host:port, without spaces")]
    BadCharacter(String),
    /// No colon and no port.
    #[error("'{0}' has no port. Write host:port, such as {0}:80")]
    NoPort(String),
    /// The port is missing after the colon.
    #[error("'{0}' has nothing after the colon. Write a port from 1 to 65535 there, such as {0}80")]
    EmptyPort(String),
    /// The host is missing before the colon.
    #[error("'{0}' has no host before the colon. Write host:port, such as localhost{0}")]
    EmptyHost(String),
    /// Not in 1 to 65535.
    #[error("'{0}' is not a port: ports go from 1 to 65535")]
    PortRange(String),
    /// Not a number and not a known service.
    #[error("no service is called '{0}' here. Write the port as a number, such as host:80")]
    UnknownService(String),
    /// Digits and dots, but no IPv4 address.
    #[error(
        "'{0}' is not an IPv4 address: that is four numbers from 0 to 255, such as 127.0.0.1:80"
    )]
    BadIpv4(String),
    /// Colons outside brackets.
    #[error("'{0}' looks like an IPv6 address. Put it in brackets, with the port behind: [::1]:80")]
    NeedsBrackets(String),
    /// `[` without `]`.
    #[error("'{0}' opens a bracket and does not close it. Write [::1]:80")]
    OpenBracket(String),
    /// What stands in brackets is no IPv6 address.
    #[error("'{0}' is not an IPv6 address. Write [::1]:80")]
    BadIpv6(String),
    /// No such interface for the zone after `%`.
    #[error(
        "no network interface is called '{0}' here. After % write an interface of this machine, such as [fe80::1%eth0]:80"
    )]
    UnknownInterface(String),
    /// A URL.
    #[error("'{0}' is a URL. Write only its host and port, such as localhost:80")]
    Url(String),
    /// Several targets in one word.
    #[error("'{0}' contains a comma. Write several targets with spaces between them")]
    Comma(String),
    /// A network instead of an address.
    #[error(
        "'{0}' is a range of addresses. One target is one address and one port: this program does not scan. Write 10.0.0.1:80"
    )]
    Range(String),
    /// A host name of impossible form.
    #[error("'{name}' is not a host name: {fault}. Write host:port, such as localhost:80")]
    BadName {
        /// The name, shortened.
        name: String,
        /// What is wrong with it.
        fault: String,
    },
    /// Not a peer of the lab.
    #[error("the lab has no '@{name}'. It has {known}")]
    UnknownPeer {
        /// As typed.
        name: String,
        /// The names it could be.
        known: String,
    },
    /// A shared far end of impossible form.
    #[error(
        "'@{0}' names no far end. Write @NAME/SOCKET, such as @open/1: one more client of the far end of socket 1"
    )]
    BadShared(String),
    /// A unix path that is empty or too long.
    #[error("the unix path {0}. Write unix:/run/name.sock, or unix:@name for an abstract name")]
    BadUnix(String),
}

fn short(text: &str) -> String {
    let clean = clean::text(text);
    if clean.chars().count() <= 40 {
        return clean;
    }
    let head: String = clean.chars().take(32).collect();
    format!("{head}... ({} characters)", clean.chars().count())
}

impl Target {
    /// Reads a target as a person types it. Nothing is asked of the system: see [`Target::resolve`].
    ///
    /// # Errors
    /// Names the fault and the right form; never partial.
    pub fn parse(text: &str) -> Result<Target, TargetError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(TargetError::Empty);
        }
        if text.chars().count() > LONGEST {
            return Err(TargetError::TooLong(text.chars().count()));
        }
        if let Some(rest) = text.strip_prefix("unix:") {
            return Ok(Target {
                text: clean::text(text),
                place: Place::At(unix(rest)?),
            });
        }
        if text
            .chars()
            .any(|c| clean::is_hostile(c) || c.is_whitespace())
        {
            return Err(TargetError::BadCharacter(short(text)));
        }
        if text.contains("://") {
            return Err(TargetError::Url(short(text)));
        }
        if text.contains(',') {
            return Err(TargetError::Comma(short(text)));
        }
        let place = if let Some(name) = text.strip_prefix('@') {
            lab(name)?
        } else {
            inet(text)?
        };
        Ok(Target {
            text: text.to_owned(),
            place,
        })
    }

    /// The same with everything that only the system knows: the ports of services, the numbers of interfaces, which lab peers there are.
    ///
    /// # Errors
    /// Names what the system does not know.
    pub fn resolve(self, lookup: &dyn Lookup) -> Result<Target, TargetError> {
        let place = match self.place {
            Place::Unresolved { host, port } => resolved(host, port, lookup)?,
            Place::Lab(name) => {
                known_peer(&name, lookup)?;
                Place::Lab(name)
            }
            Place::Shared { with, peer } => {
                if !lookup.peers().contains(&peer) {
                    return Err(TargetError::BadShared(short(&format!("{peer}/{with}"))));
                }
                Place::Shared { with, peer }
            }
            place @ (Place::At(_) | Place::Name { .. } | Place::Wire(_)) => place,
        };
        Ok(Target { place, ..self })
    }

    /// From what a trace says of a row: its target as typed, the name to look up, and where it leads.
    pub fn recorded(text: String, name: Option<(String, u16)>, addresses: &[Addr]) -> Target {
        let lab = |name: &str| match name.split_once('/') {
            Some((peer, with)) => Place::Shared {
                with: Row(with.parse().unwrap_or(0)),
                peer: peer.to_owned(),
            },
            None => wire(name).map_or_else(|| Place::Lab(name.to_owned()), Place::Wire),
        };
        let place = match (text.strip_prefix('@'), name, addresses.first()) {
            (Some(peer), None, _) => lab(peer),
            (_, Some((host, port)), _) => Place::Name { host, port },
            (None, None, Some(addr)) => Place::At(addr.clone()),
            (None, None, None) => {
                Target::parse(&text).map_or(Place::At(Addr::UnixUnnamed), |target| target.place)
            }
        };
        Target { text, place }
    }
}

impl Place {
    /// Whether it is served by this program: a lab peer, or a place on the lab wire.
    pub fn is_lab(&self) -> bool {
        matches!(self, Place::Lab(_) | Place::Wire(_) | Place::Shared { .. })
    }

    /// Where on the lab wire it is, if there.
    pub fn wire(&self) -> Option<&WireTarget> {
        match self {
            Place::Wire(target) => Some(target),
            _ => None,
        }
    }

    /// The name and port that must be looked up, if it is a name.
    pub fn name(&self) -> Option<(&str, u16)> {
        match self {
            Place::Name { host, port } => Some((host, *port)),
            _ => None,
        }
    }

    /// The lab peer at the other end, without the `@`; on the wire the name of the place.
    pub fn peer(&self) -> Option<String> {
        match self {
            Place::Lab(peer) | Place::Shared { peer, .. } => Some(peer.clone()),
            Place::Wire(target) => Some(target.name()),
            Place::At(_) | Place::Name { .. } | Place::Unresolved { .. } => None,
        }
    }
}

impl std::fmt::Display for Place {
    /// As it can be typed.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Place::At(addr) => write!(f, "{addr}"),
            Place::Name { host, port } => write!(f, "{host}:{port}"),
            Place::Unresolved { host, port } => {
                match host {
                    Host::V4(ip) => write!(f, "{ip}:")?,
                    Host::V6(ip, None) => write!(f, "[{ip}]:")?,
                    Host::V6(ip, Some(zone)) => write!(f, "[{ip}%{zone}]:")?,
                    Host::Name(name) => write!(f, "{name}:")?,
                }
                match port {
                    Port::Number(number) => write!(f, "{number}"),
                    Port::Service(name) => f.write_str(name),
                }
            }
            Place::Lab(peer) => write!(f, "@{peer}"),
            Place::Wire(target) if target.server => write!(f, "@{}:{}", target.name(), target.port),
            Place::Wire(target) => write!(f, "@{}", target.name()),
            Place::Shared { with, peer } => write!(f, "@{peer}/{with}"),
        }
    }
}

impl WireTarget {
    /// Its name without `@` and port: `wire`, `wire6-closed`.
    pub fn name(&self) -> String {
        let version = match self.version {
            Version::V4 => "",
            Version::V6 => "6",
        };
        let place = match self.server {
            true => "",
            false => WIRE_PLACES
                .iter()
                .find(|(_, place)| *place == self.place)
                .map_or("", |(word, _)| word),
        };
        format!("wire{version}{place}")
    }
}

fn known_peer(name: &str, lookup: &dyn Lookup) -> Result<(), TargetError> {
    let peers = lookup.peers();
    if peers.iter().any(|known| known == name) {
        return Ok(());
    }
    let known: Vec<String> = peers.iter().map(|peer| format!("@{peer}")).collect();
    Err(TargetError::UnknownPeer {
        name: short(name),
        known: format!(
            "{}, @wire:80, @wire-closed, @wire-silent, @wire-noroute, @wire-unreachable, @wire-prohibit, @wire-blackhole",
            known.join(", ")
        ),
    })
}

fn resolved(host: Host, port: Port, lookup: &dyn Lookup) -> Result<Place, TargetError> {
    let port = match port {
        Port::Number(number) => number,
        Port::Service(name) => lookup
            .service(&name)
            .ok_or_else(|| TargetError::UnknownService(short(&name)))?,
    };
    Ok(match host {
        Host::Name(host) => Place::Name { host, port },
        Host::V4(ip) => Place::At(Addr::V4(SocketAddrV4::new(ip, port))),
        Host::V6(ip, zone) => {
            let scope = match zone {
                None => 0,
                Some(zone) => zone
                    .parse()
                    .ok()
                    .filter(|index| *index != 0)
                    .or_else(|| lookup.interface(&zone))
                    .ok_or_else(|| TargetError::UnknownInterface(short(&zone)))?,
            };
            Place::At(Addr::V6(SocketAddrV6::new(ip, port, 0, scope)))
        }
    })
}

fn unix(rest: &str) -> Result<Addr, TargetError> {
    let (name, make): (&str, fn(Vec<u8>) -> Addr) = match rest.strip_prefix('@') {
        Some(name) => (name, Addr::UnixAbstract),
        None => (rest, Addr::UnixPath),
    };
    let fault = match name.len() {
        0 => "is empty".to_owned(),
        n if n > LONGEST_UNIX => {
            format!("has {n} bytes; at most {LONGEST_UNIX} fit into a socket address")
        }
        _ if name.contains('\0') => "contains a zero byte".to_owned(),
        _ => return Ok(make(name.as_bytes().to_vec())),
    };
    Err(TargetError::BadUnix(fault))
}

fn lab(name: &str) -> Result<Place, TargetError> {
    if let Some(target) = wire(name) {
        return Ok(Place::Wire(target));
    }
    let Some((peer, number)) = name.split_once('/') else {
        return Ok(Place::Lab(name.to_owned()));
    };
    let with = number.parse().ok().filter(|number| *number != 0).map(Row);
    with.map(|with| Place::Shared {
        with,
        peer: peer.to_owned(),
    })
    .ok_or_else(|| TargetError::BadShared(short(name)))
}

fn inet(text: &str) -> Result<Place, TargetError> {
    if let Some(rest) = text.strip_prefix('[') {
        let Some((inside, behind)) = rest.split_once(']') else {
            return Err(TargetError::OpenBracket(short(text)));
        };
        let port = match behind.strip_prefix(':') {
            Some(port) => self::port(text, port)?,
            None if behind.is_empty() => return Err(TargetError::NoPort(short(text))),
            None => return Err(TargetError::BadIpv6(short(text))),
        };
        return ipv6(inside, port);
    }
    let Some((host, port_text)) = text.rsplit_once(':') else {
        return Err(if text.contains('/') {
            TargetError::Range(short(text))
        } else {
            TargetError::NoPort(short(text))
        });
    };
    if host.contains('/') || port_text.contains('/') {
        return Err(TargetError::Range(short(text)));
    }
    if host.contains(':') {
        return Err(TargetError::NeedsBrackets(short(text)));
    }
    if host.is_empty() {
        return Err(TargetError::EmptyHost(short(text)));
    }
    let digits = host.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let ip: Option<Ipv4Addr> = host.parse().ok();
    if digits && ip.is_none() {
        return Err(TargetError::BadIpv4(short(host)));
    }
    if ip.is_none() {
        host_name(host)?;
    }
    let port = port(text, port_text)?;
    Ok(match (ip, port) {
        (Some(ip), Port::Number(port)) => Place::At(Addr::V4(SocketAddrV4::new(ip, port))),
        (None, Port::Number(port)) => Place::Name {
            host: host.to_owned(),
            port,
        },
        (Some(ip), port) => Place::Unresolved {
            host: Host::V4(ip),
            port,
        },
        (None, port) => Place::Unresolved {
            host: Host::Name(host.to_owned()),
            port,
        },
    })
}

fn ipv6(inside: &str, port: Port) -> Result<Place, TargetError> {
    let (ip, zone) = match inside.split_once('%') {
        Some((ip, zone)) => (ip, Some(zone)),
        None => (inside, None),
    };
    let ip: Ipv6Addr = ip
        .parse()
        .map_err(|_| TargetError::BadIpv6(short(inside)))?;
    let scope = match zone {
        None => Some(0),
        Some(zone) => zone.parse().ok().filter(|index| *index != 0),
    };
    Ok(match (scope, port) {
        (Some(scope), Port::Number(port)) => {
            Place::At(Addr::V6(SocketAddrV6::new(ip, port, 0, scope)))
        }
        (_, port) => Place::Unresolved {
            host: Host::V6(ip, zone.map(str::to_owned)),
            port,
        },
    })
}

fn port(whole: &str, port: &str) -> Result<Port, TargetError> {
    if port.is_empty() {
        return Err(TargetError::EmptyPort(short(whole)));
    }
    if port
        .bytes()
        .all(|b| b.is_ascii_digit() || b == b'-' || b == b'+')
    {
        let digits = port.bytes().all(|b| b.is_ascii_digit());
        return match port.parse::<u16>() {
            Ok(number) if number != 0 && digits => Ok(Port::Number(number)),
            _ => Err(TargetError::PortRange(short(port))),
        };
    }
    Ok(Port::Service(port.to_owned()))
}

fn host_name(host: &str) -> Result<(), TargetError> {
    let name = host.strip_suffix('.').unwrap_or(host);
    let fault = if host.len() > LONGEST_NAME + 1 {
        format!(
            "it has {} characters, a name has at most {LONGEST_NAME}",
            host.len()
        )
    } else if name.split('.').any(str::is_empty) {
        "two dots stand together, or it begins with one".to_owned()
    } else if let Some(label) = name.split('.').find(|label| label.len() > LONGEST_LABEL) {
        format!(
            "a part between dots has {} characters, at most {LONGEST_LABEL} are allowed",
            label.len()
        )
    } else if let Some(bad) = name
        .chars()
        .find(|c| c.is_ascii() && !c.is_ascii_alphanumeric() && !"-_.".contains(*c))
    {
        format!("'{bad}' cannot stand in a name")
    } else {
        return Ok(());
    };
    Err(TargetError::BadName {
        name: short(host),
        fault,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    struct Fixed;
    impl Lookup for Fixed {
        fn service(&self, name: &str) -> Option<u16> {
            (name == "http").then_some(80)
        }
        fn interface(&self, name: &str) -> Option<u32> {
            (name == "eth0").then_some(2)
        }
        fn peers(&self) -> Vec<String> {
            vec!["open".to_owned(), "refused".to_owned()]
        }
    }

    #[test]
    fn every_right_form_leads_somewhere() {
        let at = |text: &str| Place::At(text.parse().expect("a valid address"));
        let name = |host: &str, port| Place::Name {
            host: host.to_owned(),
            port,
        };
        let cases = [
            ("1.2.3.4:80", at("1.2.3.4:80")),
            ("127.0.0.1:http", at("127.0.0.1:80")),
            ("[::1]:80", at("[::1]:80")),
            ("[fe80::1%eth0]:80", at("[fe80::1%2]:80")),
            ("[fe80::1%7]:80", at("[fe80::1%7]:80")),
            ("localhost:http", name("localhost", 80)),
            ("example.com.:443", name("example.com.", 443)),
            ("unix:/run/x.sock", at("unix:/run/x.sock")),
            ("unix:@abstract", at("unix:@abstract")),
            ("@open", Place::Lab("open".to_owned())),
            ("  @open ", Place::Lab("open".to_owned())),
        ];
        for (text, place) in cases {
            let target = Target::parse(text)
                .and_then(|target| target.resolve(&Fixed))
                .unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(target.place, place, "{text}");
        }
    }

    #[test]
    fn every_wrong_form_is_named_with_the_right_one() {
        let long = "a".repeat(300) + ":80";
        let path = format!("unix:/{}", "p".repeat(200));
        let cases = [
            ("", "empty"),
            ("host", "has no port"),
            ("host:", "nothing after the colon"),
            (":80", "no host"),
            ("host:99999", "1 to 65535"),
            ("host:0", "1 to 65535"),
            ("host:-1", "1 to 65535"),
            ("1.2.3.4.5:80", "not an IPv4 address"),
            ("256.1.1.1:80", "not an IPv4 address"),
            ("[::1", "does not close it"),
            ("[::1]", "has no port"),
            ("[::g]:80", "not an IPv6 address"),
            ("[fe80::1%nope0]:80", "no network interface"),
            ("::1:80", "in brackets"),
            ("host:http-nope", "no service"),
            ("@nope", "@open, @refused"),
            ("10.0.0.0/8:80", "range"),
            ("10.0.0.0/8", "range"),
            ("http://localhost:80/", "is a URL"),
            ("a:1,b:2", "with spaces between"),
            (long.as_str(), "300 characters"),
            ("a\u{1b}[2J:80", "control character"),
            ("a b:80", "space"),
            ("a..b:80", "two dots"),
            ("a!b:80", "cannot stand in a name"),
            ("unix:", "is empty"),
            (path.as_str(), "at most 107"),
        ];
        for (text, part) in cases {
            let error = Target::parse(text)
                .and_then(|target| target.resolve(&Fixed))
                .expect_err(text)
                .to_string();
            assert!(error.contains(part), "{text:?} gave: {error}");
            assert!(!error.chars().any(clean::is_hostile), "{error:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_gives_a_target_or_a_clean_message(text in any::<String>()) {
            match Target::parse(&text).and_then(|target| target.resolve(&Fixed)) {
                Ok(target) => prop_assert!(!target.text.chars().any(clean::is_hostile)),
                Err(error) => prop_assert!(!error.to_string().chars().any(clean::is_hostile)),
            }
        }
    }
}
