//! The loopback lab: far ends on this machine, in known states. They act only in the lab's own turn, after the program's calls and
//! before the looks, so that a script is repeatable.

pub mod peers;

use super::call::{Descriptors, perform};
use super::tcp;
use crate::pure::addr::{Addr, Family};
use crate::pure::call::{By, Call, CallFact, Out, Outcome, SocketOption};
use crate::pure::errno::Errno;
use crate::pure::ids::{Fd, Row};
use crate::pure::record::Queue;
use peers::{Arrival, PeerSpec};
use rustix::event::{PollFd, PollFlags, Timespec};
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::time::{Duration, Instant};

/// The longest that one turn waits for a connection that is on its way.
const TURN: Duration = Duration::from_millis(20);
/// The longest that staging waits for a filler to be queued.
const STAGING: Duration = Duration::from_secs(2);

/// Every far end of a session.
#[derive(Debug, Default)]
pub struct Lab {
    descriptors: Descriptors,
    ends: BTreeMap<Row, FarEnd>,
}

#[derive(Debug)]
struct FarEnd {
    spec: &'static PeerSpec,
    listener: Fd,
    fillers: Vec<Fd>,
    accepted: Vec<Fd>,
    greeted: Option<Fd>,
    /// Connections of the program that are on their way and not accepted yet.
    expected: u32,
}

/// The calls of a turn, as they are made.
struct Log<'a> {
    descriptors: &'a mut Descriptors,
    calls: &'a mut Vec<CallFact>,
    row: Row,
}

impl Log<'_> {
    fn make(&mut self, by: By, call: Call) -> Outcome {
        let Some(outcome) = perform(&call, self.descriptors) else {
            return Outcome::failed(Errno::EBADF);
        };
        self.calls
            .push(CallFact::done(self.row, by, call, outcome.clone()));
        outcome
    }

    /// A call that staging cannot do without.
    fn must(&mut self, call: Call) -> Result<i64, Errno> {
        let outcome = self.make(By::Lab, call);
        outcome.errno.map_or(Ok(outcome.ret), Err)
    }

    fn socket(&mut self) -> Result<Fd, Errno> {
        self.must(Call::Socket {
            family: Family::Inet,
        })
        .map(|ret| Fd(ret as i32))
    }
}

impl Lab {
    /// Sets up the far end of a row and returns its address. The calls it took are added to `calls`.
    ///
    /// # Errors
    /// The errno of the call that failed; what was made before it is closed again.
    pub fn stage(
        &mut self,
        row: Row,
        spec: &'static PeerSpec,
        calls: &mut Vec<CallFact>,
    ) -> Result<Addr, Errno> {
        let mut log = Log {
            descriptors: &mut self.descriptors,
            calls,
            row,
        };
        let listener = log.socket()?;
        let mut end = FarEnd {
            spec,
            listener,
            fillers: Vec::new(),
            accepted: Vec::new(),
            greeted: None,
            expected: 0,
        };
        let result = set_up(&mut end, &mut log);
        self.ends.insert(row, end);
        if result.is_err() {
            self.remove(row, calls);
        }
        result
    }

    /// Whether the row's far end is in this lab.
    pub fn has(&self, row: Row) -> bool {
        self.ends.contains_key(&row)
    }

    /// Options that the lab sets on the program's own socket, made after socket(). They are the lab's calls.
    pub fn client_options(&self, row: Row) -> &'static [(SocketOption, u32)] {
        self.ends
            .get(&row)
            .map_or(&[], |end| end.spec.client_options)
    }

    /// The lab's turn: every far end sees what the program did and does its part. Bounded to 20 ms.
    pub fn turn(&mut self, made: &[CallFact], calls: &mut Vec<CallFact>) {
        for fact in made.iter().filter(|fact| fact.by == By::Program) {
            let Some(row) = fact.row else { continue };
            let Some(end) = self.ends.get_mut(&row) else {
                continue;
            };
            let mut log = Log {
                descriptors: &mut self.descriptors,
                calls,
                row,
            };
            end.saw(fact, &mut log);
        }
        let deadline = Instant::now() + TURN;
        while let Some(rows) = self.arrivals(deadline) {
            for row in rows {
                let Some(end) = self.ends.get_mut(&row) else {
                    continue;
                };
                let mut log = Log {
                    descriptors: &mut self.descriptors,
                    calls,
                    row,
                };
                end.accept(&mut log);
            }
        }
    }

    /// One accept at the far end of a row, by hand. `None` if the row has no listener here.
    pub fn accept(&mut self, row: Row, calls: &mut Vec<CallFact>) -> Option<Outcome> {
        let end = self.ends.get_mut(&row)?;
        end.spec.backlog?;
        let mut log = Log {
            descriptors: &mut self.descriptors,
            calls,
            row,
        };
        Some(end.accept(&mut log))
    }

    /// The accept queue at the far end of a row, if that is a listener.
    pub fn queue(&self, row: Row) -> Option<Queue> {
        let end = self
            .ends
            .get(&row)
            .filter(|end| end.spec.backlog.is_some())?;
        let info = self.descriptors.get(end.listener).and_then(tcp::info)?;
        Some(Queue {
            length: info.unacked,
            limit: info.sacked,
        })
    }

    /// Takes a row's far end away.
    pub fn remove(&mut self, row: Row, calls: &mut Vec<CallFact>) {
        let Some(end) = self.ends.remove(&row) else {
            return;
        };
        let mut log = Log {
            descriptors: &mut self.descriptors,
            calls,
            row,
        };
        for fd in end
            .accepted
            .into_iter()
            .chain(end.fillers)
            .chain([end.listener])
        {
            log.make(By::Lab, Call::Close { fd });
        }
    }

    /// Waits until one of the expected connections is there. `None` when none is expected, or the time is over.
    fn arrivals(&self, deadline: Instant) -> Option<Vec<Row>> {
        let waiting: Vec<(Row, Fd)> = self
            .ends
            .iter()
            .filter(|(_, end)| end.expected > 0 && end.spec.arrival != Arrival::ByHand)
            .map(|(row, end)| (*row, end.listener))
            .collect();
        let mut fds: Vec<PollFd<'_>> = waiting
            .iter()
            .filter_map(|(_, fd)| self.descriptors.get(*fd))
            .map(|fd| PollFd::from_borrowed_fd(fd, PollFlags::IN))
            .collect();
        let left = deadline.saturating_duration_since(Instant::now());
        if fds.is_empty() || fds.len() != waiting.len() {
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
        Some(ready.map(|((row, _), _)| *row).collect())
    }
}

