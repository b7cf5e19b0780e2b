//! Keys that act on sockets: refused in the past, some after a second press only.

use super::{confirm, open, send};
use crate::app::keys::{self, Action, Key};
use crate::app::model::{Goal, Model, Until};
use crate::app::overlay::{Asks, Confirm};
use crate::app::update::Effect;
use crate::model::call::Call;
use crate::model::command::{Command, Switch, Then, USUAL_RECV};

const PAST: &str = "This is the past, it cannot be changed. END goes to LIVE.";
const RECORDING: &str = "This is a recording: its sockets are gone, nothing can be done to them. SPACE and LEFT move in it.";

/// Why nothing can be done to the sockets that are shown, if so.
pub(super) fn why_not(model: &Model) -> Option<&'static str> {
    match (&model.recorded, model.history.is_live()) {
        (Some(_), _) => Some(RECORDING),
        (None, false) => Some(PAST),
        (None, true) => None,
    }
}

/// What a key that acts does.
pub(super) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    // Words may also ask and move, which can be done anywhere.
    if action == Action::Prompt {
        open(model, Asks::Command, String::new());
        return Vec::new();
    }
    if model.recorded.is_some() {
        in_a_recording(model, action);
        return Vec::new();
    }
    if !model.history.is_live() {
        match action {
            Action::Tick => {
                model.history.forward();
            }
            _ => {
                model.notice = Some(PAST.to_owned());
            }
        }
        return Vec::new();
    }
    let chosen = model.chosen;
    match action {
        Action::Add => open(model, Asks::Targets, String::new()),
        Action::Note => open(model, Asks::Note, String::new()),
        Action::PollTimeout => {
            let text = format!("{}ms", model.poll_timeout.as_millis());
            open(model, Asks::PollTimeout, text);
        }
        Action::Tick => {
            return send(model, Command::TICK);
        }
        Action::TickWait => {
            return send(
                model,
                Command::Tick {
                    only: None,
                    wait: true,
                },
            );
        }
        Action::LookAgain => return send(model, Command::Look),
        Action::UntilChange => {
            return several(model, Goal::Change);
        }
        _ if model.chosen_row().is_none() => {
            model.notice = Some("There is no socket. a adds one.".to_owned());
        }
        Action::TickOnly => {
            return send(
                model,
                Command::Tick {
                    only: Some(chosen),
                    wait: false,
                },
            );
        }
        Action::Connect => return send(model, Command::Connect(chosen)),
        Action::SoError => {
            return send(model, Command::make(chosen, |fd| Call::SoError { fd }));
        }
        Action::Getpeername => {
            return send(model, Command::make(chosen, |fd| Call::Getpeername { fd }));
        }
        Action::Accept => return send(model, Command::Accept(chosen, Then::Keep)),
        Action::Hand => {
            let switch = match model.chosen_row() {
                Some(row) if row.by_hand => Switch::Off,
                _ => Switch::On,
            };
            return send(model, Command::Hand(chosen, switch));
        }
        Action::Interrupt => return send(model, Command::Interrupt(chosen)),
        Action::Hunt => return send(model, Command::Hunt),
        Action::Spoil => return confirm(model, Confirm::Spoil),
        Action::Interest => {
            let letters = model
                .chosen_row()
                .map(|row| row.interest.letters())
                .unwrap_or_default();
            open(model, Asks::Interest, letters);
        }
        Action::Send => open(model, Asks::SendText, "hello\\n".to_owned()),
        Action::Recv => open(model, Asks::RecvSize, USUAL_RECV.to_string()),
        Action::Shutdown => open(model, Asks::ShutdownHow, "wr".to_owned()),
        Action::Delete => return confirm(model, Confirm::Delete),
        Action::Restart => return confirm(model, Confirm::Restart),
        Action::Close if model.chosen_row().is_some_and(|row| row.fd().is_none()) => {
            model.notice = Some(format!("{chosen} has no open descriptor to close."));
        }
        Action::Close => return confirm(model, Confirm::Close),
        _ => {}
    }
    Vec::new()
}

/// Ticks one after another, for this.
pub(super) fn several(model: &mut Model, goal: Goal) -> Vec<Effect> {
    model.until = Some(Until {
        goal,
        made: 0,
        due: None,
    });
    send(model, Command::TICK)
}

/// Space goes forward; everything else that acts needs sockets, and a recording has none.
fn in_a_recording(model: &mut Model, action: Action) {
    if action != Action::Tick {
        model.notice = Some(RECORDING.to_owned());
    } else if !model.history.forward() {
        model.notice = Some(recorded_end(model));
    }
}

/// What stands at the end of a recording.
pub(super) fn recorded_end(model: &Model) -> String {
    let broken = model
        .recorded
        .as_ref()
        .and_then(|recorded| recorded.broken.clone());
    broken.unwrap_or_else(|| {
        "This is the end of the recording. HOME goes to its beginning.".to_owned()
    })
}

/// The key after a question for a second press.
pub(super) fn confirmed(model: &mut Model, what: Confirm, key: Key) -> Vec<Effect> {
    let (action, command) = match what {
        Confirm::Delete => (Action::Delete, Command::Delete(model.chosen)),
        Confirm::Restart => (Action::Restart, Command::Restart(model.chosen)),
        Confirm::Close => (Action::Close, Command::Close(model.chosen)),
        Confirm::Spoil => (Action::Spoil, Command::Spoil(model.chosen)),
    };
    if keys::action(key) == Some(action) {
        return send(model, command);
    }
    // Any other key is a no and nothing else: whoever pressed in doubt is not surprised by a tick.
    match keys::action(key) {
        Some(Action::Quit) => vec![Effect::Quit],
        _ => Vec::new(),
    }
}
