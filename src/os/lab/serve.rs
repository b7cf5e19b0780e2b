//! The lab for other programs: peers that act when something happens to them, not in anybody's turn.

use super::Lab;
use super::asked::{NamedEnd, accepts_how};
use super::log::Log;
use super::peer_end::PeerEnd;
use super::peers::{Habit, PeerPlace, PeerSpec};
use crate::model::addr::Addr;
use crate::model::call::{Call, CallFact};
use crate::model::command::{Command, Fullness, OnOff};
use crate::model::errno::Errno;
use crate::model::ids::{Fd, Row};
use crate::model::refusal::Refusal;
use crate::os::call::Descriptors;
use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::fd::BorrowedFd;
use std::collections::BTreeSet;
use std::time::Duration;

/// How often a peer with a habit of its own goes on: drips a byte, sips a little.
const SERVE_INTERVAL: Duration = Duration::from_millis(250);

/// Peers that serve.
#[derive(Debug)]
pub struct Server {
    lab: Lab,
    descriptors: Descriptors,
    staged: u32,
    /// Listeners that could not accept for want of a descriptor: they are tried again at the next beat, not at once.
    crowded: BTreeSet<Fd>,
}

impl Server {
    /// A server without peers; mysteries are drawn by this seed.
    pub fn new(seed: u64) -> Server {
        Server {
            lab: Lab::new(seed),
            descriptors: Descriptors::default(),
            staged: 0,
            crowded: BTreeSet::new(),
        }
    }

    /// Sets a peer up and says where programs reach it.
    ///
    /// # Errors
    /// The errno of the call that failed.
    pub fn stage(&mut self, spec: &'static PeerSpec) -> Result<Vec<Addr>, Errno> {
        self.staged += 1;
        let row = Row(self.staged);
        let mut calls = Vec::new();
        self.lab.stage(row, spec, &mut self.descriptors, &mut calls)
    }

    /// Does at the first peer what somebody asks for there, in the words of a session whose row `named` leads to it: the calls that it
    /// took, of that row.
    ///
    /// # Errors
    /// What the same command says in a session of our own. The calls that were made before one failed are given all the same.
    pub fn act(&mut self, named: Row, command: &Command) -> (Vec<CallFact>, Result<(), Refusal>) {
        let mut calls = Vec::new();
        let result = self.act_at(named, command, &mut calls);
        for fact in &mut calls {
            fact.row = Some(named);
        }
        (calls, result)
    }

    fn act_at(
        &mut self,
        named: Row,
        command: &Command,
        calls: &mut Vec<CallFact>,
    ) -> Result<(), Refusal> {
        let of = Row(1);
        let end = NamedEnd { row: named, of };
        let (lab, descriptors) = (&mut self.lab, &mut self.descriptors);
        let before = lab.ends.get(&of).map_or(0, PeerEnd::connections);
        match command {
            Command::Accept(_, then) => {
                let (arrival, gives) = accepts_how(*then);
                lab.accept(end, arrival, gives, descriptors, calls)?;
            }
            Command::Listen(_, backlog) => lab.listen(end, *backlog, descriptors, calls)?,
            Command::ByHand(_, switch) => {
                lab.set_by_hand(end, *switch == OnOff::On)?;
            }
            Command::Queue(_, Fullness::Full) => lab.fill_queue(end, descriptors, calls)?,
            Command::Queue(_, Fullness::Free) => {
                lab.free_queue(end, descriptors, calls)?;
            }
            _ => return Err(Refusal::NotOurs(named)),
        }
        if let Some(end) = lab.ends.get_mut(&of) {
            let hidden = end.hidden;
            end.welcome(before, &mut Log::new(descriptors, calls, of, hidden));
        }
        Ok(())
    }

    /// Whether a connection waits because no descriptor is left for it.
    pub fn is_crowded(&self) -> bool {
        !self.crowded.is_empty()
    }

    /// Waits until something happens or a beat is due, and lets every peer do its part. Returns at once when `stop` is readable: true.
    ///
    /// # Errors
    /// If poll(2) fails.
    pub fn turn(&mut self, stop: BorrowedFd<'_>) -> std::io::Result<bool> {
        let crowded = std::mem::take(&mut self.crowded);
        let watched: Vec<(Row, Fd, PollFlags)> = self
            .lab
            .ends
            .iter()
            .flat_map(|(row, end)| {
                end.watched()
                    .into_iter()
                    .filter(|(fd, _)| !crowded.contains(fd))
                    .map(|(fd, flags)| (*row, fd, flags))
            })
            .collect();
        let mut fds = vec![PollFd::from_borrowed_fd(stop, PollFlags::IN)];
        for (_, fd, flags) in &watched {
            if let Some(borrowed) = self.descriptors.get(*fd) {
                fds.push(PollFd::from_borrowed_fd(borrowed, *flags));
            }
        }
        let beat = Timespec {
            tv_sec: 0,
            tv_nsec: i64::from(SERVE_INTERVAL.subsec_nanos()),
        };
        let beats = !crowded.is_empty() || self.lab.ends.values().any(PeerEnd::has_beat);
        match rustix::event::poll(&mut fds, beats.then_some(&beat)) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        let stopped = !fds[0].revents().is_empty();
        let open = watched
            .iter()
            .filter(|(_, fd, _)| self.descriptors.has(*fd));
        let ready: Vec<(Row, Fd, PollFlags)> = open
            .zip(&fds[1..])
            .map(|((row, fd, _), polled)| (*row, *fd, polled.revents()))
            .filter(|(_, _, reported)| !reported.is_empty())
            .collect();
        let mut calls = Vec::new();
        for (row, fd, reported) in ready {
            if let Some(end) = self.lab.ends.get_mut(&row) {
                // What accept() said is needed below.
                let hidden = end.listener() != Some(fd);
                let mut log = Log::new(&mut self.descriptors, &mut calls, row, hidden);
                end.serve(fd, reported, &mut log);
            }
        }
        for (row, end) in &mut self.lab.ends {
            let mut log = Log::new(&mut self.descriptors, &mut calls, *row, true);
            end.catch_up(true, &mut log);
            end.let_go(&mut log);
        }
        self.crowded = calls.iter().filter_map(crowded_listener).collect();
        Ok(stopped)
    }
}

/// The listener of a connection that could not be accepted for want of a descriptor or of memory.
fn crowded_listener(fact: &CallFact) -> Option<Fd> {
    let Call::Accept { fd, .. } = fact.call else {
        return None;
    };
    let errno = fact.outcome.as_ref()?.errno?;
    matches!(&*errno.name(), "EMFILE" | "ENFILE" | "ENOBUFS" | "ENOMEM").then_some(fd)
}

/// Why a peer cannot be served to other programs, if it cannot.
pub fn why_not(spec: &PeerSpec) -> Option<&'static str> {
    match spec.place {
        PeerPlace::Itself => Some("it is the program's own socket, so there is nothing to serve"),
        PeerPlace::Nowhere => Some("it is no socket: a program opens it by itself"),
        _ => None,
    }
}

/// What a program must do itself to see what the peer shows, if anything.
pub fn needs(spec: &PeerSpec) -> Option<String> {
    let options: Vec<String> = spec
        .client_options
        .iter()
        .map(|(option, value)| format!("{}={value}", option.name()))
        .collect();
    (!options.is_empty()).then(|| format!("set {} on your own socket", options.join(" and ")))
}

impl PeerEnd {
    fn has_beat(&self) -> bool {
        matches!(
            self.spec.habit,
            Habit::Drip(_) | Habit::Sip(_) | Habit::Ponder(..)
        ) && self.has_connections()
    }
}
