//! select()'s own picture: three lists in, three lists out. Asked for, NEW (mio, edge), TRUE (poll, select). Never an invented union.

use super::layout::Shape;
use super::paint::{heading, put, put_within};
use super::theme;
use crate::app::model::{Model, Pane};
use crate::content::numbers;
use crate::pure::ids::Row;
use crate::pure::readiness::{Interest, PollMask, Readiness, SelectSets};
use crate::pure::record::{Look, Witness};
use crate::pure::world::{RowState, World, within};
use ratatui::Frame;
use ratatui::layout::Rect;

/// A row of the table: its name, and the flag of each witness that belongs to it.
struct Line {
    name: &'static str,
    asked: Option<Interest>,
    new: Readiness,
    mask: PollMask,
    sets: Option<SelectSets>,
}

const READABLE: Line = Line {
    name: "readable",
    asked: Some(Interest::READABLE),
    new: Readiness::READABLE,
    mask: PollMask::IN,
    sets: Some(SelectSets::R),
};
const WRITABLE: Line = Line {
    name: "writable",
    asked: Some(Interest::WRITABLE),
    new: Readiness::WRITABLE,
    mask: PollMask::OUT,
    sets: Some(SelectSets::W),
};
const ERROR: Line = Line {
    name: "error",
    asked: None,
    new: Readiness::ERROR,
    mask: PollMask::ERR,
    sets: Some(SelectSets::X),
};
const READ_CLOSED: Line = Line {
    name: "read closed",
    asked: None,
    new: Readiness::READ_CLOSED,
    mask: PollMask::RDHUP,
    sets: None,
};
const WRITE_CLOSED: Line = Line {
    name: "write closed",
    asked: None,
    new: Readiness::WRITE_CLOSED,
    mask: PollMask::HUP,
    sets: None,
};
const URGENT: Line = Line {
    name: "urgent",
    asked: Some(Interest::PRIORITY),
    new: Readiness::PRIORITY,
    mask: PollMask::PRI,
    sets: Some(SelectSets::X),
};

/// One cell: who is in the list, who was in it before, and whether that differs.
struct Cell {
    now: Vec<Row>,
    before: Vec<Row>,
}

impl Cell {
    fn is_changed(&self) -> bool {
        self.now != self.before
    }

    fn text(&self, width: usize) -> String {
        let star = if self.is_changed() { " *" } else { "" };
        let now = numbers::fitted(&self.now, width.saturating_sub(star.len()));
        if self.now.is_empty() && !self.before.is_empty() {
            let gone = format!(
                "-   was {}",
                numbers::fitted(&self.before, width.saturating_sub(10))
            );
            return if gone.len() + 2 <= width {
                format!("{gone} *")
            } else {
                "- *".to_owned()
            };
        }
        format!("{now}{star}")
    }
}

/// What was asked for before this record's calls.
fn asked_before(world: &World, row: &RowState) -> Option<Interest> {
    if row.marks.asked == world.n && world.n > 0 {
        row.asked_before
    } else {
        row.asked()
    }
}

fn look_before<'a>(world: &World, row: &'a RowState) -> &'a Look {
    if row.marks.look == world.n && world.n > 0 {
        &row.look_before
    } else {
        &row.look
    }
}

fn asked_cell(world: &World, flag: Interest) -> Cell {
    let list = |asked: &dyn Fn(&RowState) -> Option<Interest>| {
        world
            .present()
            .filter(|row| asked(row).is_some_and(|i| i.contains(flag)))
            .map(|row| row.row)
            .collect()
    };
    Cell {
        now: list(&RowState::asked),
        before: list(&|row| asked_before(world, row)),
    }
}

fn new_cell(world: &World, flag: Readiness) -> Vec<Row> {
    world
        .present()
        .filter(|row| world.tick > 0 && row.marks.told == world.tick_n && row.news.contains(flag))
        .map(|row| row.row)
        .collect()
}

fn mask_cell(world: &World, flag: PollMask, witness: impl Fn(&Look) -> Witness<PollMask>) -> Cell {
    let list = |look: &dyn Fn(&RowState) -> Look, asked: &dyn Fn(&RowState) -> Option<Interest>| {
        world
            .present()
            .filter(|row| {
                let Some(asked) = asked(row) else {
                    return false;
                };
                witness(&look(row))
                    .answer()
                    .is_some_and(|mask| within(mask, asked).contains(flag))
            })
            .map(|row| row.row)
            .collect()
    };
    Cell {
        now: list(&|row| row.look.clone(), &RowState::asked),
        before: list(&|row| look_before(world, row).clone(), &|row| {
            asked_before(world, row)
        }),
    }
}

fn select_cell(world: &World, flag: SelectSets) -> Cell {
    let asks = |asked: Interest| match flag {
        SelectSets::R => asked.contains(Interest::READABLE),
        SelectSets::W => asked.contains(Interest::WRITABLE),
        _ => true,
    };
    let list = |look: &dyn Fn(&RowState) -> Witness<SelectSets>,
                asked: &dyn Fn(&RowState) -> Option<Interest>| {
        world
            .present()
            .filter(|row| {
                asked(row).is_some_and(asks)
                    && look(row).answer().is_some_and(|sets| sets.contains(flag))
            })
            .map(|row| row.row)
            .collect()
    };
    Cell {
        now: list(&|row| row.look.select, &RowState::asked),
        before: list(&|row| look_before(world, row).select, &|row| {
            asked_before(world, row)
        }),
    }
}

