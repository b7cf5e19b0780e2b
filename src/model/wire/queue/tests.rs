use super::super::places::{IpVersion, WirePlace as Where};
use super::super::rule::{Delay, PacketFilter, Rule};
use super::*;
use crate::model::packet::flow::RstNumber;
use crate::model::packet::segment::{Direction, SegmentKind};
use crate::model::packet::{Flags, build};
use proptest::prelude::*;

const C: u16 = 40_000;
const S: u16 = 80;
const NOTHING: [u32; 0] = [];

/// A TCP packet as a kernel of the lab sends it, with a data length of 0 or more.
fn tcp(from: u16, to: u16, flags: Flags, seq: u32, ack: u32, data: &[u8]) -> Vec<u8> {
    let address = |place: Where, port| place.at(IpVersion::V4, port);
    let mut bytes = build::reset(build::Reset {
        from: address(Where::Here, from),
        to: address(Where::There, to),
        seq,
        ack: Some(ack),
    })
    .expect("one family");
    bytes[33] = flags.bits();
    bytes[35] = 100;
    bytes.extend_from_slice(data);
    let length = bytes.len() as u16;
    bytes[2..4].copy_from_slice(&length.to_be_bytes());
    bytes
}

fn syn() -> Vec<u8> {
    tcp(C, S, Flags::SYN, 1000, 0, b"")
}

fn syn_ack() -> Vec<u8> {
    tcp(S, C, Flags::SYN | Flags::ACK, 2000, 1001, b"")
}

fn data() -> Vec<u8> {
    tcp(C, S, Flags::ACK | Flags::PSH, 1001, 2001, b"hello")
}

fn at(ms: u64) -> SessionTime {
    SessionTime {
        at_us: ms * 1000,
        tick: 0,
    }
}

fn status(queue: &PacketQueue, number: u32) -> PacketStatus {
    queue
        .wire()
        .get(PacketNumber(number))
        .expect("a packet")
        .status
}

/// Everything is written: the numbers, in this order.
fn numbers(queue: &mut PacketQueue, turn: &QueueChanges) -> Vec<u32> {
    let write = |delivery: &Delivery| {
        queue.written(delivery, Ok(()));
        delivery.number.0
    };
    turn.deliveries.iter().map(write).collect()
}

fn ask(
    queue: &mut PacketQueue,
    ask: impl FnOnce(&mut PacketQueue) -> Result<QueueChanges, PacketRefusal>,
) -> Vec<u32> {
    let turn = ask(queue).expect("it can be done");
    numbers(queue, &turn)
}

#[test]
fn copies_fold_into_one_and_say_how_often() {
    let mut queue = PacketQueue::default();
    for ms in [0, 1000, 3000] {
        assert_eq!(queue.appear(&syn(), at(ms)).deliveries, []);
    }
    let wire = queue.wire();
    let entry = &wire.entries()[0];
    assert_eq!(wire.entries().len(), 1);
    assert_eq!(
        (entry.copies, entry.first_us, entry.last_us),
        (3, 0, 3_000_000)
    );
    assert_eq!(entry.segment.to_string(), "SYN seq 0");
}

#[test]
fn what_is_let_go_has_its_addresses_swapped_and_its_copies_are_held_again() {
    let mut queue = PacketQueue::default();
    queue.appear(&syn(), at(0));
    let turn = queue.release(PacketNumber(1), at(1)).expect("it is held");
    let packet = Packet::parse(&turn.deliveries[0].bytes).expect("a packet");
    assert_eq!(
        status(&queue, 1),
        PacketStatus::Held,
        "nothing was written yet"
    );
    assert_eq!(numbers(&mut queue, &turn), [1]);
    assert!(places::is(packet.source, Where::There) && places::is(packet.target, Where::Here));
    assert_eq!(queue.appear(&syn(), at(2)).deliveries, []);
    let entry = &queue.wire().entries()[0];
    assert_eq!(
        (entry.status, entry.copies, entry.held_copies, entry.held_us),
        (PacketStatus::Held, 2, 1, 2000)
    );
    assert_eq!(ask(&mut queue, |q| q.release(PacketNumber(1), at(3))), [1]);
    assert_eq!(
        queue.release(PacketNumber(1), at(3)),
        Err(PacketRefusal::LetGo(PacketNumber(1)))
    );
    assert_eq!(ask(&mut queue, |q| q.repeat(PacketNumber(1), at(4))), [1]);
    assert_eq!(queue.wire().entries()[0].delivered, 3);
}

