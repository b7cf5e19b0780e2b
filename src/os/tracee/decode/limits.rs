//! How long a call waits at most: what it says of itself, and what it says for others.

use super::super::table::Sys;
use super::LimitedWay;
use super::before::CallReader;
use std::time::Duration;

impl CallReader<'_> {
    /// The longest that it waits, if it says so: a timeout of poll(2) and its kin.
    pub(super) fn limit(&self) -> Option<Duration> {
        let millis = |index| {
            u64::try_from(self.int(index))
                .ok()
                .map(Duration::from_millis)
        };
        match self.sys {
            Sys::Poll => millis(2),
            Sys::EpollWait | Sys::EpollPwait => millis(3),
            Sys::Ppoll => self.memory.time(self.args[2], false),
            Sys::EpollPwait2 => self.memory.time(self.args[3], false),
            Sys::Select => self.memory.time(self.args[4], true),
            Sys::Pselect6 => self.memory.time(self.args[4], false),
            _ => None,
        }
    }

    /// The limit that setsockopt(2) gives to the calls of a socket.
    pub(super) fn sets_limit(&self) -> Option<(LimitedWay, Duration)> {
        let way = match (self.sys, self.int(1), self.int(2)) {
            (Sys::Setsockopt, libc::SOL_SOCKET, libc::SO_RCVTIMEO) => LimitedWay::Receive,
            (Sys::Setsockopt, libc::SOL_SOCKET, libc::SO_SNDTIMEO) => LimitedWay::Send,
            _ => return None,
        };
        Some((way, self.memory.time(self.args[3], true)?))
    }
}
