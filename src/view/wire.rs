//! The lab wire of the chosen socket as a ladder: each packet between the two kernels, where it is, and what each side knows.
//!
//! ```text
//!  YOUR PROGRAM   CLIENT KERNEL |         THE WIRE         | SERVER KERNEL  SERVER
//!                               |--[1 SYN]---------------->|  let go
//!                               |         HELD <-[2 SYN+ACK]|  sent 3 times
//!  KNOWS  program: pending, its kernel: SYN-SENT | server's kernel: SYN-RECV, not accepted
//! ```

use super::paint::{cut, heading, put, wrap};
use super::theme;
use crate::app::model::{Model, Pane};
use crate::content::{numbers, packets};
use crate::pure::ids::Row;
use crate::pure::packet::segment::Direction;
use crate::pure::readiness::{PollMask, Readiness};
use crate::pure::record::{Role, TcpState, Witness};
use crate::pure::wire::{Entry, Fate, Origin};
use crate::pure::world::RowState;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

/// Where the wire begins, and how wide it is, on a screen of this width.
fn place_of_wire(area: Rect) -> (u16, usize) {
    if area.width < 80 { (13, 26) } else { (19, 28) }
}

/// Draws it.
pub(super) fn pane(frame: &mut Frame<'_>, area: Rect, model: &Model) {
    let world = model.world();
    let row = wire_row(model);
    let title = row.map_or_else(
        || "WIRE".to_owned(),
        |row| {
            format!(
                "WIRE of {} {}: the packets between two kernels",
                row.row,
                row.label()
            )
        },
    );
    heading(frame, area, model, Some(Pane::Wire), &[(3, &title)]);
    let plain = theme::text(model);
    let Some(row) = row else {
        let text = "No socket is on the lab wire. Add one: a, then @wire:80 (or @wire-closed, @wire-silent ...). \
                    Its packets then wait here, in your hand.";
        for (y, line) in (2..).zip(wrap(text, usize::from(area.width) - 2)) {
            put(frame, area, 1, y, &line, plain);
        }
        return;
    };
    let bold = plain.add_modifier(Modifier::BOLD);
    put(
        frame,
        area,
        1,
        1,
        if area.width < 80 {
            "KERNEL"
        } else {
            "PROGRAM, KERNEL"
        },
        bold,
    );
    let (wire, length) = place_of_wire(area);
    put(frame, area, wire + 9, 1, "THE WIRE", bold);
    put(
        frame,
        area,
        wire + length as u16 + 2,
        1,
        "SERVER KERNEL, SERVER",
        bold,
    );
    let entries = packets::of_row(world, row);
    let foot = foot_height(area);
    let room = usize::from(area.height.saturating_sub(2 + foot));
    let skip = entries.len().saturating_sub(room);
    let moves = packets::moves(model.history.records(), row.row);
    for (y, entry) in (2..).zip(&entries[skip..]) {
        let moved = moves.get(&entry.number).copied().unwrap_or_default();
        rung(frame, area, y, model, entry, moved);
    }
    if skip > 0 {
        put(frame, area, 1, 2, &format!("... {skip} before"), plain);
    }
    if entries.is_empty() {
        put(frame, area, wire, 3, "no packet yet", plain);
    }
    foot_lines(
        frame,
        area,
        area.height.saturating_sub(foot),
        model,
        row,
        &entries,
    );
}

fn foot_height(area: Rect) -> u16 {
    if area.height > 18 { 8 } else { 6 }
}

/// The chosen socket, if it is on the wire; else the first that is.
fn wire_row(model: &Model) -> Option<&RowState> {
    let on_wire = |row: &&RowState| row.target.starts_with("@wire") && row.is_client();
    let chosen = model.chosen_row().and_then(|row| match row.role {
        Role::Client => Some(row),
        Role::Peer { of } | Role::Accepted { of } => model.world().row(of),
    });
    chosen
        .filter(on_wire)
        .or_else(|| model.world().present().find(on_wire))
}

