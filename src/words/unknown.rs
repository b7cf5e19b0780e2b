//! What a recording says and this program does not understand, in words: one way for every face.

use crate::model::record::{Header, Record};
use crate::model::unknown::Unknown;

/// What stands before each.
pub const LABEL: &str = "not understood";

/// The lines of a record, one for each thing: `not understood: call sendmsg(8, "hello", 5) = 5`.
pub fn lines(record: &Record) -> impl DoubleEndedIterator<Item = String> + '_ {
    record.unknown.iter().map(line)
}

/// The lines of a header.
pub fn of_header(header: &Header) -> impl Iterator<Item = String> + '_ {
    header.unknown.iter().map(line)
}

/// One of them.
pub fn line(unknown: &Unknown) -> String {
    format!("{LABEL}: {}", unknown.shown)
}

/// What is to be said of a recording that has so many; nothing if it has none.
pub fn notice(count: usize) -> Option<String> {
    match count {
        0 => None,
        1 => Some(
            "1 thing in it is not understood: it is shown and kept, and nothing follows from it"
                .to_owned(),
        ),
        more => Some(format!(
            "{more} things in it are not understood: they are shown and kept, and nothing follows from them"
        )),
    }
}
