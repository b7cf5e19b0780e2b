//! The addresses on which the lab lives: whether they carry connections here, and what to do if they do not.

use super::peers::{PEERS, PeerPlace};
use crate::model::addr::{Addr, Family};
use crate::model::call::{Call, Out, Outcome, PollWants};
use crate::model::errno::Errno;
use crate::model::ids::Fd;
use crate::os::call::{Descriptors, local_address, perform};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

/// What to do where 127.0.0.1 carries nothing.
pub const BRING_UP: &str = "bring the loopback interface up: ip link set lo up";
/// What to do where there is no ::1.
pub const NO_IPV6: &str = "IPv6 is off on the loopback interface, or that is down: ip link set lo up; sysctl net.ipv6.conf.lo.disable_ipv6=0";

/// What to do where no IPv4 socket can be made at all.
pub const NO_SOCKETS: &str = "this process may not make such sockets: a sandbox, a container or seccomp forbids them; run sockstep outside of it";

/// The longest that a connection over loopback is waited for.
const PATIENCE: Duration = Duration::from_secs(1);

/// The peers that cannot be set up without ::1.
pub fn on_ipv6() -> impl Iterator<Item = &'static str> {
    PEERS
        .iter()
        .filter(|peer| peer.place == PeerPlace::Two)
        .map(|peer| peer.name)
}

/// What to do when a peer at this place could not be set up for this reason, if it is the loopback interface.
pub fn hint(place: PeerPlace, errno: Errno) -> Option<&'static str> {
    match (&*errno.name(), place) {
        ("EADDRNOTAVAIL" | "EAFNOSUPPORT", PeerPlace::Two) => Some(NO_IPV6),
        ("ENETUNREACH" | "EADDRNOTAVAIL", _) => Some(BRING_UP),
        ("EAFNOSUPPORT" | "EPERM" | "EACCES", _) => Some(NO_SOCKETS),
        _ => None,
    }
}

/// Makes a connection on this machine over this family's address. To bind alone says nothing: that works on an interface that is down too.
///
/// # Errors
/// What to do if none comes about.
pub fn trial(family: Family) -> Result<(), &'static str> {
    let mut descriptors = Descriptors::default();
    let is_made = perform(&Call::socket(family), &mut descriptors)
        .is_some_and(|outcome| outcome.errno.is_none());
    let stands = is_made && connected(family, &mut descriptors).is_some();
    match (stands, family, is_made) {
        (true, ..) => Ok(()),
        (_, Family::Inet, true) => Err(BRING_UP),
        (_, Family::Inet6, _) => Err(NO_IPV6),
        (_, Family::Inet | Family::Unix, _) => Err(NO_SOCKETS),
    }
}

fn connected(family: Family, descriptors: &mut Descriptors) -> Option<()> {
    let here = match family {
        Family::Inet => Addr::from_ip(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))),
        Family::Inet6 => Addr::from_ip(SocketAddr::from((Ipv6Addr::LOCALHOST, 0))),
        Family::Unix => {
            Addr::UnixAbstract(format!("sockstep-trial-{}", std::process::id()).into_bytes())
        }
    };
    let mut made = |call: Call| perform(&call, descriptors).filter(|made| made.errno.is_none());
    let socket = |outcome: Outcome| Fd(outcome.ret as i32);
    let listener = made(Call::socket(family)).map(socket)?;
    let client = made(Call::socket(family)).map(socket)?;
    made(Call::Bind {
        fd: listener,
        addr: here,
    })?;
    made(Call::Listen {
        fd: listener,
        backlog: 1,
    })?;
    made(Call::SetNonblocking { fd: client })?;
    let addr = descriptors.get(listener).and_then(local_address)?;
    let mut made = |call: Call| perform(&call, descriptors);
    let begun = made(Call::Connect { fd: client, addr })?;
    if begun.errno.is_some_and(|errno| errno != Errno::EINPROGRESS) {
        return None;
    }
    made(Call::Poll {
        wants: PollWants::Write,
        fd: client,
        timeout: Some(PATIENCE),
    })
    .filter(|outcome| outcome.ret == 1)?;
    made(Call::SoError { fd: client }).filter(|outcome| outcome.out == Some(Out::SoError(None)))?;
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hint_names_what_the_place_needs() {
        let named = |name| Errno::from_name(name).expect("an errno");
        let open = super::super::peers::find("open").expect("a peer").place;
        assert_eq!(hint(open, named("ENETUNREACH")), Some(BRING_UP));
        assert_eq!(hint(PeerPlace::Two, named("EAFNOSUPPORT")), Some(NO_IPV6));
        assert_eq!(hint(open, named("EMFILE")), None);
        assert_eq!(hint(open, named("EAFNOSUPPORT")), Some(NO_SOCKETS));
        assert_eq!(on_ipv6().collect::<Vec<_>>(), ["two"]);
    }
}
