//! A set of rows: a bit for each, in words of 64.

use crate::model::ids::Row;

/// Rows in order of their numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct RowBits {
    words: Vec<u64>,
}

/// The word in which a row's bit stands, and which bit of it that is.
pub(super) fn place(row: Row) -> (usize, usize) {
    let index = row.index();
    (index / 64, index % 64)
}

/// The rows of one word, in order.
pub(super) fn rows(word: usize, mut bits: u64) -> impl Iterator<Item = Row> {
    std::iter::from_fn(move || {
        if bits == 0 {
            return None;
        }
        let lowest = bits.trailing_zeros() as usize;
        bits &= bits - 1;
        u32::try_from(word * 64 + lowest + 1).ok().map(Row)
    })
}

impl RowBits {
    /// Puts a row into the set, or takes it out.
    pub(super) fn set(&mut self, row: Row, is_in: bool) {
        let (word, bit) = place(row);
        if word >= self.words.len() {
            self.words.resize(word + 1, 0);
        }
        if is_in {
            self.words[word] |= 1 << bit;
        } else {
            self.words[word] &= !(1 << bit);
        }
    }

    /// All rows in it, or in another set beside it, in order.
    pub(super) fn iter_with(&self, other: Option<&RowBits>) -> impl Iterator<Item = Row> {
        let words = other.map_or(0, |other| other.words.len());
        (0..self.words.len().max(words)).flat_map(move |word| {
            let also = other.and_then(|other| other.words.get(word));
            let bits = self.words.get(word).copied().unwrap_or(0);
            rows(word, bits | also.copied().unwrap_or(0))
        })
    }

    /// What it takes, in bytes.
    pub(super) fn heap_size(&self) -> usize {
        self.words.capacity() * size_of::<u64>()
    }
}
