//! rtnetlink(7): interfaces up, addresses, routes; and the notice of a new route.

use super::NetlinkSocket;
use super::layout::{Layout, layout};
use super::message::{
    Attributes, NetlinkMessage, NetlinkRequest, RequestKind, attribute, messages,
};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::net::SocketFlags;
use rustix::net::netdevice::name_to_index;
use std::net::IpAddr;

layout! {
    /// `struct ifinfomsg`: rtnetlink(7). `ifi_change` says which of the flags are set.
    struct LinkMessage {
        ifi_family: u8,
        ifi_pad: u8,
        ifi_type: u16,
        ifi_index: i32,
        ifi_flags: u32,
        ifi_change: u32,
    }
}

layout! {
    /// `struct ifaddrmsg`: rtnetlink(7).
    struct AddressMessage {
        ifa_family: u8,
        ifa_prefixlen: u8,
        ifa_flags: u8,
        ifa_scope: u8,
        ifa_index: u32,
    }
}

layout! {
    /// `struct rtmsg`: rtnetlink(7).
    struct RouteMessage {
        rtm_family: u8,
        rtm_dst_len: u8,
        rtm_src_len: u8,
        rtm_tos: u8,
        rtm_table: u8,
        rtm_protocol: u8,
        rtm_scope: u8,
        rtm_type: u8,
        rtm_flags: u32,
    }
}

/// What kind of route refuses: rtnetlink(7) `rtm_type`.
#[derive(Clone, Copy, Debug)]
#[repr(u8)]
pub(in crate::os) enum RefusingRoute {
    /// EINVAL, silently
    Blackhole = libc::RTN_BLACKHOLE,
    /// EHOSTUNREACH
    Unreachable = libc::RTN_UNREACHABLE,
    /// EACCES
    Prohibit = libc::RTN_PROHIBIT,
}

/// linux/if_link.h
const IFLA_INET6_ADDR_GEN_MODE: u16 = 8;
/// linux/if_link.h
const IN6_ADDR_GEN_MODE_NONE: u8 = 1;
const IFF_UP: u32 = libc::IFF_UP as u32;
const INET: u8 = libc::AF_INET as u8;
const INET6: u8 = libc::AF_INET6 as u8;

fn family(ip: IpAddr) -> u8 {
    match ip {
        IpAddr::V4(_) => INET,
        IpAddr::V6(_) => INET6,
    }
}

/// The bits of a whole address.
fn bits(ip: IpAddr) -> u8 {
    match ip {
        IpAddr::V4(_) => 32,
        IpAddr::V6(_) => 128,
    }
}

fn octets(ip: IpAddr) -> Vec<u8> {
    match ip {
        IpAddr::V4(v4) => v4.octets().to_vec(),
        IpAddr::V6(v6) => v6.octets().to_vec(),
    }
}

/// Brings an interface up.
fn up(index: u32) -> NetlinkRequest {
    let link = LinkMessage {
        ifi_index: index.cast_signed(),
        ifi_flags: IFF_UP,
        ifi_change: IFF_UP,
        ..LinkMessage::default()
    };
    NetlinkRequest::new(
        libc::RTM_NEWLINK,
        RequestKind::Change,
        &link,
        Attributes::default(),
    )
}

/// Lets an interface have no IPv6 address but those that it is given.
fn quiet(index: u32) -> NetlinkRequest {
    let link = LinkMessage {
        ifi_index: index.cast_signed(),
        ..LinkMessage::default()
    };
    let mode = Attributes::default().with(IFLA_INET6_ADDR_GEN_MODE, &[IN6_ADDR_GEN_MODE_NONE]);
    let inet6 = Attributes::default().with_nested(u16::from(INET6), &mode);
    let families = Attributes::default().with_nested(libc::IFLA_AF_SPEC, &inet6);
    NetlinkRequest::new(libc::RTM_NEWLINK, RequestKind::Change, &link, families)
}

/// Gives an interface an address, without duplicate address detection.
fn address(index: u32, ip: IpAddr, prefix: u8) -> NetlinkRequest {
    let address = AddressMessage {
        ifa_family: family(ip),
        ifa_prefixlen: prefix,
        ifa_flags: libc::IFA_F_NODAD as u8,
        ifa_scope: 0,
        ifa_index: index,
    };
    let octets = octets(ip);
    let both = Attributes::default()
        .with(libc::IFA_LOCAL, &octets)
        .with(libc::IFA_ADDRESS, &octets);
    NetlinkRequest::new(libc::RTM_NEWADDR, RequestKind::Create, &address, both)
}

