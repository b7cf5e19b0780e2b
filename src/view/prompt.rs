//! The line that is typed, with what was wrong with it, and what can be done: over the last lines above the footer.

use super::frame::Frame;
use super::paint::{heading, put, rule, wrap};
use super::theme;
use crate::app::model::Model;
use crate::app::overlay::{Prompt, PromptKind};
use crate::app::palette::{self, PaletteEntry};
use ratatui::layout::{Position, Rect};
use ratatui::style::{Modifier, Style};
use ratatui::widgets::Clear;
use unicode_width::UnicodeWidthStr;

/// What stands below the line that is typed.
struct Below {
    lines: Vec<(String, Style)>,
    /// The chosen one of them is to be seen: how many lines stand above its end.
    seen: usize,
}

/// What was wrong, what the last word could become, and what can be done or typed.
fn below(model: &Model, prompt: &Prompt, width: usize) -> Below {
    let plain = theme::text(model);
    let bold = plain.add_modifier(Modifier::BOLD);
    let styled = |text: &str, style: Style| -> Vec<(String, Style)> {
        let lines = wrap(text, width).into_iter();
        lines.map(|line| (line, style)).collect()
    };
    let mut lines = Vec::new();
    if let Some(error) = &prompt.error {
        lines.extend(styled(error, bold));
    } else if !prompt.candidates.is_empty() {
        lines.extend(styled(&prompt.candidates.join("  "), plain));
    }
    let mut seen = 0;
    if prompt.asks != PromptKind::Command {
        if lines.is_empty() {
            lines.extend(styled(prompt.asks.hint(), plain));
        }
        return Below { lines, seen };
    }
    for (at, entry) in palette::entries(model, prompt.input.value())
        .iter()
        .enumerate()
    {
        let is_chosen = prompt.chosen == Some(at);
        let style = if is_chosen {
            plain.add_modifier(Modifier::REVERSED)
        } else {
            plain
        };
        lines.extend(
            of_entry(entry, is_chosen, width)
                .into_iter()
                .map(|line| (line, style)),
        );
        if is_chosen {
            seen = lines.len();
        }
    }
    if lines.is_empty() {
        lines.extend(styled(prompt.asks.hint(), plain));
    }
    Below { lines, seen }
}

/// `> c      calls connect() again  connect 3`, or what would be refused and why.
fn of_entry(entry: &PaletteEntry, is_chosen: bool, width: usize) -> Vec<String> {
    const TEXT_AT: usize = 10;
    let says = match (&entry.refused, &entry.line) {
        (Some(why), _) => format!("{}: not now. {}", entry.words, capital(why)),
        (None, Some(line)) => format!("{}   :{line}", entry.words),
        (None, None) => entry.words.clone(),
    };
    let mark = if is_chosen { '>' } else { ' ' };
    let mut head = format!("{mark} {:<8}", entry.key);
    wrap(&says, width.saturating_sub(TEXT_AT))
        .into_iter()
        .map(|line| {
            let line = format!("{head}{line}");
            head = " ".repeat(TEXT_AT);
            line
        })
        .collect()
}

fn capital(text: &str) -> String {
    let mut text = text.to_owned();
    if let Some(first) = text.get_mut(0..1) {
        first.make_ascii_uppercase();
    }
    text
}

/// Draws it.
pub(super) fn pane(frame: &mut Frame<'_>, area: Rect, model: &Model, prompt: &Prompt) {
    let width = usize::from(area.width).saturating_sub(2);
    let Below { lines, seen } = below(model, prompt, width);
    let height = (lines.len().saturating_add(2)).min(usize::from(area.height)) as u16;
    let place = Rect {
        y: area.bottom().saturating_sub(height),
        height,
        ..area
    };
    frame.render_widget(Clear, place);
    let plain = theme::text(model);
    let room = usize::from(height.saturating_sub(2));
    let skip = seen.saturating_sub(room);
    if prompt.asks == PromptKind::Command {
        let title = match model.chosen_row() {
            Some(row) => format!("WHAT CAN BE DONE NOW  {} {}", row.row, row.label()),
            None => "WHAT CAN BE DONE NOW".to_owned(),
        };
        heading(frame, place, model, None, &[(3, &title)]);
    } else {
        rule(frame, place, model, plain);
    }
    let label = match prompt.asks.label() {
        ":" => ": ".to_owned(),
        label => format!("{label}: "),
    };
    let bold = plain.add_modifier(Modifier::BOLD);
    put(frame, place, 1, 1, &label, bold);
    let at = 1 + label.width();
    let space = width.saturating_sub(at);
    let scroll = prompt.input.visual_scroll(space);
    let shown: String = skip_cells(prompt.input.value(), scroll);
    put(frame, place, at as u16, 1, &shown, plain);
    let cursor = at + prompt.input.visual_cursor().saturating_sub(scroll);
    let x = (place.x + cursor as u16).min(place.right().saturating_sub(1));
    frame.set_cursor_position(Position { x, y: place.y + 1 });
    for (line, (text, style)) in (2..).zip(lines.iter().skip(skip).take(room)) {
        put(frame, place, 1, line, text, *style);
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
