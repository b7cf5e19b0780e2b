//! Packets of the lab wire in words: what happened to one, where it is, and what each side knows.

use crate::model::addr::Addr;
use crate::model::ids::Row;
use crate::model::packet::segment::{Direction, Segment, SegmentKind};
use crate::model::record::{Answer, PacketFact, Record};
use crate::model::tcp::TcpState;
use crate::model::wire::places::{self, WirePlace};
use crate::model::wire::{
    Due, Origin, PacketChange, PacketEntry, PacketEvent, PacketStatus, RelativePlace, ReleasedBy,
};
use crate::model::world::{RowState, World};
use crate::words::icmp;

/// One thing that happened to one packet: `packet 2 SYN+ACK seq 0 ack 1 from server: held`.
pub fn happened(change: &PacketChange) -> String {
    let number = change.number;
    let what = match &change.what {
        PacketEvent::Appeared {
            segment, origin, ..
        } => {
            return match (origin, segment.direction) {
                (Origin::Kernel, from) => {
                    format!("packet {number}: {segment} {}", from.words())
                }
                (Origin::Injected, Direction::ToServer) => {
                    format!("packet {number}: {segment} to the server, made by you")
                }
                (Origin::Injected, Direction::ToClient) => {
                    format!("packet {number}: {segment} to the client, made by you")
                }
            };
        }
        PacketEvent::SentAgain => "sent again by its kernel".to_owned(),
        PacketEvent::Waits(Due::AtUs(_)) => "will pass by itself after its delay".to_owned(),
        PacketEvent::Waits(Due::AfterTick(tick)) => {
            format!("will pass by itself after tick {tick}")
        }
        PacketEvent::LetGo(ReleasedBy::Learner) => "let go by you".to_owned(),
        PacketEvent::LetGo(ReleasedBy::Rule) => "passed by rule".to_owned(),
        PacketEvent::Repeated(_) => "one more copy let go".to_owned(),
        PacketEvent::Dropped => "dropped".to_owned(),
        PacketEvent::Swallowed => "swallowed: nobody lives there".to_owned(),
        PacketEvent::Moved(RelativePlace::Before, other) => format!("moved before {other}"),
        PacketEvent::Moved(RelativePlace::After, other) => format!("moved behind {other}"),
        PacketEvent::NotWritten(errno) => {
            format!("not written, {errno}: the other kernel does not have it")
        }
    };
    format!("packet {number}: {what}")
}

/// What kernels sent again by themselves in a record, in one line; `None` if they sent nothing again.
pub fn sent_again(world: &World, record: &Record) -> Option<String> {
    let again = |fact: &PacketFact| {
        let entry = world.wire.get(fact.change.number)?;
        let is_again = fact.change.what == PacketEvent::SentAgain;
        let times = entry.copies;
        is_again.then(|| format!("{} {} ({times} copies)", entry.number, entry.segment.kind))
    };
    let parts: Vec<String> = record.packets.iter().filter_map(again).collect();
    (!parts.is_empty()).then(|| format!("sent again by its kernel: {}", parts.join(", ")))
}

/// Whether a packet is of a connection whose server's host vanishes.
fn vanished(entry: &PacketEntry) -> bool {
    let server = entry.flow.map(|flow| flow.server.ip());
    server.is_some_and(|ip| places::is(ip, WirePlace::Gone))
}

