//! What a watched program did, as lines.

use super::stage;
use crate::model::call::{CallFact, CalledBy};
use crate::model::clean;
use crate::model::command::OnOff;
use crate::model::ids::Row;
use crate::model::notation;
use crate::model::readiness::joined;
use crate::model::record::{Answer, Cause, Change, Event, Record, StageChange};
use crate::model::socket::Stage;
use crate::model::task::{Blindness, Doing, ProgramWords, Task, TaskChange, TaskFact};
use crate::model::world::World;
use crate::words::{prose, signals};
use std::fmt::Write;
use std::time::Duration;

/// A record of a watched program, with the world after it; `steps` is how many steps there were, with this one.
pub fn record(world: &World, record: &Record, steps: u32) -> String {
    let mut text = String::new();
    let head = match record.cause {
        Cause::Step(_) => format!("step {steps}. "),
        _ => String::new(),
    };
    for (index, fact) in record.calls.iter().enumerate() {
        let head = if index == 0 { head.as_str() } else { "" };
        let _ = writeln!(text, "{head}{}{}", who(world, fact), call(fact));
    }
    if record.calls.is_empty() && !head.is_empty() {
        let _ = writeln!(text, "{}", head.trim_end());
    }
    for change in &record.changes {
        if let Change::ByHand { row, switch } = change {
            let key = match switch {
                OnOff::On => "change hand on",
                OnOff::Off => "change hand off",
            };
            let row = row.to_string();
            let _ = writeln!(text, "{}", prose::fill(prose::say(key), &[("{who}", &row)]));
        }
    }
    for event in &record.events {
        let _ = writeln!(text, "reported: {}", told(event));
    }
    let (by_ends, by_calls): (Vec<_>, Vec<_>) =
        (record.stages.iter()).partition(|change| is_by_an_end(record, change));
    for change in by_calls {
        let _ = writeln!(text, "{}", stage(change));
    }
    for row in news(world, record) {
        let _ = writeln!(text, "{row}");
    }
    for said in &record.said {
        text.push_str(&says(world, said));
    }
    for fact in &record.tasks {
        if let Some(line) = task(world, fact) {
            let _ = writeln!(text, "{line}");
        }
    }
    for change in by_ends {
        let _ = writeln!(text, "{}", stage(change));
    }
    text
}

/// Whether a socket was closed by the end of a process or by exec(2), and not by a call of this record.
fn is_by_an_end(record: &Record, change: &StageChange) -> bool {
    let ends =
        |fact: &TaskFact| matches!(fact.what, TaskChange::Ended(_) | TaskChange::Runs { .. });
    change.stage == Stage::Closed
        && record.tasks.iter().any(ends)
        && !record.calls.iter().any(|fact| closes(fact, change.row))
}

/// Whether a call may have closed this row.
fn closes(fact: &CallFact, row: Row) -> bool {
    match fact.name() {
        "close" => fact.row == Some(row),
        "close_range" | "dup2" | "dup3" => true,
        _ => false,
    }
}

/// Whether more than one thread is there, so that each must be named.
fn are_several(world: &World) -> bool {
    let tasks = world.tasks().values();
    let living = tasks.filter(|state| !matches!(state.doing, Doing::Ended(_)));
    living.take(2).count() > 1
}

fn who(world: &World, fact: &CallFact) -> String {
    match &fact.made {
        None if fact.by == CalledBy::Peer => "the peer: ".to_owned(),
        None if fact.by == CalledBy::Lab => "the lab: ".to_owned(),
        Some(made) if are_several(world) => format!("thread {}: ", made.task),
        _ => String::new(),
    }
}

fn call(fact: &CallFact) -> String {
    let row = fact
        .row
        .map_or_else(String::new, |row| format!("  [socket {row}]"));
    let line = if fact.outcome.is_some() {
        notation::line(fact, &[])
    } else {
        let made = fact.made.as_deref();
        let limit = made.and_then(|made| made.limit);
        let limit = limit.map_or_else(String::new, |limit| format!(": it waits at most {limit:?}"));
        let args = made.map_or("", |made| &made.args);
        format!("{}({args}) has not returned yet{limit}", fact.name())
    };
    clean::text(&format!("{line}{row}"))
}

fn told(event: &Event) -> String {
    use crate::model::readiness::Readiness;
    let words: Vec<&str> = [
        (Readiness::READABLE, "readable"),
        (Readiness::WRITABLE, "writable"),
        (Readiness::PRIORITY, "priority"),
        (Readiness::ERROR, "error"),
        (Readiness::READ_CLOSED, "read closed"),
        (Readiness::WRITE_CLOSED, "write closed"),
    ]
    .into_iter()
    .filter(|(flag, _)| event.readiness.contains(*flag))
    .map(|(_, word)| word)
    .collect();
    format!("{} {}", event.row, words.join(", "))
}

