//! What goes into a call.

use super::super::memory::{MOST, TraceeMemory};
use super::super::table::{Abi, Sys, behind_socketcall};
use super::words::interest;
use super::{About, BeforeCall, int};
use crate::model::addr::{Addr, Family};
use crate::model::call::{AcceptGives, BornAs, Call, Payload, ShutdownHow};
use crate::model::ids::Fd;
use crate::model::readiness::Interest;

/// So many entries of poll(2) are read: as many as fit into what is read at once.
pub(super) const MOST_POLLED: usize = MOST / 8;
/// select(2) knows no more descriptors.
pub(super) const MOST_SELECTED: usize = 1024;

/// What is read of a call before it is made.
pub(super) struct CallReader<'a> {
    pub(super) memory: TraceeMemory,
    pub(super) sys: Sys,
    pub(super) args: &'a [u64; 6],
}

/// Reads a call of which a thread stands at the beginning.
pub(in crate::os::tracee) fn before(tid: i32, abi: Abi, sys: Sys, args: [u64; 6]) -> BeforeCall {
    let memory = TraceeMemory { tid, abi };
    let (sys, args) = match sys {
        Sys::Socketcall => unpacked(memory, args),
        sys => (sys, args),
    };
    let reader = CallReader {
        memory,
        sys,
        args: &args,
    };
    BeforeCall {
        call: reader.call().unwrap_or(Call::Other {}),
        words: reader.words(),
        about: reader.about(),
        limit: reader.limit(),
        handed: reader.handed(),
        sets_limit: reader.sets_limit(),
        sys,
        abi,
        args,
    }
}

/// The arguments of `socketcall` stand in memory.
fn unpacked(memory: TraceeMemory, args: [u64; 6]) -> (Sys, [u64; 6]) {
    let Some(sys) = behind_socketcall(args[0]) else {
        return (Sys::Socketcall, args);
    };
    let mut unpacked = [0; 6];
    for (index, arg) in unpacked.iter_mut().enumerate() {
        *arg = memory.word(args[1], index).unwrap_or(0);
    }
    (sys, unpacked)
}

