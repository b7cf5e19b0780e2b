//! Where there is no such ptrace(2): no program can be watched.

use super::event::{StartError, TraceeEvent};
use rustix::fd::BorrowedFd;
use rustix::io::Errno;
use std::convert::Infallible;
use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

/// A watched program: there is none here.
#[derive(Debug)]
pub struct Tracee(Infallible);

#[expect(missing_docs, reason = "there is none, so nothing can be asked of it")]
impl Tracee {
    /// Starts none.
    ///
    /// # Errors
    /// Always.
    pub fn start(
        _own: &Path,
        _argv: &[OsString],
        _around: &super::ProgramSurroundings,
        _environment: &[(&str, OsString)],
    ) -> Result<Tracee, StartError> {
        Err(StartError::NotHere)
    }

    pub fn first(&self) -> i32 {
        match self.0 {}
    }

    pub fn is_over(&self) -> bool {
        match self.0 {}
    }

    pub fn wait(&mut self, _other: &[BorrowedFd<'_>], _until: Option<Instant>) {
        match self.0 {}
    }

    pub fn next_event(&mut self) -> Option<TraceeEvent> {
        match self.0 {}
    }

    pub fn let_go(&mut self, _tid: i32) {
        match self.0 {}
    }

    pub fn go_on(&mut self, _tid: i32) {
        match self.0 {}
    }

    pub fn interrupt(&mut self, _tid: i32) {
        match self.0 {}
    }

    pub fn types(&self, _bytes: &[u8]) {
        match self.0 {}
    }

    pub fn kill(&self) {
        match self.0 {}
    }
}

/// There is nothing to end here.
pub fn end_with_parent() {}

/// There is no such network here.
///
/// # Errors
/// Always.
pub fn alone_with_loopback() -> Result<(), Errno> {
    Err(Errno::NOSYS)
}

/// The helper's life.
pub fn help() -> ExitCode {
    ExitCode::from(2)
}

/// When the first timer among these is due: not known.
pub fn first_due(_pid: i32, _about: &super::About) -> Option<std::time::Duration> {
    None
}

/// What is asked of processes: nothing is known.
pub mod peek {
    use super::super::decode::LimitedWay;
    use super::super::event::DescriptorKind;
    use crate::model::ids::Fd;
    use rustix::fd::OwnedFd;
    use rustix::io::Errno;
    use std::time::Duration;

    /// What a descriptor leads to: not known.
    pub fn file_kind(_pid: i32, _fd: Fd) -> Option<DescriptorKind> {
        None
    }

    /// Every socket of a process: not known.
    pub fn sockets(_pid: i32) -> Option<Vec<(Fd, u64)>> {
        None
    }

    /// What stands in an epoll: not known.
    pub fn registered(_pid: i32, _epfd: Fd) -> Vec<super::super::event::Registered> {
        Vec::new()
    }

    /// The longest that calls wait on this socket: not known.
    ///
    /// # Errors
    /// Always.
    pub fn time_limit(_pid: i32, _fd: Fd, _way: LimitedWay) -> Result<Option<Duration>, Errno> {
        Err(Errno::NOSYS)
    }

    /// What a process is called: not known.
    pub fn name_of(_pid: i32) -> String {
        String::new()
    }

    /// A duplicate of another's descriptor.
    ///
    /// # Errors
    /// Always.
    pub fn duplicate(_pid: i32, _fd: Fd) -> Result<OwnedFd, Errno> {
        Err(Errno::NOSYS)
    }
}

/// In which call a thread sleeps: not known.
pub fn asleep(_pid: i32, _tid: i32) -> Option<super::Sleep> {
    None
}
