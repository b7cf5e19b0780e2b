//! Other systems have no such namespaces: there is no wire.

use super::Inside;
use super::error::{SetupError, SetupStep};
use crate::model::errno::Errno;
use crate::model::wire::ends::EndState;
use crate::model::wire::places::IpVersion;
use rustix::fd::{BorrowedFd, OwnedFd};
use std::path::Path;
use std::process::ExitCode;

/// There is never one.
#[derive(Debug)]
pub struct TunWire {
    never: std::convert::Infallible,
    /// Why it has no user namespace.
    pub no_user_namespace: Option<SetupError>,
    /// Why there is no IPv6 on it.
    pub no_ipv6: Option<SetupError>,
}

/// Nobody starts a helper here.
pub fn help() -> ExitCode {
    ExitCode::from(2)
}

impl TunWire {
    /// # Errors
    /// Always.
    pub fn open(_: &Path) -> Result<TunWire, SetupError> {
        Err(SetupError::new(SetupStep::NetNamespace, Errno::EINVAL))
    }

    /// # Errors
    /// Never: there is no wire.
    pub fn socket(&self, _: Inside) -> Result<OwnedFd, Errno> {
        match self.never {}
    }

    /// Never called.
    pub fn tun_fd(&self) -> BorrowedFd<'_> {
        match self.never {}
    }

    /// # Errors
    /// Never: there is no wire.
    pub fn read(&self) -> Result<Vec<Vec<u8>>, Errno> {
        match self.never {}
    }

    /// # Errors
    /// Never: there is no wire.
    pub fn write(&self, _: &[u8]) -> Result<(), Errno> {
        match self.never {}
    }

    /// # Errors
    /// Never: there is no wire.
    pub fn states(&self, _: IpVersion, _: u16) -> Result<Vec<EndState>, Errno> {
        match self.never {}
    }

    /// Never called.
    pub fn helper_id(&self) -> u32 {
        match self.never {}
    }
}

/// The watch on a wire that cannot be.
#[derive(Debug)]
pub struct WireWatch {
    never: std::convert::Infallible,
}

impl WireWatch {
    /// # Errors
    /// Always: there is no wire to watch.
    pub fn start(_: OwnedFd, _: impl Fn() + Send + 'static) -> std::io::Result<WireWatch> {
        Err(std::io::ErrorKind::Unsupported.into())
    }

    /// Never called.
    pub fn seen(&mut self, _: Option<std::time::Instant>) {
        match self.never {}
    }
}
