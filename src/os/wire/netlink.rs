//! rtnetlink(7) by hand: interfaces up, addresses, routes.

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fd::OwnedFd;
use rustix::io::Errno;
use rustix::net::netlink::SocketAddrNetlink;
use rustix::net::{
    AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, bind, recv, sendto, socket_with,
};
use std::net::IpAddr;

/// What kind of route refuses: rtnetlink(7) `rtm_type`.
#[derive(Clone, Copy, Debug)]
pub(super) enum Refuses {
    /// EINVAL, silently
    Blackhole = 6,
    /// EHOSTUNREACH
    Unreachable = 7,
    /// EACCES
    Prohibit = 8,
}

const RTM_NEWLINK: u16 = 16;
const RTM_NEWADDR: u16 = 20;
const RTM_NEWROUTE: u16 = 24;
const RTM_GETROUTE: u16 = 26;
/// `NLM_F_REQUEST`, with `NLM_F_ACK`, and for what is new with `NLM_F_CREATE | NLM_F_EXCL`
const REQUEST: u16 = 0x1;
const CHANGE: u16 = 0x5;
const CREATE: u16 = CHANGE | 0x600;
const NLMSG_ERROR: u16 = 2;
const IFF_UP: u32 = 1;
const IFA_ADDRESS: u16 = 1;
const IFA_LOCAL: u16 = 2;
const IFA_F_NODAD: u8 = 2;
const RTA_DST: u16 = 1;
const IFLA_AF_SPEC: u16 = 26;
const IFLA_INET6_ADDR_GEN_MODE: u16 = 8;
const IN6_ADDR_GEN_MODE_NONE: u8 = 1;
const NLA_F_NESTED: u16 = 0x8000;
const AF_INET: u8 = 2;
const AF_INET6: u8 = 10;
const RT_TABLE_MAIN: u8 = 254;
const RTPROT_STATIC: u8 = 4;
const RTN_LOCAL: u8 = 2;
const RTMGRP_IPV6_ROUTE: u32 = 0x400;

/// Hears of new IPv6 routes. The kernel finishes an IPv6 address in a worker of its own; before its local route is there, packets to it
/// are lost without a word.
pub(super) struct Watch {
    fd: OwnedFd,
}

impl Watch {
    pub(super) fn open() -> Result<Watch, Errno> {
        let (family, kind) = (AddressFamily::NETLINK, SocketType::RAW);
        let fd = socket_with(family, kind, SocketFlags::CLOEXEC, None)?;
        bind(&fd, &SocketAddrNetlink::new(0, RTMGRP_IPV6_ROUTE))?;
        Ok(Watch { fd })
    }

    /// Waits until packets to this address of this machine are received, at most so many seconds.
    pub(super) fn until_local(&self, ip: IpAddr, seconds: u64) -> Result<(), Errno> {
        let bound = Timespec {
            tv_sec: i64::try_from(seconds).unwrap_or(i64::MAX),
            tv_nsec: 0,
        };
        let octets = octets(ip);
        let mut buffer = [0_u8; 4096];
        // Each address makes a few routes; anything beyond says that ours does not come.
        for _ in 0..64 {
            if poll(&mut [PollFd::new(&self.fd, PollFlags::IN)], Some(&bound))? == 0 {
                break;
            }
            let (length, _) = recv(&self.fd, &mut buffer[..], RecvFlags::empty())?;
            let message = buffer.get(..length).unwrap_or(&buffer);
            let is = |at: usize, value: u8| message.get(at) == Some(&value);
            let new_local = is(4, RTM_NEWROUTE as u8) && is(16 + 7, RTN_LOCAL);
            let ours = |part: &[u8]| part == octets;
            if new_local && message.windows(octets.len()).any(ours) {
                return Ok(());
            }
        }
        Err(Errno::TIMEDOUT)
    }
}

/// A netlink socket of the namespace that it was opened in.
pub(super) struct Route {
    fd: OwnedFd,
}

