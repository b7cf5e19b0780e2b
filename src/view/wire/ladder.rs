//! The rows: each a call, a packet between the kernels, or a state that one of them moved to. What changed last stands out.

use super::super::frame::Frame;
use super::super::paint::{cells, cut, put};
use super::super::theme::{self, Hue};
use super::{PacketColumns, bars};
use crate::app::model::Model;
use crate::derive::ladder::{EndChange, LadderPart, LadderRow, Transit};
use crate::model::packet::segment::Direction;
use crate::model::wire::{Due, PacketEntry};
use crate::model::world::RowState;
use crate::narrate::packets;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

/// Draws the newest rows that have room, the oldest of them on top.
pub(super) fn ladder_rows(
    frame: &mut Frame<'_>,
    area: Rect,
    model: &Model,
    row: &RowState,
    columns: PacketColumns,
) {
    let plain = theme::text(model);
    for y in 0..area.height {
        bars(frame, area, model, columns, y);
    }
    let ladder_rows = model.history.ladder(row.row);
    let count = ladder_rows.as_ref().map_or(0, ExactSizeIterator::len);
    let room = usize::from(area.height);
    let skip = count.saturating_sub(room);
    for (y, ladder_row) in (0..).zip(ladder_rows.into_iter().flatten().skip(skip)) {
        let changed = ladder_row.n == model.world().n;
        // With lines above that have no room the first one only says so.
        if y == 0 && skip > 0 {
            let text = format!("... {} before", skip + 1);
            put(frame, area, columns.left.0 + 1, y, &text, plain);
            continue;
        }
        let style = if changed {
            theme::changed(plain)
        } else {
            plain
        };
        one(frame, area, y, model, ladder_row, (columns, style));
    }
    if count == 0 {
        let text = "no packet yet";
        let at = columns.wire.0 + (columns.wire.1 - text.len()) as u16 / 2;
        put(frame, area, at, 0, text, plain);
    }
}

fn one(
    frame: &mut Frame<'_>,
    area: Rect,
    y: u16,
    model: &Model,
    ladder_row: &LadderRow,
    (columns, style): (PacketColumns, Style),
) {
    if columns.time {
        put(frame, area, 1, y, &model.clock(ladder_row.at_us), style);
    }
    let entry = ladder_row
        .transit
        .and_then(|transit| Some((transit, model.world().wire.get(transit.number)?)));
    let n = model.world().n;
    let sent = |direction| {
        entry
            .filter(|(_, entry)| entry.segment.direction == direction)
            .filter(|(transit, _)| transit.sent > 1)
            .map(|(transit, _)| (transit.sent, transit.sent_n == n))
    };
    let moved = |state: Option<(EndChange, u64)>| state.map(|(state, at)| (state, at == n));
    let (at, width) = columns.left;
    if let Some(call) = &ladder_row.client_call {
        put(frame, area, at + 1, y, &cut(call, width - 1), style);
    }
    let left = side(
        sent(Direction::ToServer),
        moved(ladder_row.client_state),
        width - 2,
    );
    let begin = at + (width - 1 - cells(&left)) as u16;
    put(frame, area, begin, y, &left, style);
    let (at, width) = columns.right;
    let right = side(
        sent(Direction::ToClient),
        moved(ladder_row.server_state),
        width - 1,
    );
    put(frame, area, at + 1, y, &right, style);
    if let Some(call) = &ladder_row.server_call {
        let call = cut(call, width - 1);
        let begin = at + (width - cells(&call)) as u16;
        put(frame, area, begin, y, &call, style);
    }
    let Some((transit, entry)) = entry else {
        return;
    };
    let (at, width) = columns.wire;
    let text = transit_text(transit, entry, width, model);
    let held = matches!(transit.part, LadderPart::Held | LadderPart::Waits(_));
    let mut style = if held {
        theme::style(model, Hue::Hint).patch(style)
    } else {
        style
    };
    if held && model.packet() == Some(entry.number) {
        style = style.add_modifier(Modifier::BOLD);
        put(frame, area, columns.left.0, y, ">", style);
    }
    put(frame, area, at, y, &text, style);
}

