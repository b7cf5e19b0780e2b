//! The last line: the keys that matter now. `? help` is never cut off.

mod wanted;

use super::frame::Frame;
use super::layout::LayoutKind;
use super::lesson_edges;
use super::paint::{cells, put};
use super::theme;
use crate::app::model::Model;
use crate::app::overlay::{Overlay, PromptKind};
use crate::language::keys::{self, Action, label};
use ratatui::layout::Rect;

const CHOOSE: &str = "{key up} {key down} choose";
const SCROLL: &str = "{key up} {key down} scroll";

/// Draws it.
pub(super) fn pane(frame: &mut Frame<'_>, area: Rect, model: &Model, shape: LayoutKind) {
    if let Some(words) = lesson_edges::footer(model) {
        return put(frame, area, 0, 0, &words, theme::text(model));
    }
    let width = usize::from(area.width);
    let gap = if shape == LayoutKind::Rich {
        "   "
    } else {
        "  "
    };
    let tail = tail(model);
    let mut line = String::from(" ");
    for part in parts(model, shape) {
        if cells(&line) + cells(&part) + gap.len() + cells(&tail) > width {
            continue;
        }
        line.push_str(&part);
        line.push_str(gap);
    }
    line.push_str(&tail);
    put(frame, area, 0, 0, &line, theme::text(model));
}

/// The end of the line, which is never cut off: how one gets help, and what q does.
fn tail(model: &Model) -> String {
    let is_pane_open = model.zoom.is_some();
    // In the past, too, it leaves the lesson.
    let in_lesson = model.lesson.is_some() && model.recorded.is_none();
    let quit = |word: &str| format!("{} {word}", label(Action::Quit));
    let behind_help = |word: String| format!("{}  {word}", text(model, Action::Help));
    match model.overlay {
        // While a text is typed these two keys are letters like all others.
        Overlay::Prompt(_) | Overlay::Help { .. } => {
            format!("{} quit", label(Action::QuitAlways))
        }
        // Any other key is a no, this one too.
        Overlay::Confirm { .. } => text(model, Action::Help),
        Overlay::Cost { .. } | Overlay::Lessons { .. } | Overlay::Guide { .. } => quit("close"),
        Overlay::Card { .. } => behind_help(quit("close")),
        Overlay::None if is_pane_open => behind_help(quit("close")),
        Overlay::None if in_lesson => behind_help(quit("leave")),
        Overlay::None => behind_help(text(model, Action::Quit)),
    }
}

/// The keys that matter now, the most important first.
fn parts(model: &Model, shape: LayoutKind) -> Vec<String> {
    let back = || format!("{} back", label(Action::Escape));
    let beside = |words: &[&str]| {
        std::iter::once(back())
            .chain(words.iter().map(|word| keys::said(word)))
            .collect()
    };
    let waits = |since| model.now.saturating_sub(since).as_secs() > 0;
    let is_waiting = model.in_flight.as_ref().is_some_and(|one| waits(one.since));
    match &model.overlay {
        Overlay::Prompt(prompt) if prompt.asks == PromptKind::Command => {
            beside(&["UP DOWN choose", "ENTER does it", "TAB completes"])
        }
        Overlay::Prompt(prompt) if prompt.asks == PromptKind::Targets => {
            beside(&["ENTER adds", "TAB completes", "Ctrl-U clears"])
        }
        Overlay::Prompt(_) => beside(&["ENTER done", "Ctrl-U clears"]),
        Overlay::Help { search, .. } if search.value().is_empty() => {
            beside(&["SPACE page", "HOME END ends", "type to search"])
        }
        Overlay::Help { .. } => beside(&["UP DOWN scroll", "ENTER opens the card"]),
        Overlay::Card { topics, .. } => {
            let mut words = vec![];
            if topics.len() > 1 {
                words.extend(["{key next-pane} next card", "{key back} card before"]);
            }
            // In a lesson it is the lesson's.
            if model.lesson.is_none() {
                words.push("{key tick} tick");
            }
            beside(&words)
        }
        Overlay::Cost { .. } => beside(&[SCROLL, "{key tick} page"]),
        Overlay::Lessons { .. } => {
            beside(&[CHOOSE, "{key tick-only} begins", "{key next-pane} guide"])
        }
        Overlay::Guide { card: None, .. } => beside(&[
            "{key tick-only} card",
            CHOOSE,
            "{key seen-tick} tick",
            "{key lessons} lessons",
        ]),
        Overlay::Guide { .. } => {
            beside(&["{key tick-only} lesson", "{key seen-tick} tick", SCROLL])
        }
        _ if is_waiting => vec![text(model, Action::Escape)],
        _ => wanted::now(model, shape)
            .iter()
            .filter(|action| keys::has_key(**action))
            .map(|action| text(model, *action))
            .collect(),
    }
}

fn text(model: &Model, action: Action) -> String {
    let Some(binding) = keys::of(action) else {
        return String::new();
    };
    match action {
        Action::Live if model.recorded.is_some() => format!("{} last", binding.label),
        Action::Tick if !model.history.is_live() || model.recorded.is_some() => {
            format!("{} forward", binding.label)
        }
        Action::Tick if model.is_watched() => format!("{} one call", binding.label),
        Action::TickOnly => format!("{} only >{}", binding.label, model.chosen),
        Action::Accept => format!("{} accept at {}", binding.label, model.chosen),
        Action::Escape if model.in_flight.is_some() => format!("{} ends the wait", binding.label),
        Action::Code if model.zoom.is_some() => format!("{} next language", binding.label),
        _ => format!("{} {}", binding.label, binding.word),
    }
}
