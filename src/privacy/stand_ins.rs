//! Which stand-in each address, path and name has, and what holds them written anew.

use super::ranges::{is_of_the_wire, says_nothing, stand_in};
use crate::model::addr::Addr;
use crate::model::target::{Host, Target, TargetPlace, Typed};
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::sync::Arc;

/// The stand-ins of one recording.
#[derive(Clone, Debug, Default)]
pub(super) struct StandIns {
    ips: BTreeMap<IpAddr, IpAddr>,
    paths: BTreeMap<Vec<u8>, String>,
    names: BTreeMap<String, String>,
}

/// Everything that needs a stand-in, in the order in which it was named.
#[derive(Debug, Default)]
pub(super) struct KnownNames {
    ips: Vec<IpAddr>,
    known: BTreeSet<IpAddr>,
    /// Some target is on the lab wire.
    wire: bool,
    all: StandIns,
}

/// What stands before the target of a peer.
const BEFORE: [&str; 2] = ["accepted by ", "peer of "];

/// The words before a target, and the target.
fn label(text: &str) -> (&str, &str) {
    let before = BEFORE.iter().find(|before| text.starts_with(**before));
    text.split_at(before.map_or(0, |before| before.len()))
}

impl KnownNames {
    /// The stand-ins. The lab wire's own addresses need none.
    pub(super) fn stand_ins(self) -> StandIns {
        let KnownNames {
            ips,
            known: _,
            wire,
            mut all,
        } = self;
        let (mut v4, mut v6) = (0, 0);
        for ip in ips {
            if wire && is_of_the_wire(ip) {
                continue;
            }
            let count = if ip.is_ipv4() { &mut v4 } else { &mut v6 };
            all.ips.insert(ip, stand_in(ip, *count));
            *count += 1;
        }
        all
    }

    pub(super) fn target(&mut self, target: &Target) {
        let Typed { text, place } = &**target;
        self.place(place);
        // What was typed can be another name than the one it leads to.
        if let Ok(typed) = Target::parse(text) {
            self.place(&typed.place);
        }
    }

    fn place(&mut self, place: &TargetPlace) {
        match place {
            TargetPlace::At(addr) => self.addr(addr),
            TargetPlace::Name { host, port: _ } => self.name(host),
            TargetPlace::Unresolved { host, port: _ } => match host.as_ref() {
                Host::V4(ip) => self.ip(IpAddr::V4(*ip)),
                Host::V6(ip, _) => self.ip(IpAddr::V6(*ip)),
                Host::Name(name) => self.name(name),
            },
            TargetPlace::Wire(_) => self.wire = true,
            TargetPlace::Lab(_) | TargetPlace::Shared { with: _, peer: _ } => {}
        }
    }

    pub(super) fn label(&mut self, text: &str) {
        let (_, target) = label(text);
        if let Ok(target) = Target::parse(target) {
            self.place(&target.place);
        }
    }

    pub(super) fn addr(&mut self, addr: &Addr) {
        match addr {
            Addr::V4(v4) => self.ip(IpAddr::V4(*v4.ip())),
            Addr::V6(v6) => self.ip(IpAddr::V6(*v6.ip())),
            Addr::UnixPath(path) | Addr::UnixAbstract(path) => {
                let next = format!("socket-{}", self.all.paths.len() + 1);
                self.all.paths.entry(path.clone()).or_insert(next);
            }
            Addr::UnixUnnamed => {}
        }
    }

    pub(super) fn ip(&mut self, ip: IpAddr) {
        if !says_nothing(ip) && self.known.insert(ip) {
            self.ips.push(ip);
        }
    }

    pub(super) fn name(&mut self, name: &str) {
        let name = name.to_lowercase();
        if name.is_empty() || name == "localhost" {
            return;
        }
        if let Ok(ip) = name.parse::<IpAddr>() {
            return self.ip(ip);
        }
        let next = format!("host-{}.example", self.all.names.len() + 1);
        self.all.names.entry(name).or_insert(next);
    }
}