/// What the kernel says now of the sockets of which it said something else before.
fn news(world: &World, record: &Record) -> Vec<String> {
    let looked = record.looks.iter().map(|(row, _)| *row);
    looked.filter_map(|row| kernel(world, row)).collect()
}

fn kernel(world: &World, row: Row) -> Option<String> {
    let state = world.row(row)?;
    if state.stage() == Stage::Closed {
        return None;
    }
    let tcp = state.look.tcp.answer().map(|tcp| tcp.state.name());
    let mask = match state.look.poll {
        Answer::Says(mask) => format!(", poll(2) says {}", joined(&mask)),
        _ => String::new(),
    };
    Some(format!("kernel: {row} {}{mask}", tcp.unwrap_or("no TCP")))
}

fn says(world: &World, said: &ProgramWords) -> String {
    let name = name_of(world, said.process);
    let words = String::from_utf8_lossy(&said.bytes);
    let mut text = String::new();
    for line in words.lines() {
        let _ = writeln!(text, "{name} says: {}", clean::text(line));
    }
    text
}

fn name_of(world: &World, process: u32) -> String {
    let mut tasks = world.tasks().iter();
    let found = tasks.rfind(|(task, _)| task.process == process);
    found.map_or_else(
        || format!("process {process}"),
        |(_, state)| state.name.to_string(),
    )
}

fn task(world: &World, fact: &TaskFact) -> Option<String> {
    let TaskFact { task, what } = fact;
    // A wrapper, such as a script that looks for its interpreter, starts many programs before the first socket.
    let is_of_a_wrapper = match what {
        TaskChange::Began { .. } | TaskChange::Runs { .. } => true,
        TaskChange::Ended(_) => *task != Task::FIRST,
        TaskChange::Held { .. } => false,
        // That nothing goes on any more is said as a whole.
        TaskChange::Waits { .. } | TaskChange::GoesOn => return None,
    };
    if is_of_a_wrapper && world.rows_ever() == 0 {
        return None;
    }
    let name = name_of(world, task.process);
    let thread = match are_several(world) {
        true => format!("thread {task} of {name}"),
        false => name.clone(),
    };
    Some(match what {
        TaskChange::Began { .. } if *task == Task::FIRST => return None,
        TaskChange::Began { pid, .. } if task.thread == 1 => {
            format!("process {} is new: {name}, pid {pid}", task.process)
        }
        TaskChange::Began { tid, .. } => format!("{thread} is new, tid {tid}"),
        TaskChange::Runs { name } => {
            format!("process {} runs {} now", task.process, clean::text(name))
        }
        TaskChange::Held { name, args, .. } => {
            clean::text(&format!("held: {thread} is about to call {name}({args})"))
        }
        TaskChange::Waits { .. } | TaskChange::GoesOn => return None,
        TaskChange::Ended(end) if task.thread > 1 => {
            format!("thread {task} of {name} has ended: {}", signals::how(*end))
        }
        TaskChange::Ended(end) => format!("{name} has ended: {}", signals::how(*end)),
    })
}

/// The calls in which threads are: `connect(3, 127.0.0.1:80)`.
fn in_calls(world: &World) -> String {
    let several = are_several(world);
    let calls = world.tasks().iter().filter_map(|(task, state)| {
        let Doing::InCall {
            name, args, limit, ..
        } = &state.doing
        else {
            return None;
        };
        let who = if several {
            format!("thread {task} in ")
        } else {
            String::new()
        };
        let limit = limit.map_or_else(String::new, |limit| format!(", at most {limit:?}"));
        Some(clean::text(&format!("{who}{name}({args}){limit}")))
    });
    calls.collect::<Vec<_>>().join("; ")
}

/// That nothing goes on by itself.
pub fn stuck(world: &World) -> String {
    prose::fill(prose::say("watch stuck"), &[("{calls}", &in_calls(world))])
}

/// That the program was ended after its limit, and what it was at.
pub fn late(world: &World, limit: Duration, is_stuck: bool) -> String {
    let calls = in_calls(world);
    let words = match (is_stuck, calls.is_empty()) {
        (true, _) => prose::say("watch late stuck"),
        (false, false) => prose::say("watch late waits"),
        (false, true) => prose::say("watch late runs"),
    };
    let limit = format!("{limit:?}");
    prose::fill(words, &[("{limit}", &limit), ("{calls}", &calls)])
}

/// That a program does not get the rights of its file.
pub fn set_uid(program: &str) -> String {
    prose::fill(prose::say("watch set-uid"), &[("{program}", program)])
}

/// That a program does not look for leaks.
pub fn leaks(program: &str) -> String {
    prose::fill(prose::say("watch leaks"), &[("{program}", program)])
}

/// What cannot be seen of a program, and why.
pub fn blindness(how: Blindness) -> String {
    match how {
        Blindness::NoDuplicates(errno) => prose::fill(
            prose::say("watch no-duplicates"),
            &[("{errno}", &errno.to_string())],
        ),
        Blindness::Closed => prose::say("watch closed").to_owned(),
    }
}
