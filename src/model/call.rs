//! System calls as facts: which call, with which arguments, and what came back.

use super::addr::{Addr, Family};
use super::clean;
use super::errno::{Eai, Errno};
use super::ids::{Fd, Row};
use super::readiness::{Interest, SelectSets};
use std::time::Duration;

/// Who made a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The client that is stepped, by a tick or by a key.
    Program,
    /// The other end of a lab connection.
    Peer,
    /// Staging: options and queue fillers of the lab.
    Lab,
    /// getaddrinfo, which makes system calls of its own.
    Library,
}

impl By {
    /// All of them, for reading names back.
    pub const ALL: [By; 4] = [By::Program, By::Peer, By::Lab, By::Library];

    /// The word in a trace.
    pub fn word(self) -> &'static str {
        match self {
            By::Program => "program",
            By::Peer => "peer",
            By::Lab => "lab",
            By::Library => "library",
        }
    }
}

/// The second argument of shutdown(2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// No more reading.
    Read,
    /// No more writing: a FIN is sent.
    Write,
    /// Both.
    Both,
}

impl How {
    /// All of them, for reading names back.
    pub const ALL: [How; 3] = [How::Read, How::Write, How::Both];

    /// As C writes it.
    pub fn name(self) -> &'static str {
        match self {
            How::Read => "SHUT_RD",
            How::Write => "SHUT_WR",
            How::Both => "SHUT_RDWR",
        }
    }

    /// As a script writes it.
    pub fn word(self) -> &'static str {
        match self {
            How::Read => "rd",
            How::Write => "wr",
            How::Both => "rdwr",
        }
    }
}

/// What epoll_ctl(2) does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CtlOp {
    /// Begin to watch.
    Add,
    /// Watch for something else; this arms every edge again.
    Modify,
}

impl CtlOp {
    /// All of them, for reading names back.
    pub const ALL: [CtlOp; 2] = [CtlOp::Add, CtlOp::Modify];

    /// As strace writes it, without the prefix.
    pub fn name(self) -> &'static str {
        match self {
            CtlOp::Add => "ADD",
            CtlOp::Modify => "MOD",
        }
    }
}

/// An option that is set with setsockopt(2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SocketOption {
    /// socket(7): on close, wait or reset. The value is the seconds; 0 means: send RST.
    Linger,
    /// tcp(7): how often a SYN is sent again.
    TcpSynCnt,
    /// tcp(7), Linux 6.15: the longest pause between two tries, in milliseconds.
    TcpRtoMaxMs,
    /// tcp(7): give up after so many milliseconds without an answer.
    TcpUserTimeout,
    /// socket(7): the local address may be in use.
    ReuseAddr,
    /// socket(7): the size of the receive buffer, in bytes; the kernel doubles it.
    RcvBuf,
    /// socket(7): the size of the send buffer, in bytes; the kernel doubles it.
    SndBuf,
}

impl SocketOption {
    /// All of them, for reading names back.
    pub const ALL: [SocketOption; 7] = [
        SocketOption::Linger,
        SocketOption::TcpSynCnt,
        SocketOption::TcpRtoMaxMs,
        SocketOption::TcpUserTimeout,
        SocketOption::ReuseAddr,
        SocketOption::RcvBuf,
        SocketOption::SndBuf,
    ];

