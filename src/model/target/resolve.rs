//! What only the system knows of a target: the ports of services, the numbers of interfaces, which lab peers there are.

use super::error::{TargetError, short};
use super::{Host, Port, Target, TargetPlace};
use crate::model::addr::Addr;
use std::net::{SocketAddrV4, SocketAddrV6};

/// What only the system knows: service names, interfaces, and which lab peers there are.
pub trait Lookup {
    /// The TCP port of a service name such as `http`: services(5).
    fn service(&self, name: &str) -> Option<u16>;
    /// The index of a network interface: if_nametoindex(3).
    fn interface(&self, name: &str) -> Option<u32>;
    /// The names of all network interfaces, those that are no loopback first: if_nameindex(3).
    fn interfaces(&self) -> Vec<String>;
    /// The names of the lab's peers, without `@`.
    fn peers(&self) -> Vec<String>;
}

impl Target {
    /// The same with everything that only the system knows: the ports of services, the numbers of interfaces, which lab peers there are.
    ///
    /// # Errors
    /// Names what the system does not know.
    pub fn resolve(self, lookup: &dyn Lookup) -> Result<Target, TargetError> {
        match &self.place {
            TargetPlace::Unresolved { host, port } => {
                let place = resolved(host, port, lookup)?;
                return Ok(Target::new(&self.text, place));
            }
            TargetPlace::Lab(name) => known_peer(name, lookup)?,
            TargetPlace::Shared { with, peer } => {
                if !lookup.peers().contains(peer) {
                    return Err(TargetError::BadShared(short(&format!("{peer}/{with}"))));
                }
            }
            TargetPlace::At(_) | TargetPlace::Name { .. } | TargetPlace::Wire(_) => {}
        }
        Ok(self)
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
            "{}, @wire:80, @wire-closed, @wire-silent, @wire-gone, @wire-noroute, @wire-unreachable, @wire-prohibit, @wire-blackhole",
            known.join(", ")
        ),
    })
}

fn resolved(host: &Host, port: &Port, lookup: &dyn Lookup) -> Result<TargetPlace, TargetError> {
    let port = match port {
        Port::Number(number) => *number,
        Port::Service(name) => lookup
            .service(name)
            .ok_or_else(|| TargetError::UnknownService(short(name)))?,
    };
    Ok(match host {
        Host::Name(host) => TargetPlace::Name {
            host: host.clone(),
            port,
        },
        Host::V4(ip) => TargetPlace::At(Addr::V4(SocketAddrV4::new(*ip, port))),
        Host::V6(ip, zone) => {
            let scope = match zone {
                None if ip.is_unicast_link_local() => {
                    return Err(TargetError::NeedsInterface {
                        address: ip.to_string(),
                        port,
                        known: lookup.interfaces(),
                    });
                }
                None => 0,
                Some(zone) => zone
                    .parse()
                    .ok()
                    .filter(|index| *index != 0)
                    .or_else(|| lookup.interface(zone))
                    .ok_or_else(|| TargetError::UnknownInterface(short(zone)))?,
            };
            TargetPlace::At(Addr::V6(SocketAddrV6::new(*ip, port, 0, scope)))
        }
    })
}
