//! The lab for other programs: peers that act when something happens to them, not in anybody's turn.

use super::Lab;
use super::log::Log;
use super::peer_end::PeerEnd;
use super::peers::{Habit, PeerPlace, PeerSpec};
use crate::model::addr::Addr;
use crate::model::call::{Call, CallFact};
use crate::model::errno::Errno;
use crate::model::ids::{Fd, Row};
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
