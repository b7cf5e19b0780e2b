//! Which keys matter now, by what is on the screen.

use crate::app::model::{Model, Pane};
use crate::language::keys::Action;
use crate::model::socket::Stage;
use crate::model::world::{ProgramDoes, RowState};
use crate::view::layout::LayoutKind;

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
/// The same, and the chosen socket is on its way to a peer of the lab.
const NOT_HELD_AT_A_PEER: &[Action] = &[
    Action::InterruptCall,
    Action::Accept,
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

/// The keys that matter in this state, the most important first.
pub(super) fn now(model: &Model, shape: LayoutKind) -> &'static [Action] {
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
        let accepts = |row: &RowState| row.leads_to_a_given_peer() && row.stage().is_under_way();
        return match model.world().program_does() {
            ProgramDoes::IsHeld => HELD,
            ProgramDoes::HasEnded => OVER,
            _ if model.chosen_row().is_some_and(accepts) => NOT_HELD_AT_A_PEER,
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
