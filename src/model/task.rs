//! The threads of a program that is watched, and what each of them does.

use super::errno::Errno;
use super::ids::{Fd, Row};
use std::sync::Arc;
use std::time::Duration;

/// A thread of a watched program. Both numbers count from 1 in order of appearance: pids differ in every run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Task {
    /// Which process.
    pub process: u32,
    /// Which thread of it.
    pub thread: u32,
}

impl Task {
    /// The thread with which a program begins.
    pub const FIRST: Task = Task {
        process: 1,
        thread: 1,
    };

    /// From what [`std::fmt::Display`] writes.
    pub fn parse(text: &str) -> Option<Task> {
        let (process, thread) = text.split_once('.')?;
        let number = |text: &str| text.parse().ok().filter(|number| *number > 0);
        Some(Task {
            process: number(process)?,
            thread: number(thread)?,
        })
    }
}

impl std::fmt::Display for Task {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.process, self.thread)
    }
}

/// That a watched program made a call: who, and by which system call in which words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MadeBy {
    /// Which thread.
    pub task: Task,
    /// The system call's own name: `sendto` of what is a send, `fcntl` of what makes a socket non-blocking.
    pub name: String,
    /// What went in, for people.
    pub args: String,
    /// What it wrote back, for people, if that is not in the outcome.
    pub wrote: Option<String>,
    /// The longest that it waits, if it was given a limit.
    pub limit: Option<Duration>,
    /// How many descriptors it hands to the kernel in order to ask about them, or to have them watched: entries of poll(2), bits in the sets
    /// of select(2), one of epoll_ctl(2).
    pub handed: u32,
}

impl MadeBy {
    /// By which of the three ways it asks which sockets are ready, of several at once, if it does.
    pub fn asks_for_news_by(&self) -> Option<&'static str> {
        asks_for_news_by(&self.name)
    }

    /// The name of its manual page, of the calls that can be claimed.
    pub fn plain_name(&self) -> Option<&'static str> {
        asks_for_news_by(&self.name).or_else(|| {
            CLAIMED.iter().find_map(|(name, others)| {
                (*name == self.name || others.contains(&&*self.name)).then_some(*name)
            })
        })
    }
}

/// The calls of a watched program that can be claimed, with the other names that they have.
const CLAIMED: &[(&str, &[&str])] = &[
    ("socket", &[]),
    ("connect", &[]),
    ("getsockopt", &[]),
    ("getpeername", &[]),
    ("send", &["sendto"]),
    ("recv", &["recvfrom"]),
    ("epoll_ctl", &[]),
    ("fcntl", &[]),
    ("ioctl", &[]),
    ("close", &[]),
    ("shutdown", &[]),
    ("accept", &["accept4"]),
    ("listen", &[]),
    ("bind", &[]),
    ("poll", &[]),
    ("select", &[]),
    ("epoll_wait", &[]),
];

/// The names of the calls of a watched program that can be claimed.
pub fn claimed_calls() -> impl Iterator<Item = &'static str> {
    CLAIMED.iter().map(|(known, _)| *known)
}

/// Whether a call of a watched program can be claimed by this name, which is then given back.
pub fn claimed_call(name: &str) -> Option<&'static str> {
    claimed_calls().find(|known| *known == name)
}

fn asks_for_news_by(name: &str) -> Option<&'static str> {
    match name {
        "poll" | "ppoll" => Some("poll"),
        "select" | "pselect6" => Some("select"),
        "epoll_wait" | "epoll_pwait" | "epoll_pwait2" => Some("epoll_wait"),
        _ => None,
    }
}

/// How a thread or its process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskEnd {
    /// By exit(2), with this code.
    Exit(i32),
    /// By a signal of this number.
    Signal(i32),
}

/// Something that happened to a thread beside its calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskFact {
    /// Whom.
    pub task: Task,
    /// What.
    pub what: TaskChange,
}

/// What can happen to a thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TaskChange {
    /// It is there.
    Began {
        /// Its process, by the system's number.
        pid: i32,
        /// Itself, by the system's number.
        tid: i32,
        /// What its process is called: proc_pid_comm(5).
        name: String,
    },
    /// Its process runs another program from now on, and has no other thread any more: execve(2).
    Runs {
        /// What that is called.
        name: String,
    },
    /// It is stopped before a call, which it has not made yet.
    Held {
        /// The row that the call is about, if about one.
        row: Option<Row>,
        /// The system call's name.
        name: String,
        /// What would go in, for people.
        args: String,
    },
    /// It was asked, after a while in which nothing had happened, and sleeps: in a call that is not followed, or still in one that is.
    Waits {
        /// The system call's name.
        name: String,
        /// The longest that it sleeps there, if it was given a limit.
        limit: Option<Duration>,
    },
    /// It was asked again, and does not sleep any more.
    GoesOn,
    /// It has ended.
    Ended(TaskEnd),
}

/// Words that a watched program wrote to its standard output or standard error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgramWords {
    /// Which process.
    pub process: u32,
    /// 1 or 2.
    pub fd: Fd,
    /// What, as far as it was kept.
    pub bytes: Vec<u8>,
}

/// What a thread does now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Doing {
    /// It runs, and makes no call that concerns a socket; or it was not asked.
    Runs,
    /// It sleeps in a call that concerns no socket, such as futex(2) until another thread wakes it.
    Waits {
        /// The system call's name.
        name: String,
        /// Since when that is known, in microseconds since the session began.
        since_us: u64,
        /// The longest that it sleeps there, if it was given a limit.
        limit: Option<Duration>,
    },
    /// It is stopped before a call.
    Held {
        /// The row that the call is about, if about one.
        row: Option<Row>,
        /// The system call's name.
        name: String,
        /// What would go in.
        args: String,
        /// Since when, in microseconds since the session began.
        since_us: u64,
    },
    /// It is in a call that has not returned.
    InCall {
        /// The system call's name.
        name: String,
        /// What went in.
        args: String,
        /// Since when, in microseconds since the session began.
        since_us: u64,
        /// The longest that it waits, if it was given a limit.
        limit: Option<Duration>,
    },
    /// It has ended.
    Ended(TaskEnd),
}

/// What is asked of a watched program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProgramOrder {
    /// The call that this thread is about to make is let go.
    LetGo(Task),
    /// The call in which this thread is ends with EINTR, as a signal would end it.
    Interrupt(Task),
    /// This line is typed at its terminal.
    Type(String),
    /// Control-C is typed there: SIGINT, unless the program has it otherwise.
    Int,
    /// It is ended, with every process of it.
    End,
}

/// What is known of a thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskState {
    /// Its process, by the system's number.
    pub pid: i32,
    /// Itself, by the system's number.
    pub tid: i32,
    /// What its process is called.
    pub name: Arc<str>,
    /// What it does.
    pub doing: Doing,
    /// It has made a call on a socket: more than to ask for news of several.
    pub uses_sockets: bool,
}

/// What cannot be seen of a program, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blindness {
    /// Its sockets cannot be duplicated, so that poll(2) and select(2) cannot be asked about them: pidfd_getfd(2) gave this.
    NoDuplicates(Errno),
    /// Not even its descriptors and its memory can be read: it is not dumpable, or its file cannot be read.
    Closed,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_reads_back_as_it_was_written() {
        let task = Task {
            process: 2,
            thread: 13,
        };
        assert_eq!(Task::parse(&task.to_string()), Some(task));
        for bad in ["", "1", "0.1", "1.0", "1.x", "1.2.3"] {
            assert_eq!(Task::parse(bad), None, "{bad:?}");
        }
    }
}
