//! Single commands: rows come and go, and calls are made by key.

use super::{Refusal, Session, Wait};
use crate::os::lab::peers;
use crate::os::names::SystemNames;
use crate::pure::call::{Call, CtlOp};
use crate::pure::command::Command;
use crate::pure::ids::{Fd, Row};
use crate::pure::readiness::Interest;
use crate::pure::record::{Cause, Change, Record};
use crate::pure::socket::Stage;
use crate::pure::target::{Place, Target};
use crate::pure::world::{RowState, Scope};
use std::time::Duration;

impl Session {
    /// Carries out one command and returns its record. `poll_timeout` is for ticks that do not wait for news; `shown` are the rows
    /// that somebody sees.
    ///
    /// # Errors
    /// A [`Refusal`] if nothing was done.
    pub fn perform(
        &mut self,
        command: &Command,
        poll_timeout: Duration,
        shown: &[Row],
    ) -> Result<Record, Refusal> {
        let words = command.to_string();
        match command {
            Command::Tick { only, wait } => {
                let scope = match only {
                    Some(row) => Scope::Only(self.known(*row)?.row),
                    None => Scope::All,
                };
                let wait = if *wait {
                    Wait::ForNews(None)
                } else {
                    Wait::For(poll_timeout)
                };
                Ok(self.tick(scope, wait, words, shown))
            }
            Command::Look => {
                let mut record = self.begin(Cause::Command(words));
                self.look(&mut record, shown);
                self.world.apply(&record);
                Ok(record)
            }
            Command::Add(texts) => {
                let targets: Result<Vec<Target>, _> = texts
                    .iter()
                    .map(|text| Target::parse(text, &SystemNames))
                    .collect();
                self.add(&targets?, words, shown)
            }
            Command::Delete(row) => self.remove(*row, Change::Removed { row: *row }, words, shown),
            Command::Restart(row) => {
                self.remove(*row, Change::Restarted { row: *row }, words, shown)
            }
            Command::Interest(row, interest) => self.interest(*row, *interest, words, shown),
            Command::Accept(row) => self.accept(*row, words, shown),
            Command::Connect(row) => {
                let state = self.known(*row)?;
                if state.stage() == Stage::Created {
                    return Err(Refusal::StillBlocking(*row));
                }
                let fd = self.open_fd(*row)?;
                let addr = self
                    .known(*row)?
                    .current()
                    .addr
                    .clone()
                    .ok_or(Refusal::NoSocketYet(*row))?;
                Ok(self.single(*row, Call::Connect { fd, addr }, words, shown))
            }
            Command::SoError(row) => self.on_fd(*row, words, shown, |fd| Call::SoError { fd }),
            Command::Getpeername(row) => {
                self.on_fd(*row, words, shown, |fd| Call::Getpeername { fd })
            }
            Command::Send(row, bytes) => self.on_fd(*row, words, shown, |fd| Call::Send {
                fd,
                bytes: bytes.clone(),
            }),
            Command::Recv(row, size) => {
                self.on_fd(*row, words, shown, |fd| Call::Recv { fd, size: *size })
            }
            Command::Shutdown(row, how) => {
                self.on_fd(*row, words, shown, |fd| Call::Shutdown { fd, how: *how })
            }
            Command::Close(row) => self.on_fd(*row, words, shown, |fd| Call::Close { fd }),
        }
    }