/// Draws it.
pub(super) fn pane(frame: &mut Frame<'_>, area: Rect, model: &Model, shape: Shape) {
    match shape {
        Shape::Narrow => narrow(frame, area, model),
        Shape::Usual => table(frame, area, model, &[READABLE, WRITABLE, ERROR], false),
        Shape::Rich => {
            table(
                frame,
                area,
                model,
                &[READABLE, WRITABLE, ERROR, READ_CLOSED, WRITE_CLOSED, URGENT],
                true,
            );
        }
    }
}

/// `TRUE after tick 4`, or with the time if something else than a tick was looked at last.
fn true_title(model: &Model) -> String {
    let world = model.world();
    match world.looked_at_us {
        _ if world.tick == 0 => "TRUE after a tick".to_owned(),
        None => "TRUE: looks are off".to_owned(),
        Some(_) if world.looked_n == world.tick_n => format!("TRUE after tick {}", world.tick),
        Some(at) => format!("TRUE at {}", model.clock(at)),
    }
}

fn new_title(model: &Model) -> String {
    match model.world().tick {
        0 => "NEW in a tick".to_owned(),
        tick => format!("NEW in tick {tick}"),
    }
}

fn table(frame: &mut Frame<'_>, area: Rect, model: &Model, lines: &[Line], with_epoll: bool) {
    let world = model.world();
    let width = usize::from(area.width);
    let columns = if with_epoll { 5 } else { 4 };
    // The first column of names is 14 wide; the others share the rest.
    let each = (width - 15) / columns;
    let spread: Vec<usize> = if with_epoll {
        (0..columns).map(|i| 15 + i * each).collect()
    } else {
        let extra = (width - 80) / 4;
        vec![14, 28 + extra, 47 + 2 * extra, 65 + 3 * extra]
    };
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
    if any {
        let no_answer = world
            .present()
            .any(|row| row.look.select == Witness::NoAnswer);
        let select = if no_answer {
            "select(2) fd<1024"
        } else {
            "select(2)"
        };
        let mut names = vec!["epoll_ctl", "epoll_wait", "poll(2)", select];
        if with_epoll {
            names = vec![
                "epoll_ctl",
                "epoll_wait edge",
                "epoll level",
                "poll(2)",
                select,
            ];
        }
        for (i, name) in names.into_iter().enumerate() {
            put_within(frame, area, at(i) as u16, 1, room(i), name, plain);
        }
    }
    for (y, line) in (2..).zip(lines) {
        put(frame, area, 2, y, line.name, plain);
        let mut cell = |i: usize, text: String, changed: bool| {
            let style = if changed {
                theme::changed(plain)
            } else {
                plain
            };
            put_within(frame, area, at(i) as u16, y, room(i), &text, style);
        };
        match line.asked {
            Some(flag) => {
                let asked = asked_cell(world, flag);
                cell(0, asked.text(room(0)), asked.is_changed());
            }
            None if any => cell(0, "always told".to_owned(), false),
            None => cell(0, "-".to_owned(), false),
        }
        let told = new_cell(world, line.new);
        let star = if told.is_empty() || world.tick_n != world.n {
            ""
        } else {
            " *"
        };
        cell(
            1,
            format!("{}{star}", numbers::fitted(&told, room(1) - 2)),
            !star.is_empty(),
        );
        let mut i = 2;
        if with_epoll {
            let level = mask_cell(world, line.mask, |look| look.epoll);
            cell(i, level.text(room(i)), level.is_changed());
            i += 1;
        }
        let poll = mask_cell(world, line.mask, |look| look.poll);
        cell(i, poll.text(room(i)), poll.is_changed());
        let select = line.sets.map(|flag| select_cell(world, flag));
        let text = match &select {
            None if any => "has no such".to_owned(),
            None => "-".to_owned(),
            Some(cell) if line.name == "error" && cell.now.is_empty() && !poll.now.is_empty() => {
                "-   differs".to_owned()
            }
            Some(cell) => cell.text(room(i + 1)),
        };
        cell(i + 1, text, select.is_some_and(|cell| cell.is_changed()));
    }
    differs(frame, area, model, lines.len() as u16 + 2);
}

/// Why the error row's two cells can differ.
fn differs(frame: &mut Frame<'_>, area: Rect, model: &Model, line: u16) {
    if line >= area.height {
        return;
    }
    let poll = mask_cell(model.world(), PollMask::ERR, |look| look.poll);
    if !poll.now.is_empty() {
        let text = "differs: select has no error list. Its third list is for urgent data.";
        put(frame, area, 2, line + 1, text, theme::text(model));
    }
}

fn narrow(frame: &mut Frame<'_>, area: Rect, model: &Model) {
    let world = model.world();
    let (new, truth) = (new_title(model), true_title(model));
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
    for (y, line) in (1..).zip([READABLE, WRITABLE, ERROR]) {
        put(frame, area, 2, y, line.name, plain);
        let mut cell = |x: u16, room: usize, text: String, changed: bool| {
            let style = if changed {
                theme::changed(plain)
            } else {
                plain
            };
            put_within(frame, area, x, y, room, &text, style);
        };
        match line.asked {
            Some(flag) => {
                let asked = asked_cell(world, flag);
                cell(13, 11, asked.text(11), asked.is_changed());
            }
            None if world.tick > 0 => cell(13, 11, "always".to_owned(), false),
            None => cell(13, 11, "-".to_owned(), false),
        }
        let told = new_cell(world, line.new);
        cell(
            25,
            10,
            numbers::fitted(&told, 10),
            !told.is_empty() && world.tick_n == world.n,
        );
        let poll = mask_cell(world, line.mask, |look| look.poll);
        let select = line
            .sets
            .map_or(Vec::new(), |flag| select_cell(world, flag).now);
        let room = width - 37;
        let text = if poll.now == select {
            poll.text(room)
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
        cell(36, room, text, poll.is_changed());
    }
}
