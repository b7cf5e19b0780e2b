//! What is said of packets when two recordings are compared.

use crate::model::packet::Flags;
use crate::model::packet::segment::Segment;
use crate::model::record::PacketFact;
use crate::model::wire::{self, Due, Hand, Origin, Place, What};

/// What happened to a packet. Ports and the numbers of the header differ in every run; those of the segment are counted from its first.
pub(super) fn said_of_packet(packet: &PacketFact) -> (String, String) {
    let PacketFact { change, bytes: _ } = packet;
    let wire::Change {
        number,
        at_us: _,
        what,
    } = change;
    let by = |hand: &Hand| match hand {
        Hand::Learner => "",
        Hand::Rule => " by a rule",
    };
    let value = match what {
        What::Appeared {
            flow: _,
            segment,
            origin,
        } => {
            let by = match origin {
                Origin::Kernel => "",
                Origin::Injected => ", made by hand",
            };
            format!("appeared, {}{by}", said_of_segment(segment))
        }
        What::SentAgain => "sent again".to_owned(),
        What::Waits(Due::AtUs(_)) => "waits".to_owned(),
        What::Waits(Due::AfterTick(tick)) => format!("waits for tick {tick}"),
        What::LetGo(hand) => format!("let go{}", by(hand)),
        What::Repeated(hand) => format!("repeated{}", by(hand)),
        What::Dropped => "dropped".to_owned(),
        What::Swallowed => "swallowed".to_owned(),
        What::NotWritten(errno) => format!("not written, {errno}"),
        What::Moved(Place::Before, other) => format!("moved before {other}"),
        What::Moved(Place::After, other) => format!("moved behind {other}"),
    };
    (format!("packet {number}"), value)
}

/// Which way it goes, and what it is.
fn said_of_segment(segment: &Segment) -> String {
    let Segment {
        direction,
        // The kind and the numbers are told by `Display`.
        kind: _,
        flags,
        seq: _,
        ack: _,
        length: _,
        // The machine's memory decides how large it is.
        window: _,
        excerpt,
    } = segment;
    let mut text = format!("{} {segment}", direction.words());
    if flags.contains(Flags::URG) {
        text.push_str(" urgent");
    }
    if !excerpt.is_empty() {
        text = format!("{text} {excerpt}");
    }
    text
}
