//! Choosing a socket: by moving, by its number, and keeping it in sight.

use crate::app::model::{Model, Pane};
use crate::language::keys::{self, Action, Key};
use crate::model::ids::Row;
use std::time::Duration;

/// How long a first digit waits for a second.
const DIGITS: Duration = Duration::from_secs(1);

/// Moves to the socket so many lines below, or scrolls what fills the screen.
pub(super) fn move_or_scroll(model: &mut Model, step: isize) {
    if let Some(scroll) = model
        .zoom
        .filter(|_| !matches!(model.pane, Pane::Sockets | Pane::Timeline))
    {
        model.zoom = Some(scroll.saturating_add_signed(step));
        return;
    }
    let rows: Vec<Row> = model.listed().map(|row| row.row).collect();
    let at = rows.iter().position(|row| *row == model.chosen);
    let next = match at {
        None => rows.first(),
        Some(at) => rows.get(at.saturating_add_signed(step)).or(rows.last()),
    };
    if let Some(row) = next {
        model.chosen = *row;
    }
}

/// While the list of sockets fills the screen, the keys of lists choose a socket: the first, the last, one a page further. Whether this was one.
pub(super) fn in_the_list(model: &mut Model, key: Key) -> bool {
    if model.zoom.is_none() || model.pane != Pane::Sockets {
        return false;
    }
    let page = isize::try_from(model.visible_rows.max(1)).unwrap_or(1);
    match key {
        Key::Home => move_or_scroll(model, isize::MIN / 2),
        Key::End => move_or_scroll(model, isize::MAX / 2),
        Key::PageUp => move_or_scroll(model, -page),
        Key::PageDown => move_or_scroll(model, page),
        _ => return false,
    }
    true
}

/// A digit: the socket of that number, or of the two digits typed within a second.
pub(super) fn choose_digit(model: &mut Model, digit: u8) {
    let known = |model: &Model, number: u32| {
        model
            .world()
            .row(Row(number))
            .is_some_and(|row| !row.removed)
    };
    let before = model
        .digits
        .filter(|(_, at)| model.now.saturating_sub(*at) < DIGITS)
        .map(|(number, _)| number);
    let longer = before
        .and_then(|number| number.checked_mul(10))
        .and_then(|number| number.checked_add(u32::from(digit)));
    let number = longer
        .filter(|number| known(model, *number))
        .unwrap_or(u32::from(digit));
    model.digits = Some((number, model.now));
    if number == 0 {
        return;
    }
    if model
        .world()
        .row(Row(number))
        .is_some_and(|row| !row.removed && !model.passes(row))
    {
        let escape = keys::label(Action::Escape);
        model.notice = Some(format!(
            "Socket {number} is hidden by the filter. {escape} takes it off."
        ));
    } else if known(model, number) {
        model.chosen = Row(number);
        model.chosen_packet = None;
    } else {
        model.notice = Some(format!("There is no socket {number}."));
    }
}

/// Scrolls the list so far that a row which has just joined can be seen, as long as the chosen one stays in sight.
pub(super) fn bring_into_view(model: &mut Model, row: Row) {
    let place = |wanted: Row| {
        let before = model.listed().take_while(|row| row.row < wanted);
        before.count()
    };
    let first = (place(row) + 1).saturating_sub(model.visible_rows.max(1));
    model.first = model.first.max(first.min(place(model.chosen)));
}

/// The chosen row is one that is there, and the list is scrolled so that it can be seen.
pub(super) fn keep_chosen_visible(model: &mut Model) {
    let count = model.listed_count();
    let at = if model.filter.is_empty() && count == model.world().rows_ever() {
        // Nothing is hidden, so a row's place is its number.
        let at = model.chosen.index().min(count.saturating_sub(1));
        model.chosen = Row(u32::try_from(at + 1).unwrap_or(u32::MAX));
        at
    } else {
        let rows: Vec<Row> = model.listed().map(|row| row.row).collect();
        let near = rows
            .binary_search(&model.chosen)
            .unwrap_or_else(|near| near);
        let at = near.min(rows.len().saturating_sub(1));
        model.chosen = rows.get(at).copied().unwrap_or(model.chosen);
        at
    };
    let visible_rows = model.visible_rows.max(1);
    if at < model.first {
        model.first = at;
    }
    if at >= model.first + visible_rows {
        model.first = at + 1 - visible_rows;
    }
    model.first = model.first.min(count.saturating_sub(visible_rows));
}
