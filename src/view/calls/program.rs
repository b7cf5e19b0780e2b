//! The calls of a watched program: the last ones, each with its step, and what the program said between them.

use super::super::frame::Frame;
use super::super::held::{clock, of};
use super::super::paint::{cells, cut, heading, put};
use super::super::theme;
use crate::app::model::{Model, Pane};
use crate::model::call::CallFact;
use crate::model::clean;
use crate::model::ids::Row;
use crate::model::notation;
use crate::model::record::{Cause, Record};
use crate::model::task::Task;
use crate::view::layout::LayoutKind;
use ratatui::layout::Rect;
use std::collections::BTreeMap;
use std::time::Duration;

/// So many records are looked through for the last calls.
const MOST: usize = 300;

/// A line of the log.
struct ProgramLine {
    /// The step that let it go; what is said has none.
    step: Option<u64>,
    row: Option<Row>,
    task: Option<Task>,
    text: String,
    /// When it began, if it has not returned.
    since_us: Option<u64>,
    /// The longest that it waits then, if it was given a limit.
    limit: Option<Duration>,
}

/// Draws as many of the last ones as there is room for.
pub(in crate::view) fn pane(frame: &mut Frame<'_>, area: Rect, model: &Model, shape: LayoutKind) {
    if area.height == 0 {
        return;
    }
    let lines = lines(model);
    let is_bare = area.height < 3 && shape == LayoutKind::Narrow;
    let room = usize::from(area.height - u16::from(!is_bare));
    let shown = &lines[lines.len().saturating_sub(room)..];
    if !is_bare {
        let title = match (shown.len() < lines.len(), shape) {
            (false, _) => "CALLS".to_owned(),
            (true, LayoutKind::Narrow) => format!("CALLS, last {}", shown.len()),
            (true, _) => format!("CALLS, last {}, :calls shows all", shown.len()),
        };
        heading(frame, area, model, Some(Pane::Calls), &[(3, &title)]);
    }
    let begin = u16::from(!is_bare);
    if shown.is_empty() {
        put(frame, area, 4, begin, "no call yet", theme::text(model));
    }
    let many = model.world().tasks().len() > 1;
    for (y, line) in (begin..).zip(shown) {
        put_line(frame, area, y, model, line, many);
    }
}

fn put_line(
    frame: &mut Frame<'_>,
    area: Rect,
    y: u16,
    model: &Model,
    line: &ProgramLine,
    many: bool,
) {
    let plain = theme::text(model);
    let width = usize::from(area.width);
    let is_new = line.step == Some(model.world().step) && line.step.is_some();
    let style = if is_new { theme::changed(plain) } else { plain };
    let step = line.step.map_or_else(String::new, |step| step.to_string());
    let row = line.row.map_or_else(String::new, |row| row.to_string());
    put(frame, area, 0, y, &format!("{step:>3} {row:>2}"), style);
    let mut side = match line.since_us {
        Some(since) if model.is_now() => {
            let clock = clock(model, since);
            format!("has not returned: {clock}{}", of(line.limit))
        }
        Some(_) => "had not returned".to_owned(),
        None => String::new(),
    };
    if let Some(task) = line.task.filter(|_| many) {
        let gap = if side.is_empty() { "" } else { "  " };
        side = format!("{side}{gap}{task}");
    }
    let beside = cells(&side);
    let room = width.saturating_sub(7 + beside + usize::from(beside > 0) * 2);
    put(frame, area, 7, y, &cut(&line.text, room), style);
    let at = width.saturating_sub(beside) as u16;
    put(frame, area, at, y, &side, plain);
}

/// The last lines, oldest first. A call that returned later stands where it returned, under the step that let it go.
fn lines(model: &Model) -> Vec<ProgramLine> {
    let records = model.history.records();
    let first = records.len().saturating_sub(MOST);
    let records = &records[first..];
    let is_step = |record: &Record| matches!(record.cause, Cause::Step(_));
    let steps = records.iter().filter(|record| is_step(record)).count() as u64;
    let mut step = model.world().step.saturating_sub(steps);
    let mut lines: Vec<ProgramLine> = Vec::new();
    let mut under_way: BTreeMap<u64, Option<u64>> = BTreeMap::new();
    for record in records {
        step += u64::from(is_step(record));
        for fact in &record.calls {
            let began = fact.id.and_then(|id| under_way.remove(&id));
            let of = began.unwrap_or_else(|| (step > 0).then_some(step));
            if let (Some(id), None) = (fact.id, &fact.outcome) {
                under_way.insert(id, of);
            }
            lines.retain(|line| began.is_none() || line.since_us.is_none() || line.step != of);
            lines.push(of_call(fact, of, record.at_us));
        }
        lines.extend(said(model, record));
    }
    lines
}

fn of_call(fact: &CallFact, step: Option<u64>, at_us: u64) -> ProgramLine {
    let made = fact.made.as_ref();
    let text = match fact.outcome {
        Some(_) => format!("{}{}", notation::whose(fact.by), notation::line(fact, &[])),
        None => format!(
            "{}({}) ...",
            fact.name(),
            made.map_or("", |made| &made.args)
        ),
    };
    ProgramLine {
        step,
        row: fact.row,
        task: made.map(|made| made.task),
        text: clean::text(&text),
        since_us: fact.outcome.is_none().then_some(at_us),
        limit: made.and_then(|made| made.limit),
    }
}

/// What the program said behind the calls of a record.
fn said(model: &Model, record: &Record) -> Vec<ProgramLine> {
    let tasks = model.world().tasks();
    let mut lines = Vec::new();
    for words in &record.said {
        let mut of = tasks
            .iter()
            .filter(|(task, _)| task.process == words.process);
        let name = of.next_back().map_or("", |(_, state)| &*state.name);
        let text = String::from_utf8_lossy(&words.bytes);
        lines.extend(text.lines().map(|line| ProgramLine {
            step: None,
            row: None,
            task: None,
            text: clean::text(&format!("{name} says: {line}")),
            since_us: None,
            limit: None,
        }));
    }
    lines
}
