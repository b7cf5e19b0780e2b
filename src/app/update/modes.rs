//! What a key means now: one function a mode, and the innermost mode hears it.

use super::message::Effect;
use super::order::send;
use super::scroll::scrolled;
use super::{actions, choose, lessons, prompt, showing};
use crate::app::model::{Model, TickRun};
use crate::app::overlay::{Confirm, Overlay};
use crate::language::keys::{self, Action, Key, KeyContext};
use crate::model::command::Command;
use crate::model::task::ProgramOrder;
use std::time::Duration;

/// A key was pressed that means what it ships with.
pub(super) fn key(model: &mut Model, key: Key) -> Vec<Effect> {
    if let Some(effects) = lessons::key(model, key) {
        return effects;
    }
    if let Some(until) = model.until.take() {
        return ticking(model, until);
    }
    // A step of a watched program takes no key away but the next step's.
    let is_busy = model.in_flight.is_some() && !model.is_watched();
    if is_busy && !matches!(model.overlay, Overlay::Prompt(_)) {
        return busy(model, key);
    }
    model.notice = None;
    match model.overlay {
        Overlay::Prompt(_) => prompt::key(model, key),
        Overlay::Help { .. } => prompt::help_key(model, key),
        Overlay::Card { .. } => card(model, key),
        Overlay::Cost { .. } => cost(model, key),
        Overlay::Confirm { what, since } => confirm(model, what, since, key),
        // Taken above.
        Overlay::Lessons { .. } | Overlay::Guide { .. } => Vec::new(),
        Overlay::None if model.is_on_the_wire() => wire(model, key),
        Overlay::None => panes(model, key),
    }
}

/// Ticks are made one after another: any key ends them.
fn ticking(model: &mut Model, until: TickRun) -> Vec<Effect> {
    model.notice = Some(format!("Stopped after {} ticks.", until.made));
    Vec::new()
}

/// While the engine is busy, keys that act are thrown away; else impatient presses would burn ticks afterwards.
fn busy(model: &mut Model, key: Key) -> Vec<Effect> {
    match keys::action(key) {
        Some(Action::Quit) => showing::close_or_quit(model),
        Some(Action::Escape) => vec![Effect::EndWait],
        _ => Vec::new(),
    }
}

/// Nothing lies over the panes: the key means what the key table says.
fn panes(model: &mut Model, key: Key) -> Vec<Effect> {
    if choose::in_the_list(model, key) {
        return Vec::new();
    }
    if let Some(action) = keys::action_in(KeyContext::Program, key).filter(|_| model.is_watched()) {
        return actions::perform(model, action);
    }
    if let Some(action) = keys::action(key) {
        return actions::perform(model, action);
    }
    model.notice = Some(keys::without_meaning(model.pressed.unwrap_or(key)));
    Vec::new()
}

/// The packets of the wire fill the screen: some keys act on them, the others mean what they mean everywhere.
fn wire(model: &mut Model, key: Key) -> Vec<Effect> {
    match keys::action_in(KeyContext::Wire, key) {
        Some(action) => actions::perform(model, action),
        None => panes(model, key),
    }
}

/// A card is open: to the next one, or back to what the key always means.
fn card(model: &mut Model, key: Key) -> Vec<Effect> {
    let Overlay::Card { topics, at, under } = &mut model.overlay else {
        return Vec::new();
    };
    let count = topics.len().max(1);
    match key {
        Key::Tab | Key::Right | Key::Down => *at = (*at + 1) % count,
        Key::Left | Key::Up => *at = (*at + count - 1) % count,
        Key::Home => *at = 0,
        Key::End => *at = count - 1,
        Key::Esc | Key::Char('q') => model.overlay = std::mem::take(&mut **under),
        key => {
            model.overlay = Overlay::None;
            if keys::action(key) == Some(Action::Explain) {
                return Vec::new();
            }
            // What lies under the card hears it, a lesson's question before all.
            return self::key(model, key);
        }
    }
    Vec::new()
}

/// The costs are shown: Esc closes them, and ends the measuring if it still runs. Nothing else than scrolling is heard.
fn cost(model: &mut Model, key: Key) -> Vec<Effect> {
    let Overlay::Cost { scroll, .. } = &mut model.overlay else {
        return Vec::new();
    };
    if let Some(to) = scrolled(*scroll, key) {
        *scroll = to;
        return Vec::new();
    }
    match keys::action(key) {
        Some(Action::Quit | Action::Escape) => {
            model.overlay = Overlay::None;
            vec![Effect::EndMeasuring]
        }
        _ => Vec::new(),
    }
}

/// A press of the same key so soon is the keyboard's repetition, and no second thought.
const REPEAT: Duration = Duration::from_millis(400);

/// The key after a question for a second press.
fn confirm(model: &mut Model, what: Confirm, since: Duration, key: Key) -> Vec<Effect> {
    model.overlay = Overlay::None;
    let (action, command) = match what {
        Confirm::Delete => (Action::Delete, Some(Command::Delete(model.chosen))),
        Confirm::Restart => (Action::Restart, Some(Command::Restart(model.chosen))),
        Confirm::Close => (Action::Close, Some(Command::Close(model.chosen))),
        // The same key, by its meaning everywhere.
        Confirm::EndProgram => (Action::Close, None),
    };
    match keys::action(key) {
        Some(again) if again == action => {
            if model.now.saturating_sub(since) < REPEAT {
                let since = model.now;
                model.overlay = Overlay::Confirm { what, since };
                return Vec::new();
            }
            match command {
                Some(command) => send(model, command),
                None => vec![Effect::Order(ProgramOrder::End)],
            }
        }
        // Any other key is a no and nothing else: whoever pressed in doubt is not surprised by a tick.
        _ => Vec::new(),
    }
}
