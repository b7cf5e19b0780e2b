//! The keys of lists that are only read.

use crate::language::keys::Key;

/// So many lines are a page of a list.
const PAGE: usize = 10;

/// How far a list is scrolled after a key, if the key scrolls lists. Whoever draws it takes back what is beyond its end.
pub(super) fn scrolled(scroll: usize, key: Key) -> Option<usize> {
    Some(match key {
        Key::Up => scroll.saturating_sub(1),
        Key::Down => scroll.saturating_add(1),
        Key::PageUp => scroll.saturating_sub(PAGE),
        Key::PageDown | Key::Char(' ') => scroll.saturating_add(PAGE),
        Key::Home => 0,
        Key::End => usize::MAX,
        _ => return None,
    })
}
