//! The board as a graph, where there is room for its branches: the verdict at once, the early event, the error.
//!
//! ```text
//!  created => non-blocking => connect attempted => pending =========> writable => connected
//!                                                  3                  1* 2* 4*
//!                                |                 ^                  |   |
//!                                |                 '-- early event ---'   '-> error
//!                                '-> at once: connected, or error
//! ```

use super::super::frame::Frame;
use super::super::paint::put;
use super::super::theme;
use super::{Highlight, numbers};
use crate::app::model::Model;
use crate::derive::board;
use crate::model::socket::{Attempt, Mode, Stage};
use crate::model::world::{BoardSide, RowState};
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

/// The width of the drawing, and its height.
const SIZE: (u16, u16) = (91, 5);

/// Where the word of each stage stands: column, line.
const PLACES: [(Stage, u16, u16); 8] = [
    (Stage::Created, 2, 0),
    (Stage::NonBlocking, 13, 0),
    (Stage::ConnectAttempted, 29, 0),
    (Stage::Pending, 50, 0),
    (Stage::Writable, 68, 0),
    (Stage::Connected, 80, 0),
    (Stage::Error, 76, 3),
    (Stage::Closed, 76, 4),
];

/// Whether there is room for it.
pub(super) fn fits(area: Rect) -> bool {
    area.width >= SIZE.0 && area.height >= SIZE.1 + 2
}

/// Draws it, and says how many lines it took.
pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, row: &RowState) -> u16 {
    let attempt = row.current();
    let world = model.world();
    for (stage, column, line) in PLACES {
        let place = board::place(world, stage, BoardSide::Program);
        let lit = Highlight::of(attempt, stage);
        if stage == Stage::Closed && place.count == 0 && lit == Highlight::Not {
            continue;
        }
        let style = lit.style(model, stage);
        match lit {
            Highlight::Here => {
                put(
                    frame,
                    area,
                    column - 1,
                    line,
                    &format!("[{}]", stage.word()),
                    style,
                );
            }
            Highlight::Walked | Highlight::Not => {
                put(frame, area, column, line, stage.word(), style);
            }
        }
        // The numbers stand below the words of the first line, and behind the others.
        let behind = column + stage.word().len() as u16 + 2;
        let at = match line {
            0 => (column, 1),
            line => (behind, line),
        };
        let next = PLACES
            .iter()
            .find(|(_, next, on)| *on == 0 && line == 0 && *next > column);
        let end = next.map_or(area.width, |(_, next, _)| next - 1);
        numbers(
            frame,
            area,
            model,
            at,
            usize::from(end.saturating_sub(at.0)),
            &place,
        );
    }
    let name = board::place(world, Stage::Resolving, BoardSide::Program);
    if name.count > 0 {
        put(
            frame,
            area,
            2,
            3,
            "a name is looked up:",
            theme::text(model),
        );
        numbers(frame, area, model, (23, 3), 8, &name);
    }
    arrows(frame, area, model, attempt);
    SIZE.1
}

/// Every way between two places: lit if the chosen socket has gone it.
fn arrows(frame: &mut Frame<'_>, area: Rect, model: &Model, attempt: &Attempt) {
    let plain = theme::text(model);
    let been = |stage| attempt.walked.contains(stage);
    let style = |walked: bool| -> Style {
        if walked {
            plain.add_modifier(Modifier::BOLD)
        } else {
            plain
        }
    };
    let mut way = |column: u16, line: u16, text: &str, walked: bool| {
        put(frame, area, column, line, text, style(walked));
    };
    let along = |walked: bool| if walked { "=>" } else { "->" };
    let over = |stage: Stage| been(Stage::Connected) || been(Stage::Error) || been(stage);
    way(
        10,
        0,
        along(been(Stage::NonBlocking)),
        been(Stage::NonBlocking),
    );
    let attempted = been(Stage::NonBlocking) && been(Stage::ConnectAttempted);
    way(26, 0, along(attempted), attempted);
    way(47, 0, along(been(Stage::Pending)), been(Stage::Pending));
    let hinted = been(Stage::Writable);
    way(58, 0, if hinted { "=======>" } else { "------->" }, hinted);
    let proved = been(Stage::Connected) && been(Stage::Pending);
    way(77, 0, along(proved), proved);
    // What waits inside its call, or in poll(2) behind it, has not got there at once.
    let waits = matches!(attempt.mode, Mode::Blocking | Mode::Timeout(_));
    let at_once = over(Stage::Connected) && !been(Stage::Pending) && attempted && !waits;
    way(31, 2, "|", at_once);
    way(31, 3, "|", at_once);
    way(31, 4, "'-> at once: connected, or error", at_once);
    let early = hinted && attempt.stage == Stage::Pending;
    way(52, 2, "^", early);
    way(69, 2, "|", early);
    way(52, 3, "'- early event --'", early);
    let failed = been(Stage::Error) && been(Stage::Pending);
    way(72, 2, "|", failed);
    way(72, 3, "'->", failed);
}