/// One packet; beside it the states that the two kernels moved to.
fn rung(
    frame: &mut Frame<'_>,
    area: Rect,
    y: u16,
    model: &Model,
    entry: &Entry,
    (client, server): (Option<TcpState>, Option<TcpState>),
) {
    let plain = theme::text(model);
    let (wire, length) = place_of_wire(area);
    let chosen = model.packet() == Some(entry.number);
    let held = matches!(entry.fate, Fate::Held | Fate::Waits(_));
    let style = if held {
        plain.add_modifier(Modifier::BOLD)
    } else {
        plain
    };
    let label = format!("[{} {}]", entry.number, packets::short(&entry.segment));
    let stop = match entry.fate {
        Fate::Held => " HELD",
        Fate::Waits(_) => " ...",
        Fate::Dropped => " X",
        Fate::Swallowed => " ?",
        Fate::LetGo => "",
    };
    let line = match (entry.segment.direction, entry.fate) {
        (Direction::ToServer, Fate::LetGo) => format!("{label:-<width$}>", width = length - 1),
        (Direction::ToServer, _) => format!("{:<length$}", format!("{label}==>{stop}")),
        (Direction::ToClient, Fate::LetGo) => format!("<{label:->width$}", width = length - 1),
        (Direction::ToClient, _) => {
            format!("{:>length$}", format!("{stop} <=={label}").trim_start())
        }
    };
    if chosen {
        put(frame, area, 0, y, ">", plain.add_modifier(Modifier::BOLD));
    }
    let left = match client {
        Some(state) => state.name(),
        None if entry.origin == Origin::Injected => "made by you",
        None => "",
    };
    put(frame, area, 2, y, left, plain);
    put(frame, area, wire, y, "|", plain);
    put(frame, area, wire + 1, y, &cut(&line, length), style);
    put(frame, area, wire + 1 + length as u16, y, "|", plain);
    let mut side =
        format!(" {}", entry.segment).replacen(&format!(" {}", entry.segment.kind), "", 1);
    if let Some(copies) = packets::copies(entry) {
        side = format!("{copies}; {}", side.trim());
    }
    if let Some(state) = server {
        side = format!("{}; {}", state.name(), side.trim());
    }
    let at = wire + length as u16 + 3;
    let room = usize::from(area.width.saturating_sub(at));
    put(frame, area, at, y, &cut(side.trim(), room), plain);
}

