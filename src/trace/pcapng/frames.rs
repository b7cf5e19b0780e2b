//! Every copy of every packet of the lab wire, in the order in which they were sent, with what became of it.

use super::Captured;
use crate::model::wire::{self, Change, Hand, Number, Origin, What};

/// What became of one copy.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Fate {
    /// Nothing yet.
    Open,
    /// In words.
    Decided(String),
}

#[derive(Clone, Debug)]
struct Frame {
    number: Number,
    /// Which copy it is, from 1.
    copy: u32,
    at_us: u64,
    bytes: Option<Vec<u8>>,
    fate: Fate,
    /// Where its packet was after the last thing that happened to this copy.
    is: wire::Fate,
    /// So many more times it was written to the other kernel.
    repeats: u32,
    /// When it could not be written to the other kernel, and why.
    not_written: String,
}

/// The frames of a capture, folded from what happened to the packets.
#[derive(Clone, Debug, Default)]
pub struct Frames(Vec<Frame>);

impl Frames {
    /// Takes in one thing that happened; `bytes` are those of the copy if it was sent just now, `tick` is the learner's last one.
    pub fn take_in(&mut self, change: &Change, bytes: Option<&[u8]>, tick: u64) {
        let number = change.number;
        if let Some(last) = self.of(number).next_back() {
            last.is = last.is.after(&change.what);
        }
        match &change.what {
            What::Appeared { origin, .. } => {
                let fate = match origin {
                    Origin::Kernel => Fate::Open,
                    Origin::Injected => Fate::Decided(format!("injected at tick {tick}")),
                };
                self.push(change, bytes, 1, (fate, wire::Fate::Held));
            }
            What::SentAgain => {
                let Some(last) = self.of(number).next_back() else {
                    return;
                };
                let (copy, is) = (last.copy, last.is);
                let fate = match is.is_in_hand() {
                    true => Fate::Open,
                    false => Fate::Decided(SWALLOWED.to_owned()),
                };
                self.push(change, bytes, copy.saturating_add(1), (fate, is));
            }
            What::LetGo(hand) => self.let_go(number, *hand, tick),
            What::Repeated(_) => {
                if let Some(last) = self.of(number).next_back() {
                    last.repeats = last.repeats.saturating_add(1);
                }
            }
            What::Dropped => self.decide(number, &format!("dropped at tick {tick}")),
            What::Swallowed => self.decide(number, SWALLOWED),
            What::NotWritten(errno) => {
                if let Some(last) = self.of(number).last() {
                    let words = format!(", could not be written at tick {tick}: {errno}");
                    last.not_written.push_str(&words);
                }
            }
            What::Waits(_) | What::Moved(..) => {}
        }
    }

    fn push(
        &mut self,
        change: &Change,
        bytes: Option<&[u8]>,
        copy: u32,
        (fate, is): (Fate, wire::Fate),
    ) {
        self.0.push(Frame {
            number: change.number,
            copy,
            at_us: change.at_us,
            bytes: bytes.map(<[u8]>::to_vec),
            fate,
            is,
            repeats: 0,
            not_written: String::new(),
        });
    }

    fn of(&mut self, number: Number) -> impl DoubleEndedIterator<Item = &mut Frame> {
        self.0
            .iter_mut()
            .filter(move |frame| frame.number == number)
    }

    fn decide(&mut self, number: Number, words: &str) {
        for frame in self.of(number).filter(|frame| frame.fate == Fate::Open) {
            frame.fate = Fate::Decided(words.to_owned());
        }
    }

    /// The last copy is the one that is written; those before it end with it.
    fn let_go(&mut self, number: Number, hand: Hand, tick: u64) {
        let Some(last) = self.of(number).next_back() else {
            return;
        };
        let copy = last.copy;
        if last.fate == Fate::Open {
            last.fate = Fate::Decided(gone(hand, tick));
        }
        self.decide(
            number,
            &format!("never let go, copy {copy} went in its place"),
        );
    }

