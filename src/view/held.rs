//! HELD: which call of the watched program waits for a key; with several threads THREADS: what each of them does.

use super::frame::Frame;
use super::paint::{cut, heading, put};
use super::theme;
use crate::app::model::Model;
use crate::derive::waits;
use crate::language::duration::write_duration;
use crate::model::clean;
use crate::model::task::{Doing, Task, TaskState};
use crate::words::prose;
use crate::words::signals;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use std::time::Duration;

/// So many threads have a line.
const MOST: usize = 3;

/// How many lines it wants without its heading.
pub(super) fn wanted(model: &Model) -> u16 {
    let living = waits::living(model.world()).count();
    living.clamp(1, MOST) as u16
}

/// Draws it; where there is one line alone it is that of the chosen thread, without a heading.
pub(super) fn pane(frame: &mut Frame<'_>, area: Rect, model: &Model) {
    if area.height == 0 {
        return;
    }
    let world = model.world();
    let is_bare = area.height == 1;
    let room = usize::from(area.height - u16::from(!is_bare));
    let chosen = model.task();
    let all: Vec<(Task, &TaskState)> = waits::living(world).collect();
    let many = all.len() > 1;
    // The chosen one is always among those that are seen.
    let at = all.iter().position(|(task, _)| Some(*task) == chosen);
    let first = at.map_or(0, |at| (at + 1).saturating_sub(room));
    let shown: Vec<&(Task, &TaskState)> = all.iter().skip(first).take(room).collect();
    if !is_bare {
        let title = match (many, all.len() > room) {
            (false, _) => "HELD".to_owned(),
            (true, false) => "THREADS".to_owned(),
            (true, true) => format!(
                "THREADS {}-{} of {}",
                first + 1,
                first + shown.len(),
                all.len()
            ),
        };
        heading(frame, area, model, None, &[(3, &title)]);
    }
    let begin = u16::from(!is_bare);
    if all.is_empty() {
        put(frame, area, 2, begin, &over(model), theme::text(model));
    }
    for (y, (task, state)) in (begin..).zip(shown) {
        let is_chosen = Some(*task) == chosen;
        let sign = if is_chosen { '>' } else { ' ' };
        let name = clean::text(&state.name);
        let who = match many {
            true => format!("{task} {name}"),
            false => name,
        };
        let text = format!("{sign} {who}  {}", doing(model, state));
        let mut style = theme::text(model);
        if is_chosen {
            style = style.add_modifier(Modifier::BOLD);
        }
        let text = cut(&text, usize::from(area.width));
        put(frame, area, 0, y, &text, style);
    }
}

/// What stands there when no thread is left.
fn over(model: &Model) -> String {
    let first = model.world().tasks().get(&Task::FIRST);
    match first.map(|state| (&state.name, &state.doing)) {
        Some((name, Doing::Ended(end))) => {
            let values = [
                ("{name}", &*clean::text(name)),
                ("{how}", &*signals::how(*end)),
                ("{with}", ""),
            ];
            prose::fill(prose::say("program ended"), &values)
        }
        _ => String::new(),
    }
}

/// What a thread does now, with the clock of its call.
fn doing(model: &Model, state: &TaskState) -> String {
    match &state.doing {
        Doing::Held {
            row, name, args, ..
        } => {
            let row = row.map_or_else(String::new, |row| format!("{row} "));
            format!(
                "is about to call  {row}{}({})",
                clean::text(name),
                clean::text(args)
            )
        }
        Doing::InCall {
            name,
            args,
            since_us,
            limit,
        } => {
            let call = format!("{}({})", clean::text(name), clean::text(args));
            match model.is_now() {
                true => format!("in {call} for {}{}", clock(model, *since_us), of(*limit)),
                false => format!("in {call}, which had not returned"),
            }
        }
        Doing::Waits { name, limit, .. } => {
            let name = clean::text(name);
            match limit {
                None => format!("sleeps in {name}(), which concerns no socket here"),
                Some(limit) => {
                    format!("sleeps in {name}(), for {} at most", write_duration(*limit))
                }
            }
        }
        Doing::Runs => "runs, and is in no call that is held here".to_owned(),
        Doing::Ended(_) => "has ended".to_owned(),
    }
}

/// ` of 5s`: the limit beside the clock of a call that has one.
pub(super) fn of(limit: Option<Duration>) -> String {
    limit.map_or_else(String::new, |limit| {
        format!(" of {}", write_duration(limit))
    })
}

/// `0:07`
pub(super) fn clock(model: &Model, since_us: u64) -> String {
    let now = u64::try_from(model.now.as_micros()).unwrap_or(u64::MAX);
    let seconds = now.saturating_sub(since_us) / 1_000_000;
    format!("{}:{:02}", seconds / 60, seconds % 60)
}
