//! A call that a thread is about to make, or has made, as values: what it is for, and its words as strace would write them. Whatever is read
//! from the program is bounded, and may have been changed by another thread since.

#[cfg(target_os = "linux")]
mod after;
#[cfg(target_os = "linux")]
mod arguments;
#[cfg(target_os = "linux")]
mod before;
#[cfg(target_os = "linux")]
mod data;
#[cfg(target_os = "linux")]
mod limits;
#[cfg(target_os = "linux")]
mod words;

#[cfg(target_os = "linux")]
pub(super) use after::after;
#[cfg(target_os = "linux")]
pub(super) use before::before;
#[cfg(target_os = "linux")]
pub(super) use data::written;

use super::table::{Abi, Sys};
use crate::model::call::{Call, Out};
use crate::model::errno::Errno;
use crate::model::ids::Fd;
use crate::model::readiness::{Interest, Readiness};
use std::time::Duration;

/// A call that has not been made yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BeforeCall {
    /// Which system call.
    pub sys: Sys,
    /// How it was called.
    pub abi: Abi,
    /// Its arguments as numbers.
    pub args: [u64; 6],
    /// What it is for, as far as that is one of the calls with a meaning of their own.
    pub call: Call,
    /// Its arguments in words.
    pub words: String,
    /// What it concerns.
    pub about: About,
    /// The longest that it waits, if it says so.
    pub limit: Option<Duration>,
    /// How many descriptors it hands to the kernel in order to ask about them, or to have them watched.
    pub handed: u32,
    /// The longest that calls of the socket wait from now on, if it sets that; zero is without a limit.
    pub sets_limit: Option<(LimitedWay, Duration)>,
}

/// Calls that share a time limit of their socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LimitedWay {
    /// `SO_RCVTIMEO`
    Receive,
    /// `SO_SNDTIMEO`
    Send,
}

impl LimitedWay {
    /// Which limit holds for a call, if one does.
    pub fn of(call: &Call) -> Option<LimitedWay> {
        match call {
            Call::Recv { .. } | Call::Accept { .. } => Some(LimitedWay::Receive),
            Call::Send { .. } | Call::Connect { .. } => Some(LimitedWay::Send),
            _ => None,
        }
    }
}

/// What a call concerns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// Nothing that there is already: socket(2), epoll_create(2).
    New,
    /// One descriptor.
    One(Fd),
    /// Two: what dup2(2) copies and what it copies over, what is written to and what is read from.
    Two(Fd, Fd),
    /// All from the first to the last: close_range(2).
    Range(u32, u32),
    /// Sets of poll(2) or select(2), with what is asked of each; one that is asked for errors alone has `None`.
    Sets(Vec<(Fd, Option<Interest>)>),
    /// What an epoll is asked to do about a descriptor.
    Register {
        /// The epoll.
        epfd: Fd,
        /// The descriptor.
        fd: Fd,
        /// For what; `None` is not at all any more.
        interest: Option<Interest>,
        /// The program's own mark, which comes back with the event.
        data: u64,
    },
    /// Whatever stands in an epoll.
    Epoll(Fd),
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AfterCall {
    /// The return value; -1 if there is an errno.
    pub ret: i64,
    /// The errno.
    pub errno: Option<Errno>,
    /// What it wrote back, of a call with a meaning of its own.
    pub out: Option<Out>,
    /// What it wrote back, in words, of any other.
    pub wrote: Option<String>,
    /// What a call that asks for news was told.
    pub told: Vec<(ToldOf, Readiness)>,
}

/// Of whom something was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToldOf {
    /// A descriptor of a set.
    Fd(Fd),
    /// What was registered with this mark at the epoll.
    Data(u64),
}

/// The lower half of an argument, as the kernel takes an `int`.
#[cfg(target_os = "linux")]
fn int(arg: u64) -> i32 {
    arg as u32 as i32
}
