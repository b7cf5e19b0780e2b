//! The last line: the keys that matter now. `? help` is never cut off.

use super::frame::Frame;
use super::layout::LayoutKind;
use super::lesson;
use super::paint::{cells, put};
use super::theme;
use crate::app::keys::{self, Action};
use crate::app::model::Model;
use crate::app::overlay::Overlay;
use crate::model::socket::Stage;
use crate::model::world::RowState;
use ratatui::layout::Rect;

/// Draws it.
pub(super) fn pane(frame: &mut Frame<'_>, area: Rect, model: &Model, shape: LayoutKind) {
    if let Some(words) = lesson::footer(model) {
        return put(frame, area, 0, 0, words, theme::text(model));
    }
    // While a text is typed these two keys are letters like all others.
    let typing = matches!(model.overlay, Overlay::Prompt(_) | Overlay::Help { .. });
    let fixed = [text(model, Action::Help), text(model, Action::Quit)];
    let tail = if typing {
        "Ctrl-C quit".to_owned()
    } else {
        fixed.join("  ")
    };
    let width = usize::from(area.width);
    let gap = if shape == LayoutKind::Rich {
        "   "
    } else {
        "  "
    };
    let mut line = String::from(" ");
    for action in wanted(model) {
        let part = text(model, *action);
        if cells(&line) + cells(&part) + gap.len() + cells(&tail) > width {
            continue;
        }
        line.push_str(&part);
        line.push_str(gap);
    }
    line.push_str(&tail);
    put(frame, area, 0, 0, &line, theme::text(model));
}

/// While something is open, or the engine waits.
const OPEN: &[Action] = &[Action::Escape];
/// In the past and in a recording.
const PAST: &[Action] = &[
    Action::Tick,
    Action::Back,
    Action::First,
    Action::Live,
    Action::PreviousChange,
    Action::NextChange,
    Action::Timeline,
];
/// While the packets of the wire fill the screen.
const WIRE: &[Action] = &[
    Action::LetGo,
    Action::DropPacket,
    Action::Tick,
    Action::Wire,
    Action::RepeatPacket,
    Action::LetAllGo,
    Action::Rules,
    Action::Inject,
    Action::Later,
    Action::Earlier,
    Action::Back,
    Action::Accept,
    Action::Send,
    Action::Recv,
    Action::Prompt,
];
/// While another pane fills it.
const ZOOMED: &[Action] = &[
    Action::Tick,
    Action::Zoom,
    Action::NextPane,
    Action::Up,
    Action::Down,
];
/// A call of the chosen socket has not returned.
const STUCK: &[Action] = &[
    Action::Tick,
    Action::Interrupt,
    Action::TickWait,
    Action::LookAgain,
    Action::Back,
    Action::Add,
];
/// The chosen socket was accepted.
const ACCEPTED: &[Action] = &[
    Action::Tick,
    Action::Send,
    Action::Recv,
    Action::Shutdown,
    Action::Close,
    Action::Bytes,
    Action::Back,
];
/// At the chosen socket something can be accepted.
const ACCEPTS: &[Action] = &[
    Action::Tick,
    Action::TickOnly,
    Action::Accept,
    Action::Back,
    Action::TickWait,
    Action::Add,
    Action::LookAgain,
    Action::NextPane,
    Action::Prompt,
];
/// Else.
const LIVE: &[Action] = &[
    Action::Tick,
    Action::TickOnly,
    Action::Digit(0),
    Action::Back,
    Action::TickWait,
    Action::Add,
    Action::LookAgain,
    Action::UntilChange,
    Action::NextPane,
    Action::Zoom,
    Action::Prompt,
    Action::Timeline,
    Action::Note,
];

fn wanted(model: &Model) -> &'static [Action] {
    let waits = |since| model.now.saturating_sub(since).as_secs() > 0;
    let is_open = !matches!(model.overlay, Overlay::None | Overlay::Confirm(_));
    if is_open
        || model
            .in_flight
            .as_ref()
            .is_some_and(|in_flight| waits(in_flight.since))
    {
        return OPEN;
    }
    if !model.history.is_live() || model.recorded.is_some() {
        return PAST;
    }
    if model.is_on_the_wire() {
        return WIRE;
    }
    if model.zoom.is_some() {
        return ZOOMED;
    }
    let accepts = |row: &RowState| {
        row.stage() == Stage::Listening
            || row.peer().as_deref() == Some("pending") && !row.is_settled()
    };
    match model.chosen_row() {
        Some(row) if row.running().is_some() => STUCK,
        Some(row) if row.stage() == Stage::Accepted => ACCEPTED,
        Some(row) if accepts(row) => ACCEPTS,
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
        Action::TickOnly => format!("{} only >{}", binding.label, model.chosen),
        Action::Accept => format!("{} accept at {}", binding.label, model.chosen),
        Action::Escape if model.in_flight.is_some() => format!("{} ends the wait", binding.label),
        Action::Wire if model.is_on_the_wire() => format!("{} back", binding.label),
        _ => format!("{} {}", binding.label, binding.word),
    }
}
