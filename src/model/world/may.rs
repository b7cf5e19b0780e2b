//! What is refused before anything is done, as far as the world tells it: the engine asks here first, and so does whoever lists what can be done now.

use super::{RowState, World};
use crate::model::call::Call;
use crate::model::command::Command;
use crate::model::ids::{Fd, Row};
use crate::model::record::Role;
use crate::model::refusal::Refusal;
use crate::model::socket::{Mode, Stage};

impl World {
    /// A row that is there.
    ///
    /// # Errors
    /// If there is none of this number.
    pub fn known(&self, row: Row) -> Result<&RowState, Refusal> {
        self.row(row)
            .filter(|state| !state.removed)
            .ok_or(Refusal::NoSuchRow(row))
    }

    /// The open descriptor of a row on which a call can be made now.
    ///
    /// # Errors
    /// Why none can be made.
    pub fn open_fd(&self, row: Row) -> Result<Fd, Refusal> {
        if let Some((_, call)) = self.known(row)?.current().running {
            return Err(Refusal::Stuck(row, call));
        }
        self.open_fd_beside(row)
    }

    /// The same for a call that a second thread of the program may make beside one that waits: in the other direction.
    ///
    /// # Errors
    /// If there is none, or if what waits is in its way.
    pub fn open_fd_for(&self, row: Row, call: &Call) -> Result<Fd, Refusal> {
        match (self.known(row)?.running(), call) {
            (Some("recv"), Call::Send { .. }) | (Some("send"), Call::Recv { .. }) => {
                self.open_fd_beside(row)
            }
            _ => self.open_fd(row),
        }
    }

    /// The same for another thread of the program, beside a call that waits.
    ///
    /// # Errors
    /// If there is none.
    pub fn open_fd_beside(&self, row: Row) -> Result<Fd, Refusal> {
        let state = self.known(row)?;
        let attempt = state.current();
        if attempt.bad_fd {
            return Err(Refusal::BadFd(row));
        }
        attempt.fd.ok_or(match state.stage() {
            Stage::Closed => Refusal::Closed(row),
            Stage::Error => Refusal::ThrownAway(row),
            _ => Refusal::NoSocketYet(row),
        })
    }

    /// Whether a command can be begun.
    ///
    /// # Errors
    /// Why not. What only the lab, the wire or the kernel knows is refused later, by whoever asks them.
    pub fn may(&self, command: &Command) -> Result<(), Refusal> {
        match command {
            Command::Add(_)
            | Command::Modes(_)
            | Command::Ways(_)
            | Command::Look
            | Command::Note(_)
            | Command::Lesson(_)
            | Command::Autodrain(_)
            | Command::Capacity(_)
            | Command::Limit(_)
            | Command::Tick { only: None, .. } => Ok(()),
            Command::Tick {
                only: Some(row), ..
            }
            | Command::Delete(row)
            | Command::Interest(row, _) => self.known(*row).map(|_| ()),
            Command::Restart(row) => self.client(*row, "begin again"),
            Command::Deadline(row, _) => self.client(*row, "have a deadline"),
            Command::Connect(row) => {
                self.open_fd(*row)?;
                self.client(*row, "connect")
            }
            Command::BadFd(row) => {
                self.open_fd(*row)?;
                self.client(*row, "become a bad descriptor")
            }
            Command::Race(row, delay) => self.may_race(*row, delay.is_some()),
            Command::Mode(row, mode)
                if *mode != Mode::NonBlocking && self.known(*row)?.race.is_some() =>
            {
                Err(Refusal::RacesWithoutWaiting(*row))
            }
            // There may be no socket yet: then it is what it will be.
            Command::Mode(row, _) => match self.known(*row)?.stage() {
                Stage::New | Stage::Resolving => Ok(()),
                _ => self.open_fd_beside(*row).map(|_| ()),
            },
            Command::Register(row) | Command::Fill(row) => self.open_fd(*row).map(|_| ()),
            Command::Drain(row) => match self.known(*row)?.running() {
                Some("send") => self.open_fd_beside(*row).map(|_| ()),
                _ => self.open_fd(*row).map(|_| ()),
            },
            // What a second thread of the program can do beside a call that waits.
            Command::Make(row, make) => match make.call() {
                Call::Shutdown { .. } => self.open_fd_beside(*row).map(|_| ()),
                Call::Read { .. } | Call::Write { .. } if self.known(*row)?.file().is_none() => {
                    Err(Refusal::IsSocket(*row))
                }
                call => self.open_fd_for(*row, call).map(|_| ()),
            },
            Command::Close(row) | Command::Reset(row) => self.open_fd_beside(*row).map(|_| ()),
            Command::Interrupt(row) => match self.known(*row)?.current().running {
                Some(_) => Ok(()),
                None => Err(Refusal::NothingRuns(*row)),
            },
            Command::Probe => {
                let row = self.next_probed().ok_or(Refusal::NothingToProbe)?;
                match self.known(row)?.fd() {
                    Some(_) => Ok(()),
                    None => Err(Refusal::NothingToProbe),
                }
            }
            Command::Accept(row, _) => {
                if matches!(self.known(*row)?.role, Role::Accepted { .. }) {
                    return Err(Refusal::NobodyListens(*row));
                }
                self.has_peer(*row)
            }
            Command::Listen(row, _) | Command::ByHand(row, _) | Command::Queue(row, _) => {
                self.has_peer(*row)
            }
            // Whoever holds the packets knows.
            Command::Release(_)
            | Command::Drop(_)
            | Command::Repeat(_)
            | Command::Reorder(..)
            | Command::Rule(_)
            | Command::InjectRst(..)
            | Command::InjectIcmp(..) => Ok(()),
        }
    }

    /// Whether the addresses of a row can be raced, or need not be any more.
    fn may_race(&self, row: Row, on: bool) -> Result<(), Refusal> {
        self.client(row, "race")?;
        let state = self.known(row)?;
        match &state.race {
            Some(race) if race.leader != row => return Err(Refusal::OneOfARace(row, race.leader)),
            None if !on => return Err(Refusal::NoRace(row)),
            _ => {}
        }
        let is_name = state.name().is_some();
        match state.stage() {
            _ if !is_name && state.addresses.len() < 2 => Err(Refusal::OneAddress(row)),
            _ if state.mode != Mode::NonBlocking => Err(Refusal::RacesWithoutWaiting(row)),
            Stage::New | Stage::Resolving => Ok(()),
            _ => Err(Refusal::RacesTooLate(row)),
        }
    }

    /// Whether it is a row of the program's own.
    fn client(&self, row: Row, cannot: &'static str) -> Result<(), Refusal> {
        if self.known(row)?.is_client() {
            Ok(())
        } else {
            Err(Refusal::PeerCannot(row, cannot))
        }
    }

    /// Whether the other end of a row is one of the lab's.
    fn has_peer(&self, row: Row) -> Result<(), Refusal> {
        let state = self.known(row)?;
        if state.file().is_some() {
            return Err(Refusal::NoPeer(row));
        }
        // The socket of a watched program that leads nowhere yet may come to the peer that the program was given.
        let is_given =
            state.leads_to_a_given_peer() || self.is_watched() && state.current().addr.is_none();
        if state.is_client() && state.peer().is_none() && state.wire().is_none() && !is_given {
            Err(Refusal::NotOurs(row))
        } else {
            Ok(())
        }
    }
}
