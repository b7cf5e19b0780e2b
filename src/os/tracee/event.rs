//! What a watched program does, and why one cannot be started.

use super::decode::{AfterCall, BeforeCall};
use crate::model::ids::Fd;
use crate::model::task::TaskEnd;
use rustix::io::Errno;
use std::time::Duration;

/// Something that a watched program did.
#[derive(Clone, Debug)]
pub enum TraceeEvent {
    /// A thread is there.
    Began {
        /// The thread, by the system's number.
        tid: i32,
        /// Its process.
        pid: i32,
    },
    /// A process runs another program; of its threads only the one of its own number is left.
    Runs {
        /// The process.
        pid: i32,
        /// The threads that have gone with it, among them the one that called exec if that was another.
        gone: Vec<i32>,
    },
    /// A thread is stopped before a call. It waits for [`super::Tracee::let_go`].
    Held {
        /// The thread.
        tid: i32,
        /// The call.
        call: Box<BeforeCall>,
    },
    /// The call has returned. The thread waits for [`super::Tracee::go_on`].
    Returned {
        /// The thread.
        tid: i32,
        /// The call.
        call: Box<BeforeCall>,
        /// What came back.
        after: Box<AfterCall>,
    },
    /// Words were written to standard output or standard error.
    Said {
        /// The process.
        pid: i32,
        /// 1 or 2.
        fd: Fd,
        /// The bytes, as far as they are kept.
        bytes: Vec<u8>,
    },
    /// A thread has ended.
    Ended {
        /// The thread.
        tid: i32,
        /// How. Of a thread that is not the last of its process that is the process's end only if its number is the process's.
        end: TaskEnd,
    },
}

/// Why a program could not be started.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StartError {
    /// No terminal could be made for it.
    #[error("no terminal could be made for the program: {0}")]
    Terminal(Errno),
    /// This program could not be started again.
    #[error("this program could not be started again: {0}")]
    Helper(Errno),
    /// It may not be traced.
    #[error(
        "the program cannot be watched: ptrace says {0}. Another tracer, such as strace or gdb, has it already, or this system forbids it"
    )]
    Seize(Errno),
    /// The filter was refused.
    #[error("the program cannot be watched: seccomp says {0}")]
    Filter(Errno),
    /// Its input cannot be read, or a limit cannot be set.
    #[error("its standard input cannot be read, or a limit cannot be set: {0}")]
    ProgramSurroundings(Errno),
    /// There is no such program, or it cannot be run.
    #[error("{0}")]
    Exec(Errno),
    /// This system has no such way to watch a program.
    #[error("on this system no program can be watched: it takes ptrace(2) and seccomp(2) of Linux")]
    NotHere,
    /// It ended before it began.
    #[error("the program ended before it began")]
    Ended,
}

/// What a descriptor leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DescriptorKind {
    /// A socket, by its inode: one open socket has one, by however many descriptors.
    Socket(u64),
    /// epoll(7)
    Epoll,
    /// Anything else.
    Other,
}

/// A call in which a thread sleeps that concerns no socket with a row, or concerns none at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sleep {
    /// The system call's name.
    pub name: &'static str,
    /// The longest that it sleeps from now on, or from its beginning, if it was given a limit.
    pub limit: Option<Duration>,
}

/// One registration of an epoll.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Registered {
    /// The descriptor by which it was registered.
    pub fd: Fd,
    /// The inode of the file that is watched.
    pub inode: u64,
    /// The program's own mark.
    pub data: u64,
}
