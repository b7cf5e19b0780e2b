//! The calls of the lessons' clients, one function a call, as a program in C makes them.

#![expect(
    unsafe_code,
    reason = "poll, select and epoll_wait by the names under which they stand in their manual pages"
)]

use rustix::event::epoll::{self, CreateFlags, EventData, EventFlags};
use rustix::fd::{AsFd, AsRawFd, OwnedFd};
use rustix::io::Errno;
use rustix::net::{AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType};
use std::io::Write;
use std::net::SocketAddrV4;

/// Says a line.
pub(super) fn say(line: &str) {
    // Whoever has closed the other end does not read it.
    let _ = writeln!(std::io::stdout(), "{line}");
    let _ = std::io::stdout().flush();
}

/// What strerror(3) says, as a program in Python or C does.
pub(super) fn reason(errno: Errno) -> String {
    let text = std::io::Error::from(errno).to_string();
    let end = text.find(" (os error").unwrap_or(text.len());
    text[..end].to_owned()
}

/// socket(2), non-blocking or not.
pub(super) fn socket(flags: SocketFlags) -> Result<OwnedFd, Errno> {
    rustix::net::socket_with(AddressFamily::INET, SocketType::STREAM, flags, None)
}

/// connect(2): `Ok` if it is connected or under way.
pub(super) fn connect(socket: &OwnedFd, to: SocketAddrV4) -> Result<(), Errno> {
    match rustix::net::connect(socket, &to) {
        Err(Errno::INPROGRESS) => Ok(()),
        other => other,
    }
}

/// getsockopt(2) with SO_ERROR.
pub(super) fn so_error(socket: &OwnedFd) -> Result<Option<Errno>, Errno> {
    rustix::net::sockopt::socket_error(socket).map(Result::err)
}

/// getpeername(2): whether there is one.
pub(super) fn has_peer(socket: &OwnedFd) -> bool {
    rustix::net::getpeername(socket).is_ok()
}

/// send(2).
pub(super) fn send(socket: &OwnedFd, bytes: &[u8]) -> Result<usize, Errno> {
    rustix::net::send(socket, bytes, SendFlags::NOSIGNAL)
}

/// recv(2) of at most so many bytes: how many came.
pub(super) fn recv(socket: &OwnedFd, most: usize) -> Result<usize, Errno> {
    let mut bytes = vec![0; most];
    rustix::net::recv(socket, bytes.as_mut_slice(), RecvFlags::empty()).map(|(count, _)| count)
}

/// poll(2) about these, all for the same: how many are ready.
pub(super) fn poll(sockets: &[OwnedFd], events: i16, timeout_ms: i32) -> usize {
    let asks = |socket: &OwnedFd| libc::pollfd {
        fd: socket.as_raw_fd(),
        events,
        revents: 0,
    };
    let mut all: Vec<libc::pollfd> = sockets.iter().map(asks).collect();
    // SAFETY: the array has as many entries as are said, and outlives the call.
    let count = unsafe { libc::poll(all.as_mut_ptr(), all.len() as libc::nfds_t, timeout_ms) };
    usize::try_from(count).unwrap_or(0)
}

/// select(2) about these, for readable and perhaps for writable: how many bits it gives back. Descriptors above 1023 are left out.
pub(super) fn select(read: &[OwnedFd], write: &[OwnedFd], timeout_ms: i64) -> usize {
    // SAFETY: fd_set is plain data, of which zeroes are the empty set; each number is below its size.
    let set = |sockets: &[OwnedFd]| unsafe {
        let mut set: libc::fd_set = std::mem::zeroed();
        libc::FD_ZERO(&raw mut set);
        for socket in sockets {
            if socket.as_raw_fd() < libc::FD_SETSIZE as i32 {
                libc::FD_SET(socket.as_raw_fd(), &raw mut set);
            }
        }
        set
    };
    let (mut reads, mut writes) = (set(read), set(write));
    let highest = read.iter().chain(write).map(AsRawFd::as_raw_fd).max();
    let mut timeout = libc::timeval {
        tv_sec: timeout_ms / 1000,
        tv_usec: timeout_ms % 1000 * 1000,
    };
    let writes = match write.is_empty() {
        true => std::ptr::null_mut(),
        false => &raw mut writes,
    };
    // SAFETY: the sets and the time outlive the call, and no number is above the highest.
    let count = unsafe {
        libc::select(
            highest.unwrap_or(-1) + 1,
            &raw mut reads,
            writes,
            std::ptr::null_mut(),
            &raw mut timeout,
        )
    };
    usize::try_from(count).unwrap_or(0)
}

/// epoll_create1(2).
pub(super) fn epoll() -> Result<OwnedFd, Errno> {
    epoll::create(CreateFlags::CLOEXEC)
}

/// epoll_ctl(2) with EPOLL_CTL_ADD.
pub(super) fn register(epfd: &OwnedFd, socket: impl AsFd, flags: EventFlags) -> Result<(), Errno> {
    let number = socket.as_fd().as_raw_fd();
    epoll::add(epfd, socket, EventData::new_u64(number as u64), flags)
}

/// epoll_wait(2): what the first event is, if one comes.
pub(super) fn epoll_wait(epfd: &OwnedFd, timeout_ms: i32) -> Option<u32> {
    let mut events = [libc::epoll_event { events: 0, u64: 0 }; 16];
    // SAFETY: the array has 16 entries and outlives the call.
    let count = unsafe { libc::epoll_wait(epfd.as_raw_fd(), events.as_mut_ptr(), 16, timeout_ms) };
    (count > 0).then(|| events[0].events)
}
