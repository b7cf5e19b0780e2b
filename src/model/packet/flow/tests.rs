use super::*;
use proptest::prelude::*;

/// A packet as it leaves the kernel: both ends live at .1 and write to .2.
fn packet(from: u16, to: u16, flags: Flags, seq: u32, ack: u32, data: &[u8]) -> Packet {
    let address = |text: &str| text.parse().expect("an address");
    Packet {
        source: address("10.77.0.1"),
        target: address("10.77.0.2"),
        body: Body::Tcp(Tcp {
            source_port: from,
            target_port: to,
            seq,
            ack,
            flags,
            window: 100,
            payload: data.to_vec(),
        }),
    }
}

const C: u16 = 40_000;
const S: u16 = 80;
const SYN: Flags = Flags::SYN;
const ACK: Flags = Flags::ACK;
const FIN: Flags = Flags::FIN;
const PSH: Flags = Flags::PSH;

/// A whole talk; the numbers of both sides go round the end.
fn talk() -> Vec<Packet> {
    vec![
        packet(C, S, SYN, u32::MAX, 0, b""),
        packet(S, C, SYN | ACK, u32::MAX - 1, 0, b""),
        packet(C, S, ACK, 0, u32::MAX, b""),
        packet(S, C, ACK | PSH, u32::MAX, 0, b"hello"),
        packet(C, S, ACK, 0, 4, b""),
        packet(C, S, FIN | ACK, 0, 4, b""),
        packet(S, C, FIN | ACK, 4, 1, b""),
    ]
}

#[test]
fn a_talk_is_told_in_small_numbers() {
    let mut flows = Flows::default();
    let segments: Vec<String> = talk()
        .iter()
        .map(|packet| {
            let (_, segment) = flows.see(packet);
            format!("{}: {segment}", segment.direction.words())
        })
        .collect();
    assert_eq!(
        segments,
        [
            "from client: SYN seq 0",
            "from server: SYN+ACK seq 0 ack 1",
            "from client: ACK seq 1 ack 1",
            "from server: data seq 1 ack 1 5 bytes",
            "from client: ACK seq 1 ack 6",
            "from client: FIN seq 1 ack 6",
            "from server: FIN seq 6 ack 2",
        ]
    );
}

#[test]
fn the_reset_of_a_closed_port_counts_from_its_own() {
    let mut flows = Flows::default();
    flows.see(&packet(C, S, SYN, 500, 0, b""));
    let (_, segment) = flows.see(&packet(S, C, Flags::RST | ACK, 0, 501, b""));
    assert_eq!(segment.direction, Direction::ToClient);
    assert_eq!(segment.to_string(), "RST seq 0 ack 1");
}

#[test]
fn a_reset_has_the_number_that_its_receiver_expects() {
    let mut flows = Flows::default();
    let talk = talk();
    let (flow, _) = flows.see(&talk[0]);
    let flow = flow.expect("it is TCP");
    let number = |flows: &Flows, direction, number| {
        let reset = flows.reset(flow, direction, number).expect("a known flow");
        (reset.seq, reset.ack)
    };
    let (to_client, to_server) = (Direction::ToClient, Direction::ToServer);
    // The SYN is held: the client believes only an acknowledgment, and the server knows nothing.
    assert_eq!(number(&flows, to_client, RstNumber::Valid), (0, Some(0)));
    assert_eq!(
        number(&flows, to_client, RstNumber::Outside),
        (0, Some(FAR))
    );
    assert_eq!(number(&flows, to_server, RstNumber::Valid), (0, None));
    // The SYN is let go.
    flows.let_go(&talk[0]);
    assert_eq!(number(&flows, to_server, RstNumber::Valid), (0, None));
    assert_eq!(number(&flows, to_server, RstNumber::InWindow), (1, None));
    for packet in &talk[1..4] {
        flows.see(packet);
        flows.let_go(packet);
    }
    // Five bytes from u32::MAX on have arrived.
    assert_eq!(number(&flows, to_client, RstNumber::Valid), (4, None));
    assert_eq!(number(&flows, to_client, RstNumber::InWindow), (5, None));
}

#[test]
fn what_comes_early_counts_when_the_gap_is_filled() {
    let mut flows = Flows::default();
    let talk = talk();
    for packet in &talk[..3] {
        flows.see(packet);
        flows.let_go(packet);
    }
    let flow = flows.of(&talk[0]).expect("it is TCP").0;
    let (one, two) = (
        packet(C, S, ACK | PSH, 0, u32::MAX, b"abc"),
        packet(C, S, ACK | PSH, 3, u32::MAX, b"de"),
    );
    let expected = |flows: &Flows| {
        let reset = flows.reset(flow, Direction::ToServer, RstNumber::Valid);
        reset.expect("a known flow").seq
    };
    flows.see(&one);
    flows.see(&two);
    flows.let_go(&two);
    assert_eq!(expected(&flows), 0);
    flows.let_go(&one);
    assert_eq!(expected(&flows), 5);
}

#[test]
fn a_port_used_again_is_counted_from_its_new_first() {
    let mut flows = Flows::default();
    for packet in &talk() {
        flows.see(packet);
    }
    flows.see(&packet(C, S, SYN, 9000, 0, b""));
    let (_, segment) = flows.see(&packet(S, C, SYN | ACK, 77, 9001, b""));
    assert_eq!(segment.to_string(), "SYN+ACK seq 0 ack 1");
}

proptest! {
    #[test]
    fn no_talk_makes_it_panic(
        packets in proptest::collection::vec((any::<bool>(), 0_u8..64, any::<u32>(), any::<u32>(), 0_usize..40), 0..20),
    ) {
        let mut flows = Flows::default();
        for (forth, flags, seq, ack, length) in packets {
            let (from, to) = if forth { (C, S) } else { (S, C) };
            let packet = packet(from, to, Flags::from_bits_truncate(flags), seq, ack, &vec![7; length]);
            let (flow, segment) = flows.see(&packet);
            prop_assert!(!segment.to_string().is_empty());
            flows.let_go(&packet);
            for direction in [Direction::ToServer, Direction::ToClient] {
                prop_assert!(flow.is_some_and(|flow| flows.reset(flow, direction, RstNumber::Valid).is_some()));
            }
        }
    }
}
