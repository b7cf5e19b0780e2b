//! One word explained: by its card, or as a key, or as a command.

use crate::language::keys;
use crate::language::keys::Binding;
use crate::language::request::Frontend;
use crate::language::verbs;
use crate::narrate::cards;
use crate::text::card;
use std::fmt::Write;

/// What a word is: a card, a key of the screen and a command can have the same name.
///
/// # Errors
/// If nothing is called so: says so, and what was probably meant.
pub fn explain(words: &str) -> Result<String, String> {
    let words = words.trim();
    let mut text = card::explain(words).unwrap_or_default();
    let bindings: Vec<&Binding> = keys::labelled(words).collect();
    for binding in bindings {
        let _ = writeln!(text, "key {}: {}", binding.label, binding.help);
    }
    if let Some(verb) = verbs::find(words) {
        let _ = writeln!(text, "command: {}. {}", verb.usage, verb.help);
    }
    if !text.is_empty() {
        return Ok(text);
    }
    let mut known = cards::all_names();
    known.extend(verbs::words(Frontend::Plain).map(str::to_owned));
    known.extend(keys::all().iter().map(|binding| binding.label.to_owned()));
    Err(cards::unknown_among(
        words,
        known.iter().map(String::as_str),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_a_command_and_a_word_of_the_screen_are_explained() {
        let said = |word| explain(word).expect(word);
        assert!(said("K").starts_with("key K: "), "{}", said("K"));
        assert!(said("107").starts_with("ENOTCONN.\n"), "{}", said("107"));
        assert!(said("autodrain").starts_with("command: autodrain on"));
        let both = said("connect");
        assert!(both.starts_with("connect.\n") && both.contains("\ncommand: connect ROW"));
        assert!(explain("K ").is_ok());
        let why = explain("conect").expect_err("it is misspelt");
        assert!(why.ends_with("Did you mean connect?"), "{why}");
    }
}
