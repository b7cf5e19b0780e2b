//! The very first screen: nothing has happened yet. It stands where the calls will be, so that nothing jumps.

use super::frame::Frame;
use super::paint::{cut, heading, put};
use super::theme;
use crate::app::model::{Model, Pane};
use ratatui::layout::Rect;

/// Whether the shown moment is the beginning.
pub(super) fn is_shown(model: &Model) -> bool {
    model.lesson.is_none() && model.history.record().is_none_or(|record| record.n == 0)
}

fn is_lab(model: &Model) -> bool {
    model.world().present().all(|row| row.peer().is_some())
}

/// Draws it.
pub(super) fn pane(frame: &mut Frame<'_>, area: Rect, model: &Model) {
    heading(frame, area, model, Some(Pane::Calls), &[(3, "START HERE")]);
    if let Some(recorded) = &model.recorded {
        let header = &model.place.header;
        let made = format!(
            "Made on {} {} by {}, at {} local time.",
            header.os,
            header.kernel,
            header.program,
            model.clock(0)
        );
        let lines = [
            cut(
                &format!("This is a recording: {}", recorded.name),
                usize::from(area.width) - 2,
            ),
            cut(&made, usize::from(area.width) - 2),
            "No socket is opened now, and no call is made: you see what was seen then.".to_owned(),
            "SPACE shows the next record, LEFT the one before, HOME and END the ends.".to_owned(),
        ];
        for (line, text) in (1..).zip(&lines) {
            put(frame, area, 1, line, text, theme::text(model));
        }
        return;
    }
    let safety = if is_lab(model) {
        "The sockets are real. Nothing leaves this machine until you add a target (a)."
    } else {
        "The sockets are real: SPACE will send packets to the targets you gave."
    };
    let lines = [
        "Nothing has happened yet: there is no socket, and no call was made.",
        "Press SPACE. Each press is one tick: it asks the kernel once for events,",
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
pub(super) fn short_words(model: &Model) -> [String; 2] {
    if model.recorded.is_some() {
        return [
            "This is a recording. No socket is opened now:".to_owned(),
            "you see what was seen then.".to_owned(),
        ];
    }
    [
        "SPACE is one tick: it asks once for events, then each".to_owned(),
        "socket makes its one next call. The sockets are real.".to_owned(),
    ]
}
