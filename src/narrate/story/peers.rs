//! What the peers and the lab did, asked or by themselves.

use super::{Importance, Narration, about, capital, said_of_rows, sentence, sentences_by};
use crate::language::depth::Depth;
use crate::model::call::{Call, CallFact, CalledBy};
use crate::model::command::{Command, Fullness};
use crate::model::record::Record;
use crate::model::world::World;
use crate::words::join::plural;
use crate::words::prose;

/// What a peer was made to do by a key or a word.
pub(super) fn by_hand(world: &World, record: &Record, narration: &mut Narration) {
    if record.tick.is_some() {
        return;
    }
    let listens = matches!(record.command(), Some(Command::Listen(..)));
    for said in said_of_rows(world, record, |fact| fact.by == CalledBy::Peer) {
        let Some(state) = world.row(said.row) else {
            continue;
        };
        let text = sentence::filled(said.sentence, &said.facts, Depth::Program);
        let row = state.row;
        // Of a peer that stands in no line of its own only what was asked for is told.
        if !state.is_client() {
            narration.push(Importance::Call, about(&[row], world, &text, true));
        } else if listens {
            let text = capital(&text);
            let told = prose::text("peer did").told(&[row], &[("{what}", &text)]);
            narration.push(Importance::Call, told);
        }
    }
}

/// What became of an accept queue that was filled, or emptied.
pub(super) fn queue_by_hand(record: &Record, narration: &mut Narration) {
    let Some(Command::Queue(row, fullness)) = record.command() else {
        return;
    };
    let done = |by, is: fn(&Call) -> bool| {
        let calls = record
            .calls
            .iter()
            .filter(|fact| fact.by == by && is(&fact.call));
        let worked = |fact: &&CallFact| {
            let outcome = fact.outcome.as_ref();
            outcome.is_some_and(|outcome| outcome.errno.is_none())
        };
        calls.filter(worked).count()
    };
    let (count, none, some) = match fullness {
        Fullness::Full => (
            done(CalledBy::Lab, |call| matches!(call, Call::Connect { .. })),
            prose::text("queue full already"),
            prose::text("queue filled"),
        ),
        Fullness::Free => (
            done(CalledBy::Peer, |call| matches!(call, Call::Accept { .. })),
            prose::text("queue empty already"),
            prose::text("queue emptied"),
        ),
    };
    let connections = plural(count, "connection");
    let prose = if count == 0 { none } else { some };
    let told = prose.told(&[*row], &[("{connections}", &connections)]);
    narration.push(Importance::Call, told);
}

pub(super) fn peer_calls(world: &World, record: &Record, narration: &mut Narration) {
    match record.command() {
        Some(Command::Accept(..)) => {}
        Some(Command::Queue(..)) => return queue_by_hand(record, narration),
        _ => return by_hand(world, record, narration),
    }
    for (fact, sentence) in sentences_by(world, record, CalledBy::Peer) {
        // What else the peers do meanwhile was not asked for.
        if matches!(
            fact.call,
            Call::Send { .. } | Call::SendUrgent { .. } | Call::Recv { .. }
        ) {
            continue;
        }
        let text = sentence::filled(sentence, &[fact], Depth::Program);
        let Some(row) = fact.row.and_then(|row| world.row(row)) else {
            continue;
        };
        narration.push(Importance::Call, capital(&text));
        let accepted = fact
            .outcome
            .as_ref()
            .is_some_and(|outcome| outcome.errno.is_none())
            && matches!(fact.call, Call::Accept { .. });
        if let Some(room) = prose::find("queue room", &row.facts()).filter(|_| accepted) {
            narration.push(Importance::Call, room.told(&[row.row], &[]));
        }
    }
}

/// Options that this kernel lacks: without them a packet cannot be held as long, or its answer comes late.
pub(super) fn time_limits(world: &World, record: &Record, narration: &mut Narration) {
    let mut said: Vec<&str> = Vec::new();
    for (fact, sentence) in sentences_by(world, record, CalledBy::Lab) {
        let failed = fact
            .outcome
            .as_ref()
            .is_some_and(|outcome| outcome.errno.is_some());
        let text = &sentence.long;
        if matches!(fact.call, Call::SetOption { .. }) && failed && !said.contains(&text.as_str()) {
            said.push(text);
            let text = sentence::filled(sentence, &[fact], Depth::Program);
            narration.push(Importance::Call, text.into_owned());
        }
    }
}
