//! The system's own names: services, interfaces; and the lab's.

#![expect(
    unsafe_code,
    reason = "getservbyname, if_nametoindex and if_nameindex by hand"
)]

use super::lab::peers::PEERS;
use crate::model::clean;
use crate::model::target::Lookup;
use std::ffi::{CStr, CString};
use std::sync::Mutex;

/// Asks this system.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemNames;

/// The services that a class meets, for systems without services(5). Ports as registered with IANA.
const DEFAULT_SERVICES: &[(&str, u16)] = &[
    ("ftp", 21),
    ("ssh", 22),
    ("telnet", 23),
    ("smtp", 25),
    ("domain", 53),
    ("http", 80),
    ("pop3", 110),
    ("ntp", 123),
    ("imap", 143),
    ("ldap", 389),
    ("https", 443),
    ("submission", 587),
    ("imaps", 993),
    ("mysql", 3306),
    ("postgresql", 5432),
    ("redis", 6379),
    ("http-alt", 8080),
];

/// getservbyname(3) answers in memory of its own, so only one may ask at a time.
static SERVICES: Mutex<()> = Mutex::new(());

impl Lookup for SystemNames {
    fn service(&self, name: &str) -> Option<u16> {
        let c_name = CString::new(name).ok()?;
        let guard = SERVICES.lock();
        // SAFETY: both strings end in zero; the answer is read before the lock is given back, and nobody else calls it.
        let port = unsafe {
            let entry = libc::getservbyname(c_name.as_ptr(), c"tcp".as_ptr());
            if entry.is_null() {
                None
            } else {
                Some(u16::from_be((*entry).s_port as u16))
            }
        };
        drop(guard);
        port.or_else(|| {
            DEFAULT_SERVICES
                .iter()
                .find(|(usual, _)| *usual == name)
                .map(|(_, port)| *port)
        })
    }

    fn interface(&self, name: &str) -> Option<u32> {
        let c_name = CString::new(name).ok()?;
        // SAFETY: the string ends in zero.
        let index = unsafe { libc::if_nametoindex(c_name.as_ptr()) };
        (index != 0).then_some(index)
    }

    fn interfaces(&self) -> Vec<String> {
        // SAFETY: the list ends with an entry without a name, is read before it is freed, and is freed once.
        let mut names = unsafe {
            let list = libc::if_nameindex();
            let mut names = Vec::new();
            let mut entry = list;
            while !entry.is_null() && !(*entry).if_name.is_null() {
                names.push(
                    CStr::from_ptr((*entry).if_name)
                        .to_string_lossy()
                        .into_owned(),
                );
                entry = entry.add(1);
            }
            if !list.is_null() {
                libc::if_freenameindex(list);
            }
            names
        };
        let is_loopback = |name: &String| {
            name.strip_prefix("lo")
                .is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit()))
        };
        names.sort_by_key(is_loopback);
        names.iter().map(|name| clean::text(name)).collect()
    }

    fn peers(&self) -> Vec<String> {
        PEERS.iter().map(|peer| peer.name.to_owned()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_loopback_interface_is_the_last_choice() {
        let names = SystemNames.interfaces();
        let place = names.iter().position(|name| name == "lo");
        assert!(
            place.is_none_or(|place| place + 1 == names.len()),
            "{names:?}"
        );
    }

    #[test]
    fn http_is_port_80_with_or_without_a_services_file() {
        assert_eq!(SystemNames.service("http"), Some(80));
        assert_eq!(SystemNames.service("http-nope"), None);
    }
}
