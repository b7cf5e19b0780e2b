//! What sock_diag(7) is asked: when a connecting socket sends its SYN again, and the state of every TCP socket at a port. No privilege is
//! needed for one's own sockets, and nothing is changed by asking.

use crate::model::addr::Addr;

#[cfg(target_os = "linux")]
pub(super) use linux::at_port;
#[cfg(target_os = "linux")]
pub use linux::by_inode;

/// What is asked when a socket sends again; its socket is kept from one time to the next.
#[derive(Debug, Default)]
pub(super) struct TimerLook {
    #[cfg(target_os = "linux")]
    kept: Option<super::netlink::NetlinkSocket>,
}

impl TimerLook {
    /// The milliseconds until the TCP socket between these addresses sends again. `None` if nothing is to be sent again, or if this
    /// system cannot say.
    #[cfg(target_os = "linux")]
    pub(super) fn left_ms(&mut self, local: &Addr, remote: &Addr) -> Option<u32> {
        linux::timer_ms(&mut self.kept, local, remote)
    }

    /// Elsewhere there is no such interface.
    #[cfg(not(target_os = "linux"))]
    pub(super) fn left_ms(&mut self, _: &Addr, _: &Addr) -> Option<u32> {
        None
    }
}

/// Elsewhere nothing is known of the sockets of others.
#[cfg(not(target_os = "linux"))]
pub fn by_inode() -> std::collections::HashMap<u64, crate::model::record::TcpFacts> {
    std::collections::HashMap::new()
}

#[cfg(target_os = "linux")]
mod linux {
    use super::Addr;
    use crate::model::record::TcpFacts;
    use crate::model::tcp::TcpState;
    use crate::model::wire::ends::{EndState, TimerKind};
    use crate::model::wire::places::IpVersion;
    use crate::os::netlink::{NetlinkSocket, inet_diag};
    use rustix::io::Errno;
    use rustix::net::SocketFlags;
    use rustix::net::netlink::SOCK_DIAG;
    use std::collections::HashMap;
    use std::net::SocketAddr;

    /// What [`TimerLook`](super::TimerLook) says.
    pub(super) fn timer_ms(
        kept: &mut Option<NetlinkSocket>,
        local: &Addr,
        remote: &Addr,
    ) -> Option<u32> {
        let request = inet_diag::between(ip(local)?, ip(remote)?)?;
        let open = || NetlinkSocket::open(Some(SOCK_DIAG), SocketFlags::NONBLOCK).ok();
        let socket = kept.take().or_else(open)?;
        let mut end = None;
        // One that did not answer is not asked again.
        socket
            .ask(&request, |message| end = inet_diag::read(message))
            .ok()?;
        *kept = socket.out_of_the_way();
        let timer = end?.timer?;
        (timer.kind == TimerKind::Again).then_some(timer.left_ms)
    }

    /// What is said of every TCP socket of this machine that has a port, by its inode. One that was neither bound nor connected is in no
    /// list of the kernel's.
    pub fn by_inode() -> HashMap<u64, TcpFacts> {
        let mut all = HashMap::new();
        let Ok(socket) = NetlinkSocket::open(Some(SOCK_DIAG), SocketFlags::NONBLOCK) else {
            return all;
        };
        for version in [IpVersion::V4, IpVersion::V6] {
            let _ = socket.ask(&inet_diag::at_port(version, 0), |message| {
                if let (Some(end), Some(inode)) =
                    (inet_diag::read(message), inet_diag::inode(message))
                {
                    let is_listener = end.state == TcpState::Listen;
                    let facts = TcpFacts {
                        state: end.state,
                        retransmits: u32::from(end.retransmits),
                        rto_us: 0,
                        rtt_us: 0,
                        unacked: if is_listener { end.unread } else { 0 },
                        sacked: if is_listener { end.unacked } else { 0 },
                        due_us: None,
                        gives_up_us: None,
                    };
                    all.insert(inode, facts);
                }
            });
        }
        all
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
