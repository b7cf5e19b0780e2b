//! The key table as it is bound now: once, before anything names a key.

use super::names::said_with;
use super::notation::read_as;
use super::{Action, Binding, Key, KeyContext, NUMBERS, TABLE};
use std::sync::OnceLock;

/// The table as it ships, unless somebody has bound keys anew.
static NOW: OnceLock<Vec<Binding>> = OnceLock::new();

/// Every key as it is bound now, in the order of the help.
pub fn all() -> &'static [Binding] {
    NOW.get_or_init(|| finished(TABLE.to_vec()))
}

/// From now on keys are bound so. False if a key was asked for before: it is too late then.
pub fn install(bindings: Vec<Binding>) -> bool {
    NOW.set(bindings).is_ok()
}

/// The keys that ship with an action.
pub fn shipped_keys(action: Action) -> &'static [Key] {
    let mut shipped = TABLE.iter();
    let found = shipped.find(|binding| binding.action == action);
    found.map_or(&[], |binding| binding.keys)
}

/// Whether any key is not the one that ships.
pub fn is_bound_anew() -> bool {
    let is_other = |(now, shipped): (&Binding, &Binding)| now.keys != shipped.keys;
    all().iter().zip(TABLE).any(is_other)
}

/// What a key does where it is bound.
pub fn means_now(on: KeyContext, key: Key) -> Option<Action> {
    all()
        .iter()
        .find(|binding| binding.on == on && binding.keys.contains(&key))
        .map(|binding| binding.action)
}

/// Kept until the program ends, as everything that it says of keys.
fn kept(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}

/// Bindings whose labels and sentences name the keys that are bound.
pub(super) fn finished(mut bindings: Vec<Binding>) -> Vec<Binding> {
    for binding in &mut bindings {
        binding.label = label(binding);
    }
    let named = bindings.clone();
    for binding in &mut bindings {
        let mut help = said_with(binding.help, &named);
        if let [_, others @ ..] = binding.keys
            && !others.is_empty()
        {
            let others: Vec<String> = others.iter().map(|key| read_as(*key)).collect();
            help = format!("{help} Also {}.", others.join(", "));
        }
        binding.help = kept(help);
    }
    bindings
}

/// Its first key; without one the word that does the same.
fn label(binding: &Binding) -> &'static str {
    match (binding.keys.first(), binding.says) {
        _ if binding.action == NUMBERS => binding.label,
        (Some(key), _) => kept(read_as(*key)),
        (None, Some(word)) => kept(format!(":{word}")),
        (None, None) => "(no key)",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_shipped_every_label_is_what_its_first_key_is_called() {
        for (now, shipped) in all().iter().zip(TABLE) {
            assert_eq!(now.label, shipped.label);
        }
        assert!(!is_bound_anew());
    }
}
