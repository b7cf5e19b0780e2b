//! What a sentence or a claim may ask of one socket at one moment.

use super::RowState;
use crate::model::addr::{Family, SpecialAddress};
use crate::model::errno::Failure;
use crate::model::file::FileKind;
use crate::model::race::RaceTurn;
use crate::model::readiness::{PollMask, SelectSets};
use crate::model::record::{Answer, Role};
use crate::model::socket::{ConnectionFact, Happened, Mode, Past, SoErrorState, Stage};
use crate::model::target::TargetPlace;
use crate::model::tcp::TcpState;
use bitflags::bitflags;

bitflags! {
    /// What is so of a socket, beside its stage and its past.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
    pub struct IsSo: u32 {
        /// It has a descriptor.
        const OPEN = 1;
        /// It has more than one.
        const SHARED = 1 << 1;
        /// Its number was closed behind the program's back.
        const BAD_FD = 1 << 2;
        /// The poll watches it.
        const WATCHED = 1 << 3;
        /// connect() must be called again: nothing comes by waiting.
        const MUST_RETRY = 1 << 4;
        /// It leads to a peer of the lab.
        const LAB = 1 << 5;
        /// It is on the lab wire.
        const WIRE = 1 << 6;
        /// It is connected to itself.
        const SELF = 1 << 7;
        /// A call on it has not returned.
        const RUNNING = 1 << 8;
        /// SO_ERROR was 0 in the step that asks for the result.
        const ZERO_READ = 1 << 9;
        /// SO_ERROR was 0, and yet there is no peer.
        const PHANTOM = 1 << 10;
        /// A later connect() said 0 of the attempt before.
        const CONNECTED_BEFORE = 1 << 11;
        /// The connection that accept() took last was one of the lab's own.
        const TOOK_FILLER = 1 << 12;
        /// It has a local port.
        const PORT = 1 << 13;
        /// The last thing that a call told is an error that ended nothing.
        const NOTED = 1 << 14;
        /// It has been listening.
        const LISTENED = 1 << 15;
        /// poll(2) reports an error that nobody has read yet.
        const ERROR_WAITS = 1 << 16;
        /// The pending error was read, and poll(2) still says ERR: the error queue is meant.
        const ERROR_QUEUE = 1 << 17;
        /// Its number was closed behind the program's back, and is somebody else's now.
        const STRANGER = 1 << 18;
        /// A finished connection waits in the accept queue of its peer.
        const QUEUED = 1 << 19;
        /// The accept queue of its peer is full.
        const QUEUE_FULL = 1 << 20;
        /// TCP has measured a round trip.
        const MEASURED = 1 << 21;
        /// Its descriptor is done with, and its connection is in TIME-WAIT.
        const TIME_WAIT = 1 << 22;
        /// Its number does not fit into an fd_set.
        const ABOVE_FD_SET = 1 << 23;
        /// select(2) was asked, and does not have it in its third set.
        const OUTSIDE_THIRD_SET = 1 << 24;
        /// It belongs to a program that is watched.
        const FOREIGN = 1 << 25;
        /// It is one of the attempts of a race.
        const RACES = 1 << 26;
        /// Its attempt of a race has not begun.
        const RACE_WAITS = 1 << 27;
        /// It was proved connected before every other attempt of its race.
        const RACE_WON = 1 << 28;
        /// Another attempt of its race was.
        const RACE_LOST = 1 << 29;

        /// What the looks say.
        const OF_LOOKS = Self::SELF.bits()
            | Self::PORT.bits()
            | Self::ERROR_WAITS.bits()
            | Self::ERROR_QUEUE.bits()
            | Self::STRANGER.bits()
            | Self::QUEUED.bits()
            | Self::QUEUE_FULL.bits()
            | Self::MEASURED.bits()
            | Self::TIME_WAIT.bits()
            | Self::ABOVE_FD_SET.bits()
            | Self::OUTSIDE_THIRD_SET.bits();
    }
}

