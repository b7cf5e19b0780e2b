//! Packets of the lab wire in words: what happened to one, where it is, and what each side knows.

use crate::pure::ids::Row;
use crate::pure::packet::segment::{Direction, Kind, Segment};
use crate::pure::record::{Record, TcpState, Witness};
use crate::pure::wire::{Change, Due, Entry, Fate, Hand, Number, Origin, Place, What};
use crate::pure::world::{RowState, World};
use std::collections::HashMap;
use std::sync::Arc;

/// One thing that happened to one packet: `packet 2 SYN+ACK seq 0 ack 1 from server: held`.
pub fn happened(change: &Change) -> String {
    let number = change.number;
    let what = match &change.what {
        What::Appeared {
            segment, origin, ..
        } => {
            let fate = match origin {
                Origin::Kernel => "it waits in your hand",
                Origin::Injected => "made by you",
            };
            return format!(
                "packet {number}: {segment} {}, {fate}",
                segment.direction.words()
            );
        }
        What::SentAgain => "sent again by its kernel".to_owned(),
        What::Waits(Due::AtUs(_)) => "will pass by itself after its delay".to_owned(),
        What::Waits(Due::AfterTick(tick)) => format!("will pass by itself after tick {tick}"),
        What::LetGo(Hand::Learner) => "let go by you".to_owned(),
        What::LetGo(Hand::Rule) => "passed by rule".to_owned(),
        What::Repeated(_) => "one more copy let go".to_owned(),
        What::Dropped => "dropped".to_owned(),
        What::Swallowed => "swallowed: nobody lives there".to_owned(),
        What::Moved(Place::Before, other) => format!("moved before {other}"),
        What::Moved(Place::After, other) => format!("moved behind {other}"),
    };
    format!("packet {number}: {what}")
}

/// The same as a sentence for whoever holds the packets.
pub fn sentence(what: &What, entry: &Entry) -> String {
    let (number, kind) = (entry.number, entry.segment.kind);
    let (sender, receiver) = match entry.segment.direction {
        Direction::ToServer => ("client", "server"),
        Direction::ToClient => ("server", "client"),
    };
    match what {
        What::Appeared {
            origin: Origin::Kernel,
            ..
        } => format!(
            "The {sender}'s kernel sent packet {number}, {kind}: it waits in your hand (N)."
        ),
        What::Appeared { .. } => format!("You made packet {number}, {kind}."),
        What::SentAgain => format!(
            "Nobody answered, so the {sender}'s kernel sent packet {number}, {kind}, again: {} times now.",
            entry.copies
        ),
        What::LetGo(_) => format!("Packet {number}, {kind}, has reached the {receiver}'s kernel."),
        What::Repeated(_) => format!(
            "One more copy of packet {number}, {kind}, has reached the {receiver}'s kernel."
        ),
        What::Dropped => format!("Packet {number}, {kind}, is lost. Neither side knows."),
        What::Swallowed => {
            format!("Packet {number}, {kind}, is gone: nobody lives where it was sent to.")
        }
        What::Waits(_) => format!("Packet {number}, {kind}, is on its way."),
        What::Moved(..) => format!("Packet {number}, {kind}, has another place."),
    }
}

/// Where a packet is, in a few words.
pub fn fate(entry: &Entry) -> String {
    match entry.fate {
        _ if entry.origin == Origin::Injected => "made by you".to_owned(),
        Fate::Held => "HELD".to_owned(),
        Fate::Waits(Due::AtUs(_)) => "on its way".to_owned(),
        Fate::Waits(Due::AfterTick(tick)) => format!("on its way, tick {tick}"),
        Fate::LetGo => "let go".to_owned(),
        Fate::Dropped => "dropped".to_owned(),
        Fate::Swallowed => "swallowed".to_owned(),
    }
}

/// `sent 3 times`, or nothing.
pub fn copies(entry: &Entry) -> Option<String> {
    (entry.copies > 1).then(|| format!("sent {} times", entry.copies))
}

