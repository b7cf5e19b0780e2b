//! The lab wire of the chosen socket: a ladder of calls, packets and states between the two kernels, what each side knows, what is in
//! the user's hand, and what to think about.
//!
//! ```text
//!  YOUR PROGRAM CLIENT KERNEL |          THE WIRE           | SERVER KERNEL SERVER
//!  connect = EINPROGRESS      |                             |
//!                    SYN-SENT |-1 SYN seq 0---------------->| SYN-RECV *
//!                             |HELD<=[2 SYN+ACK seq 0 ack 1]| sent 3 times
//!  pending           SYN-SENT |  < what each side knows >   | SYN-RECV not accepted
//! ── HELD 1 ──────────────────────────────────────────────────────────────────────
//! > 2 SYN+ACK from server  seq 0 ack 1  3 copies, 14:11:06 to 14:11:09
//! ```

mod foot;
mod ladder;

use super::frame::Frame;
use super::paint::{heading, put, wrap};
use super::story::StoryText;
use super::theme;
use crate::app::model::{Model, Pane};
use crate::model::socket::Stage;
use crate::model::wire::places::WirePlace;
use crate::model::world::RowState;
use crate::words::prose;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

/// Where the columns stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct PacketColumns {
    /// The time of day, if there is room for it.
    time: bool,
    /// The client's program and kernel.
    left: (u16, usize),
    /// The wire, between two bars.
    wire: (u16, usize),
    /// The server's kernel and program.
    right: (u16, usize),
}

/// So many cells the time of day takes.
const TIME: u16 = 10;

impl PacketColumns {
    fn of(width: u16) -> PacketColumns {
        let time = width >= 110;
        let begin = if time { TIME } else { 0 };
        let rest = usize::from(width.saturating_sub(begin + 2));
        let (wire, left) = if width < 80 { (33, 60) } else { (40, 54) };
        let wire = (rest * wire / 100).min(64);
        let left = (rest - wire) * left / 100;
        let at = begin + left as u16 + 1;
        PacketColumns {
            time,
            left: (begin, left),
            wire: (at, wire),
            right: (at + wire as u16 + 1, rest - wire - left),
        }
    }
}

/// Draws it.
pub(super) fn pane(frame: &mut Frame<'_>, area: Rect, model: &Model, story: &StoryText) {
    let row = model.wire_row();
    let title = row.map_or_else(|| "WIRE".to_owned(), |row| title(model, row, area.width));
    heading(frame, area, model, Some(Pane::Wire), &[(3, &title)]);
    let Some(row) = row else {
        return nobody(frame, area, model);
    };
    let columns = PacketColumns::of(area.width);
    let plan = foot::FootLayout::of(area, model, row, story);
    let foot = plan.height();
    let room = area.height.saturating_sub(2 + foot);
    head(frame, area, model, columns);
    let ladder_rows = Rect {
        y: area.y + 2,
        height: room,
        ..area
    };
    ladder::ladder_rows(frame, ladder_rows, model, row, columns);
    let below = Rect {
        y: area.y + 2 + room,
        height: foot.min(area.height.saturating_sub(2)),
        ..area
    };
    foot::lines(frame, below, model, (row, story), (columns, plan));
}

/// What stands on the wire, and on which socket the other keys act if it is not the client.
fn title(model: &Model, row: &RowState, width: u16) -> String {
    let head = format!("WIRE of {} {}", row.row, row.label());
    if model.chosen != row.row
        && let Some(chosen) = model.chosen_row()
    {
        let label = chosen.label();
        return format!("{head}, other keys act on {} {label}", chosen.row);
    }
    let rules = model.world().wire.rules.list();
    let words = match (row.wire().map(|target| target.place), width) {
        (Some(WirePlace::Silent), _) => prose::say("wire-pane swallowed"),
        (Some(WirePlace::Gone), _) if row.stage() == Stage::Connected => {
            prose::say("wire-pane vanished")
        }
        _ if !rules.is_empty() => prose::say("wire-pane ruled"),
        (_, ..80) => prose::say("wire-pane held narrow"),
        _ => prose::say("wire-pane held"),
    };
    format!("{head}: {words}")
}

fn nobody(frame: &mut Frame<'_>, area: Rect, model: &Model) {
    let text = prose::say("wire-pane nobody");
    let text = model.notice.as_deref().unwrap_or(text);
    for (y, line) in (2..).zip(wrap(text, usize::from(area.width) - 2)) {
        put(frame, area, 1, y, &line, theme::text(model));
    }
}

fn head(frame: &mut Frame<'_>, area: Rect, model: &Model, columns: PacketColumns) {
    let bold = theme::text(model).add_modifier(Modifier::BOLD);
    let (left, right) = match (columns.left.1, columns.right.1) {
        (..25, _) => (["PROGRAM", "KERNEL"], ["KERNEL", "SERVER"]),
        (25..30, _) | (_, ..30) => (["YOUR PROGRAM", "KERNEL"], ["SERVER KERNEL", "SERVER"]),
        _ => (
            ["YOUR PROGRAM", "CLIENT KERNEL"],
            ["SERVER KERNEL", "SERVER PROGRAM"],
        ),
    };
    if columns.time {
        put(frame, area, 1, 1, "TIME", bold);
    }
    let (at, width) = columns.left;
    put(frame, area, at + 1, 1, left[0], bold);
    let end = at + width as u16 - 1;
    put(frame, area, end - left[1].len() as u16, 1, left[1], bold);
    let (at, width) = columns.wire;
    put(
        frame,
        area,
        at + (width as u16 - 8) / 2,
        1,
        "THE WIRE",
        bold,
    );
    let (at, width) = columns.right;
    put(frame, area, at + 1, 1, right[0], bold);
    let end = at + width as u16;
    put(frame, area, end - right[1].len() as u16, 1, right[1], bold);
    bars(frame, area, model, columns, 1);
}

/// The two kernels' sides of the wire.
fn bars(frame: &mut Frame<'_>, area: Rect, model: &Model, columns: PacketColumns, y: u16) {
    let bar = if model.place.unicode { "\u{2502}" } else { "|" };
    let style = theme::style(model, theme::Hue::Heading);
    put(frame, area, columns.wire.0 - 1, y, bar, style);
    put(
        frame,
        area,
        columns.wire.0 + columns.wire.1 as u16,
        y,
        bar,
        style,
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_columns_fill_every_width_and_do_not_overlap() {
        for width in 60..300 {
            let columns = PacketColumns::of(width);
            let begin = if columns.time { TIME } else { 0 };
            assert_eq!(columns.left.0, begin);
            assert_eq!(columns.wire.0, begin + columns.left.1 as u16 + 1);
            assert_eq!(columns.right.0, columns.wire.0 + columns.wire.1 as u16 + 1);
            assert_eq!(columns.right.0 + columns.right.1 as u16, width);
            assert!(columns.right.1 >= 14, "{width}: {columns:?}");
        }
    }
}
