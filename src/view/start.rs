//! The very first screen: nothing has happened yet. It stands where the calls will be, so that nothing jumps.

use super::frame::Frame;
use super::paint::{cut, heading, put};
use super::theme;
use crate::app::model::{Model, Pane};
use crate::words::prose;
use ratatui::layout::Rect;

/// Whether the shown moment is the beginning.
pub(super) fn is_shown(model: &Model) -> bool {
    model.lesson.is_none()
        && !model.is_watched()
        && model.history.record().is_none_or(|record| record.n == 0)
}

fn is_lab(model: &Model) -> bool {
    model.world().present().all(|row| row.peer().is_some())
}

/// Draws it.
pub(super) fn pane(frame: &mut Frame<'_>, area: Rect, model: &Model) {
    heading(frame, area, model, Some(Pane::Calls), &[(3, "START HERE")]);
    if let Some(recorded) = &model.recorded {
        let header = &model.place.header;
        let values = [
            ("{name}", recorded.name.as_str()),
            ("{os}", &header.os),
            ("{kernel}", &header.kernel),
            ("{program}", &header.program),
            ("{at}", &model.clock(0)),
        ];
        let width = usize::from(area.width) - 2;
        for (line, text) in (1..).zip(prose::say("start recording").lines()) {
            let text = prose::fill(text, &values);
            let text = cut(&text, width);
            put(frame, area, 1, line, &text, theme::text(model));
        }
        return;
    }
    let safety = match is_lab(model) {
        true => prose::say("start safe"),
        false => prose::say("start targets"),
    };
    let lines: Vec<&str> = match area.width {
        ..80 => prose::say("start narrow").lines().collect(),
        _ => prose::say("start").lines().chain([safety]).collect(),
    };
    for (line, text) in (1..).zip(lines) {
        put(frame, area, 1, line, text, theme::text(model));
    }
}

/// The same for a narrow screen, where it stands among the words.
pub(super) fn short_words(model: &Model) -> Vec<String> {
    let words = match model.recorded {
        Some(_) => prose::say("start short recording"),
        None => prose::say("start short"),
    };
    words.lines().map(str::to_owned).collect()
}
