//! Small messages with at most one descriptor over a socketpair: unix(7) `SOCK_SEQPACKET` and `SCM_RIGHTS`.

use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::io::Errno;
use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, ReturnFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, recvmsg, sendmsg,
};
use std::io::{IoSlice, IoSliceMut};
use std::mem::MaybeUninit;

/// The longest message.
const SPACE: usize = 32;

/// Sends a message, with a descriptor if one is given. The sender keeps its copy of it.
pub(super) fn send(
    channel: impl AsFd,
    message: &[u8],
    passed: Option<BorrowedFd<'_>>,
) -> Result<(), Errno> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut ancillary = SendAncillaryBuffer::new(&mut space);
    let fds = passed.map(|fd| [fd]);
    if let Some(fds) = &fds {
        ancillary.push(SendAncillaryMessage::ScmRights(fds));
    }
    rustix::io::retry_on_intr(|| {
        let parts = [IoSlice::new(message)];
        sendmsg(&channel, &parts, &mut ancillary, SendFlags::NOSIGNAL)
    })
    .map(|_| ())
}

/// Receives a message; an empty one says that the other side has gone. The descriptor is close-on-exec.
pub(super) fn receive(channel: impl AsFd) -> Result<(Vec<u8>, Option<OwnedFd>), Errno> {
    let mut bytes = [0_u8; SPACE];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut ancillary = RecvAncillaryBuffer::new(&mut space);
    let received = rustix::io::retry_on_intr(|| {
        let mut parts = [IoSliceMut::new(&mut bytes)];
        recvmsg(
            &channel,
            &mut parts,
            &mut ancillary,
            RecvFlags::CMSG_CLOEXEC,
        )
    })?;
    if received.flags.contains(ReturnFlags::CTRUNC) {
        // There was no room for the descriptor: too many are open here.
        return Err(Errno::MFILE);
    }
    let mut passed = None;
    for message in ancillary.drain() {
        if let RecvAncillaryMessage::ScmRights(fds) = message {
            passed = passed.or(fds.last());
        }
    }
    let message = bytes.get(..received.bytes).unwrap_or(&bytes);
    Ok((message.to_vec(), passed))
}
