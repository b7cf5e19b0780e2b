//! Single commands: what was asked for in words, carried out.

use super::{Refusal, Session, Wait};
use crate::model::call::{Call, CtlOp, Payload};
use crate::model::command::Command;
use crate::model::ids::Row;
use crate::model::readiness::Interest;
use crate::model::record::{Cause, Change, Record};
use crate::model::world::Scope;
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
        let words = command.clone();
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
            Command::Add(targets) => self.add(targets, words, shown),
            Command::Lanes(target) => self.add_lanes(target, words, shown),
            Command::Delete(row) => self.remove(*row, Change::Removed { row: *row }, words, shown),
            Command::Restart(row) => {
                self.remove(*row, Change::Restarted { row: *row }, words, shown)
            }
            Command::Autodrain(switch) => {
                let mut record = self.begin(Cause::Command(words));
                record.changes.push(Change::Autodrain(*switch));
                Ok(self.finish(record, shown))
            }
            Command::Release(_)
            | Command::Drop(_)
            | Command::Repeat(_)
            | Command::Reorder(..)
            | Command::Rule(_)
            | Command::InjectRst(..)
            | Command::InjectIcmp(..) => self.on_the_wire(command, words, shown),
            Command::Capacity(limit) => {
                self.poll.limit_events(*limit);
                let record = self.begin(Cause::Command(words));
                self.world.apply(&record);
                Ok(record)
            }
            Command::Note(_) => {
                let record = self.begin(Cause::Command(words));
                self.world.apply(&record);
                Ok(record)
            }
            Command::Hunt => self.hunt(words, shown),
            Command::Accept(row, then) => self.accept(*row, *then, words, shown),
            Command::Listen(row, backlog) => self.listen(*row, *backlog, words, shown),
            Command::Hand(row, switch) => self.hand(*row, *switch, words, shown),
            Command::Queue(row, fullness) => self.queue(*row, *fullness, words, shown),
            Command::Deadline(row, after) => self.deadline(*row, *after, words, shown),
            Command::Interrupt(row) => self.interrupt(*row, words, shown),
            Command::Spoil(row) => self.spoil(*row, words, shown),
            Command::Interest(row, interest) => self.interest(*row, *interest, words, shown),
            Command::Register(row) => self.register(*row, words, shown),
            Command::Connect(row) => self.connect(*row, words, shown),
            Command::Fill(row) => self.fill(*row, words, shown),
            Command::Drain(row) => self.drain(*row, words, shown),
            Command::Bulk(row, size) => self.bulk(*row, *size, words, shown),
            Command::Close(row) => self.close(*row, false, words, shown),
            Command::Reset(row) => self.close(*row, true, words, shown),
            Command::SoError(row) => self.on_fd(*row, words, shown, |fd| Call::SoError { fd }),
            Command::Getpeername(row) => {
                self.on_fd(*row, words, shown, |fd| Call::Getpeername { fd })
            }
            Command::Send(row, bytes) => self.on_fd(*row, words, shown, |fd| Call::Send {
                fd,
                data: Payload::Bytes(bytes.clone()),
            }),
            Command::Urgent(row, byte) => self.on_fd(*row, words, shown, |fd| Call::SendUrgent {
                fd,
                byte: *byte,
            }),
            Command::Recv(row, size) => {
                self.on_fd(*row, words, shown, |fd| Call::Recv { fd, size: *size })
            }
            Command::Shutdown(row, how) => {
                self.on_fd(*row, words, shown, |fd| Call::Shutdown { fd, how: *how })
            }
            Command::Set(row, option, value) => {
                self.on_fd(*row, words, shown, |fd| Call::SetOption {
                    fd,
                    option: *option,
                    value: *value,
                })
            }
        }
    }

    fn connect(&mut self, row: Row, words: Command, shown: &[Row]) -> Result<Record, Refusal> {
        let fd = self.open_fd(row)?;
        let state = self.known(row)?;
        if !state.is_client() {
            return Err(Refusal::FarEndCannot(row, "connect"));
        }
        let addr = state.current().addr.clone();
        let addr = addr.ok_or(Refusal::NoSocketYet(row))?;
        Ok(self.single(row, Call::Connect { fd, addr }, words, shown))
    }

    /// Registers a socket with the poll at once, perhaps too early.
    fn register(&mut self, row: Row, words: Command, shown: &[Row]) -> Result<Record, Refusal> {
        self.open_fd(row)?;
        let op = match self.known(row)?.asked() {
            Some(_) => CtlOp::Modify,
            None => CtlOp::Add,
        };
        let mut record = self.begin(Cause::Command(words));
        self.control(&mut record, row, op);
        Ok(self.finish(record, shown))
    }

    fn interest(
        &mut self,
        row: Row,
        interest: Interest,
        words: Command,
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
}