impl StandIns {
    /// Everything that has one, as it is written in data.
    pub(super) fn words(&self) -> impl Iterator<Item = Vec<u8>> {
        let StandIns { ips, paths, names } = self;
        let names = names.keys().map(|name| name.clone().into_bytes());
        let ips = ips.keys().map(|ip| ip.to_string().into_bytes());
        names.chain(paths.keys().cloned()).chain(ips)
    }

    pub(super) fn ip(&self, ip: IpAddr) -> IpAddr {
        self.ips.get(&ip).copied().unwrap_or(ip)
    }

    pub(super) fn end(&self, end: SocketAddr) -> SocketAddr {
        SocketAddr::new(self.ip(end.ip()), end.port())
    }

    pub(super) fn addr(&self, addr: &Addr) -> Addr {
        match addr {
            Addr::V4(v4) => match self.ip(IpAddr::V4(*v4.ip())) {
                IpAddr::V4(ip) => Addr::V4(SocketAddrV4::new(ip, v4.port())),
                IpAddr::V6(_) => addr.clone(),
            },
            Addr::V6(v6) => match self.ip(IpAddr::V6(*v6.ip())) {
                // The scope is the number of an interface of that machine.
                IpAddr::V6(ip) => Addr::V6(SocketAddrV6::new(ip, v6.port(), 0, 0)),
                IpAddr::V4(_) => addr.clone(),
            },
            Addr::UnixPath(path) => {
                Addr::UnixPath(format!("/masked/{}", self.path(path)).into_bytes())
            }
            Addr::UnixAbstract(name) => {
                Addr::UnixAbstract(format!("masked-{}", self.path(name)).into_bytes())
            }
            Addr::UnixUnnamed => Addr::UnixUnnamed,
        }
    }

    fn path(&self, path: &[u8]) -> &str {
        self.paths.get(path).map_or("socket", String::as_str)
    }

    pub(super) fn name(&self, name: &str) -> String {
        let lower = name.to_lowercase();
        if let Ok(ip) = lower.parse::<IpAddr>() {
            return self.ip(ip).to_string();
        }
        self.names.get(&lower).cloned().unwrap_or_else(|| {
            if lower == "localhost" {
                lower
            } else {
                "host.example".to_owned()
            }
        })
    }

    /// `accepted by TARGET`, or a target.
    pub(super) fn label(&self, text: &str) -> Arc<str> {
        let (before, target) = label(text);
        let masked = match Target::parse(target) {
            Ok(target) => Arc::clone(&self.target(&target).text),
            Err(_) => "masked".into(),
        };
        format!("{before}{masked}").into()
    }

    pub(super) fn target(&self, target: &Target) -> Target {
        let Typed { text, place } = &**target;
        let place = self.place(place);
        // The port may have been typed as a service's name.
        let text = match Target::parse(text) {
            Ok(typed) => self.place(&typed.place).to_string(),
            Err(_) => place.to_string(),
        };
        Target::new(&text, place)
    }

    fn place(&self, place: &TargetPlace) -> TargetPlace {
        match place {
            TargetPlace::At(addr) => TargetPlace::At(self.addr(addr)),
            TargetPlace::Name { host, port } => TargetPlace::Name {
                host: self.name(host),
                port: *port,
            },
            TargetPlace::Unresolved { host, port } => {
                let of_ip = |ip: IpAddr| match self.ip(ip) {
                    IpAddr::V4(ip) => Host::V4(ip),
                    // The zone is the name of an interface of that machine.
                    IpAddr::V6(ip) => Host::V6(ip, None),
                };
                TargetPlace::Unresolved {
                    host: Box::new(match host.as_ref() {
                        Host::V4(ip) => of_ip(IpAddr::V4(*ip)),
                        Host::V6(ip, _) => of_ip(IpAddr::V6(*ip)),
                        Host::Name(name) => Host::Name(self.name(name)),
                    }),
                    port: port.clone(),
                }
            }
            TargetPlace::Lab(_)
            | TargetPlace::Wire(_)
            | TargetPlace::Shared { with: _, peer: _ } => place.clone(),
        }
    }
}
