//! What is shown, and when: panes, themes, cards, and the moment of the history.

use super::ends::recorded_end;
use super::message::Effect;
use crate::app::history::SeekError;
use crate::app::model::{Model, Pane};
use crate::app::overlay::Overlay;
use crate::language::depth::Depth;
use crate::language::keys;
use crate::language::seek::Seek;
use crate::narrate::cards;
use crate::words::listings;
use tui_input::Input;

/// Moves in the history, or says why not.
pub(super) fn seek(model: &mut Model, seek: Seek) {
    if let Err(why) = model.history.seek(seek) {
        model.notice = Some(match (why, &model.recorded) {
            (SeekError::Live, Some(_)) => recorded_end(model),
            (SeekError::Live, None) => keys::said("This is LIVE. {key tick} makes a new tick."),
            (why, _) => why.to_string(),
        });
    }
}

/// Shows one pane over the whole screen, or all of them again.
pub(super) fn zoom(model: &mut Model) {
    if is_closed(model) {
        return;
    }
    // Where no pane was chosen it shows the words that had no room.
    if model.pane == Pane::Sockets && model.story_is_cut {
        model.pane = Pane::Story;
    }
    model.zoom = Some(0);
}

/// Shows a pane over the whole screen, or goes back to all of them.
pub(super) fn toggle(model: &mut Model, pane: Pane) {
    if model.zoom.is_some() && model.pane == pane {
        model.zoom = None;
        model.pane = Pane::Sockets;
    } else {
        model.pane = pane;
        model.zoom = Some(0);
    }
}

/// The code pane, then its next language, then back.
pub(super) fn next_listing(model: &mut Model) {
    let shown = model.zoom.is_some() && model.pane == Pane::Code;
    if !shown {
        model.listing = 0;
        return toggle(model, Pane::Code);
    }
    model.listing += 1;
    model.zoom = Some(0);
    if model.listing >= listings::ALL.len() {
        model.listing = 0;
        toggle(model, Pane::Code);
    }
}

/// Closes the pane that fills the screen; where none does, the program ends.
pub(super) fn close_or_quit(model: &mut Model) -> Vec<Effect> {
    if is_closed(model) {
        Vec::new()
    } else {
        vec![Effect::Quit]
    }
}

/// Closes the pane that fills the screen, if one does. It is not the chosen one any more: `z` shows what the screen promises.
fn is_closed(model: &mut Model) -> bool {
    let was_open = model.zoom.take().is_some();
    if was_open {
        model.pane = Pane::Sockets;
    }
    was_open
}

/// Closes one level.
pub(super) fn escape(model: &mut Model) {
    if !is_closed(model) && !model.filter.is_empty() {
        model.filter.clear();
        model.notice = Some("The filter is off.".to_owned());
    }
}

/// Chooses the next pane.
pub(super) fn next_pane(model: &mut Model) {
    let at = Pane::ALL
        .iter()
        .position(|pane| *pane == model.pane)
        .unwrap_or(0);
    model.pane = Pane::ALL[(at + 1) % Pane::ALL.len()];
    if model.zoom.is_some() {
        model.zoom = Some(0);
    }
}

/// Opens the cards of the chosen socket.
pub(super) fn explain(model: &mut Model) {
    let topics = match model.wire_row().filter(|_| model.is_on_the_wire()) {
        Some(row) => {
            let wire = &model.world().wire;
            let entry = model.packet().and_then(|number| wire.get(number));
            let newest = || wire.entries().last();
            cards::topics_on_the_wire(entry.or_else(newest).map(|entry| entry.segment.kind), row)
        }
        None => model.chosen_row().map(cards::topics_of).unwrap_or_default(),
    };
    if topics.is_empty() {
        model.notice = Some(
            "Nothing to explain here yet. Type :explain and a word, such as connect.".to_owned(),
        );
    } else {
        model.overlay = Overlay::Card {
            topics,
            at: 0,
            under: Box::default(),
        };
    }
}

/// The next language of the words.
pub(super) fn next_depth(model: &mut Model) {
    let at = Depth::ALL
        .iter()
        .position(|depth| *depth == model.depth)
        .unwrap_or(0);
    model.depth = Depth::ALL[(at + 1) % Depth::ALL.len()];
}

/// Opens the list of keys.
pub(super) fn help(model: &mut Model) {
    model.overlay = Overlay::Help {
        search: Input::default(),
        scroll: 0,
    };
}
