//! Places on the lab wire, as they are typed: `@wire:80`, `@wire6-closed`.

use crate::model::wire::places::{self, IpVersion};

/// Where on the lab wire a target leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WireTarget {
    /// IPv4 or IPv6.
    pub version: IpVersion,
    /// The address.
    pub place: places::WirePlace,
    /// The port.
    pub port: u16,
    /// Whether somebody listens there.
    pub server: bool,
}

/// The port of a wire target when nothing is said.
const WIRE_PORT: u16 = 80;
/// The port on which nobody listens.
const WIRE_CLOSED: u16 = 9;

/// The port of the server whose host vanishes: all servers live at one address.
const WIRE_GONE: u16 = 7;

/// The wire targets without a port, behind `@wire` or `@wire6`.
const WIRE_PLACES: [(&str, places::WirePlace); 7] = [
    ("-closed", places::WirePlace::There),
    ("-silent", places::WirePlace::Silent),
    ("-gone", places::WirePlace::Gone),
    ("-noroute", places::WirePlace::NoRoute),
    ("-unreachable", places::WirePlace::Unreachable),
    ("-prohibit", places::WirePlace::Prohibit),
    ("-blackhole", places::WirePlace::Blackhole),
];

/// What stands behind `@wire`; `None` if it is no wire target.
pub(super) fn wire(name: &str) -> Option<WireTarget> {
    let rest = name.strip_prefix("wire")?;
    let (version, rest) = match rest.strip_prefix('6') {
        Some(rest) => (IpVersion::V6, rest),
        None => (IpVersion::V4, rest),
    };
    let open = |port| WireTarget {
        version,
        place: places::WirePlace::There,
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
    let is_gone = *place == places::WirePlace::Gone;
    Some(WireTarget {
        version,
        place: *place,
        port: if is_gone { WIRE_GONE } else { WIRE_CLOSED },
        server: is_gone,
    })
}

impl WireTarget {
    /// Whether its port is the user's: a server's whose host stays.
    pub fn has_own_port(&self) -> bool {
        self.server && self.place == places::WirePlace::There
    }

    /// Its name without `@` and port: `wire`, `wire6-closed`.
    pub fn name(&self) -> String {
        let version = match self.version {
            IpVersion::V4 => "",
            IpVersion::V6 => "6",
        };
        let place = match self.has_own_port() {
            true => "",
            false => WIRE_PLACES
                .iter()
                .find(|(_, place)| *place == self.place)
                .map_or("", |(word, _)| word),
        };
        format!("wire{version}{place}")
    }
}
