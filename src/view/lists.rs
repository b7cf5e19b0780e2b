//! select()'s own picture: three lists in, three lists out. Asked for, NEW (mio, edge), TRUE (poll, select). Never an invented union.

use super::frame::Frame;
use super::layout::LayoutKind;
use super::paint::{heading, put, put_within};
use super::theme;
use crate::app::model::{Model, Pane};
use crate::derive::kinds::{KINDS, ReadinessKind};
use crate::derive::lists::{self, Cell};
use crate::model::ids::Row;
use crate::model::readiness::PollMask;
use crate::model::world::{ReadyList, World};
use crate::words::numbers;
use ratatui::layout::Rect;

/// A cell as it is shown: `2 4 *`, or `-   was 2 4 *`.
fn cell_text(cell: &Cell, width: usize) -> String {
    let star = if cell.is_changed() { " *" } else { "" };
    let now = numbers::fitted(&cell.now, width.saturating_sub(star.len()));
    if cell.now.is_empty() && !cell.before.is_empty() {
        let gone = format!(
            "-   was {}",
            numbers::fitted(&cell.before, width.saturating_sub(10))
        );
        return if gone.len() + 2 <= width {
            format!("{gone} *")
        } else {
            "- *".to_owned()
        };
    }
    format!("{now}{star}")
}
/// Draws it.
pub(super) fn pane(frame: &mut Frame<'_>, area: Rect, model: &Model, shape: LayoutKind) {
    match shape {
        LayoutKind::Narrow => narrow(frame, area, model),
        LayoutKind::Usual => table(frame, area, model, &KINDS[..3], false),
        LayoutKind::Rich => {
            table(frame, area, model, &KINDS, true);
        }
    }
}

/// Draws it over the whole screen: every kind of readiness, as far as the width allows.
pub(super) fn zoomed(frame: &mut Frame<'_>, area: Rect, model: &Model) {
    match area.width {
        95.. => table(frame, area, model, &KINDS, true),
        80.. => table(frame, area, model, &KINDS, false),
        _ => narrow(frame, area, model),
    }
}

/// `TRUE after tick 4`, or with the time if something else than a tick was looked at last.
fn true_title(model: &Model) -> String {
    let world = model.world();
    match world.looked_at_us {
        _ if world.tick == 0 => "TRUE after a tick".to_owned(),
        None => "TRUE: looks are off".to_owned(),
        Some(_) if world.looked_n == world.tick_n => {
            format!("TRUE of these after tick {}", world.tick)
        }
        Some(at) => format!("TRUE of these at {}", model.clock(at)),
    }
}

fn new_title(model: &Model) -> String {
    match model.world().tick {
        0 => "NEW in a tick".to_owned(),
        tick => format!("NEW in tick {tick}"),
    }
}

/// Where the columns of the table begin: the first column of names is 14 wide; the others share the rest.
fn spread(width: usize, with_epoll: bool) -> Vec<usize> {
    if with_epoll {
        let each = (width - 15) / 5;
        return (0..5).map(|i| 15 + i * each).collect();
    }
    let extra = (width - 80) / 4;
    vec![14, 28 + extra, 47 + 2 * extra, 65 + 3 * extra]
}

/// Who was asked, column by column.
fn askers(world: &World, with_epoll: bool) -> Vec<&'static str> {
    let select = if world.stands_any(ReadyList::SelectCannot) {
        "select(2) fd<1024"
    } else if world.stands_any(ReadyList::SelectFailed) {
        "select: EBADF"
    } else {
        "select(2)"
    };
    if with_epoll {
        let (edge, level) = ("epoll_wait edge", "epoll level");
        return vec!["epoll_ctl", edge, level, "poll(2)", select];
    }
    vec!["epoll_ctl", "epoll_wait", "poll(2)", select]
}

