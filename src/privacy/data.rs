//! Names inside data: what must not be read there, and where it stands.

use crate::model::clean;
use std::ops::Range;

/// So much of a name must be there to be taken for one whose rest is cut off.
const CUT: usize = 4;

/// Everything that must not be read in data.
#[derive(Clone, Debug, Default)]
pub(super) struct Forbidden {
    words: Vec<Vec<u8>>,
}

impl Forbidden {
    /// These words, also as they are escaped.
    pub(super) fn new(words: impl Iterator<Item = Vec<u8>>) -> Forbidden {
        let mut all: Vec<Vec<u8>> = words.filter(|word| !word.is_empty()).collect();
        let escaped: Vec<Vec<u8>> = all
            .iter()
            .map(|word| clean::escape_bytes(word).into_bytes())
            .collect();
        all.extend(escaped);
        all.sort();
        all.dedup();
        Forbidden { words: all }
    }

    /// Where words stand in these bytes, in large or small letters. They may overlap.
    pub(super) fn found(&self, bytes: &[u8]) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        for word in &self.words {
            for (at, window) in bytes.windows(word.len()).enumerate() {
                if window.eq_ignore_ascii_case(word) {
                    found.push(at..at + word.len());
                }
            }
        }
        found
    }

    /// The beginning of a word with which these bytes end, if enough of it is there.
    pub(super) fn cut_at_end(&self, bytes: &[u8]) -> Option<Range<usize>> {
        let begun = |word: &Vec<u8>| {
            let most = word.len().saturating_sub(1).min(bytes.len());
            (CUT..=most)
                .rev()
                .find(|length| ends_with(bytes, &word[..*length]))
        };
        let longest = self.words.iter().filter_map(begun).max()?;
        Some(bytes.len() - longest..bytes.len())
    }

    /// The end of a word with which these bytes begin, if enough of it is there.
    pub(super) fn cut_at_begin(&self, bytes: &[u8]) -> Option<Range<usize>> {
        let ended = |word: &Vec<u8>| {
            let most = word.len().saturating_sub(1).min(bytes.len());
            (CUT..=most)
                .rev()
                .find(|length| bytes[..*length].eq_ignore_ascii_case(&word[word.len() - length..]))
        };
        let longest = self.words.iter().filter_map(ended).max()?;
        Some(0..longest)
    }

    /// Names and addresses inside data become `x`, as many as there were bytes, so that the counts of the calls stay true.
    pub(super) fn hide(&self, bytes: &mut [u8]) {
        fill(bytes, &self.found(bytes));
    }

    /// The same in words.
    pub(super) fn text(&self, text: &str) -> String {
        let mut bytes = text.as_bytes().to_vec();
        self.hide(&mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// The same in the quoted beginning of some data, whose last name may be cut.
    pub(super) fn excerpt(&self, text: &str) -> String {
        let quoted = text.strip_prefix('"').and_then(|rest| {
            let (inside, tail) = match rest.strip_suffix("...") {
                Some(rest) => (rest, "..."),
                None => (rest, ""),
            };
            let bytes = clean::unescape_bytes(inside.strip_suffix('"')?)?;
            Some((bytes, tail))
        });
        let Some((mut bytes, tail)) = quoted else {
            return self.text(text);
        };
        let mut ranges = self.found(&bytes);
        ranges.extend(self.cut_at_end(&bytes).filter(|_| !tail.is_empty()));
        fill(&mut bytes, &ranges);
        format!("\"{}\"{tail}", clean::escape_bytes(&bytes))
    }
}

fn ends_with(bytes: &[u8], end: &[u8]) -> bool {
    bytes[bytes.len() - end.len()..].eq_ignore_ascii_case(end)
}

/// Writes `x` over these places, as far as they are there.
pub(super) fn fill(bytes: &mut [u8], ranges: &[Range<usize>]) {
    for range in ranges {
        let end = range.end.min(bytes.len());
        if let Some(place) = bytes.get_mut(range.start..end) {
            place.fill(b'x');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forbidden(words: &[&str]) -> Forbidden {
        Forbidden::new(words.iter().map(|word| word.as_bytes().to_vec()))
    }

    #[test]
    fn names_that_overlap_are_hidden_to_the_last_letter() {
        let words = forbidden(&["abcd", "cdefgh"]);
        assert_eq!(words.text("-aBCdefGH-"), "-xxxxxxxx-");
    }

    #[test]
    fn an_escaped_name_is_a_name() {
        let words = forbidden(&["/home/\u{e9}ve"]);
        assert_eq!(words.text("at /home/\\xc3\\xa9ve"), "at xxxxxxxxxxxxxxxx");
        let excerpt = words.excerpt("\"at /home/\\xc3\\xa9ve\"");
        assert_eq!(excerpt, "\"at xxxxxxxxxx\"");
    }

    #[test]
    fn a_name_that_an_excerpt_cuts_is_hidden_as_far_as_it_goes() {
        let words = forbidden(&["/root/payroll"]);
        assert_eq!(words.excerpt("\"see /root/p\"..."), "\"see xxxxxxx\"...");
        assert_eq!(words.excerpt("\"see /root/p\""), "\"see /root/p\"");
        assert_eq!(words.excerpt("\"see /ro\"..."), "\"see /ro\"...");
        // What is no excerpt is taken as it stands.
        assert_eq!(words.excerpt("/root/payroll\\"), "xxxxxxxxxxxxx\\");
    }

    #[test]
    fn the_end_of_a_name_is_found_where_something_begins() {
        let words = forbidden(&["/root/payroll"]);
        assert_eq!(words.cut_at_begin(b"Roll it"), Some(0..4));
        assert_eq!(words.cut_at_begin(b"oll it"), None);
        assert_eq!(words.cut_at_end(b"cd /ROOT"), Some(3..8));
        assert_eq!(words.cut_at_end(b""), None);
    }
}
