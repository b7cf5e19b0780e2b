//! sock_diag(7) about TCP sockets: the one between two addresses, or all at a port; and what the kernel says of each.

use super::layout::{Be16, Layout, layout};
use super::message::{Attributes, NetlinkMessage, NetlinkRequest, RequestKind};
use crate::model::tcp::TcpState;
use crate::model::wire::ends::{EndState, Timer, TimerKind};
use crate::model::wire::places::IpVersion;
use std::net::{IpAddr, SocketAddr};

layout! {
    /// `struct inet_diag_sockid`: linux/inet_diag.h. An IPv4 address takes the first four bytes of its sixteen.
    struct SocketId {
        idiag_sport: Be16,
        idiag_dport: Be16,
        idiag_src: [u8; 16],
        idiag_dst: [u8; 16],
        idiag_if: u32,
        idiag_cookie: [u8; 8],
    }
}

layout! {
    /// `struct inet_diag_req_v2`: sock_diag(7), linux/inet_diag.h.
    struct DiagRequest {
        sdiag_family: u8,
        sdiag_protocol: u8,
        idiag_ext: u8,
        pad: u8,
        idiag_states: u32,
        id: SocketId,
    }
}

layout! {
    /// `struct inet_diag_msg`: sock_diag(7), linux/inet_diag.h.
    struct DiagMessage {
        idiag_family: u8,
        idiag_state: u8,
        idiag_timer: u8,
        idiag_retrans: u8,
        id: SocketId,
        idiag_expires: u32,
        idiag_rqueue: u32,
        idiag_wqueue: u32,
        idiag_uid: u32,
        idiag_inode: u32,
    }
}

/// linux/sock_diag.h
const SOCK_DIAG_BY_FAMILY: u16 = 20;
/// `INET_DIAG_NOCOOKIE`, twice: the addresses alone say which socket is meant.
const NO_COOKIE: [u8; 8] = [0xff; 8];
/// A bit for each state.
const EVERY_STATE: u32 = u32::MAX;
const TCP: u8 = libc::IPPROTO_TCP as u8;
const INET: u8 = libc::AF_INET as u8;
const INET6: u8 = libc::AF_INET6 as u8;

fn question(family: u8, asks: RequestKind, id: SocketId) -> NetlinkRequest {
    let question = DiagRequest {
        sdiag_family: family,
        sdiag_protocol: TCP,
        idiag_ext: 0,
        pad: 0,
        idiag_states: EVERY_STATE,
        id,
    };
    NetlinkRequest::new(SOCK_DIAG_BY_FAMILY, asks, &question, Attributes::default())
}

