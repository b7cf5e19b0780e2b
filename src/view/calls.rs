//! The calls of the shown record, in strace's notation; zoomed, the whole log.

mod log;
pub(super) mod program;

pub(super) use log::whole_log;

use super::frame::Frame;
use super::layout::LayoutKind;
use super::paint::{cut, heading, put};
use super::theme;
use crate::app::model::{Model, Pane};
use crate::derive::class;
use crate::language::title;
use crate::model::call::{CallFact, CalledBy};
use crate::model::command::Command;
use crate::model::errno::ErrnoClass;
use crate::model::ids::Row;
use crate::model::notation;
use crate::model::record::{Cause, Record};
use crate::model::unknown::Unknown;
use crate::model::world::World;
use crate::narrate::next;
use crate::words;
use crate::words::calls::Chooser;
use crate::words::numbers;
use crate::words::prose;
use ratatui::layout::Rect;

/// Where the words beside a call begin, if the call is shorter.
const SIDE_TEXT: usize = 48;

/// What a line of the log will be about. Of thousands only those that are shown are written out.
struct LogItem<'a> {
    /// The row, or the first of those that made no call for the same reason.
    row: Option<Row>,
    what: LogLine<'a>,
    /// The program's own calls come first when there is not room for all.
    by_peer: bool,
}

enum LogLine<'a> {
    Call(usize, &'a CallFact),
    Quiet(&'static str, Vec<Row>),
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

/// How many lines the calls of the shown record take.
pub(super) fn wanted(model: &Model) -> usize {
    let Some(record) = model.history.record() else {
        return 0;
    };
    if model.is_watched() {
        return 4;
    }
    match record.calls.len() {
        // Of hundreds it does not matter how many more lines there are.
        many @ 64.. => many,
        _ => items(model.world(), record).len(),
    }
}

/// Draws the calls of the shown record.
pub(super) fn pane(frame: &mut Frame<'_>, area: Rect, model: &Model, shape: LayoutKind) {
    let Some(record) = model.history.record() else {
        return;
    };
    if area.height == 0 {
        return;
    }
    // Where there is one line alone it is a call without a heading.
    let is_bare = area.height == 1;
    let room = usize::from(area.height - u16::from(!is_bare));
    let mut items = items(model.world(), record);
    let all = items.len();
    arrange(&mut items, model, room, shape);
    items.truncate(room);
    let entries = entries(model.world(), record, &items);
    if is_bare {
        return bare(frame, area, model, entries.first());
    }
    let is_own = items
        .first()
        .is_some_and(|item| item.row == Some(model.chosen));
    let mut title = heading_of(record, shape, model, all, is_own);
    if all > room {
        title = format!("{title}, {} more: :calls", all - room);
    }
    heading(frame, area, model, Some(Pane::Calls), &[(3, &title)]);
    if all == 0 {
        let text = if record.looked {
            prose::say("calls none looked")
        } else {
            prose::say("calls none")
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
        log::earlier(frame, rest, model);
    }
}

/// The call that matters most, where not even one has a line.
pub(super) fn in_one_line(model: &Model, shape: LayoutKind) -> Option<String> {
    let record = model.history.record()?;
    let mut items = items(model.world(), record);
    arrange(&mut items, model, 1, shape);
    items.truncate(1);
    let entry = entries(model.world(), record, &items).pop()?;
    Some(match entry.row.filter(|_| !entry.by_peer) {
        Some(row) => format!("{row} {}", entry.text),
        None => entry.text,
    })
}

/// One call in one line.
fn bare(frame: &mut Frame<'_>, area: Rect, model: &Model, entry: Option<&LogEntry>) {
    const WORD: u16 = 5;
    let plain = theme::text(model);
    let text = entry.map_or(0, |entry| entry.text.len());
    let has_word = text + 4 <= usize::from(area.width - WORD);
    let begin = if has_word { WORD } else { 0 };
    let place = Rect {
        x: area.x + begin,
        width: area.width - begin,
        ..area
    };
    if has_word {
        put(frame, area, 1, 0, "CALL", theme::changed(plain));
    }
    match entry {
        Some(entry) => put_entry(frame, place, 0, model, entry),
        None => put(frame, place, 4, 0, prose::say("calls none"), plain),
    }
}

fn heading_of(
    record: &Record,
    shape: LayoutKind,
    model: &Model,
    all: usize,
    is_own: bool,
) -> String {
    let when = match (record.tick, &record.cause) {
        (Some(tick), _) => format!("tick {tick}"),
        (None, Cause::Command(Command::Lesson(_))) => "the lesson".to_owned(),
        (None, Cause::Command(_) | Cause::Unknown(_) | Cause::Step(_) | Cause::Program) => {
            let words = title::words(record, 25).unwrap_or_default();
            format!("'{}'", cut(&words, 24))
        }
        (None, Cause::Answer) if record.calls.is_empty() => "what packets did".to_owned(),
        (None, Cause::Answer) => "an answer".to_owned(),
    };
    if shape == LayoutKind::Narrow && is_own {
        format!("CALL of {} (of {all} in {when})", model.chosen)
    } else if shape == LayoutKind::Narrow && all > 1 {
        format!("CALLS ({all} in {when})")
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
    // That a socket made no call is the least that can be said.
    let is_quiet = |item: &LogItem<'_>| matches!(item.what, LogLine::Quiet(..));
    items.sort_by_key(|item| match item.row {
        None => u8::from(shape == LayoutKind::Narrow) * 2,
        Some(row) if row == chosen && !item.by_peer && !is_quiet(item) => 1,
        Some(_) if !item.by_peer && !is_quiet(item) => 3,
        Some(row) if row == chosen => 4,
        Some(_) => 5,
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
        format!("{}{line}", notation::whose(fact.by))
    };
    let entry = |item: &LogItem<'_>| {
        let (text, side_text) = match (&item.what, item.row) {
            (LogLine::Unknown(unknown), _) => (words::unknown::line(unknown), String::new()),
            (LogLine::Quiet(why, rows), _) if rows.len() > 1 => {
                (format!("{}: {why}", numbers::in_words(rows)), String::new())
            }
            (LogLine::Quiet(why, _), _) => ((*why).to_owned(), String::new()),
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
        let row = match &item.what {
            LogLine::Quiet(_, rows) if rows.len() > 1 => None,
            _ => item.row,
        };
        LogEntry {
            row,
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
        // Those that have the same reason share a line.
        let same = items.iter_mut().find_map(|item| match &mut item.what {
            LogLine::Quiet(other, rows) if *other == why.text => Some(rows),
            _ => None,
        });
        if let Some(rows) = same {
            rows.push(row.row);
            continue;
        }
        let place = items
            .iter()
            .position(|item| item.row.is_some_and(|r| r > row.row) || item.by_peer);
        let item = LogItem {
            row: Some(row.row),
            what: LogLine::Quiet(&why.text, vec![row.row]),
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
    if let Some(text) = texts.into_iter().find(fits)
        && !model.history.is_covered()
    {
        put(frame, area, side_text as u16, line, text, plain);
    }
}
