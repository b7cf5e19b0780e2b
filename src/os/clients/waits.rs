//! Clients that wait: by poll, by epoll and by threads for many sockets, and in select() for three.

use super::Ended;
use super::calls::{connect, epoll, epoll_wait, poll, recv, register, say, select, send, socket};
use rustix::event::epoll::EventFlags;
use rustix::fd::OwnedFd;
use rustix::io::Errno;
use rustix::net::SocketFlags;
use std::net::SocketAddrV4;

/// So many sockets are asked about, so many times each way.
const MANY: usize = 10;
const TIMES: usize = 3;

fn connected(count: usize, to: SocketAddrV4) -> Result<Vec<OwnedFd>, Errno> {
    let mut all = Vec::new();
    for _ in 0..count {
        let socket = socket(SocketFlags::empty())?;
        connect(&socket, to)?;
        all.push(socket);
    }
    Ok(all)
}

pub(super) fn ways_to_ask(to: SocketAddrV4) -> Ended {
    let all = connected(MANY, to)?;
    say("10 sockets are connected");
    for _ in 0..TIMES {
        poll(&all, libc::POLLIN, 0);
    }
    let epfd = epoll()?;
    for socket in &all {
        register(&epfd, socket, EventFlags::IN)?;
    }
    for _ in 0..TIMES {
        epoll_wait(&epfd, 0);
    }
    say("now a thread for each");
    std::thread::scope(|scope| {
        for socket in &all {
            scope.spawn(|| recv(socket, 16));
        }
    });
    Ok(())
}

pub(super) fn three_in_select(to: SocketAddrV4) -> Ended {
    let all = connected(3, to)?;
    let count = select(&all, &[], 300);
    say(&format!("readable, by 300 ms: {count}"));
    send(&all[0], b"x")?;
    let count = select(&all, &all, 300);
    say(&format!("readable and writable: {count}"));
    Ok(())
}
