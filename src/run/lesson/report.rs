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

/// A field in quotes where it must be. One that a spreadsheet would take for a formula gets an apostrophe.
pub fn quoted(field: &str) -> String {
    let formula = field.starts_with(['=', '+', '-', '@']);
    let field = if formula {
        format!("'{field}")
    } else {
        field.to_owned()
    };
    if field.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field
    }
}
