//! One row: a target, its addresses, and the attempts made on them.

use super::LastResults;
use crate::model::addr::Addr;
use crate::model::clean;
use crate::model::errno::Failure;
use crate::model::file::FileKind;
use crate::model::ids::{AttemptId, Fd, Row};
use crate::model::race::{Race, RaceTurn};
use crate::model::readiness::{Interest, PollMask, Readiness};
use crate::model::record::{Answer, Look, Role};
use crate::model::socket::{Attempt, Mode, NextCall, Stage};
use crate::model::target::{Target, TargetPlace, WireTarget};
use std::borrow::Cow;
use std::sync::Arc;

/// The longest target that can be typed, in characters: the path of a unix socket, each byte of it written as four.
const MAX_TARGET: usize = 440;

/// In which record each part of a row changed last: equal to the world's `n` means "just now".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChangedAt {
    /// The stage.
    pub stage: u64,
    /// What it is watched for.
    pub asked: u64,
    /// What an event reported.
    pub reported: u64,
    /// What the looks said.
    pub look: u64,
    /// poll(2) began to say ERR.
    pub err: u64,
    /// The word beside the stage.
    pub fact: u64,
}

/// Where a row comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowOrigin {
    /// A target that the user typed.
    Target(Target),
    /// A peer appeared; this is what it is called.
    Appeared(Arc<str>),
}

/// A row of the socket list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowState {
    /// Its number.
    pub row: Row,
    /// Where it comes from.
    pub origin: RowOrigin,
    /// Which end it is.
    pub role: Role,
    /// How its socket is used.
    pub mode: Mode,
    /// Its peer waits for keys; or it is a peer that does.
    pub by_hand: bool,
    /// When the program gives up, in microseconds since the session began.
    pub deadline_us: Option<u64>,
    /// What it is in the race of a name's addresses, if there is one.
    pub race: Option<Box<Race>>,
    /// Every address it leads to, as far as known.
    pub addresses: Vec<Addr>,
    /// Which address the current attempt uses.
    pub at: usize,
    /// What it is to be watched for.
    pub interest: Interest,
    /// The attempts whose descriptor is still open, and behind them the current one, which is always there.
    pub attempts: Vec<Attempt>,
    /// It was deleted.
    pub removed: bool,
    /// A lookup of its name is running.
    pub lookup: Option<u64>,
    /// When the call began that has not returned, in microseconds since the session began.
    pub waits_since_us: u64,
    /// What the last event reported, and in which record.
    pub reported: Readiness,
    /// The record in which an event said *error* and nothing else, as long as the rest of that failure has not been reported before this record.
    pub half_reported: Option<u64>,
    /// What it was watched for before that changed last.
    pub asked_before: Option<Interest>,
    /// So many connections of the lab's own wait in the accept queue of its peer.
    pub fillers: u32,
    /// What accept() on it, or on its peer, brought last was one of the lab's own.
    pub took_filler: bool,
    /// What the looks say, as of the last look.
    pub look: Look,
    /// What they said before it changed last.
    pub(super) look_before: Option<Box<Look>>,
    /// The server's kernel on the lab wire knew of this attempt's connection once.
    pub server_knew: bool,
    /// The name of the last finished call that the program made on it.
    pub last_call: Option<&'static str>,
    /// What each call gave last, of the program or of the peer, whosever row it is.
    pub results: LastResults,
    /// When each part changed last.
    pub changed_at: ChangedAt,
    /// The rows of its peer, if the lab made one for it; also those that were deleted.
    pub(super) peer_rows: Vec<Row>,
    /// Where it stands among those who may be the two ends of one connection.
    pub(super) bucket: Option<u16>,
}

/// What is known before the first look.
static NO_LOOK: Look = Look {
    poll: Answer::NotAsked,
    epoll: Answer::NotAsked,
    select: Answer::NotAsked,
    tcp: Answer::NotAsked,
    queue: Answer::NotAsked,
    ends: None,
    file: None,
    local: None,
    strangers: Answer::NotAsked,
};

impl RowState {
    /// What the looks said before that changed last.
    pub fn look_before(&self) -> &Look {
        self.look_before.as_deref().unwrap_or(&NO_LOOK)
    }

    /// Keeps what the looks say, before they say something else.
    pub(super) fn keep_look(&mut self) {
        match &mut self.look_before {
            Some(before) => before.as_mut().clone_from(&self.look),
            None if self.look == NO_LOOK => {}
            None => self.look_before = Some(Box::new(self.look.clone())),
        }
    }

    /// As the user typed it; for a peer what it is called.
    pub fn target(&self) -> &Arc<str> {
        match &self.origin {
            RowOrigin::Target(target) => &target.text,
            RowOrigin::Appeared(name) => name,
        }
    }

