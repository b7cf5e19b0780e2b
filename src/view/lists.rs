//! select()'s own picture: three lists in, three lists out. Asked for, NEW (mio, edge), TRUE (poll, select). Never an invented union.

mod titles;

use super::frame::Frame;
use super::layout::LayoutKind;
use super::paint::{heading, put, put_within};
use super::theme;
use crate::app::model::{Model, Pane};
use crate::derive::kinds::{ERROR, KINDS, ReadinessKind, URGENT};
use crate::derive::lists::{self, Cell};
use crate::derive::looks::rows_reported_before;
use crate::language::keys::{self, Action};
use crate::model::readiness::PollMask;
use crate::model::row_set::RowSet;
use crate::model::world::ReadyList;
use crate::words::numbers;
use crate::words::prose;
use ratatui::layout::Rect;
use titles::{askers, new_title, true_title};

/// What stands behind a cell that is not as another one, and where the reason is.
fn elsewhere() -> String {
    format!("  differs: {}", keys::label(Action::Looks))
}

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
/// The same for a list that has no room for more, with whom it is true of without being asked for.
fn with_unasked(cell: &Cell, unasked: &RowSet, width: usize) -> String {
    if unasked.is_empty() || !cell.now.is_empty() {
        return cell_text(cell, width);
    }
    let words = " not asked";
    format!(
        "{}{words}",
        numbers::fitted(unasked, width.saturating_sub(words.len()))
    )
}

/// Whether NEW and TRUE differ because what is true has been reported before.
fn is_silent(model: &Model, kind: &ReadinessKind) -> bool {
    !rows_reported_before(model.world(), kind).is_empty()
}

/// The cell of what the last tick reported, with a word where that is not all that is true; and whether it is new.
fn new_text(model: &Model, kind: &ReadinessKind, room: usize) -> (String, bool) {
    let world = model.world();
    let reported = lists::reported(world, kind);
    let is_new = !reported.is_empty() && world.tick_n == world.n;
    let star = if is_new { " *" } else { "" };
    let silent = if is_silent(model, kind) {
        elsewhere()
    } else {
        String::new()
    };
    let numbers = numbers::fitted(&reported, room - 2);
    let text = [
        format!("{numbers}{star}{silent}"),
        format!("{numbers}{star}"),
    ];
    let text = text.into_iter().find(|text| text.len() <= room);
    (text.unwrap_or(numbers), is_new)
}

/// Draws it.
pub(super) fn pane(frame: &mut Frame<'_>, area: Rect, model: &Model, shape: LayoutKind) {
    match shape {
        LayoutKind::Narrow => narrow(frame, area, model),
        LayoutKind::Usual => table(frame, area, model, lists::shown(model.world()), false),
        LayoutKind::Rich => table(frame, area, model, &KINDS, true),
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

/// Where the columns of the table begin: the first column of names is 14 wide; the others share the rest.
fn spread(width: usize, with_epoll: bool) -> Vec<usize> {
    if with_epoll {
        let each = (width - 15) / 5;
        return (0..5).map(|i| 15 + i * each).collect();
    }
    let extra = (width - 80) / 4;
    vec![14, 28 + extra, 47 + 2 * extra, 65 + 3 * extra]
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
    let any = world.tick > 0 || world.is_watched();
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
        let mut put_cell = |i: usize, mut text: String, changed: bool| {
            if i >= 2 && model.history.is_covered() {
                "?".clone_into(&mut text);
            }
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
        let (text, is_new) = new_text(model, line, room(1));
        put_cell(1, text, is_new);
        let mut i = 2;
        if with_epoll {
            let level = lists::epoll(world, line);
            put_cell(i, cell_text(&level, room(i)), level.is_changed());
            i += 1;
        }
        let poll = lists::poll(world, line);
        let [by_poll, by_select] = match line {
            line if *line == URGENT => lists::urgent_unasked(world),
            _ => [RowSet::default(), RowSet::default()],
        };
        let text = with_unasked(&poll, &by_poll, room(i));
        put_cell(i, text, poll.is_changed());
        let select = lists::select(world, line);
        let text = match &select {
            None if any => "has no such".to_owned(),
            None => "-".to_owned(),
            Some(cell) if *line == ERROR && cell.now.is_empty() && !poll.now.is_empty() => {
                format!("-{}", elsewhere())
            }
            Some(cell) => with_unasked(cell, &by_select, room(i + 1)),
        };
        put_cell(i + 1, text, select.is_some_and(|cell| cell.is_changed()));
    }
    if any && !watched && !world.is_watched() {
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
        let text = prose::say("lists differ");
        put(frame, area, 2, line + 1, text, theme::text(model));
    }
}

/// The two looks where they differ, in one cell: neither may be cut away.
fn poll_and_select(poll: &RowSet, select: &RowSet, room: usize) -> String {
    let form = |words: [&str; 3], width: usize| {
        let [poll_word, select_word, nobody] = words;
        let list = |rows: &RowSet| match rows.is_empty() {
            true => nobody.to_owned(),
            false => numbers::fitted(rows, width),
        };
        format!("{poll_word} {}, {select_word} {}", list(poll), list(select))
    };
    let long = ["poll", "select", "none"];
    let forms = [form(long, room), form(long, 3), form(["p", "s", "-"], 3)];
    let fits = forms.iter().find(|form| form.len() <= room);
    fits.unwrap_or(&forms[2]).clone()
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
    for (y, line) in (1..).zip(lists::shown(world)) {
        put(frame, area, 2, y, line.name, plain);
        let mut put_cell = |x: u16, room: usize, mut text: String, changed: bool| {
            if x >= 36 && model.history.is_covered() {
                "?".clone_into(&mut text);
            }
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
            None if world.tick > 0 || lists::is_anyone_watched(world) => {
                put_cell(13, 11, "always".to_owned(), false);
            }
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
        let select = lists::select(world, line).map_or_else(RowSet::default, |cell| cell.now);
        let [by_poll, by_select] = match line {
            line if *line == URGENT => lists::urgent_unasked(world),
            _ => [RowSet::default(), RowSet::default()],
        };
        let room = width - 36;
        let text = if by_poll != by_select {
            poll_and_select(&by_poll, &by_select, room)
        } else if poll.now == select {
            let text = with_unasked(&poll, &by_poll, room);
            let silent = if is_silent(model, line) {
                elsewhere()
            } else {
                String::new()
            };
            let longer = format!("{text}{silent}");
            if longer.len() <= room { longer } else { text }
        } else {
            poll_and_select(&poll.now, &select, room)
        };
        put_cell(36, room, text, poll.is_changed());
    }
}
