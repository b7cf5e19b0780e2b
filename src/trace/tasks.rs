//! What happened to the threads of a watched program, from lines. Foreign even if we wrote it: every text is cleaned.

use super::fault::{Read, bad, unknown};
use super::field::{need, one_of, row, text, word};
use super::line::{SaidLine, TaskLine};
use crate::model::clean;
use crate::model::ids::Fd;
use crate::model::task::{ProgramWords, Task, TaskChange, TaskEnd, TaskFact};
use std::time::Duration;

pub(super) fn task(line: &TaskLine<'_>) -> Read<TaskFact> {
    let name = || text("name", word("name", line.name.as_ref())?);
    let what = match line.what.as_ref() {
        "began" => TaskChange::Began {
            pid: need("pid", line.pid)?,
            tid: need("tid", line.tid)?,
            name: name()?,
        },
        "runs" => TaskChange::Runs { name: name()? },
        "held" => TaskChange::Held {
            row: line.socket.map(row).transpose()?,
            name: name()?,
            args: text("args", word("args", line.args.as_ref())?)?,
        },
        "waits" => TaskChange::Waits {
            name: name()?,
            limit: line.limit_us.map(Duration::from_micros),
        },
        "goes-on" => TaskChange::GoesOn,
        "ended" => TaskChange::Ended(match (line.exit, line.signal) {
            (Some(code), _) => TaskEnd::Exit(code),
            (None, signal) => TaskEnd::Signal(need("signal", signal)?),
        }),
        other => return Err(unknown("what", other)),
    };
    Ok(TaskFact {
        task: one_of("task", &line.task, Task::parse)?,
        what,
    })
}

pub(super) fn said(line: &SaidLine<'_>) -> Read<ProgramWords> {
    Ok(ProgramWords {
        process: line.process,
        fd: Fd(line.fd),
        bytes: clean::unescape_bytes(&line.bytes).ok_or_else(|| bad("bytes", &line.bytes))?,
    })
}