    /// Adds rows. Either all of them come, or none.
    ///
    /// # Errors
    /// If the lab cannot set up a far end.
    pub fn add(
        &mut self,
        targets: &[Target],
        words: String,
        shown: &[Row],
    ) -> Result<Record, Refusal> {
        let first = self.world.rows.len();
        let mut calls = Vec::new();
        let mut changes = Vec::new();
        for (index, target) in targets.iter().enumerate() {
            let row = Row(u32::try_from(first + index + 1).unwrap_or(u32::MAX));
            let (addresses, name) = match &target.place {
                Place::At(addr) => (vec![addr.clone()], None),
                Place::Name { host, port } => (Vec::new(), Some((host.clone(), *port))),
                Place::Lab(peer) => match self.stage(row, peer, &mut calls) {
                    Ok(addr) => (vec![addr], None),
                    Err(refusal) => {
                        for undo in first..first + index {
                            self.lab.remove(
                                Row(u32::try_from(undo + 1).unwrap_or(u32::MAX)),
                                &mut calls,
                            );
                        }
                        return Err(refusal);
                    }
                },
            };
            let interest = self.options.interest;
            changes.push(Change::Added {
                row,
                target: target.text.clone(),
                addresses,
                name,
                interest,
            });
        }
        let mut record = self.begin(Cause::Command(words));
        record.changes = changes;
        record.calls = calls;
        Ok(self.finish(record, shown))
    }

    fn stage(
        &mut self,
        row: Row,
        peer: &str,
        calls: &mut Vec<crate::pure::call::CallFact>,
    ) -> Result<crate::pure::addr::Addr, Refusal> {
        let target = format!("@{peer}");
        let Some(spec) = peers::find(peer) else {
            return Err(Refusal::NotOurs(row));
        };
        self.lab
            .stage(row, spec, calls)
            .map_err(|errno| Refusal::Staging { target, errno })
    }

    fn known(&self, row: Row) -> Result<&RowState, Refusal> {
        self.world
            .row(row)
            .filter(|state| !state.removed)
            .ok_or(Refusal::NoSuchRow(row))
    }

    fn open_fd(&self, row: Row) -> Result<Fd, Refusal> {
        let state = self.known(row)?;
        state.fd().ok_or(match state.stage() {
            Stage::Closed => Refusal::Closed(row),
            _ => Refusal::NoSocketYet(row),
        })
    }

    fn single(&mut self, row: Row, call: Call, words: String, shown: &[Row]) -> Record {
        let mut record = self.begin(Cause::Command(words));
        self.make(&mut record, row, call);
        self.finish(record, shown)
    }

    fn on_fd(
        &mut self,
        row: Row,
        words: String,
        shown: &[Row],
        call: impl FnOnce(Fd) -> Call,
    ) -> Result<Record, Refusal> {
        let fd = self.open_fd(row)?;
        Ok(self.single(row, call(fd), words, shown))
    }

    /// Closes what a row has open, and takes it away or begins it again.
    fn remove(
        &mut self,
        row: Row,
        change: Change,
        words: String,
        shown: &[Row],
    ) -> Result<Record, Refusal> {
        let open = self.known(row)?.open_fds();
        let mut record = self.begin(Cause::Command(words));
        for fd in open {
            self.make(&mut record, row, Call::Close { fd });
        }
        let gone = matches!(change, Change::Removed { .. });
        record.changes.push(change);
        let mut record = self.finish(record, shown);
        if gone {
            // The far end goes after its turn, so that it sees the close first.
            self.lab.remove(row, &mut record.calls);
        }
        Ok(record)
    }

    fn interest(
        &mut self,
        row: Row,
        interest: Interest,
        words: String,
        shown: &[Row],
    ) -> Result<Record, Refusal> {
        let state = self.known(row)?;
        let (id, registered) = (state.current().id, state.asked().is_some());
        let mut record = self.begin(Cause::Command(words));
        if registered {
            self.control_as(&mut record, row, CtlOp::Modify, id, interest);
        } else {
            record.changes.push(Change::Interest { row, interest });
        }
        Ok(self.finish(record, shown))
    }

    fn accept(&mut self, row: Row, words: String, shown: &[Row]) -> Result<Record, Refusal> {
        self.known(row)?;
        if !self.lab.has(row) {
            return Err(Refusal::NotOurs(row));
        }
        let mut calls = Vec::new();
        if self.lab.accept(row, &mut calls).is_none() {
            return Err(Refusal::NobodyListens(row));
        }
        let mut record = self.begin(Cause::Command(words));
        record.calls = calls;
        Ok(self.finish(record, shown))
    }
}