/// Asks for the socket between two addresses. `None` if they are not of one family.
pub(in crate::os) fn between(local: SocketAddr, remote: SocketAddr) -> Option<NetlinkRequest> {
    let (family, source, target) = match (local.ip(), remote.ip()) {
        (IpAddr::V4(a), IpAddr::V4(b)) => (INET, padded(a.octets()), padded(b.octets())),
        (IpAddr::V6(a), IpAddr::V6(b)) => (INET6, a.octets(), b.octets()),
        (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => return None,
    };
    let id = SocketId {
        idiag_sport: Be16(local.port()),
        idiag_dport: Be16(remote.port()),
        idiag_src: source,
        idiag_dst: target,
        idiag_if: 0,
        idiag_cookie: NO_COOKIE,
    };
    Some(question(family, RequestKind::One, id))
}

/// Asks for every socket at a local port.
pub(in crate::os) fn at_port(version: IpVersion, port: u16) -> NetlinkRequest {
    let family = match version {
        IpVersion::V4 => INET,
        IpVersion::V6 => INET6,
    };
    let id = SocketId {
        idiag_sport: Be16(port),
        ..SocketId::default()
    };
    question(family, RequestKind::All, id)
}

fn padded([a, b, c, d]: [u8; 4]) -> [u8; 16] {
    [a, b, c, d, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
}

/// What an answer says of one socket. `None` if it is no such answer, or of a state or family that has no name here.
pub(in crate::os) fn read(message: &NetlinkMessage<'_>) -> Option<EndState> {
    if message.kind != SOCK_DIAG_BY_FAMILY {
        return None;
    }
    let answer = DiagMessage::take(&mut &*message.body)?;
    let ip = |octets: [u8; 16]| match (answer.idiag_family, octets) {
        (INET, [a, b, c, d, ..]) => Some(IpAddr::from([a, b, c, d])),
        (INET6, octets) => Some(IpAddr::from(octets)),
        _ => None,
    };
    let id = answer.id;
    let state = usize::from(answer.idiag_state).checked_sub(1)?;
    Some(EndState {
        local: SocketAddr::new(ip(id.idiag_src)?, id.idiag_sport.0),
        remote: SocketAddr::new(ip(id.idiag_dst)?, id.idiag_dport.0),
        state: *TcpState::ALL.get(state)?,
        retransmits: answer.idiag_retrans,
        timer: timer(answer.idiag_timer, answer.idiag_expires),
        unread: answer.idiag_rqueue,
        unacked: answer.idiag_wqueue,
    })
}

/// The inode of the socket of which an answer says something. `None` if it is no such answer, or it belongs to no descriptor any more.
pub(in crate::os) fn inode(message: &NetlinkMessage<'_>) -> Option<u64> {
    if message.kind != SOCK_DIAG_BY_FAMILY {
        return None;
    }
    let answer = DiagMessage::take(&mut &*message.body)?;
    (answer.idiag_inode != 0).then_some(u64::from(answer.idiag_inode))
}

/// `idiag_timer` and `idiag_expires`: sock_diag(7).
fn timer(number: u8, left_ms: u32) -> Option<Timer> {
    let kind = match number {
        1 | 4 => TimerKind::Again,
        2 => TimerKind::KeepAlive,
        3 => TimerKind::TimeWait,
        _ => return None,
    };
    Some(Timer { kind, left_ms })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::os::netlink::message::messages;

    fn addr(text: &str) -> SocketAddr {
        text.parse().expect("a valid address")
    }

    /// An answer's message: half-open, its timer running, from 10.1.2.3:80 to 10.4.5.6:40000.
    fn half_open() -> Vec<u8> {
        [
            &(16_u32 + 72).to_ne_bytes()[..], // nlmsg_len
            &20_u16.to_ne_bytes(),            // nlmsg_type: SOCK_DIAG_BY_FAMILY
            &2_u16.to_ne_bytes(),             // nlmsg_flags: NLM_F_MULTI
            &[0; 8],                          // nlmsg_seq, nlmsg_pid
            &[2],                             // idiag_family: AF_INET
            &[3],                             // idiag_state: TCP_SYN_RECV
            &[1],                             // idiag_timer: retransmit
            &[4],                             // idiag_retrans
            &[0, 80],                         // idiag_sport
            &[0x9c, 0x40],                    // idiag_dport
            &[10, 1, 2, 3],                   // idiag_src
            &[0xee; 12],                      // and what an IPv4 address leaves of it
            &[10, 4, 5, 6],                   // idiag_dst
            &[0xee; 12],
            &[0; 4],                 // idiag_if
            &[0xcc; 8],              // idiag_cookie
            &950_u32.to_ne_bytes(),  // idiag_expires
            &11_u32.to_ne_bytes(),   // idiag_rqueue
            &12_u32.to_ne_bytes(),   // idiag_wqueue
            &1000_u32.to_ne_bytes(), // idiag_uid
            &77_u32.to_ne_bytes(),   // idiag_inode
        ]
        .concat()
    }

    /// Where the struct begins in it.
    const BODY: usize = 16;

    fn read_all(datagram: &[u8]) -> Vec<Option<EndState>> {
        messages(datagram).map(|one| read(&one.ok()?)).collect()
    }

    #[test]
    #[cfg(target_endian = "little")]
    fn the_question_for_one_socket_names_both_addresses() {
        let request = between(addr("10.1.2.3:80"), addr("10.4.5.6:40000")).expect("one family");
        let expected = [
            &[72, 0, 0, 0][..],        // nlmsg_len: 16 + 56
            &[20, 0],                  // nlmsg_type: SOCK_DIAG_BY_FAMILY
            &[1, 0],                   // nlmsg_flags: NLM_F_REQUEST
            &[1, 0, 0, 0],             // nlmsg_seq
            &[0, 0, 0, 0],             // nlmsg_pid
            &[2, 6, 0, 0],             // sdiag_family: AF_INET, sdiag_protocol: TCP, idiag_ext, pad
            &[0xff, 0xff, 0xff, 0xff], // idiag_states: all
            &[0, 80],                  // idiag_sport
            &[0x9c, 0x40],             // idiag_dport
            &[10, 1, 2, 3],            // idiag_src
            &[0; 12],
            &[10, 4, 5, 6], // idiag_dst
            &[0; 12],
            &[0, 0, 0, 0], // idiag_if
            &[0xff; 8],    // idiag_cookie: INET_DIAG_NOCOOKIE
        ]
        .concat();
        assert_eq!(request.bytes(1), expected);
    }

    #[test]
    #[cfg(target_endian = "little")]
    fn the_question_for_a_port_is_a_dump() {
        let expected = [
            &[72, 0, 0, 0][..],        // nlmsg_len: 16 + 56
            &[20, 0],                  // nlmsg_type: SOCK_DIAG_BY_FAMILY
            &[0x01, 0x03],             // nlmsg_flags: NLM_F_REQUEST, NLM_F_DUMP
            &[1, 0, 0, 0],             // nlmsg_seq
            &[0, 0, 0, 0],             // nlmsg_pid
            &[10, 6, 0, 0], // sdiag_family: AF_INET6, sdiag_protocol: TCP, idiag_ext, pad
            &[0xff, 0xff, 0xff, 0xff], // idiag_states: all
            &[0x1f, 0x90],  // idiag_sport: 8080
            &[0; 46],       // any other port, address, interface, cookie
        ]
        .concat();
        assert_eq!(at_port(IpVersion::V6, 8080).bytes(1), expected);
    }

    #[test]
    fn there_is_no_socket_between_two_families() {
        assert!(between(addr("10.1.2.3:80"), addr("[::1]:80")).is_none());
        assert!(between(addr("[::1]:80"), addr("10.1.2.3:80")).is_none());
        assert!(between(addr("[::1]:80"), addr("[::2]:80")).is_some());
    }

    #[test]
    fn an_answer_tells_addresses_state_timer_and_queues() {
        let expected = EndState {
            local: addr("10.1.2.3:80"),
            remote: addr("10.4.5.6:40000"),
            state: TcpState::SynRecv,
            retransmits: 4,
            timer: Some(Timer {
                kind: TimerKind::Again,
                left_ms: 950,
            }),
            unread: 11,
            unacked: 12,
        };
        assert_eq!(read_all(&half_open()), [Some(expected)]);
    }

    #[test]
    fn an_ipv6_answer_has_all_sixteen_bytes_of_its_addresses() {
        let mut bytes = half_open();
        bytes[BODY] = 10;
        let expected = addr("[a01:203:eeee:eeee:eeee:eeee:eeee:eeee]:80");
        let found = read_all(&bytes)[0].expect("an answer");
        assert_eq!(found.local, expected);
    }

    #[test]
    fn each_number_of_a_timer_has_its_kind() {
        let kinds: Vec<_> = (0..=6)
            .map(|number| timer(number, 5).map(|timer| timer.kind))
            .collect();
        let (again, alive) = (Some(TimerKind::Again), Some(TimerKind::KeepAlive));
        let wait = Some(TimerKind::TimeWait);
        assert_eq!(kinds, [None, again, alive, wait, again, None, None]);
    }

    #[test]
    fn what_has_no_name_here_is_passed_over() {
        // No family, no state before the first, and none after the last.
        for (at, value) in [(BODY, 3), (BODY + 1, 0), (BODY + 1, 200)] {
            let mut bytes = half_open();
            bytes[at] = value;
            assert_eq!(read_all(&bytes), [None]);
        }
        let mut other = half_open();
        other[4..6].copy_from_slice(&21_u16.to_ne_bytes());
        assert_eq!(read_all(&other), [None]);
    }

    #[test]
    fn a_short_answer_is_none() {
        let body = half_open();
        for length in BODY..body.len() {
            let mut bytes = body[..length].to_vec();
            bytes[..4].copy_from_slice(&(length as u32).to_ne_bytes());
            assert_eq!(read_all(&bytes), [None], "{length}");
        }
    }

    #[test]
    fn attributes_behind_the_struct_are_left_alone() {
        let mut bytes = half_open();
        bytes.extend_from_slice(&[0xff; 12]);
        let length = bytes.len() as u32;
        bytes[..4].copy_from_slice(&length.to_ne_bytes());
        assert_eq!(read_all(&bytes), read_all(&half_open()));
    }
}
