//! What a watched program wrote to its standard output and standard error, from the newest line up.

use super::frame::Frame;
use super::paint::{heading, put, wrap};
use super::theme;
use crate::app::model::{Model, Pane};
use crate::model::clean;
use crate::words::prose;
use ratatui::layout::Rect;

/// So many records are looked through.
const MOST: usize = 2000;

/// Draws it, scrolled from its end.
pub(super) fn pane(frame: &mut Frame<'_>, area: Rect, model: &Model) {
    heading(
        frame,
        area,
        model,
        Some(Pane::Output),
        &[(3, "OUTPUT of the program")],
    );
    let width = usize::from(area.width).saturating_sub(2);
    let room = usize::from(area.height.saturating_sub(1));
    let lines = lines(model, width);
    if lines.is_empty() {
        put(
            frame,
            area,
            1,
            1,
            prose::say("watch silent"),
            theme::text(model),
        );
    }
    let last = lines.len().saturating_sub(room);
    let scroll = model.zoom.unwrap_or(0).min(last);
    let shown = lines.iter().skip(last - scroll).take(room);
    for (y, line) in (1..).zip(shown) {
        put(frame, area, 1, y, line, theme::text(model));
    }
}

/// What it said so far, in lines of this width. A line may have come in pieces.
fn lines(model: &Model, width: usize) -> Vec<String> {
    let records = model.history.records();
    let first = records.len().saturating_sub(MOST);
    let mut text = String::new();
    let said = records[first..].iter().flat_map(|record| &record.said);
    for words in said {
        text.push_str(&String::from_utf8_lossy(&words.bytes));
    }
    let whole = text.lines().map(clean::text);
    whole
        .flat_map(|line| match line.is_empty() {
            true => vec![line],
            false => wrap(&line, width),
        })
        .collect()
}
