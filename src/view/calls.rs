//! The calls of the shown record, in strace's notation; zoomed, the whole log.

use super::frame::Frame;
use super::layout::LayoutKind;
use super::paint::{cut, heading, put, wrap};
use super::theme;
use crate::app::model::{Model, Pane};
use crate::derive::class;
use crate::language::title;
use crate::model::call::{CallFact, CalledBy};
use crate::model::errno::ErrnoClass;
use crate::model::ids::Row;
use crate::model::notation;
use crate::model::record::{Cause, Record};
use crate::model::unknown::Unknown;
use crate::model::world::World;
use crate::narrate::next;
use crate::words;
use crate::words::calls::Chooser;
use ratatui::layout::Rect;

/// Where the words beside a call begin, if the call is shorter.
const SIDE_TEXT: usize = 48;

/// What a line of the log will be about. Of thousands only those that are shown are written out.
struct LogItem<'a> {
    row: Option<Row>,
    what: LogLine<'a>,
    /// The program's own calls come first when there is not room for all.
    by_peer: bool,
}

enum LogLine<'a> {
    Call(usize, &'a CallFact),
    Quiet(&'static str),
    Unknown(&'a Unknown),
}

/// One line of the log.
struct LogEntry {
    row: Option<Row>,
    text: String,
    side_text: String,
    /// What its errno asks of the program: `Pending`.
    class: Option<&'static str>,
    by_peer: bool,
}

/// Draws the calls of the shown record.
pub(super) fn pane(frame: &mut Frame<'_>, area: Rect, model: &Model, shape: LayoutKind) {
    let Some(record) = model.history.record() else {
        return;
    };
    let room = usize::from(area.height.saturating_sub(1));
    let mut items = items(model.world(), record);
    let all = items.len();
    arrange(&mut items, model, room, shape);
    items.truncate(room);
    let entries = entries(model.world(), record, &items);
    let mut title = heading_of(record, shape, model, all);
    if all > room {
        title = format!("{title}, {} more: TAB z", all - room);
    }
    heading(frame, area, model, Some(Pane::Calls), &[(3, &title)]);
    if all == 0 {
        let text = if record.looked {
            "no call was made for your program; looks are not listed here"
        } else {
            "no call"
        };
        put(frame, area, 4, 1, text, theme::text(model));
    }
    for (line, entry) in (1..).zip(&entries) {
        put_entry(frame, area, line, model, entry);
    }
    if shape == LayoutKind::Rich && room > all + 3 {
        let rest = Rect {
            y: area.y + 2 + all as u16,
            height: area.height - 2 - all as u16,
            ..area
        };
        earlier(frame, rest, model);
    }
}

fn heading_of(record: &Record, shape: LayoutKind, model: &Model, all: usize) -> String {
    let when = match (record.tick, &record.cause) {
        (Some(tick), _) => format!("tick {tick}"),
        (None, Cause::Command(_) | Cause::Unknown(_)) => {
            let words = title::words(record, 25).unwrap_or_default();
            format!("'{}'", cut(&words, 24))
        }
        (None, Cause::Answer) if record.calls.is_empty() => "what packets did".to_owned(),
        (None, Cause::Answer) => "an answer".to_owned(),
    };
    if shape == LayoutKind::Narrow {
        format!("CALL of {} (of {all} in {when})", model.chosen)
    } else {
        format!("CALLS of {when}")
    }
}

/// When not all fit: the poll, then the chosen socket's, then the other sockets', then the peers'.
fn arrange(items: &mut [LogItem<'_>], model: &Model, room: usize, shape: LayoutKind) {
    if items.len() <= room {
        return;
    }
    let chosen = model.chosen;
    items.sort_by_key(|item| match item.row {
        None => u8::from(shape == LayoutKind::Narrow) * 2,
        Some(row) if row == chosen && !item.by_peer => 1,
        Some(_) if !item.by_peer => 2,
        Some(row) if row == chosen => 3,
        Some(_) => 4,
    });
}

fn items<'a>(world: &World, record: &'a Record) -> Vec<LogItem<'a>> {
    let item = |(place, fact): (usize, &'a CallFact)| LogItem {
        row: fact.row,
        what: LogLine::Call(place, fact),
        by_peer: matches!(fact.by, CalledBy::Peer | CalledBy::Lab),
    };
    let mut items: Vec<LogItem<'a>> = record.calls.iter().enumerate().map(item).collect();
    if record.tick.is_some() && world.count() <= 8 {
        quiet_rows(world, record, &mut items);
    }
    items.extend(record.unknown.iter().map(|unknown| LogItem {
        row: None,
        what: LogLine::Unknown(unknown),
        by_peer: false,
    }));
    items
}

fn entries(world: &World, record: &Record, items: &[LogItem<'_>]) -> Vec<LogEntry> {
    let chooser = Chooser::new(world, record);
    let call = |fact: &CallFact| {
        let line = notation::line(fact, &record.events);
        match fact.by {
            CalledBy::Peer => format!("peer {line}"),
            CalledBy::Lab => format!("lab {line}"),
            CalledBy::Program | CalledBy::Library => line,
        }
    };
    let entry = |item: &LogItem<'_>| {
        let (text, side_text) = match (&item.what, item.row) {
            (LogLine::Unknown(unknown), _) => (words::unknown::line(unknown), String::new()),
            (LogLine::Quiet(why), _) => ((*why).to_owned(), String::new()),
            (LogLine::Call(_, fact), Some(row)) if item.by_peer => {
                (call(fact), format!("for {row}"))
            }
            (LogLine::Call(place, fact), _) => {
                let sentence = chooser.sentence(*place);
                let short = sentence.map_or_else(String::new, |sentence| sentence.short.clone());
                (call(fact), short)
            }
        };
        let class = match (&item.what, item.by_peer) {
            (LogLine::Call(place, fact), false) => class::of(fact, world.around(*place)),
            _ => None,
        };
        LogEntry {
            row: item.row,
            text,
            side_text,
            class: class.map(ErrnoClass::word),
            by_peer: item.by_peer,
        }
    };
    let mut entries: Vec<LogEntry> = items.iter().map(entry).collect();
    // The same words twice in a row say nothing more.
    let mut last = String::new();
    for entry in &mut entries {
        if !entry.by_peer && entry.side_text == last {
            entry.side_text.clear();
        } else {
            last.clone_from(&entry.side_text);
        }
    }
    entries
}

/// Rows without a call are named too, so that nobody wonders.
fn quiet_rows(world: &World, record: &Record, items: &mut Vec<LogItem<'_>>) {
    for row in world.present() {
        let called = record.calls.iter().any(|fact| {
            fact.row == Some(row.row) && matches!(fact.by, CalledBy::Program | CalledBy::Library)
        });
        if called || row.is_settled() {
            continue;
        }
        let Some(why) = next::no_call(world, record, row.row) else {
            continue;
        };
        let place = items
            .iter()
            .position(|item| item.row.is_some_and(|r| r > row.row) || item.by_peer);
        let item = LogItem {
            row: Some(row.row),
            what: LogLine::Quiet(&why.text),
            by_peer: false,
        };
        items.insert(place.unwrap_or(items.len()), item);
    }
}

fn put_entry(frame: &mut Frame<'_>, area: Rect, line: u16, model: &Model, entry: &LogEntry) {
    let plain = theme::text(model);
    let width = usize::from(area.width);
    let style = if entry.row == Some(model.chosen) && !entry.by_peer {
        theme::changed(plain)
    } else {
        plain
    };
    if let Some(row) = entry.row.filter(|_| !entry.by_peer) {
        put(frame, area, 0, line, &format!("{row:>3}"), style);
    }
    put(frame, area, 4, line, &cut(&entry.text, width - 4), style);
    let side_text = SIDE_TEXT.max(4 + entry.text.len() + 2).min(width);
    // The class is the shorter of the two, and what a program goes by.
    let whole = match entry.class {
        Some(class) if entry.side_text.is_empty() => class.to_owned(),
        Some(class) => format!("{class}: {}", entry.side_text),
        None => entry.side_text.clone(),
    };
    let texts = [whole.as_str(), entry.class.unwrap_or_default()];
    let fits = |text: &&str| !text.is_empty() && side_text + text.len() <= width;
    if let Some(text) = texts.into_iter().find(fits) {
        put(frame, area, side_text as u16, line, text, plain);
    }
}

/// The log before the shown record, newest at the bottom.
fn earlier(frame: &mut Frame<'_>, area: Rect, model: &Model) {
    let records = model.history.records();
    let Some((_, before)) = records.split_last() else {
        return;
    };
    heading(frame, area, model, None, &[(3, "CALLS before")]);
    let room = usize::from(area.height.saturating_sub(1));
    let mut lines: Vec<String> = Vec::new();
    for record in before.iter().rev() {
        let mut own = log_lines(record);
        own.append(&mut lines);
        lines = own;
        if lines.len() >= room {
            break;
        }
    }
    let skip = lines.len().saturating_sub(room);
    for (line, text) in (1..).zip(&lines[skip..]) {
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

fn log_lines(record: &Record) -> Vec<String> {
    let when = record
        .tick
        .map_or_else(|| "-".to_owned(), |tick| format!("tick {tick}"));
    let line = |fact: &CallFact| {
        let row = fact.row.map_or_else(String::new, |row| row.to_string());
        let who = match fact.by {
            CalledBy::Peer => "peer ",
            CalledBy::Lab => "lab ",
            CalledBy::Program | CalledBy::Library => "",
        };
        format!(
            "{when:>9} {row:>4} {who}{}",
            notation::line(fact, &record.events)
        )
    };
    let unknown = words::unknown::lines(record).map(|line| format!("{when:>9}      {line}"));
    record.calls.iter().map(line).chain(unknown).collect()
}

/// The whole log up to the shown record, scrolled from its end.
pub(super) fn whole_log(frame: &mut Frame<'_>, area: Rect, model: &Model) {
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
