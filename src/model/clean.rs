//! Foreign bytes made harmless and visible: nothing that is not printable text passes, and what was there can still be read.

use std::borrow::Cow;
use std::fmt::Write;

/// The longest text that is taken from outside, in bytes.
pub const MAX_TEXT_BYTES: usize = 64 * 1024;

/// Whether a character could steer a terminal or reorder what is read: C0, DEL, C1, line separators, bidi controls, zero-width, tags.
pub fn is_hostile(c: char) -> bool {
    matches!(c,
        '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Foreign text with every hostile character as a visible escape. Harmless text comes back as it is; a backslash too, so this is for
/// reading only. Use [`escape_bytes`] where the bytes must be had again.
pub fn text(foreign: &str) -> String {
    let mut out = String::with_capacity(foreign.len());
    for c in foreign.chars() {
        if is_hostile(c) {
            push_escape(&mut out, c);
        } else {
            out.push(c);
        }
    }
    out
}

/// A foreign text in at most so many characters; dots say that there is more.
pub fn cut(foreign: &str, most: usize) -> Cow<'_, str> {
    if foreign.len() <= most || foreign.chars().count() <= most {
        return Cow::Borrowed(foreign);
    }
    let head: String = foreign.chars().take(most.saturating_sub(3)).collect();
    Cow::Owned(format!("{head}..."))
}

/// The most characters of a foreign word that a message quotes.
const MAX_QUOTED: usize = 60;

/// A foreign word as a message quotes it: harmless, and only its beginning if it is long.
pub fn quoted(foreign: &str) -> String {
    text(&cut(foreign, MAX_QUOTED))
}

fn push_escape(out: &mut String, c: char) {
    match c {
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        c if u32::from(c) < 0x80 => {
            let _ = write!(out, "\\x{:02x}", u32::from(c));
        }
        c => {
            let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
        }
    }
}

/// Bytes as printable ASCII: `\n`, `\r`, `\t`, `\\`, `\"` and `\xNN`. Every byte string has exactly one such text.
pub fn escape_bytes(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    for &byte in bytes {
        match byte {
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            b'\\' => out.push_str("\\\\"),
            b'"' => out.push_str("\\\""),
            0x20..=0x7e => out.push(char::from(byte)),
            _ => {
                let _ = write!(out, "\\x{byte:02x}");
            }
        }
    }
    out
}

/// The beginning of some bytes in quotes, escaped, in about `width` characters; dots say that there are more.
pub fn excerpt(bytes: &[u8], width: usize) -> String {
    let mut text = String::new();
    for (index, byte) in bytes.iter().enumerate() {
        let next = escape_bytes(&[*byte]);
        if text.len() + next.len() > width && index > 0 {
            return format!("\"{text}\"...");
        }
        text.push_str(&next);
    }
    format!("\"{text}\"")
}

/// The bytes of a text that [`escape_bytes`] made, or that a person typed with the same escapes. Other characters stand for their
/// UTF-8 bytes. `None` if an escape is broken.
pub fn unescape_bytes(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            continue;
        }
        match chars.next()? {
            'n' => out.push(b'\n'),
            'r' => out.push(b'\r'),
            't' => out.push(b'\t'),
            '\\' => out.push(b'\\'),
            '"' => out.push(b'"'),
            '0' => out.push(0),
            'x' => {
                let high = chars.next()?.to_digit(16)?;
                let low = chars.next()?.to_digit(16)?;
                out.push((high * 16 + low) as u8);
            }
            _ => return None,
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn nothing_that_steers_a_terminal_passes() {
        let foreign = "a\u{1b}]52;c;aGk=\u{7}\u{9b}2J\u{202e}b\u{200b}\u{7f}\n";
        let clean = text(foreign);
        assert!(clean.chars().all(|c| !is_hostile(c)), "{clean:?}");
        assert_eq!(
            clean,
            "a\\x1b]52;c;aGk=\\x07\\u{9b}2J\\u{202e}b\\u{200b}\\x7f\\n"
        );
    }

    #[test]
    fn an_excerpt_says_when_there_is_more() {
        assert_eq!(excerpt(b"hello", 10), "\"hello\"");
        assert_eq!(excerpt(b"hello\n", 6), "\"hello\"...");
        assert_eq!(excerpt(b"\x00\x01", 4), "\"\\x00\"...");
        assert_eq!(excerpt(b"", 4), "\"\"");
    }

    proptest! {
        #[test]
        fn escaped_bytes_are_printable_and_come_back(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            let text = escape_bytes(&bytes);
            prop_assert!(text.bytes().all(|b| (0x20..0x7f).contains(&b)));
            prop_assert_eq!(unescape_bytes(&text), Some(bytes));
        }
    }
}
