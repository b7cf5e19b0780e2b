//! The very first screen: nothing has happened yet. It stands where the calls will be, so that nothing jumps.

use super::paint::{heading, put};
use super::theme;
use crate::app::model::{Model, Pane};
use ratatui::Frame;
use ratatui::layout::Rect;

/// Whether the shown moment is the beginning.
pub(super) fn is_shown(model: &Model) -> bool {
    model.history.record().is_none_or(|record| record.n == 0)
}

fn is_lab(model: &Model) -> bool {
    model.world().present().all(|row| row.peer().is_some())
}

/// Draws it.
pub(super) fn pane(frame: &mut Frame<'_>, area: Rect, model: &Model) {
    heading(frame, area, model, Some(Pane::Calls), &[(3, "START HERE")]);
    let safety = if is_lab(model) {
        "The sockets are real. Nothing leaves this machine until you add a target (a)."
    } else {
        "The sockets are real: SPACE will send packets to the targets you gave."
    };
    let lines = [
        "Nothing has happened yet: there is no socket, and no call was made.",
        "Press SPACE. Each press is one tick: the program asks the kernel once for news,",
        "then each socket that can go on makes its one next call. Try seven presses.",
        "ENTER: only the socket at > goes on.  LEFT: the tick before. Nothing is lost.",
        safety,
    ];
    let narrow = ["Nothing has happened yet: no socket, no call."];
    let lines: &[&str] = if area.width < 80 { &narrow } else { &lines };
    for (line, text) in (1..).zip(lines) {
        put(frame, area, 1, line, text, theme::text(model));
    }
}

/// The same for a narrow screen, where it stands among the words.
pub(super) fn short_words() -> [String; 2] {
    [
        "SPACE is one tick: ask the kernel once for news, then each".to_owned(),
        "socket makes its one next call. The sockets are real.".to_owned(),
    ]
}