/// An attribute: length, type, value, padded to four bytes.
fn attribute(kind: u16, value: &[u8]) -> Vec<u8> {
    let length = 4 + value.len() as u16;
    let mut bytes = Vec::with_capacity(usize::from(length) + 3);
    bytes.extend_from_slice(&length.to_ne_bytes());
    bytes.extend_from_slice(&kind.to_ne_bytes());
    bytes.extend_from_slice(value);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

fn family(ip: IpAddr) -> u8 {
    match ip {
        IpAddr::V4(_) => AF_INET,
        IpAddr::V6(_) => AF_INET6,
    }
}

fn octets(ip: IpAddr) -> Vec<u8> {
    match ip {
        IpAddr::V4(v4) => v4.octets().to_vec(),
        IpAddr::V6(v6) => v6.octets().to_vec(),
    }
}

impl Route {
    pub(super) fn open() -> Result<Route, Errno> {
        let (family, kind) = (AddressFamily::NETLINK, SocketType::RAW);
        // No protocol is NETLINK_ROUTE, which is 0.
        socket_with(family, kind, SocketFlags::CLOEXEC, None).map(|fd| Route { fd })
    }

    /// Brings an interface up.
    pub(super) fn up(&self, index: u32) -> Result<(), Errno> {
        let mut body = vec![0; 4];
        body.extend_from_slice(&index.to_ne_bytes());
        body.extend_from_slice(&IFF_UP.to_ne_bytes());
        body.extend_from_slice(&IFF_UP.to_ne_bytes());
        self.ask(RTM_NEWLINK, CHANGE, &body)
    }

    /// Lets an interface have no IPv6 address but those that it is given, so that it says nothing by itself.
    pub(super) fn quiet(&self, index: u32) -> Result<(), Errno> {
        let mut body = vec![0; 4];
        body.extend_from_slice(&index.to_ne_bytes());
        body.extend_from_slice(&[0; 8]);
        let mode = attribute(IFLA_INET6_ADDR_GEN_MODE, &[IN6_ADDR_GEN_MODE_NONE]);
        let inet6 = attribute(NLA_F_NESTED | u16::from(AF_INET6), &mode);
        body.extend_from_slice(&attribute(NLA_F_NESTED | IFLA_AF_SPEC, &inet6));
        self.ask(RTM_NEWLINK, CHANGE, &body)
    }

    /// Gives an interface an address, at once (no duplicate address detection). The kernel adds the route of its network.
    pub(super) fn address(&self, index: u32, ip: IpAddr, prefix: u8) -> Result<(), Errno> {
        let mut body = vec![family(ip), prefix, IFA_F_NODAD, 0];
        body.extend_from_slice(&index.to_ne_bytes());
        body.extend_from_slice(&attribute(IFA_LOCAL, &octets(ip)));
        body.extend_from_slice(&attribute(IFA_ADDRESS, &octets(ip)));
        self.ask(RTM_NEWADDR, CREATE, &body)
    }

    /// A route that refuses everything to one address.
    pub(super) fn refuse(&self, ip: IpAddr, refuses: Refuses) -> Result<(), Errno> {
        let octets = octets(ip);
        let bits = (octets.len() * 8) as u8;
        let mut body = vec![family(ip), bits, 0, 0];
        body.extend_from_slice(&[RT_TABLE_MAIN, RTPROT_STATIC, 0, refuses as u8]);
        body.extend_from_slice(&[0; 4]);
        body.extend_from_slice(&attribute(RTA_DST, &octets));
        self.ask(RTM_NEWROUTE, CREATE, &body)
    }

    /// Whether packets to this address are received here, by the kernel's own lookup.
    pub(super) fn is_local(&self, ip: IpAddr) -> Result<bool, Errno> {
        let octets = octets(ip);
        let mut body = vec![family(ip), (octets.len() * 8) as u8];
        body.resize(12, 0);
        body.extend_from_slice(&attribute(RTA_DST, &octets));
        let answer = self.send(RTM_GETROUTE, REQUEST, &body)?;
        let is = |at: usize, value: u8| answer.get(at) == Some(&value);
        Ok(is(4, RTM_NEWROUTE as u8) && is(16 + 7, RTN_LOCAL))
    }

    /// Sends one request for a change and takes its acknowledgment.
    fn ask(&self, kind: u16, flags: u16, body: &[u8]) -> Result<(), Errno> {
        let answer = self.send(kind, flags, body)?;
        let field = |at: usize| answer.get(at..at + 4);
        let (Some(head), Some(code)) = (field(4), field(16)) else {
            return Err(Errno::PROTO);
        };
        if u16::from_ne_bytes([head[0], head[1]]) != NLMSG_ERROR {
            return Err(Errno::PROTO);
        }
        match i32::from_ne_bytes([code[0], code[1], code[2], code[3]]) {
            0 => Ok(()),
            code => Err(Errno::from_raw_os_error(code.saturating_neg())),
        }
    }

    /// Sends one request and takes the answer, which comes within the send.
    fn send(&self, kind: u16, flags: u16, body: &[u8]) -> Result<Vec<u8>, Errno> {
        let mut message = Vec::with_capacity(16 + body.len());
        message.extend_from_slice(&(16 + body.len() as u32).to_ne_bytes());
        message.extend_from_slice(&kind.to_ne_bytes());
        message.extend_from_slice(&flags.to_ne_bytes());
        message.extend_from_slice(&[0; 8]);
        message.extend_from_slice(body);
        let kernel = SocketAddrNetlink::new(0, 0);
        sendto(&self.fd, &message, SendFlags::empty(), &kernel)?;
        let mut answer = vec![0_u8; 4096];
        let (length, _) = recv(&self.fd, &mut answer[..], RecvFlags::empty())?;
        answer.truncate(length);
        Ok(answer)
    }
}
