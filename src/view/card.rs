//! A card: what an errno means, what a correct program does next and what other systems say; or what a call, flag or state is.

use super::paint::{heading, put, wrap};
use super::theme;
use crate::app::model::Model;
use crate::content::cards;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

/// Draws it.
pub(super) fn pane(frame: &mut Frame<'_>, area: Rect, model: &Model, topics: &[String], at: usize) {
    let name = topics.get(at).map_or("", String::as_str);
    let title = if topics.len() > 1 {
        format!("{name}  ({} of {})", at + 1, topics.len())
    } else {
        name.to_owned()
    };
    heading(frame, area, model, None, &[(3, &title)]);
    let width = usize::from(area.width).saturating_sub(4);
    let plain = theme::text(model);
    let mut line = 2;
    for (label, text) in cards::blocks(name) {
        put(
            frame,
            area,
            2,
            line,
            label,
            plain.add_modifier(Modifier::BOLD),
        );
        for text in wrap(&text, width.saturating_sub(12)) {
            put(frame, area, 14, line, &text, plain);
            line += 1;
        }
    }
    if topics.len() > 1 {
        line += 1;
        put(
            frame,
            area,
            2,
            line,
            &format!("more: {}", topics.join("  ")),
            plain,
        );
    }
    let back = if topics.len() > 1 {
        "TAB: the next card. ESC goes back."
    } else {
        "ESC goes back."
    };
    put(frame, area, 2, line + 1, back, plain);
}
