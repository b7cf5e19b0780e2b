//! What the chosen socket sent and received, newest first, as text and in hex.

use super::frame::Frame;
use super::paint::{cut, heading, put};
use super::theme;
use crate::app::model::{Model, Pane};
use crate::model::clean;
use crate::narrate::bytes::{dump, transfers};
use crate::words::join::plural;
use crate::words::prose;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

/// So many bytes of one transfer are written out in hex.
const MAX_BYTES: usize = 256;

/// Draws it.
pub(super) fn pane(frame: &mut Frame<'_>, area: Rect, model: &Model) {
    let title = model.chosen_row().map_or_else(
        || "BYTES".to_owned(),
        |row| format!("BYTES of {} {}, newest first", row.row, row.label()),
    );
    heading(frame, area, model, Some(Pane::Bytes), &[(3, &title)]);
    let width = usize::from(area.width).saturating_sub(2);
    let per_line = if width >= 78 { 16 } else { 8 };
    let mut lines: Vec<(String, bool)> = Vec::new();
    for transfer in transfers(model.history.records(), model.chosen) {
        let text = clean::excerpt(&transfer.head, width.saturating_sub(40).max(20));
        lines.push((
            format!("{:<12} {:<24} {text}", transfer.when, transfer.what),
            true,
        ));
        let shown = &transfer.head[..transfer.head.len().min(MAX_BYTES)];
        lines.extend(
            dump(shown, per_line)
                .into_iter()
                .map(|line| (format!("  {line}"), false)),
        );
        if transfer.count > shown.len() {
            lines.push((
                format!(
                    "  ... and {} more",
                    plural(transfer.count - shown.len(), "byte")
                ),
                false,
            ));
        }
    }
    if lines.is_empty() {
        lines.push((prose::say("bytes none").to_owned(), false));
    }
    let room = usize::from(area.height.saturating_sub(1));
    let skip = model
        .zoom
        .unwrap_or(0)
        .min(lines.len().saturating_sub(room));
    for (y, (line, strong)) in (1..).zip(lines.iter().skip(skip).take(room)) {
        let style = if *strong {
            theme::text(model).add_modifier(Modifier::BOLD)
        } else {
            theme::text(model)
        };
        put(frame, area, 1, y, &cut(line, width), style);
    }
}
