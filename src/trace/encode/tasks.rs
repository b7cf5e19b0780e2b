//! What happened to the threads of a watched program, into lines.

use crate::model::clean;
use crate::model::task::{ProgramWords, TaskChange, TaskEnd, TaskFact};
use crate::trace::line::{SaidLine, TaskLine};

pub(in crate::trace) fn task(fact: &TaskFact) -> TaskLine<'_> {
    let TaskFact { task, what } = fact;
    let line = |word: &'static str| TaskLine {
        what: word.into(),
        task: task.to_string().into(),
        ..TaskLine::default()
    };
    match what {
        TaskChange::Began { pid, tid, name } => TaskLine {
            pid: Some(*pid),
            tid: Some(*tid),
            name: Some((**name).into()),
            ..line("began")
        },
        TaskChange::Runs { name } => TaskLine {
            name: Some((**name).into()),
            ..line("runs")
        },
        TaskChange::Held { row, name, args } => TaskLine {
            socket: row.map(|row| row.0),
            name: Some((**name).into()),
            args: Some((**args).into()),
            ..line("held")
        },
        TaskChange::Waits { name, limit } => TaskLine {
            name: Some((**name).into()),
            limit_us: limit.and_then(|limit| u64::try_from(limit.as_micros()).ok()),
            ..line("waits")
        },
        TaskChange::GoesOn => line("goes-on"),
        TaskChange::Ended(TaskEnd::Exit(code)) => TaskLine {
            exit: Some(*code),
            ..line("ended")
        },
        TaskChange::Ended(TaskEnd::Signal(number)) => TaskLine {
            signal: Some(*number),
            ..line("ended")
        },
    }
}

pub(in crate::trace) fn said(said: &ProgramWords) -> SaidLine<'_> {
    let ProgramWords { process, fd, bytes } = said;
    SaidLine {
        process: *process,
        fd: fd.0,
        bytes: clean::escape_bytes(bytes).into(),
    }
}