    /// As C writes it.
    pub fn name(self) -> &'static str {
        match self {
            SocketOption::Linger => "SO_LINGER",
            SocketOption::TcpSynCnt => "TCP_SYNCNT",
            SocketOption::TcpRtoMaxMs => "TCP_RTO_MAX_MS",
            SocketOption::TcpUserTimeout => "TCP_USER_TIMEOUT",
            SocketOption::ReuseAddr => "SO_REUSEADDR",
            SocketOption::RcvBuf => "SO_RCVBUF",
            SocketOption::SndBuf => "SO_SNDBUF",
        }
    }

    /// As a script writes it, for those that a user may set.
    pub fn word(self) -> &'static str {
        match self {
            SocketOption::Linger => "linger",
            SocketOption::TcpSynCnt => "syncnt",
            SocketOption::TcpRtoMaxMs => "rto_max",
            SocketOption::TcpUserTimeout => "user_timeout",
            SocketOption::ReuseAddr => "reuseaddr",
            SocketOption::RcvBuf => "rcvbuf",
            SocketOption::SndBuf => "sndbuf",
        }
    }

    /// From the word of a script.
    pub fn from_word(word: &str) -> Option<SocketOption> {
        SocketOption::ALL
            .into_iter()
            .find(|option| option.word() == word)
    }

    /// The level it belongs to, as C writes it.
    pub fn level(self) -> &'static str {
        match self {
            SocketOption::Linger
            | SocketOption::ReuseAddr
            | SocketOption::RcvBuf
            | SocketOption::SndBuf => "SOL_SOCKET",
            SocketOption::TcpSynCnt | SocketOption::TcpRtoMaxMs | SocketOption::TcpUserTimeout => {
                "IPPROTO_TCP"
            }
        }
    }
}

/// So many characters of data are written out beside a call.
pub const EXCERPT: usize = 28;

/// What send(2) offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Payload {
    /// These bytes.
    Bytes(Vec<u8>),
    /// So many times the letter x, so that megabytes need not be written down.
    Fill(u32),
}

impl Payload {
    /// How many bytes are offered.
    pub fn size(&self) -> usize {
        match self {
            Payload::Bytes(bytes) => bytes.len(),
            Payload::Fill(count) => *count as usize,
        }
    }

    /// The first bytes of it, at most `most`.
    pub fn head(&self, most: usize) -> Vec<u8> {
        match self {
            Payload::Bytes(bytes) => bytes[..bytes.len().min(most)].to_vec(),
            Payload::Fill(count) => vec![b'x'; (*count as usize).min(most)],
        }
    }
}

/// Of received bytes at most so many are kept; the return value says how many there were.
pub const KEPT: usize = 4096;

/// One call with its arguments. Each is exactly one system call, except `Getaddrinfo`, which is the C library's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call {
    /// socket(2), `SOCK_STREAM`, close-on-exec.
    Socket {
        /// Its first argument.
        family: Family,
    },
    /// ioctl(2) `FIONBIO` with 1.
    SetNonblocking {
        /// The socket.
        fd: Fd,
    },
    /// connect(2)
    Connect {
        /// The socket.
        fd: Fd,
        /// Where to.
        addr: Addr,
    },
    /// epoll_ctl(2), edge-triggered as mio does it.
    EpollCtl {
        /// The epoll descriptor.
        epfd: Fd,
        /// Add or modify.
        op: CtlOp,
        /// The socket.
        fd: Fd,
        /// What for.
        interest: Interest,
    },
    /// epoll_wait(2)
    EpollWait {
        /// The epoll descriptor.
        epfd: Fd,
        /// How many events fit.
        capacity: u32,
        /// How long to wait; `None` is for ever.
        timeout: Option<Duration>,
    },
    /// getsockopt(2) `SO_ERROR`: reads the pending error and empties it.
    SoError {
        /// The socket.
        fd: Fd,
    },
    /// getpeername(2)
    Getpeername {
        /// The socket.
        fd: Fd,
    },
    /// send(2) with `MSG_NOSIGNAL`
    Send {
        /// The socket.
        fd: Fd,
        /// What is offered to the kernel.
        data: Payload,
    },
    /// send(2) with `MSG_OOB`: one byte of urgent data, tcp(7)
    SendUrgent {
        /// The socket.
        fd: Fd,
        /// The byte.
        byte: u8,
    },
    /// poll(2) for writing, on one socket, as a program with a timeout waits for connect()
    Poll {
        /// The socket.
        fd: Fd,
        /// How long; `None` is for ever.
        timeout: Option<Duration>,
    },
    /// select(2) on one socket in all three sets, without waiting
    Select {
        /// The socket.
        fd: Fd,
    },
    /// recv(2)
    Recv {
        /// The socket.
        fd: Fd,
        /// How many bytes fit.
        size: u32,
    },
    /// shutdown(2)
    Shutdown {
        /// The socket.
        fd: Fd,
        /// Which direction.
        how: How,
    },
    /// close(2)
    Close {
        /// The descriptor.
        fd: Fd,
    },
    /// bind(2)
    Bind {
        /// The socket.
        fd: Fd,
        /// The local address.
        addr: Addr,
    },
    /// listen(2)
    Listen {
        /// The socket.
        fd: Fd,
        /// How many finished connections may wait.
        backlog: u32,
    },
    /// accept4(2) with `SOCK_NONBLOCK` and close-on-exec
    Accept {
        /// The listener.
        fd: Fd,
    },
    /// setsockopt(2)
    SetOption {
        /// The socket.
        fd: Fd,
        /// Which one.
        option: SocketOption,
        /// To what.
        value: u32,
    },
    /// getaddrinfo(3)
    Getaddrinfo {
        /// The name.
        host: String,
        /// The port, as a number.
        port: u16,
    },
}