/// What a segment is, short enough for the ladder.
pub fn short(segment: &Segment) -> String {
    match segment.kind {
        Kind::Data | Kind::Fin if segment.length > 0 => {
            format!("{} {} B", segment.kind, segment.length)
        }
        kind => kind.to_string(),
    }
}

/// The entries that belong to a row's connection, oldest first; without a row's own port yet, none.
pub fn of_row<'a>(world: &'a World, row: &RowState) -> Vec<&'a Entry> {
    let Some(port) = row
        .look
        .local
        .as_ref()
        .and_then(crate::pure::addr::Addr::port)
    else {
        return Vec::new();
    };
    let ours = |entry: &&Entry| entry.flow.is_some_and(|flow| flow.client.port() == port);
    world.wire.entries().iter().filter(ours).collect()
}

/// What the two sides of a connection know: the program's stage, its kernel's state, the server's kernel's state.
pub struct Sides {
    /// What the program may conclude.
    pub program: &'static str,
    /// What its kernel says.
    pub client: &'static str,
    /// What the server's kernel says.
    pub server: &'static str,
}

/// So many records are looked through for the states beside the packets.
const RECENT: usize = 2000;

/// The kernels' states as they moved: beside which packet the client's and the server's became what.
pub fn moves(
    records: &[Arc<Record>],
    row: Row,
) -> HashMap<Number, (Option<TcpState>, Option<TcpState>)> {
    let mut moves: HashMap<Number, (Option<TcpState>, Option<TcpState>)> = HashMap::new();
    let (mut client, mut server) = (None, None);
    for record in &records[records.len().saturating_sub(RECENT)..] {
        let looks = record.looks.iter().filter(|(of, _)| *of == row);
        for (_, look) in looks {
            let beside =
                record.packets.iter().rev().find(|fact| {
                    matches!(fact.change.what, What::Appeared { .. } | What::LetGo(_))
                });
            let now_client = look.tcp.answer().map(|tcp| tcp.state).or(client);
            let now_server = match look.server {
                Witness::Says(end) => Some(end.state),
                Witness::NoAnswer => None,
                _ => server,
            };
            if let Some(fact) = beside {
                // A packet that was let go moved things; its answer is only the witness.
                let gone = record
                    .packets
                    .iter()
                    .find(|fact| matches!(fact.change.what, What::LetGo(_)));
                let number = gone.map_or(fact.change.number, |fact| fact.change.number);
                let entry = moves.entry(number).or_default();
                if now_client != client {
                    entry.0 = now_client;
                }
                if now_server != server {
                    entry.1 = now_server;
                }
            }
            (client, server) = (now_client, now_server);
        }
    }
    moves
}

/// What the two sides know of a row.
pub fn sides(row: &RowState) -> Sides {
    let state = |state: Option<TcpState>| state.map_or("-", TcpState::name);
    Sides {
        program: row.stage().word(),
        client: state(row.look.tcp.answer().map(|tcp| tcp.state)),
        server: match row.look.server {
            Witness::Says(server) => server.state.name(),
            Witness::NoAnswer => "LISTEN only",
            _ => "-",
        },
    }
}

/// What is to be thought about while a packet is in the hand: a question, never the answer.
pub fn think(entry: &Entry) -> &'static str {
    match (entry.segment.kind, entry.segment.direction) {
        (Kind::Syn, _) => "You let it go: what will the server's kernel do, and who hears of it?",
        (Kind::SynAck, _) => {
            "You let it go: which list is the socket in then? And does the server know?"
        }
        (Kind::Ack, Direction::ToServer) => {
            "Who knows of the connection now, and who will when you let it go?"
        }
        (Kind::Ack, Direction::ToClient) => {
            "What does its receiver still keep a copy of until then?"
        }
        (Kind::Data, _) => "Where are these bytes now? What does send() say of them?",
        (Kind::Fin, _) => "What will recv() say at the other end, and which flag will poll add?",
        (Kind::Rst, _) => "What is lost on the way if this arrives before the data?",
        (Kind::Icmp { .. } | Kind::Icmp6 { .. }, _) => {
            "Does it end the attempt, or is it only a hint?"
        }
    }
}
