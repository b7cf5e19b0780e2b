//! sock_diag(7): when the kernel's retransmission timer of a socket goes off. No privilege is needed for one's own sockets, and
//! nothing is changed by asking.

use crate::model::addr::Addr;
use std::net::{IpAddr, SocketAddr};

/// The milliseconds until the timer of the TCP socket between these addresses goes off. `None` if none is set, or if this system
/// cannot say.
#[cfg(target_os = "linux")]
pub(super) fn timer_ms(local: &Addr, remote: &Addr) -> Option<u32> {
    use rustix::net::netlink::{SOCK_DIAG, SocketAddrNetlink};
    use rustix::net::{
        AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, recv, sendto, socket_with,
    };
    let request = request(ip(local)?, ip(remote)?)?;
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let fd = socket_with(
        AddressFamily::NETLINK,
        SocketType::RAW,
        flags,
        Some(SOCK_DIAG),
    )
    .ok()?;
    sendto(
        &fd,
        &request,
        SendFlags::empty(),
        &SocketAddrNetlink::new(0, 0),
    )
    .ok()?;
    // The kernel answers within the send, so the answer is there already.
    let mut answer = [0_u8; 512];
    let (length, _) = recv(&fd, &mut answer[..], RecvFlags::empty()).ok()?;
    read(&answer[..length.min(answer.len())])
}

/// Elsewhere there is no such interface.
#[cfg(not(target_os = "linux"))]
pub(super) fn timer_ms(local: &Addr, remote: &Addr) -> Option<u32> {
    let _ = (
        ip(local),
        ip(remote),
        request as fn(_, _) -> _,
        read as fn(_) -> _,
    );
    None
}

fn ip(addr: &Addr) -> Option<SocketAddr> {
    match addr {
        Addr::V4(v4) => Some(SocketAddr::V4(*v4)),
        Addr::V6(v6) => Some(SocketAddr::V6(*v6)),
        _ => None,
    }
}

/// linux/netlink.h and linux/inet_diag.h
const SOCK_DIAG_BY_FAMILY: u16 = 20;
const NLM_F_REQUEST: u16 = 1;
const HEADER: usize = 16;
const REQUEST: usize = 56;
const IPPROTO_TCP: u8 = 6;
/// Where `idiag_timer` and `idiag_expires` stand in an answer, behind the header.
const TIMER: usize = HEADER + 2;
const EXPIRES: usize = HEADER + 4 + 48;

/// A netlink header and an `inet_diag_req_v2` for exactly one socket.
fn request(local: SocketAddr, remote: SocketAddr) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(HEADER + REQUEST);
    bytes.extend_from_slice(&((HEADER + REQUEST) as u32).to_ne_bytes());
    bytes.extend_from_slice(&SOCK_DIAG_BY_FAMILY.to_ne_bytes());
    bytes.extend_from_slice(&NLM_F_REQUEST.to_ne_bytes());
    bytes.extend_from_slice(&[0; 8]);
    let (family, source, target) = match (local.ip(), remote.ip()) {
        (IpAddr::V4(a), IpAddr::V4(b)) => (2_u8, padded(&a.octets()), padded(&b.octets())),
        (IpAddr::V6(a), IpAddr::V6(b)) => (10_u8, a.octets(), b.octets()),
        _ => return None,
    };
    bytes.extend_from_slice(&[family, IPPROTO_TCP, 0, 0]);
    bytes.extend_from_slice(&u32::MAX.to_ne_bytes());
    bytes.extend_from_slice(&local.port().to_be_bytes());
    bytes.extend_from_slice(&remote.port().to_be_bytes());
    bytes.extend_from_slice(&source);
    bytes.extend_from_slice(&target);
    bytes.extend_from_slice(&0_u32.to_ne_bytes());
    // No cookie: the addresses say which socket is meant.
    bytes.extend_from_slice(&[0xff; 8]);
    Some(bytes)
}

fn padded(octets: &[u8; 4]) -> [u8; 16] {
    let mut all = [0; 16];
    all[..4].copy_from_slice(octets);
    all
}

fn read(answer: &[u8]) -> Option<u32> {
    let kind = u16::from_ne_bytes(answer.get(4..6)?.try_into().ok()?);
    if kind != SOCK_DIAG_BY_FAMILY || *answer.get(TIMER)? == 0 {
        return None;
    }
    Some(u32::from_ne_bytes(
        answer.get(EXPIRES..EXPIRES + 4)?.try_into().ok()?,
    ))
}
