//! A line taken apart.

/// The first word, and what follows it.
pub(super) fn split(text: &str) -> (&str, &str) {
    let text = text.trim();
    match text.split_once(char::is_whitespace) {
        Some((word, rest)) => (word, rest.trim()),
        None => (text, ""),
    }
}

/// The name of a system call; `None` of what none is called, so that nothing foreign comes in by it.
pub(super) fn call_name(text: &str) -> Option<String> {
    let letters = |c: char| c.is_ascii_alphanumeric() || c == '_';
    (!text.is_empty() && text.chars().all(letters)).then(|| text.to_owned())
}
