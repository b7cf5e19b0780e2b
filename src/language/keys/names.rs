//! Keys named in a text: `{key tick}` becomes the key that is bound to it now.

use super::{Action, Binding, NUMBERS, TABLE, all, of};

/// What stands before the name of an action in a text.
const OPENS: &str = "{key ";

/// The key of an action as people read it; where it has none, the word of the prompt that does the same.
pub fn label(action: Action) -> &'static str {
    of(action).map_or("", |binding| binding.label)
}

/// Whether any key does it.
pub fn has_key(action: Action) -> bool {
    of(action).is_none_or(|binding| !binding.keys.is_empty() || binding.action == NUMBERS)
}

/// A text in which `{key tick}` and the like are the keys that are bound now. What names no action stays as it is.
pub fn said(text: &str) -> String {
    said_with(text, all())
}

/// The same with the keys as they ship: on paper, and where room is counted.
pub fn as_shipped(text: &str) -> String {
    said_with(text, TABLE)
}

/// The same for a conversation in lines, which has no keys: Enter for the tick, and for all else the word that does the same. A word of the
/// prompt loses its colon.
pub fn in_lines(text: &str) -> String {
    let as_word = |binding: &Binding| Binding {
        label: match binding.action {
            Action::Tick => "Enter",
            _ => binding.says.unwrap_or(binding.label),
        },
        ..*binding
    };
    let bindings: Vec<Binding> = TABLE.iter().map(as_word).collect();
    let said = said_with(text, &bindings);
    let mut lines = String::with_capacity(said.len());
    for (index, part) in said.split(':').enumerate() {
        let stands_alone = lines.is_empty() || lines.ends_with([' ', '(', '\n']);
        let word = part
            .split(|c: char| !c.is_alphanumeric() && c != '_')
            .next();
        let is_word = word.is_some_and(|word| crate::language::verbs::find(word).is_some());
        if index > 0 && !(stands_alone && is_word) {
            lines.push(':');
        }
        lines.push_str(part);
    }
    lines
}

/// The same of a file in TOML, whose texts stand between double quotes.
pub fn said_in_toml(file: &str) -> String {
    if !file.contains(OPENS) {
        return file.to_owned();
    }
    let quoted = |binding: &Binding| Binding {
        label: match binding.label {
            "\"" => "\\\"",
            "\\" => "\\\\",
            label => label,
        },
        ..*binding
    };
    let bindings: Vec<Binding> = all().iter().map(quoted).collect();
    said_with(file, &bindings)
}

pub(super) fn said_with(text: &str, bindings: &[Binding]) -> String {
    let mut said = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(OPENS) {
        let behind = &rest[at + OPENS.len()..];
        let found = behind.split_once('}').and_then(|(name, after)| {
            let binding = bindings.iter().find(|one| one.action.name() == name)?;
            Some((binding.label, after))
        });
        let Some((label, after)) = found else {
            said.push_str(&rest[..at + OPENS.len()]);
            rest = behind;
            continue;
        };
        said.push_str(&rest[..at]);
        said.push_str(label);
        rest = after;
    }
    said.push_str(rest);
    said
}

/// The same of a lesson, which anybody may have written: there a key that has a name is written as such, as in `SPACE asks`.
pub fn in_prose(text: &str) -> String {
    if !super::is_bound_anew() {
        return said(text);
    }
    // Names first: a key that was put in may have the name of another one.
    let mut prose = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
        let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        prose.push_str(now(word).unwrap_or(word));
        let next = after.find(is_part).unwrap_or(after.len());
        prose.push_str(&after[..next]);
        rest = &after[next..];
    }
    said(&prose)
}

/// The key that is bound now, for one that ships under such a name.
fn now(word: &str) -> Option<&'static str> {
    if word.len() < 2 {
        return None;
    }
    let shipped = TABLE.iter().find(|binding| binding.label == word)?;
    Some(label(shipped.action))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_names_the_keys_that_are_bound() {
        assert_eq!(said("{key tick}: a tick. {key quit}"), "SPACE: a tick. q");
        for other in ["{key nothing} and {calls}", "{key ", "no key", "{key tick"] {
            assert_eq!(said(other), other);
        }
        assert_eq!(in_prose("SPACE and {key add}, LEFT"), "SPACE and a, LEFT");
        assert_eq!(as_shipped("{key tick} and {key add}"), "SPACE and a");
        assert_eq!(
            in_lines(":add @wire:80, {key tick} twice, then {key getpeername}: see :nothing"),
            "add @wire:80, Enter twice, then getpeername: see :nothing"
        );
    }
}
