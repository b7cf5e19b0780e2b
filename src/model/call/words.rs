//! The words that arguments of calls are made of.

use strum::{EnumString, IntoStaticStr, VariantArray};

/// Who made a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum CalledBy {
    /// The client that is stepped, by a tick or by a key.
    Program,
    /// The other end of a lab connection.
    Peer,
    /// Staging: options and queue fillers of the lab.
    Lab,
    /// getaddrinfo, which makes system calls of its own.
    Library,
}

impl CalledBy {
    /// All of them.
    pub const ALL: &'static [CalledBy] = CalledBy::VARIANTS;

    /// The word in a trace.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// The second argument of shutdown(2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr, VariantArray)]
pub enum ShutdownHow {
    /// No more reading.
    #[strum(serialize = "rd")]
    Read,
    /// No more writing: a FIN is sent.
    #[strum(serialize = "wr")]
    Write,
    /// Both.
    #[strum(serialize = "rdwr")]
    Both,
}

impl ShutdownHow {
    /// All of them, for reading names back.
    pub const ALL: &'static [ShutdownHow] = ShutdownHow::VARIANTS;

    /// As C writes it.
    pub fn name(self) -> &'static str {
        match self {
            ShutdownHow::Read => "SHUT_RD",
            ShutdownHow::Write => "SHUT_WR",
            ShutdownHow::Both => "SHUT_RDWR",
        }
    }

    /// As a script writes it.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// What socket(2) makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BornAs {
    /// A blocking socket, as it is without `SOCK_NONBLOCK`.
    Blocking,
    /// A non-blocking one.
    NonBlocking,
}

/// What accept4(2) makes of the new socket. On Linux it inherits nothing of the listener's mode; on BSD it does (documented).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AcceptGives {
    /// A non-blocking one: `SOCK_NONBLOCK` was asked for.
    NonBlocking,
    /// A blocking one, as accept(2) gives it on Linux, whatever the listener is.
    Blocking,
}

/// What a poll(2) on one socket waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PollWants {
    /// `POLLIN`
    Read,
    /// `POLLOUT`
    Write,
}

impl PollWants {
    /// As C writes it.
    pub fn name(self) -> &'static str {
        match self {
            PollWants::Read => "POLLIN",
            PollWants::Write => "POLLOUT",
        }
    }

    /// As it is read aloud.
    pub fn word(self) -> &'static str {
        match self {
            PollWants::Read => "readable",
            PollWants::Write => "writable",
        }
    }
}

/// What openat(2) opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr, VariantArray)]
pub enum OpenPath {
    /// A new regular file without a name, in this directory.
    #[strum(serialize = "/tmp")]
    Tmp,
    /// The same in a directory in memory.
    #[strum(serialize = "/dev/shm")]
    Shm,
    /// The master of a new pseudo-terminal: ptmx(4).
    #[strum(serialize = "/dev/ptmx")]
    Ptmx,
}

impl OpenPath {
    /// All of them, for tests and for reading names back.
    pub const ALL: &'static [OpenPath] = OpenPath::VARIANTS;

    /// The path.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// The flags with which it is opened, and the mode behind them if a file is made.
    pub fn flags(self) -> &'static str {
        match self {
            OpenPath::Tmp | OpenPath::Shm => "O_RDWR|O_CLOEXEC|O_TMPFILE, 0600",
            OpenPath::Ptmx => "O_RDWR|O_NOCTTY|O_CLOEXEC",
        }
    }
}

/// What epoll_ctl(2) does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr)]
pub enum CtlOp {
    /// Begin to watch.
    #[strum(serialize = "ADD")]
    Add,
    /// Watch for something else; this arms every edge again.
    #[strum(serialize = "MOD")]
    Modify,
}

impl CtlOp {
    /// As strace writes it, without the prefix.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// An option that is set with setsockopt(2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr, VariantArray)]
pub enum SocketOption {
    /// socket(7): on close, wait or reset. The value is the seconds; 0 means: send RST.
    #[strum(serialize = "linger")]
    Linger,
    /// tcp(7): how often a SYN is sent again.
    #[strum(serialize = "syncnt")]
    TcpSynCnt,
    /// tcp(7), Linux 6.15: the longest pause between two tries, in milliseconds.
    #[strum(serialize = "rto_max")]
    TcpRtoMaxMs,
    /// tcp(7): give up after so many milliseconds without an answer.
    #[strum(serialize = "user_timeout")]
    TcpUserTimeout,
    /// socket(7): the local address may be in use.
    #[strum(serialize = "reuseaddr")]
    ReuseAddr,
    /// socket(7): whether a connection on which nothing moves is probed.
    #[strum(serialize = "keepalive")]
    KeepAlive,
    /// tcp(7): after so many seconds without anything.
    #[strum(serialize = "keepidle")]
    TcpKeepIdle,
    /// tcp(7): so many seconds between two probes.
    #[strum(serialize = "keepintvl")]
    TcpKeepIntvl,
    /// tcp(7): so many probes without an answer end it.
    #[strum(serialize = "keepcnt")]
    TcpKeepCnt,
    /// socket(7): a filter that takes nothing: whatever arrives is dropped before TCP sees it. The lab's alone.
    #[strum(serialize = "filter")]
    AttachFilter,
    /// socket(7): the size of the receive buffer, in bytes; the kernel doubles it.
    #[strum(serialize = "rcvbuf")]
    RcvBuf,
    /// socket(7): the size of the send buffer, in bytes; the kernel doubles it.
    #[strum(serialize = "sndbuf")]
    SndBuf,
}

impl SocketOption {
    /// All of them, for reading names back.
    pub const ALL: &'static [SocketOption] = SocketOption::VARIANTS;

    /// As C writes it.
    pub fn name(self) -> &'static str {
        match self {
            SocketOption::Linger => "SO_LINGER",
            SocketOption::TcpSynCnt => "TCP_SYNCNT",
            SocketOption::TcpRtoMaxMs => "TCP_RTO_MAX_MS",
            SocketOption::TcpUserTimeout => "TCP_USER_TIMEOUT",
            SocketOption::ReuseAddr => "SO_REUSEADDR",
            SocketOption::KeepAlive => "SO_KEEPALIVE",
            SocketOption::TcpKeepIdle => "TCP_KEEPIDLE",
            SocketOption::TcpKeepIntvl => "TCP_KEEPINTVL",
            SocketOption::TcpKeepCnt => "TCP_KEEPCNT",
            SocketOption::AttachFilter => "SO_ATTACH_FILTER",
            SocketOption::RcvBuf => "SO_RCVBUF",
            SocketOption::SndBuf => "SO_SNDBUF",
        }
    }

    /// As a script writes it, for those that a user may set.
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// The level it belongs to, as C writes it.
    pub fn level(self) -> &'static str {
        match self {
            SocketOption::Linger
            | SocketOption::ReuseAddr
            | SocketOption::KeepAlive
            | SocketOption::AttachFilter
            | SocketOption::RcvBuf
            | SocketOption::SndBuf => "SOL_SOCKET",
            SocketOption::TcpSynCnt
            | SocketOption::TcpRtoMaxMs
            | SocketOption::TcpUserTimeout
            | SocketOption::TcpKeepIdle
            | SocketOption::TcpKeepIntvl
            | SocketOption::TcpKeepCnt => "IPPROTO_TCP",
        }
    }
}
