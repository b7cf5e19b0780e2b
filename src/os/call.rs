//! `Call` to `Outcome`: the only place that makes a call which the log shows. One call is one system call.

mod descriptors;

pub use descriptors::Descriptors;

use super::errno::{from_rustix, last_errno};
use super::{file, tcp};
use crate::model::addr::{Addr, Family};
use crate::model::call::{
    AcceptGives, BornAs, Call, MAX_KEPT_BYTES, Out, Outcome, Payload, PollWants, ShutdownHow,
    SocketOption, timeout_ms,
};
use crate::model::errno::Errno;
use rustix::fd::{AsRawFd, BorrowedFd, IntoRawFd, OwnedFd};
use rustix::net::{
    self, AddressFamily, RecvFlags, SendFlags, SocketAddrUnix, SocketFlags, SocketType,
};
use std::net::{SocketAddr, SocketAddrV4, SocketAddrV6};

type Result = std::result::Result<(i64, Option<Out>), Errno>;

/// Makes the call. `None` if it names a descriptor that is not open here: then no call was made. The calls of the poll and of name
/// lookup are not made here.
pub fn perform(call: &Call, descriptors: &mut Descriptors) -> Option<Outcome> {
    let outcome = match descriptors.ordered(call) {
        Some(errno) => Outcome::failed(errno),
        None => really(call, descriptors)?,
    };
    #[cfg(test)]
    descriptors.made.push((call.clone(), outcome.clone()));
    Some(outcome)
}

fn really(call: &Call, descriptors: &mut Descriptors) -> Option<Outcome> {
    let result = match call {
        Call::Socket { family, born } => gives(socket(*family, *born), descriptors),
        Call::Open { path } => gives(file::open(*path), descriptors),
        Call::OpenSlave { master } => {
            gives(file::open_slave(descriptors.get(*master)?), descriptors)
        }
        Call::Pipe {} => file::pipe().map(|(read, write)| {
            let ends = Out::Fds(descriptors.insert(read), descriptors.insert(write));
            (0, Some(ends))
        }),
        Call::Dup { fd } => match dup(descriptors.get(*fd)?) {
            Ok(name) => Ok((i64::from(descriptors.insert_beside(name, *fd).0), None)),
            Err(errno) => Err(errno),
        },
        Call::Accept { fd, gives } => match accept(descriptors.get(*fd)?, *gives) {
            Ok((accepted, from)) => Ok((
                i64::from(descriptors.insert(accepted).0),
                from.map(Out::Addr),
            )),
            Err(errno) => Err(errno),
        },
        Call::Close { fd } => close(descriptors.take(*fd)?),
        Call::SetDescriptorLimit { value } => done(set_descriptor_limit(*value)),
        Call::EpollWait { .. }
        | Call::EpollCtl { .. }
        | Call::Getaddrinfo { .. }
        | Call::Select { .. }
        | Call::Other {} => return None,
        other => on_socket(other, descriptors.get(other.fd()?)?),
    };
    Some(outcome(result))
}

/// What a call gave has an owner now.
fn gives(made: std::result::Result<OwnedFd, Errno>, descriptors: &mut Descriptors) -> Result {
    made.map(|fd| (i64::from(descriptors.insert(fd).0), None))
}

/// The soft limit alone: the hard one stays as it is.
fn set_descriptor_limit(value: u32) -> rustix::io::Result<()> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = Rlimit {
        current: (value != u32::MAX).then_some(u64::from(value)),
        maximum: getrlimit(Resource::Nofile).maximum,
    };
    setrlimit(Resource::Nofile, limit)
}

fn done(result: rustix::io::Result<()>) -> Result {
    result.map(|()| (0, None)).map_err(from_rustix)
}

fn sent(result: rustix::io::Result<usize>) -> Result {
    result
        .map(|count| (count as i64, None))
        .map_err(from_rustix)
}

fn received(result: rustix::io::Result<usize>, mut buffer: Vec<u8>) -> Result {
    let count = result.map_err(from_rustix)?;
    buffer.truncate(count.min(MAX_KEPT_BYTES));
    Ok((count as i64, Some(Out::Bytes(buffer))))
}

/// poll(2) itself, with whole milliseconds, as a library makes it: rustix would call ppoll(2).
#[expect(unsafe_code, reason = "poll(2) by hand")]
fn poll_one(fd: BorrowedFd<'_>, wants: PollWants, timeout: Option<std::time::Duration>) -> Result {
    let mut one = libc::pollfd {
        fd: fd.as_raw_fd(),
        events: match wants {
            PollWants::Read => libc::POLLIN,
            PollWants::Write => libc::POLLOUT,
        },
        revents: 0,
    };
    let timeout = i32::try_from(timeout_ms(timeout)).unwrap_or(i32::MAX);
    // SAFETY: it is one struct on this stack, and the number says one.
    let count = unsafe { libc::poll(&raw mut one, 1, timeout) };
    if count < 0 {
        return Err(last_errno());
    }
    Ok((i64::from(count), None))
}

