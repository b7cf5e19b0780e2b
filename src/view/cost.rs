//! What asking costs on this machine: the report of the measuring, and how far it is.

use super::frame::Frame;
use super::paint::{cut, heading, put};
use super::theme;
use crate::app::model::Model;
use crate::language::keys::{self, Action};
use ratatui::layout::Rect;

/// How far it can be scrolled.
pub(super) fn most(area: Rect, text: &str) -> usize {
    let room = usize::from(area.height.saturating_sub(1));
    text.lines().count().saturating_sub(room)
}

/// Draws it.
pub(super) fn pane(
    frame: &mut Frame<'_>,
    area: Rect,
    model: &Model,
    text: &str,
    (done, all): (usize, usize),
    scroll: usize,
) {
    let title = if done < all || all == 0 {
        format!(
            "COST  measuring {done} of {all}, {} ends it",
            keys::label(Action::Escape)
        )
    } else {
        keys::said("COST of asking, measured just now   {key escape} closes")
    };
    heading(frame, area, model, None, &[(3, &title)]);
    let lines: Vec<&str> = text.lines().collect();
    let room = usize::from(area.height.saturating_sub(1));
    let skip = scroll.min(lines.len().saturating_sub(room));
    for (y, line) in (1..).zip(lines.iter().skip(skip).take(room)) {
        let line = cut(line, usize::from(area.width));
        put(frame, area, 0, y, &line, theme::text(model));
    }
}