/// What a call wrote back beside its return value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Out {
    /// The value of `SO_ERROR`; `None` is 0.
    SoError(Option<Errno>),
    /// An address: of getpeername, or of the accepted connection's other end.
    Addr(Addr),
    /// The addresses of a name.
    Addrs(Vec<Addr>),
    /// Received bytes, the first [`KEPT`] of them.
    Bytes(Vec<u8>),
    /// What select(2) said of the socket.
    Sets(SelectSets),
    /// Why a name has no address.
    Eai(Eai),
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The call's own return value.
    pub ret: i64,
    /// Its errno, if it failed.
    pub errno: Option<Errno>,
    /// What it wrote back.
    pub out: Option<Out>,
}

impl Outcome {
    /// A success that wrote nothing back.
    pub fn ok(ret: i64) -> Outcome {
        Outcome {
            ret,
            errno: None,
            out: None,
        }
    }

    /// -1 and an errno.
    pub fn failed(errno: Errno) -> Outcome {
        Outcome {
            ret: -1,
            errno: Some(errno),
            out: None,
        }
    }
}

/// A call that was made, or is still running.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallFact {
    /// The row it was made for, if for one.
    pub row: Option<Row>,
    /// Joins a running call with its result in a later record.
    pub id: Option<u64>,
    /// Which call.
    pub call: Call,
    /// Who made it.
    pub by: By,
    /// What came back; `None` while it runs.
    pub outcome: Option<Outcome>,
    /// For `epoll_wait`: it was ended by a wake-up of our own, not by a socket.
    pub woken: bool,
}

impl CallFact {
    /// A finished call.
    pub fn done(row: impl Into<Option<Row>>, by: By, call: Call, outcome: Outcome) -> CallFact {
        CallFact {
            row: row.into(),
            id: None,
            call,
            by,
            outcome: Some(outcome),
            woken: false,
        }
    }
}

impl Call {
    /// The descriptor it is made on, if on a socket.
    pub fn fd(&self) -> Option<Fd> {
        match self {
            Call::Socket { .. } | Call::EpollWait { .. } | Call::Getaddrinfo { .. } => None,
            Call::SetNonblocking { fd }
            | Call::Connect { fd, .. }
            | Call::EpollCtl { fd, .. }
            | Call::SoError { fd }
            | Call::Getpeername { fd }
            | Call::Send { fd, .. }
            | Call::SendUrgent { fd, .. }
            | Call::Poll { fd, .. }
            | Call::Select { fd }
            | Call::Recv { fd, .. }
            | Call::Shutdown { fd, .. }
            | Call::Close { fd }
            | Call::Bind { fd, .. }
            | Call::Listen { fd, .. }
            | Call::Accept { fd }
            | Call::SetOption { fd, .. } => Some(*fd),
        }
    }