/// Which end of a connection a socket is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum EndKind {
    /// The program that is stepped.
    #[default]
    Client,
    /// The peer's listener, or a socket that is only bound.
    Listener,
    /// What came out of accept(2).
    Accepted,
}

/// How a program uses its socket, without the time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ModeKind {
    /// No call waits.
    #[default]
    NonBlocking,
    /// No call waits, and it asks by connect() again and again.
    ConnectEx,
    /// Every call waits.
    Blocking,
    /// As Python's `settimeout`.
    Timeout,
}

/// One socket at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Facts {
    /// The family of the address it leads to; `None` while a name is looked up.
    pub family: Option<Family>,
    /// What its descriptor stands for, if not for a socket.
    pub file: Option<FileKind>,
    /// What is special about that address.
    pub address: Option<SpecialAddress>,
    /// Which end it is.
    pub end: EndKind,
    /// How it is used.
    pub mode: ModeKind,
    /// How far the program knows it to be.
    pub stage: Stage,
    /// What is so.
    pub is: IsSo,
    /// What has happened.
    pub past: Past,
    /// What poll(2) said in the last look.
    pub poll: Option<PollMask>,
    /// What TCP said in the last look.
    pub tcp: Option<TcpState>,
    /// Why it failed, if it is in stage *error*.
    pub failure: Option<Failure>,
    /// The call on it that has not returned.
    pub running: Option<&'static str>,
}

impl Facts {
    /// Takes over what the looks say of the row now.
    pub(super) fn look_at(&mut self, row: &RowState) {
        (self.poll, self.tcp) = row.poll_and_tcp();
        self.is = self.is.difference(IsSo::OF_LOOKS) | row.said_by_looks();
    }
}

/// A socket before and after one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AroundCall {
    /// Before it.
    pub before: Facts,
    /// After it, with what the looks said after the record.
    pub after: Facts,
}

impl RowState {
    /// What a sentence or a claim may ask of it now.
    pub fn facts(&self) -> Facts {
        let attempt = self.current();
        let place = self.place();
        let mut is = IsSo::empty();
        is.set(IsSo::OPEN, attempt.fd.is_some());
        is.set(IsSo::SHARED, !attempt.more_names.is_empty());
        is.set(IsSo::BAD_FD, attempt.bad_fd);
        is.set(IsSo::WATCHED, attempt.registered.is_some());
        is.set(IsSo::MUST_RETRY, attempt.must_retry);
        is.set(
            IsSo::LAB,
            place.is_none_or(TargetPlace::is_lab) && attempt.file.is_none(),
        );
        is.set(IsSo::WIRE, self.wire().is_some());
        is.set(IsSo::RUNNING, attempt.running.is_some());
        is.set(IsSo::TOOK_FILLER, self.took_filler);
        is.set(IsSo::FOREIGN, self.is_foreign());
        if let Some(race) = &self.race {
            is |= IsSo::RACES;
            is.set(IsSo::RACE_WAITS, race.waits());
            is.set(IsSo::RACE_WON, race.turn == RaceTurn::Won);
            is.set(IsSo::RACE_LOST, self.has_lost());
        }
        match attempt.fact {
            Some(ConnectionFact::SoErrorZero) => is |= IsSo::ZERO_READ,
            Some(ConnectionFact::Phantom) => is |= IsSo::PHANTOM,
            Some(ConnectionFact::ConnectedBefore) => is |= IsSo::CONNECTED_BEFORE,
            Some(ConnectionFact::Noted(_)) => is |= IsSo::NOTED,
            _ => {}
        }
        is.set(IsSo::LISTENED, attempt.walked.contains(Stage::Listening));
        is |= self.said_by_looks();
        let (poll, tcp) = self.poll_and_tcp();
        Facts {
            family: attempt.addr.as_ref().map(crate::model::addr::Addr::family),
            file: attempt.file,
            address: attempt
                .addr
                .as_ref()
                .and_then(crate::model::addr::Addr::special),
            end: match self.role {
                Role::Client => EndKind::Client,
                Role::Peer { .. } => EndKind::Listener,
                Role::Accepted { .. } => EndKind::Accepted,
            },
            mode: match self.mode {
                Mode::NonBlocking => ModeKind::NonBlocking,
                Mode::ConnectEx => ModeKind::ConnectEx,
                Mode::Blocking => ModeKind::Blocking,
                Mode::Timeout(_) => ModeKind::Timeout,
            },
            stage: attempt.stage,
            is,
            past: attempt.past,
            poll,
            tcp,
            failure: attempt.failure.filter(|_| attempt.stage == Stage::Error),
            running: attempt.running.map(|(_, call)| call),
        }
    }