/// A route that refuses everything to one address.
fn refuse(ip: IpAddr, refuses: RefusingRoute) -> NetlinkRequest {
    let route = RouteMessage {
        rtm_family: family(ip),
        rtm_dst_len: bits(ip),
        rtm_table: libc::RT_TABLE_MAIN,
        rtm_protocol: libc::RTPROT_STATIC,
        rtm_type: refuses as u8,
        ..RouteMessage::default()
    };
    let target = Attributes::default().with(libc::RTA_DST, &octets(ip));
    NetlinkRequest::new(libc::RTM_NEWROUTE, RequestKind::Create, &route, target)
}

/// Asks for the route that packets to an address take.
fn look_up(ip: IpAddr) -> NetlinkRequest {
    let route = RouteMessage {
        rtm_family: family(ip),
        rtm_dst_len: bits(ip),
        ..RouteMessage::default()
    };
    let target = Attributes::default().with(libc::RTA_DST, &octets(ip));
    NetlinkRequest::new(libc::RTM_GETROUTE, RequestKind::One, &route, target)
}

/// Whether a message is a route by which this machine receives packets, to exactly this address.
fn receives(message: &NetlinkMessage<'_>, ip: IpAddr) -> bool {
    let mut rest = message.body;
    let Some(route) = RouteMessage::take(&mut rest) else {
        return false;
    };
    message.kind == libc::RTM_NEWROUTE
        && route.rtm_type == libc::RTN_LOCAL
        && route.rtm_dst_len == bits(ip)
        && attribute(rest, libc::RTA_DST) == Some(&octets(ip))
}

/// Waits for new IPv6 routes. The kernel finishes an IPv6 address in a worker of its own; before its local route is there, packets to it
/// are lost without a word.
#[derive(Debug)]
pub(in crate::os) struct RouteWatch {
    socket: NetlinkSocket,
}

impl RouteWatch {
    pub(in crate::os) fn open() -> Result<RouteWatch, Errno> {
        let socket = NetlinkSocket::open(None, SocketFlags::empty())?;
        socket.join(libc::RTMGRP_IPV6_ROUTE as u32)?;
        Ok(RouteWatch { socket })
    }

    /// Waits until packets to this address of this machine are received, at most so many seconds.
    pub(in crate::os) fn until_local(&self, ip: IpAddr, seconds: u64) -> Result<(), Errno> {
        let bound = Timespec {
            tv_sec: i64::try_from(seconds).unwrap_or(i64::MAX),
            tv_nsec: 0,
        };
        let mut buffer = Vec::with_capacity(4096);
        // Each address makes a few routes; anything beyond says that ours does not come.
        for _ in 0..64 {
            let mut fds = [PollFd::new(&self.socket, PollFlags::IN)];
            if poll(&mut fds, Some(&bound))? == 0 {
                break;
            }
            for message in messages(self.socket.receive(&mut buffer)?) {
                if receives(&message?, ip) {
                    return Ok(());
                }
            }
        }
        Err(Errno::TIMEDOUT)
    }
}

/// Interfaces and routes of the namespace that it was opened in.
#[derive(Debug)]
pub(in crate::os) struct Route {
    socket: NetlinkSocket,
}

impl Route {
    pub(in crate::os) fn open() -> Result<Route, Errno> {
        NetlinkSocket::open(None, SocketFlags::empty()).map(|socket| Route { socket })
    }

    /// The number of an interface: netdevice(7), which takes any socket.
    pub(in crate::os) fn index(&self, name: &str) -> Result<u32, Errno> {
        name_to_index(&self.socket, name)
    }

    /// Brings an interface up.
    pub(in crate::os) fn up(&self, index: u32) -> Result<(), Errno> {
        self.change(&up(index))
    }

    /// Lets an interface have no IPv6 address but those that it is given, so that it says nothing by itself.
    pub(in crate::os) fn quiet(&self, index: u32) -> Result<(), Errno> {
        self.change(&quiet(index))
    }

    /// Gives an interface an address, at once (no duplicate address detection). The kernel adds the route of its network.
    pub(in crate::os) fn address(&self, index: u32, ip: IpAddr, prefix: u8) -> Result<(), Errno> {
        self.change(&address(index, ip, prefix))
    }

