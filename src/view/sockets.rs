//! The socket list: what the program may conclude, beside what the kernel says. Only the visible rows are drawn.

mod columns;
mod line;
mod texts;

use super::frame::Frame;
use super::paint::{heading, put};
use super::theme;
use crate::app::model::{Model, Pane};
use crate::language::keys;
use crate::model::world::{ProgramDoes, RowState};
use crate::words::prose;
use columns::{SocketColumns, new_width};
use line::Line;
use ratatui::layout::{Position, Rect};
pub(super) use texts::name_text;

/// Draws it.
pub(super) fn pane(frame: &mut Frame<'_>, area: Rect, model: &Model) {
    let columns = SocketColumns::of(model, usize::from(area.width));
    let fresh = super::start::is_shown(model);
    head(frame, area, model, &columns, fresh);
    let room = usize::from(area.height.saturating_sub(1));
    let list: Vec<&RowState> = model.listed().skip(model.first).take(room).collect();
    if list.is_empty() {
        let is_early = model
            .lesson
            .as_ref()
            .is_some_and(|run| run.waits_for_question());
        let text = if is_early {
            "no sockets yet"
        } else if !model.filter.is_empty() {
            "no socket passes the filter: {key escape} takes it off"
        } else if model.is_watched() {
            match model.world().program_does() {
                ProgramDoes::HasEnded => prose::say("watch no-socket ended"),
                ProgramDoes::IsHeld if model.is_now() => prose::say("watch no-socket held"),
                _ => prose::say("watch no-socket"),
            }
        } else {
            "no sockets: {key add} adds one"
        };
        put(frame, area, 2, 1, &keys::said(text), theme::text(model));
    }
    for (line, row) in (1..).zip(list) {
        Line {
            frame,
            area,
            y: line,
            model,
            row,
            columns: &columns,
        }
        .draw();
        if row.row == model.chosen {
            frame.set_cursor_position(Position {
                x: area.x,
                y: area.y + line,
            });
        }
    }
}

fn head(frame: &mut Frame<'_>, area: Rect, model: &Model, columns: &SocketColumns, fresh: bool) {
    let listed = model.listed_count();
    let room = usize::from(area.height.saturating_sub(1));
    let below = listed.saturating_sub(model.first + room);
    let mut title = "SOCKETS".to_owned();
    if model.first > 0 || below > 0 {
        title = format!(
            "SOCKETS {}-{} of {listed}",
            model.first + 1,
            (model.first + room).min(listed)
        );
    }
    let stage_at = columns.stage_at();
    let mut at = stage_at + columns.stage + columns.fact;
    let mut parts: Vec<(u16, &str)> = vec![(3, &title)];
    let program_at = stage_at.max(3 + title.len() + 2);
    let peer_end = if model.recorded.is_some() {
        "peer"
    } else if area.width < 80 {
        "peer (this machine)"
    } else {
        "peer (all on this machine)"
    };
    if fresh {
        parts.push((program_at as u16, "your program"));
        parts.push(((stage_at + new_width(area)) as u16, peer_end));
    } else {
        parts.push((program_at as u16, "your program"));
        let mut shown = model.listed().skip(model.first).take(room);
        // What is no socket has no TCP.
        let kernel = match shown.any(|row| row.file().is_some()) {
            true => "kernel",
            false => "kernel TCP",
        };
        parts.push((at as u16, kernel));
        at += columns.kernel;
        at += columns.fd + columns.port;
        match (columns.fd > 0, columns.port > 0) {
            (true, true) => parts.push(((at - "fd my port".len()) as u16, "fd my port")),
            (true, false) => parts.push(((at - "fd".len()) as u16, "fd")),
            _ => {}
        }
        if columns.so_error > 0 {
            parts.push(((at + 3) as u16, "SO_ERROR"));
        }
    }
    heading(frame, area, model, Some(Pane::Sockets), &parts);
}