impl CallReader<'_> {
    pub(super) fn int(&self, index: usize) -> i32 {
        int(self.args[index])
    }

    pub(super) fn fd(&self) -> Fd {
        Fd(self.int(0))
    }

    /// The address that stands at one argument, with its length in the next.
    pub(super) fn address(&self, index: usize) -> Option<Addr> {
        let length = self.args[index + 1] as u32 as usize;
        self.memory.address(self.args[index], length)
    }

    /// The flags of a call that sends or receives.
    pub(super) fn message(&self) -> i32 {
        match self.sys {
            Sys::Sendmsg | Sys::Recvmsg => self.int(2),
            Sys::Sendto | Sys::Send | Sys::Recvfrom | Sys::Recv => self.int(3),
            _ => 0,
        }
    }

    /// The call of this meaning, if it has one of its own.
    fn call(&self) -> Option<Call> {
        let fd = self.fd();
        Some(match self.sys {
            Sys::Socket => self.socket()?,
            Sys::Connect if self.memory.family(self.args[1])? == libc::AF_UNSPEC as u16 => {
                Call::Disconnect { fd }
            }
            Sys::Connect => Call::Connect {
                fd,
                addr: self.address(1)?,
            },
            Sys::Bind => Call::Bind {
                fd,
                addr: self.address(1)?,
            },
            Sys::Listen => Call::Listen {
                fd,
                backlog: u32::try_from(self.int(1)).unwrap_or(0),
            },
            Sys::Accept => Call::Accept {
                fd,
                gives: AcceptGives::Blocking,
            },
            Sys::Accept4 => Call::Accept {
                fd,
                gives: match self.int(3) & libc::SOCK_NONBLOCK {
                    0 => AcceptGives::Blocking,
                    _ => AcceptGives::NonBlocking,
                },
            },
            Sys::Getpeername => Call::Getpeername { fd },
            Sys::Getsockopt if (self.int(1), self.int(2)) == (libc::SOL_SOCKET, libc::SO_ERROR) => {
                Call::SoError { fd }
            }
            Sys::Sendto | Sys::Send | Sys::Sendmsg | Sys::Write | Sys::Writev => self.send()?,
            Sys::Recvfrom | Sys::Recv | Sys::Recvmsg | Sys::Read | Sys::Readv => self.recv()?,
            Sys::Shutdown => Call::Shutdown {
                fd,
                how: *ShutdownHow::ALL.get(usize::try_from(self.int(1)).ok()?)?,
            },
            Sys::Close => Call::Close { fd },
            Sys::Dup | Sys::Dup2 | Sys::Dup3 => Call::Dup { fd },
            Sys::Fcntl => match self.int(1) {
                libc::F_DUPFD | libc::F_DUPFD_CLOEXEC => Call::Dup { fd },
                libc::F_SETFL if self.int(2) & libc::O_NONBLOCK != 0 => Call::SetNonblocking { fd },
                libc::F_SETFL => Call::SetBlocking { fd },
                _ => return None,
            },
            Sys::Ioctl => match self.memory.int(self.args[2])? {
                0 => Call::SetBlocking { fd },
                _ => Call::SetNonblocking { fd },
            },
            _ => return None,
        })
    }

    fn socket(&self) -> Option<Call> {
        let family = match self.int(0) {
            libc::AF_INET => Family::Inet,
            libc::AF_INET6 => Family::Inet6,
            libc::AF_UNIX => Family::Unix,
            _ => return None,
        };
        let kind = self.int(1);
        (kind & 0xf == libc::SOCK_STREAM).then_some(Call::Socket {
            family,
            born: match kind & libc::SOCK_NONBLOCK {
                0 => BornAs::Blocking,
                _ => BornAs::NonBlocking,
            },
        })
    }

    fn send(&self) -> Option<Call> {
        let (head, size) = self.data();
        let fd = self.fd();
        let message = self.message();
        // To connect and send in one is no plain send; nor is what names whom it is for.
        let names = self.sys == Sys::Sendto && self.args[4] != 0;
        if message & libc::MSG_FASTOPEN != 0 || names {
            return None;
        }
        if message & libc::MSG_OOB != 0 {
            return match head.as_slice() {
                [byte] if size == 1 => Some(Call::SendUrgent { fd, byte: *byte }),
                _ => None,
            };
        }
        let size = u32::try_from(size).ok()?;
        let data = match head.len() == size as usize {
            true => Payload::Bytes(head),
            false => Payload::Cut { head, size },
        };
        Some(Call::Send { fd, data })
    }

    fn recv(&self) -> Option<Call> {
        // What only looks, and what reads another queue, takes no data.
        let other = libc::MSG_PEEK | libc::MSG_ERRQUEUE | libc::MSG_OOB | libc::MSG_TRUNC;
        (self.message() & other == 0).then_some(Call::Recv {
            fd: self.fd(),
            size: u32::try_from(self.room()).unwrap_or(u32::MAX),
        })
    }

    /// What it concerns.
    fn about(&self) -> About {
        match self.sys {
            Sys::Socket
            | Sys::Socketpair
            | Sys::EpollCreate
            | Sys::EpollCreate1
            | Sys::IoUringSetup
            | Sys::Socketcall
            | Sys::RestartSyscall => About::New,
            Sys::Poll | Sys::Ppoll => About::Sets(
                self.polled()
                    .into_iter()
                    .map(|(fd, bits)| (fd, interest(bits)))
                    .collect(),
            ),
            Sys::Select | Sys::Pselect6 => About::Sets(self.selected()),
            Sys::EpollCtl => {
                let event = self.memory.bytes(self.args[3], event_size(self.memory.abi));
                let (bits, data) = epoll_event(self.memory.abi, &event).unwrap_or((0, 0));
                About::Register {
                    epfd: self.fd(),
                    fd: Fd(self.int(2)),
                    interest: match self.int(1) {
                        libc::EPOLL_CTL_DEL => None,
                        _ => interest(bits),
                    },
                    data,
                }
            }
            Sys::EpollWait | Sys::EpollPwait | Sys::EpollPwait2 => About::Epoll(self.fd()),
            Sys::CloseRange => About::Range(self.args[0] as u32, self.args[1] as u32),
            Sys::Dup2 | Sys::Dup3 | Sys::Sendfile => About::Two(self.fd(), Fd(self.int(1))),
            Sys::Splice => About::Two(Fd(self.int(2)), self.fd()),
            _ => About::One(self.fd()),
        }
    }

    /// The entries of poll(2): descriptor and events.
    pub(super) fn polled(&self) -> Vec<(Fd, u32)> {
        let count = usize::try_from(self.args[1]).unwrap_or(MOST_POLLED);
        let bytes = self.memory.bytes(self.args[0], 8 * count.min(MOST_POLLED));
        let entry = |entry: &[u8]| {
            let fd = i32::from_ne_bytes(entry.get(..4)?.try_into().ok()?);
            let events = u16::from_ne_bytes(entry.get(4..6)?.try_into().ok()?);
            Some((Fd(fd), u32::from(events)))
        };
        bytes.chunks_exact(8).filter_map(entry).collect()
    }

    /// How many descriptors it hands over: an entry of poll(2) that is none counts, since the kernel goes over it; one that stands in two
    /// sets of select(2) counts twice.
    fn handed(&self) -> u32 {
        let count = match self.sys {
            Sys::Poll | Sys::Ppoll => return self.args[1] as u32,
            Sys::Select | Sys::Pselect6 => [1, 2, 3]
                .map(|index| set(self.memory, self.args[index], self.args[0]).len())
                .iter()
                .sum(),
            Sys::EpollCtl => 1,
            _ => 0,
        };
        u32::try_from(count).unwrap_or(u32::MAX)
    }

    /// The descriptors of select(2), with the sets in which each stands.
    fn selected(&self) -> Vec<(Fd, Option<Interest>)> {
        let sets = [1, 2, 3].map(|index| set(self.memory, self.args[index], self.args[0]));
        let flags = [Interest::READABLE, Interest::WRITABLE, Interest::PRIORITY];
        let mut all: Vec<Fd> = sets.iter().flatten().copied().collect();
        all.sort_unstable();
        all.dedup();
        let interest = |fd: &Fd| {
            let sets = sets.iter().zip(flags);
            sets.filter(|(set, _)| set.contains(fd))
                .fold(Interest::WITHOUT_END, |all, (_, flag)| all | flag)
        };
        all.iter().map(|fd| (*fd, Some(interest(fd)))).collect()
    }
}

