//! Rows as a set, a bit for each: thousands of them take a few words, and are compared, counted and listed without a walk over each.

use super::ids::Row;

/// Rows in order of their numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowSet {
    /// The last one is not 0, so that equal sets are equal.
    words: Vec<u64>,
}

impl RowSet {
    /// The set of which these are the words, 64 rows each.
    pub(super) fn of_words(words: Vec<u64>) -> RowSet {
        let mut set = RowSet { words };
        set.trim();
        set
    }

    fn trim(&mut self) {
        while self.words.last() == Some(&0) {
            self.words.pop();
        }
    }

    /// Whether nobody is in it.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// How many are in it.
    pub fn len(&self) -> usize {
        let words = self.words.iter();
        words.map(|word| word.count_ones() as usize).sum()
    }

    /// Who is in it, in order.
    pub fn iter(&self) -> impl Iterator<Item = Row> {
        self.ranges()
            .flat_map(|(first, last)| (first.0..=last.0).map(Row))
    }

    /// The first and the last of those that stand side by side, in order.
    pub fn ranges(&self) -> impl Iterator<Item = (Row, Row)> {
        let mut from = 0;
        std::iter::from_fn(move || {
            let first = self.next(from, 0)?;
            let after = self.next(first, u64::MAX);
            from = after.unwrap_or(self.words.len() * 64);
            Some((number(first)?, number(from - 1)?))
        })
    }

    /// The first place from this one on whose bit is set; with `flip` of ones, whose bit is not set.
    fn next(&self, from: usize, flip: u64) -> Option<usize> {
        let mut mask = u64::MAX << (from % 64);
        for at in from / 64..self.words.len() {
            let found = (self.words[at] ^ flip) & mask;
            if found != 0 {
                return Some(at * 64 + found.trailing_zeros() as usize);
            }
            mask = u64::MAX;
        }
        None
    }

    /// Those who are not in the other one.
    pub fn without(&self, other: &RowSet) -> RowSet {
        let others = other.words.iter().copied().chain(std::iter::repeat(0));
        let words = self.words.iter().zip(others);
        RowSet::of_words(words.map(|(word, not)| word & !not).collect())
    }
}

/// The row at a place of the set.
fn number(place: usize) -> Option<Row> {
    u32::try_from(place + 1).ok().map(Row)
}

impl FromIterator<Row> for RowSet {
    fn from_iter<I: IntoIterator<Item = Row>>(rows: I) -> RowSet {
        let mut words = Vec::new();
        for row in rows {
            let (word, bit) = (row.index() / 64, row.index() % 64);
            if word >= words.len() {
                words.resize(word + 1, 0);
            }
            words[word] |= 1 << bit;
        }
        RowSet::of_words(words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn a_set_says_what_a_walk_over_its_rows_says(
            one in prop::collection::btree_set(1_u32..400, 0..300),
            other in prop::collection::btree_set(1_u32..400, 0..300),
        ) {
            let set = |rows: &BTreeSet<u32>| rows.iter().copied().map(Row).collect::<RowSet>();
            let (a, b) = (set(&one), set(&other));
            prop_assert_eq!(a.len(), one.len());
            prop_assert_eq!(a.is_empty(), one.is_empty());
            prop_assert!(a.iter().map(|row| row.0).eq(one.iter().copied()));
            prop_assert_eq!(a == b, one == other);
            let rest = one.difference(&other).copied();
            prop_assert!(a.without(&b).iter().map(|row| row.0).eq(rest));
            let mut ranges: Vec<(u32, u32)> = Vec::new();
            for row in one {
                match ranges.last_mut() {
                    Some((_, last)) if *last + 1 == row => *last = row,
                    _ => ranges.push((row, row)),
                }
            }
            prop_assert!(a.ranges().map(|(first, last)| (first.0, last.0)).eq(ranges));
        }
    }
}
