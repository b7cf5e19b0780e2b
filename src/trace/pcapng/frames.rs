//! Every copy of every packet of the lab wire, in the order in which they were sent, with what became of it.

use super::Captured;
use crate::model::wire::{self, Origin, PacketChange, PacketEvent, PacketNumber, ReleasedBy};

/// What became of one copy.
#[derive(Clone, Debug, PartialEq, Eq)]
enum CopyStatus {
    /// Nothing yet.
    Open,
    /// In words.
    Decided(String),
}

#[derive(Clone, Debug)]
struct CaptureFrame {
    number: PacketNumber,
    /// Which copy it is, from 1.
    copy: u32,
    at_us: u64,
    bytes: Option<Vec<u8>>,
    status: CopyStatus,
    /// Where its packet was after the last thing that happened to this copy.
    is: wire::PacketStatus,
    /// So many more times it was written to the other kernel.
    repeats: u32,
    /// When it could not be written to the other kernel, and why.
    not_written: String,
}

/// The frames of a capture, folded from what happened to the packets.
#[derive(Clone, Debug, Default)]
pub struct CaptureFrames(Vec<CaptureFrame>);

impl CaptureFrames {
    /// Takes in one thing that happened; `bytes` are those of the copy if it was sent just now, `tick` is the user's last one.
    pub fn take_in(&mut self, change: &PacketChange, bytes: Option<&[u8]>, tick: u64) {
        let number = change.number;
        if let Some(last) = self.of(number).next_back() {
            last.is = last.is.after(&change.what);
        }
        match &change.what {
            PacketEvent::Appeared { origin, .. } => {
                let status = match origin {
                    Origin::Kernel => CopyStatus::Open,
                    Origin::Injected => CopyStatus::Decided(format!("injected at tick {tick}")),
                };
                self.push(change, bytes, 1, (status, wire::PacketStatus::Held));
            }
            PacketEvent::SentAgain => {
                let Some(last) = self.of(number).next_back() else {
                    return;
                };
                let (copy, is) = (last.copy, last.is);
                let status = match is.is_held() {
                    true => CopyStatus::Open,
                    false => CopyStatus::Decided(SWALLOWED.to_owned()),
                };
                self.push(change, bytes, copy.saturating_add(1), (status, is));
            }
            PacketEvent::LetGo(released_by) => self.let_go(number, *released_by, tick),
            PacketEvent::Repeated(_) => {
                if let Some(last) = self.of(number).next_back() {
                    last.repeats = last.repeats.saturating_add(1);
                }
            }
            PacketEvent::Dropped => self.decide(number, &format!("dropped at tick {tick}")),
            PacketEvent::Swallowed => self.decide(number, SWALLOWED),
            PacketEvent::NotWritten(errno) => {
                if let Some(last) = self.of(number).last() {
                    let words = format!(", could not be written at tick {tick}: {errno}");
                    last.not_written.push_str(&words);
                }
            }
            PacketEvent::Waits(_) | PacketEvent::Moved(..) => {}
        }
    }

    fn push(
        &mut self,
        change: &PacketChange,
        bytes: Option<&[u8]>,
        copy: u32,
        (status, is): (CopyStatus, wire::PacketStatus),
    ) {
        self.0.push(CaptureFrame {
            number: change.number,
            copy,
            at_us: change.at_us,
            bytes: bytes.map(<[u8]>::to_vec),
            status,
            is,
            repeats: 0,
            not_written: String::new(),
        });
    }

    fn of(&mut self, number: PacketNumber) -> impl DoubleEndedIterator<Item = &mut CaptureFrame> {
        self.0
            .iter_mut()
            .filter(move |frame| frame.number == number)
    }

    fn decide(&mut self, number: PacketNumber, words: &str) {
        for frame in self
            .of(number)
            .filter(|frame| frame.status == CopyStatus::Open)
        {
            frame.status = CopyStatus::Decided(words.to_owned());
        }
    }

    /// The last copy is the one that is written; those before it end with it.
    fn let_go(&mut self, number: PacketNumber, released_by: ReleasedBy, tick: u64) {
        let Some(last) = self.of(number).next_back() else {
            return;
        };
        let copy = last.copy;
        if last.status == CopyStatus::Open {
            last.status = CopyStatus::Decided(gone(released_by, tick));
        }
        self.decide(
            number,
            &format!("never let go, copy {copy} went in its place"),
        );
    }

