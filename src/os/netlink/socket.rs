//! A netlink socket: a request sent to the kernel, and its answers read to the end.

use super::message::{NetlinkMessage, NetlinkRequest};
use crate::os::kept::out_of_the_way;
use rustix::buffer::spare_capacity;
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::io::{Errno, retry_on_intr};
use rustix::net::netlink::SocketAddrNetlink;
use rustix::net::{
    AddressFamily, Protocol, RecvFlags, SendFlags, SocketFlags, SocketType, bind, recv, sendto,
    socket_with,
};
use std::sync::atomic::{AtomicU32, Ordering};

/// The kernel puts no more into one datagram of a dump.
const DATAGRAM: usize = 32 * 1024;

/// A netlink socket. It belongs to the network namespace that it was made in.
#[derive(Debug)]
pub(in crate::os) struct NetlinkSocket {
    fd: OwnedFd,
    /// The number of the last request.
    last: AtomicU32,
}

/// A netlink socket that was made elsewhere.
impl From<OwnedFd> for NetlinkSocket {
    fn from(fd: OwnedFd) -> NetlinkSocket {
        let last = AtomicU32::new(0);
        NetlinkSocket { fd, last }
    }
}

impl NetlinkSocket {
    /// A new one, close-on-exec. No protocol is `NETLINK_ROUTE`, which is 0.
    pub(in crate::os) fn open(
        protocol: Option<Protocol>,
        flags: SocketFlags,
    ) -> Result<NetlinkSocket, Errno> {
        let (family, kind) = (AddressFamily::NETLINK, SocketType::RAW);
        socket_with(family, kind, flags | SocketFlags::CLOEXEC, protocol).map(NetlinkSocket::from)
    }

    /// The same under a number that no socket of the program would get; `None` if there is none.
    pub(in crate::os) fn out_of_the_way(mut self) -> Option<NetlinkSocket> {
        self.fd = out_of_the_way(self.fd)?;
        Some(self)
    }

    /// Joins these groups; their messages come by [`NetlinkSocket::receive`].
    pub(super) fn join(&self, groups: u32) -> Result<(), Errno> {
        bind(&self.fd, &SocketAddrNetlink::new(0, groups))
    }

    /// Asks the kernel, and hands on every message that it answers with. The kernel answers within the send, so this waits for nobody.
    pub(in crate::os) fn ask(
        &self,
        request: &NetlinkRequest,
        mut take: impl FnMut(&NetlinkMessage<'_>),
    ) -> Result<(), Errno> {
        let sequence = self.last.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
        let bytes = request.bytes(sequence);
        let kernel = SocketAddrNetlink::new(0, 0);
        retry_on_intr(|| sendto(&self.fd, &bytes, SendFlags::empty(), &kernel))?;
        let mut buffer = Vec::with_capacity(DATAGRAM);
        while !request.read_answer(sequence, self.receive(&mut buffer)?, &mut take)? {}
        Ok(())
    }

    /// The next datagram; what finds no room in the buffer is cut off.
    pub(super) fn receive<'a>(&self, buffer: &'a mut Vec<u8>) -> Result<&'a [u8], Errno> {
        buffer.clear();
        retry_on_intr(|| recv(&self.fd, spare_capacity(buffer), RecvFlags::empty()))?;
        Ok(buffer)
    }
}

impl AsFd for NetlinkSocket {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}
