//! The line that is typed, with what was wrong with it: over the last lines above the footer.

use super::frame::Frame;
use super::paint::{clear, put, rule, wrap};
use super::theme;
use crate::app::model::Model;
use crate::app::overlay::Prompt;
use ratatui::layout::{Position, Rect};
use ratatui::style::Modifier;
use unicode_width::UnicodeWidthStr;

/// Draws it.
pub(super) fn pane(frame: &mut Frame<'_>, area: Rect, model: &Model, prompt: &Prompt) {
    let width = usize::from(area.width).saturating_sub(2);
    let candidates;
    let (below, faulty) = match &prompt.error {
        Some(error) => (error.as_str(), true),
        None if !prompt.candidates.is_empty() => {
            candidates = prompt.candidates.join("  ");
            (candidates.as_str(), false)
        }
        None => (prompt.asks.hint(), false),
    };
    let words = wrap(below, width);
    let height = (words.len() as u16 + 2).min(area.height.saturating_sub(2));
    let place = Rect {
        y: area.bottom().saturating_sub(height + 1),
        height,
        ..area
    };
    clear(frame, place, model);
    let plain = theme::text(model);
    rule(frame, place, model, plain);
    let label = format!("{}: ", prompt.asks.label());
    let label = if prompt.asks.label() == ":" {
        ": ".to_owned()
    } else {
        label
    };
    put(
        frame,
        place,
        1,
        1,
        &label,
        plain.add_modifier(Modifier::BOLD),
    );
    let at = 1 + label.width();
    let room = width.saturating_sub(at);
    let scroll = prompt.input.visual_scroll(room);
    let shown: String = skip_cells(prompt.input.value(), scroll);
    put(frame, place, at as u16, 1, &shown, plain);
    let cursor = at + prompt.input.visual_cursor().saturating_sub(scroll);
    let x = (place.x + cursor as u16).min(place.right().saturating_sub(1));
    frame.set_cursor_position(Position { x, y: place.y + 1 });
    let style = if faulty {
        plain.add_modifier(Modifier::BOLD)
    } else {
        plain
    };
    for (line, text) in (2..).zip(&words) {
        put(frame, place, 1, line, text, style);
    }
}

fn skip_cells(text: &str, cells: usize) -> String {
    use unicode_width::UnicodeWidthChar;
    let mut passed = 0;
    text.chars()
        .skip_while(|c| {
            let skip = passed < cells;
            passed += c.width().unwrap_or(0);
            skip
        })
        .collect()
}
