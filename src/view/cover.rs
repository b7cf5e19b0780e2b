//! What stands in the place of a pane that is covered.

use super::frame::Frame;
use super::paint::{heading, put};
use super::theme;
use crate::app::model::{Model, Pane};
use ratatui::layout::Rect;

/// What a covered cell shows.
pub(super) const CELL: &str = "? covered";

/// Whether a pane shows nothing but what the kernel knows.
pub(super) fn hides(model: &Model, pane: Pane) -> bool {
    model.history.is_covered()
        && matches!(
            pane,
            Pane::Looks | Pane::Kernel | Pane::Code | Pane::Wire | Pane::Story
        )
}

/// Draws it.
pub(super) fn pane(frame: &mut Frame<'_>, area: Rect, model: &Model, pane: Pane) {
    heading(frame, area, model, Some(pane), &[(3, "covered")]);
    let asks = model.asked_again.as_ref().is_some_and(|asked| asked.is_on);
    let text = if model.lesson.is_some() || asks && !model.history.covers_all() {
        "Covered until the kernel has answered."
    } else {
        "Covered: what the kernel knows. . uncovers it."
    };
    put(frame, area, 1, 1, text, theme::text(model));
}
