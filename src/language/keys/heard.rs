//! The door for keys: what is pressed becomes the key that ships with the action. Behind it nobody knows that keys were bound anew.

use super::{Action, Key, KeyContext, TABLE, is_bound_anew, means_now, shipped};

/// What a pressed key is behind the door.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// This key, as it ships.
    Key(Key),
    /// This action, which no key reaches where it was pressed, as keys ship.
    Action(Action),
}

/// What a key is where these contexts hold, the innermost first. `own` are keys that mean something of their own there, such as the letters
/// of an open question: they stay what they are, and nothing else becomes one of them.
pub fn heard(typed: Key, contexts: &[KeyContext], own: &dyn Fn(Key) -> bool) -> Heard {
    let is_number = matches!(typed, Key::Char('0'..='9'));
    if is_number || own(typed) || !is_bound_anew() {
        return Heard::Key(typed);
    }
    let now = contexts.iter().find_map(|on| {
        let action = means_now(*on, typed)?;
        Some((*on, action))
    });
    let Some((on, action)) = now else {
        let ships = |on: &KeyContext| shipped(*on, typed).is_some();
        return Heard::Key(match contexts.iter().any(ships) {
            true => Key::Unbound,
            false => typed,
        });
    };
    let mut lines = TABLE.iter();
    let line = lines.find(|line| line.on == on && line.action == action);
    let keys = line.map_or(&[][..], |line| line.keys);
    let reaches = |key: &&Key| {
        let first = contexts.iter().find_map(|on| shipped(*on, **key));
        !own(**key) && first == Some(action)
    };
    // PageDown is a page in a list, SPACE may be more: a key that still does the same stays itself.
    let same = keys.iter().find(|key| **key == typed && reaches(key));
    let found = same.or_else(|| keys.iter().find(reaches));
    found.map_or(Heard::Action(action), |key| Heard::Key(*key))
}
