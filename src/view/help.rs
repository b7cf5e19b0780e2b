//! The help: the key table itself, with a search.

use super::paint::{heading, put, wrap};
use super::theme;
use crate::app::keys;
use crate::app::model::Model;
use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::Modifier;
use tui_input::Input;

/// Draws it.
pub(super) fn pane(
    frame: &mut Frame<'_>,
    area: Rect,
    model: &Model,
    search: &Input,
    scroll: usize,
) {
    let wanted = search.value().to_lowercase();
    let width = usize::from(area.width);
    let mut lines: Vec<(String, String)> = Vec::new();
    for binding in keys::TABLE {
        let found = wanted.is_empty()
            || binding.label.to_lowercase() == wanted
            || binding.word.to_lowercase().contains(&wanted)
            || binding.help.to_lowercase().contains(&wanted);
        if !found {
            continue;
        }
        for (index, text) in wrap(binding.help, width.saturating_sub(10))
            .into_iter()
            .enumerate()
        {
            let label = if index == 0 {
                binding.label.to_owned()
            } else {
                String::new()
            };
            lines.push((label, text));
        }
    }
    if lines.is_empty() {
        lines.push((
            String::new(),
            "No key does that. Esc clears the search.".to_owned(),
        ));
    }
    let room = usize::from(area.height.saturating_sub(3));
    let first = scroll.min(lines.len().saturating_sub(room));
    let title = format!(
        "KEYS {}-{} of {}",
        first + 1,
        (first + room).min(lines.len()),
        lines.len()
    );
    heading(
        frame,
        area,
        model,
        None,
        &[
            (3, &title),
            (
                26,
                if area.width < 80 {
                    "SPACE scrolls; type to find"
                } else {
                    "up, down, SPACE scroll; type to search"
                },
            ),
        ],
    );
    let plain = theme::text(model);
    let asked = format!("search: {}", search.value());
    put(frame, area, 1, 1, &asked, plain);
    let cursor = (area.x + 9 + search.visual_cursor() as u16).min(area.right().saturating_sub(1));
    frame.set_cursor_position(Position {
        x: cursor,
        y: area.y + 1,
    });
    for (line, (label, text)) in (3..).zip(lines.iter().skip(first).take(room)) {
        put(
            frame,
            area,
            1,
            line,
            label,
            plain.add_modifier(Modifier::BOLD),
        );
        put(frame, area, 9, line, text, plain);
    }
}
