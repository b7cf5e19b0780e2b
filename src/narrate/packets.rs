//! Packets of the lab wire in words: what happened to one, where it is, and what each side knows.

use crate::language::claim::condition::Situation;
use crate::model::addr::Addr;
use crate::model::ids::Row;
use crate::model::packet::segment::{Direction, Segment, SegmentKind};
use crate::model::record::{Answer, PacketFact, Record};
use crate::model::tcp::TcpState;
use crate::model::wire::{
    Due, Origin, PacketChange, PacketEntry, PacketEvent, PacketStatus, RelativePlace, ReleasedBy,
};
use crate::model::world::{RowState, World};
use crate::words::icmp;
use crate::words::prose::{self, Prose, Told};

/// One thing that happened to one packet: `packet 2 SYN+ACK seq 0 ack 1 from server: held`.
pub fn happened(change: &PacketChange) -> Told {
    let mut values = vec![("{number}", change.number.to_string())];
    let prose = match &change.what {
        PacketEvent::Appeared {
            segment, origin, ..
        } => {
            values.push(("{segment}", segment.to_string()));
            values.push(("{from}", segment.direction.words().to_owned()));
            match (origin, segment.direction) {
                (Origin::Kernel, _) => prose::text("packet-log appeared"),
                (Origin::Injected, Direction::ToServer) => prose::text("packet-log made to-server"),
                (Origin::Injected, Direction::ToClient) => prose::text("packet-log made to-client"),
            }
        }
        PacketEvent::SentAgain => prose::text("packet-log sent-again"),
        PacketEvent::Waits(Due::AtUs(_)) => prose::text("packet-log waits"),
        PacketEvent::Waits(Due::AfterTick(tick)) => {
            values.push(("{tick}", tick.to_string()));
            prose::text("packet-log waits tick")
        }
        PacketEvent::LetGo(ReleasedBy::Learner) => prose::text("packet-log let-go"),
        PacketEvent::LetGo(ReleasedBy::Rule) => prose::text("packet-log passed"),
        PacketEvent::Repeated(_) => prose::text("packet-log repeated"),
        PacketEvent::Dropped => prose::text("packet-log dropped"),
        PacketEvent::Swallowed => prose::text("packet-log swallowed"),
        PacketEvent::Moved(place, other) => {
            values.push(("{other}", other.to_string()));
            match place {
                RelativePlace::Before => prose::text("packet-log moved before"),
                RelativePlace::After => prose::text("packet-log moved behind"),
            }
        }
        PacketEvent::NotWritten(errno) => {
            values.push(("{errno}", errno.to_string()));
            prose::text("packet-log not-written")
        }
    };
    said(prose, &[], &values)
}

fn said(prose: &'static Prose, rows: &[Row], values: &[(&str, String)]) -> Told {
    prose.told(rows, &prose::lent(values))
}

/// What kernels sent again by themselves in a record, in one line; `None` if they sent nothing again.
pub fn sent_again(world: &World, record: &Record) -> Option<Told> {
    let again = |fact: &PacketFact| {
        let entry = world.wire.get(fact.change.number)?;
        let is_again = fact.change.what == PacketEvent::SentAgain;
        let times = entry.copies;
        is_again.then(|| format!("{} {} ({times} copies)", entry.number, entry.segment.kind))
    };
    let parts: Vec<String> = record.packets.iter().filter_map(again).collect();
    let all = [("{packets}", parts.join(", "))];
    (!parts.is_empty()).then(|| said(prose::text("packet-log meanwhile"), &[], &all))
}

