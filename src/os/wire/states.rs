//! sock_diag(7) in a network namespace: the state of every TCP socket at a port, half-open connections among them.

use crate::model::tcp::TcpState;
use crate::model::wire::places::Version;
use crate::model::wire::{EndState, Timer, TimerKind};
use rustix::fd::BorrowedFd;
use rustix::io::Errno;
use rustix::net::netlink::SocketAddrNetlink;
use rustix::net::{RecvFlags, SendFlags, recv, sendto};
use std::net::{IpAddr, SocketAddr};

/// linux/netlink.h, linux/sock_diag.h, linux/inet_diag.h
const SOCK_DIAG_BY_FAMILY: u16 = 20;
const REQUEST_DUMP: u16 = 0x301;
const NLMSG_ERROR: u16 = 2;
const NLMSG_DONE: u16 = 3;
const HEADER: usize = 16;
const REQUEST: usize = 56;
const IPPROTO_TCP: u8 = 6;

/// Asks through a sock_diag socket, in that socket's namespace.
pub(super) fn at_port(
    diag: BorrowedFd<'_>,
    version: Version,
    port: u16,
) -> Result<Vec<EndState>, Errno> {
    let kernel = SocketAddrNetlink::new(0, 0);
    sendto(diag, &request(version, port), SendFlags::empty(), &kernel)?;
    let mut all = Vec::new();
    let mut buffer = vec![0_u8; 32 * 1024];
    loop {
        // A dump that is asked for is answered without waiting for anybody.
        let (length, _) = recv(diag, &mut buffer[..], RecvFlags::empty())?;
        let mut rest = buffer.get(..length).unwrap_or(&buffer);
        while rest.len() >= HEADER {
            let size = u32::from_ne_bytes([rest[0], rest[1], rest[2], rest[3]]) as usize;
            let kind = u16::from_ne_bytes([rest[4], rest[5]]);
            let message = rest.get(HEADER..size).ok_or(Errno::PROTO)?;
            match kind {
                NLMSG_DONE => return Ok(all),
                NLMSG_ERROR => return Err(error(message)),
                SOCK_DIAG_BY_FAMILY => {
                    let state = read(message, version);
                    all.extend(state.filter(|state| state.local.port() == port));
                }
                _ => {}
            }
            rest = rest.get(size.next_multiple_of(4)..).unwrap_or(&[]);
        }
        if length == 0 {
            return Err(Errno::PROTO);
        }
    }
}

fn error(message: &[u8]) -> Errno {
    let code = message.first_chunk().map(|code| i32::from_ne_bytes(*code));
    code.map_or(Errno::PROTO, |code| {
        Errno::from_raw_os_error(code.saturating_neg())
    })
}

/// A netlink header and an `inet_diag_req_v2` for every state at a local port.
fn request(version: Version, port: u16) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(HEADER + REQUEST);
    bytes.extend_from_slice(&((HEADER + REQUEST) as u32).to_ne_bytes());
    bytes.extend_from_slice(&SOCK_DIAG_BY_FAMILY.to_ne_bytes());
    bytes.extend_from_slice(&REQUEST_DUMP.to_ne_bytes());
    bytes.extend_from_slice(&[0; 8]);
    let family = match version {
        Version::V4 => 2,
        Version::V6 => 10,
    };
    bytes.extend_from_slice(&[family, IPPROTO_TCP, 0, 0]);
    bytes.extend_from_slice(&u32::MAX.to_ne_bytes());
    bytes.extend_from_slice(&port.to_be_bytes());
    bytes.resize(HEADER + REQUEST, 0);
    bytes
}

/// `idiag_timer` and `idiag_expires`: linux/inet_diag.h and tcp_diag, as ss(8) reads them.
fn timer(number: u8, left_ms: u32) -> Option<Timer> {
    let kind = match number {
        1 | 4 => TimerKind::Again,
        2 => TimerKind::KeepAlive,
        3 => TimerKind::TimeWait,
        _ => return None,
    };
    Some(Timer { kind, left_ms })
}

/// An `inet_diag_msg`.
fn read(message: &[u8], version: Version) -> Option<EndState> {
    let word = |at: usize| -> Option<u32> {
        Some(u32::from_ne_bytes(
            message.get(at..at + 4)?.try_into().ok()?,
        ))
    };
    let port = |at: usize| -> Option<u16> {
        Some(u16::from_be_bytes(
            message.get(at..at + 2)?.try_into().ok()?,
        ))
    };
    let ip = |at: usize| -> Option<IpAddr> {
        let octets: [u8; 16] = message.get(at..at + 16)?.try_into().ok()?;
        Some(match version {
            Version::V4 => IpAddr::from([octets[0], octets[1], octets[2], octets[3]]),
            Version::V6 => IpAddr::from(octets),
        })
    };
    let state = usize::from(*message.get(1)?).checked_sub(1)?;
    Some(EndState {
        local: SocketAddr::new(ip(8)?, port(4)?),
        remote: SocketAddr::new(ip(24)?, port(6)?),
        state: *TcpState::ALL.get(state)?,
        retransmits: *message.get(3)?,
        timer: timer(*message.get(2)?, word(52)?),
        unread: word(56)?,
        unacked: word(60)?,
    })
}
