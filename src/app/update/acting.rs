//! What acts on the session: refused in the past, some after a second press only.

use super::ends::goes_forward;
use super::line::open;
use super::message::Effect;
use super::order::{send, several};
use super::watched;
use crate::app::model::{Goal, Model};
use crate::app::overlay::{Confirm, Overlay, PromptKind};
use crate::app::palette::{no_socket, why_not_command};
use crate::model::call::Call;
use crate::model::command::{Command, OnOff};
use crate::model::ids::{Fd, Row};

/// Whether anything can be done to the sockets; if not, it is said why.
fn may_act(model: &mut Model) -> bool {
    may(model, &Command::TICK)
}

/// Whether this can be done, as far as nobody has to be asked; if not, it is said why.
fn may(model: &mut Model, command: &Command) -> bool {
    let why = why_not_command(model, command);
    let may = why.is_none();
    if !may {
        model.notice = why;
    }
    may
}

/// The chosen row, if something can be done to it; if not, it is said why.
fn chosen(model: &mut Model) -> Option<Row> {
    if !may_act(model) {
        return None;
    }
    there(model)
}

/// The chosen row, if there is one; if not, that is said.
fn there(model: &mut Model) -> Option<Row> {
    if model.chosen_row().is_none() {
        model.notice = Some(no_socket());
        return None;
    }
    Some(model.chosen)
}

/// A tick; in the past and in a recording it only goes forward.
pub(super) fn tick(model: &mut Model) -> Vec<Effect> {
    if model.is_watched() {
        return watched::let_go(model);
    }
    if goes_forward(model) {
        return Vec::new();
    }
    send(model, Command::TICK)
}

/// A tick that waits for an event.
pub(super) fn tick_wait(model: &mut Model) -> Vec<Effect> {
    let (only, wait) = (None, true);
    command(model, Command::Tick { only, wait })
}

/// A tick in which only the chosen socket makes its call.
pub(super) fn tick_only(model: &mut Model) -> Vec<Effect> {
    on_chosen(model, |row| Command::Tick {
        only: Some(row),
        wait: false,
    })
}

/// Ticks until something changes.
pub(super) fn until_change(model: &mut Model) -> Vec<Effect> {
    if may_act(model) {
        several(model, Goal::Change)
    } else {
        Vec::new()
    }
}

/// A command that needs no socket.
pub(super) fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    if may(model, &command) {
        send(model, command)
    } else {
        Vec::new()
    }
}

/// A command for the chosen socket.
pub(super) fn on_chosen(model: &mut Model, make: impl FnOnce(Row) -> Command) -> Vec<Effect> {
    // What is refused for any row is told before it is said that there is none.
    let command = make(model.chosen);
    if may(model, &command) && there(model).is_some() {
        return send(model, command);
    }
    Vec::new()
}

/// A call on the chosen socket.
pub(super) fn call(model: &mut Model, make: impl FnOnce(Fd) -> Call) -> Vec<Effect> {
    on_chosen(model, |row| Command::make(row, make))
}

/// Takes the peer of the chosen socket in hand, or gives it back to the lab.
pub(super) fn hand(model: &mut Model) -> Vec<Effect> {
    let switch = match model.chosen_row() {
        Some(row) if row.by_hand => OnOff::Off,
        _ => OnOff::On,
    };
    on_chosen(model, |row| Command::ByHand(row, switch))
}

/// Asks for a line.
pub(super) fn ask(model: &mut Model, asks: PromptKind, text: String) {
    let is_allowed = match asks {
        PromptKind::Note => may(model, &Command::Note(String::new())),
        _ => may_act(model),
    };
    if is_allowed {
        open(model, asks, text);
    }
}

/// Asks for a line about the chosen socket, and proposes one.
pub(super) fn propose(model: &mut Model, asks: PromptKind, text: String) {
    if chosen(model).is_some() {
        open(model, asks, text);
    }
}

/// Asks what the chosen socket is watched for.
pub(super) fn interest(model: &mut Model) {
    let letters = model
        .chosen_row()
        .map(|row| row.interest.letters())
        .unwrap_or_default();
    propose(model, PromptKind::Interest, letters);
}

/// Asks for a second press.
pub(super) fn confirm(model: &mut Model, what: Confirm) {
    if chosen(model).is_some() {
        model.overlay = Overlay::Confirm {
            what,
            since: model.now,
        };
    }
}

/// The same for close(), if there is something to close.
pub(super) fn close(model: &mut Model) {
    let Some(row) = chosen(model) else {
        return;
    };
    if model.chosen_row().is_some_and(|state| state.fd().is_none()) {
        model.notice = Some(format!("{row} has no open descriptor to close."));
        return;
    }
    confirm(model, Confirm::Close);
}
