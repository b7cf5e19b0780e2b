//! WHAT HAPPENED in words, and NEXT.

mod bottom;

use super::frame::Frame;
use super::layout::{self, LinesWanted};
use super::paint::{clear, cut, heading, put, wrap};
use super::{WholeText, start, theme};
use crate::app::model::{Model, Pane};
use crate::app::overlay::Overlay;
use crate::language::depth::Depth;
use crate::narrate::story::{self, RecordStory};
use crate::narrate::{next, packets};
use crate::words::prose;
use bottom::Bottom;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use unicode_width::UnicodeWidthStr;

/// The words of the record that is shown, told once for each frame.
#[derive(Debug)]
pub(super) struct StoryText {
    told: RecordStory,
    /// What a kernel did by itself since then.
    meanwhile: Option<String>,
    /// What stands below them.
    bottom: Bottom,
    /// How many lines the words take that must be seen, and those with the aside; and what comes next.
    lines: (u16, u16),
    /// How many lines a message takes.
    notice: usize,
}

/// A message of so many lines stands above NEXT also on the very first screen; a longer one takes room from it.
const SHORT_NOTICE: usize = 2;

impl StoryText {
    /// For a screen of this size.
    pub(super) fn of(model: &Model, area: Rect) -> StoryText {
        let told = told(model);
        let meanwhile = meanwhile(model);
        let width = usize::from(layout::story_width(area)).saturating_sub(2);
        let mut text = StoryText {
            told,
            meanwhile,
            bottom: Bottom::of(model, width),
            lines: (0, 0),
            notice: 0,
        };
        let next = wrap(text.bottom.text(false), width).len().min(2)
            + usize::from(text.meanwhile.is_some());
        let notice = model
            .notice
            .as_ref()
            .map_or(0, |notice| wrap(notice, width).len());
        text.notice = notice;
        let next = next + notice;
        let count = |aside| (1 + wrap(&text.joined(aside), width).len() + next) as u16;
        text.lines = (count(false), count(true));
        text
    }

    /// How many lines it wants beside so many calls.
    pub(super) fn wanted(&self, model: &Model, calls: usize) -> LinesWanted {
        // What the very first screen says has its own place.
        if start::is_shown(model) && self.notice <= SHORT_NOTICE {
            return LinesWanted::default();
        }
        LinesWanted {
            story: self.lines.0,
            with_aside: self.lines.1,
            calls: u16::try_from(calls.max(1) + 1).unwrap_or(u16::MAX),
        }
    }

    /// The sentences that must be seen.
    pub(super) fn sentences(&self) -> &[String] {
        &self.told.sentences
    }

    /// What came by itself since then.
    pub(super) fn meanwhile(&self) -> Option<&str> {
        self.meanwhile.as_deref()
    }

    fn joined(&self, aside: bool) -> String {
        let mut all = self.told.sentences.clone();
        all.extend(self.told.aside.clone().filter(|_| aside));
        all.join(" ")
    }

    /// All of it in lines, if these are few enough, with the aside or without; else as many whole sentences as fit.
    fn fitted(&self, width: usize, room: usize) -> (Vec<String>, WholeText) {
        for aside in [true, false] {
            let lines = wrap(&self.joined(aside), width);
            if lines.len() <= room {
                return (lines, WholeText::Whole);
            }
        }
        let lines = whole_sentences(&self.told.sentences, width, room, prose::say("story more"));
        (lines, WholeText::Cut)
    }
}

/// Draws it, and says whether there was room for all words. Where no call has a line of its own it is the heading.
pub(super) fn pane(
    frame: &mut Frame<'_>,
    area: Rect,
    model: &Model,
    story: &StoryText,
    title_of_call: Option<&str>,
) -> WholeText {
    let width = usize::from(area.width).saturating_sub(2);
    let plain = theme::text(model);
    let fresh = start::is_shown(model);
    let narrow = area.width < 80;
    let title = match (fresh, model.depth) {
        (true, _) => "NEXT".to_owned(),
        (false, Depth::Program) => "WHAT HAPPENED".to_owned(),
        (false, depth) => format!("WHAT HAPPENED: {}", depth.name()),
    };
    let title = title_of_call.unwrap_or(&title);
    heading(frame, area, model, Some(Pane::Story), &[(3, title)]);
    let room = usize::from(area.height.saturating_sub(1));
    let LastLines {
        lines: below,
        asks,
        said,
    } = last_lines(model, story, width, room);
    let for_words = room - below.len();
    // The words of the first screen stand where the calls will be, if there is room for them.
    let (words, whole) = match (fresh, narrow) {
        (true, true) => (start::short_words(model), WholeText::Whole),
        (true, false) => (Vec::new(), WholeText::Whole),
        (false, _) if model.zoom.is_some() => (wrap(&story.joined(true), width), WholeText::Whole),
        (false, _) => story.fitted(width, for_words),
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
        if !is_said && text.starts_with("NEXT ") {
            let bold = plain.add_modifier(Modifier::BOLD);
            put(frame, area, 1, line, "NEXT", bold);
        }
    }
    if fresh && !narrow && room > below.len() {
        put(
            frame,
            area,
            1,
            area.height - 1,
            prose::say("start stuck"),
            plain,
        );
    }
    whole
}

