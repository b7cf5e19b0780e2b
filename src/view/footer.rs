//! The last line: the keys that matter now. `? help` is never cut off.

use super::frame::Frame;
use super::layout::LayoutKind;
use super::lesson_edges;
use super::paint::{cells, put};
use super::theme;
use crate::app::model::{Model, Pane};
use crate::app::overlay::{Overlay, PromptKind};
use crate::language::keys::{self, Action, label};
use crate::model::socket::Stage;
use crate::model::world::{ProgramDoes, RowState};
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
        _ => wanted(model, shape)
            .iter()
            .filter(|action| keys::has_key(**action))
            .map(|action| text(model, *action))
            .collect(),
    }
}

/// In the past and in a recording.
const PAST: &[Action] = &[
    Action::Tick,
    Action::Back,
    Action::First,
    Action::Live,
    Action::PreviousChange,
    Action::NextChange,
    Action::Explain,
    Action::Timeline,
];
/// While the packets of the wire fill the screen.
const WIRE: &[Action] = &[
    Action::Escape,
    Action::LetGo,
    Action::DropPacket,
    Action::Tick,
    Action::RepeatPacket,
    Action::LetAllGo,
    Action::Explain,
    Action::Prompt,
    Action::Later,
    Action::Earlier,
    Action::Back,
    Action::Accept,
    Action::Send,
    Action::Recv,
];
/// While a pane about the chosen socket fills it.
const OF_ONE: &[Action] = &[
    Action::Escape,
    Action::Digit(0),
    Action::Tick,
    Action::Explain,
    Action::Back,
    Action::NextPane,
];
/// While the program beside the socket does.
const CODE: &[Action] = &[
    Action::Escape,
    Action::Code,
    Action::Tick,
    Action::Down,
    Action::Back,
    Action::Digit(0),
];
/// While the list of sockets or their stages do.
const OF_ALL: &[Action] = &[
    Action::Escape,
    Action::Up,
    Action::Down,
    Action::Tick,
    Action::Back,
    Action::Filter,
    Action::NextPane,
];
/// While another pane does.
const ZOOMED: &[Action] = &[
    Action::Escape,
    Action::Up,
    Action::Down,
    Action::Tick,
    Action::Back,
    Action::NextPane,
];
/// A call of the chosen socket has not returned.
const STUCK: &[Action] = &[
    Action::Tick,
    Action::Interrupt,
    Action::Explain,
    Action::TickWait,
    Action::LookAgain,
    Action::Back,
    Action::Prompt,
];
/// The chosen socket was accepted.
const ACCEPTED: &[Action] = &[
    Action::Tick,
    Action::Send,
    Action::Recv,
    Action::Shutdown,
    Action::Close,
    Action::Explain,
    Action::Prompt,
    Action::Bytes,
    Action::Back,
];
/// At the chosen socket something can be accepted.
const ACCEPTS: &[Action] = &[
    Action::Tick,
    Action::Accept,
    Action::Explain,
    Action::Back,
    Action::TickOnly,
    Action::Prompt,
    Action::TickWait,
    Action::LookAgain,
    Action::NextPane,
];
/// A watched program: a call of it is held.
const HELD: &[Action] = &[
    Action::LetCallGo,
    Action::Output,
    Action::TypeLine,
    Action::InterruptCall,
    Action::EndProgram,
    Action::Back,
    Action::TaskBelow,
    Action::Explain,
    Action::Prompt,
    Action::LookAgain,
];
/// The same: none is held.
const NOT_HELD: &[Action] = &[
    Action::InterruptCall,
    Action::EndProgram,
    Action::Output,
    Action::TypeLine,
    Action::Back,
    Action::LookAgain,
    Action::Explain,
    Action::Prompt,
];
/// The same: it has ended.
const OVER: &[Action] = &[
    Action::Back,
    Action::First,
    Action::Output,
    Action::Explain,
    Action::Looks,
    Action::Prompt,
    Action::Timeline,
];
/// Else, where there is little room.
const FEW: &[Action] = &[Action::Tick, Action::Back, Action::Explain, Action::Prompt];
/// Else.
const LIVE: &[Action] = &[
    Action::Tick,
    Action::TickOnly,
    Action::Explain,
    Action::Back,
    Action::TickWait,
    Action::Prompt,
    Action::Add,
    Action::LookAgain,
    Action::UntilChange,
    Action::Looks,
    Action::NextPane,
    Action::Zoom,
    Action::Timeline,
    Action::Note,
];

fn wanted(model: &Model, shape: LayoutKind) -> &'static [Action] {
    if model.is_on_the_wire() {
        return WIRE;
    }
    if model.zoom.is_some() {
        return match model.pane {
            Pane::Looks | Pane::Bytes | Pane::States => OF_ONE,
            Pane::Code => CODE,
            Pane::Sockets | Pane::Timeline => OF_ALL,
            _ => ZOOMED,
        };
    }
    if !model.history.is_live() || model.recorded.is_some() {
        return PAST;
    }
    if model.is_watched() {
        return match model.world().program_does() {
            ProgramDoes::IsHeld => HELD,
            ProgramDoes::HasEnded => OVER,
            _ => NOT_HELD,
        };
    }
    let accepts = |row: &RowState| {
        row.stage() == Stage::Listening
            || row.peer().as_deref() == Some("pending") && !row.is_settled()
    };
    match model.chosen_row() {
        Some(row) if row.running().is_some() => STUCK,
        Some(row) if row.stage() == Stage::Accepted => ACCEPTED,
        Some(row) if accepts(row) => ACCEPTS,
        _ if shape == LayoutKind::Narrow => FEW,
        _ => LIVE,
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
