//! The board in two lines: the stages, and the numbers below them.
//!
//! ```text
//!  created=>non-blocking=>connect attempted=>pending=>[writable]->connected/error
//!                                            3         1* 2* 4*
//! ```

use super::super::frame::Frame;
use super::super::paint::put;
use super::super::theme;
use super::{Highlight, numbers};
use crate::app::model::Model;
use crate::derive::board::{self, BoardPlace};
use crate::model::record::Role;
use crate::model::socket::{Attempt, Stage};
use crate::model::world::{BoardSide, RowState, World};
use ratatui::layout::Rect;
use ratatui::style::Modifier;

/// One stage of the line: what leads to it, and its word.
struct Step {
    arrow: &'static str,
    stage: Stage,
    word: &'static str,
}

impl Step {
    fn width(&self, attempt: &Attempt) -> usize {
        let here = if attempt.stage == self.stage { 2 } else { 0 };
        self.arrow.len() + self.word.len() + here
    }
}

/// Draws it, and says how many lines it took.
pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, row: &RowState) -> u16 {
    let attempt = row.current();
    let side = match row.is_client() {
        true => BoardSide::Program,
        false => BoardSide::Peers,
    };
    let steps = steps(model.world(), row, usize::from(area.width) - 1);
    let mut column = 1;
    let mut places: Vec<(u16, BoardPlace)> = Vec::new();
    let plain = theme::text(model);
    for step in &steps {
        let lit = Highlight::of(attempt, step.stage);
        let style = match lit {
            Highlight::Not => plain,
            Highlight::Walked | Highlight::Here => plain.add_modifier(Modifier::BOLD),
        };
        put(frame, area, column, 0, step.arrow, style);
        column += step.arrow.len() as u16;
        let word = match lit {
            Highlight::Here => format!("[{}]", step.word),
            Highlight::Walked | Highlight::Not => step.word.to_owned(),
        };
        let place = board::place(model.world(), step.stage, side);
        if place.count > 0 {
            places.push((column + u16::from(lit == Highlight::Here), place));
        }
        put(frame, area, column, 0, &word, lit.style(model, step.stage));
        column += word.len() as u16;
    }
    for (index, (column, place)) in places.iter().enumerate() {
        let next = places
            .get(index + 1)
            .map_or(area.width, |(next, _)| next - 1);
        let room = usize::from(next.saturating_sub(*column));
        numbers(frame, area, model, (*column, 1), room, place);
    }
    2
}

/// The stages in a line of this width; what is said in fewer words is said so only where there is no room.
fn steps(world: &World, row: &RowState, width: usize) -> Vec<Step> {
    if !row.is_client() {
        return of_a_peer(row);
    }
    let attempt = row.current();
    let forms = [("resolving", "connect attempted"), ("name", "attempted")];
    let mut steps = Vec::new();
    for (name, attempted) in forms {
        steps = of_a_client(world, row, name, attempted);
        if steps.iter().map(|step| step.width(attempt)).sum::<usize>() <= width {
            break;
        }
    }
    steps
}

fn of_a_client(
    world: &World,
    row: &RowState,
    name: &'static str,
    attempted: &'static str,
) -> Vec<Step> {
    let attempt = row.current();
    let stands = |stage| world.count_at(stage, BoardSide::Program) > 0;
    let mut steps: Vec<Step> = Vec::new();
    for stage in board::WALK {
        let word = match stage {
            Stage::Resolving if row.name().is_none() && !stands(stage) => continue,
            Stage::Resolving => name,
            Stage::ConnectAttempted => attempted,
            Stage::Closed if attempt.stage != stage && !stands(stage) => continue,
            stage => stage.word(),
        };
        let been = |stage| attempt.walked.contains(stage);
        let from = steps.last().is_some_and(|step| been(step.stage));
        let arrow = match stage {
            _ if steps.is_empty() => "",
            Stage::Error | Stage::Closed => "/",
            Stage::Connected if from && (been(stage) || been(Stage::Error)) => "=>",
            _ if from && been(stage) => "=>",
            _ => "->",
        };
        steps.push(Step { arrow, stage, word });
    }
    steps
}

/// The peer's own short path.
fn of_a_peer(row: &RowState) -> Vec<Step> {
    let attempt = row.current();
    let path: &[Stage] = match row.role {
        Role::Accepted { .. } => &[Stage::Accepted],
        _ if attempt.walked.contains(Stage::Created) => &[Stage::Created, Stage::Listening],
        _ => &[Stage::Listening],
    };
    let after = [Stage::Error, Stage::Closed];
    let walked = after
        .into_iter()
        .filter(|stage| attempt.walked.contains(*stage));
    let mut steps: Vec<Step> = Vec::new();
    for stage in path.iter().copied().chain(walked) {
        let arrow = match (steps.is_empty(), attempt.walked.contains(stage)) {
            (true, _) => "",
            (false, true) => "=>",
            (false, false) => "->",
        };
        let word = match stage {
            Stage::Created => "bound",
            stage => stage.word(),
        };
        steps.push(Step { arrow, stage, word });
    }
    steps
}
