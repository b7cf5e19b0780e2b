//! Single commands: what was asked for in words, carried out.

use super::turn::{PerformOptions, Performed, RecordEnd, Turn};
use super::{Refusal, Session};
use crate::model::call::{Call, CtlOp};
use crate::model::command::Command;
use crate::model::ids::Row;
use crate::model::readiness::Interest;
use crate::model::record::{Cause, Change};

impl Session {
    /// Carries out one command: the only way from a command to its record.
    pub fn perform(&mut self, command: &Command, asked: PerformOptions<'_>) -> Performed {
        let mut turn = self.begin(Cause::Command(command.clone()));
        let verdict = match self.world.may(command) {
            Ok(()) => self.carry_out(&mut turn, command, &asked),
            refused => refused,
        };
        self.commit(turn, verdict, asked.shown)
    }

    /// What a command does, as far as it comes: what was done before a refusal stands in the record.
    fn carry_out(
        &mut self,
        turn: &mut Turn,
        command: &Command,
        asked: &PerformOptions<'_>,
    ) -> Result<(), Refusal> {
        match command {
            Command::Tick { only, wait } => return self.tick(turn, *only, *wait, asked),
            Command::Look => turn.end = RecordEnd::Looks,
            Command::Note(_) | Command::Lesson(_) => turn.end = RecordEnd::Words,
            Command::Capacity(limit) => {
                self.poll.limit_events(*limit);
                turn.end = RecordEnd::Words;
            }
            Command::Limit(more) => {
                self.limit_program(*more);
                turn.end = RecordEnd::Words;
            }
            Command::Autodrain(switch) => turn.record.changes.push(Change::Autodrain(*switch)),
            Command::Add(targets) => return self.add(turn, targets),
            Command::Ways(target) => return self.add_ways(turn, target),
            Command::Modes(target) => return self.add_modes(turn, target),
            Command::Mode(row, mode) => return self.set_mode(turn, *row, *mode),
            Command::Delete(row) => return self.delete(turn, *row),
            Command::Restart(row) => return self.restart(turn, *row),
            Command::Release(_)
            | Command::Drop(_)
            | Command::Repeat(_)
            | Command::Reorder(..)
            | Command::Rule(_)
            | Command::InjectRst(..)
            | Command::InjectIcmp(..) => return self.on_the_wire(turn, command),
            Command::Probe => return self.probe_each(turn),
            Command::Accept(row, then) => return self.accept(turn, *row, *then),
            Command::Listen(row, backlog) => return self.listen(turn, *row, *backlog),
            Command::ByHand(row, switch) => return self.set_by_hand(turn, *row, *switch),
            Command::Queue(row, fullness) => return self.queue(turn, *row, *fullness),
            Command::Deadline(row, after) => self.deadline(turn, *row, *after),
            Command::Race(row, delay) => return self.race(turn, *row, *delay),
            Command::Interrupt(row) => return self.interrupt(turn, *row),
            Command::BadFd(row) => return self.close_behind(turn, *row),
            Command::Interest(row, interest) => return self.interest(turn, *row, *interest),
            Command::Register(row) => return self.register(turn, *row),
            Command::Connect(row) => return self.connect(turn, *row),
            Command::Fill(row) => return self.fill(turn, *row),
            Command::Drain(row) => return self.drain(turn, *row),
            Command::Close(row) => return self.close(turn, *row, false),
            Command::Reset(row) => return self.close(turn, *row, true),
            Command::Make(row, make) => {
                // Another thread of the program may end the wait of the first.
                if let Call::Shutdown { how, .. } = make.call() {
                    return self.shut_down(turn, *row, *how);
                }
                if self.acts_beside(turn, *row, make)? {
                    return Ok(());
                }
                return self.single(turn, *row, |fd| make.on(fd));
            }
        }
        Ok(())
    }

    fn connect(&mut self, turn: &mut Turn, row: Row) -> Result<(), Refusal> {
        let fd = self.open_fd(row)?;
        if self.known(row)?.file().is_some() {
            let call = self.connect_of_file(fd);
            self.make(&mut turn.record, row, call);
            return Ok(());
        }
        let addr = self.known(row)?.current().addr.clone();
        let addr = addr.ok_or(Refusal::NoSocketYet(row))?;
        self.make(&mut turn.record, row, Call::Connect { fd, addr });
        Ok(())
    }

    /// Registers a socket with the poll at once, perhaps too early.
    fn register(&mut self, turn: &mut Turn, row: Row) -> Result<(), Refusal> {
        let op = match self.known(row)?.current().registered {
            Some(_) => CtlOp::Modify,
            None => CtlOp::Add,
        };
        self.control(&mut turn.record, row, op);
        Ok(())
    }

    fn interest(&mut self, turn: &mut Turn, row: Row, interest: Interest) -> Result<(), Refusal> {
        let state = self.known(row)?;
        let (id, registered) = (state.current().id, state.current().registered.is_some());
        let record = &mut turn.record;
        if registered {
            self.control_as(record, row, CtlOp::Modify, id, interest);
        } else {
            record.changes.push(Change::Interest { row, interest });
        }
        Ok(())
    }
}