    /// The same, cut where it is longer than any target can be: a recording can hold any name, and names it again and again.
    pub fn short_target(&self) -> Arc<str> {
        match clean::cut(self.target(), MAX_TARGET) {
            Cow::Borrowed(_) => Arc::clone(self.target()),
            Cow::Owned(cut) => cut.into(),
        }
    }

    /// Where it leads; `None` for a peer.
    pub fn place(&self) -> Option<&TargetPlace> {
        match &self.origin {
            RowOrigin::Target(target) => Some(&target.place),
            RowOrigin::Appeared(_) => None,
        }
    }

    /// The current attempt.
    pub fn current(&self) -> &Attempt {
        self.attempts
            .last()
            .expect("a row is made with an attempt and none is ever taken away")
    }

    pub(super) fn current_mut(&mut self) -> &mut Attempt {
        self.attempts
            .last_mut()
            .expect("a row is made with an attempt and none is ever taken away")
    }

    /// The current attempt's stage.
    pub fn stage(&self) -> Stage {
        self.current().stage
    }

    /// The current attempt's descriptor, while it is open.
    pub fn fd(&self) -> Option<Fd> {
        self.current().fd
    }

    /// The descriptors of all attempts that are still open, oldest first.
    pub fn open_fds(&self) -> Vec<Fd> {
        self.attempts.iter().flat_map(Attempt::names).collect()
    }

    /// Whether its current address is on another machine.
    pub fn is_remote(&self) -> bool {
        // A target of the lab never leaves this machine, also on the wire.
        let lab = self.place().is_some_and(TargetPlace::is_lab);
        let addr = self.addresses.get(self.at);
        !lab && addr.is_some_and(|addr| !addr.is_local())
    }

    /// What its descriptor stands for, if not for a socket.
    pub fn file(&self) -> Option<FileKind> {
        self.place()?.file()
    }

    /// The lab peer at its other end, without the `@` and without the number of a shared one.
    pub fn peer(&self) -> Option<String> {
        self.place()?.peer()
    }

    /// Whether it is the socket of a watched program and leads to the peer of the lab that the program was given: its connect() was named
    /// after that.
    pub fn leads_to_a_given_peer(&self) -> bool {
        self.is_client() && self.place().is_none() && self.target().starts_with('@')
    }

    /// The name and port to look up, if it is a name.
    pub fn name(&self) -> Option<(&str, u16)> {
        self.place()?.name()
    }

    /// Where on the lab wire it leads; `None` for every other row, also for a peer there.
    pub fn wire(&self) -> Option<&WireTarget> {
        self.place()?.wire()
    }

    /// What it is called on the screen: its target, and how its socket is used unless that is the usual way; a peer by whose it is.
    pub fn label(&self) -> String {
        match self.role {
            Role::Client => {}
            Role::Peer { .. } if self.took_filler => return "lab's filler".to_owned(),
            Role::Peer { of } => return format!("peer {of}"),
            Role::Accepted { of } => return format!("peer {of} accepted{}", self.mode_words()),
        }
        let name = self.end_label();
        match &self.race {
            Some(race) if self.mode == Mode::NonBlocking && race.leader == self.row => {
                format!("{name} race")
            }
            Some(race) if self.mode == Mode::NonBlocking => format!("{name} race {}", race.leader),
            _ => format!("{name}{}", self.mode_words()),
        }
    }

    /// The same in a column of names: that a peer was accepted stands in its stage, its mode nowhere else.
    pub fn short_label(&self) -> String {
        match self.role.of() {
            Some(of) if !self.took_filler => format!("peer {of}{}", self.mode_words()),
            _ => self.label(),
        }
    }