fn foot_lines(
    frame: &mut Frame<'_>,
    area: Rect,
    top: u16,
    model: &Model,
    row: &RowState,
    entries: &[&Entry],
) {
    let plain = theme::text(model);
    let bold = plain.add_modifier(Modifier::BOLD);
    let sides = packets::sides(row);
    let accepted = model.world().partner(row).map_or_else(
        || "not accepted".to_owned(),
        |partner| format!("accepted: {partner}"),
    );
    let width = usize::from(area.width).saturating_sub(2);
    let forms = [
        format!(
            "KNOWS  program: {}, its kernel: {} | server's kernel: {}, {accepted}",
            sides.program, sides.client, sides.server
        ),
        format!(
            "program {}, kernel {} | server's kernel {}, {accepted}",
            sides.program, sides.client, sides.server
        ),
        format!(
            "{}: {} | {}, {accepted}",
            sides.program, sides.client, sides.server
        ),
    ];
    let knows = forms
        .iter()
        .find(|form| form.len() <= width)
        .unwrap_or(&forms[2]);
    put(frame, area, 1, top, &cut(knows, width), bold);
    let ours = |entry: &&Entry| entries.iter().any(|known| known.number == entry.number);
    let held: Vec<&Entry> = model.world().wire.waiting().filter(ours).collect();
    let chosen = model
        .packet()
        .and_then(|number| held.iter().find(|entry| entry.number == number));
    let text = match chosen {
        Some(entry) => format!(
            "HELD {}: > {} {} {}, {}{}",
            order(&held),
            entry.number,
            entry.segment,
            entry.segment.direction.words(),
            if entry.copies == 1 {
                "1 copy".to_owned()
            } else {
                format!("{} copies", entry.copies)
            },
            if entry.segment.excerpt.is_empty() {
                String::new()
            } else {
                format!(", {}", entry.segment.excerpt)
            },
        ),
        None if held.is_empty() => {
            "HELD: nothing. Both kernels wait, or have nothing to say.".to_owned()
        }
        None => format!("HELD {}", held.len()),
    };
    put(frame, area, 1, top + 1, &cut(&text, width), plain);
    put(
        frame,
        area,
        1,
        top + 2,
        &cut(&lists_line(model, row), width),
        plain,
    );
    let words = if let Some(notice) = &model.notice {
        notice.clone()
    } else if let Some(entry) = chosen {
        let again = again(model, row).map_or_else(String::new, |again| format!("  {again}"));
        format!("THINK  {}{again}", packets::think(entry))
    } else {
        "SPACE is a tick of your program. A packet that a kernel sends appears here by itself."
            .to_owned()
    };
    for (y, line) in (top + 3..area.height.saturating_sub(1)).zip(wrap(&words, width)) {
        put(frame, area, 1, y, &line, plain);
    }
    let keys = "g let go  D drop  R repeat  + - order  * all  H rules  : words";
    put(
        frame,
        area,
        1,
        area.height.saturating_sub(1),
        &cut(keys, width),
        bold,
    );
}

/// How many are held, and in which order they would be let go.
fn order(held: &[&Entry]) -> String {
    if held.len() < 2 {
        return held.len().to_string();
    }
    let numbers: Vec<String> = held.iter().map(|entry| entry.number.to_string()).collect();
    format!("{} in this order: {}", held.len(), numbers.join(" "))
}

/// When the two kernels send again, if nobody answers.
fn again(model: &Model, row: &RowState) -> Option<String> {
    let client = row.look.tcp.answer().and_then(|tcp| tcp.due_us);
    let server = match row.look.server {
        Witness::Says(server) => server.due_us,
        _ => None,
    };
    let parts: Vec<String> = [("client's", client), ("server's", server)]
        .into_iter()
        .filter_map(|(whose, due)| Some(format!("the {whose} kernel at {}", model.clock(due?))))
        .collect();
    (!parts.is_empty()).then(|| format!("If nothing comes, {} sends again.", parts.join(", ")))
}

/// The three lists of the row in one line.
fn lists_line(model: &Model, row: &RowState) -> String {
    let world = model.world();
    let told = if world.tick > 0 && row.marks.told == world.tick_n {
        row.news
    } else {
        Readiness::empty()
    };
    let new: Vec<&str> = [
        (Readiness::READABLE, "readable"),
        (Readiness::WRITABLE, "writable"),
        (Readiness::ERROR, "error"),
    ]
    .into_iter()
    .filter(|(flag, _)| told.contains(*flag))
    .map(|(_, name)| name)
    .collect();
    let mask = row.look.poll.answer().unwrap_or(PollMask::empty());
    let is: Vec<&str> = [
        (PollMask::IN, "readable"),
        (PollMask::OUT, "writable"),
        (PollMask::ERR, "error"),
    ]
    .into_iter()
    .filter(|(flag, _)| mask.contains(*flag) && row.asked().is_some())
    .map(|(_, name)| name)
    .collect();
    let or_none = |words: Vec<&str>| {
        if words.is_empty() {
            "none".to_owned()
        } else {
            words.join(" ")
        }
    };
    let asked = row
        .asked()
        .map_or("not watched".to_owned(), |asked| asked.words());
    let of = numbers::in_words(&[Row(row.row.0)]);
    format!(
        "LISTS of {of}  asked: {asked}  NEW: {}  TRUE: {}",
        or_none(new),
        or_none(is)
    )
}
