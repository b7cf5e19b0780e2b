//! The words that arguments of calls are made of.

/// Who made a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    /// All of them, for reading names back.
    pub const ALL: [CalledBy; 4] = [
        CalledBy::Program,
        CalledBy::Peer,
        CalledBy::Lab,
        CalledBy::Library,
    ];

    /// The word in a trace.
    pub fn word(self) -> &'static str {
        match self {
            CalledBy::Program => "program",
            CalledBy::Peer => "peer",
            CalledBy::Lab => "lab",
            CalledBy::Library => "library",
        }
    }
}

/// The second argument of shutdown(2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShutdownHow {
    /// No more reading.
    Read,
    /// No more writing: a FIN is sent.
    Write,
    /// Both.
    Both,
}

impl ShutdownHow {
    /// All of them, for reading names back.
    pub const ALL: [ShutdownHow; 3] = [ShutdownHow::Read, ShutdownHow::Write, ShutdownHow::Both];

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
        match self {
            ShutdownHow::Read => "rd",
            ShutdownHow::Write => "wr",
            ShutdownHow::Both => "rdwr",
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