/// The same as a sentence for whoever holds the packets. `alone`: nobody pressed anything, so a kernel's timer made it happen.
pub fn sentence(what: &PacketEvent, entry: &PacketEntry, alone: bool) -> String {
    let (number, kind) = (entry.number, icmp::with_name(entry.segment.kind));
    let (sender, receiver) = match entry.segment.direction {
        Direction::ToServer => ("client", "server"),
        Direction::ToClient => ("server", "client"),
    };
    let held = entry.status == PacketStatus::Held;
    match what {
        PacketEvent::Appeared {
            origin: Origin::Kernel,
            ..
        } => {
            let waits = if held { ": it waits in your hand" } else { "" };
            format!("The {sender}'s kernel sent packet {number}, {kind}{waits}.")
        }
        PacketEvent::Appeared { .. } => format!("You made packet {number}, {kind}."),
        PacketEvent::SentAgain => {
            let times = entry.copies;
            let waits = if held && entry.held_copies == 1 {
                " It waits in your hand."
            } else {
                ""
            };
            match entry.segment.kind {
                // These are never sent again: it is another answer to another packet.
                SegmentKind::Ack | SegmentKind::Rst => format!(
                    "The {sender}'s kernel sent a new {kind} that says the same as packet {number}: {times} in all.{waits}"
                ),
                _ if alone => format!(
                    "No answer has reached the {sender}'s kernel, so it sent packet {number}, {kind}, again: {times} times in all.{waits}"
                ),
                _ => format!(
                    "The {sender}'s kernel sent packet {number}, {kind}, again: {times} times in all.{waits}"
                ),
            }
        }
        PacketEvent::LetGo(_) => {
            format!("Packet {number}, {kind}, has reached the {receiver}'s kernel.")
        }
        PacketEvent::Repeated(_) => format!(
            "One more copy of packet {number}, {kind}, has reached the {receiver}'s kernel."
        ),
        PacketEvent::Dropped => format!("Packet {number}, {kind}, is lost. Neither side knows."),
        PacketEvent::Swallowed => {
            let host = match vanished(entry) {
                true => "the server's host has vanished from the wire",
                false => "nobody lives where it was sent to",
            };
            format!("Packet {number}, {kind}, is gone: {host}.")
        }
        PacketEvent::Waits(_) => format!("Packet {number}, {kind}, is on its way."),
        PacketEvent::Moved(..) => format!("Packet {number}, {kind}, has another place."),
        PacketEvent::NotWritten(errno) => {
            let waits = if held {
                " It is still in your hand."
            } else {
                ""
            };
            format!(
                "Packet {number}, {kind}, could not be written to the {receiver}'s kernel: {errno}.{waits}"
            )
        }
    }
}

/// What a segment is, short enough for the ladder.
pub fn short(segment: &Segment) -> String {
    match segment.kind {
        SegmentKind::Data | SegmentKind::Fin if segment.length > 0 => {
            format!("{} {} B", segment.kind, segment.length)
        }
        kind => kind.to_string(),
    }
}

/// The same with its numbers, in few letters: `data 5 B seq 1 ack 1`.
pub fn tight(segment: &Segment) -> String {
    let ack = segment
        .ack
        .map_or_else(String::new, |ack| format!(" ack {ack}"));
    format!("{} seq {}{ack}", short(segment), segment.seq)
}

/// The client's row of a packet's connection.
pub fn row_of<'a>(world: &'a World, entry: &PacketEntry) -> Option<&'a RowState> {
    let port = entry.flow?.client.port();
    let local = |row: &RowState| row.look.local.as_ref().and_then(Addr::port);
    world
        .present()
        .filter(|row| row.wire().is_some())
        .find(|row| local(row) == Some(port))
}

/// A packet held in one line, the longest form first; `of` is whose it is, if that is not clear.
pub fn held_forms(
    entry: &PacketEntry,
    of: Option<Row>,
    clock: &dyn Fn(u64) -> String,
) -> Vec<String> {
    let PacketEntry {
        number,
        segment,
        held_copies,
        ..
    } = entry;
    let of = of.map_or_else(String::new, |row| format!(" of {row}"));
    let from = format!("{}{of}", segment.direction.words());
    let again = match (entry.delivered, entry.dropped) {
        (0, 0) => "",
        (0, _) => "again after a loss, ",
        _ => "again, ",
    };
    let since = match held_copies {
        0 | 1 => format!("{again}since {}", clock(entry.held_us)),
        copies => format!(
            "{again}{copies} copies, first {}, last {}",
            clock(entry.held_us),
            clock(entry.last_us)
        ),
    };
    let few = match held_copies {
        0 | 1 => format!("  {}", again.trim_end_matches(", ")),
        copies => format!("  {again}{copies} copies"),
    };
    let few = few.trim_end().to_owned();
    let until = match entry.status {
        PacketStatus::Waits(Due::AtUs(at_us)) => format!("  passes at {}", clock(at_us)),
        PacketStatus::Waits(Due::AfterTick(tick)) => format!("  passes after tick {tick}"),
        _ => String::new(),
    };
    let mut forms = vec![
        format!("{number} {segment} {from}  {since}{until}"),
        format!("{number} {segment} {from}{few}{until}"),
        format!("{number} {} {from}{few}", segment.kind),
    ];
    if !segment.excerpt.is_empty() {
        forms.insert(0, format!("{}  {}", forms[0], segment.excerpt));
    }
    forms
}

