//! What a command, or any other cause, can tell.

use super::{Data, Name, Names};
use crate::model::command::Command;
use crate::model::lesson_mark::LessonMark;
use crate::model::record::Cause;

impl Names for Cause {
    fn names(&mut self, visit: &mut dyn FnMut(Name<'_>)) {
        match self {
            Cause::Command(command) => command.names(visit),
            Cause::Answer | Cause::Step(_) | Cause::Program => {}
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
            Command::Modes(target) | Command::Ways(target) => visit(Name::Target(target)),
            Command::Make(row, make) => make.call_mut().names(&mut |name| {
                visit(match name {
                    Name::Data(data) => Name::Data(Data {
                        row: Some(*row),
                        ..data
                    }),
                    name => name,
                });
            }),
            Command::Note(words)
            | Command::Lesson(LessonMark::Begun(words) | LessonMark::Asked(_, words)) => {
                visit(Name::Words(words));
            }
            Command::Tick { only: _, wait: _ }
            | Command::Mode(_, _)
            | Command::Delete(_)
            | Command::Restart(_)
            | Command::Look
            | Command::Interest(_, _)
            | Command::Connect(_)
            | Command::Register(_)
            | Command::Fill(_)
            | Command::Drain(_)
            | Command::Autodrain(_)
            | Command::Close(_)
            | Command::Reset(_)
            | Command::Deadline(_, _)
            | Command::Race(_, _)
            | Command::Interrupt(_)
            | Command::BadFd(_)
            | Command::Probe
            | Command::Accept(_, _)
            | Command::Listen(_, _)
            | Command::ByHand(_, _)
            | Command::Queue(_, _)
            | Command::Capacity(_)
            | Command::Limit(_)
            | Command::Release(_)
            | Command::Drop(_)
            | Command::Repeat(_)
            | Command::Reorder(_, _, _)
            | Command::Lesson(
                LessonMark::Answered(_, _)
                | LessonMark::Later(_)
                | LessonMark::Voted(_, _)
                | LessonMark::Revealed(_)
                | LessonMark::Reached(_)
                | LessonMark::Staged(_),
            )
            | Command::Rule(_)
            | Command::InjectRst(_, _, _)
            | Command::InjectIcmp(_, _, _) => {}
        }
    }
}
