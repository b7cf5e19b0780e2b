//! The timeline: the stages of the sockets, a line a socket and a column a record. Only what is visible is looked up.
//!
//! ```text
//!  -- TIMELINE ---- records 1-14 of 14 ---------
//!             0   1   2   3   m   4
//!                             ^
//!  > 1 @open  .   cre nbl att att pen
//! ```

use super::frame::Frame;
use super::paint::{cut, heading, put, wrap};
use super::theme;
use crate::app::model::{Model, Pane};
use crate::language::keys;
use crate::language::title;
use crate::model::command::Command;
use crate::model::record::{Cause, Record};
use crate::model::world::RowState;
use crate::narrate::stages;
use ratatui::layout::{Position, Rect};
use ratatui::style::{Modifier, Style};

/// The narrowest column: a code and a space.
const COLUMN: usize = 4;

/// Draws it.
pub(super) fn pane(frame: &mut Frame<'_>, area: Rect, model: &Model) {
    let plain = theme::text(model);
    let history = &model.history;
    let shown = history.at();
    // A recording's end is not told before it is reached.
    let count = match model.recorded {
        Some(_) => (shown + 1).min(history.count()),
        None => history.count(),
    };
    let digits = history.live().tick.to_string().len();
    let column = COLUMN.max(digits + 1);
    let names = if area.width < 80 { 14 } else { 20 };
    let room = (usize::from(area.width).saturating_sub(names + 1) / column).max(1);
    // The shown record stands where both what came before and what came after can be seen.
    let oldest = history.dropped();
    let latest = count.saturating_sub(room).max(oldest);
    let first = shown.saturating_sub(room * 2 / 3).clamp(oldest, latest);
    let last = (first + room).min(count);
    let mut title = format!("TIMELINE  records {}-{last} of {count}", first + 1);
    if oldest > 0 {
        title = format!("{title}, {oldest} dropped");
    }
    heading(frame, area, model, Some(Pane::Timeline), &[(3, &title)]);
    let x = |place: usize| (names + (place - first) * column) as u16;
    for place in first..last {
        let style = column_style(plain, place == shown);
        let label = history
            .record_at(place)
            .map_or_else(String::new, |r| kind(r));
        let tick = history.record_at(place).and_then(|record| record.tick);
        let label = tick.map_or(label, |tick| tick.to_string());
        put(frame, area, x(place), 1, &label, style);
        if place == shown {
            put(frame, area, x(place), 2, "^", style);
        }
    }
    put(frame, area, 2, 1, "tick", plain);
    let legend = wrap(&legend(), usize::from(area.width) - 2);
    let lines = usize::from(area.height).saturating_sub(3 + legend.len());
    for (y, row) in (3..).zip(rows(model, lines)) {
        let chosen = row.row == model.chosen;
        let style = if chosen {
            plain.add_modifier(Modifier::BOLD)
        } else {
            plain
        };
        let sign = if chosen { '>' } else { ' ' };
        let name = format!("{sign} {} {}", row.row, row.label());
        put(frame, area, 0, y, &cut(&name, names - 1), style);
        if chosen {
            let (x, y) = (area.x, area.y + y);
            frame.set_cursor_position(Position { x, y });
        }
        for place in first..last {
            let Some(stage) = history.stage_at(row.row, place) else {
                continue;
            };
            let before = place
                .checked_sub(1)
                .and_then(|p| history.stage_at(row.row, p));
            // A stage that was entered here stands out; one that goes on does not.
            let mut style = if before == Some(stage) {
                style
            } else {
                theme::stage(model, stage).add_modifier(Modifier::BOLD)
            };
            style = column_style(style, place == shown);
            put(frame, area, x(place), y, stages::code(stage), style);
        }
    }
    let below = area.height.saturating_sub(legend.len() as u16);
    for (y, text) in (below..).zip(&legend) {
        put(frame, area, 1, y, text, plain);
    }
}

fn column_style(style: Style, is_shown: bool) -> Style {
    if is_shown {
        style.add_modifier(Modifier::REVERSED)
    } else {
        style
    }
}

/// The rows that are visible: the chosen one in their middle, unless all fit.
fn rows(model: &Model, room: usize) -> impl Iterator<Item = &RowState> {
    let before = model
        .listed()
        .take_while(|row| row.row < model.chosen)
        .count();
    let last = model.listed_count().saturating_sub(room);
    let first = before.saturating_sub(room / 2).min(last);
    model.listed().skip(first).take(room)
}

/// What made a record that is no tick.
fn kind(record: &Record) -> String {
    match &record.cause {
        Cause::Answer => "ans".to_owned(),
        Cause::Command(_) if record.n == 0 => "0".to_owned(),
        Cause::Command(Command::Note(_)) => "m".to_owned(),
        Cause::Command(Command::Lesson(_)) => "les".to_owned(),
        Cause::Step(_) => "st".to_owned(),
        Cause::Program => "go".to_owned(),
        Cause::Command(_) | Cause::Unknown(_) => title::words(record, 3).unwrap_or_default(),
    }
}

fn legend() -> String {
    format!(
        "^ shown, m a note, ans an answer, other words are commands. {}. {}",
        stages::legend(),
        keys::said(
            "{key back} and {key forward} move, {key previous-change} and {key next-change} to a change of the chosen socket."
        )
    )
}
