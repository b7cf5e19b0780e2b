//! Words that move in what has happened, and act on nothing: `back`, `forward`, `first`, `live`, `goto 12`, `next 1`, `previous 1`.

mod listener;

use crate::model::clean;
use crate::model::ids::Row;
pub use listener::Listener;
use thiserror::Error;

/// A move in the history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Travel {
    /// One record back.
    Back,
    /// One record forward; never a new tick.
    Forward,
    /// To the first record.
    First,
    /// To the last one.
    Live,
    /// To this tick; 0 is the beginning.
    Goto(u64),
    /// To the next record that speaks of this row.
    Next(Row),
    /// To the one before that does.
    Previous(Row),
}

/// A move that was typed wrongly.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("'{word}' cannot stand there. Write it so: {usage}")]
pub struct BadTravel {
    /// Cleaned.
    word: String,
    /// The right form.
    usage: &'static str,
}

/// Every word with its form.
pub const WORDS: [(&str, &str); 7] = [
    ("back", "back"),
    ("forward", "forward"),
    ("first", "first"),
    ("live", "live"),
    ("goto", "goto TICK, such as: goto 4"),
    ("next", "next ROW, to its next change, such as: next 1"),
    (
        "previous",
        "previous ROW, to its change before, such as: previous 1",
    ),
];

impl Travel {
    /// Reads one line. `None`: it begins with another word.
    pub fn parse(line: &str) -> Option<Result<Travel, BadTravel>> {
        let mut words = line.split_whitespace();
        let first = words.next()?;
        let (word, usage) = WORDS.iter().find(|(word, _)| *word == first)?;
        let rest: Vec<&str> = words.collect();
        let row = |text: &str| text.parse().ok().filter(|n| *n != 0).map(Row);
        let travel = match (*word, rest.as_slice()) {
            ("back", []) => Some(Travel::Back),
            ("forward", []) => Some(Travel::Forward),
            ("first", []) => Some(Travel::First),
            ("live", []) => Some(Travel::Live),
            ("goto", [tick]) => tick.parse().ok().map(Travel::Goto),
            ("next", [number]) => row(number).map(Travel::Next),
            ("previous", [number]) => row(number).map(Travel::Previous),
            _ => None,
        };
        Some(travel.ok_or_else(|| BadTravel {
            word: clean::text(&rest.join(" ")).chars().take(40).collect(),
            usage,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moves_are_read_and_wrong_ones_are_explained() {
        let good = [
            ("back", Travel::Back),
            (" live ", Travel::Live),
            ("goto 0", Travel::Goto(0)),
            ("goto 12", Travel::Goto(12)),
            ("next 3", Travel::Next(Row(3))),
            ("previous 1", Travel::Previous(Row(1))),
        ];
        for (line, travel) in good {
            assert_eq!(Travel::parse(line), Some(Ok(travel)), "{line}");
        }
        for line in [
            "goto",
            "goto x",
            "goto -1",
            "next 0",
            "back 2",
            "goto 99999999999999999999",
        ] {
            let error = Travel::parse(line).expect("its word").expect_err(line);
            assert!(error.to_string().contains("Write it so"), "{error}");
        }
        assert_eq!(Travel::parse("tick"), None);
        assert_eq!(Travel::parse(""), None);
    }
}
