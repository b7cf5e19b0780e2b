//! What a person types as a target, and where it leads.

mod error;
mod parse;
mod resolve;
mod slash;
mod wire;

pub use error::TargetError;
pub use resolve::Lookup;
pub use wire::WireTarget;

use super::addr::Addr;
use super::file::FileKind;
use super::ids::Row;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::ops::Deref;
use std::sync::Arc;

/// A target that can be stepped. The command that added it, its record and its row share one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target(Arc<Typed>);

/// What stands in a [`Target`]: its text as typed, and where it leads.
#[derive(Debug, PartialEq, Eq)]
pub struct Typed {
    /// As the user typed it.
    pub text: Arc<str>,
    /// Where it leads.
    pub place: TargetPlace,
}

impl Deref for Target {
    type Target = Typed;

    fn deref(&self) -> &Typed {
        &self.0
    }
}

/// Where a target leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TargetPlace {
    /// One known address.
    At(Addr),
    /// A host and a port of which one needs the system's own tables: a service's name, or an interface. [`Target::resolve`] asks them.
    Unresolved {
        /// The host; boxed, since few targets need it and every row has a place.
        host: Box<Host>,
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
    /// The peer that was made for another row: `@open/1`.
    Shared {
        /// Whose peer.
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

impl Target {
    /// A target of that text, which leads there.
    pub fn new(text: &str, place: TargetPlace) -> Target {
        let text = text.into();
        Target(Arc::new(Typed { text, place }))
    }

    /// From what a trace says of a row: its target as typed, the name to look up, and where it leads.
    pub fn recorded(text: &str, name: Option<(String, u16)>, addresses: &[Addr]) -> Target {
        let lab = |name: &str| match name.split_once('/') {
            Some((peer, with)) => TargetPlace::Shared {
                with: Row(with.parse().unwrap_or(0)),
                peer: peer.to_owned(),
            },
            None => wire::wire(name)
                .map_or_else(|| TargetPlace::Lab(name.to_owned()), TargetPlace::Wire),
        };
        let place = match (text.strip_prefix('@'), name, addresses.first()) {
            (Some(peer), None, _) => lab(peer),
            (_, Some((host, port)), _) => TargetPlace::Name { host, port },
            (None, None, Some(addr)) => TargetPlace::At(addr.clone()),
            (None, None, None) => {
                let typed = Target::parse(text);
                typed.map_or(TargetPlace::At(Addr::UnixUnnamed), |target| {
                    target.place.clone()
                })
            }
        };
        Target::new(text, place)
    }
}

impl TargetPlace {
    /// Whether it is served by this program: a lab peer, or a place on the lab wire.
    pub fn is_lab(&self) -> bool {
        matches!(
            self,
            TargetPlace::Lab(_) | TargetPlace::Wire(_) | TargetPlace::Shared { .. }
        )
    }

    /// What it makes, if that is no socket.
    pub fn file(&self) -> Option<FileKind> {
        match self {
            TargetPlace::Lab(peer) => FileKind::of_target(peer),
            TargetPlace::Shared { peer, .. } => FileKind::of_target(peer)?.other_end(),
            _ => None,
        }
    }

    /// The row whose other end it is, if it is no socket and was made as an other end.
    pub fn other_end_of(&self) -> Option<Row> {
        match self {
            TargetPlace::Shared { with, .. } => self.file().map(|_| *with),
            _ => None,
        }
    }

    /// Where on the lab wire it is, if there.
    pub fn wire(&self) -> Option<&WireTarget> {
        match self {
            TargetPlace::Wire(target) => Some(target),
            _ => None,
        }
    }

    /// The name and port that must be looked up, if it is a name.
    pub fn name(&self) -> Option<(&str, u16)> {
        match self {
            TargetPlace::Name { host, port } => Some((host, *port)),
            _ => None,
        }
    }

    /// The lab peer at the other end, without the `@`; on the wire the name of the place.
    pub fn peer(&self) -> Option<String> {
        match self {
            TargetPlace::Lab(peer) | TargetPlace::Shared { peer, .. } => Some(peer.clone()),
            TargetPlace::Wire(target) => Some(target.name()),
            TargetPlace::At(_) | TargetPlace::Name { .. } | TargetPlace::Unresolved { .. } => None,
        }
    }
}

impl std::fmt::Display for TargetPlace {
    /// As it can be typed.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            TargetPlace::At(addr) => write!(f, "{addr}"),
            TargetPlace::Name { host, port } => write!(f, "{host}:{port}"),
            TargetPlace::Unresolved { host, port } => {
                match host.as_ref() {
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
            TargetPlace::Lab(peer) => write!(f, "@{peer}"),
            TargetPlace::Wire(target) if target.has_own_port() => {
                write!(f, "@{}:{}", target.name(), target.port)
            }
            TargetPlace::Wire(target) => write!(f, "@{}", target.name()),
            TargetPlace::Shared { with, peer } => write!(f, "@{peer}/{with}"),
        }
    }
}
