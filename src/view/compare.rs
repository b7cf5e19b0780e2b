//! Two recordings in two columns: the facts of one step, and a sign where they differ.

use super::frame::Frame;
use super::layout::SMALLEST;
use super::paint::{cut, put, put_within, wrap};
use super::title;
use crate::app::compare::Comparison;
use crate::language::keys::{self, Action};
use crate::narrate::compare::FactPair;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

/// Draws the whole screen.
pub fn draw(frame: &mut Frame<'_>, comparison: &Comparison) {
    let area = frame.area();
    if area.width < SMALLEST.0 || area.height < SMALLEST.1 {
        return title::too_small(frame, area);
    }
    let bold = Style::new().add_modifier(Modifier::BOLD);
    let bar = bold.add_modifier(Modifier::REVERSED);
    let width = usize::from(area.width);
    put(frame, area, 0, 0, &" ".repeat(width), bar);
    put(frame, area, 0, 0, &cut(&head(comparison), width - 1), bar);
    let half = (area.width - 5) / 2;
    let columns = [3, 3 + half + 2];
    for ((x, name), side) in columns.iter().zip(&comparison.names).zip(["A", "B"]) {
        let text = format!("{side}  {name}");
        let text = cut(&text, usize::from(half));
        put(
            frame,
            area,
            *x,
            1,
            &text,
            bold.add_modifier(Modifier::UNDERLINED),
        );
    }
    facts(frame, area, comparison, columns, half);
    let below = area.height - 2;
    put(
        frame,
        area,
        1,
        below,
        &cut(&words(comparison), width - 2),
        bold,
    );
    let footer = keys::said(
        " {key tick} forward  {key back} back  {key first-difference} first difference  {key quit} quit",
    );
    put(frame, area, 0, below + 1, &footer, Style::new());
}

fn head(comparison: &Comparison) -> String {
    let last = comparison.steps.len().saturating_sub(1);
    match comparison.step() {
        Some(both) => format!(
            " sockstep   RECORD {} of {last}: {}   TWO RECORDINGS   {}",
            both.n,
            both.title,
            if both.differs() {
                "they differ here"
            } else {
                "the same"
            }
        ),
        None => " sockstep   TWO RECORDINGS without a record".to_owned(),
    }
}

/// Where the first difference is, or a message.
fn words(comparison: &Comparison) -> String {
    if let Some(notice) = &comparison.notice {
        return notice.clone();
    }
    match comparison.first_difference() {
        None => "Nothing differs in any record.".to_owned(),
        Some(first) if first == comparison.at => "This is the first difference.".to_owned(),
        Some(first) => format!(
            "The first difference is in record {first}: {} goes there.",
            keys::label(Action::FirstDifference)
        ),
    }
}

fn facts(frame: &mut Frame<'_>, area: Rect, comparison: &Comparison, columns: [u16; 2], half: u16) {
    let Some(both) = comparison.step() else {
        return;
    };
    let bottom = area.height - 3;
    let mut line = 3;
    for pair in both.pairs.iter().skip(comparison.scroll) {
        let sides =
            [&pair.a, &pair.b].map(|side| wrap(&fact_of(pair, side.as_deref()), usize::from(half)));
        let height = sides.iter().map(Vec::len).max().unwrap_or(1) as u16;
        if line + height > bottom + 1 {
            put(frame, area, 3, bottom, "... DOWN shows more", Style::new());
            return;
        }
        let style = if pair.differs() {
            put(
                frame,
                area,
                0,
                line,
                "!=",
                Style::new().add_modifier(Modifier::BOLD),
            );
            Style::new().add_modifier(Modifier::BOLD)
        } else {
            Style::new()
        };
        for (x, text) in columns.iter().zip(&sides) {
            for (y, part) in (line..).zip(text) {
                put_within(frame, area, *x, y, usize::from(half), part, style);
            }
        }
        line += height;
    }
}

fn fact_of(pair: &FactPair, side: Option<&str>) -> String {
    match side {
        Some(value) => format!("{}: {value}", pair.subject),
        None => "-".to_owned(),
    }
}
