//! What rustix lacks of tcp(7): `TCP_INFO`, `TCP_SYNCNT`, `TCP_RTO_MAX_MS`, `TCP_USER_TIMEOUT`.

#![cfg_attr(
    target_os = "linux",
    expect(unsafe_code, reason = "getsockopt and setsockopt by hand")
)]

use super::errno::last_errno;
use super::system::LinearTimeouts;
use crate::model::call::SocketOption;
use crate::model::errno::Errno;
use crate::model::record::TcpFacts;
use crate::model::retransmit::RetransmitLimits;
use crate::model::tcp::TcpState;
use rustix::fd::BorrowedFd;

/// linux/tcp.h since Linux 6.15; libc does not name it yet.
#[cfg(target_os = "linux")]
const TCP_RTO_MAX_MS: libc::c_int = 44;

/// Sets one of the TCP options that only Linux has.
#[cfg(target_os = "linux")]
pub(super) fn set_option(
    fd: BorrowedFd<'_>,
    option: SocketOption,
    value: u32,
) -> Result<(), Errno> {
    use std::os::fd::AsRawFd;
    let name = match option {
        SocketOption::TcpSynCnt => libc::TCP_SYNCNT,
        SocketOption::TcpRtoMaxMs => TCP_RTO_MAX_MS,
        SocketOption::TcpUserTimeout => libc::TCP_USER_TIMEOUT,
        SocketOption::TcpKeepIdle => libc::TCP_KEEPIDLE,
        SocketOption::TcpKeepIntvl => libc::TCP_KEEPINTVL,
        SocketOption::TcpKeepCnt => libc::TCP_KEEPCNT,
        SocketOption::Linger
        | SocketOption::ReuseAddr
        | SocketOption::KeepAlive
        | SocketOption::AttachFilter
        | SocketOption::RcvBuf
        | SocketOption::SndBuf => return Err(Errno::EINVAL),
    };
    // SAFETY: the value is a live u32 and its size is passed with it; the descriptor is borrowed for the call.
    let result = unsafe {
        libc::setsockopt(
            fd.as_raw_fd(),
            libc::IPPROTO_TCP,
            name,
            (&raw const value).cast(),
            size_of::<u32>() as libc::socklen_t,
        )
    };
    if result == 0 {
        Ok(())
    } else {
        Err(last_errno())
    }
}

/// Elsewhere these options do not exist.
#[cfg(not(target_os = "linux"))]
pub(super) fn set_option(_: BorrowedFd<'_>, _: SocketOption, _: u32) -> Result<(), Errno> {
    let _ = last_errno;
    Err(Errno::EINVAL)
}

/// Attaches a filter of one instruction, which takes no byte of any packet: what arrives for this socket is dropped before TCP sees it,
/// and no answer leaves. To the other end the host has vanished.
#[cfg(target_os = "linux")]
pub(super) fn drop_all(fd: BorrowedFd<'_>) -> Result<(), Errno> {
    use std::os::fd::AsRawFd;
    let mut take_nothing = libc::sock_filter {
        code: (libc::BPF_RET | libc::BPF_K) as u16,
        jt: 0,
        jf: 0,
        k: 0,
    };
    let program = libc::sock_fprog {
        len: 1,
        filter: &raw mut take_nothing,
    };
    // SAFETY: the program and its one instruction live on this stack for the whole call, and the kernel copies them.
    let result = unsafe {
        libc::setsockopt(
            fd.as_raw_fd(),
            libc::SOL_SOCKET,
            libc::SO_ATTACH_FILTER,
            (&raw const program).cast(),
            size_of::<libc::sock_fprog>() as libc::socklen_t,
        )
    };
    if result == 0 {
        Ok(())
    } else {
        Err(last_errno())
    }
}

/// Elsewhere there is no such filter.
#[cfg(not(target_os = "linux"))]
pub(super) fn drop_all(_: BorrowedFd<'_>) -> Result<(), Errno> {
    Err(Errno::EINVAL)
}

/// How long this socket tries, as its options and a setting of the network say: getsockopt(2), which changes nothing. `None` if it is not
/// TCP, or if this system has no such options.
pub fn retransmit_limits(fd: BorrowedFd<'_>) -> Option<RetransmitLimits> {
    limits_within(fd, &mut LinearTimeouts::default())
}

/// The same by whoever keeps the setting's file.
#[cfg(target_os = "linux")]
pub(super) fn limits_within(
    fd: BorrowedFd<'_>,
    linear: &mut LinearTimeouts,
) -> Option<RetransmitLimits> {
    let syn_count = option(fd, libc::TCP_SYNCNT)?;
    Some(RetransmitLimits {
        syn_count,
        linear: linear.read().unwrap_or(0),
        rto_max_ms: option(fd, TCP_RTO_MAX_MS),
        user_timeout_ms: option(fd, libc::TCP_USER_TIMEOUT)?,
    })
}

/// Elsewhere nobody counts like this.
#[cfg(not(target_os = "linux"))]
pub(super) fn limits_within(
    _: BorrowedFd<'_>,
    linear: &mut LinearTimeouts,
) -> Option<RetransmitLimits> {
    let _ = linear.read();
    None
}

#[cfg(target_os = "linux")]
fn option(fd: BorrowedFd<'_>, name: libc::c_int) -> Option<u32> {
    use std::os::fd::AsRawFd;
    let mut value = 0_u32;
    let mut length = size_of::<u32>() as libc::socklen_t;
    // SAFETY: the kernel writes at most `length` bytes into `value`, which has that size; the descriptor is borrowed for the call.
    let result = unsafe {
        libc::getsockopt(
            fd.as_raw_fd(),
            libc::IPPROTO_TCP,
            name,
            (&raw mut value).cast(),
            &raw mut length,
        )
    };
    (result == 0).then_some(value)
}

/// `TCP_INFO`: what the kernel says of a TCP socket, without changing it. `None` if the socket is not TCP.
#[cfg(target_os = "linux")]
pub fn info(fd: BorrowedFd<'_>) -> Option<TcpFacts> {
    use std::os::fd::AsRawFd;
    // SAFETY: tcp_info is a plain C struct of integers, for which all zeroes is a value.
    let mut info: libc::tcp_info = unsafe { std::mem::zeroed() };
    let mut length = size_of::<libc::tcp_info>() as libc::socklen_t;
    // SAFETY: the kernel writes at most `length` bytes into `info`, which has that size.
    let result = unsafe {
        libc::getsockopt(
            fd.as_raw_fd(),
            libc::IPPROTO_TCP,
            libc::TCP_INFO,
            (&raw mut info).cast(),
            &raw mut length,
        )
    };
    if result != 0 {
        return None;
    }
    let state = TcpState::ALL
        .get(usize::from(info.tcpi_state).checked_sub(1)?)
        .copied()?;
    Some(TcpFacts {
        state,
        retransmits: info.tcpi_total_retrans,
        rto_us: info.tcpi_rto,
        rtt_us: info.tcpi_rtt,
        unacked: info.tcpi_unacked,
        sacked: info.tcpi_sacked,
        due_us: None,
        gives_up_us: None,
    })
}

/// Elsewhere there is no such option.
#[cfg(not(target_os = "linux"))]
pub fn info(_: BorrowedFd<'_>) -> Option<TcpFacts> {
    let _ = TcpState::ALL;
    None
}
