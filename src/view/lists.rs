//! select()'s own picture: three lists in, three lists out. Asked for, NEW (mio, edge), TRUE (poll, select). Never an invented union.

use super::kinds::{KINDS, Kind};
use super::layout::Shape;
use super::paint::{heading, put, put_within};
use super::theme;
use crate::app::model::{Model, Pane};
use crate::content::numbers;
use crate::pure::ids::Row;
use crate::pure::readiness::{Interest, PollMask, Readiness, SelectSets};
use crate::pure::record::{Look, Witness};
use crate::pure::world::{World, within};
use ratatui::Frame;
use ratatui::layout::Rect;

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

/// What the table needs of one row, gathered in one walk over the rows.
struct Facts {
    row: Row,
    asked: Pair<Option<Interest>>,
    told: Readiness,
    epoll: Pair<PollMask>,
    poll: Pair<PollMask>,
    select: Pair<SelectSets>,
}

/// A value after this record, and before it.
struct Pair<T> {
    now: T,
    before: T,
}

/// The rows of which there is anything to show.
fn gather(world: &World) -> Vec<Facts> {
    let mut all = Vec::new();
    for row in world.present() {
        let told = if world.tick > 0 && row.marks.told == world.tick_n {
            row.news
        } else {
            Readiness::empty()
        };
        let just = |mark: u64| mark == world.n && world.n > 0;
        let asked = Pair {
            now: row.asked(),
            before: if just(row.marks.asked) {
                row.asked_before
            } else {
                row.asked()
            },
        };
        if asked.now.is_none() && asked.before.is_none() && told.is_empty() {
            continue;
        }
        let before = if just(row.marks.look) {
            &row.look_before
        } else {
            &row.look
        };
        let mask = |witness: fn(&Look) -> Witness<PollMask>| Pair {
            now: true_mask(asked.now, witness(&row.look)),
            before: true_mask(asked.before, witness(before)),
        };
        all.push(Facts {
            row: row.row,
            told,
            epoll: mask(|look| look.epoll),
            poll: mask(|look| look.poll),
            select: Pair {
                now: true_sets(asked.now, row.look.select),
                before: true_sets(asked.before, before.select),
            },
            asked,
        });
    }
    all
}

/// TRUE is shown only for what was asked for.
fn true_mask(asked: Option<Interest>, witness: Witness<PollMask>) -> PollMask {
    asked
        .and_then(|asked| witness.answer().map(|mask| within(mask, asked)))
        .unwrap_or_default()
}

fn true_sets(asked: Option<Interest>, witness: Witness<SelectSets>) -> SelectSets {
    let (Some(asked), Some(mut sets)) = (asked, witness.answer()) else {
        return SelectSets::empty();
    };
    if !asked.contains(Interest::READABLE) {
        sets.remove(SelectSets::R);
    }
    if !asked.contains(Interest::WRITABLE) {
        sets.remove(SelectSets::W);
    }
    if !asked.contains(Interest::PRIORITY) {
        sets.remove(SelectSets::X);
    }
    sets
}

/// The rows that are in a list now, and those that were.
fn cell(facts: &[Facts], now: impl Fn(&Facts) -> bool, before: impl Fn(&Facts) -> bool) -> Cell {
    let rows = |wanted: &dyn Fn(&Facts) -> bool| {
        facts.iter().filter(|f| wanted(f)).map(|f| f.row).collect()
    };
    Cell {
        now: rows(&now),
        before: rows(&before),
    }
}

fn asked_cell(facts: &[Facts], flag: Interest) -> Cell {
    let has = |asked: Option<Interest>| asked.is_some_and(|interest| interest.contains(flag));
    cell(facts, |f| has(f.asked.now), |f| has(f.asked.before))
}

fn new_cell(facts: &[Facts], flag: Readiness) -> Vec<Row> {
    facts
        .iter()
        .filter(|f| f.told.contains(flag))
        .map(|f| f.row)
        .collect()
}

fn mask_cell(facts: &[Facts], flag: PollMask, of: impl Fn(&Facts) -> &Pair<PollMask>) -> Cell {
    cell(
        facts,
        |f| of(f).now.contains(flag),
        |f| of(f).before.contains(flag),
    )
}