/// The last lines of the words.
struct LastLines {
    lines: Vec<String>,
    /// They are a question.
    asks: bool,
    /// So many of them are a message.
    said: usize,
}

/// A question; or a message, below it what came by itself, and what comes next, from which the others take nothing away.
fn last_lines(model: &Model, story: &StoryText, width: usize, room: usize) -> LastLines {
    let of_this_width = (story.bottom.width != width).then(|| Bottom::of(model, width));
    let bottom = of_this_width.as_ref().unwrap_or(&story.bottom);
    let (next, asks) = (bottom.text(room > 8), bottom.asks);
    let notice = model.notice.as_ref().filter(|_| !asks);
    let mut lines = notice.map_or_else(Vec::new, |notice| wrap(notice, width));
    let said = lines.len();
    // What came by itself has a line of its own.
    let meanwhile = story.meanwhile.as_ref().filter(|_| !asks);
    lines.extend(meanwhile.map(|text| cut(text, width).into_owned()));
    let mut below = wrap(next, width);
    let words = wrap(&story.joined(false), width).len();
    let is_short = words + lines.len() + below.len() > room && !start::is_shown(model);
    if !asks && below.len() > 1 && is_short {
        below = wrap(shorter(next, width), width);
    }
    lines.extend(below);
    lines.truncate(room.saturating_sub(1).max(1));
    LastLines { lines, asks, said }
}

/// What comes next in one line, if it is a list of which some are enough.
fn shorter(message: &str, width: usize) -> &str {
    let ends = message.rmatch_indices("   ").map(|(at, _)| &message[..at]);
    let mut fits = ends.filter(|head| head.width() <= width && head.len() > 4);
    fits.next().unwrap_or(message)
}

/// What is told: what is said of the chosen socket comes first.
fn told(model: &Model) -> RecordStory {
    if model.history.is_covered() {
        let think = model
            .is_watched()
            .then(|| next::think(model.world(), model.task()));
        let covered = "Covered: what the kernel knows. . uncovers it.".to_owned();
        return RecordStory {
            sentences: think.flatten().into_iter().chain([covered]).collect(),
            aside: None,
        };
    }
    model
        .history
        .told()
        .map_or_else(RecordStory::default, |(world, record)| {
            story::tell(world, record, model.depth, Some(model.chosen))
        })
}

/// What a kernel did by itself while something else is told, in one line.
fn meanwhile(model: &Model) -> Option<String> {
    let record = model.history.record()?;
    if model.history.is_covered() {
        return None;
    }
    let (_, told) = model.history.told()?;
    if told.n == record.n {
        return None;
    }
    let again = packets::sent_again(model.world(), record)?;
    Some(again.text)
}

/// As many whole sentences as fit, the first in any case; `more` says that there are more.
pub(super) fn whole_sentences(
    sentences: &[String],
    width: usize,
    room: usize,
    more_words: &str,
) -> Vec<String> {
    let mut text = String::new();
    for (index, sentence) in sentences.iter().enumerate() {
        let more = if index + 1 < sentences.len() {
            more_words
        } else {
            ""
        };
        let longer = format!("{text}{}{sentence}", if index > 0 { " " } else { "" });
        if index > 0 && wrap(&format!("{longer}{more}"), width).len() > room {
            text.push_str(more_words);
            break;
        }
        text = longer;
    }
    let mut lines = wrap(&text, width);
    if lines.len() > room && room > 0 {
        lines.truncate(room);
        let last = &mut lines[room - 1];
        while last.width() + more_words.len() > width {
            last.pop();
        }
        last.push_str(more_words);
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
        _ => Bottom::of(model, width).text(false).to_owned(),
    };
    let lines = wrap(&text, width);
    let height = (lines.len() as u16).min(area.height);
    let place = Rect {
        y: area.bottom().saturating_sub(height),
        height,
        ..area
    };
    clear(frame, place, model);
    let style = theme::text(model).add_modifier(Modifier::BOLD);
    for (y, line) in (0..height).zip(&lines) {
        put(frame, place, 1, y, line, style);
    }
}

/// What comes next, in as many words as it takes.
pub(super) fn next(model: &Model) -> String {
    Bottom::of(model, usize::MAX).text(true).to_owned()
}
