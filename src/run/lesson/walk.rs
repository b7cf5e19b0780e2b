//! A lesson gone through without a learner: what it says, asks and does, as a recording that is made then.

use super::find::FoundLesson;
use crate::engine::Options;
use crate::language::keys;
use crate::language::lesson::LessonPart;
use crate::language::request::Request;
use crate::language::script::ScriptLine;
use crate::model::command::Command;
use crate::model::lesson_mark::LessonMark;
use crate::model::record::Record;
use crate::os;
use crate::run::driver::lines::{self, LineContext, LineResult};
use crate::run::driver::live::LiveDriver;
use crate::run::driver::{Driver, Reply, go_on_if};
use crate::run::recording::LoadedRecording;

/// Runs it: prose and goals become notes, and each question stands before the lines that bring its answer. The lines behind the last
/// goal, which are for its author, are not made.
///
/// # Errors
/// If no session can begin. The inner error is the line that does not hold on this machine, and why.
pub fn walk(
    found: &FoundLesson,
    options: Options,
) -> anyhow::Result<Result<LoadedRecording, String>> {
    let (mut live, packets) = LiveDriver::that_rings(options, Vec::new())?;
    let mut context = LineContext::new(&|| false, &packets);
    let mut records: Vec<Record> = Vec::new();
    let mut take = |reply: Reply<'_>| {
        if let Reply::Made { record, .. } = reply {
            records.push((*record).clone());
        }
        go_on_if(true)
    };
    live.begin(&mut take)?;
    let name = format!("{} {}", found.name, found.lesson.topic);
    for line in as_script(found) {
        match lines::run(&mut live, &line.request, &mut context, &mut take) {
            LineResult::Done => {}
            LineResult::Over | LineResult::Stopped => break,
            LineResult::Failed(why) | LineResult::NotYet(why) => {
                let at = format!("line {}: {}: {why}", line.number, line.text);
                return Ok(Err(format!("the lesson {name} cannot be shown here: {at}")));
            }
        }
    }
    Ok(Ok(LoadedRecording {
        title: format!("lesson {name}"),
        name,
        header: os::system::header(),
        records,
        fault: None,
        doubt: None,
        covered_from: None,
    }))
}

fn as_script(found: &FoundLesson) -> Vec<ScriptLine> {
    let made = |number: usize, command: Command| ScriptLine {
        number,
        text: String::new(),
        request: Request::Act(command),
    };
    let name = format!("{} {}", found.name, found.lesson.topic);
    let mut lines = vec![made(1, Command::Lesson(LessonMark::Begun(name)))];
    let mut asked = 0;
    let parts = &found.lesson.parts;
    for (place, part) in parts.iter().enumerate() {
        match part {
            LessonPart::Say { line, text } => {
                lines.push(made(*line, Command::Note(keys::said(text))));
            }
            LessonPart::Line(line) => lines.push(line.clone()),
            LessonPart::Question(question) => {
                asked += 1;
                let mark = LessonMark::Asked(asked, question.as_lines());
                lines.push(made(question.line, Command::Lesson(mark)));
                lines.extend(question.lines.iter().cloned());
                let seen = LessonMark::Revealed(asked);
                lines.push(made(question.line, Command::Lesson(seen)));
            }
            LessonPart::Goal(goal) => {
                lines.push(made(
                    goal.line,
                    Command::Note(format!("Goal: {}", keys::said(&goal.text))),
                ));
                if place + 1 < parts.len() {
                    lines.extend(goal.solution.iter().cloned());
                }
            }
        }
    }
    lines
}
