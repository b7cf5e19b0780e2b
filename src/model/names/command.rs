//! What a command, or any other cause, can tell.

use super::{Data, Name, Names, Way};
use crate::model::command::Command;
use crate::model::record::Cause;

impl Names for Cause {
    fn names(&mut self, visit: &mut dyn FnMut(Name<'_>)) {
        match self {
            Cause::Command(command) => command.names(visit),
            Cause::Answer => {}
            Cause::Unknown(words) => visit(Name::Unknown(words)),
        }
    }
}

impl Names for Command {
    fn names(&mut self, visit: &mut dyn FnMut(Name<'_>)) {
        match self {
            Command::Add(targets) => targets
                .iter_mut()
                .for_each(|target| visit(Name::Target(target))),
            Command::Lanes(target) => visit(Name::Target(target)),
            Command::Send(row, bytes) => visit(Name::Data(Data {
                bytes,
                way: Way::Sent,
                row: Some(*row),
                by: None,
                taken: 0,
            })),
            Command::Urgent(row, byte) => visit(Name::Data(Data {
                bytes: std::slice::from_mut(byte),
                way: Way::Sent,
                row: Some(*row),
                by: None,
                taken: 0,
            })),
            Command::Note(words) => visit(Name::Words(words)),
            Command::Tick { only: _, wait: _ }
            | Command::Delete(_)
            | Command::Restart(_)
            | Command::Look
            | Command::Interest(_, _)
            | Command::Connect(_)
            | Command::Register(_)
            | Command::SoError(_)
            | Command::Getpeername(_)
            | Command::Bulk(_, _)
            | Command::Fill(_)
            | Command::Recv(_, _)
            | Command::Drain(_)
            | Command::Autodrain(_)
            | Command::Shutdown(_, _)
            | Command::Close(_)
            | Command::Reset(_)
            | Command::Set(_, _, _)
            | Command::Deadline(_, _)
            | Command::Interrupt(_)
            | Command::Spoil(_)
            | Command::Hunt
            | Command::Accept(_, _)
            | Command::Listen(_, _)
            | Command::Hand(_, _)
            | Command::Queue(_, _)
            | Command::Capacity(_)
            | Command::Release(_)
            | Command::Drop(_)
            | Command::Repeat(_)
            | Command::Reorder(_, _, _)
            | Command::Rule(_)
            | Command::InjectRst(_, _, _)
            | Command::InjectIcmp(_, _, _) => {}
        }
    }
}
