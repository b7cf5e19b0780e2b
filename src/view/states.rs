//! The state diagram of the chosen socket, with its path lit: `=>` walked, `->` not walked, `[ ]` here now.

use super::frame::Frame;
use super::paint::{heading, put, wrap};
use super::theme;
use crate::app::model::{Model, Pane};
use crate::model::record::Role;
use crate::model::socket::{Attempt, Mode, Stage};
use crate::model::world::RowState;
use crate::narrate::ledger;
use crate::narrate::stages;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

const LINE: [Stage; 5] = [
    Stage::Created,
    Stage::NonBlocking,
    Stage::ConnectAttempted,
    Stage::Pending,
    Stage::Writable,
];

/// A piece of the diagram and whether the socket stands there now, has been there, or not.
struct DiagramPiece {
    text: String,
    lit: Highlight,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Highlight {
    Here,
    Walked,
    Not,
}

/// Draws it.
pub(super) fn pane(frame: &mut Frame<'_>, area: Rect, model: &Model) {
    let Some(row) = model.chosen_row() else {
        return heading(frame, area, model, Some(Pane::States), &[(3, "STAGES")]);
    };
    let title = format!("STAGES of {} {}", row.row, row.label());
    let mut parts: Vec<(u16, &str)> = vec![(3, &title)];
    let legend = "=> walked   -> not walked   [ ] here now";
    if area.height > 2 && usize::from(area.width) > title.len() + legend.len() + 10 {
        parts.push((area.width - legend.len() as u16 - 4, legend));
    }
    heading(frame, area, model, Some(Pane::States), &parts);
    let line = if area.height > 2 { 2 } else { 1 };
    let pieces = pieces(row, usize::from(area.width) - 1);
    let mut column = 1;
    let mut line = line;
    for piece in &pieces {
        if area.height > 4 && column + piece.text.len() as u16 > area.width {
            (column, line) = (4, line + 1);
        }
        let style = match piece.lit {
            Highlight::Here => {
                theme::stage(model, row.stage()).add_modifier(Modifier::BOLD | Modifier::REVERSED)
            }
            Highlight::Walked => theme::text(model).add_modifier(Modifier::BOLD),
            Highlight::Not => theme::text(model),
        };
        put(frame, area, column, line, &piece.text, style);
        column += piece.text.len() as u16;
    }
    if area.height > 4 {
        let words = wrap(&stages::meaning(row).text, usize::from(area.width) - 2);
        let below = 5 + words.len() as u16;
        for (line, text) in (4..).zip(words) {
            put(frame, area, 1, line, &text, theme::text(model));
        }
        ledger(frame, area, model, below);
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

fn pieces(row: &RowState, width: usize) -> Vec<DiagramPiece> {
    let attempt = row.current();
    if !row.is_client() {
        return peer_end(row);
    }
    let mut steps: Vec<(Stage, String)> = Vec::new();
    let named = row.name().is_some();
    if named {
        let word = if width < 92 { "name" } else { "resolving" };
        steps.push((Stage::Resolving, word.to_owned()));
    }
    let over = matches!(
        attempt.stage,
        Stage::Connected | Stage::Error | Stage::Closed
    );
    for stage in LINE {
        let skipped = match row.mode {
            Mode::NonBlocking => false,
            // It asks by itself: nobody registers, and nobody hints.
            Mode::ConnectEx => stage == Stage::Pending || stage == Stage::Writable,
            // The wait is inside connect(), or inside poll(); nobody registers.
            Mode::Blocking => stage == Stage::NonBlocking || stage == Stage::Pending,
            Mode::Timeout(_) => stage == Stage::Pending,
        };
        if skipped && !attempt.walked.contains(stage) {
            continue;
        }
        if over && !attempt.walked.contains(stage) && stage != Stage::Created {
            continue;
        }
        let word = if named && width < 92 && stage == Stage::ConnectAttempted {
            "attempted"
        } else {
            stage.word()
        };
        steps.push((stage, word.to_owned()));
    }
    let mut pieces = Vec::new();
    for (index, (stage, word)) in steps.iter().enumerate() {
        if index > 0 {
            pieces.push(arrow(attempt, *stage));
        }
        pieces.push(place(attempt, *stage, word));
    }
    end(attempt, &mut pieces);
    pieces
}

/// The peer's own short path.
fn peer_end(row: &RowState) -> Vec<DiagramPiece> {
    let attempt = row.current();
    let path: &[Stage] = match row.role {
        Role::Accepted { .. } => &[Stage::Accepted],
        _ if attempt.walked.contains(Stage::Created) => &[Stage::Created, Stage::Listening],
        _ => &[Stage::Listening],
    };
    let mut pieces = Vec::new();
    let after = [Stage::Error, Stage::Closed].map(|stage| (stage, attempt.walked.contains(stage)));
    let walked = after
        .iter()
        .filter(|(_, walked)| *walked)
        .map(|(stage, _)| *stage);
    for (index, stage) in path.iter().copied().chain(walked).enumerate() {
        if index > 0 {
            pieces.push(arrow(attempt, stage));
        }
        let word = match stage {
            Stage::Created => "bound",
            stage => stage.word(),
        };
        pieces.push(place(attempt, stage, word));
    }
    pieces
}

fn end(attempt: &Attempt, pieces: &mut Vec<DiagramPiece>) {
    let reached = [Stage::Connected, Stage::Error]
        .into_iter()
        .filter(|stage| attempt.walked.contains(*stage));
    let mut any = false;
    for stage in reached {
        any = true;
        pieces.push(arrow(attempt, stage));
        pieces.push(place(attempt, stage, stage.word()));
    }
    if attempt.walked.contains(Stage::Closed) {
        any = true;
        pieces.push(arrow(attempt, Stage::Closed));
        pieces.push(place(attempt, Stage::Closed, Stage::Closed.word()));
    }
    if !any {
        pieces.push(DiagramPiece {
            text: "->".to_owned(),
            lit: Highlight::Not,
        });
        pieces.push(DiagramPiece {
            text: "connected/error".to_owned(),
            lit: Highlight::Not,
        });
    }
}

fn arrow(attempt: &Attempt, to: Stage) -> DiagramPiece {
    let walked = attempt.walked.contains(to);
    DiagramPiece {
        text: if walked { "=>" } else { "->" }.to_owned(),
        lit: if walked {
            Highlight::Walked
        } else {
            Highlight::Not
        },
    }
}

fn place(attempt: &Attempt, stage: Stage, word: &str) -> DiagramPiece {
    if attempt.stage == stage {
        return DiagramPiece {
            text: format!("[{word}]"),
            lit: Highlight::Here,
        };
    }
    let lit = if attempt.walked.contains(stage) {
        Highlight::Walked
    } else {
        Highlight::Not
    };
    DiagramPiece {
        text: word.to_owned(),
        lit,
    }
}
