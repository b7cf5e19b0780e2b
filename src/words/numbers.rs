//! Lists of socket numbers that fit: `1 2 4`, `1-300`, `1-3 7 +12 more`.

use super::join::join_and;
use crate::model::ids::Row;
use crate::model::row_set::RowSet;
use std::fmt::Write;

/// Numbers in order: a list of them, or a set.
pub trait RowNumbers {
    /// How many.
    fn count(&self) -> usize;

    /// The first and the last of those that follow each other.
    fn ranges(&self) -> impl Iterator<Item = (Row, Row)>;
}

impl RowNumbers for [Row] {
    fn count(&self) -> usize {
        self.len()
    }

    fn ranges(&self) -> impl Iterator<Item = (Row, Row)> {
        let follows = |one: &Row, next: &Row| one.0.checked_add(1) == Some(next.0);
        let runs = self.chunk_by(follows);
        runs.filter_map(|run| Some((*run.first()?, *run.last()?)))
    }
}

impl RowNumbers for Vec<Row> {
    fn count(&self) -> usize {
        self.len()
    }

    fn ranges(&self) -> impl Iterator<Item = (Row, Row)> {
        self.as_slice().ranges()
    }
}

impl RowNumbers for RowSet {
    fn count(&self) -> usize {
        self.len()
    }

    fn ranges(&self) -> impl Iterator<Item = (Row, Row)> {
        RowSet::ranges(self)
    }
}

/// The numbers in at most `width` characters. What does not fit is counted, never dropped in silence. No number at all is `-`.
pub fn fitted(rows: &(impl RowNumbers + ?Sized), width: usize) -> String {
    let count = rows.count();
    if count == 0 {
        return "-".to_owned();
    }
    // A thousand numbers are not written out only to see that they do not fit.
    if count * 2 <= width + 1 {
        let each = rows.ranges().flat_map(|(first, last)| first.0..=last.0);
        let plain: Vec<String> = each.map(|number| number.to_string()).collect();
        let plain = plain.join(" ");
        if plain.len() <= width {
            return plain;
        }
    }
    // Each takes a character and a space at least: no more of them can fit.
    let ranges: Vec<(Row, Row)> = rows.ranges().take(width / 2 + 2).collect();
    let range = |(first, last): &(Row, Row)| match first == last {
        true => first.to_string(),
        false => format!("{first}-{last}"),
    };
    let texts: Vec<String> = ranges.iter().map(range).collect();
    let whole = texts.join(" ");
    if whole.len() <= width {
        return whole;
    }
    let mut text = String::new();
    let mut shown = 0;
    for ((first, last), part) in ranges.iter().zip(&texts) {
        let space = if shown > 0 { " " } else { "" };
        let more = (last.0 - first.0 + 1) as usize;
        let rest = count - shown - more;
        let tail = if rest > 0 {
            format!(" +{rest} more").len()
        } else {
            0
        };
        if text.len() + space.len() + part.len() + tail > width {
            break;
        }
        text.push_str(space);
        text.push_str(part);
        shown += more;
    }
    if shown < count {
        let space = if shown > 0 { " " } else { "" };
        let word = if shown > 0 { " more" } else { "" };
        let _ = write!(text, "{space}+{}{word}", count - shown);
    }
    text
}

/// The numbers in a sentence: `1`, `1 and 2`, `1, 2 and 4`, `1 to 300`.
pub fn in_words(rows: &(impl RowNumbers + ?Sized)) -> String {
    let count = rows.count();
    let parts: Vec<String> = rows
        .ranges()
        .flat_map(|(first, last)| match last.0 - first.0 {
            0 => vec![first.to_string()],
            1 => vec![first.to_string(), last.to_string()],
            _ if count <= 4 => (first.0..=last.0).map(|n| n.to_string()).collect(),
            _ => vec![format!("{first} to {last}")],
        })
        .collect();
    match parts.as_slice() {
        [] => "none".to_owned(),
        few if few.len() <= 8 => join_and(few),
        _ => format!("{count} sockets"),
    }
}

/// So many numbers and ranges are read out; the rest is counted.
const MAX_SPOKEN: usize = 40;

/// The numbers for a reader who hears them: all of them, as far as anybody listens.
pub fn spoken(rows: &(impl RowNumbers + ?Sized)) -> String {
    let ranges: Vec<(Row, Row)> = rows.ranges().collect();
    if ranges.len() <= 8 {
        return in_words(rows);
    }
    let one = |(first, last): &(Row, Row)| match last.0 - first.0 {
        0 => first.to_string(),
        _ => format!("{first} to {last}"),
    };
    let parts: Vec<String> = ranges.iter().take(MAX_SPOKEN).map(one).collect();
    let count = |(first, last): &(Row, Row)| (last.0 - first.0 + 1) as usize;
    let rest: usize = ranges.iter().skip(MAX_SPOKEN).map(count).sum();
    match rest {
        0 => join_and(&parts),
        rest => format!("{} and {rest} more", parts.join(", ")),
    }
}

/// A small number as a word.
pub fn count_word(count: usize) -> String {
    match count {
        2 => "two".to_owned(),
        3 => "three".to_owned(),
        4 => "four".to_owned(),
        5 => "five".to_owned(),
        6 => "six".to_owned(),
        n => n.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(numbers: impl IntoIterator<Item = u32>) -> Vec<Row> {
        numbers.into_iter().map(Row).collect()
    }

    #[test]
    fn the_largest_number_that_a_recording_can_name_is_a_number_like_others() {
        let rows = [Row(u32::MAX), Row(1), Row(2)];
        let words = in_words(rows.as_slice());
        assert!(words.contains("4294967295"), "{words}");
    }

    #[test]
    fn every_number_is_shown_or_counted() {
        let cases = [
            (rows([]), 10, "-"),
            (rows([1, 2, 3, 4]), 10, "1 2 3 4"),
            (rows(1..=300), 10, "1-300"),
            (rows([1, 2, 3, 7, 9, 11]), 11, "1-3 7 9 11"),
            (rows([1, 3, 5, 7, 9, 11, 13, 15]), 14, "1 3 5 +5 more"),
            (rows([1001, 1003]), 4, "+2"),
        ];
        for (rows, width, text) in cases {
            assert_eq!(fitted(&rows, width), text);
        }
    }

    #[test]
    fn numbers_read_well_in_a_sentence() {
        let cases = [
            (rows([2]), "2"),
            (rows([2, 4]), "2 and 4"),
            (rows([1, 2, 4]), "1, 2 and 4"),
            (rows(1..=4), "1, 2, 3 and 4"),
            (rows(1..=300), "1 to 300"),
            (rows((1..40).map(|n| n * 2)), "39 sockets"),
        ];
        for (rows, text) in cases {
            assert_eq!(in_words(&rows), text);
        }
        let many = spoken(&rows((1..=100).map(|n| n * 2)));
        assert!(
            many.starts_with("2, 4, 6") && many.ends_with("80 and 60 more"),
            "{many}"
        );
        let all = spoken(&rows([1, 2, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21]));
        assert_eq!(all, "1 to 3, 5, 7, 9, 11, 13, 15, 17, 19 and 21");
    }
}
