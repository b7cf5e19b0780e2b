//! The lab's turn: what every peer does after the program's calls.

use super::Lab;
use super::appearing::Appearing;
use super::log::Log;
use crate::model::call::{Call, CallFact, CalledBy};
use crate::model::ids::{Fd, Row};
use crate::os::call::Descriptors;
use rustix::event::{PollFd, PollFlags, Timespec};
use std::time::{Duration, Instant};

/// The longest that one turn waits for what is on its way.
const TURN: Duration = Duration::from_millis(20);
/// One turn makes at most so many rounds of calls.
const ROUNDS: usize = 64;

impl Lab {
    /// The lab's turn: every peer sees what the program did and does its part. Bounded to 20 ms. What is to appear in the list is
    /// returned.
    pub fn turn(
        &mut self,
        made: &[CallFact],
        descriptors: &mut Descriptors,
        calls: &mut Vec<CallFact>,
    ) -> Vec<Appearing> {
        let mut is_tick = false;
        for fact in made {
            let closes_behind = fact.by == CalledBy::Lab && matches!(fact.call, Call::Close { .. });
            if fact.by != CalledBy::Program && !closes_behind {
                continue;
            }
            is_tick |= matches!(fact.call, Call::EpollWait { .. });
            let Some(row) = fact.row.map(|row| self.owner(row)) else {
                continue;
            };
            let Some(end) = self.ends.get_mut(&row) else {
                continue;
            };
            let mut log = Log::new(descriptors, calls, row, end.hidden);
            if closes_behind {
                // The program does not know yet that it has one name less; its kernel has told the other end.
                end.lost(fact.call.fd(), &mut log);
            } else {
                end.saw(fact, &mut log);
            }
        }
        let deadline = Instant::now() + TURN;
        for _ in 0..ROUNDS {
            let Some(ready) = self.wait_for_expected(descriptors, deadline) else {
                break;
            };
            for (row, fd) in ready {
                let Some(end) = self.ends.get_mut(&row) else {
                    continue;
                };
                let mut log = Log::new(descriptors, calls, row, end.hidden);
                end.is_ready(fd, &mut log);
            }
        }
        let mut appearing = Vec::new();
        for (row, end) in &mut self.ends {
            let mut log = Log::new(descriptors, calls, *row, end.hidden);
            end.catch_up(is_tick, &mut log);
            if end.row.is_some() {
                appearing.extend(end.appearing(*row));
            }
        }
        appearing
    }

    /// The program has proved by another call than getpeername() that this socket of a row is connected.
    pub fn is_told(
        &mut self,
        row: Row,
        fd: Fd,
        descriptors: &mut Descriptors,
        calls: &mut Vec<CallFact>,
    ) {
        let row = self.owner(row);
        if let Some(end) = self.ends.get_mut(&row) {
            let mut log = Log::new(descriptors, calls, row, end.hidden);
            end.knows(fd, &mut log);
        }
    }

    /// Waits until something expected is there. `None` when nothing is expected, or the time is over.
    fn wait_for_expected(
        &self,
        descriptors: &Descriptors,
        deadline: Instant,
    ) -> Option<Vec<(Row, Fd)>> {
        let waiting: Vec<(Row, Fd)> = self
            .ends
            .iter()
            .flat_map(|(row, end)| end.expected().into_iter().map(|fd| (*row, fd)))
            .filter(|(_, fd)| descriptors.has(*fd))
            .collect();
        let mut fds: Vec<PollFd<'_>> = waiting
            .iter()
            .filter_map(|(_, fd)| descriptors.get(*fd))
            .map(|fd| PollFd::from_borrowed_fd(fd, PollFlags::IN))
            .collect();
        let left = deadline.saturating_duration_since(Instant::now());
        if fds.is_empty() || left.is_zero() {
            return None;
        }
        let timeout = Timespec {
            tv_sec: 0,
            tv_nsec: i64::from(left.subsec_nanos()),
        };
        if rustix::event::poll(&mut fds, Some(&timeout)).ok()? == 0 {
            return None;
        }
        let ready = waiting
            .iter()
            .zip(&fds)
            .filter(|(_, fd)| !fd.revents().is_empty());
        Some(ready.map(|(waiting, _)| *waiting).collect())
    }
}