/// The entries that belong to a row's connection, oldest first; without a row's own port yet, none.
pub fn of_row<'a>(world: &'a World, row: &RowState) -> Vec<&'a PacketEntry> {
    let Some(port) = row
        .look
        .local
        .as_ref()
        .and_then(crate::model::addr::Addr::port)
    else {
        return Vec::new();
    };
    let ours = |entry: &&PacketEntry| entry.flow.is_some_and(|flow| flow.client.port() == port);
    world.wire.entries().iter().filter(ours).collect()
}

/// What the two sides of a connection know: the program's stage, its kernel's state, the server's kernel's state.
pub struct SideStates {
    /// What the program may conclude.
    pub program: &'static str,
    /// What its kernel says.
    pub client: &'static str,
    /// What the server's kernel says.
    pub server: &'static str,
}

/// What the two sides know of a row.
pub fn sides(row: &RowState) -> SideStates {
    let state = |state: Option<TcpState>| state.map_or("-", TcpState::name);
    SideStates {
        program: row.stage().word(),
        client: match row.look.client() {
            Answer::Says(client) => client.state.name(),
            _ if row.fd().is_some() => state(row.look.tcp.answer().map(|tcp| tcp.state)),
            Answer::NoAnswer => "forgotten",
            _ => "-",
        },
        server: match row.look.server() {
            Answer::Says(server) => server.state.name(),
            _ if row.look.queue.answer().is_none() => "nobody",
            Answer::NoAnswer if row.server_knew => "forgotten",
            _ => "LISTEN",
        },
    }
}

/// What is to be thought about while a packet is held: a question, never the answer.
pub fn think(entry: &PacketEntry) -> &'static str {
    match (entry.segment.kind, entry.segment.direction) {
        _ if entry.delivered > 0 => "Its receiver had one already: what will it do with a second?",
        (SegmentKind::Syn, _) => {
            "You let it go: what will the server's kernel do, and who hears of it?"
        }
        (SegmentKind::SynAck, _) => {
            "You let it go: which list is the socket in then? Does the server know?"
        }
        (SegmentKind::Ack, Direction::ToServer)
            if entry.segment.seq > 1 || entry.segment.ack != Some(1) =>
        {
            "What does the server's kernel keep a copy of until this arrives?"
        }
        (SegmentKind::Ack, Direction::ToServer) => {
            "Who knows of the connection now, and who will when you let it go?"
        }
        (SegmentKind::Ack, Direction::ToClient) => {
            "What does the client's kernel keep a copy of until this arrives?"
        }
        (SegmentKind::Data, _) => "Where are these bytes now? What does send() say of them?",
        (SegmentKind::Fin, _) => "What will recv() say at the peer, and which flag will poll add?",
        (SegmentKind::Rst, _) if entry.segment.ack == Some(1) && entry.segment.seq == 0 => {
            "Its SYN is answered with this. What will SO_ERROR say, and which lists?"
        }
        (SegmentKind::Rst, _) => "What will its receiver's kernel forget when this arrives?",
        (SegmentKind::Icmp { .. } | SegmentKind::Icmp6 { .. }, _) => {
            "Does it end the attempt, or does TCP only note it?"
        }
    }
}