    /// A route that refuses everything to one address.
    pub(in crate::os) fn refuse(&self, ip: IpAddr, refuses: RefusingRoute) -> Result<(), Errno> {
        self.change(&refuse(ip, refuses))
    }

    /// Whether packets to this address are received here, by the kernel's own lookup. If it knows no route, they are not.
    pub(in crate::os) fn is_local(&self, ip: IpAddr) -> bool {
        let mut local = false;
        let asked = self
            .socket
            .ask(&look_up(ip), |answer| local = receives(answer, ip));
        asked.is_ok() && local
    }

    fn change(&self, request: &NetlinkRequest) -> Result<(), Errno> {
        self.socket.ask(request, |_| {})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("a valid address")
    }

    fn here() -> [u8; 16] {
        [0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9]
    }

    #[test]
    #[cfg(target_endian = "little")]
    fn bringing_an_interface_up_changes_that_flag_alone() {
        let expected = [
            &[32, 0, 0, 0][..], // nlmsg_len: 16 + 16
            &[16, 0],           // nlmsg_type: RTM_NEWLINK
            &[5, 0],            // nlmsg_flags: NLM_F_REQUEST, NLM_F_ACK
            &[1, 0, 0, 0],      // nlmsg_seq
            &[0, 0, 0, 0],      // nlmsg_pid
            &[0, 0, 0, 0],      // ifi_family, padding, ifi_type
            &[3, 0, 0, 0],      // ifi_index
            &[1, 0, 0, 0],      // ifi_flags: IFF_UP
            &[1, 0, 0, 0],      // ifi_change: IFF_UP
        ]
        .concat();
        assert_eq!(up(3).bytes(1), expected);
    }

    #[test]
    #[cfg(target_endian = "little")]
    fn a_quiet_interface_makes_no_address_of_its_own() {
        let expected = [
            &[48, 0, 0, 0][..], // nlmsg_len: 16 + 16 + 16
            &[16, 0],           // nlmsg_type: RTM_NEWLINK
            &[5, 0],            // nlmsg_flags: NLM_F_REQUEST, NLM_F_ACK
            &[1, 0, 0, 0],      // nlmsg_seq
            &[0, 0, 0, 0],      // nlmsg_pid
            &[0, 0, 0, 0],      // ifi_family, padding, ifi_type
            &[3, 0, 0, 0],      // ifi_index
            &[0, 0, 0, 0],      // ifi_flags
            &[0, 0, 0, 0],      // ifi_change: none
            &[16, 0, 26, 0x80], // IFLA_AF_SPEC, nested
            &[12, 0, 10, 0x80], // AF_INET6, nested
            &[5, 0, 8, 0],      // IFLA_INET6_ADDR_GEN_MODE
            &[1, 0, 0, 0],      // IN6_ADDR_GEN_MODE_NONE and padding
        ]
        .concat();
        assert_eq!(quiet(3).bytes(1), expected);
    }

    #[test]
    #[cfg(target_endian = "little")]
    fn an_address_is_new_and_both_local_and_ours() {
        let expected = [
            &[40, 0, 0, 0][..], // nlmsg_len: 16 + 8 + 8 + 8
            &[20, 0],           // nlmsg_type: RTM_NEWADDR
            &[0x05, 0x06],      // nlmsg_flags: NLM_F_REQUEST, NLM_F_ACK, NLM_F_EXCL, NLM_F_CREATE
            &[1, 0, 0, 0],      // nlmsg_seq
            &[0, 0, 0, 0],      // nlmsg_pid
            &[2, 24, 2, 0], // ifa_family: AF_INET, ifa_prefixlen, ifa_flags: IFA_F_NODAD, ifa_scope
            &[3, 0, 0, 0],  // ifa_index
            &[8, 0, 2, 0],  // IFA_LOCAL
            &[10, 1, 2, 3],
            &[8, 0, 1, 0], // IFA_ADDRESS
            &[10, 1, 2, 3],
        ]
        .concat();
        assert_eq!(address(3, ip("10.1.2.3"), 24).bytes(1), expected);
    }

