//! The lab wire: a network namespace of its own, in which every TCP packet between two real sockets leaves through a TUN device and comes
//! back only when it is written back.
//!
//! ```text
//!   this process                          helper (this program again, alone in a user and network namespace)
//!   Wire::open() ---- starts -----------> namespaces, lo, TUN, addresses, routes
//!        <------- the TUN (SCM_RIGHTS) --
//!   Wire::socket() -- asks -------------> socket()
//!        <------- the socket -----------  ... keeps no copy, and ends when this process has gone
//!   Wire::read(), Wire::write() on the TUN
//! ```

use crate::model::errno::Errno;
use crate::model::wire::ends::EndState;
use crate::model::wire::places::IpVersion;
use rustix::fd::OwnedFd;

mod error;
mod probe;

#[cfg(target_os = "linux")]
mod channel;
#[cfg(not(target_os = "linux"))]
mod elsewhere;
#[cfg(target_os = "linux")]
mod helper;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "linux")]
mod watch;

pub use error::{SetupError, SetupStep};
pub use probe::{Check, Verdict, probe};

#[cfg(not(target_os = "linux"))]
pub use elsewhere::{TunWire, WireWatch, help};
#[cfg(target_os = "linux")]
pub use helper::help;
#[cfg(target_os = "linux")]
pub use linux::TunWire;
#[cfg(target_os = "linux")]
pub use watch::WireWatch;

/// The hidden first argument that makes this program the helper of a wire.
pub const HELPER: &str = "__wire";

/// This program's own file, also if it has been replaced since.
pub const THIS_PROGRAM: &str = "/proc/self/exe";

/// The wire as whoever uses it sees it, so that a test can put one in its place that has other packets, or takes none.
pub trait WireDevice: std::fmt::Debug + Send {
    /// A socket made inside: [`TunWire::socket`].
    ///
    /// # Errors
    /// The errno of socket(2) there, or of passing it out.
    fn socket(&self, kind: Inside) -> Result<OwnedFd, Errno>;

    /// The packets that have left a kernel since the last time: [`TunWire::read`].
    ///
    /// # Errors
    /// The errno of read(2).
    fn read(&self) -> Result<Vec<Vec<u8>>, Errno>;

    /// Hands a packet to the kernel inside: [`TunWire::write`].
    ///
    /// # Errors
    /// The errno of write(2).
    fn write(&self, bytes: &[u8]) -> Result<(), Errno>;

    /// Every TCP socket inside that lives at this local port: [`TunWire::states`].
    ///
    /// # Errors
    /// The errno of asking.
    fn states(&self, version: IpVersion, local_port: u16) -> Result<Vec<EndState>, Errno>;
}

impl WireDevice for TunWire {
    fn socket(&self, kind: Inside) -> Result<OwnedFd, Errno> {
        TunWire::socket(self, kind)
    }

    fn read(&self) -> Result<Vec<Vec<u8>>, Errno> {
        TunWire::read(self)
    }

    fn write(&self, bytes: &[u8]) -> Result<(), Errno> {
        TunWire::write(self, bytes)
    }

    fn states(&self, version: IpVersion, local_port: u16) -> Result<Vec<EndState>, Errno> {
        TunWire::states(self, version, local_port)
    }
}

/// A socket that can be made inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inside {
    /// A TCP socket.
    Tcp(IpVersion),
    /// sock_diag(7): it tells of the sockets inside, wherever it is used.
    Diag,
}
