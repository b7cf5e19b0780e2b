//! The six broken clients, as `sockstep broken` has them in C and Python, each with the mended one behind it.

use super::Ended;
use super::calls::{
    connect, epoll, epoll_wait, has_peer, poll, reason, recv, register, say, send, so_error, socket,
};
use rustix::event::epoll::EventFlags;
use rustix::fd::OwnedFd;
use rustix::io::Errno;
use rustix::net::SocketFlags;
use std::net::SocketAddrV4;

const HELLO: &[u8] = b"hello\n";
/// It comes back in two pieces to whoever reads sixteen bytes.
const LINE: &[u8] = b"more than sixteen bytes\n";
const PIECE: usize = 16;

fn begun(to: SocketAddrV4) -> Result<OwnedFd, Errno> {
    let socket = socket(SocketFlags::NONBLOCK)?;
    connect(&socket, to)?;
    Ok(socket)
}

/// Says hello, and what became of it.
fn hello(who: &str, socket: &OwnedFd) {
    match send(socket, HELLO) {
        Ok(_) => say(&format!("{who}: said hello")),
        Err(errno) => say(&format!(
            "{who}: connected, and yet: send: {}",
            reason(errno)
        )),
    }
}

/// What SO_ERROR and getpeername() prove of a socket that is writable, or what is wrong.
fn proven(who: &str, socket: &OwnedFd) -> Result<bool, Errno> {
    if let Some(errno) = so_error(socket)? {
        say(&format!("{who}: connect: {}", reason(errno)));
        return Ok(false);
    }
    let is = has_peer(socket);
    say(&format!(
        "{who}: {}",
        if is { "connected" } else { "no peer" }
    ));
    Ok(is)
}

/// The outcome of an attempt that is under way.
fn outcome(socket: OwnedFd) -> Result<(OwnedFd, Option<Errno>), Errno> {
    let all = [socket];
    poll(&all, libc::POLLOUT, 1000);
    let [socket] = all;
    let error = so_error(&socket)?;
    Ok((socket, error))
}

pub(super) fn writable_means_connected(to: SocketAddrV4) -> Ended {
    let a = [begun(to)?];
    if poll(&a, libc::POLLOUT, 1000) == 0 {
        say("A: no answer within 1 s");
    } else {
        say("A: connected");
        hello("A", &a[0]);
    }
    let b = [begun(to)?];
    if poll(&b, libc::POLLOUT, 1000) == 0 {
        say("B: no answer within 1 s");
    } else if proven("B", &b[0])? {
        hello("B", &b[0]);
    }
    Ok(())
}

pub(super) fn readable_only(to: SocketAddrV4) -> Ended {
    for (who, events) in [("A", libc::POLLIN), ("B", libc::POLLIN | libc::POLLOUT)] {
        let one = [begun(to)?];
        if poll(&one, events, 500) == 0 {
            say(&format!(
                "{who}: no event within 500 ms: the server must be down"
            ));
        } else if proven(who, &one[0])? {
            hello(who, &one[0]);
        }
    }
    Ok(())
}

pub(super) fn registered_too_early(to: SocketAddrV4) -> Ended {
    let flags = EventFlags::IN | EventFlags::OUT | EventFlags::ET;
    let (epfd, a) = (epoll()?, socket(SocketFlags::NONBLOCK)?);
    register(&epfd, &a, flags)?;
    let remembers = epoll_wait(&epfd, 0).is_some_and(|events| events & libc::EPOLLOUT as u32 != 0);
    connect(&a, to)?;
    if remembers && so_error(&a)?.is_none() {
        say("A: connected");
        hello("A", &a);
    }
    let epfd = epoll()?;
    let b = begun(to)?;
    register(&epfd, &b, flags)?;
    match epoll_wait(&epfd, 500) {
        None => say("B: no answer within 500 ms"),
        Some(_) => {
            if proven("B", &b)? {
                hello("B", &b);
            }
        }
    }
    Ok(())
}

pub(super) fn edge_without_draining(to: SocketAddrV4) -> Ended {
    for who in ["A", "B"] {
        let socket = socket(SocketFlags::empty())?;
        connect(&socket, to)?;
        rustix::io::ioctl_fionbio(&socket, true)?;
        let epfd = epoll()?;
        register(&epfd, &socket, EventFlags::IN | EventFlags::ET)?;
        send(&socket, LINE)?;
        let mut bytes = 0;
        while bytes < LINE.len() {
            if epoll_wait(&epfd, 1000).is_none() {
                say(&format!("{who}: no event within 1 s, after {bytes} bytes"));
                break;
            }
            bytes += recv(&socket, PIECE)?;
            if who == "A" {
                continue;
            }
            // Until EAGAIN.
            while let Ok(more @ 1..) = recv(&socket, PIECE) {
                bytes += more;
            }
        }
        if bytes == LINE.len() {
            say(&format!("{who}: the whole line, {bytes} bytes"));
        }
    }
    Ok(())
}

pub(super) fn same_descriptor_again(to: SocketAddrV4) -> Ended {
    for who in ["A", "B"] {
        let mut socket = begun(to)?;
        for attempt in [1, 2] {
            let error;
            (socket, error) = outcome(socket)?;
            let said = error.map_or("connected".to_owned(), reason);
            say(&format!("{who}: attempt {attempt}: {said}"));
            if error.is_none() || attempt == 2 {
                break;
            }
            if who == "B" {
                drop(socket);
                socket = begun(to)?;
            } else if let Err(errno) = connect(&socket, to) {
                say(&format!("{who}: attempt 2: {}", reason(errno)));
                break;
            }
        }
    }
    Ok(())
}

pub(super) fn so_error_twice(to: SocketAddrV4) -> Ended {
    for who in ["A", "B"] {
        let one = [begun(to)?];
        poll(&one, libc::POLLOUT, 1000);
        let logged = so_error(&one[0])?;
        let log = logged.map_or("0".to_owned(), reason);
        say(&format!("{who}: log: SO_ERROR is {log}"));
        let decides = match who {
            "A" => so_error(&one[0])?,
            _ => logged,
        };
        match decides {
            None => {
                say(&format!("{who}: connected"));
                hello(who, &one[0]);
            }
            Some(errno) => say(&format!("{who}: connect: {}", reason(errno))),
        }
    }
    Ok(())
}
