//! What an allocation takes.

use crate::model::chunks::BLOCK;

pub(super) fn heap(bytes: usize) -> usize {
    if bytes == 0 { 0 } else { bytes + BLOCK }
}

/// What stands behind an `Arc`: with its two counts.
pub(super) fn counted<T>() -> usize {
    heap(size_of::<T>() + 2 * size_of::<usize>())
}

pub(super) fn vec<T>(items: &Vec<T>) -> usize {
    heap(items.capacity() * size_of::<T>())
}

pub(super) fn text(text: &str) -> usize {
    heap(text.len())
}

/// A list with what each item owns.
pub(super) fn list<T>(items: &Vec<T>, own: impl Fn(&T) -> usize) -> usize {
    vec(items) + items.iter().map(own).sum::<usize>()
}

/// A text behind an `Arc`: with its two counts.
pub(super) fn shared(text: &str) -> usize {
    heap(text.len() + 2 * size_of::<usize>())
}