#[test]
fn a_dropped_packet_is_held_again_when_it_is_sent_again() {
    let mut queue = PacketQueue::default();
    queue.appear(&syn(), at(0));
    let turn = queue.drop(PacketNumber(1), at(1)).expect("it is held");
    assert_eq!(
        (turn.deliveries, status(&queue, 1)),
        (vec![], PacketStatus::Dropped)
    );
    assert_eq!(
        queue.release(PacketNumber(1), at(2)),
        Err(PacketRefusal::Dropped(PacketNumber(1)))
    );
    queue.appear(&syn(), at(1000));
    assert_eq!(status(&queue, 1), PacketStatus::Held);
    assert_eq!(queue.wire().entries()[0].dropped, 1);
}

#[test]
fn an_ack_with_another_window_is_news() {
    let mut queue = PacketQueue::default();
    let ack = tcp(C, S, Flags::ACK, 1, 1, b"");
    let mut wider = ack.clone();
    wider[34] = 1;
    queue.appear(&ack, at(0));
    queue.appear(&ack, at(1));
    queue.appear(&wider, at(2));
    assert_eq!(queue.wire().entries().len(), 2);
}

#[test]
fn the_order_can_be_changed() {
    let mut queue = PacketQueue::default();
    for bytes in [syn(), syn_ack(), data()] {
        queue.appear(&bytes, at(0));
    }
    queue
        .reorder(
            PacketNumber(3),
            RelativePlace::Before,
            PacketNumber(1),
            at(1),
        )
        .expect("both are held");
    queue
        .reorder(
            PacketNumber(1),
            RelativePlace::After,
            PacketNumber(2),
            at(1),
        )
        .expect("both are held");
    assert_eq!(ask(&mut queue, |q| Ok(q.release_all(at(2)))), [3, 2, 1]);
    let refusal = queue.reorder(
        PacketNumber(3),
        RelativePlace::After,
        PacketNumber(1),
        at(3),
    );
    assert_eq!(refusal, Err(PacketRefusal::LetGo(PacketNumber(3))));
    assert_eq!(
        queue.release(PacketNumber(9), at(4)),
        Err(PacketRefusal::Unknown(PacketNumber(9)))
    );
    assert_eq!(
        queue.release(PacketNumber(0), at(4)),
        Err(PacketRefusal::Unknown(PacketNumber(0)))
    );
}

#[test]
fn rules_hold_and_pass() {
    let mut queue = PacketQueue::default();
    let pass = |delay| Treatment::Pass(delay);
    let rule = |which, treatment| Rule { which, treatment };
    queue.rule(rule(PacketFilter::Everything, pass(Delay::None)));
    queue.rule(rule(PacketFilter::Of(SegmentKind::Syn), Treatment::Hold));
    assert_eq!(ask(&mut queue, |q| Ok(q.appear(&syn(), at(0)))), NOTHING);
    assert_eq!(ask(&mut queue, |q| Ok(q.appear(&syn_ack(), at(0)))), [2]);
    // A copy of what passed passes too, as on any wire.
    assert_eq!(ask(&mut queue, |q| Ok(q.appear(&syn_ack(), at(1)))), [2]);
    queue.rule(rule(
        PacketFilter::Going(Direction::ToServer),
        pass(Delay::Ms(50)),
    ));
    assert_eq!(ask(&mut queue, |q| Ok(q.appear(&data(), at(10)))), NOTHING);
    assert_eq!(queue.next_due_us(), Some(60_000));
    assert_eq!(ask(&mut queue, |q| Ok(q.due(at(59)))), NOTHING);
    assert_eq!(ask(&mut queue, |q| Ok(q.due(at(60)))), [3]);
    assert_eq!(queue.next_due_us(), None);
    queue.rule(rule(PacketFilter::Everything, pass(Delay::Ticks(2))));
    let tick = |tick| SessionTime { at_us: 0, tick };
    assert_eq!(queue.wire().rules.list().len(), 1);
    let ack = tcp(C, S, Flags::ACK, 1006, 2001, b"");
    assert_eq!(ask(&mut queue, |q| Ok(q.appear(&ack, tick(7)))), NOTHING);
    assert_eq!(ask(&mut queue, |q| Ok(q.due(tick(8)))), NOTHING);
    assert_eq!(ask(&mut queue, |q| Ok(q.due(tick(9)))), [4]);
}

