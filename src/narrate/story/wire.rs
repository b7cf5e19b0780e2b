//! What happened on the lab wire, and why: packets, what was not believed, what waits in a send buffer.

use super::{Importance, Narration};
use crate::model::call::{Call, CalledBy};
use crate::model::command::{AfterAccept, Command};
use crate::model::packet::segment::{Direction, SegmentKind};
use crate::model::record::{Answer, Cause, PacketFact, Record};
use crate::model::wire::{Origin, PacketEntry, PacketEvent};
use crate::model::world::World;
use crate::narrate::{packets, recognised};
use crate::words::prose::{self, Told};

/// Of many packets the last few are narrated.
const MAX_PACKETS: usize = 4;
/// A smaller segment may wait for others to join it.
const FULL_SEGMENT: i64 = 1400;

/// Narrates it.
pub(super) fn wire(world: &World, record: &Record, narration: &mut Narration) {
    let alone = record.cause == Cause::Answer;
    let skip = record.packets.len().saturating_sub(MAX_PACKETS);
    // What was done comes before what a kernel sent again meanwhile.
    let again = |fact: &&PacketFact| fact.change.what == PacketEvent::SentAgain;
    let done = record.packets.iter().filter(|fact| !again(fact));
    let ordered: Vec<&PacketFact> = done.chain(record.packets.iter().filter(again)).collect();
    let shown = if ordered.iter().any(again) {
        &ordered[..ordered.len() - skip]
    } else {
        &ordered[skip..]
    };
    for fact in shown {
        let Some(entry) = world.wire.get(fact.change.number) else {
            continue;
        };
        for sentence in packets::sentence(&fact.change.what, entry, alone) {
            narration.push(Importance::Call, sentence);
        }
        let made = matches!(
            fact.change.what,
            PacketEvent::Appeared {
                origin: Origin::Injected,
                ..
            }
        );
        if made
            && entry.segment.kind == SegmentKind::Rst
            && let Some(sentence) = belief(world, record, entry)
        {
            narration.push(Importance::Call, sentence);
        }
    }
    if let Some(sentence) = unread(record) {
        narration.push(Importance::Call, sentence);
    }
    if let Some(sentence) = gathered(world, record) {
        narration.push(Importance::Call, sentence);
    }
    for sentence in recognised::ends(world, record) {
        narration.push(Importance::Event, sentence);
    }
}

/// What became of a reset that was made by hand: a kernel believes only one whose number it expects (RFC 5961).
fn belief(world: &World, record: &Record, entry: &PacketEntry) -> Option<Told> {
    let row = packets::row_of(world, entry)?;
    let (who, end) = match entry.segment.direction {
        Direction::ToClient => ("client", row.look.client()),
        Direction::ToServer => ("server", row.look.server()),
    };
    let Answer::Says(end) = end else { return None };
    let back = entry.segment.direction.back();
    let challenge = record
        .packets
        .iter()
        .find_map(|fact| match &fact.change.what {
            PacketEvent::Appeared {
                segment,
                origin: Origin::Kernel,
                ..
            } if segment.kind == SegmentKind::Ack && segment.direction == back => {
                Some(fact.change.number)
            }
            PacketEvent::SentAgain => {
                let again = world.wire.get(fact.change.number)?;
                let like =
                    again.segment.kind == SegmentKind::Ack && again.segment.direction == back;
                like.then_some(fact.change.number)
            }
            _ => None,
        });
    let number = challenge.map(|number| number.to_string());
    let prose = match number {
        Some(_) => prose::text("wire challenged"),
        None => prose::text("wire outside"),
    };
    let values = [
        ("{whose}", who),
        ("{state}", end.state.name()),
        ("{number}", number.as_deref().unwrap_or_default()),
    ];
    Some(prose.told(&[row.row], &values))
}

/// A close() that says with a reset that bytes were not read: RFC 2525, 2.17.
fn unread(record: &Record) -> Option<Told> {
    // Whoever asks for a reset gets one, whatever was read.
    let asked = matches!(
        record.command(),
        Some(Command::Reset(_) | Command::Accept(_, AfterAccept::Reset))
    );
    let closed = record
        .calls
        .iter()
        .any(|fact| matches!(fact.call, Call::Close { .. }) && fact.by != CalledBy::Lab);
    let reset = record.packets.iter().any(|fact| {
        matches!(&fact.change.what, PacketEvent::Appeared { segment, origin: Origin::Kernel, .. } if segment.kind == SegmentKind::Rst)
    });
    (closed && reset && !asked).then(|| prose::text("wire unread").told(&[], &[]))
}

/// Bytes that were sent and left no packet: TCP gathers small pieces while earlier bytes are not acknowledged (Nagle, RFC 896).
fn gathered(world: &World, record: &Record) -> Option<Told> {
    let sent = record.calls.iter().find(|fact| {
        let took = fact.outcome.as_ref().map_or(0, |outcome| outcome.ret);
        let small = (1..FULL_SEGMENT).contains(&took);
        fact.by == CalledBy::Program && matches!(fact.call, Call::Send { .. }) && small
    })?;
    let row = world.row(sent.row?)?;
    let data = record.packets.iter().any(|fact| {
        matches!(&fact.change.what, PacketEvent::Appeared { segment, .. } if segment.kind == SegmentKind::Data)
    });
    let tcp = row.look.tcp.answer()?;
    let waits = !data && tcp.unacked > 0;
    let prose = prose::find("wire gathered", &row.facts()).filter(|_| waits)?;
    Some(prose.told(&[row.row], &[]))
}
