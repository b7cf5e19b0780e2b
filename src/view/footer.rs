//! The last line: the keys that matter now. `? help` is never cut off.

use super::frame::Frame;
use super::layout::Shape;
use super::paint::{cells, put};
use super::theme;
use crate::app::keys::{self, Action};
use crate::app::model::Model;
use crate::app::overlay::Overlay;
use crate::model::socket::Stage;
use crate::model::world::RowState;
use ratatui::layout::Rect;

/// Draws it.
pub(super) fn pane(frame: &mut Frame<'_>, area: Rect, model: &Model, shape: Shape) {
    // While a text is typed these two keys are letters like all others.
    let typing = matches!(model.overlay, Overlay::Prompt(_) | Overlay::Help { .. });
    let fixed = [text(model, Action::Help), text(model, Action::Quit)];
    let tail = if typing {
        "Ctrl-C quit".to_owned()
    } else {
        fixed.join("  ")
    };
    let width = usize::from(area.width);
    let gap = if shape == Shape::Rich { "   " } else { "  " };
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

fn wanted(model: &Model) -> &'static [Action] {
    if !matches!(model.overlay, Overlay::None | Overlay::Confirm(_)) {
        return &[Action::Escape];
    }
    if model.flight.is_some()
        && model
            .now
            .saturating_sub(model.flight.as_ref().map_or(model.now, |f| f.since))
            .as_secs()
            > 0
    {
        return &[Action::Escape];
    }
    if !model.history.is_live() || model.recorded.is_some() {
        return &[
            Action::Tick,
            Action::Back,
            Action::First,
            Action::Live,
            Action::PreviousChange,
            Action::NextChange,
            Action::Timeline,
        ];
    }
    if model.is_on_the_wire() {
        return &[
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
    }
    if model.zoom.is_some() {
        return &[
            Action::Tick,
            Action::Zoom,
            Action::NextPane,
            Action::Up,
            Action::Down,
        ];
    }
    let chosen = model.chosen_row();
    if chosen.is_some_and(|row| row.running().is_some()) {
        return &[
            Action::Tick,
            Action::Interrupt,
            Action::TickWait,
            Action::LookAgain,
            Action::Back,
            Action::Add,
        ];
    }
    if chosen.is_some_and(|row| row.stage() == Stage::Accepted) {
        return &[
            Action::Tick,
            Action::Send,
            Action::Recv,
            Action::Shutdown,
            Action::Close,
            Action::Bytes,
            Action::Back,
        ];
    }
    let accepts = |row: &RowState| {
        row.stage() == Stage::Listening
            || row.peer().as_deref() == Some("pending") && !row.is_settled()
    };
    if chosen.is_some_and(accepts) {
        return &[
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
    }
    &[
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
    ]
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
        Action::Escape if model.flight.is_some() => format!("{} ends the wait", binding.label),
        Action::Wire if model.is_on_the_wire() => format!("{} back", binding.label),
        _ => format!("{} {}", binding.label, binding.word),
    }
}