/// What happened to a packet, as a sentence for whoever holds it. `alone`: nobody pressed anything, so a kernel's timer made it happen.
pub fn sentence(what: &PacketEvent, entry: &PacketEntry, alone: bool) -> Vec<Told> {
    let there = Situation {
        alone,
        ..Situation::from(entry)
    };
    let key = match what {
        PacketEvent::Appeared { .. } => "packet appeared", // prose
        PacketEvent::SentAgain => "packet sent-again",     // prose
        PacketEvent::LetGo(_) => "packet let-go",          // prose
        PacketEvent::Repeated(_) => "packet repeated",     // prose
        PacketEvent::Dropped => "packet dropped",          // prose
        PacketEvent::Swallowed => "packet swallowed",      // prose
        PacketEvent::Waits(_) => "packet waits",           // prose
        PacketEvent::Moved(..) => "packet moved",          // prose
        PacketEvent::NotWritten(_) => "packet not-written", // prose
    };
    let (sender, receiver) = match entry.segment.direction {
        Direction::ToServer => ("client", "server"),
        Direction::ToClient => ("server", "client"),
    };
    let errno = match what {
        PacketEvent::NotWritten(errno) => errno.to_string(),
        _ => String::new(),
    };
    let values = [
        ("{number}", entry.number.to_string()),
        ("{kind}", icmp::with_name(entry.segment.kind)),
        ("{sender}", sender.to_owned()),
        ("{receiver}", receiver.to_owned()),
        ("{times}", entry.copies.to_string()),
        ("{errno}", errno),
    ];
    // They stand in the order in which they happened, whichever socket is chosen: they are said of packets, and of no row.
    let mut sentences = vec![said(prose::chosen(key, there), &[], &values)];
    let held = match what {
        PacketEvent::SentAgain => prose::find("packet held-again", there),
        PacketEvent::NotWritten(_) => prose::find("packet held-still", there),
        _ => None,
    };
    sentences.extend(held.map(|held| held.told(&[], &[])));
    sentences
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

/// What is said beside a packet held: whether it came again, since when it is held, and until when.
pub fn held(entry: &PacketEntry, clock: &dyn Fn(u64) -> String) -> Vec<Told> {
    let words = HeldWords::new(entry, clock);
    let all = words
        .again
        .into_iter()
        .chain(words.since)
        .chain(words.until);
    all.collect()
}

struct HeldWords {
    again: Option<Told>,
    /// In full, and in few words.
    since: Vec<Told>,
    until: Option<Told>,
}

impl HeldWords {
    fn new(entry: &PacketEntry, clock: &dyn Fn(u64) -> String) -> HeldWords {
        let again = prose::find("held again", entry);
        let since = match entry.held_copies {
            0 | 1 => {
                let at = [("{at}", clock(entry.held_us))];
                vec![said(prose::text("held since"), &[], &at)]
            }
            copies => {
                let values = [
                    ("{copies}", copies.to_string()),
                    ("{first}", clock(entry.held_us)),
                    ("{last}", clock(entry.last_us)),
                ];
                let prose = [prose::text("held copies"), prose::text("held copies few")];
                prose.map(|prose| said(prose, &[], &values)).into()
            }
        };
        let until = match entry.status {
            PacketStatus::Waits(Due::AtUs(at_us)) => {
                let at = [("{at}", clock(at_us))];
                Some(said(prose::text("held until time"), &[], &at))
            }
            PacketStatus::Waits(Due::AfterTick(tick)) => {
                let tick = [("{tick}", tick.to_string())];
                Some(said(prose::text("held until tick"), &[], &tick))
            }
            _ => None,
        };
        HeldWords {
            again: again.map(|again| again.told(&[], &[])),
            since,
            until,
        }
    }
}

/// A packet held in one line, the longest form first; `of` is whose it is, if that is not clear.
pub fn held_forms(
    entry: &PacketEntry,
    of: Option<Row>,
    clock: &dyn Fn(u64) -> String,
) -> Vec<String> {
    let (number, segment) = (entry.number, &entry.segment);
    let of = of.map_or_else(String::new, |row| format!(" of {row}"));
    let from = format!("{}{of}", segment.direction.words());
    let words = HeldWords::new(entry, clock);
    let behind = |parts: &[Option<&Told>]| {
        let parts = parts.iter().flatten().map(|told| told.text.as_str());
        let text = parts.collect::<Vec<_>>().join(", ");
        match text.as_str() {
            "" => text,
            text => format!("  {text}"),
        }
    };
    let again = words.again.as_ref();
    let since = behind(&[again, words.since.first()]);
    let few = behind(&[again, words.since.get(1)]);
    let until = behind(&[words.until.as_ref()]);
    let mut forms = vec![
        format!("{number} {segment} {from}{since}{until}"),
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
pub fn think(world: &World, entry: &PacketEntry) -> Told {
    let row = row_of(world, entry);
    let facts = row.map(RowState::facts);
    let there = Situation {
        row: facts.as_ref(),
        ..Situation::from(entry)
    };
    let rows: Vec<Row> = row.map(|row| row.row).into_iter().collect();
    prose::chosen("think", there).told(&rows, &[])
}
