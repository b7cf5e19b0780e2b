//! What is said to a key that means nothing where it is pressed: what is near.

use super::notation::read_as;
use super::{Action, Key, KeyContext, all, brief, label, means_now};
use crate::language::verbs;
use crate::model::command::Command;
use crate::model::ids::Row;

/// The word that does what a key did once, or what people expect of it.
fn word_of(letter: char) -> Option<String> {
    let first = |command: Command| {
        let line = command.to_string();
        line.split_whitespace().next().map(str::to_owned)
    };
    match letter {
        'T' => Some("theme".to_owned()),
        't' => Some("timeout".to_owned()),
        'H' => Some("hold".to_owned()),
        'E' => Some("inject".to_owned()),
        'Z' => first(Command::BadFd(Row(1))),
        'u' => first(Command::Probe),
        _ => None,
    }
}

/// One line about a key that has no meaning: that it has none, and what is near.
pub fn without_meaning(key: Key) -> String {
    let letter = match key {
        Key::Char(letter) => letter,
        key => {
            let help = label(Action::Help);
            return format!("{}: no key. {help} shows every key.", read_as(key));
        }
    };
    let name = read_as(key);
    if means_now(KeyContext::Wire, key).is_some() {
        let wire = label(Action::Wire);
        return format!("{name}: not on the wire. {wire} shows the wire, and {name} acts there.");
    }
    let mut near = Vec::new();
    for other in [letter.to_ascii_lowercase(), letter.to_ascii_uppercase()] {
        let binding = all().iter().find(|binding| {
            binding.on == KeyContext::Everywhere && binding.keys.contains(&Key::Char(other))
        });
        if let Some(binding) = binding.filter(|_| other != letter) {
            near.push(format!("{other} {}", binding.briefly()));
        }
    }
    if let Some(verb) = word_of(letter).and_then(|word| verbs::find(&word)) {
        near.push(format!(":{} {}", verb.name, brief(verb.help)));
    }
    if near.is_empty() {
        near.push(format!("{} shows every key", label(Action::Help)));
    }
    format!("{name}: no key. {}.", near.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_without_a_meaning_says_what_is_near() {
        let said = |letter| without_meaning(Key::Char(letter));
        assert_eq!(said('C'), "C: no key. c calls connect() again.");
        assert_eq!(said('%'), "%: no key. ? shows every key.");
        assert!(
            said('D').starts_with("D: not on the wire. "),
            "{}",
            said('D')
        );
        for letter in ['T', 't', 'H', 'E', 'Z', 'u'] {
            assert!(said(letter).contains(" :"), "{}", said(letter));
        }
        assert_eq!(
            without_meaning(Key::Ctrl('x')),
            "Ctrl-X: no key. ? shows every key."
        );
    }
}
