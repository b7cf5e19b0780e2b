//! The loopback lab: far ends on this machine, in known states. They act only in the lab's own turn, after the program's calls and
//! before the looks, so that a script is repeatable.

mod far_end;
mod log;
pub mod peers;
pub mod serve;
mod staging;

use super::call::Descriptors;
use super::tcp;
use crate::model::addr::Addr;
use crate::model::call::{By, Call, CallFact, Outcome, SocketOption};
use crate::model::errno::Errno;
use crate::model::ids::{Fd, Row};
use crate::model::patience::Patience;
use crate::model::record::Queue;
use crate::model::refusal::Refusal;
use crate::model::socket::Stage;
use far_end::FarEnd;
use log::Log;
use peers::{Arrival, PeerSpec, Place};
use rustix::event::{PollFd, PollFlags, Timespec};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// The longest that one turn waits for what is on its way.
const TURN: Duration = Duration::from_millis(20);
/// One turn makes at most so many rounds of calls.
const ROUNDS: usize = 64;
/// A queue that holds more is not filled on demand.
pub const MOST_FILLERS: u32 = 64;

/// Every far end of a session.
#[derive(Debug, Default)]
pub struct Lab {
    ends: BTreeMap<Row, FarEnd>,
    /// Rows that connect to another row's far end.
    shared: BTreeMap<Row, Row>,
    seed: u64,
    drawn: u64,
}

/// A socket of a far end that is to stand in the list.
#[derive(Clone, Debug)]
pub struct Appearing {
    /// The row whose far end it is.
    pub of: Row,
    /// Its descriptor.
    pub fd: Fd,
    /// *created*, *listening* or *accepted*.
    pub stage: Stage,
    /// Its own address, or of an accepted connection the other end's.
    pub addr: Option<Addr>,
}

/// A far end, and the row by which somebody named it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Named {
    /// The row that was named: a refusal speaks of it.
    pub row: Row,
    /// The row whose far end it is.
    pub of: Row,
}

impl Lab {
    /// A lab that draws mysteries by this seed.
    pub fn new(seed: u64) -> Lab {
        Lab {
            seed,
            ..Lab::default()
        }
    }

    /// Sets up the far end of a row and returns its addresses. The calls it took are added to `calls`.
    ///
    /// # Errors
    /// The errno of the call that failed; what was made before it is closed again.
    pub fn stage(
        &mut self,
        row: Row,
        spec: &'static PeerSpec,
        descriptors: &mut Descriptors,
        calls: &mut Vec<CallFact>,
    ) -> Result<Vec<Addr>, Errno> {
        let (spec, hidden) = match spec.place {
            Place::OneOf(names) => (self.draw(names).unwrap_or(spec), true),
            _ => (spec, false),
        };
        let mut end = FarEnd::new(spec, hidden);
        let mut log = Log::new(descriptors, calls, row, hidden);
        let result = staging::set_up(&mut end, &mut log);
        self.ends.insert(row, end);
        if result.is_err() {
            self.remove(row, descriptors, calls);
        }
        result
    }

    /// One of the names, by the seed and by how often was drawn (splitmix64).
    fn draw(&mut self, names: &[&str]) -> Option<&'static PeerSpec> {
        self.drawn += 1;
        let mut z = self
            .seed
            .wrapping_add(self.drawn.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        let index = usize::try_from(z % names.len().max(1) as u64).unwrap_or(0);
        names.get(index).and_then(|name| peers::find(name))
    }