/// The state that an end moved to, and how often it sent the packet beside it, each with whether that is new: the longest form that fits.
fn side(sent: Option<(u32, bool)>, state: Option<(EndChange, bool)>, width: usize) -> String {
    let mark = |new: bool| if new { " *" } else { "" };
    let state = state.map(|(state, new)| format!("{}{}", state.word(), mark(new)));
    let sent = sent.map(|(times, new)| {
        let mark = mark(new);
        [
            format!("sent {times} times{mark}"),
            format!("x{times}{mark}"),
        ]
    });
    let forms: Vec<String> = match (sent, state) {
        (None, None) => Vec::new(),
        (None, Some(state)) => vec![state],
        (Some(sent), None) => sent.into(),
        (Some([long, short]), Some(state)) => {
            vec![format!("{long} {state}"), format!("{short} {state}"), state]
        }
    };
    let fits = forms.iter().find(|form| form.len() <= width);
    fits.cloned().unwrap_or_else(|| {
        forms
            .last()
            .map_or_else(String::new, |form| cut(form, width).into_owned())
    })
}

/// A packet between the two bars. In brackets: it has not arrived.
fn transit_text(transit: Transit, entry: &PacketEntry, width: usize, model: &Model) -> String {
    let forth = entry.segment.direction == Direction::ToServer;
    let stop = match transit.part {
        LadderPart::Held => "HELD".to_owned(),
        LadderPart::Waits(Due::AtUs(at_us)) => format!("till {}", model.clock(at_us)),
        LadderPart::Waits(Due::AfterTick(tick)) => format!("till tick {tick}"),
        LadderPart::Leaves => "below".to_owned(),
        LadderPart::Dropped => "X dropped".to_owned(),
        LadderPart::Swallowed => "? nobody".to_owned(),
        LadderPart::NotWritten(errno) => format!("! {errno}"),
        LadderPart::Passes => {
            let label = label(entry, width.saturating_sub(3));
            return if forth {
                format!("-{label:-<rest$}>", rest = width - 2)
            } else {
                format!("<{label:->rest$}-", rest = width - 2)
            };
        }
        LadderPart::Arrives | LadderPart::ArrivesAgain | LadderPart::Made => {
            let from = match transit.part {
                LadderPart::Made => "you: ",
                LadderPart::ArrivesAgain => "copy of ",
                _ => "",
            };
            let label = label(entry, width.saturating_sub(4 + from.len()));
            let label = format!("{from}{label}");
            return if forth {
                format!("{:.>width$}", format!("{label}-->"))
            } else {
                format!("{:.<width$}", format!("<--{label}"))
            };
        }
    };
    let label = label(entry, width.saturating_sub(stop.len() + 4));
    let text = if forth {
        format!("{:<width$}", format!("[{label}]=>{stop}"))
    } else {
        format!("{:>width$}", format!("{stop}<=[{label}]"))
    };
    cut(&text, width).into_owned()
}

/// The packet in as many words as there is room for: `2 SYN+ACK seq 0 ack 1`.
fn label(entry: &PacketEntry, room: usize) -> String {
    let number = entry.number;
    let forms = [
        format!("{number} {}", entry.segment),
        format!("{number} {}", packets::tight(&entry.segment)),
        format!(
            "{number} {} seq {}",
            packets::short(&entry.segment),
            entry.segment.seq
        ),
        format!("{number} {}", packets::short(&entry.segment)),
        format!("{number} {}", entry.segment.kind),
    ];
    let fits = forms.iter().find(|form| form.len() <= room);
    fits.cloned()
        .unwrap_or_else(|| cut(&forms[4], room).into_owned())
}