    fn poll_and_tcp(&self) -> (Option<PollMask>, Option<TcpState>) {
        let tcp = self.look.tcp.answer().map(|tcp| tcp.state);
        (self.look.poll.answer(), tcp)
    }

    fn said_by_looks(&self) -> IsSo {
        let look = &self.look;
        let mut is = IsSo::empty();
        is.set(IsSo::SELF, self.is_its_own_peer());
        let port = look.local.as_ref().and_then(crate::model::addr::Addr::port);
        is.set(IsSo::PORT, port.is_some_and(|port| port != 0));
        is.set(
            IsSo::MEASURED,
            look.tcp.answer().is_some_and(|tcp| tcp.rtt_us != 0),
        );
        is.set(IsSo::STRANGER, look.strangers == Answer::Says(true));
        // Only sock_diag(7) knows of TIME-WAIT: to TCP_INFO the descriptor is in CLOSE.
        let end = look.client().answer();
        let time_wait = end.is_some_and(|end| end.state == TcpState::TimeWait);
        is.set(IsSo::TIME_WAIT, time_wait);
        is.set(IsSo::ABOVE_FD_SET, look.select == Answer::NoAnswer);
        let sets = look.select.answer();
        let outside = sets.is_some_and(|sets| !sets.contains(SelectSets::X));
        is.set(IsSo::OUTSIDE_THIRD_SET, outside);
        if let Some(queue) = look.queue.answer().filter(|_| self.is_client()) {
            is.set(IsSo::QUEUED, queue.length > 0);
            is.set(IsSo::QUEUE_FULL, queue.length > queue.limit);
        }
        if self.says_err() {
            let (_, stayed) = self.error_found_and_stayed();
            is.set(IsSo::ERROR_WAITS, !stayed);
            is.set(IsSo::ERROR_QUEUE, self.has_error_queue());
        }
        is
    }

    fn says_err(&self) -> bool {
        let poll = self.look.poll.answer();
        poll.is_some_and(|mask| mask.contains(PollMask::ERR))
    }

    /// Whether the pending error was read, and poll(2) still said ERR in the last look: the error queue is meant.
    pub(super) fn has_error_queue(&self) -> bool {
        self.says_err() && self.error_found_and_stayed() == (true, true)
    }

    /// Whether a pending error was read or taken, and whether poll's ERR stood before that and stayed: then it speaks of something else.
    fn error_found_and_stayed(&self) -> (bool, bool) {
        let attempt = self.current();
        let before = |n: u64| self.changed_at.err <= n;
        let taken = attempt.taken_at;
        let (read, found) = match attempt.so_error {
            SoErrorState::Read { n, found, .. } => (Some(n), found.is_some()),
            SoErrorState::Unread => (None, false),
        };
        let stayed = read.is_some_and(before) || taken.is_some_and(|at| before(at.n));
        (found || taken.is_some(), stayed)
    }

    /// Whether its own address is the one that it is connected to: a self-connect.
    fn is_its_own_peer(&self) -> bool {
        let attempt = self.current();
        let own = self.look.local.as_ref();
        self.is_client()
            && attempt.past.happened.contains(Happened::CONNECTED)
            && own
                .and_then(crate::model::addr::Addr::port)
                .is_some_and(|port| port != 0)
            && own == attempt.addr.as_ref()
    }
}