    /// Takes over a socket that was made elsewhere as a row's far end: binds it to `here` and listens, with the peer's options. Programs
    /// reach it at `addrs`.
    ///
    /// # Errors
    /// The errno of the call that failed; the socket is closed again.
    #[expect(
        clippy::too_many_arguments,
        reason = "the parts of a far end, each used once"
    )]
    pub fn adopt(
        &mut self,
        row: Row,
        spec: &'static PeerSpec,
        fd: Fd,
        here: Addr,
        addrs: Vec<Addr>,
        descriptors: &mut Descriptors,
        calls: &mut Vec<CallFact>,
    ) -> Result<(), Errno> {
        let mut end = FarEnd::new(spec, false);
        end.socket = Some(fd);
        let mut log = Log::new(descriptors, calls, row, false);
        let result = staging::bind_and_listen(&mut end, fd, here, &mut log);
        end.addrs = addrs;
        self.ends.insert(row, end);
        if result.is_err() {
            self.remove(row, descriptors, calls);
        }
        result
    }

    /// A row leads somewhere where the lab has no socket, and its program's socket still needs the peer's options.
    pub fn only_addresses(&mut self, row: Row, spec: &'static PeerSpec, addrs: Vec<Addr>) {
        let mut end = FarEnd::new(spec, false);
        end.addrs = addrs;
        self.ends.insert(row, end);
    }

    /// Lets a row connect to the far end of another, and says where that is. `None` if that far end is not here.
    pub fn share(&mut self, row: Row, with: Row) -> Option<Vec<Addr>> {
        let owner = self.owner(with);
        let addrs = self.ends.get(&owner)?.addrs.clone();
        self.shared.insert(row, owner);
        Some(addrs)
    }

    /// The row for which the far end was made to which this row connects.
    pub fn owner(&self, row: Row) -> Row {
        self.shared.get(&row).copied().unwrap_or(row)
    }

    /// The far end that was named, with the row for which it was made.
    fn end(&mut self, named: Named) -> Result<(Row, &mut FarEnd), Refusal> {
        let row = self.owner(named.of);
        let end = self.ends.get_mut(&row);
        Ok((row, end.ok_or(Refusal::NotOurs(named.row))?))
    }

    /// The same, if it listens.
    fn listening(&mut self, named: Named) -> Result<(Row, &mut FarEnd), Refusal> {
        let (row, end) = self.end(named)?;
        end.listener().ok_or(Refusal::NobodyListens(named.row))?;
        Ok((row, end))
    }

    /// Whether the row's far end is in this lab, with a socket of its own.
    pub fn has(&self, row: Row) -> bool {
        self.ends
            .get(&self.owner(row))
            .is_some_and(|end| end.socket().is_some())
    }

    /// Calls that the lab makes on the program's own socket, made after socket().
    pub fn client_calls(&self, row: Row, fd: Fd) -> Vec<Call> {
        let Some(end) = self.ends.get(&self.owner(row)) else {
            return Vec::new();
        };
        let options = end.spec.client_options.iter();
        let mut calls: Vec<Call> = options
            .map(|(option, value)| Call::SetOption {
                fd,
                option: *option,
                value: *value,
            })
            .collect();
        if let (Place::Itself, Some(addr)) = (end.spec.place, end.addrs.first()) {
            calls.push(Call::SetOption {
                fd,
                option: SocketOption::ReuseAddr,
                value: 1,
            });
            calls.push(Call::Bind {
                fd,
                addr: addr.clone(),
            });
        }
        calls
    }

    /// The lab's turn: every far end sees what the program did and does its part. Bounded to 20 ms. What is to appear in the list is
    /// returned.
    pub fn turn(
        &mut self,
        made: &[CallFact],
        descriptors: &mut Descriptors,
        calls: &mut Vec<CallFact>,
    ) -> Vec<Appearing> {
        let mut is_tick = false;
        for fact in made {
            let spoils = fact.by == By::Lab && matches!(fact.call, Call::Close { .. });
            if fact.by != By::Program && !spoils {
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
            if spoils {
                // The program does not know yet that it has one name less, and the lab acts on what the program does.
                end.names.lose(fact.call.fd());
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

    /// One accept at the far end of a row, by hand.
    ///
    /// # Errors
    /// If nobody listens there.
    pub fn accept(
        &mut self,
        named: Named,
        arrival: Arrival,
        descriptors: &mut Descriptors,
        calls: &mut Vec<CallFact>,
    ) -> Result<Vec<Appearing>, Refusal> {
        let (row, end) = self.listening(named)?;
        let mut log = Log::new(descriptors, calls, row, false);
        end.accept(arrival, &mut log);
        if end.hidden {
            return Ok(Vec::new());
        }
        Ok(end.appearing(row))
    }

    /// From now on the far end of a row does nothing that a key could do, and its sockets stand in the list; or the lab plays it again.
    ///
    /// # Errors
    /// If there is nothing to take in hand.
    pub fn hand(&mut self, named: Named, by_hand: bool) -> Result<Vec<Appearing>, Refusal> {
        let (row, end) = self.end(named)?;
        if end.hidden {
            return Err(Refusal::Hidden(named.row));
        }
        end.socket().ok_or(Refusal::NotOurs(named.row))?;
        end.by_hand = by_hand;
        let mut all: Vec<Appearing> = end.socket_appearing(row).into_iter().collect();
        all.extend(end.appearing(row));
        Ok(all)
    }

    /// Notes the number that a socket of a far end has in the list.
    pub fn now_is(&mut self, of: Row, fd: Fd, row: Row) {
        if let Some(end) = self.ends.get_mut(&of) {
            end.now_is(fd, row);
        }
    }

    /// Listens at the far end of a row, with this backlog.
    ///
    /// # Errors
    /// If there is no socket to listen on.
    pub fn listen(
        &mut self,
        named: Named,
        backlog: u32,
        descriptors: &mut Descriptors,
        calls: &mut Vec<CallFact>,
    ) -> Result<(), Refusal> {
        let (row, end) = self.end(named)?;
        let fd = end.socket().ok_or(Refusal::NotOurs(named.row))?;
        let shown = end.row.unwrap_or(row);
        let mut log = Log::new(descriptors, calls, shown, false);
        if !end.listening {
            // accept() by key must not freeze the program.
            log.make(By::Lab, Call::SetNonblocking { fd });
        }
        if log
            .make(By::Peer, Call::Listen { fd, backlog })
            .errno
            .is_none()
        {
            end.listening = true;
        }
        Ok(())
    }

    /// Fills the accept queue at the far end of a row with connections of the lab's own.
    ///
    /// # Errors
    /// If nobody listens, the queue is too roomy, or a call failed: the connections that were made before it live on in the queue.
    pub fn fill_queue(
        &mut self,
        named: Named,
        descriptors: &mut Descriptors,
        calls: &mut Vec<CallFact>,
    ) -> Result<(), Refusal> {
        let queue = self.queue(named.of, descriptors);
        let limit = queue.ok_or(Refusal::NobodyListens(named.row))?.limit;
        let (row, end) = self.end(named)?;
        if limit > MOST_FILLERS {
            return Err(Refusal::TooRoomy(named.row, limit));
        }
        let mut log = Log::new(descriptors, calls, row, false);
        staging::fill(end, limit + 1, &mut log).map_err(|errno| Refusal::Staging {
            target: format!("the queue of {}", named.row),
            errno,
        })
    }

    /// Accepts everything that waits at the far end of a row: the lab's own connections are closed, others are kept.
    ///
    /// # Errors
    /// If nobody listens there.
    pub fn free_queue(
        &mut self,
        named: Named,
        descriptors: &mut Descriptors,
        calls: &mut Vec<CallFact>,
    ) -> Result<Vec<Appearing>, Refusal> {
        let (row, end) = self.listening(named)?;
        let mut log = Log::new(descriptors, calls, row, false);
        end.free(&mut log);
        Ok(end.appearing(row))
    }

    /// The accept queue at the far end of a row, if that is a TCP listener and no mystery.
    pub fn queue(&self, row: Row, descriptors: &Descriptors) -> Option<Queue> {
        let end = self.ends.get(&self.owner(row)).filter(|end| !end.hidden)?;
        let info = descriptors.get(end.listener()?).and_then(tcp::info)?;
        Some(Queue {
            length: info.unacked,
            limit: info.sacked,
        })
    }

    /// How long the listener at the far end of a row tries, and what it accepts: such connections inherit its options.
    pub fn patience(&self, row: Row, descriptors: &Descriptors) -> Option<Patience> {
        let end = self.ends.get(&self.owner(row))?;
        descriptors.get(end.listener()?).and_then(tcp::patience)
    }

    /// A descriptor of a far end was closed by hand. If the socket has another name, its far end goes on with that.
    pub fn closed(&mut self, of: Row, fd: Fd, next: Option<Fd>) {
        let Some(end) = self.ends.get_mut(&of) else {
            return;
        };
        match next {
            Some(next) => end.is_called(fd, next),
            None => end.closed(fd),
        }
    }

    /// Takes a row's far end away. If the row used another row's, only that is over.
    pub fn remove(&mut self, row: Row, descriptors: &mut Descriptors, calls: &mut Vec<CallFact>) {
        if self.shared.remove(&row).is_some() {
            return;
        }
        let Some(end) = self.ends.remove(&row) else {
            return;
        };
        let mut log = Log::new(descriptors, calls, row, end.hidden);
        for fd in end.all() {
            log.make(By::Lab, Call::Close { fd });
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

/// What an accepted call means for a caller who needs it to succeed.
fn must(outcome: &Outcome) -> Result<i64, Errno> {
    outcome.errno.map_or(Ok(outcome.ret), Err)
}
