//! A record speaks of the rows that it is about, and of no other.

use super::*;
use crate::model::command::Command;
use crate::model::packet::Flags;
use crate::model::packet::flow::Flow;
use crate::model::packet::segment::{Direction, Segment, SegmentKind};
use crate::model::readiness::Interest;
use crate::model::record::Cause;
use crate::model::socket::Mode;
use crate::model::target::Target;
use crate::model::wire::{self, Origin, PacketEvent, PacketNumber, ReleasedBy};

fn record(n: u64) -> Record {
    Record::new(n, Cause::Command(Command::Release(None)), n)
}

fn added(row: u32, target: &str) -> Change {
    Change::Added {
        row: Row(row),
        target: Target::parse(target).expect("a target"),
        addresses: Vec::new(),
        interest: Interest::default(),
        mode: Mode::NonBlocking,
    }
}

fn packet(number: u32, what: PacketEvent) -> PacketFact {
    let change = wire::PacketChange {
        number: PacketNumber(number),
        at_us: 0,
        what,
    };
    PacketFact {
        change,
        bytes: None,
    }
}

fn syn(number: u32, port: u16) -> PacketFact {
    let flow = Flow {
        client: ([10, 77, 0, 1], port).into(),
        server: ([10, 77, 0, 2], 80).into(),
    };
    let segment = Segment {
        direction: Direction::ToServer,
        kind: SegmentKind::Syn,
        flags: Flags::SYN,
        seq: 0,
        ack: None,
        length: 0,
        window: 0,
        excerpt: String::new(),
    };
    let appeared = PacketEvent::Appeared {
        flow: Some(flow),
        segment,
        origin: Origin::Kernel,
    };
    packet(number, appeared)
}

fn at(port: u16) -> Look {
    Look {
        local: Some(Addr::V4(std::net::SocketAddrV4::new(
            [10, 77, 0, 1].into(),
            port,
        ))),
        ..Look::default()
    }
}

fn let_go(n: u64, number: u32) -> Record {
    let mut record = record(n);
    record.packets = vec![packet(number, PacketEvent::LetGo(ReleasedBy::Learner))];
    record
}

/// Two rows of the wire and one elsewhere with a port that is the second's too; the first begins again with another port.
fn session() -> Vec<Record> {
    let mut first = record(0);
    *first.changes = vec![
        added(1, "@wire:80"),
        added(2, "@wire:80"),
        added(3, "@open"),
    ];
    let mut connects = record(1);
    connects.packets = vec![syn(1, 4001), syn(2, 4002)];
    let rows = [(1, 4001), (2, 4002), (3, 4002)];
    *connects.looks = rows.map(|(row, port)| (Row(row), at(port))).to_vec();
    let mut again = record(4);
    *again.changes = vec![Change::Restarted { row: Row(1) }];
    let mut connected = record(5);
    connected.packets = vec![syn(3, 4003)];
    *connected.looks = vec![(Row(1), at(4003))];
    let rest = [let_go(6, 1), let_go(7, 3)];
    let start = [
        first,
        connects,
        let_go(2, 1),
        let_go(3, 2),
        again,
        connected,
    ];
    start.into_iter().chain(rest).collect()
}

fn mentioning(row: u32, records: &[Record]) -> Vec<u64> {
    let mut world = World::default();
    for record in records {
        world.apply(record);
    }
    let before = World::default();
    let mut row_mentions = RowMentions::new(Row(row), &before, &world);
    let mentioning = records
        .iter()
        .filter(|record| row_mentions.mentions(record));
    mentioning.map(|record| record.n).collect()
}

#[test]
fn a_packet_speaks_of_the_row_whose_port_it_has_at_that_time() {
    let records = session();
    // Packet 1 belongs to the connection before: it is not the row's any more.
    assert_eq!(mentioning(1, &records), [0, 1, 2, 4, 5, 7]);
    assert_eq!(mentioning(2, &records), [0, 1, 3]);
    assert_eq!(mentioning(3, &records), [0]);
}

#[test]
fn a_look_speaks_of_its_row_unless_only_times_go_on() {
    let syn_sent = |due_us: u64, state: TcpState| {
        let end = WireEnd {
            state,
            retransmits: due_us as u32,
            due_us: Some(due_us),
            gives_up_us: None,
        };
        Look::default().with_ends(Answer::Says(end), Answer::NoAnswer)
    };
    let mut records = vec![record(0)];
    *records[0].changes = vec![added(1, "@wire:80")];
    let looks = [
        syn_sent(1, TcpState::SynSent),
        syn_sent(2, TcpState::SynSent),
        syn_sent(3, TcpState::Established),
    ];
    for (n, look) in (1..).zip(looks) {
        let mut record = record(n);
        *record.looks = vec![(Row(1), look)];
        records.push(record);
    }
    assert_eq!(mentioning(1, &records), [0, 1, 3]);
}
