//! What checks and marks say, as lines.

use crate::language::matcher::Matcher;

/// `; nearest: row 3 call getpeername 0 (tick 7)`, or nothing.
pub fn nearest(matcher: &Matcher) -> String {
    let Some(near) = matcher.nearest() else {
        return String::new();
    };
    let row = near
        .row
        .map_or_else(String::new, |row| format!("row {row} "));
    format!(
        "; nearest: {row}{}, and it is {} (tick {})",
        near.claim, near.instead, near.tick
    )
}
