//! The looks of the chosen socket side by side, and all sockets as a matrix: the same moment, asked in four ways.

use super::frame::Frame;
use super::paint::{cut, heading, put, wrap};
use super::theme;
use crate::app::model::{Model, Pane};
use crate::derive::kinds::{KINDS, ReadinessKind};
use crate::derive::looks::reported_now;
use crate::model::readiness::{PollMask, SelectSets, joined};
use crate::model::record::Answer;
use crate::model::world::{RowState, World};
use crate::narrate::masks;
use crate::words::looks::{NOT_WATCHED, differs, elsewhere, sentence};
use ratatui::layout::Rect;

/// Where what was asked for stands, and the four looks: none of them ever goes.
const COLUMNS: [u16; 5] = [15, 28, 41, 54, 67];
const NAMES: [&str; 5] = [
    "asked for",
    "epoll_wait",
    "epoll level",
    "poll(2)",
    "select(2)",
];
/// The same on a narrow screen.
const NARROW_COLUMNS: [u16; 5] = [14, 26, 38, 44, 51];
const NARROW_NAMES: [&str; 5] = ["asked for", "epoll_wait", "level", "poll", "select"];

fn columns(area: Rect) -> ([u16; 5], [&'static str; 5]) {
    match area.width {
        ..80 => (NARROW_COLUMNS, NARROW_NAMES),
        _ => (COLUMNS, NAMES),
    }
}

/// From so many lines on there is room for what the mask means.
const ROOMY: u16 = 18;

/// Draws it.
pub(super) fn pane(frame: &mut Frame<'_>, area: Rect, model: &Model) {
    let world = model.world();
    let plain = theme::text(model);
    let Some(row) = model.chosen_row() else {
        return heading(frame, area, model, Some(Pane::Looks), &[(3, "LOOKS")]);
    };
    let when = world.looked_at_us.map_or("looks are off".to_owned(), |at| {
        format!("looked at {}", model.clock(at))
    });
    let title = format!("LOOKS at {} {}, {when}", row.row, cut(&row.label(), 24));
    heading(frame, area, model, Some(Pane::Looks), &[(3, &title)]);
    let (columns, names) = columns(area);
    for (column, name) in columns.into_iter().zip(names) {
        put(frame, area, column, 1, name, plain);
    }
    // The table of all sockets keeps its lines below what is said of this one.
    let reserved = matrix_lines(model, area);
    let area_above = Rect {
        height: area.height.saturating_sub(reserved),
        ..area
    };
    let mut y = 2;
    for kind in &KINDS {
        put(frame, area, 1, y, kind.name, plain);
        for (column, text) in columns.into_iter().zip(answers(world, row, kind)) {
            let style = if text == "yes" || text == "NEW" {
                theme::changed(plain)
            } else {
                plain
            };
            put(frame, area, column, y, text, style);
        }
        y += 1;
    }
    let mask = |answer: Answer<PollMask>| {
        answer
            .answer()
            .filter(|_| row.fd().is_some())
            .map_or("not asked".to_owned(), |mask| joined(&mask))
    };
    put(
        frame,
        area,
        1,
        y,
        &format!("whole mask     {}", mask(row.look.poll)),
        plain,
    );
    y += 1;
    let width = usize::from(area.width) - 4;
    if area.height >= ROOMY
        && let Some(text) = masks::of(row)
    {
        for text in wrap(text.first_sentence(), width.saturating_sub(14)) {
            put(frame, area_above, columns[0] + 1, y, &text, plain);
            y += 1;
        }
    }
    // A blank line only where there is room for one.
    y += u16::from(area.height >= ROOMY + 6);
    for (index, reason) in differs(world, row).into_iter().enumerate() {
        for (line, text) in wrap(&sentence(&reason, &[row.row]).text, width - 9)
            .into_iter()
            .enumerate()
        {
            let label = if index == 0 && line == 0 {
                "differs: "
            } else {
                "         "
            };
            put(frame, area_above, 1, y, &format!("{label}{text}"), plain);
            y += 1;
        }
    }
    matrix(
        frame,
        area,
        model,
        y.min(area.height.saturating_sub(reserved)),
    );
}

/// So many lines the table of all sockets keeps: a heading, and a few of them.
fn matrix_lines(model: &Model, area: Rect) -> u16 {
    let most = if area.height >= ROOMY { 4 } else { 2 };
    u16::try_from(model.listed_count())
        .unwrap_or(most)
        .min(most)
        + 1
}

fn answers(world: &World, row: &RowState, kind: &ReadinessKind) -> [&'static str; 5] {
    let registered = row.asked();
    let wants = match (registered, kind.asked) {
        (None, _) => "not watched",
        (Some(_), None) => "always",
        (Some(interest), Some(wanted)) if interest.contains(wanted) => "yes",
        (Some(_), Some(_)) => "no",
    };
    let reported = reported_now(world, row);
    let refused = row.current().is_refused_by_epoll();
    let edge = match registered {
        None => "-",
        Some(_) if refused => "EPERM",
        Some(_) if reported.contains(kind.new) => "NEW",
        Some(_) => "nothing new",
    };
    if row.fd().is_none() {
        return ["no socket", "-", "-", "-", "-"];
    }
    let yes_no = |yes: bool| if yes { "yes" } else { "no" };
    let mask = |answer: Answer<PollMask>| match answer {
        Answer::NotAsked => "-",
        Answer::NoAnswer | Answer::BadDescriptor => "n/a",
        Answer::Says(mask) => yes_no(mask.contains(kind.mask)),
    };
    let select = match (kind.sets, row.look.select) {
        (None, _) => "no such",
        (_, Answer::NotAsked) => "-",
        (_, Answer::NoAnswer) => "n/a",
        (_, Answer::BadDescriptor) => "EBADF",
        // The third set is for errors and for urgent data alike; poll says which it is.
        (Some(SelectSets::X), Answer::Says(sets)) => {
            let is = row
                .look
                .poll
                .answer()
                .is_some_and(|mask| mask.contains(kind.mask));
            yes_no(sets.contains(SelectSets::X) && is)
        }
        (Some(set), Answer::Says(sets)) => yes_no(sets.contains(set)),
    };
    [
        wants,
        edge,
        if refused {
            "EPERM"
        } else {
            mask(row.look.epoll)
        },
        mask(row.look.poll),
        select,
    ]
}

/// A line for each socket: the mask of each look, and whether they differ.
fn matrix(frame: &mut Frame<'_>, area: Rect, model: &Model, first: u16) {
    let plain = theme::text(model);
    let place = Rect {
        y: area.y + first,
        height: area.height.saturating_sub(first),
        ..area
    };
    let narrow = area.width < 80;
    let [new_at, poll_at, select_at] = if narrow { [19, 25, 49] } else { [28, 41, 66] };
    let new_name = if narrow { "NEW" } else { "epoll_wait" };
    let parts = [
        (3, "ALL"),
        (new_at, new_name),
        (poll_at, "poll(2)"),
        (select_at, "select(2)"),
    ];
    heading(frame, place, model, None, &parts);
    let sockets = model.listed_count().saturating_sub(model.first);
    let all = usize::from(place.height.saturating_sub(1));
    let mut notes = vec!["Elsewhere (documented, not measured):".to_owned()];
    notes.extend(elsewhere().flat_map(|text| wrap(text, usize::from(area.width) - 2)));
    // What is so elsewhere waits until every socket has its line.
    if all < sockets.min(8) + notes.len() {
        notes.clear();
    }
    let room = all - notes.len();
    for (y, row) in (1..).zip(model.listed().skip(model.first).take(room)) {
        let mut cell = |at: u16, to: u16, text: &str| {
            put(frame, place, at, y, &cut(text, usize::from(to - at)), plain);
        };
        let texts = in_one_line(model.world(), row);
        cell(1, new_at - 1, &texts[0]);
        cell(new_at, poll_at - 1, &texts[1]);
        cell(poll_at, select_at - 1, &texts[2]);
        cell(select_at, area.width, &texts[3]);
    }
    let below = place.height.saturating_sub(notes.len() as u16);
    for (y, text) in (below..).zip(&notes) {
        put(frame, place, 1, y, text, plain);
    }
}

/// A socket, what was reported of it, and what poll(2) and select(2) say.
fn in_one_line(world: &World, row: &RowState) -> [String; 4] {
    let (poll, select) = match row.fd() {
        Some(_) => (row.look.poll, row.look.select),
        None => (Answer::NotAsked, Answer::NotAsked),
    };
    let select = match select {
        Answer::NotAsked => "-".to_owned(),
        Answer::NoAnswer => "n/a".to_owned(),
        Answer::BadDescriptor => "EBADF".to_owned(),
        Answer::Says(sets) => joined(&sets),
    };
    let differ = differs(world, row)
        .iter()
        .any(|reason| reason.key != NOT_WATCHED);
    let mark = if differ { " differs" } else { "" };
    let reported = reported_now(world, row);
    let new = if reported.is_empty() {
        "-".to_owned()
    } else {
        crate::model::notation::letters(reported)
    };
    let poll = poll.answer().map_or("-".to_owned(), |mask| joined(&mask));
    [
        format!("{} {}{mark}", row.row, row.label()),
        new,
        poll,
        select,
    ]
}
