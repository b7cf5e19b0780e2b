//! A small correct program beside the chosen socket: a listing to compare with, not running. The line that made the socket's last call
//! and the one that makes its next are marked from the calls.

use super::frame::Frame;
use super::paint::{cut, heading, put, wrap};
use super::theme;
use crate::app::model::{Model, Pane};
use crate::language::keys;
use crate::model::world::Outlook;
use crate::words::listings;
use crate::words::listings::{Listing, ListingLine};
use crate::words::looks::{EDGE_REPORTED, differs};
use crate::words::prose;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use std::sync::LazyLock;

/// The lines of each listing, taken apart once.
static LINES: LazyLock<Vec<Vec<ListingLine>>> = LazyLock::new(|| {
    let all = listings::ALL.iter();
    all.map(|listing| listing.lines().collect()).collect()
});

fn shown_lines(listing: usize) -> &'static [ListingLine] {
    let lines = LINES.get(listing).or(LINES.last());
    lines.map_or(&[], Vec::as_slice)
}

/// Draws it.
pub(super) fn pane(frame: &mut Frame<'_>, area: Rect, model: &Model) {
    let listing = &listings::ALL[model.listing.min(listings::ALL.len() - 1)];
    let title = format!(
        "CODE  {}: a listing to compare with, not running",
        listing.name
    );
    heading(frame, area, model, Some(Pane::Code), &[(3, &title)]);
    let (ran, next) = (last_step(model), next_step(model));
    let lines = shown_lines(model.listing);
    let width = usize::from(area.width) - 2;
    let notes: Vec<String> = notes(listing, model)
        .iter()
        .flat_map(|note| wrap(note, width))
        .collect();
    let room = usize::from(area.height).saturating_sub(2 + notes.len());
    let marked =
        |step: Option<&str>| step.and_then(|step| lines.iter().position(|line| line.makes(step)));
    let (ran_at, next_at) = (marked(ran), marked(next));
    let first = first_line(lines.len(), room, ran_at, next_at, model.zoom.unwrap_or(0));
    let plain = theme::text(model);
    for (y, (index, line)) in (1..).zip(lines.iter().enumerate().skip(first).take(room)) {
        let (word, style) = match (ran_at == Some(index), next_at == Some(index)) {
            (true, true) => (
                "again",
                plain.add_modifier(Modifier::BOLD | Modifier::REVERSED),
            ),
            (true, false) => ("ran", plain.add_modifier(Modifier::BOLD)),
            (false, true) => (
                "next",
                plain.add_modifier(Modifier::BOLD | Modifier::REVERSED),
            ),
            (false, false) => ("", plain),
        };
        put(frame, area, 1, y, word, plain.add_modifier(Modifier::BOLD));
        put(
            frame,
            area,
            7,
            y,
            &cut(line.code, usize::from(area.width) - 7),
            style,
        );
    }
    let below = area.height.saturating_sub(notes.len() as u16);
    for (y, text) in (below..).zip(&notes) {
        put(
            frame,
            area,
            1,
            y,
            &cut(text, usize::from(area.width) - 1),
            plain,
        );
    }
}

/// The marked lines are kept in sight, `next` above all; up and down move from there.
fn first_line(
    count: usize,
    room: usize,
    ran: Option<usize>,
    next: Option<usize>,
    scroll: usize,
) -> usize {
    let last = count.saturating_sub(room);
    let around = next.or(ran).map_or(0, |at| at.saturating_sub(room / 2));
    (around + scroll).min(last)
}

fn notes(listing: &Listing, model: &Model) -> Vec<String> {
    let mut notes = Vec::new();
    let reported_before = model.chosen_row().is_some_and(|row| {
        let reasons = differs(model.world(), row);
        reasons.iter().any(|reason| reason.key == EDGE_REPORTED)
    });
    if reported_before {
        notes.push(if listing.level {
            prose::text("listing level").text.clone()
        } else {
            prose::text("listing edge").text.clone()
        });
    }
    notes.push(keys::said("{key code} shows the next language."));
    notes
}

/// The marker of the chosen socket's last call; an event that came after it is a wait that has ended.
fn last_step(model: &Model) -> Option<&'static str> {
    let row = model.chosen_row()?;
    let heard_last = row.changed_at.reported > row.changed_at.fact.max(row.changed_at.asked);
    if heard_last {
        Some("wait")
    } else {
        row.last_call.and_then(listings::call_word)
    }
}

/// The marker of what it does next.
fn next_step(model: &Model) -> Option<&'static str> {
    match model.world().outlook(model.chosen) {
        Outlook::Makes(step) => listings::step_word(step),
        Outlook::WaitsForEvent => Some("wait"),
        Outlook::MustRetry => Some("connect"),
        Outlook::Stuck(_)
        | Outlook::WaitsForName
        | Outlook::WaitsForTurn
        | Outlook::HeldBack
        | Outlook::Watched
        | Outlook::Settled => None,
    }
}