fn table(
    frame: &mut Frame<'_>,
    area: Rect,
    model: &Model,
    lines: &[ReadinessKind],
    with_epoll: bool,
) {
    let world = model.world();
    let width = usize::from(area.width);
    let spread = spread(width, with_epoll);
    let at = |i: usize| spread[i];
    let room = |i: usize| spread.get(i + 1).copied().unwrap_or(width) - spread[i] - 1;
    let (new, truth) = (new_title(model), true_title(model));
    let parts = [
        (3, "LISTS"),
        (at(0) as u16, "asked for"),
        (at(1) as u16, new.as_str()),
        (at(2) as u16, truth.as_str()),
    ];
    heading(frame, area, model, Some(Pane::Lists), &parts);
    let plain = theme::text(model);
    let any = world.tick > 0;
    let watched = lists::is_anyone_watched(world);
    if any {
        for (i, name) in askers(world, with_epoll).into_iter().enumerate() {
            put_within(frame, area, at(i) as u16, 1, room(i), name, plain);
        }
    }
    for (y, line) in (2..).zip(lines) {
        // The longest name would touch the next column.
        let indent = if line.name.len() + 2 < at(0) { 2 } else { 1 };
        put(frame, area, indent, y, line.name, plain);
        let mut put_cell = |i: usize, text: String, changed: bool| {
            let style = if changed {
                theme::changed(plain)
            } else {
                plain
            };
            put_within(frame, area, at(i) as u16, y, room(i), &text, style);
        };
        match lists::asked(world, line) {
            Some(asked) => {
                put_cell(0, cell_text(&asked, room(0)), asked.is_changed());
            }
            None if watched => put_cell(0, "always".to_owned(), false),
            None => put_cell(0, "-".to_owned(), false),
        }
        let reported = lists::reported(world, line);
        let star = if reported.is_empty() || world.tick_n != world.n {
            ""
        } else {
            " *"
        };
        put_cell(
            1,
            format!("{}{star}", numbers::fitted(&reported, room(1) - 2)),
            !star.is_empty(),
        );
        let mut i = 2;
        if with_epoll {
            let level = lists::epoll(world, line);
            put_cell(i, cell_text(&level, room(i)), level.is_changed());
            i += 1;
        }
        let poll = lists::poll(world, line);
        put_cell(i, cell_text(&poll, room(i)), poll.is_changed());
        let select = lists::select(world, line);
        let text = match &select {
            None if any => "has no such".to_owned(),
            None => "-".to_owned(),
            Some(cell) if line.name == "error" && cell.now.is_empty() && !poll.now.is_empty() => {
                "-   differs".to_owned()
            }
            Some(cell) => cell_text(cell, room(i + 1)),
        };
        put_cell(i + 1, text, select.is_some_and(|cell| cell.is_changed()));
    }
    if any && !watched {
        put_within(frame, area, at(1) as u16, 2, 20, "nobody is watched", plain);
    }
    differs(frame, area, model, lines.len() as u16 + 2);
}

/// Why the error row's two cells can differ.
fn differs(frame: &mut Frame<'_>, area: Rect, model: &Model, line: u16) {
    if line >= area.height {
        return;
    }
    if model.world().stands_any(ReadyList::Poll(PollMask::ERR)) {
        let text = "differs: select has no error list. Its third list is for urgent data.";
        put(frame, area, 2, line + 1, text, theme::text(model));
    }
}

fn narrow(frame: &mut Frame<'_>, area: Rect, model: &Model) {
    let world = model.world();
    let (new, truth) = (new_title(model), true_title(model).replace("of these ", ""));
    let new = if new.len() > 9 { "NEW".to_owned() } else { new };
    let parts = [
        (3, "LISTS"),
        (13, "asked"),
        (25, new.as_str()),
        (36, truth.as_str()),
    ];
    heading(frame, area, model, Some(Pane::Lists), &parts);
    let plain = theme::text(model);
    let width = usize::from(area.width);
    for (y, line) in (1..).zip(&KINDS[..3]) {
        put(frame, area, 2, y, line.name, plain);
        let mut put_cell = |x: u16, room: usize, text: String, changed: bool| {
            let style = if changed {
                theme::changed(plain)
            } else {
                plain
            };
            put_within(frame, area, x, y, room, &text, style);
        };
        match lists::asked(world, line) {
            Some(asked) => {
                put_cell(13, 11, cell_text(&asked, 11), asked.is_changed());
            }
            None if world.tick > 0 => put_cell(13, 11, "always".to_owned(), false),
            None => put_cell(13, 11, "-".to_owned(), false),
        }
        let reported = lists::reported(world, line);
        put_cell(
            25,
            10,
            numbers::fitted(&reported, 10),
            !reported.is_empty() && world.tick_n == world.n,
        );
        let poll = lists::poll(world, line);
        let select = lists::select(world, line).map_or(Vec::new(), |cell| cell.now);
        let room = width - 37;
        let text = if poll.now == select {
            cell_text(&poll, room)
        } else {
            let none = |rows: &[Row]| {
                if rows.is_empty() {
                    "none".to_owned()
                } else {
                    numbers::fitted(rows, room / 2 - 8)
                }
            };
            format!("poll {}, select {}", none(&poll.now), none(&select))
        };
        put_cell(36, room, text, poll.is_changed());
    }
}
