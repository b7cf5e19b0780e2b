//! In which call a thread sleeps that is not stopped, and how long at most. The thread is not touched: /proc/TID/syscall says it, and what its
//! arguments point to is read from its memory. It can wake up meanwhile, so that the file is read twice.

use super::decode::{About, before};
use super::event::Sleep;
use super::memory::TraceeMemory;
use super::peek::leads_to_a_terminal;
use super::table::{Abi, Sys};
use super::timers::first_due;
use rustix::time::{ClockId, clock_gettime};
use std::time::Duration;

/// futex(2): the operation without its flags, those that wait, those of them whose time is that of a clock, and the flag for which clock.
const OPERATION: u64 = 0x7f;
const WAITS: [u64; 5] = [0, 6, 9, 11, 13];
const BY_THE_CLOCK: [u64; 4] = [6, 9, 11, 13];
const REALTIME: u64 = 256;
/// clock_nanosleep(2): the time is that of the clock.
const ABSOLUTE: u64 = 1;

/// In which call a thread sleeps until another one wakes it or its time is up. `None` if it runs, if that may not be asked, if it waits for
/// what is typed at its terminal, and in any call of which nothing is known.
pub fn asleep(pid: i32, tid: i32) -> Option<Sleep> {
    let (number, args) = at(tid)?;
    let found = Sleeper { pid, tid, args }.in_call(number)?;
    (at(tid)? == (number, args)).then_some(found)
}

/// The number of the call in which a thread sleeps, and its arguments.
fn at(tid: i32) -> Option<(i64, [u64; 6])> {
    let text = std::fs::read_to_string(format!("/proc/{tid}/syscall")).ok()?;
    understood(&text)
}

/// `202 0x7f12 0x189 0x0 0x0 0x0 0xffffffff 0x7ffc 0x7f34`, or `running`, or `-1` and two addresses.
fn understood(text: &str) -> Option<(i64, [u64; 6])> {
    let mut words = text.split_whitespace();
    let number = words.next()?.parse().ok().filter(|number| *number >= 0)?;
    let mut args = [0; 6];
    for arg in &mut args {
        *arg = u64::from_str_radix(words.next()?.strip_prefix("0x")?, 16).ok()?;
    }
    Some((number, args))
}

/// It cannot be read, or there is none to read.
struct NotRead;

/// A thread that sleeps.
struct Sleeper {
    pid: i32,
    tid: i32,
    args: [u64; 6],
}

impl Sleeper {
    fn in_call(&self, number: i64) -> Option<Sleep> {
        let (name, limit) = match number {
            libc::SYS_futex => ("futex", self.futex().ok()?),
            libc::SYS_wait4 => ("wait4", None),
            libc::SYS_waitid => ("waitid", None),
            libc::SYS_rt_sigsuspend => ("rt_sigsuspend", None),
            libc::SYS_rt_sigtimedwait => ("rt_sigtimedwait", self.time_at(self.args[2]).ok()?),
            libc::SYS_nanosleep => ("nanosleep", Some(self.time(self.args[0])?)),
            libc::SYS_clock_nanosleep => {
                let time = self.time(self.args[2])?;
                let clock = match self.args[0] as i32 {
                    libc::CLOCK_REALTIME => ClockId::Realtime,
                    _ => ClockId::Monotonic,
                };
                let left = match self.args[1] & ABSOLUTE {
                    0 => time,
                    _ => until(time, clock),
                };
                ("clock_nanosleep", Some(left))
            }
            number => return self.as_if_followed(number),
        };
        Some(Sleep { name, limit })
    }

    /// A call of the kind that is followed when it concerns a socket that has a row.
    fn as_if_followed(&self, number: i64) -> Option<Sleep> {
        let abi = *Abi::HERE.first()?;
        let sys = abi.call(u64::try_from(number).ok()?)?;
        let waits = matches!(
            sys,
            Sys::Poll
                | Sys::Ppoll
                | Sys::Select
                | Sys::Pselect6
                | Sys::EpollWait
                | Sys::EpollPwait
                | Sys::EpollPwait2
                | Sys::Read
                | Sys::Readv
                | Sys::Recvfrom
                | Sys::Recvmsg
                | Sys::Accept
                | Sys::Accept4
        );
        if !waits {
            return None;
        }
        let call = before(self.tid, abi, sys, self.args);
        let is_typed_to = |fd| leads_to_a_terminal(self.pid, fd);
        let is_typed_to = match call.about {
            About::One(fd) => is_typed_to(fd),
            About::Sets(ref sets) => sets.iter().any(|(fd, _)| is_typed_to(*fd)),
            _ => false,
        };
        let due = first_due(self.pid, &call.about);
        (!is_typed_to).then_some(Sleep {
            name: sys.name(),
            limit: [call.limit, due].into_iter().flatten().min(),
        })
    }

    /// How long a thread is in futex(2) at most, if it waits there.
    fn futex(&self) -> Result<Option<Duration>, NotRead> {
        let operation = self.args[1] & OPERATION;
        if !WAITS.contains(&operation) {
            return Err(NotRead);
        }
        let Some(time) = self.time_at(self.args[3])? else {
            return Ok(None);
        };
        if !BY_THE_CLOCK.contains(&operation) {
            return Ok(Some(time));
        }
        let clock = match self.args[1] & REALTIME {
            0 if operation != 6 => ClockId::Monotonic,
            _ => ClockId::Realtime,
        };
        Ok(Some(until(time, clock)))
    }

    /// The time at an address: none at none.
    fn time_at(&self, address: u64) -> Result<Option<Duration>, NotRead> {
        match address {
            0 => Ok(None),
            address => self.time(address).map(Some).ok_or(NotRead),
        }
    }

    fn time(&self, address: u64) -> Option<Duration> {
        let memory = TraceeMemory {
            tid: self.tid,
            abi: *Abi::HERE.first()?,
        };
        memory.time(address, false)
    }
}

/// How long it is until a clock says this.
fn until(time: Duration, clock: ClockId) -> Duration {
    let now = clock_gettime(clock);
    let seconds = u64::try_from(now.tv_sec).unwrap_or(0);
    let nanos = u32::try_from(now.tv_nsec).unwrap_or(0);
    time.saturating_sub(Duration::new(seconds, nanos))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_the_system_is_a_call_with_its_arguments_or_none() {
        let line = "202 0x7f12 0x189 0x0 0x0 0x0 0xffffffff 0x7ffc 0x7f34\n";
        let args = [0x7f12, 0x189, 0, 0, 0, 0xffff_ffff];
        assert_eq!(understood(line), Some((202, args)));
        for none in ["running\n", "-1 0x7ffc 0x7f34\n", "", "202 0x1"] {
            assert_eq!(understood(none), None, "{none}");
        }
    }

    #[test]
    fn a_clock_that_is_past_leaves_nothing() {
        assert_eq!(until(Duration::ZERO, ClockId::Monotonic), Duration::ZERO);
        let far = Duration::from_secs(u64::from(u32::MAX));
        assert!(until(far, ClockId::Monotonic) > Duration::from_secs(1));
    }
}