    /// strace's family name: `getsockopt`, `accept`, `send`.
    pub fn name(&self) -> &'static str {
        match self {
            Call::Socket { .. } => "socket",
            Call::SetNonblocking { .. } => "ioctl",
            Call::Connect { .. } => "connect",
            Call::EpollCtl { .. } => "epoll_ctl",
            Call::EpollWait { .. } => "epoll_wait",
            Call::SoError { .. } => "getsockopt",
            Call::Getpeername { .. } => "getpeername",
            Call::Send { .. } | Call::SendUrgent { .. } => "send",
            Call::Poll { .. } => "poll",
            Call::Select { .. } => "select",
            Call::Recv { .. } => "recv",
            Call::Shutdown { .. } => "shutdown",
            Call::Close { .. } => "close",
            Call::Bind { .. } => "bind",
            Call::Listen { .. } => "listen",
            Call::Accept { .. } => "accept",
            Call::SetOption { .. } => "setsockopt",
            Call::Getaddrinfo { .. } => "getaddrinfo",
        }
    }

    /// The arguments that went in, for people; never parsed.
    pub fn args(&self) -> String {
        match self {
            Call::Socket { family } => format!("{}, SOCK_STREAM|SOCK_CLOEXEC, 0", family.name()),
            Call::SetNonblocking { fd } => format!("{fd}, FIONBIO, [1]"),
            Call::Connect { fd, addr } | Call::Bind { fd, addr } => format!("{fd}, {addr}"),
            Call::EpollCtl {
                epfd,
                op,
                fd,
                interest,
            } => {
                format!("{epfd}, {}, {fd}, {}", op.name(), interest.epoll_words())
            }
            Call::EpollWait {
                epfd,
                capacity,
                timeout,
            } => {
                format!("{epfd}, {capacity}, {}", timeout_ms(*timeout))
            }
            Call::SoError { fd } => format!("{fd}, SOL_SOCKET, SO_ERROR"),
            Call::Getpeername { fd } | Call::Accept { fd } | Call::Close { fd } => fd.to_string(),
            Call::Send { fd, data } => {
                format!(
                    "{fd}, {}, {}, MSG_NOSIGNAL",
                    excerpt(&data.head(EXCERPT + 1), data.size()),
                    data.size()
                )
            }
            Call::SendUrgent { fd, byte } => format!(
                "{fd}, {}, 1, MSG_OOB|MSG_NOSIGNAL",
                clean::excerpt(&[*byte], EXCERPT)
            ),
            Call::Poll { fd, timeout } => {
                format!("[{{{fd}, POLLOUT}}], 1, {}", timeout_ms(*timeout))
            }
            Call::Select { fd } => {
                format!("{}, [{fd}], [{fd}], [{fd}], {{0, 0}}", i64::from(fd.0) + 1)
            }
            Call::Recv { fd, size } => format!("{fd}, {size}, 0"),
            Call::Shutdown { fd, how } => format!("{fd}, {}", how.name()),
            Call::Listen { fd, backlog } => format!("{fd}, {backlog}"),
            Call::SetOption {
                fd,
                option: SocketOption::Linger,
                value,
            } => {
                format!("{fd}, SOL_SOCKET, SO_LINGER, {{onoff=1, linger={value}}}")
            }
            Call::SetOption { fd, option, value } => {
                format!("{fd}, {}, {}, [{value}]", option.level(), option.name())
            }
            Call::Getaddrinfo { host, port } => {
                format!("\"{}\", \"{port}\", SOCK_STREAM", clean::text(host))
            }
        }
    }
}

/// The beginning of some data in quotes, with dots if there is more of it than `kept`.
pub(super) fn excerpt(kept: &[u8], all: usize) -> String {
    let text = clean::excerpt(kept, EXCERPT);
    if all > kept.len() && !text.ends_with("...") {
        format!("{text}...")
    } else {
        text
    }
}

/// The timeout argument of epoll_wait(2): whole milliseconds, rounded up; -1 is for ever.
pub fn timeout_ms(timeout: Option<Duration>) -> i64 {
    timeout.map_or(-1, |d| {
        let round_up = d + Duration::from_nanos(999_999);
        i64::try_from(round_up.as_millis()).unwrap_or(i64::MAX)
    })
}
