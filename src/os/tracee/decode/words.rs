//! Flags and numbers as C writes them.

use crate::model::readiness::{Interest, Readiness};
use std::fmt::Write;

/// A flag with its name.
pub(super) type Flag = (u32, &'static str);

/// The names of the set bits joined by a bar; what has no name as a number.
pub(super) fn flags(bits: u32, names: &[Flag]) -> String {
    let mut text = String::new();
    let mut rest = bits;
    for (bit, name) in names {
        if *bit != 0 && rest & bit == *bit {
            rest &= !bit;
            if !text.is_empty() {
                text.push('|');
            }
            text.push_str(name);
        }
    }
    if rest != 0 || text.is_empty() {
        if !text.is_empty() {
            text.push('|');
        }
        let _ = match rest {
            0 => write!(text, "0"),
            rest => write!(text, "{rest:#x}"),
        };
    }
    text
}

/// The name of a number, or the number.
pub(super) fn one_of(number: i32, names: &[(i32, &'static str)]) -> String {
    let found = names.iter().find(|(known, _)| *known == number);
    found.map_or_else(|| number.to_string(), |(_, name)| (*name).to_owned())
}

/// poll(2), which epoll shares.
pub(super) const POLL: &[Flag] = &[
    (0x1, "POLLIN"),
    (0x2, "POLLPRI"),
    (0x4, "POLLOUT"),
    (0x8, "POLLERR"),
    (0x10, "POLLHUP"),
    (0x20, "POLLNVAL"),
    (0x40, "POLLRDNORM"),
    (0x80, "POLLRDBAND"),
    (0x100, "POLLWRNORM"),
    (0x200, "POLLWRBAND"),
    (0x2000, "POLLRDHUP"),
];
/// epoll(7)
pub(super) const EPOLL: &[Flag] = &[
    (0x1, "IN"),
    (0x2, "PRI"),
    (0x4, "OUT"),
    (0x8, "ERR"),
    (0x10, "HUP"),
    (0x40, "RDNORM"),
    (0x80, "RDBAND"),
    (0x100, "WRNORM"),
    (0x200, "WRBAND"),
    (0x2000, "RDHUP"),
    (1 << 28, "EXCLUSIVE"),
    (1 << 29, "WAKEUP"),
    (1 << 30, "ONESHOT"),
    (1 << 31, "ET"),
];
/// socket(2), above its type.
pub(super) const SOCKET: &[Flag] = &[
    (libc::SOCK_NONBLOCK as u32, "SOCK_NONBLOCK"),
    (libc::SOCK_CLOEXEC as u32, "SOCK_CLOEXEC"),
];
/// send(2) and recv(2)
pub(super) const MESSAGE: &[Flag] = &[
    (0x1, "MSG_OOB"),
    (0x2, "MSG_PEEK"),
    (0x4, "MSG_DONTROUTE"),
    (0x20, "MSG_TRUNC"),
    (0x40, "MSG_DONTWAIT"),
    (0x80, "MSG_EOR"),
    (0x100, "MSG_WAITALL"),
    (0x2000, "MSG_ERRQUEUE"),
    (0x4000, "MSG_NOSIGNAL"),
    (0x8000, "MSG_MORE"),
    (0x2000_0000, "MSG_FASTOPEN"),
    (0x4000_0000, "MSG_CMSG_CLOEXEC"),
];
/// fcntl(2) `F_SETFL`
pub(super) const FILE: &[Flag] = &[
    (0o1, "O_WRONLY"),
    (0o2, "O_RDWR"),
    (0o2000, "O_APPEND"),
    (0o4000, "O_NONBLOCK"),
    (0o20000, "O_ASYNC"),
    (0o100_000, "O_LARGEFILE"),
    (0o2_000_000, "O_CLOEXEC"),
];
/// socket(2)
pub(super) const FAMILY: &[(i32, &str)] = &[
    (libc::AF_UNSPEC, "AF_UNSPEC"),
    (libc::AF_UNIX, "AF_UNIX"),
    (libc::AF_INET, "AF_INET"),
    (libc::AF_INET6, "AF_INET6"),
    (libc::AF_NETLINK, "AF_NETLINK"),
    (libc::AF_PACKET, "AF_PACKET"),
];
/// socket(2)
pub(super) const TYPE: &[(i32, &str)] = &[
    (libc::SOCK_STREAM, "SOCK_STREAM"),
    (libc::SOCK_DGRAM, "SOCK_DGRAM"),
    (libc::SOCK_RAW, "SOCK_RAW"),
    (libc::SOCK_SEQPACKET, "SOCK_SEQPACKET"),
];

/// A level and an option of getsockopt(2), as C writes them.
pub(super) fn option(level: i32, option: i32) -> String {
    const SOCKET: &[(i32, &str)] = &[
        (libc::SO_REUSEADDR, "SO_REUSEADDR"),
        (libc::SO_TYPE, "SO_TYPE"),
        (libc::SO_ERROR, "SO_ERROR"),
        (libc::SO_BROADCAST, "SO_BROADCAST"),
        (libc::SO_SNDBUF, "SO_SNDBUF"),
        (libc::SO_RCVBUF, "SO_RCVBUF"),
        (libc::SO_KEEPALIVE, "SO_KEEPALIVE"),
        (libc::SO_LINGER, "SO_LINGER"),
        (libc::SO_REUSEPORT, "SO_REUSEPORT"),
        (libc::SO_RCVTIMEO, "SO_RCVTIMEO"),
        (libc::SO_SNDTIMEO, "SO_SNDTIMEO"),
        (libc::SO_ACCEPTCONN, "SO_ACCEPTCONN"),
        (libc::SO_PROTOCOL, "SO_PROTOCOL"),
        (libc::SO_DOMAIN, "SO_DOMAIN"),
    ];
    const TCP: &[(i32, &str)] = &[
        (libc::TCP_NODELAY, "TCP_NODELAY"),
        (libc::TCP_MAXSEG, "TCP_MAXSEG"),
        (libc::TCP_CORK, "TCP_CORK"),
        (libc::TCP_KEEPIDLE, "TCP_KEEPIDLE"),
        (libc::TCP_KEEPINTVL, "TCP_KEEPINTVL"),
        (libc::TCP_KEEPCNT, "TCP_KEEPCNT"),
        (libc::TCP_SYNCNT, "TCP_SYNCNT"),
        (libc::TCP_INFO, "TCP_INFO"),
        (libc::TCP_QUICKACK, "TCP_QUICKACK"),
        (libc::TCP_USER_TIMEOUT, "TCP_USER_TIMEOUT"),
        (libc::TCP_FASTOPEN_CONNECT, "TCP_FASTOPEN_CONNECT"),
    ];
    let (level_name, names): (&str, &[(i32, &str)]) = match level {
        libc::SOL_SOCKET => ("SOL_SOCKET", SOCKET),
        libc::IPPROTO_TCP => ("IPPROTO_TCP", TCP),
        libc::IPPROTO_IP => ("IPPROTO_IP", &[]),
        libc::IPPROTO_IPV6 => ("IPPROTO_IPV6", &[(libc::IPV6_V6ONLY, "IPV6_V6ONLY")]),
        _ => return format!("{level}, {option}"),
    };
    format!("{level_name}, {}", one_of(option, names))
}

/// What a set of poll(2) or epoll asks for. Errors and hang-ups are always told; a set with nothing else is `None`.
pub(super) fn interest(bits: u32) -> Option<Interest> {
    let mut interest = Interest::empty();
    interest.set(Interest::READABLE, bits & (0x1 | 0x40) != 0);
    interest.set(Interest::WRITABLE, bits & (0x4 | 0x100) != 0);
    interest.set(Interest::PRIORITY, bits & (0x2 | 0x80) != 0);
    interest.set(Interest::WITHOUT_END, bits & 0x2000 == 0);
    (interest != Interest::WITHOUT_END).then_some(interest)
}

/// What poll(2) or epoll said.
pub(super) fn readiness(bits: u32) -> Readiness {
    let mut readiness = Readiness::empty();
    readiness.set(Readiness::READABLE, bits & (0x1 | 0x40) != 0);
    readiness.set(Readiness::WRITABLE, bits & (0x4 | 0x100) != 0);
    readiness.set(Readiness::PRIORITY, bits & (0x2 | 0x80) != 0);
    readiness.set(Readiness::ERROR, bits & 0x8 != 0);
    readiness.set(Readiness::READ_CLOSED, bits & (0x10 | 0x2000) != 0);
    readiness.set(Readiness::WRITE_CLOSED, bits & 0x10 != 0);
    readiness
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_named_and_what_has_no_name_is_a_number() {
        assert_eq!(flags(0x5, POLL), "POLLIN|POLLOUT");
        assert_eq!(flags(0, POLL), "0");
        assert_eq!(flags(0x8000_2005, EPOLL), "IN|OUT|RDHUP|ET");
        assert_eq!(flags(0x10_0001, POLL), "POLLIN|0x100000");
        assert_eq!(option(1, 4), "SOL_SOCKET, SO_ERROR");
        assert_eq!(option(6, 99), "IPPROTO_TCP, 99");
    }
}
