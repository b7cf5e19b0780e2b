//! What sock_diag(7) is asked: when a connecting socket sends its SYN again, and the state of every TCP socket at a port. No privilege is
//! needed for one's own sockets, and nothing is changed by asking.

use crate::model::addr::Addr;

#[cfg(target_os = "linux")]
pub(super) use linux::{at_port, timer_ms};

/// Elsewhere there is no such interface.
#[cfg(not(target_os = "linux"))]
pub(super) fn timer_ms(_: &Addr, _: &Addr) -> Option<u32> {
    None
}

#[cfg(target_os = "linux")]
mod linux {
    use super::Addr;
    use crate::model::wire::ends::{EndState, TimerKind};
    use crate::model::wire::places::IpVersion;
    use crate::os::netlink::{NetlinkSocket, inet_diag};
    use rustix::io::Errno;
    use rustix::net::SocketFlags;
    use rustix::net::netlink::SOCK_DIAG;
    use std::net::SocketAddr;

    /// The milliseconds until the TCP socket between these addresses sends again. `None` if nothing is to be sent again, or if this
    /// system cannot say.
    pub(in crate::os) fn timer_ms(local: &Addr, remote: &Addr) -> Option<u32> {
        let request = inet_diag::between(ip(local)?, ip(remote)?)?;
        let socket = NetlinkSocket::open(Some(SOCK_DIAG), SocketFlags::NONBLOCK).ok()?;
        let mut end = None;
        socket
            .ask(&request, |message| end = inet_diag::read(message))
            .ok()?;
        let timer = end?.timer?;
        (timer.kind == TimerKind::Again).then_some(timer.left_ms)
    }

    fn ip(addr: &Addr) -> Option<SocketAddr> {
        match addr {
            Addr::V4(v4) => Some(SocketAddr::V4(*v4)),
            Addr::V6(v6) => Some(SocketAddr::V6(*v6)),
            Addr::UnixPath(_) | Addr::UnixAbstract(_) | Addr::UnixUnnamed => None,
        }
    }

    /// Every TCP socket at a port, half-open connections among them, in the namespace of a sock_diag socket.
    pub(in crate::os) fn at_port(
        diag: &NetlinkSocket,
        version: IpVersion,
        port: u16,
    ) -> Result<Vec<EndState>, Errno> {
        let mut ends = Vec::new();
        diag.ask(&inet_diag::at_port(version, port), |message| {
            let end = inet_diag::read(message);
            ends.extend(end.filter(|end| end.local.port() == port));
        })?;
        Ok(ends)
    }
}