    /// The capture; `began_us` is when the session began, in microseconds since 1970.
    pub fn captured(self, began_us: u64) -> Vec<Captured> {
        let captured = |frame: Frame| {
            let number = frame.number;
            let copy = match frame.copy {
                1 => String::new(),
                copy => format!(", copy {copy}"),
            };
            let fate = match frame.fate {
                Fate::Decided(words) => words,
                Fate::Open => "still held".to_owned(),
            };
            let repeats = match frame.repeats {
                0 => String::new(),
                1 => ", one more copy let go".to_owned(),
                more => format!(", {more} more copies let go"),
            };
            Some(Captured {
                at_us: began_us.saturating_add(frame.at_us),
                bytes: frame.bytes?,
                comment: format!(
                    "packet {number}{copy}: {fate}{repeats}{}",
                    frame.not_written
                ),
            })
        };
        self.0.into_iter().filter_map(captured).collect()
    }
}

const SWALLOWED: &str = "swallowed: nobody lives there";

fn gone(hand: Hand, tick: u64) -> String {
    match hand {
        Hand::Learner => format!("released at tick {tick}"),
        Hand::Rule => format!("passed by rule at tick {tick}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::errno::Errno;
    use crate::model::packet::Flags;
    use crate::model::packet::segment::{Direction, Kind, Segment};

    fn appeared(origin: Origin) -> What {
        What::Appeared {
            flow: None,
            segment: Segment {
                direction: Direction::ToServer,
                kind: Kind::Syn,
                flags: Flags::SYN,
                seq: 0,
                ack: None,
                length: 0,
                window: 0,
                excerpt: String::new(),
            },
            origin,
        }
    }

    fn comments(changes: &[(u32, What, u64)]) -> Vec<String> {
        let mut frames = Frames::default();
        for (number, what, tick) in changes {
            let change = Change {
                number: Number(*number),
                at_us: *tick,
                what: what.clone(),
            };
            let sent = matches!(what, What::Appeared { .. } | What::SentAgain);
            frames.take_in(&change, sent.then_some(&[1, 2][..]), *tick);
        }
        let captured = frames.captured(1000);
        captured.into_iter().map(|frame| frame.comment).collect()
    }

    #[test]
    fn each_copy_is_a_frame_that_says_what_became_of_it() {
        let told = comments(&[
            (1, appeared(Origin::Kernel), 3),
            (1, What::SentAgain, 3),
            (1, What::Dropped, 4),
            (1, What::SentAgain, 4),
            (1, What::SentAgain, 4),
            (1, What::LetGo(Hand::Learner), 5),
            (1, What::SentAgain, 6),
            (2, appeared(Origin::Injected), 6),
            (2, What::LetGo(Hand::Learner), 6),
            (3, appeared(Origin::Kernel), 6),
            (1, What::Repeated(Hand::Learner), 7),
        ]);
        assert_eq!(
            told,
            [
                "packet 1: dropped at tick 4",
                "packet 1, copy 2: dropped at tick 4",
                "packet 1, copy 3: never let go, copy 4 went in its place",
                "packet 1, copy 4: released at tick 5",
                "packet 1, copy 5: still held, one more copy let go",
                "packet 2: injected at tick 6",
                "packet 3: still held",
            ]
        );
    }

    #[test]
    fn a_write_that_failed_is_told_beside_what_became_of_the_packet() {
        let failed = What::NotWritten(Errno::EINVAL);
        let told = comments(&[
            (1, appeared(Origin::Kernel), 3),
            (1, failed.clone(), 4),
            (2, appeared(Origin::Kernel), 4),
            (2, failed, 5),
            (2, What::LetGo(Hand::Learner), 6),
        ]);
        assert_eq!(
            told,
            [
                "packet 1: still held, could not be written at tick 4: EINVAL",
                "packet 2: released at tick 6, could not be written at tick 5: EINVAL",
            ]
        );
    }

    #[test]
    fn rules_and_silence_are_told_too() {
        let told = comments(&[
            (1, appeared(Origin::Kernel), 3),
            (1, What::LetGo(Hand::Rule), 3),
            (1, What::SentAgain, 4),
            (1, What::LetGo(Hand::Rule), 4),
            (2, appeared(Origin::Kernel), 4),
            (2, What::Swallowed, 4),
            (2, What::SentAgain, 5),
        ]);
        assert_eq!(
            told,
            [
                "packet 1: passed by rule at tick 3",
                "packet 1, copy 2: passed by rule at tick 4",
                "packet 2: swallowed: nobody lives there",
                "packet 2, copy 2: swallowed: nobody lives there",
            ]
        );
    }
}
