//! The helper: this program again, alone in a user and a network namespace. It makes the TUN device and sockets there, passes them out,
//! keeps no copy of them, and lives until the other side of its standard input has gone.

#![expect(unsafe_code, reason = "unshare, TUNSETIFF and close_range by hand")]

use super::channel::{receive, send};
use super::error::SetupStep;
use crate::model::wire::places::{IpVersion, PREFIX4, PREFIX6, WirePlace};
use crate::os::netlink::route::{RefusingRoute, Route, RouteWatch};
use rustix::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use rustix::net::netlink::SOCK_DIAG;
use rustix::net::{AddressFamily, Protocol, SocketFlags, SocketType, socket_with, sockopt};
use std::io::Write;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// Requests, one byte each.
pub(super) const TCP4: u8 = 4;
pub(super) const TCP6: u8 = 6;
pub(super) const DIAG: u8 = 20;

/// Says that no copy of what was passed is left here.
const CLOSED: &[u8] = b"closed";

type Failed = (SetupStep, Errno);

/// The helper's whole life.
pub fn help() -> ExitCode {
    let channel = std::io::stdin();
    let channel = channel.as_fd();
    if sockopt::socket_type(channel) != Ok(SocketType::SEQPACKET) {
        let _ = writeln!(
            std::io::stderr(),
            "sockstep: this is an inner part of the lab wire and is of no use by itself"
        );
        return ExitCode::from(2);
    }
    leave_everything();
    let ready = match set_up() {
        Ok(made) => {
            let message = encode([None, made.no_user_namespace, made.no_ipv6]);
            pass(channel, &message, made.tun)
        }
        Err(failed) => send(channel, &encode([Some(failed), None, None]), None),
    };
    if ready.is_err() {
        return ExitCode::FAILURE;
    }
    while let Ok((request, _)) = receive(channel) {
        let Some(kind) = request.first() else {
            // End of file: the program has gone.
            return ExitCode::SUCCESS;
        };
        let answer = match make(*kind) {
            Ok(made) => pass(channel, &0_i32.to_ne_bytes(), made),
            Err(errno) => send(channel, &errno.raw_os_error().to_ne_bytes(), None),
        };
        if answer.is_err() {
            break;
        }
    }
    ExitCode::FAILURE
}

/// Passes a descriptor out, closes the copy that stays here, and says so: with a copy left, closing the other would send no FIN.
fn pass(channel: BorrowedFd<'_>, message: &[u8], passed: OwnedFd) -> Result<(), Errno> {
    send(channel, message, Some(passed.as_fd()))?;
    drop(passed);
    send(channel, CLOSED, None)
}

/// The message that set-up is over: the step that ended it with its errno, the user namespace that root can do without, and IPv6.
/// Step 255 is none.
fn encode(failed: [Option<Failed>; 3]) -> Vec<u8> {
    let mut message = Vec::with_capacity(15);
    for failed in failed {
        let (step, errno) = failed.map_or((u8::MAX, 0), |(step, errno)| {
            let place = SetupStep::ALL.iter().position(|one| *one == step);
            (place.unwrap_or(0) as u8, errno.raw_os_error())
        });
        message.push(step);
        message.extend_from_slice(&errno.to_ne_bytes());
    }
    message
}

/// What [`encode`] wrote, errnos as numbers. `None` if it is no such message.
pub(super) fn decode(message: &[u8]) -> Option<[Option<(SetupStep, i32)>; 3]> {
    let one = |at: usize| {
        let errno = i32::from_ne_bytes(message.get(at + 1..at + 5)?.try_into().ok()?);
        let step = *message.get(at)?;
        Some(
            SetupStep::ALL
                .get(usize::from(step))
                .map(|step| (*step, errno)),
        )
    };
    Some([one(0)?, one(5)?, one(10)?])
}

/// Nothing of whoever started this may live on in here: descriptors, the working directory.
fn leave_everything() {
    // SAFETY: nothing in this process owns a descriptor above standard error yet; kernels without the call answer ENOSYS.
    unsafe { libc::syscall(libc::SYS_close_range, 3_u32, u32::MAX, 0_u32) };
    let _ = std::env::set_current_dir("/");
}

struct Made {
    tun: OwnedFd,
    no_user_namespace: Option<Failed>,
    no_ipv6: Option<Failed>,
}

fn set_up() -> Result<Made, Failed> {
    let no_user_namespace = namespaces()?;
    let tun = tun()?;
    let route = Route::open().map_err(at(SetupStep::Netlink))?;
    let index = |name| route.index(name).map_err(at(SetupStep::Links));
    let (lo, wire) = (index("lo")?, index(NAME)?);
    // It can only fail without IPv6, which is found out below.
    let quiet = route.quiet(wire);
    for index in [lo, wire] {
        route.up(index).map_err(at(SetupStep::Links))?;
    }
    ip(&route, wire, IpVersion::V4).map_err(at(SetupStep::Ipv4))?;
    let ipv6 = quiet.and_then(|()| {
        let watch = RouteWatch::open()?;
        ip(&route, wire, IpVersion::V6)?;
        let here = WirePlace::Here.ip(IpVersion::V6);
        watch.until_local(here, IPV6_TIMEOUT_S)?;
        // The message comes a moment before the route is in use.
        let end = Instant::now() + Duration::from_secs(IPV6_TIMEOUT_S);
        while !route.is_local(here) {
            if Instant::now() > end {
                return Err(Errno::TIMEDOUT);
            }
            std::thread::yield_now();
        }
        Ok(())
    });
    Ok(Made {
        tun,
        no_user_namespace,
        no_ipv6: ipv6.map_err(at(SetupStep::Ipv6)).err(),
    })
}