/// The same calls on a thread of their own, where they may wait. `fd` stays open as long as the call runs. What accept(2) gives has no owner
/// yet: it comes beside the outcome.
pub(super) fn perform_on(call: &Call, fd: BorrowedFd<'_>) -> (Outcome, Option<OwnedFd>) {
    let Call::Accept { gives, .. } = call else {
        return (outcome(on_socket(call, fd)), None);
    };
    match accept(fd, *gives) {
        Ok((accepted, from)) => {
            let ret = i64::from(accepted.as_raw_fd());
            (outcome(Ok((ret, from.map(Out::Addr)))), Some(accepted))
        }
        Err(errno) => (Outcome::failed(errno), None),
    }
}

fn outcome(result: Result) -> Outcome {
    match result {
        Ok((ret, out)) => Outcome {
            ret,
            errno: None,
            out,
        },
        Err(errno) => Outcome::failed(errno),
    }
}

fn on_socket(call: &Call, fd: BorrowedFd<'_>) -> Result {
    match call {
        Call::SetNonblocking { .. } => done(rustix::io::ioctl_fionbio(fd, true)),
        Call::SetBlocking { .. } => done(rustix::io::ioctl_fionbio(fd, false)),
        Call::Connect { addr, .. } => done(with_address(addr, Connect(fd))),
        Call::Disconnect { .. } => done(net::connect_unspec(fd)),
        Call::Bind { addr, .. } => done(with_address(addr, Bind(fd))),
        Call::Listen { backlog, .. } => {
            done(net::listen(fd, i32::try_from(*backlog).unwrap_or(i32::MAX)))
        }
        Call::SoError { .. } => match net::sockopt::socket_error(fd) {
            Ok(Ok(())) => Ok((0, Some(Out::SoError(None)))),
            Ok(Err(found)) => Ok((0, Some(Out::SoError(Some(from_rustix(found)))))),
            Err(errno) => Err(from_rustix(errno)),
        },
        Call::Getpeername { .. } => match net::getpeername(fd) {
            Ok(Some(addr)) => Ok((0, from_any(addr).map(Out::Addr))),
            Ok(None) => Ok((0, Some(Out::Addr(Addr::UnixUnnamed)))),
            Err(errno) => Err(from_rustix(errno)),
        },
        Call::Send { data, .. } => match data {
            Payload::Bytes(bytes) => sent(net::send(fd, bytes, SendFlags::NOSIGNAL)),
            _ => sent(net::send(fd, &data.head(data.size()), SendFlags::NOSIGNAL)),
        },
        Call::Write { data, .. } => match data {
            Payload::Bytes(bytes) => sent(rustix::io::write(fd, bytes)),
            Payload::Fill(_) | Payload::Cut { .. } => {
                sent(rustix::io::write(fd, &data.head(data.size())))
            }
        },
        Call::UnlockPty { .. } => file::unlock(fd).map(|()| (0, None)),
        Call::SendUrgent { byte, .. } => sent(net::send(
            fd,
            &[*byte],
            SendFlags::NOSIGNAL | SendFlags::OOB,
        )),
        Call::Poll { wants, timeout, .. } => poll_one(fd, *wants, *timeout),
        Call::Recv { size, .. } => {
            let mut buffer = vec![0_u8; *size as usize];
            let read = net::recv(fd, &mut buffer[..], RecvFlags::empty());
            received(read.map(|(count, _)| count), buffer)
        }
        Call::Read { size, .. } => {
            let mut buffer = vec![0_u8; *size as usize];
            received(rustix::io::read(fd, &mut buffer[..]), buffer)
        }
        Call::Shutdown { how, .. } => {
            let how = match how {
                ShutdownHow::Read => net::Shutdown::Read,
                ShutdownHow::Write => net::Shutdown::Write,
                ShutdownHow::Both => net::Shutdown::Both,
            };
            done(net::shutdown(fd, how))
        }
        Call::SetOption { option, value, .. } => {
            set_option(fd, *option, *value).map(|()| (0, None))
        }
        _ => Err(Errno::EINVAL),
    }
}

fn flags(nonblocking: bool) -> SocketFlags {
    let mut flags = SocketFlags::CLOEXEC;
    flags.set(SocketFlags::NONBLOCK, nonblocking);
    flags
}

fn socket(family: Family, born: BornAs) -> std::result::Result<OwnedFd, Errno> {
    let family = match family {
        Family::Inet => AddressFamily::INET,
        Family::Inet6 => AddressFamily::INET6,
        Family::Unix => AddressFamily::UNIX,
    };
    let flags = flags(born == BornAs::NonBlocking);
    net::socket_with(family, SocketType::STREAM, flags, None).map_err(from_rustix)
}