    /// The capture; `began_us` is when the session began, in microseconds since 1970.
    pub fn captured(self, began_us: u64) -> Vec<Captured> {
        let captured = |frame: CaptureFrame| {
            let number = frame.number;
            let copy = match frame.copy {
                1 => String::new(),
                copy => format!(", copy {copy}"),
            };
            let status = match frame.status {
                CopyStatus::Decided(words) => words,
                CopyStatus::Open => "still held".to_owned(),
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
                    "packet {number}{copy}: {status}{repeats}{}",
                    frame.not_written
                ),
            })
        };
        self.0.into_iter().filter_map(captured).collect()
    }
}

const SWALLOWED: &str = "swallowed: nobody lives there";

fn gone(released_by: ReleasedBy, tick: u64) -> String {
    match released_by {
        ReleasedBy::Learner => format!("released at tick {tick}"),
        ReleasedBy::Rule => format!("passed by rule at tick {tick}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::errno::Errno;
    use crate::model::packet::Flags;
    use crate::model::packet::segment::{Direction, Segment, SegmentKind};

    fn appeared(origin: Origin) -> PacketEvent {
        PacketEvent::Appeared {
            flow: None,
            segment: Segment {
                direction: Direction::ToServer,
                kind: SegmentKind::Syn,
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

    fn comments(changes: &[(u32, PacketEvent, u64)]) -> Vec<String> {
        let mut frames = CaptureFrames::default();
        for (number, what, tick) in changes {
            let change = PacketChange {
                number: PacketNumber(*number),
                at_us: *tick,
                what: what.clone(),
            };
            let sent = matches!(what, PacketEvent::Appeared { .. } | PacketEvent::SentAgain);
            frames.take_in(&change, sent.then_some(&[1, 2][..]), *tick);
        }
        let captured = frames.captured(1000);
        captured.into_iter().map(|frame| frame.comment).collect()
    }

    #[test]
    fn each_copy_is_a_frame_that_says_what_became_of_it() {
        let comments_of_it = comments(&[
            (1, appeared(Origin::Kernel), 3),
            (1, PacketEvent::SentAgain, 3),
            (1, PacketEvent::Dropped, 4),
            (1, PacketEvent::SentAgain, 4),
            (1, PacketEvent::SentAgain, 4),
            (1, PacketEvent::LetGo(ReleasedBy::Learner), 5),
            (1, PacketEvent::SentAgain, 6),
            (2, appeared(Origin::Injected), 6),
            (2, PacketEvent::LetGo(ReleasedBy::Learner), 6),
            (3, appeared(Origin::Kernel), 6),
            (1, PacketEvent::Repeated(ReleasedBy::Learner), 7),
        ]);
        assert_eq!(
            comments_of_it,
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
        let failed = PacketEvent::NotWritten(Errno::EINVAL);
        let comments_of_it = comments(&[
            (1, appeared(Origin::Kernel), 3),
            (1, failed.clone(), 4),
            (2, appeared(Origin::Kernel), 4),
            (2, failed, 5),
            (2, PacketEvent::LetGo(ReleasedBy::Learner), 6),
        ]);
        assert_eq!(
            comments_of_it,
            [
                "packet 1: still held, could not be written at tick 4: EINVAL",
                "packet 2: released at tick 6, could not be written at tick 5: EINVAL",
            ]
        );
    }

    #[test]
    fn rules_and_silence_are_told_too() {
        let comments_of_it = comments(&[
            (1, appeared(Origin::Kernel), 3),
            (1, PacketEvent::LetGo(ReleasedBy::Rule), 3),
            (1, PacketEvent::SentAgain, 4),
            (1, PacketEvent::LetGo(ReleasedBy::Rule), 4),
            (2, appeared(Origin::Kernel), 4),
            (2, PacketEvent::Swallowed, 4),
            (2, PacketEvent::SentAgain, 5),
        ]);
        assert_eq!(
            comments_of_it,
            [
                "packet 1: passed by rule at tick 3",
                "packet 1, copy 2: passed by rule at tick 4",
                "packet 2: swallowed: nobody lives there",
                "packet 2, copy 2: swallowed: nobody lives there",
            ]
        );
    }
}
