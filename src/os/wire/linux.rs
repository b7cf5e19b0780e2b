//! The wire on Linux, seen from the program.

use super::super::errno::from_rustix;
use super::channel::{receive, send};
use super::error::{SetupError, SetupStep};
use super::{HELPER, Inside, helper};
use crate::model::errno::Errno;
use crate::model::wire::ends::EndState;
use crate::model::wire::places::IpVersion;
use crate::os::diag;
use crate::os::netlink::NetlinkSocket;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::net::{AddressFamily, SocketFlags, SocketType, socketpair};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// The longest that the helper may take to answer, in seconds. It takes milliseconds.
const HELPER_TIMEOUT_S: i64 = 10;
/// So many packets are read in one go.
const AT_ONCE: usize = 1024;
/// The longest IP packet.
const MAX_PACKET_BYTES: usize = 65_536;

/// A lab wire. When it is dropped, or this process ends in whatever way, nothing is left of it.
#[derive(Debug)]
pub struct TunWire {
    channel: OwnedFd,
    tun: OwnedFd,
    diag: NetlinkSocket,
    helper: Helper,
    /// Why it has no user namespace, if it has none: root can do without.
    pub no_user_namespace: Option<SetupError>,
    /// Why there is no IPv6 on it, if there is none.
    pub no_ipv6: Option<SetupError>,
}

/// The helper process; dropping it ends it.
#[derive(Debug)]
struct Helper(Child);

impl Drop for Helper {
    fn drop(&mut self) {
        // It would end by itself at the end of file; this way it cannot be late.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl TunWire {
    /// Sets the wire up. `program` is the file of this program ([`super::THIS_PROGRAM`]), which is started again as the helper.
    ///
    /// # Errors
    /// The step that failed. Nothing of it is left.
    pub fn open(program: &Path) -> Result<TunWire, SetupError> {
        let failed = |errno| SetupError::new(SetupStep::Helper, from_rustix(errno));
        let (channel, theirs) = socketpair(
            AddressFamily::UNIX,
            SocketType::SEQPACKET,
            SocketFlags::CLOEXEC,
            None,
        )
        .map_err(failed)?;
        let child = Command::new(program)
            .arg(HELPER)
            .env_clear()
            .stdin(Stdio::from(theirs))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .map_err(|error| {
                SetupError::new(SetupStep::Helper, super::super::errno::from_std(&error))
            })?;
        let helper = Helper(child);
        let (message, tun) = answer(&channel).map_err(failed)?;
        let [error, no_user_namespace, no_ipv6] =
            helper::decode(&message).ok_or_else(|| SetupError::new(SetupStep::Helper, None))?;
        let typed = |(step, errno)| SetupError::new(step, super::super::errno::from_raw(errno));
        if let Some(error) = error {
            return Err(typed(error));
        }
        let tun = tun.ok_or_else(|| SetupError::new(SetupStep::Helper, None))?;
        let diag = request(&channel, Inside::Diag)
            .map_err(|errno| SetupError::new(SetupStep::Sockets, errno))?;
        Ok(TunWire {
            channel,
            tun,
            diag: diag.into(),
            helper,
            no_user_namespace: no_user_namespace.map(typed),
            no_ipv6: no_ipv6.map(typed),
        })
    }

    /// A socket made inside, blocking and close-on-exec, as socket(2) makes it. No copy of it is left behind.
    ///
    /// # Errors
    /// The errno of socket(2) there, or of passing it out.
    pub fn socket(&self, kind: Inside) -> Result<OwnedFd, Errno> {
        request(&self.channel, kind)
    }

    /// The TUN device: readable when a packet has left a kernel.
    pub fn tun_fd(&self) -> BorrowedFd<'_> {
        self.tun.as_fd()
    }

    /// The packets that have left a kernel since the last time, in their order; at most 1,024. It never waits.
    ///
    /// # Errors
    /// The errno of read(2) on the TUN device.
    pub fn read(&self) -> Result<Vec<Vec<u8>>, Errno> {
        let mut packets = Vec::new();
        let mut buffer = vec![0_u8; MAX_PACKET_BYTES];
        while packets.len() < AT_ONCE {
            match rustix::io::read(&self.tun, &mut buffer[..]) {
                Ok(0) | Err(rustix::io::Errno::AGAIN) => break,
                Ok(length) => packets.push(buffer[..length].to_vec()),
                Err(rustix::io::Errno::INTR) => {}
                Err(errno) => return Err(from_rustix(errno)),
            }
        }
        Ok(packets)
    }

    /// Writes a packet to the TUN device, as it is: the kernel inside receives it before this returns. Packets to let go are mirrored
    /// by [`crate::model::packet::mirrored`], as [`crate::model::wire::queue::PacketQueue`] does.
    ///
    /// # Errors
    /// The errno of write(2); EINVAL for what is no IP packet.
    pub fn write(&self, bytes: &[u8]) -> Result<(), Errno> {
        let write = || rustix::io::write(&self.tun, bytes);
        rustix::io::retry_on_intr(write)
            .map(|_| ())
            .map_err(from_rustix)
    }

    /// Every TCP socket inside that lives at this local port: a listener, half-open connections (SYN-RECV, which have no descriptor),
    /// and connections. sock_diag(7); nothing is changed by asking.
    ///
    /// # Errors
    /// The errno of asking.
    pub fn states(&self, version: IpVersion, local_port: u16) -> Result<Vec<EndState>, Errno> {
        diag::at_port(&self.diag, version, local_port).map_err(from_rustix)
    }

    /// The helper's process id.
    pub fn helper_id(&self) -> u32 {
        self.helper.0.id()
    }
}

fn request(channel: &OwnedFd, kind: Inside) -> Result<OwnedFd, Errno> {
    let kind = match kind {
        Inside::Tcp(IpVersion::V4) => helper::TCP4,
        Inside::Tcp(IpVersion::V6) => helper::TCP6,
        Inside::Diag => helper::DIAG,
    };
    send(channel, &[kind], None).map_err(from_rustix)?;
    let (message, made) = answer(channel).map_err(from_rustix)?;
    match made {
        Some(made) => Ok(made),
        None => Err(message.as_slice().try_into().map_or(Errno::EPIPE, |errno| {
            super::super::errno::from_raw(i32::from_ne_bytes(errno))
        })),
    }
}

/// The next message of the helper. One with a descriptor is followed by another, which says that the helper has closed its copy.
fn answer(channel: &OwnedFd) -> rustix::io::Result<(Vec<u8>, Option<OwnedFd>)> {
    let (message, passed) = next(channel)?;
    if passed.is_some() {
        next(channel)?;
    }
    Ok((message, passed))
}

/// A message, waited for with a bound.
fn next(channel: &OwnedFd) -> rustix::io::Result<(Vec<u8>, Option<OwnedFd>)> {
    let bound = Timespec {
        tv_sec: HELPER_TIMEOUT_S,
        tv_nsec: 0,
    };
    let ready = rustix::io::retry_on_intr(|| {
        poll(&mut [PollFd::new(channel, PollFlags::IN)], Some(&bound))
    })?;
    if ready == 0 {
        return Err(rustix::io::Errno::TIMEDOUT);
    }
    receive(channel)
}
