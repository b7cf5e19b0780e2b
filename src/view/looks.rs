//! The looks of the chosen socket side by side, and all sockets as a matrix: the same moment, asked in four ways.

use super::frame::Frame;
use super::paint::{cut, heading, put, wrap};
use super::theme;
use crate::app::model::{Model, Pane};
use crate::derive::kinds::{KINDS, ReadinessKind};
use crate::derive::looks::{Differs, differs, reported_now};
use crate::model::readiness::{PollMask, SelectSets, joined};
use crate::model::record::Answer;
use crate::model::world::{RowState, World};
use crate::narrate::masks;
use crate::words::looks::{elsewhere, sentence};
use ratatui::layout::Rect;

/// Where the four looks stand.
const COLUMNS: [u16; 5] = [15, 28, 41, 54, 67];
const NAMES: [&str; 5] = [
    "asked for",
    "epoll_wait",
    "epoll level",
    "poll(2)",
    "select(2)",
];

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
    let title = format!("LOOKS at {} {}, {when}", row.row, cut(row.target(), 24));
    heading(frame, area, model, Some(Pane::Looks), &[(3, &title)]);
    for (column, name) in COLUMNS.into_iter().zip(NAMES) {
        put(frame, area, column, 1, name, plain);
    }
    let mut y = 2;
    for kind in &KINDS {
        put(frame, area, 1, y, kind.name, plain);
        for (column, text) in COLUMNS.into_iter().zip(answers(world, row, kind)) {
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
            put(frame, area, COLUMNS[0] + 1, y, &text, plain);
            y += 1;
        }
    }
    y += 1;
    for (index, reason) in differs(world, row).into_iter().enumerate() {
        for (line, text) in wrap(&sentence(&reason, &[row.row]), width - 9)
            .into_iter()
            .enumerate()
        {
            let label = if index == 0 && line == 0 {
                "differs: "
            } else {
                "         "
            };
            put(frame, area, 1, y, &format!("{label}{text}"), plain);
            y += 1;
        }
    }
    matrix(frame, area, model, y + 1);
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
    let edge = match registered {
        None => "-",
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
        (None, _) => "no such list",
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
        mask(row.look.epoll),
        mask(row.look.poll),
        select,
    ]
}

/// A line for each socket: the mask of each look, and whether they differ.
fn matrix(frame: &mut Frame<'_>, area: Rect, model: &Model, first: u16) {
    if first + 2 >= area.height {
        return;
    }
    let plain = theme::text(model);
    let place = Rect {
        y: area.y + first,
        height: area.height - first,
        ..area
    };
    heading(
        frame,
        place,
        model,
        None,
        &[
            (3, "ALL"),
            (COLUMNS[1], "epoll_wait"),
            (COLUMNS[2], "poll(2)"),
            (66, "select(2)"),
        ],
    );
    let mut notes = vec!["Elsewhere (documented, not measured):".to_owned()];
    notes.extend(elsewhere().flat_map(|text| wrap(text, usize::from(area.width) - 2)));
    // What is so elsewhere waits until there is room for it below a heading with a socket.
    if usize::from(place.height) < 2 + notes.len() {
        notes.clear();
    }
    let room = usize::from(place.height).saturating_sub(1 + notes.len());
    for (y, row) in (1..).zip(model.listed().skip(model.first).take(room)) {
        let reported = reported_now(model.world(), row);
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
        let reasons = differs(model.world(), row);
        let mark = if reasons
            .iter()
            .any(|reason| reason.why != Differs::NotWatched)
        {
            " differs"
        } else {
            ""
        };
        let new = if reported.is_empty() {
            "-".to_owned()
        } else {
            crate::model::notation::letters(reported)
        };
        put(
            frame,
            place,
            1,
            y,
            &cut(&format!("{} {}{mark}", row.row, row.target()), 26),
            plain,
        );
        put(frame, place, COLUMNS[1], y, &new, plain);
        put(
            frame,
            place,
            COLUMNS[2],
            y,
            &poll.answer().map_or("-".to_owned(), |mask| joined(&mask)),
            plain,
        );
        put(frame, place, 66, y, &select, plain);
    }
    let below = place.height.saturating_sub(notes.len() as u16);
    for (y, text) in (below..).zip(&notes) {
        put(frame, place, 1, y, text, plain);
    }
}