#[test]
fn what_could_not_be_written_was_not_let_go() {
    let mut queue = PacketQueue::default();
    let fails = |queue: &mut PacketQueue, turn: &QueueChanges| {
        let change = queue.written(&turn.deliveries[0], Err(Errno::EINVAL));
        assert_eq!(change.what, PacketEvent::NotWritten(Errno::EINVAL));
    };
    queue.appear(&syn(), at(0));
    let turn = queue.release(PacketNumber(1), at(1)).expect("it is held");
    fails(&mut queue, &turn);
    let entry = &queue.wire().entries()[0];
    assert_eq!((entry.status, entry.delivered), (PacketStatus::Held, 0));
    assert_eq!(ask(&mut queue, |q| q.release(PacketNumber(1), at(2))), [1]);
    // One more copy of what the other kernel has: it still has the first.
    let turn = queue.repeat(PacketNumber(1), at(3)).expect("it was seen");
    fails(&mut queue, &turn);
    assert_eq!(status(&queue, 1), PacketStatus::LetGo);
    // What waited for its time is tried once, and is held then.
    let later = Treatment::Pass(Delay::Ms(5));
    queue.rule(Rule {
        which: PacketFilter::Everything,
        treatment: later,
    });
    queue.appear(&data(), at(10));
    let turn = queue.due(at(15));
    fails(&mut queue, &turn);
    assert_eq!(status(&queue, 2), PacketStatus::Held);
    assert_eq!(
        (queue.due(at(16)), queue.next_due_us()),
        (QueueChanges::default(), None)
    );
}

#[test]
fn what_goes_to_nobody_is_swallowed_and_counted() {
    let mut queue = PacketQueue::default();
    let mut bytes = syn();
    bytes[19] = 3;
    queue.appear(&bytes, at(0));
    queue.appear(&bytes, at(1000));
    assert_eq!(status(&queue, 1), PacketStatus::Swallowed);
    assert_eq!(queue.wire().entries()[0].copies, 2);
    assert_eq!(queue.wire().waiting().count(), 0);
    assert_eq!(
        queue.repeat(PacketNumber(1), at(2)),
        Err(PacketRefusal::Swallowed(PacketNumber(1)))
    );
}

#[test]
fn when_a_host_vanishes_all_that_is_between_it_and_the_other_is_lost() {
    let mut queue = PacketQueue::default();
    let to_gone = |mut bytes: Vec<u8>| {
        bytes[19] = 4;
        bytes
    };
    queue.appear(&to_gone(syn()), at(0));
    let passed = queue.release(PacketNumber(1), at(0)).expect("it is held");
    assert_eq!(numbers(&mut queue, &passed), [1], "until then it is there");
    queue.appear(&to_gone(syn_ack()), at(1));
    queue.appear(&data(), at(1));
    queue.host_vanishes(at(2));
    queue.appear(&to_gone(data()), at(3));
    queue.appear(&to_gone(syn()), at(4));
    for number in [1, 2, 4] {
        assert_eq!(status(&queue, number), PacketStatus::Swallowed, "{number}");
    }
    assert_eq!(status(&queue, 3), PacketStatus::Held, "another host's");
    let refused = Err(PacketRefusal::Swallowed(PacketNumber(2)));
    assert_eq!(queue.release(PacketNumber(2), at(5)), refused);
    assert_eq!(queue.wire().entries()[0].copies, 2);
}

#[test]
fn what_is_not_of_the_lab_passes_unseen() {
    let mut queue = PacketQueue::default();
    let mut elsewhere = syn();
    elsewhere[19] = 77;
    for bytes in [&b""[..], b"\x45", &elsewhere, &[0x60; 60]] {
        assert_eq!(queue.appear(bytes, at(0)), QueueChanges::default());
    }
}

#[test]
fn injected_packets_have_numbers_and_are_let_go_at_once() {
    let mut queue = PacketQueue::default();
    queue.appear(&syn(), at(0));
    let turn = queue
        .inject_rst(
            PacketNumber(1),
            Direction::ToClient,
            RstNumber::Valid,
            at(1),
        )
        .expect("a TCP packet");
    assert_eq!(numbers(&mut queue, &turn), [2]);
    let words = |number| {
        let entry = queue.wire().get(PacketNumber(number)).expect("a packet");
        (
            entry.segment.to_string(),
            entry.segment.direction,
            entry.status,
        )
    };
    assert_eq!(
        words(2),
        (
            "RST seq 0 ack 1".to_owned(),
            Direction::ToClient,
            PacketStatus::LetGo
        )
    );
    let turn = queue
        .inject_icmp(PacketNumber(1), 3, 1, at(2))
        .expect("a packet");
    assert_eq!(numbers(&mut queue, &turn), [3]);
    let entry = queue.wire().get(PacketNumber(3)).expect("a packet");
    assert_eq!(entry.segment.to_string(), "ICMP 3 1");
    assert_eq!(entry.segment.direction, Direction::ToClient);
    assert_eq!(
        queue.inject_icmp(PacketNumber(2), 3, 1, at(3)),
        Err(PacketRefusal::Injected(PacketNumber(2)))
    );
}

