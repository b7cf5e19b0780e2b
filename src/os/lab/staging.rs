//! Setting a peer up: its sockets, its address, its queue.

use super::log::Log;
use super::peer_end::PeerEnd;
use super::peers::{Backlog, PeerPlace};
use crate::model::addr::{Addr, Family};
use crate::model::call::{Call, CalledBy, SocketOption};
use crate::model::errno::Errno;
use crate::model::ids::Fd;
use crate::os::call::local_address;
use crate::os::tcp;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddrV4, SocketAddrV6};
use std::time::{Duration, Instant};

/// The longest that staging waits for a filler to be queued.
const STAGING: Duration = Duration::from_secs(2);
/// So often a port is looked for that is free on both addresses.
const TRIES: usize = 16;

fn v4(port: u16) -> Addr {
    Addr::V4(SocketAddrV4::new(Ipv4Addr::LOCALHOST, port))
}

fn v6(port: u16) -> Addr {
    Addr::V6(SocketAddrV6::new(Ipv6Addr::LOCALHOST, port, 0, 0))
}

/// Makes what the spec says and returns where a program is to connect to.
pub(super) fn set_up(end: &mut PeerEnd, log: &mut Log<'_>) -> Result<Vec<Addr>, Errno> {
    end.addrs = match end.spec.place {
        PeerPlace::Bound => vec![bind(end, v4(0), log)?],
        PeerPlace::Listening(backlog) => {
            let addr = bind(end, v4(0), log)?;
            listen(end, backlog, log)?;
            vec![addr]
        }
        PeerPlace::Unix(backlog) => {
            let name = format!("sockstep-{}-{}", std::process::id(), log.row());
            let addr = bind(end, Addr::UnixAbstract(name.into_bytes()), log)?;
            listen(end, backlog, log)?;
            vec![addr]
        }
        PeerPlace::Two => two(end, false, log)?,
        PeerPlace::TwoSilent => two(end, true, log)?,
        PeerPlace::Itself => {
            // It keeps the port for the program's socket, which is bound to it too.
            let fd = log.socket(Family::Inet)?;
            end.keepers.push(fd);
            log.must(Call::SetOption {
                fd,
                option: SocketOption::ReuseAddr,
                value: 1,
            })?;
            log.must(Call::Bind { fd, addr: v4(0) })?;
            vec![address(fd, log)?]
        }
        PeerPlace::Elsewhere(text) => vec![text.parse().map_err(|()| Errno::EINVAL)?],
        PeerPlace::OneOf(_) | PeerPlace::Nowhere => return Err(Errno::EINVAL),
    };
    Ok(end.addrs.clone())
}

fn address(fd: Fd, log: &Log<'_>) -> Result<Addr, Errno> {
    log.descriptors
        .get(fd)
        .and_then(local_address)
        .ok_or(Errno::EINVAL)
}

/// The end's own socket, bound.
fn bind(end: &mut PeerEnd, addr: Addr, log: &mut Log<'_>) -> Result<Addr, Errno> {
    let fd = log.socket(addr.family())?;
    end.socket = Some(fd);
    for (option, value) in end.spec.own_options {
        let (option, value) = (*option, *value);
        log.must(Call::SetOption { fd, option, value })?;
    }
    log.must(Call::Bind { fd, addr })?;
    address(fd, log)
}

/// The same for a socket that was made elsewhere.
pub(super) fn bind_and_listen(
    end: &mut PeerEnd,
    fd: Fd,
    here: Addr,
    log: &mut Log<'_>,
) -> Result<(), Errno> {
    for (option, value) in end.spec.own_options {
        let (option, value) = (*option, *value);
        // An older kernel lacks some; then it is only less patient.
        log.make(CalledBy::Lab, Call::SetOption { fd, option, value });
    }
    log.must(Call::Bind { fd, addr: here })?;
    let roomy = Backlog {
        limit: 4096,
        fillers: 0,
    };
    listen(end, roomy, log)
}

fn listen(end: &mut PeerEnd, backlog: Backlog, log: &mut Log<'_>) -> Result<(), Errno> {
    let fd = end.socket.ok_or(Errno::EBADF)?;
    log.must(Call::SetNonblocking { fd })?;
    log.must(Call::Listen {
        fd,
        backlog: backlog.limit,
    })?;
    end.listening = true;
    end.addrs = vec![address(fd, log)?];
    fill(end, backlog.fillers, log)
}

/// The same port on both addresses: on ::1 it is only kept, so that nobody listens there; or its queue is full, so that it is silent.
fn two(end: &mut PeerEnd, is_silent: bool, log: &mut Log<'_>) -> Result<Vec<Addr>, Errno> {
    for _ in 0..TRIES {
        let keeper = log.socket(Family::Inet6)?;
        // Whatever fails from here on, it is closed with the rest.
        end.keepers.push(keeper);
        log.must(Call::Bind {
            fd: keeper,
            addr: v6(0),
        })?;
        let refused = address(keeper, log)?;
        let port = refused.port().ok_or(Errno::EINVAL)?;
        match bind(end, v4(port), log) {
            Ok(open) => {
                listen(
                    end,
                    Backlog {
                        limit: 4096,
                        fillers: 0,
                    },
                    log,
                )?;
                if is_silent {
                    fall_silent(end, keeper, &refused, log)?;
                }
                return Ok(vec![refused, open]);
            }
            Err(Errno::EADDRINUSE) => {
                for fd in end.socket.take().into_iter().chain(end.keepers.pop()) {
                    log.make(CalledBy::Lab, Call::Close { fd });
                }
            }
            Err(errno) => return Err(errno),
        }
    }
    Err(Errno::EADDRINUSE)
}

/// A listener whose queue one connection fills: further SYNs are dropped.
fn fall_silent(
    end: &mut PeerEnd,
    listener: Fd,
    addr: &Addr,
    log: &mut Log<'_>,
) -> Result<(), Errno> {
    log.must(Call::Listen {
        fd: listener,
        backlog: 0,
    })?;
    let filler = log.socket(Family::Inet6)?;
    end.keepers.push(filler);
    log.must(Call::Connect {
        fd: filler,
        addr: addr.clone(),
    })?;
    let waiting = |log: &Log<'_>| {
        let info = log.descriptors.get(listener).and_then(tcp::info);
        info.map_or(0, |info| info.unacked)
    };
    let deadline = Instant::now() + STAGING;
    while waiting(log) == 0 && Instant::now() < deadline {
        std::thread::yield_now();
    }
    Ok(())
}

/// Connections of the lab's own take places in the end's queue until `wanted` wait there.
pub(super) fn fill(end: &mut PeerEnd, wanted: u32, log: &mut Log<'_>) -> Result<(), Errno> {
    let (Some(listener), Some(addr)) = (end.socket, end.addrs.first().cloned()) else {
        return Err(Errno::EBADF);
    };
    let is_tcp = addr.family() != Family::Unix;
    let waiting = |log: &Log<'_>| {
        let info = log.descriptors.get(listener).and_then(tcp::info);
        info.map_or(0, |info| info.unacked)
    };
    let mut queued = waiting(log);
    while queued < wanted {
        let filler = log.socket(addr.family())?;
        end.fillers.push(filler);
        log.must(Call::Connect {
            fd: filler,
            addr: addr.clone(),
        })?;
        queued += 1;
        // A connect over loopback returns when the client's side is done; the listener's queue follows, on a busy machine later.
        let deadline = Instant::now() + STAGING;
        while is_tcp && waiting(log) < queued && Instant::now() < deadline {
            std::thread::yield_now();
        }
    }
    Ok(())
}
