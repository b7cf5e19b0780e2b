//! The board: the stages with the path of the chosen socket lit (`=>` walked, `->` not walked, `[ ]` here now), and under each of them the
//! numbers of all sockets that stand there, with a star behind whoever came there just now.

mod graph;
mod line;

use super::frame::Frame;
use super::paint::{heading, put, wrap};
use super::theme;
use crate::app::model::{Model, Pane};
use crate::derive::board::BoardPlace;
use crate::model::socket::{Attempt, Stage};
use crate::narrate::{ledger, stages};
use crate::words::board;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

/// Whether the chosen socket stands at a stage, has been there, or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Highlight {
    Here,
    Walked,
    Not,
}

impl Highlight {
    fn of(attempt: &Attempt, stage: Stage) -> Highlight {
        match (attempt.stage == stage, attempt.walked.contains(stage)) {
            (true, _) => Highlight::Here,
            (false, true) => Highlight::Walked,
            (false, false) => Highlight::Not,
        }
    }

    fn style(self, model: &Model, stage: Stage) -> Style {
        match self {
            Highlight::Here => {
                theme::stage(model, stage).add_modifier(Modifier::BOLD | Modifier::REVERSED)
            }
            Highlight::Walked => theme::text(model).add_modifier(Modifier::BOLD),
            Highlight::Not => theme::text(model),
        }
    }
}

/// Draws it.
pub(super) fn pane(frame: &mut Frame<'_>, area: Rect, model: &Model) {
    let Some(row) = model.chosen_row() else {
        return heading(frame, area, model, Some(Pane::States), &[(3, "STAGES")]);
    };
    let title = format!("STAGES of {} {}", row.row, row.label());
    let mut parts: Vec<(u16, &str)> = vec![(3, &title)];
    let legend = "=> walked   -> not walked   [ ] here now   * came there now";
    if area.height > 3 && usize::from(area.width) > title.len() + legend.len() + 10 {
        parts.push((area.width - legend.len() as u16 - 4, legend));
    }
    heading(frame, area, model, Some(Pane::States), &parts);
    let below = Rect {
        y: area.y + 1,
        height: area.height.saturating_sub(1),
        ..area
    };
    let used = if graph::fits(below) && row.is_client() {
        graph::draw(frame, below, model, row)
    } else {
        line::draw(frame, below, model, row)
    };
    if area.height > 4 {
        let mut y = 1 + used + 1;
        for text in wrap(&stages::meaning(row).text, usize::from(area.width) - 2) {
            put(frame, area, 1, y, &text, theme::text(model));
            y += 1;
        }
        ledger(frame, area, model, y + 1);
    }
}

/// The numbers that stand at one place of the board, in at most `room` cells from a column on.
fn numbers(
    frame: &mut Frame<'_>,
    area: Rect,
    model: &Model,
    (column, line): (u16, u16),
    room: usize,
    place: &BoardPlace,
) {
    let mut column = column;
    for number in board::numbers(place, room) {
        let style = match number.moved {
            true => theme::changed(theme::text(model)),
            false => theme::text(model),
        };
        put(frame, area, column, line, &number.text, style);
        column += number.text.len() as u16 + 1;
    }
}

/// Zoomed, there is room for what was read, emptied and armed so far.
fn ledger(frame: &mut Frame<'_>, area: Rect, model: &Model, first: u16) {
    if first + 4 > area.height {
        return;
    }
    let place = Rect {
        y: area.y + first,
        height: area.height - first,
        ..area
    };
    heading(
        frame,
        place,
        model,
        None,
        &[(3, "LEDGER: what asking has read, emptied or armed")],
    );
    let entries = ledger::entries(model.history.records(), model.chosen);
    let room = usize::from(place.height - 1);
    let skip = entries.len().saturating_sub(room);
    for (line, (when, text)) in (1..).zip(&entries[skip..]) {
        put(frame, place, 1, line, when, theme::text(model));
        put(frame, place, 14, line, text, theme::text(model));
    }
}
