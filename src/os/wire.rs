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

pub use error::{SetUpError, Step};
pub use probe::{Check, Verdict, probe};

#[cfg(not(target_os = "linux"))]
pub use elsewhere::{Watch, Wire, help};
#[cfg(target_os = "linux")]
pub use helper::help;
#[cfg(target_os = "linux")]
pub use linux::Wire;
#[cfg(target_os = "linux")]
pub use watch::Watch;

/// The hidden first argument that makes this program the helper of a wire.
pub const HELPER: &str = "__wire";

/// This program's own file, also if it has been replaced since.
pub const THIS_PROGRAM: &str = "/proc/self/exe";

/// A socket that can be made inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inside {
    /// A TCP socket.
    Tcp(crate::model::wire::places::Version),
    /// sock_diag(7): it tells of the sockets inside, wherever it is used.
    Diag,
}
