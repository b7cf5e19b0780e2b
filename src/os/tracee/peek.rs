//! What /proc says of a watched program, and duplicates of its sockets. A duplicate keeps a socket open that the program has closed, so it must
//! not live longer than one look.

use super::decode::LimitedWay;
use super::event::{DescriptorKind, Registered};
use crate::model::ids::Fd;
use rustix::fd::OwnedFd;
use rustix::io::Errno;
use rustix::net::sockopt::Timeout;
use rustix::process::{Pid, PidfdFlags, PidfdGetfdFlags, pidfd_getfd, pidfd_open};
use std::time::Duration;

/// What a descriptor of a process leads to; `None` if it is not open or that may not be asked.
pub fn file_kind(pid: i32, fd: Fd) -> Option<DescriptorKind> {
    let link = std::fs::read_link(format!("/proc/{pid}/fd/{fd}")).ok()?;
    let link = link.to_str().unwrap_or_default();
    let inode = link
        .strip_prefix("socket:[")
        .and_then(|rest| rest.strip_suffix(']')?.parse().ok());
    Some(match inode {
        Some(inode) => DescriptorKind::Socket(inode),
        None if link == "anon_inode:[eventpoll]" => DescriptorKind::Epoll,
        None => DescriptorKind::Other,
    })
}

/// Whether a descriptor of a process is a terminal.
pub fn leads_to_a_terminal(pid: i32, fd: Fd) -> bool {
    let link = std::fs::read_link(format!("/proc/{pid}/fd/{fd}"));
    link.is_ok_and(|link| link.starts_with("/dev/pts") || link.starts_with("/dev/tty"))
}

/// Every socket that a process has, with its descriptors in order. `None` if that may not be asked.
pub fn sockets(pid: i32) -> Option<Vec<(Fd, u64)>> {
    let entries = std::fs::read_dir(format!("/proc/{pid}/fd")).ok()?;
    let numbers = entries
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok().map(Fd));
    let mut found: Vec<(Fd, u64)> = numbers
        .filter_map(|fd| match file_kind(pid, fd)? {
            DescriptorKind::Socket(inode) => Some((fd, inode)),
            _ => None,
        })
        .collect();
    found.sort_unstable();
    Some(found)
}

/// Whether a descriptor of a process leads to this file. Where that may not be asked, it does.
pub fn is_same_file(pid: i32, fd: Fd, file: &OwnedFd) -> bool {
    let theirs = rustix::fs::stat(format!("/proc/{pid}/fd/{fd}"));
    let ours = rustix::fs::fstat(file);
    match (theirs, ours) {
        (Ok(theirs), Ok(ours)) => (theirs.st_dev, theirs.st_ino) == (ours.st_dev, ours.st_ino),
        _ => true,
    }
}

/// The process of a thread.
pub fn process_of(tid: i32) -> Option<i32> {
    let status = std::fs::read_to_string(format!("/proc/{tid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("Tgid:"));
    line?.trim().parse().ok()
}

/// What a process is called: proc_pid_comm(5). Foreign words.
pub fn name_of(pid: i32) -> String {
    let name = std::fs::read(format!("/proc/{pid}/comm")).unwrap_or_default();
    let name = String::from_utf8_lossy(&name);
    crate::model::clean::text(name.trim_end_matches('\n'))
}

/// A duplicate of a program's descriptor, closed when it is dropped: pidfd_getfd(2).
///
/// # Errors
/// EPERM where the system forbids it, EBADF if it is not open any more, ESRCH if the process has ended.
pub fn duplicate(pid: i32, fd: Fd) -> Result<OwnedFd, Errno> {
    let pid = Pid::from_raw(pid).ok_or(Errno::SRCH)?;
    let process = pidfd_open(pid, PidfdFlags::empty())?;
    pidfd_getfd(&process, fd.0, PidfdGetfdFlags::empty())
}

/// The longest that calls of this direction wait on this socket: `SO_RCVTIMEO` or `SO_SNDTIMEO`; `None` if they have no limit.
///
/// # Errors
/// Why that may not be asked.
pub fn time_limit(pid: i32, fd: Fd, way: LimitedWay) -> Result<Option<Duration>, Errno> {
    let which = match way {
        LimitedWay::Receive => Timeout::Recv,
        LimitedWay::Send => Timeout::Send,
    };
    rustix::net::sockopt::socket_timeout(duplicate(pid, fd)?, which)
}

/// What stands in an epoll of a process: /proc/PID/fdinfo. It is the same by every descriptor of that epoll.
pub fn registered(pid: i32, epfd: Fd) -> Vec<Registered> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/fdinfo/{epfd}")).unwrap_or_default();
    text.lines().filter_map(registration).collect()
}

/// `tfd:        3 events: 80000019 data:                3  pos:0 ino:18af sdev:9`, where all but the first number and `pos` are hexadecimal.
fn registration(line: &str) -> Option<Registered> {
    let after = |name: &str| {
        let rest = line.split_once(name)?.1.trim_start();
        let word = rest.split_whitespace().next()?;
        u64::from_str_radix(word, 16).ok()
    };
    let number = line.strip_prefix("tfd:")?.split_whitespace().next()?;
    Some(Registered {
        fd: Fd(number.parse().ok()?),
        inode: after(" ino:")?,
        data: after(" data:")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_registration_is_read_from_its_line() {
        let line = "tfd:        3 events: 80000019 data: ffffffff00000003  pos:0 ino:18af sdev:9";
        let data = 0xffff_ffff_0000_0003;
        assert_eq!(
            registration(line),
            Some(Registered {
                fd: Fd(3),
                inode: 0x18af,
                data
            })
        );
        assert_eq!(registration("pos:\t0"), None);
        assert_eq!(registration("tfd: 3"), None);
    }

    #[test]
    fn this_process_has_its_own_sockets_and_a_duplicate_is_the_same_one() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let fd = Fd(std::os::fd::AsRawFd::as_raw_fd(&listener));
        let own = std::process::id() as i32;
        let Some(DescriptorKind::Socket(inode)) = file_kind(own, fd) else {
            panic!("a listener is a socket");
        };
        assert!(sockets(own).expect("one's own").contains(&(fd, inode)));
        let other = duplicate(own, fd).expect("one's own");
        let number = Fd(std::os::fd::AsRawFd::as_raw_fd(&other));
        assert_eq!(file_kind(own, number), Some(DescriptorKind::Socket(inode)));
        assert_eq!(process_of(own), Some(own));
        assert_eq!(file_kind(own, Fd(-1)), None);
    }
}
