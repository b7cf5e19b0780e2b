//! The help: the key table itself and the table of words, with a search.

use super::frame::Frame;
use super::paint::{heading, put, wrap};
use super::theme;
use crate::app::keys;
use crate::app::model::Model;
use crate::language::request::Frontend;
use crate::language::verbs;
use crate::language::verbs::Verb;
use ratatui::layout::{Position, Rect};
use ratatui::style::Modifier;
use tui_input::Input;

/// A label with its text, which may take several lines.
fn entry(label: &str, text: &str, width: usize) -> Vec<(String, String)> {
    let mut label = label.to_owned();
    wrap(text, width.saturating_sub(10))
        .into_iter()
        .map(|line| (std::mem::take(&mut label), line))
        .collect()
}

/// The keys that are searched for.
fn keys(wanted: &str, width: usize) -> Vec<(String, String)> {
    let found = |binding: &&keys::Binding| {
        wanted.is_empty()
            || binding.label.to_lowercase() == wanted
            || binding.word.to_lowercase().contains(wanted)
            || binding.help.to_lowercase().contains(wanted)
    };
    keys::TABLE
        .iter()
        .filter(found)
        .flat_map(|binding| entry(binding.label, binding.help, width))
        .collect()
}

/// The words of the `:` prompt that are searched for.
fn words(wanted: &str, width: usize) -> Vec<(String, String)> {
    let found = |verb: &&Verb| {
        wanted.is_empty()
            || verb.usage.to_lowercase().contains(wanted)
            || verb.help.to_lowercase().contains(wanted)
    };
    verbs::of(Frontend::Screen)
        .filter(found)
        .flat_map(|verb| entry(":", &format!("{}. {}", verb.usage, verb.help), width))
        .collect()
}

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
    let mut lines = keys(&wanted, width);
    lines.extend(words(&wanted, width));
    if lines.is_empty() {
        lines.push((
            String::new(),
            "No key and no word does that. Esc clears the search.".to_owned(),
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
