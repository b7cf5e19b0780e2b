//! Descriptors that are no sockets: how they are made, and what the kernel says of them by calls that change nothing.

#![cfg_attr(
    target_os = "linux",
    expect(unsafe_code, reason = "two ioctls of ptys by hand")
)]

use super::errno::{from_rustix, last_errno};
use crate::model::call::OpenPath;
use crate::model::errno::Errno;
use crate::model::file::{FileFacts, FileKind};
use rustix::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use rustix::fs::{CWD, Mode, OFlags, SeekFrom};
use std::sync::OnceLock;

type Opened = Result<OwnedFd, Errno>;

/// open(2), which is openat(2).
pub(super) fn open(path: OpenPath) -> Opened {
    let flags = OFlags::RDWR | OFlags::CLOEXEC;
    let flags = match path {
        OpenPath::Ptmx => flags | OFlags::NOCTTY,
        #[cfg(target_os = "linux")]
        OpenPath::Tmp | OpenPath::Shm => flags | OFlags::TMPFILE,
        #[cfg(not(target_os = "linux"))]
        OpenPath::Tmp | OpenPath::Shm => return Err(Errno::EINVAL),
    };
    let mode = Mode::RUSR | Mode::WUSR;
    rustix::fs::openat(CWD, path.name(), flags, mode).map_err(from_rustix)
}

/// Where a file without a name can be made: not every file system has that. It is tried once.
pub fn directory() -> OpenPath {
    static FOUND: OnceLock<OpenPath> = OnceLock::new();
    *FOUND.get_or_init(|| {
        let first = [OpenPath::Tmp, OpenPath::Shm];
        let found = first.into_iter().find(|path| open(*path).is_ok());
        found.unwrap_or(OpenPath::Tmp)
    })
}

/// pipe2(2)
pub(super) fn pipe() -> Result<(OwnedFd, OwnedFd), Errno> {
    #[cfg(target_os = "linux")]
    let made = rustix::pipe::pipe_with(rustix::pipe::PipeFlags::CLOEXEC);
    #[cfg(not(target_os = "linux"))]
    let made = rustix::pipe::pipe();
    made.map_err(from_rustix)
}

/// ioctl(2) `TIOCSPTLCK` with 0: unlockpt(3).
#[cfg(target_os = "linux")]
pub(super) fn unlock(master: BorrowedFd<'_>) -> Result<(), Errno> {
    let unlocked: libc::c_int = 0;
    // SAFETY: the value is a live int, which the kernel only reads; the descriptor is borrowed for the call.
    let result = unsafe { libc::ioctl(master.as_raw_fd(), libc::TIOCSPTLCK, &raw const unlocked) };
    match result {
        0 => Ok(()),
        _ => Err(last_errno()),
    }
}

/// ioctl(2) `TIOCGPTPEER`: the slave, without a look into /dev/pts.
#[cfg(target_os = "linux")]
pub(super) fn open_slave(master: BorrowedFd<'_>) -> Opened {
    use rustix::fd::FromRawFd;
    let flags = libc::O_RDWR | libc::O_NOCTTY | libc::O_CLOEXEC;
    // SAFETY: its argument is a number; the descriptor is borrowed for the call.
    let result = unsafe { libc::ioctl(master.as_raw_fd(), libc::TIOCGPTPEER, flags) };
    if result < 0 {
        return Err(last_errno());
    }
    // SAFETY: the kernel has just given this number, so nobody else owns it.
    Ok(unsafe { OwnedFd::from_raw_fd(result) })
}

/// Elsewhere unlockpt(3) and ptsname(3) do it, in other ways.
#[cfg(not(target_os = "linux"))]
pub(super) fn unlock(_: BorrowedFd<'_>) -> Result<(), Errno> {
    Err(Errno::EINVAL)
}

/// Elsewhere there is no such ioctl.
#[cfg(not(target_os = "linux"))]
pub(super) fn open_slave(_: BorrowedFd<'_>) -> Opened {
    Err(Errno::EINVAL)
}

/// What the kernel says of a descriptor of this kind.
pub(super) fn facts(fd: BorrowedFd<'_>, kind: FileKind) -> FileFacts {
    let flags = rustix::fs::fcntl_getfl(fd).unwrap_or(OFlags::empty());
    let is_file = kind == FileKind::Regular;
    let is_pty = matches!(kind, FileKind::PtyMaster | FileKind::PtySlave);
    let waiting = || u32::try_from(rustix::io::ioctl_fionread(fd).ok()?).ok();
    let canonical = || {
        let terminal = rustix::termios::tcgetattr(fd.as_fd()).ok()?;
        Some(
            terminal
                .local_modes
                .contains(rustix::termios::LocalModes::ICANON),
        )
    };
    FileFacts {
        nonblocking: flags.contains(OFlags::NONBLOCK),
        size: is_file.then(|| size(fd)).flatten(),
        position: is_file
            .then(|| rustix::fs::seek(fd, SeekFrom::Current(0)).ok())
            .flatten(),
        waiting: (!is_file).then(waiting).flatten(),
        capacity: (!is_file && !is_pty).then(|| capacity(fd)).flatten(),
        canonical: is_pty.then(canonical).flatten(),
    }
}

fn size(fd: BorrowedFd<'_>) -> Option<u64> {
    u64::try_from(rustix::fs::fstat(fd).ok()?.st_size).ok()
}

#[cfg(target_os = "linux")]
fn capacity(fd: BorrowedFd<'_>) -> Option<u32> {
    u32::try_from(rustix::pipe::fcntl_getpipe_size(fd).ok()?).ok()
}

#[cfg(not(target_os = "linux"))]
fn capacity(_: BorrowedFd<'_>) -> Option<u32> {
    None
}