fn at(step: SetupStep) -> impl Fn(Errno) -> Failed {
    move |errno| (step, errno)
}

fn unshare(flags: libc::c_int) -> Result<(), Errno> {
    // SAFETY: the call takes no pointers; this process has one thread, and nothing in it depends on its namespaces.
    match unsafe { libc::unshare(flags) } {
        0 => Ok(()),
        _ => Err(last()),
    }
}

fn last() -> Errno {
    let number = std::io::Error::last_os_error().raw_os_error();
    Errno::from_raw_os_error(number.unwrap_or(libc::EIO))
}

/// A user namespace, which gives the right to make the rest, and a network namespace. Root can do without the first; then it is given
/// back why there is none.
fn namespaces() -> Result<Option<Failed>, Failed> {
    let (uid, gid) = (rustix::process::geteuid(), rustix::process::getegid());
    match unshare(libc::CLONE_NEWUSER) {
        Ok(()) => {
            let write = |path: &str, text: String| {
                std::fs::write(path, text).map_err(|error| {
                    Errno::from_raw_os_error(error.raw_os_error().unwrap_or(libc::EIO))
                })
            };
            write("/proc/self/uid_map", format!("0 {} 1", uid.as_raw()))
                .map_err(at(SetupStep::UidMap))?;
            // user_namespaces(7): without privilege the gid map can be written only after this. Old kernels have no such file.
            let _ = write("/proc/self/setgroups", "deny".to_owned());
            write("/proc/self/gid_map", format!("0 {} 1", gid.as_raw()))
                .map_err(at(SetupStep::GidMap))?;
            unshare(libc::CLONE_NEWNET).map_err(at(SetupStep::NetNamespace))?;
            Ok(None)
        }
        Err(errno) => {
            let failed = (SetupStep::UserNamespace, errno);
            unshare(libc::CLONE_NEWNET).map_err(|_| failed)?;
            Ok(Some(failed))
        }
    }
}

/// The longest that the kernel may take to finish an IPv6 address, in seconds. It takes milliseconds.
const IPV6_TIMEOUT_S: u64 = 2;

/// The name of the TUN device inside.
const NAME: &str = "wire";

fn tun() -> Result<OwnedFd, Failed> {
    let flags = OFlags::RDWR | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let tun =
        rustix::fs::open("/dev/net/tun", flags, Mode::empty()).map_err(at(SetupStep::TunNode))?;
    let mut request = libc::ifreq {
        ifr_name: [0; libc::IFNAMSIZ],
        ifr_ifru: libc::__c_anonymous_ifr_ifru {
            ifru_flags: (libc::IFF_TUN | libc::IFF_NO_PI) as libc::c_short,
        },
    };
    for (to, from) in request.ifr_name.iter_mut().zip(NAME.bytes()) {
        *to = from as libc::c_char;
    }
    // SAFETY: the kernel reads and writes an ifreq, which lives until the call is over.
    let result = unsafe { libc::ioctl(tun.as_raw_fd(), libc::TUNSETIFF, &raw mut request) };
    match result {
        0 => Ok(tun),
        _ => Err((SetupStep::TunDevice, last())),
    }
}

fn ip(route: &Route, wire: u32, version: IpVersion) -> Result<(), Errno> {
    let prefix = match version {
        IpVersion::V4 => PREFIX4,
        IpVersion::V6 => PREFIX6,
    };
    route.address(wire, WirePlace::Here.ip(version), prefix)?;
    for (place, refuses) in [
        (WirePlace::Unreachable, RefusingRoute::Unreachable),
        (WirePlace::Prohibit, RefusingRoute::Prohibit),
        (WirePlace::Blackhole, RefusingRoute::Blackhole),
    ] {
        route.refuse(place.ip(version), refuses)?;
    }
    Ok(())
}

fn make(kind: u8) -> Result<OwnedFd, Errno> {
    let (family, socket_type, protocol): (_, _, Option<Protocol>) = match kind {
        TCP4 => (AddressFamily::INET, SocketType::STREAM, None),
        TCP6 => (AddressFamily::INET6, SocketType::STREAM, None),
        DIAG => (AddressFamily::NETLINK, SocketType::RAW, Some(SOCK_DIAG)),
        _ => return Err(Errno::INVAL),
    };
    socket_with(family, socket_type, SocketFlags::CLOEXEC, protocol)
}
