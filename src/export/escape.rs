//! Text made harmless for each form. What steers a terminal or reorders text was cleaned when the recording was read; here it is
//! refused once more.

use crate::model::clean;
use std::fmt::Write;

/// For the text and the attributes of XML and HTML.
pub(super) fn xml(text: &str) -> String {
    let clean = clean::text(text);
    let mut out = String::with_capacity(clean.len());
    for c in clean.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// For a label of a Mermaid diagram: everything but letters, digits and a few signs becomes an entity code, which its grammar takes
/// anywhere.
pub(super) fn mermaid(text: &str) -> String {
    let mut out = String::new();
    for c in clean::text(text).chars() {
        if c.is_ascii_alphanumeric() || matches!(c, ' ' | '.' | ',' | '_' | '=' | '(' | ')') {
            out.push(c);
        } else {
            let _ = write!(out, "#{};", u32::from(c));
        }
    }
    out
}

/// A code span of Markdown: its fence is longer than any run of backticks inside.
pub(super) fn code(text: &str) -> String {
    let clean = clean::text(text);
    let longest = clean
        .split(|c| c != '`')
        .map(str::len)
        .max()
        .unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    let pad = if longest > 0 { " " } else { "" };
    format!("{fence}{pad}{clean}{pad}{fence}")
}

/// Running text of Markdown: signs that would be markup are escaped.
pub(super) fn markdown(text: &str) -> String {
    let mut out = String::new();
    for c in clean::text(text).chars() {
        if matches!(
            c,
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '&' | '!' | '~'
        ) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// A string of Python, in ASCII.
pub(super) fn python(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            ' '..='~' => out.push(c),
            c if u32::from(c) < 0x100 => {
                let _ = write!(out, "\\x{:02x}", u32::from(c));
            }
            c => {
                let _ = write!(out, "\\U{:08x}", u32::from(c));
            }
        }
    }
    out.push('"');
    out
}

/// Bytes of Python.
pub(super) fn python_bytes(bytes: &[u8]) -> String {
    format!("b\"{}\"", clean::escape_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FOREIGN: &str = "<b>&\"'`a``b\u{1b}[2J\u{9b}\u{202e};#end\n%%{";

    #[test]
    fn nothing_foreign_means_anything_in_any_form() {
        for (form, text) in [
            ("xml", xml(FOREIGN)),
            ("mermaid", mermaid(FOREIGN)),
            ("code", code(FOREIGN)),
            ("markdown", markdown(FOREIGN)),
            ("python", python(FOREIGN)),
        ] {
            assert!(!text.chars().any(clean::is_hostile), "{form}: {text:?}");
        }
        assert!(!xml(FOREIGN).contains(['<', '>', '"', '\'']));
        assert!(!mermaid("a;b\n%%{").contains(['%', '{', '\n']));
        assert_eq!(mermaid("a;b"), "a#59;b");
        assert_eq!(code("a"), "`a`");
        assert_eq!(code("a``b"), "``` a``b ```");
        assert_eq!(
            python("a\"\u{e9}\u{1f600}\n"),
            "\"a\\\"\\xe9\\U0001f600\\x0a\""
        );
        assert_eq!(python_bytes(b"a\"\x00\n"), "b\"a\\\"\\x00\\n\"");
    }
}
