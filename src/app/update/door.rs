//! The door for keys. Somebody may have bound them anew: here a pressed key becomes the key that ships with the action, and nothing behind
//! this door knows of it. Where a text is typed a key is what it is.

use super::message::Effect;
use super::{actions, modes};
use crate::app::lesson::LessonRun;
use crate::app::model::Model;
use crate::app::overlay::Overlay;
use crate::language::keys::{self, Action, Heard, Key, KeyContext};

/// A key was pressed.
pub(super) fn key(model: &mut Model, typed: Key) -> Vec<Effect> {
    model.pressed = Some(typed);
    let is_text = matches!(model.overlay, Overlay::Prompt(_) | Overlay::Help { .. });
    if let Some(effect) = always(typed, is_text) {
        return vec![effect];
    }
    if is_text {
        return modes::key(model, in_a_text(model, typed));
    }
    let own = own_keys(model);
    match keys::heard(typed, &contexts(model), &own) {
        Heard::Key(key) => modes::key(model, key),
        Heard::Action(action) if is_free(model) => {
            model.notice = None;
            actions::perform(model, action)
        }
        // What lies above takes its own keys, and no action.
        Heard::Action(_) => modes::key(model, Key::Unbound),
    }
}

/// Two actions are the same in every mode; where a text is typed not by a key that is typed.
fn always(typed: Key, is_text: bool) -> Option<Effect> {
    if typed == Key::Ctrl('c') {
        return Some(Effect::Quit);
    }
    if is_text && is_for_texts(typed) {
        return None;
    }
    match keys::means_now(KeyContext::Everywhere, typed) {
        Some(Action::QuitAlways) => Some(Effect::Quit),
        Some(Action::Suspend) => Some(Effect::Suspend),
        _ => None,
    }
}

/// Whether a key is typed into a text, or moves in it.
fn is_for_texts(key: Key) -> bool {
    !matches!(key, Key::F(_) | Key::Insert | Key::BackTab)
        && (!matches!(key, Key::Ctrl(_)) || matches!(key, Key::Ctrl('a' | 'e' | 'u' | 'w')))
}

/// A key where a text is typed: itself. The key of the help, if it is none that is typed, closes the help.
fn in_a_text(model: &Model, typed: Key) -> Key {
    if is_for_texts(typed) || !keys::is_bound_anew() {
        return typed;
    }
    let is_help = keys::means_now(KeyContext::Everywhere, typed) == Some(Action::Help);
    match model.overlay {
        Overlay::Help { .. } if is_help => Key::Char('?'),
        _ => Key::Unbound,
    }
}

/// Where keys have their meaning now, the innermost first.
fn contexts(model: &Model) -> Vec<KeyContext> {
    let inner_first = [KeyContext::Guide, KeyContext::Wire, KeyContext::Program];
    let innermost = inner_first.into_iter().find(|on| model.has_keys_of(*on));
    innermost
        .into_iter()
        .chain([KeyContext::Everywhere])
        .collect()
}

/// Whether an action can be done by a key: nothing lies above, and nothing is waited for.
fn is_free(model: &Model) -> bool {
    let waits = model.in_flight.is_some() && !model.is_watched() || model.until.is_some();
    let is_busy = |run: &LessonRun| run.is_busy() || run.is_fresh || run.vote.is_shown;
    let is_asked = model.lesson.as_deref().is_some_and(is_busy);
    matches!(model.overlay, Overlay::None) && !waits && !is_asked
}

/// The keys that mean something of their own in what is open now: the letters of an answer.
fn own_keys(model: &Model) -> impl Fn(Key) -> bool + use<> {
    let is_open = |run: &LessonRun| run.takes_letters() || run.waits_for_question();
    let answers = model.lesson.as_deref().is_some_and(is_open);
    let takes = answers && matches!(model.overlay, Overlay::None);
    move |key| takes && matches!(key, Key::Char('a'..='d' | 'A'..='D'))
}