#[test]
fn the_clients_view_joins_both_directions() {
    let mut queue = PacketQueue::default();
    queue.appear(&syn(), at(0));
    queue.appear(&syn_ack(), at(1));
    queue
        .inject_rst(
            PacketNumber(1),
            Direction::ToServer,
            RstNumber::Valid,
            at(2),
        )
        .expect("a TCP packet");
    queue
        .inject_icmp(PacketNumber(2), 3, 1, at(3))
        .expect("a packet");
    let ends = |number| {
        let bytes = queue.client_view(PacketNumber(number)).expect("a packet");
        let packet = Packet::parse(&bytes).expect("a packet");
        (packet.source.to_string(), packet.target.to_string())
    };
    let ends: Vec<_> = (1..5).map(ends).collect();
    let [client, server, router] = ["10.77.0.1", "10.77.0.2", "10.77.0.254"].map(str::to_owned);
    assert_eq!(
        ends,
        [
            (client.clone(), server.clone()),
            (server.clone(), client.clone()),
            (client, server.clone()),
            (router, server),
        ]
    );
}

proptest! {
    #[test]
    fn the_changes_and_the_rules_alone_make_the_same_wire(
        steps in proptest::collection::vec((0_u8..8, 0_u32..9, 0_u32..9, any::<bool>()), 0..60),
    ) {
        let mut queue = PacketQueue::default();
        let mut changes = Vec::new();
        let mut again = Wire::default();
        for (time, (step, a, b, flag)) in steps.into_iter().enumerate() {
            let (now, a, b) = (at(time as u64), PacketNumber(a), PacketNumber(b));
            let direction = if flag { Direction::ToServer } else { Direction::ToClient };
            let place = if flag { RelativePlace::Before } else { RelativePlace::After };
            let packets = [syn(), syn_ack(), data(), tcp(C, S, Flags::ACK, a.0, b.0, b"")];
            let turn = match step {
                0 | 1 => Ok(queue.appear(&packets[a.0 as usize % 4], now)),
                2 => queue.release(a, now),
                3 => queue.drop(a, now),
                4 => queue.repeat(a, now),
                5 => queue.reorder(a, place, b, now),
                6 => queue.inject_rst(a, direction, RstNumber::Outside, now),
                _ => {
                    let treatment = if flag { Treatment::Hold } else { Treatment::Pass(Delay::Ms(a.0)) };
                    let rule = Rule { which: PacketFilter::Going(direction), treatment };
                    queue.rule(rule);
                    again.rules.add(rule);
                    Ok(queue.due(now))
                }
            };
            let turn = turn.unwrap_or_default();
            changes.extend(turn.changes);
            for (index, delivery) in turn.deliveries.iter().enumerate() {
                let result = if flag && index % 2 == 0 { Err(Errno::EINVAL) } else { Ok(()) };
                changes.push(queue.written(delivery, result));
            }
        }
        let text = serde_json::to_string(&changes).expect("plain data");
        let read: Vec<PacketChange> = serde_json::from_str(&text).expect("it was written");
        for change in &read {
            again.apply(change);
        }
        prop_assert_eq!(&again, queue.wire());
        for entry in again.entries().iter() {
            let held_copies = matches!(entry.status, PacketStatus::Held | PacketStatus::Waits(_));
            let listed = again.waiting().filter(|other| other.number == entry.number).count();
            prop_assert_eq!(listed, usize::from(held_copies));
        }
    }

    #[test]
    fn no_bytes_and_no_numbers_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..80), number in any::<u32>()) {
        let mut queue = PacketQueue::default();
        queue.appear(&bytes, at(0));
        let number = PacketNumber(number);
        let _ = queue.release(number, at(1));
        let _ = queue.inject_icmp(number, 3, 1, at(1));
        prop_assert!(queue.client_view(number).is_none());
        Wire::default().apply(&PacketChange { number, at_us: 0, what: PacketEvent::Dropped });
    }
}
