//! Keys as they are written in a configuration, and as people read them.

use super::Key;
use crate::model::clean;

/// How keys are written, for whoever writes them.
pub const NOTATION: &str = "a character as it is typed, such as a, A or ?; space, enter, esc, tab, shift-tab, backspace, delete, insert, left, right, up, down, home, end, pageup, pagedown; f1 to f12; ctrl-a to ctrl-z, ctrl-space";

/// The keys that have a name: as it is written, and as people read it.
const NAMED: &[(Key, &str, &str)] = &[
    (Key::Char(' '), "space", "SPACE"),
    (Key::Enter, "enter", "ENTER"),
    (Key::Esc, "esc", "ESC"),
    (Key::Tab, "tab", "TAB"),
    (Key::BackTab, "shift-tab", "Shift-TAB"),
    (Key::Backspace, "backspace", "Backspace"),
    (Key::Delete, "delete", "Delete"),
    (Key::Insert, "insert", "Insert"),
    (Key::Left, "left", "LEFT"),
    (Key::Right, "right", "RIGHT"),
    (Key::Up, "up", "UP"),
    (Key::Down, "down", "DOWN"),
    (Key::Home, "home", "HOME"),
    (Key::End, "end", "END"),
    (Key::PageUp, "pageup", "PageUp"),
    (Key::PageDown, "pagedown", "PageDown"),
    (Key::Ctrl(' '), "ctrl-space", "Ctrl-SPACE"),
];

/// Control with these letters sends what another key sends: no program can tell them apart.
const SAME_BYTE: &[(char, &str)] = &[('i', "tab"), ('m', "enter"), ('h', "backspace")];

/// What is written for a key, such as `ctrl-x`.
pub fn written(key: Key) -> String {
    if let Some((_, written, _)) = NAMED.iter().find(|(named, _, _)| *named == key) {
        return (*written).to_owned();
    }
    match key {
        Key::Char(c) => c.to_string(),
        Key::Ctrl(c) => format!("ctrl-{c}"),
        Key::F(number) => format!("f{number}"),
        key => format!("{key:?}").to_lowercase(),
    }
}

/// A key as people read it, such as `Ctrl-X`.
pub(super) fn read_as(key: Key) -> String {
    if let Some((_, _, label)) = NAMED.iter().find(|(named, _, _)| *named == key) {
        return (*label).to_owned();
    }
    match key {
        Key::Char(c) => c.to_string(),
        Key::Ctrl(c) => format!("Ctrl-{}", c.to_ascii_uppercase()),
        Key::F(number) => format!("F{number}"),
        key => format!("{key:?}"),
    }
}

/// The key that is written so.
///
/// # Errors
/// Says why it is none, and what was meant.
pub(super) fn read(text: &str) -> Result<Key, String> {
    let mut chars = text.chars();
    if let (Some(c), None) = (chars.next(), chars.next()) {
        return match c {
            '0'..='9' => Err(format!(
                "{c} is a number, and numbers choose sockets: it can be no other key"
            )),
            c if c.is_control() => Err("a control character is no key".to_owned()),
            c if clean::is_hostile(c) => {
                Err("a character that cannot be seen is no key".to_owned())
            }
            ' ' => Ok(Key::Char(' ')),
            c => Ok(Key::Char(c)),
        };
    }
    let small = text.to_lowercase();
    if let Some((key, _, _)) = NAMED.iter().find(|(_, written, _)| *written == small) {
        return Ok(*key);
    }
    if let Some(number) = small.strip_prefix('f').and_then(|rest| rest.parse().ok())
        && (1..=12).contains(&number)
    {
        return Ok(Key::F(number));
    }
    let mut behind = small.strip_prefix("ctrl-").unwrap_or_default().chars();
    if let (Some(c @ 'a'..='z'), None) = (behind.next(), behind.next()) {
        return match SAME_BYTE.iter().find(|(letter, _)| *letter == c) {
            Some((_, same)) => Err(format!(
                "a terminal sends the same for ctrl-{c} and for {same}: write {same}"
            )),
            None => Ok(Key::Ctrl(c)),
        };
    }
    let names = NAMED.iter().map(|(_, written, _)| *written);
    Err(match crate::language::near::nearest(&small, names) {
        Some(near) => format!("there is no such key. Did you mean \"{near}\"?"),
        None => format!("there is no such key. Keys are: {NOTATION}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_that_can_be_written_is_read_again() {
        let named = NAMED.iter().map(|(key, _, _)| *key);
        let others = [
            Key::Char('a'),
            Key::Char('A'),
            Key::Char('?'),
            Key::F(5),
            Key::Ctrl('x'),
        ];
        for key in named.chain(others) {
            assert_eq!(read(&written(key)), Ok(key), "{key:?}");
        }
        assert_eq!(read("CTRL-X"), Ok(Key::Ctrl('x')));
        assert_eq!(read(" "), Ok(Key::Char(' ')));
    }

    #[test]
    fn what_is_no_key_says_why_and_what_was_meant() {
        for (text, part) in [
            ("spcae", "Did you mean \"space\"?"),
            ("7", "choose sockets"),
            ("ctrl-i", "write tab"),
            ("f13", "Keys are: "),
            ("", "Keys are: "),
            ("alt-x", "Keys are: "),
            ("\u{1b}", "control character"),
        ] {
            let why = read(text).expect_err(text);
            assert!(why.contains(part), "{text:?}: {why}");
        }
    }
}