    /// What stands behind its name if its calls may wait.
    pub fn mode_words(&self) -> &'static str {
        match self.mode {
            Mode::NonBlocking => "",
            Mode::ConnectEx => " connect_ex",
            Mode::Blocking => " blocking",
            Mode::Timeout(_) => " timeout",
        }
    }

    /// Its target, and which end of it where one target has two: what its label is without how the descriptor is used.
    pub fn end_label(&self) -> String {
        match self.file().map(FileKind::end) {
            None | Some("") => self.short_target().to_string(),
            Some(end) => format!("{} {end}", self.short_target()),
        }
    }

    /// Whether it is a socket of a program that is watched: it appeared by that program's own call.
    pub fn is_foreign(&self) -> bool {
        self.is_client() && matches!(self.origin, RowOrigin::Appeared(_))
    }

    /// Whether another attempt of its race was proved connected before it.
    pub fn has_lost(&self) -> bool {
        matches!(self.turn(), Some(RaceTurn::Lost { .. }))
    }

    /// How far it is in its race.
    pub fn turn(&self) -> Option<RaceTurn> {
        self.race.as_ref().map(|race| race.turn)
    }

    /// Whether it is the row of the name whose addresses are raced.
    pub fn leads_a_race(&self) -> bool {
        self.race
            .as_ref()
            .is_some_and(|race| race.leader == self.row)
    }

    /// Whether its attempt of a race may not begin at this moment of the session.
    pub fn is_held(&self, now_us: u64) -> bool {
        self.race.as_ref().is_some_and(|race| race.is_held(now_us))
    }

    /// Whether it is the program that is stepped.
    pub fn is_client(&self) -> bool {
        self.role == Role::Client
    }

    /// The address after the current one, if the current attempt failed and the name has more.
    pub fn next_address(&self) -> Option<&Addr> {
        (self.stage() == Stage::Error && self.race.is_none())
            .then(|| self.addresses.get(self.at + 1))
            .flatten()
    }

    /// The call that the tick table gives it. After a failure that is the next address's socket(), as getaddrinfo(3) tells programs.
    pub fn next(&self) -> Option<NextCall> {
        if self.next_address().is_some() {
            return Some(NextCall::Socket);
        }
        let attempt = self.current();
        if self.has_lost() {
            // What was begun is closed; what was not is not needed any more.
            let is_free = attempt.running.is_none() && !attempt.bad_fd;
            return (attempt.fd.is_some() && is_free).then_some(NextCall::Withdraw);
        }
        match attempt.stage {
            // A peer that the user plays stands in the program's poll.
            Stage::Listening | Stage::Accepted => (self.by_hand
                && attempt.registered.is_none()
                && attempt.fd.is_some()
                && !attempt.bad_fd)
                .then_some(NextCall::Register),
            Stage::Created if !self.is_client() => None,
            _ => attempt.next(),
        }
    }

    /// Whether an address that the other end sees is this socket's own. The wire's mirror shows each end the other's address; the port is
    /// the socket's own.
    pub fn is_at(&self, from: &Addr) -> bool {
        let Some(local) = &self.look.local else {
            return false;
        };
        // Every unix socket that only connects has this address: it tells nobody.
        if has_no_name(from) {
            return false;
        }
        local == from || self.wire().is_some() && local.port() == from.port()
    }

    /// The call that has not returned, by its name.
    pub fn running(&self) -> Option<&'static str> {
        match (self.current().running, self.lookup) {
            (Some((_, call)), _) => Some(call),
            (None, Some(_)) => Some("getaddrinfo"),
            (None, None) => None,
        }
    }

    /// Whether its connect is given up at this moment of the session.
    pub fn is_past_deadline(&self, now_us: u64) -> bool {
        self.deadline_us.is_some_and(|due| due <= now_us) && !self.is_settled() && self.is_client()
    }

    /// Why its current attempt failed, by name.
    pub fn failure_word(&self) -> Option<std::borrow::Cow<'static, str>> {
        self.current().failure.map(Failure::name)
    }

    /// Whether no tick will change it any more by itself: connected, failed at the last address, or closed.
    pub fn is_settled(&self) -> bool {
        match self.stage() {
            _ if self.removed => true,
            _ if self.has_lost() => self.fd().is_none() || self.current().bad_fd,
            Stage::Connected | Stage::Closed => true,
            Stage::Listening | Stage::Accepted => self.next().is_none(),
            Stage::Created if !self.is_client() => true,
            Stage::Error => self.next_address().is_none(),
            Stage::Created | Stage::NonBlocking => {
                self.current().file.is_some() && self.current().next().is_none()
            }
            _ => false,
        }
    }

    pub(super) fn attempt_by_id(&self, id: AttemptId) -> Option<&Attempt> {
        self.attempts.iter().find(|attempt| attempt.id == id)
    }
}

/// A unix socket that was never bound.
fn has_no_name(addr: &Addr) -> bool {
    match addr {
        Addr::UnixAbstract(name) | Addr::UnixPath(name) => name.is_empty(),
        Addr::UnixUnnamed => true,
        Addr::V4(_) | Addr::V6(_) => false,
    }
}

/// Out is a subset of in.
pub fn within(mask: PollMask, asked: Interest) -> PollMask {
    let mut wanted = PollMask::ERR | PollMask::HUP | PollMask::NVAL;
    wanted.set(PollMask::IN, asked.contains(Interest::READABLE));
    wanted.set(PollMask::RDHUP, asked.asks_for_the_end());
    wanted.set(PollMask::OUT, asked.contains(Interest::WRITABLE));
    wanted.set(PollMask::PRI, asked.contains(Interest::PRIORITY));
    mask & wanted
}
