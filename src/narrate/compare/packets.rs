//! What is said of packets when two recordings are compared.

use crate::model::packet::Flags;
use crate::model::packet::segment::Segment;
use crate::model::record::PacketFact;
use crate::model::wire::{self, Due, Origin, PacketEvent, RelativePlace, ReleasedBy};

/// What happened to a packet. Ports and the numbers of the header differ in every run; those of the segment are counted from its first.
pub(super) fn describe_packet(packet: &PacketFact) -> (String, String) {
    let PacketFact { change, bytes: _ } = packet;
    let wire::PacketChange {
        number,
        at_us: _,
        what,
    } = change;
    let by = |released_by: &ReleasedBy| match released_by {
        ReleasedBy::Learner => "",
        ReleasedBy::Rule => " by a rule",
    };
    let value = match what {
        PacketEvent::Appeared {
            flow: _,
            segment,
            origin,
        } => {
            let by = match origin {
                Origin::Kernel => "",
                Origin::Injected => ", made by hand",
            };
            format!("appeared, {}{by}", describe_segment(segment))
        }
        PacketEvent::SentAgain => "sent again".to_owned(),
        PacketEvent::Waits(Due::AtUs(_)) => "waits".to_owned(),
        PacketEvent::Waits(Due::AfterTick(tick)) => format!("waits for tick {tick}"),
        PacketEvent::LetGo(released_by) => format!("let go{}", by(released_by)),
        PacketEvent::Repeated(released_by) => format!("repeated{}", by(released_by)),
        PacketEvent::Dropped => "dropped".to_owned(),
        PacketEvent::Swallowed => "swallowed".to_owned(),
        PacketEvent::NotWritten(errno) => format!("not written, {errno}"),
        PacketEvent::Moved(RelativePlace::Before, other) => format!("moved before {other}"),
        PacketEvent::Moved(RelativePlace::After, other) => format!("moved behind {other}"),
    };
    (format!("packet {number}"), value)
}

/// Which way it goes, and what it is.
fn describe_segment(segment: &Segment) -> String {
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