fn select_cell(facts: &[Facts], flag: SelectSets) -> Cell {
    cell(
        facts,
        |f| f.select.now.contains(flag),
        |f| f.select.before.contains(flag),
    )
}

/// Draws it.
pub(super) fn pane(frame: &mut Frame<'_>, area: Rect, model: &Model, shape: Shape) {
    match shape {
        Shape::Narrow => narrow(frame, area, model),
        Shape::Usual => table(frame, area, model, &KINDS[..3], false),
        Shape::Rich => {
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

fn table(frame: &mut Frame<'_>, area: Rect, model: &Model, lines: &[Kind], with_epoll: bool) {
    let world = model.world();
    let facts = gather(world);
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
    let watched = world.present().any(|row| row.asked().is_some());
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
        let mut put_cell = |i: usize, text: String, changed: bool| {
            let style = if changed {
                theme::changed(plain)
            } else {
                plain
            };
            put_within(frame, area, at(i) as u16, y, room(i), &text, style);
        };
        match line.asked {
            Some(flag) => {
                let asked = asked_cell(&facts, flag);
                put_cell(0, asked.text(room(0)), asked.is_changed());
            }
            None if watched => put_cell(0, "always told".to_owned(), false),
            None => put_cell(0, "-".to_owned(), false),
        }
        let told = new_cell(&facts, line.new);
        let star = if told.is_empty() || world.tick_n != world.n {
            ""
        } else {
            " *"
        };
        put_cell(
            1,
            format!("{}{star}", numbers::fitted(&told, room(1) - 2)),
            !star.is_empty(),
        );
        let mut i = 2;
        if with_epoll {
            let level = mask_cell(&facts, line.mask, |f| &f.epoll);
            put_cell(i, level.text(room(i)), level.is_changed());
            i += 1;
        }
        let poll = mask_cell(&facts, line.mask, |f| &f.poll);
        put_cell(i, poll.text(room(i)), poll.is_changed());
        let select = line.sets.map(|flag| select_cell(&facts, flag));
        let text = match &select {
            None if any => "has no such".to_owned(),
            None => "-".to_owned(),
            Some(cell) if line.name == "error" && cell.now.is_empty() && !poll.now.is_empty() => {
                "-   differs".to_owned()
            }
            Some(cell) => cell.text(room(i + 1)),
        };
        put_cell(i + 1, text, select.is_some_and(|cell| cell.is_changed()));
    }
    if any && !watched {
        put_within(frame, area, at(1) as u16, 2, 20, "nobody is watched", plain);
    }
    differs(frame, area, model, &facts, lines.len() as u16 + 2);
}

/// Why the error row's two cells can differ.
fn differs(frame: &mut Frame<'_>, area: Rect, model: &Model, facts: &[Facts], line: u16) {
    if line >= area.height {
        return;
    }
    let poll = mask_cell(facts, PollMask::ERR, |f| &f.poll);
    if !poll.now.is_empty() {
        let text = "differs: select has no error list. Its third list is for urgent data.";
        put(frame, area, 2, line + 1, text, theme::text(model));
    }
}

fn narrow(frame: &mut Frame<'_>, area: Rect, model: &Model) {
    let world = model.world();
    let facts = gather(world);
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
        match line.asked {
            Some(flag) => {
                let asked = asked_cell(&facts, flag);
                put_cell(13, 11, asked.text(11), asked.is_changed());
            }
            None if world.tick > 0 => put_cell(13, 11, "always".to_owned(), false),
            None => put_cell(13, 11, "-".to_owned(), false),
        }
        let told = new_cell(&facts, line.new);
        put_cell(
            25,
            10,
            numbers::fitted(&told, 10),
            !told.is_empty() && world.tick_n == world.n,
        );
        let poll = mask_cell(&facts, line.mask, |f| &f.poll);
        let select = line
            .sets
            .map_or(Vec::new(), |flag| select_cell(&facts, flag).now);
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
        put_cell(36, room, text, poll.is_changed());
    }
}
