//! A card as lines: what a call, an errno, a flag, a stage or a state is, with its manual page.

use crate::model::clean;
use crate::narrate::cards;
use std::fmt::Write;

/// The card that a person means by `words`; or what can be asked for instead.
///
/// # Errors
/// If there is none: says so, and names the kinds of words that have one.
pub fn explain(words: &str) -> Result<String, String> {
    let Some(topic) = cards::topic(words) else {
        return Err(cards::unknown(words));
    };
    let mut text = format!("{topic}.\n");
    for (label, words) in cards::blocks(&topic) {
        let _ = writeln!(text, "{label}: {}", clean::text(&words));
    }
    Ok(text)
}