fn set_up(end: &mut FarEnd, log: &mut Log<'_>) -> Result<Addr, Errno> {
    let any_port = Addr::V4(SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0));
    log.must(Call::Bind {
        fd: end.listener,
        addr: any_port,
    })?;
    let addr = log
        .descriptors
        .get(end.listener)
        .and_then(super::call::local_address)
        .ok_or(Errno::EINVAL)?;
    let Some(backlog) = end.spec.backlog else {
        return Ok(addr);
    };
    log.must(Call::SetNonblocking { fd: end.listener })?;
    log.must(Call::Listen {
        fd: end.listener,
        backlog,
    })?;
    for _ in 0..end.spec.fillers {
        let filler = log.socket()?;
        end.fillers.push(filler);
        log.must(Call::Connect {
            fd: filler,
            addr: addr.clone(),
        })?;
    }
    wait_for_queue(end, log.descriptors);
    Ok(addr)
}

/// A blocking connect over loopback returns when the client's side is done; the listener's queue follows, on a busy machine later.
fn wait_for_queue(end: &FarEnd, descriptors: &Descriptors) {
    let deadline = Instant::now() + STAGING;
    while Instant::now() < deadline {
        let queued = descriptors
            .get(end.listener)
            .and_then(tcp::info)
            .map(|info| info.unacked);
        if queued.is_none_or(|queued| queued >= end.spec.fillers) {
            return;
        }
        std::thread::yield_now();
    }
}

impl FarEnd {
    fn saw(&mut self, fact: &CallFact, log: &mut Log<'_>) {
        let Some(outcome) = &fact.outcome else { return };
        match (&fact.call, outcome.errno) {
            (Call::Connect { .. }, None | Some(Errno::EINPROGRESS))
                if self.spec.backlog.is_some() =>
            {
                self.expected += 1
            }
            (Call::Getpeername { .. }, None) => self.greet(outcome, log),
            (Call::Close { .. }, _) => {
                self.greeted = None;
                for fd in self.accepted.drain(..) {
                    log.make(By::Peer, Call::Close { fd });
                }
            }
            _ => {}
        }
    }

    /// Greets once a connection, after the program has its proof.
    fn greet(&mut self, outcome: &Outcome, log: &mut Log<'_>) {
        let (Some(greeting), Some(Out::Addr(_))) = (self.spec.greeting, &outcome.out) else {
            return;
        };
        let newest = self
            .accepted
            .last()
            .copied()
            .filter(|fd| self.greeted != Some(*fd));
        if let Some(fd) = newest {
            self.greeted = Some(fd);
            log.make(
                By::Peer,
                Call::Send {
                    fd,
                    bytes: greeting.to_vec(),
                },
            );
        }
    }

    fn accept(&mut self, log: &mut Log<'_>) -> Outcome {
        let outcome = log.make(By::Peer, Call::Accept { fd: self.listener });
        self.expected = self.expected.saturating_sub(1);
        if outcome.errno.is_some() {
            return outcome;
        }
        let fd = Fd(outcome.ret as i32);
        if self.spec.arrival == Arrival::AcceptAndReset {
            log.make(
                By::Peer,
                Call::SetOption {
                    fd,
                    option: SocketOption::Linger,
                    value: 0,
                },
            );
            log.make(By::Peer, Call::Close { fd });
        } else {
            self.accepted.push(fd);
        }
        outcome
    }
}