    #[test]
    #[cfg(target_endian = "little")]
    fn a_route_that_refuses_leads_to_one_address() {
        for (refuses, number) in [
            (RefusingRoute::Blackhole, 6),
            (RefusingRoute::Unreachable, 7),
            (RefusingRoute::Prohibit, 8),
        ] {
            let expected = [
                &[48, 0, 0, 0][..],   // nlmsg_len: 16 + 12 + 20
                &[24, 0],             // nlmsg_type: RTM_NEWROUTE
                &[0x05, 0x06], // nlmsg_flags: NLM_F_REQUEST, NLM_F_ACK, NLM_F_EXCL, NLM_F_CREATE
                &[1, 0, 0, 0], // nlmsg_seq
                &[0, 0, 0, 0], // nlmsg_pid
                &[10, 128, 0, 0], // rtm_family: AF_INET6, rtm_dst_len, rtm_src_len, rtm_tos
                &[254, 4, 0, number], // RT_TABLE_MAIN, RTPROT_STATIC, RT_SCOPE_UNIVERSE, rtm_type
                &[0, 0, 0, 0], // rtm_flags
                &[20, 0, 1, 0], // RTA_DST
                &here(),
            ]
            .concat();
            assert_eq!(refuse(ip("fd00::9"), refuses).bytes(1), expected);
        }
    }

    #[test]
    #[cfg(target_endian = "little")]
    fn a_route_is_looked_up_without_an_acknowledgment() {
        let expected = [
            &[36, 0, 0, 0][..], // nlmsg_len: 16 + 12 + 8
            &[26, 0],           // nlmsg_type: RTM_GETROUTE
            &[1, 0],            // nlmsg_flags: NLM_F_REQUEST
            &[1, 0, 0, 0],      // nlmsg_seq
            &[0, 0, 0, 0],      // nlmsg_pid
            &[2, 32, 0, 0],     // rtm_family: AF_INET, rtm_dst_len, rtm_src_len, rtm_tos
            &[0, 0, 0, 0],      // rtm_table, rtm_protocol, rtm_scope, rtm_type
            &[0, 0, 0, 0],      // rtm_flags
            &[8, 0, 1, 0],      // RTA_DST
            &[10, 1, 2, 3],
        ]
        .concat();
        assert_eq!(look_up(ip("10.1.2.3")).bytes(1), expected);
    }

    /// The body of a route's message: an attribute that nobody asks for, then where the route leads to.
    fn local_route() -> Vec<u8> {
        [
            &[10, 128, 0, 0][..],  // rtm_family: AF_INET6, rtm_dst_len, rtm_src_len, rtm_tos
            &[255, 2, 0, 2],       // RT_TABLE_LOCAL, RTPROT_KERNEL, RT_SCOPE_UNIVERSE, RTN_LOCAL
            &[0, 0, 0, 0],         // rtm_flags
            &8_u16.to_ne_bytes(),  // nla_len
            &15_u16.to_ne_bytes(), // nla_type: RTA_TABLE
            &255_u32.to_ne_bytes(),
            &20_u16.to_ne_bytes(), // nla_len
            &1_u16.to_ne_bytes(),  // nla_type: RTA_DST
            &here(),
        ]
        .concat()
    }

    fn says_local(kind: u16, body: &[u8]) -> bool {
        let message = NetlinkMessage {
            kind,
            sequence: 0,
            body,
        };
        receives(&message, ip("fd00::9"))
    }

    #[test]
    fn a_local_route_to_the_address_receives() {
        let body = local_route();
        assert!(says_local(libc::RTM_NEWROUTE, &body));
        assert!(!says_local(libc::RTM_DELROUTE, &body));
    }

    #[test]
    fn another_route_does_not_receive() {
        let dst_len = 1;
        let rtm_type = 7;
        let last = local_route().len() - 1;
        for (at, value) in [(dst_len, 64), (rtm_type, libc::RTN_UNICAST), (last, 8)] {
            let mut body = local_route();
            body[at] = value;
            assert!(!says_local(libc::RTM_NEWROUTE, &body), "{at}");
        }
    }

    #[test]
    fn a_short_route_or_one_with_a_lying_length_does_not_receive() {
        let message = local_route();
        for length in 0..message.len() {
            assert!(!says_local(libc::RTM_NEWROUTE, &message[..length]));
        }
        let first_length = 12;
        for lie in [0_u16, 3, 9, 21, u16::MAX] {
            let mut body = message.clone();
            body[first_length..first_length + 2].copy_from_slice(&lie.to_ne_bytes());
            assert!(!says_local(libc::RTM_NEWROUTE, &body), "{lie}");
        }
    }
}
