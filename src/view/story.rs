//! WHAT HAPPENED in words, and NEXT.

use super::frame::Frame;
use super::paint::{heading, put, wrap};
use super::{start, theme};
use crate::app::model::{Model, Pane};
use crate::app::overlay::{Confirm, Overlay};
use crate::language::depth::Depth;
use crate::narrate::{next, story};
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use unicode_width::UnicodeWidthStr;

/// Draws it.
pub(super) fn pane(frame: &mut Frame<'_>, area: Rect, model: &Model) {
    let width = usize::from(area.width).saturating_sub(2);
    let plain = theme::text(model);
    let fresh = start::is_shown(model);
    let narrow = area.width < 80;
    let title = match (fresh, model.depth) {
        (true, _) => "NEXT".to_owned(),
        (false, Depth::Program) => "WHAT HAPPENED".to_owned(),
        (false, depth) => format!("WHAT HAPPENED: {}", depth.name()),
    };
    heading(frame, area, model, Some(Pane::Story), &[(3, &title)]);
    let room = usize::from(area.height.saturating_sub(1));
    let (next, asks) = bottom(model, width, room > 8);
    // A message stands above what comes next, and takes nothing away from it.
    let notice = model.notice.as_ref().filter(|_| !asks);
    let mut below = notice.map_or_else(Vec::new, |notice| wrap(notice, width));
    let said = below.len();
    below.extend(wrap(&next, width));
    below.truncate(room.saturating_sub(1).max(1));
    let for_words = room - below.len();
    // The words of the first screen stand where the calls will be, if there is room for them.
    let words = match (fresh, narrow) {
        (true, true) => start::short_words(model).to_vec(),
        (true, false) => Vec::new(),
        (false, _) if model.zoom.is_some() => wrap(&sentences(model).join(" "), width),
        (false, _) => whole_sentences(&sentences(model), width, for_words),
    };
    let scroll = model
        .zoom
        .unwrap_or(0)
        .min(words.len().saturating_sub(for_words));
    let shown: Vec<&String> = words.iter().skip(scroll).take(for_words).collect();
    for (line, text) in (1..).zip(&shown) {
        put(frame, area, 1, line, text, plain);
    }
    if words.len() > scroll + for_words && for_words > 0 {
        put(
            frame,
            area,
            area.width.saturating_sub(5),
            for_words as u16,
            " ...",
            plain,
        );
    }
    // On a small screen NEXT stands at the bottom, where the eye finds it again; on a large one it follows the words.
    let first = match (fresh && !narrow, area.height <= 8) {
        (true, _) => 1,
        (false, true) => room - below.len() + 1,
        (false, false) => (room - below.len() + 1).min(shown.len() + 2),
    };
    let stands_out = plain.add_modifier(Modifier::BOLD | Modifier::REVERSED);
    for (at, (line, text)) in (first as u16..).zip(&below).enumerate() {
        let is_said = asks || at < said;
        let style = if is_said { stands_out } else { plain };
        put(frame, area, 1, line, text, style);
        if !is_said && at == said && text.starts_with("NEXT") {
            let bold = plain.add_modifier(Modifier::BOLD);
            put(frame, area, 1, line, "NEXT", bold);
        }
    }
    if fresh && !narrow && room >= 3 {
        put(
            frame,
            area,
            1,
            area.height - 1,
            "Stuck?  ? shows every key",
            plain,
        );
    }
}

fn sentences(model: &Model) -> Vec<String> {
    model.history.record().map_or_else(Vec::new, |record| {
        story::narrate(model.world(), record, model.depth)
    })
}

/// As many whole sentences as fit, the first in any case; `...` says that there are more.
pub(super) fn whole_sentences(sentences: &[String], width: usize, room: usize) -> Vec<String> {
    let mut text = String::new();
    for (index, sentence) in sentences.iter().enumerate() {
        let more = if index + 1 < sentences.len() {
            " ..."
        } else {
            ""
        };
        let longer = format!("{text}{}{sentence}", if index > 0 { " " } else { "" });
        if index > 0 && wrap(&format!("{longer}{more}"), width).len() > room {
            text.push_str(" ...");
            break;
        }
        text = longer;
    }
    let mut lines = wrap(&text, width);
    if lines.len() > room && room > 0 {
        lines.truncate(room);
        let last = &mut lines[room - 1];
        while last.width() + 4 > width {
            last.pop();
        }
        last.push_str(" ...");
    }
    lines
}

/// A question for a second press, or a message, on the last line of whatever fills the screen.
pub(super) fn message(frame: &mut Frame<'_>, area: Rect, model: &Model) {
    let asks = matches!(model.overlay, Overlay::Confirm { .. });
    if !asks && model.notice.is_none() {
        return;
    }
    let width = usize::from(area.width).saturating_sub(2);
    let text = match &model.notice {
        Some(notice) if !asks => notice.clone(),
        _ => bottom(model, width, false).0,
    };
    let lines = wrap(&text, width);
    let height = (lines.len() as u16).min(area.height);
    let place = Rect {
        y: area.bottom().saturating_sub(height),
        height,
        ..area
    };
    frame.render_widget(ratatui::widgets::Clear, place);
    let style = theme::text(model).add_modifier(Modifier::BOLD);
    for (y, line) in (0..height).zip(&lines) {
        put(frame, place, 1, y, line, style);
    }
}

/// What comes next, in as many words as it takes.
pub(super) fn next(model: &Model) -> String {
    bottom(model, 0, true).0
}

/// The last lines: a question, or what comes next. The flag says that it must stand out.
fn bottom(model: &Model, width: usize, roomy: bool) -> (String, bool) {
    if let Overlay::Confirm { what, .. } = &model.overlay {
        let row = model.chosen;
        let (key, does) = match what {
            Confirm::Delete => ("d", "deletes"),
            Confirm::Restart => ("r", "restarts"),
            Confirm::Close => ("X", "closes"),
        };
        return (
            format!("{key} once more {does} {row}; this cannot be undone. Any other key: no."),
            true,
        );
    }
    if let Some(recorded) = &model.recorded {
        let head = if start::is_shown(model) { "" } else { "NEXT  " };
        let words = match (model.history.is_live(), &recorded.broken) {
            (false, _) => format!("{head}This is a recording. SPACE shows its next record."),
            (true, None) => format!("{head}This is the end of the recording."),
            (true, Some(broken)) => format!("The recording breaks off here: {broken}"),
        };
        return (words, false);
    }
    let world = model.history.live();
    if !model.history.is_live() {
        return (
            "NEXT  This is the past. SPACE goes one record forward and stops at LIVE.".to_owned(),
            false,
        );
    }
    let head = if start::is_shown(model) { "" } else { "NEXT  " };
    let long = format!("{head}{}", next::sentence(world));
    let words = if long.len() <= width || roomy || start::is_shown(model) {
        long
    } else {
        format!("{head}{}", next::short(world))
    };
    (words, false)
}