/// One more name of the same socket. dup(2) itself: the new name is not close-on-exec.
fn dup(fd: BorrowedFd<'_>) -> std::result::Result<OwnedFd, Errno> {
    rustix::io::dup(fd).map_err(from_rustix)
}

fn accept(
    fd: BorrowedFd<'_>,
    gives: AcceptGives,
) -> std::result::Result<(OwnedFd, Option<Addr>), Errno> {
    let flags = flags(gives == AcceptGives::NonBlocking);
    let (accepted, from) = net::acceptfrom_with(fd, flags).map_err(from_rustix)?;
    Ok((accepted, from.and_then(from_any)))
}

#[expect(unsafe_code, reason = "rustix marks closing by number as unsafe")]
fn close(fd: OwnedFd) -> Result {
    let raw = fd.into_raw_fd();
    // SAFETY: the descriptor was just taken out of its only owner, so nobody else can use or close this number.
    let result = unsafe { rustix::io::try_close(raw) };
    done(result)
}

fn set_option(
    fd: BorrowedFd<'_>,
    option: SocketOption,
    value: u32,
) -> std::result::Result<(), Errno> {
    use net::sockopt;
    match option {
        SocketOption::Linger => {
            sockopt::set_socket_linger(fd, Some(std::time::Duration::from_secs(u64::from(value))))
                .map_err(from_rustix)
        }
        SocketOption::ReuseAddr => {
            sockopt::set_socket_reuseaddr(fd, value != 0).map_err(from_rustix)
        }
        SocketOption::RcvBuf => {
            sockopt::set_socket_recv_buffer_size(fd, value as usize).map_err(from_rustix)
        }
        SocketOption::SndBuf => {
            sockopt::set_socket_send_buffer_size(fd, value as usize).map_err(from_rustix)
        }
        SocketOption::KeepAlive => {
            sockopt::set_socket_keepalive(fd, value != 0).map_err(from_rustix)
        }
        SocketOption::AttachFilter => tcp::drop_all(fd),
        SocketOption::TcpSynCnt
        | SocketOption::TcpRtoMaxMs
        | SocketOption::TcpUserTimeout
        | SocketOption::TcpKeepIdle
        | SocketOption::TcpKeepIntvl
        | SocketOption::TcpKeepCnt => tcp::set_option(fd, option, value),
    }
}

trait AddressUser {
    fn use_address(self, addr: &impl net::addr::SocketAddrArg) -> rustix::io::Result<()>;
}

struct Connect<'a>(BorrowedFd<'a>);
impl AddressUser for Connect<'_> {
    fn use_address(self, addr: &impl net::addr::SocketAddrArg) -> rustix::io::Result<()> {
        net::connect(self.0, addr)
    }
}

struct Bind<'a>(BorrowedFd<'a>);
impl AddressUser for Bind<'_> {
    fn use_address(self, addr: &impl net::addr::SocketAddrArg) -> rustix::io::Result<()> {
        net::bind(self.0, addr)
    }
}

fn with_address(addr: &Addr, user: impl AddressUser) -> rustix::io::Result<()> {
    match addr {
        Addr::V4(v4) => user.use_address(&SocketAddrV4::new(*v4.ip(), v4.port())),
        Addr::V6(v6) => user.use_address(&SocketAddrV6::new(
            *v6.ip(),
            v6.port(),
            v6.flowinfo(),
            v6.scope_id(),
        )),
        Addr::UnixPath(path) => user.use_address(&SocketAddrUnix::new(path.as_slice())?),
        Addr::UnixAbstract(name) => user.use_address(&unix_abstract(name)?),
        Addr::UnixUnnamed => Err(rustix::io::Errno::INVAL),
    }
}

#[cfg(target_os = "linux")]
fn unix_abstract(name: &[u8]) -> rustix::io::Result<SocketAddrUnix> {
    SocketAddrUnix::new_abstract_name(name)
}

#[cfg(not(target_os = "linux"))]
fn unix_abstract(_name: &[u8]) -> rustix::io::Result<SocketAddrUnix> {
    Err(rustix::io::Errno::AFNOSUPPORT)
}

/// The local address of a socket, for the looks.
pub(super) fn local_address(fd: BorrowedFd<'_>) -> Option<Addr> {
    net::getsockname(fd).ok().and_then(from_any)
}

fn from_any(addr: net::SocketAddrAny) -> Option<Addr> {
    if let Ok(ip) = SocketAddr::try_from(addr.clone()) {
        return Some(Addr::from_ip(ip));
    }
    let unix = SocketAddrUnix::try_from(addr).ok()?;
    if let Some(path) = unix.path_bytes() {
        return Some(Addr::UnixPath(path.to_vec()));
    }
    #[cfg(target_os = "linux")]
    if let Some(name) = unix.abstract_name() {
        return Some(Addr::UnixAbstract(name.to_vec()));
    }
    Some(Addr::UnixUnnamed)
}

#[cfg(test)]
mod tests;
