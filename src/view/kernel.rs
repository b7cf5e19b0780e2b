//! The kernel's own story of the shown sockets beside what the program may conclude: TCP_INFO and sock_diag, looked at after the
//! record's calls.

use super::frame::Frame;
use super::paint::{cut, heading, put, wrap};
use super::sockets::name_text;
use super::theme;
use crate::app::model::{Model, Pane};
use crate::language::keys;
use crate::narrate::kernel;
use crate::words::prose;
use ratatui::layout::Rect;

/// Where the kernel's column begins, behind the stage. In a side pane the stage is left out: the socket list beside it has it.
const BEHIND_STAGE: u16 = 34;
const SIDE: u16 = 16;
/// Where the stage stands.
const STAGE: u16 = 16;
/// So many cells has a name at least; where a line has room it gets more.
const NAME: u16 = 10;
/// And at most so many more.
const MORE_OF_A_NAME: u16 = 30;

/// Draws it.
pub(super) fn pane(frame: &mut Frame<'_>, area: Rect, model: &Model) {
    let with_stage = area.width >= 80;
    let column = if with_stage { BEHIND_STAGE } else { SIDE };
    let more = match with_stage {
        true => more_of_a_name(area.width, model),
        false => 0,
    };
    let (column, stage) = (column + more, STAGE + more);
    let mut shown = model.listed().skip(model.first).take(64);
    let asked = match shown.any(|row| row.file().is_some()) {
        true => "TCP_INFO, sock_diag, fstat",
        false => "TCP_INFO, sock_diag",
    };
    let mut parts = vec![(3, "KERNEL"), (column, asked)];
    if with_stage {
        parts.push((stage, "your program"));
    }
    heading(frame, area, model, Some(Pane::Kernel), &parts);
    let room = usize::from(area.height.saturating_sub(1));
    let width = usize::from(area.width);
    let plain = theme::text(model);
    let (mut y, foot) = (1, 2);
    for row in model.listed().skip(model.first).take(64) {
        let facts = kernel::facts(row, &|at| model.clock(at));
        let lines: Vec<String> = facts
            .iter()
            .flat_map(|fact| wrap(fact, width - usize::from(column) - 2))
            .collect();
        if usize::from(y) + lines.len() + foot > room + 1 {
            put(
                frame,
                area,
                1,
                y,
                &keys::said("... ({key kernel} shows more)"),
                plain,
            );
            break;
        }
        put(
            frame,
            area,
            1,
            y,
            &format!(
                "{:>3} {}",
                row.row,
                name_text(row, usize::from(NAME + more))
            ),
            plain,
        );
        if with_stage {
            let style = theme::stage(model, row.stage());
            put(
                frame,
                area,
                stage,
                y,
                &cut(row.stage().word(), usize::from(column - stage) - 1),
                style,
            );
        }
        let changed = row.changed_at.look == model.world().n
            && model.world().n > 0
            && kernel::state_changed(row);
        for (index, text) in lines.iter().enumerate() {
            let first = changed && index == 0;
            let (star, style) = if first {
                (" *", theme::changed(plain))
            } else {
                ("", plain)
            };
            put(frame, area, column, y, &format!("{text}{star}"), style);
            y += 1;
        }
    }
    looked_at(frame, area, model);
}

/// By how much a name may be longer than the least, on a line of this width.
fn more_of_a_name(width: u16, model: &Model) -> u16 {
    let longest = u16::try_from(model.world().longest_target).unwrap_or(u16::MAX);
    width
        .saturating_sub(80)
        .min(longest.saturating_sub(NAME))
        .min(MORE_OF_A_NAME)
}

/// When the kernel was asked, below everything.
fn looked_at(frame: &mut Frame<'_>, area: Rect, model: &Model) {
    if let Some(at) = model
        .world()
        .looked_at_us
        .filter(|_| model.world().tick > 0)
    {
        let text = match model.recorded {
            Some(_) => prose::say("looked recorded"),
            None => prose::say("looked live"),
        };
        let text = prose::fill(text, &[("{at}", &model.clock(at))]);
        put(
            frame,
            area,
            1,
            area.height.saturating_sub(1),
            &cut(&text, usize::from(area.width) - 1),
            theme::text(model),
        );
    }
}