/// The descriptors below `limit` in a set of select(2).
pub(super) fn set(memory: TraceeMemory, at: u64, limit: u64) -> Vec<Fd> {
    let limit = usize::try_from(int(limit)).unwrap_or(0).min(MOST_SELECTED);
    let bytes = memory.bytes(at, limit.div_ceil(64) * 8);
    let stands = |number: &usize| {
        let byte = bytes.get(number / 8).copied().unwrap_or(0);
        byte >> (number % 8) & 1 == 1
    };
    (0..limit)
        .filter(stands)
        .map(|number| Fd(number as i32))
        .collect()
}

/// So many bytes a `struct epoll_event` has: it is packed on x86 alone.
pub(super) fn event_size(abi: Abi) -> usize {
    match abi {
        Abi::X86_64 | Abi::I386 => 12,
        Abi::Aarch64 => 16,
    }
}

/// The bits and the program's mark of a `struct epoll_event`.
pub(super) fn epoll_event(abi: Abi, bytes: &[u8]) -> Option<(u32, u64)> {
    let bits = u32::from_ne_bytes(bytes.get(..4)?.try_into().ok()?);
    let at = event_size(abi) - 8;
    let data = u64::from_ne_bytes(bytes.get(at..at + 8)?.try_into().ok()?);
    Some((bits, data))
}
