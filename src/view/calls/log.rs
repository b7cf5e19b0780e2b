//! The log of all calls up to the shown record.

use super::super::frame::Frame;
use super::super::paint::{cut, heading, put, wrap};
use super::super::theme;
use crate::app::model::{Model, Pane};
use crate::model::call::{Call, CallFact};
use crate::model::notation;
use crate::model::record::Record;
use crate::words;
use ratatui::layout::Rect;
use std::borrow::Cow;
use std::fmt::Write;

/// The log before the shown record, newest at the bottom.
pub(super) fn earlier(frame: &mut Frame<'_>, area: Rect, model: &Model) {
    let records = model.history.records();
    let Some((_, before)) = records.split_last() else {
        return;
    };
    heading(frame, area, model, None, &[(3, "CALLS before")]);
    let room = usize::from(area.height.saturating_sub(1));
    // Of thousands of calls only those that are seen are written out.
    let newest_first = before
        .iter()
        .rev()
        .flat_map(|record| log_lines(record).rev());
    let mut lines: Vec<String> = newest_first.take(room).collect();
    lines.reverse();
    for (line, text) in (1..).zip(&lines) {
        put(
            frame,
            area,
            1,
            line,
            &cut(text, usize::from(area.width) - 1),
            theme::text(model),
        );
    }
}

fn log_lines(record: &Record) -> impl DoubleEndedIterator<Item = String> + '_ {
    let when = record
        .tick
        .map_or_else(|| "-".to_owned(), |tick| format!("tick {tick}"));
    let when = format!("{when:>9} ");
    let of_unknown = when.clone();
    let line = move |fact: Cow<'_, CallFact>| {
        let who = notation::whose(fact.by);
        // They stand in one line; where they are packed they need not be unpacked for every other.
        let events = match fact.call {
            Call::EpollWait { .. } => record.events.as_slice(),
            _ => &[],
        };
        let mut line = when.clone();
        match fact.row {
            Some(row) => drop(write!(line, "{row:>4} ")),
            None => line.push_str("     "),
        }
        line.push_str(who);
        line.push_str(&notation::line(&fact, events));
        line
    };
    let unknown = words::unknown::lines(record);
    let unknown = unknown.map(move |line| format!("{of_unknown}     {line}"));
    record.calls.stream().map(line).chain(unknown)
}

/// The whole log up to the shown record, scrolled from its end.
pub(in crate::view) fn whole_log(frame: &mut Frame<'_>, area: Rect, model: &Model) {
    let width = usize::from(area.width) - 2;
    let lines: Vec<String> = model
        .history
        .records()
        .iter()
        .rev()
        .take(500)
        .rev()
        .flat_map(|r| log_lines(r))
        .flat_map(|line| wrap(&line, width))
        .collect();
    let room = usize::from(area.height.saturating_sub(1));
    let last = lines.len().saturating_sub(room);
    let scroll = model.zoom.unwrap_or(0).min(last);
    let first = last - scroll;
    let title = format!(
        "CALLS so far, lines {}-{} of {}",
        first + 1,
        (first + room).min(lines.len()),
        lines.len()
    );
    heading(frame, area, model, Some(Pane::Calls), &[(3, &title)]);
    for (line, text) in (1..).zip(lines.iter().skip(first).take(room)) {
        put(
            frame,
            area,
            1,
            line,
            &cut(text, usize::from(area.width) - 1),
            theme::text(model),
        );
    }
}
