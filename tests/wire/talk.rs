//! A whole talk, packet by packet, with both kernels' states after each.

use crate::stage::Stage;
use sockstep::model::call::{Call, ShutdownHow};
use sockstep::model::ids::Fd;
use sockstep::model::packet::segment::SegmentKind;
use sockstep::model::wire::places::{IpVersion, WirePlace};
use sockstep::model::wire::rule::{Delay, PacketFilter, Rule, Treatment};
use sockstep::model::wire::{PacketNumber, RelativePlace as Order};

/// What is done: a packet is let go, or a program makes a call.
#[derive(Clone, Copy, Debug)]
enum Do {
    Release(&'static str),
    ClientConnects,
    ServerAccepts,
    ClientSends,
    ServerReads,
    ClientShuts,
    ServerCloses,
}
use Do::{
    ClientConnects, ClientSends, ClientShuts, Release, ServerAccepts, ServerCloses, ServerReads,
};

/// What is done, and then: client state, client poll and select; server states; poll and select of the listener, later of the accepted.
const TALK: &[(Do, &str, &str, &str, &str)] = &[
    (ClientConnects, "SYN-SENT", "-, -", "", "-, -"),
    (Release("SYN seq 0"), "SYN-SENT", "-, -", "SYN-RECV", "-, -"),
    // Both truths: the client is connected, and the server has not seen the last packet.
    (
        Release("SYN+ACK seq 0 ack 1"),
        "ESTABLISHED",
        "OUT, W",
        "SYN-RECV",
        "-, -",
    ),
    (
        Release("ACK seq 1 ack 1"),
        "ESTABLISHED",
        "OUT, W",
        "ESTABLISHED",
        "IN, R",
    ),
    (
        ServerAccepts,
        "ESTABLISHED",
        "OUT, W",
        "ESTABLISHED",
        "OUT, W",
    ),
    (
        ClientSends,
        "ESTABLISHED",
        "OUT, W",
        "ESTABLISHED",
        "OUT, W",
    ),
    (
        Release("data seq 1 ack 1 5 bytes"),
        "ESTABLISHED",
        "OUT, W",
        "ESTABLISHED",
        "IN|OUT, R|W",
    ),
    (
        Release("ACK seq 1 ack 6"),
        "ESTABLISHED",
        "OUT, W",
        "ESTABLISHED",
        "IN|OUT, R|W",
    ),
    (
        ServerReads,
        "ESTABLISHED",
        "OUT, W",
        "ESTABLISHED",
        "OUT, W",
    ),
    (ClientShuts, "FIN-WAIT-1", "OUT, W", "ESTABLISHED", "OUT, W"),
    (
        Release("FIN seq 6 ack 1"),
        "FIN-WAIT-1",
        "OUT, W",
        "CLOSE-WAIT",
        "IN|OUT|RDHUP, R|W",
    ),
    (
        Release("ACK seq 1 ack 7"),
        "FIN-WAIT-2",
        "OUT, W",
        "CLOSE-WAIT",
        "IN|OUT|RDHUP, R|W",
    ),
    (ServerCloses, "FIN-WAIT-2", "OUT, W", "LAST-ACK", ""),
    // The socket is CLOSE to TCP_INFO; its TIME-WAIT is only in sock_diag.
    (
        Release("FIN seq 1 ack 7"),
        "CLOSE",
        "IN|OUT|HUP|RDHUP, R|W",
        "LAST-ACK",
        "",
    ),
    (
        Release("ACK seq 7 ack 2"),
        "CLOSE",
        "IN|OUT|HUP|RDHUP, R|W",
        "",
        "",
    ),
];

fn act(stage: &mut Stage, what: Do, server: &mut Option<Fd>) {
    let client = stage.client;
    match what {
        Release(words) => {
            stage.release(words);
        }
        ClientConnects => assert_eq!(stage.connect(WirePlace::There), "EINPROGRESS"),
        ServerAccepts => *server = Some(stage.accept()),
        ClientSends => {
            let bytes = b"hello".to_vec();
            assert_eq!(
                stage.must(Call::Send {
                    fd: client,
                    data: sockstep::model::call::Payload::Bytes(bytes),
                }),
                5
            );
        }
        ServerReads => {
            let fd = server.unwrap();
            assert_eq!(stage.must(Call::Recv { fd, size: 100 }), 5);
        }
        ClientShuts => {
            let (fd, how) = (client, ShutdownHow::Write);
            stage.must(Call::Shutdown { fd, how });
        }
        ServerCloses => {
            let fd = server.take().unwrap();
            stage.must(Call::Close { fd });
        }
    }
}

/// The packets in order of appearance, in words.
fn whole_talk(version: IpVersion) -> Option<Vec<String>> {
    let mut stage = Stage::open(version)?;
    let mut server = None;
    let mut port = 0;
    for (what, client_state, client_masks, server_state, server_masks) in TALK {
        act(&mut stage, *what, &mut server);
        let far = server.or((!server_masks.is_empty()).then_some(stage.listener));
        let is = |stage: &Stage| {
            let masks = far.map_or(String::new(), |fd| stage.masks(fd));
            let client = stage.client;
            (
                stage.state(client),
                stage.masks(client),
                stage.server(),
                masks,
            )
        };
        let wanted = (
            *client_state,
            (*client_masks).to_owned(),
            (*server_state).to_owned(),
            (*server_masks).to_owned(),
        );
        let mut last = None;
        stage.until(&format!("{version:?} {what:?}: {wanted:?}"), |stage| {
            let now = is(stage);
            if last.as_ref() != Some(&now) {
                eprintln!("{version:?} {what:?}: {now:?}");
                last = Some(now.clone());
            }
            (now == wanted).then_some(())
        });
        if let Some(flow) = stage
            .queue
            .wire()
            .entries()
            .first()
            .and_then(|one| one.flow)
        {
            port = flow.client.port();
        }
    }
    let time_wait = stage.wire.states(version, port).unwrap();
    let names: Vec<_> = time_wait.iter().map(|end| end.state.name()).collect();
    assert_eq!(names, ["TIME-WAIT"]);
    let entries = stage.queue.wire().entries().iter();
    Some(
        entries
            .map(|one| {
                format!(
                    "{} {} {}",
                    one.number,
                    one.segment.direction.words(),
                    one.segment
                )
            })
            .collect(),
    )
}

#[test]
fn after_each_packet_both_kernels_are_where_they_should_be() {
    for version in [IpVersion::V4, IpVersion::V6] {
        let Some(told) = whole_talk(version) else {
            return;
        };
        assert_eq!(
            told,
            [
                "1 from client SYN seq 0",
                "2 from server SYN+ACK seq 0 ack 1",
                "3 from client ACK seq 1 ack 1",
                "4 from client data seq 1 ack 1 5 bytes",
                "5 from server ACK seq 1 ack 6",
                "6 from client FIN seq 6 ack 1",
                "7 from server ACK seq 1 ack 7",
                "8 from server FIN seq 1 ack 7",
                "9 from client ACK seq 7 ack 2",
            ]
        );
    }
}

#[test]
fn the_same_script_gives_the_same_packets_twenty_times() {
    let Some(first) = whole_talk(IpVersion::V4) else {
        return;
    };
    for _ in 1..20 {
        assert_eq!(whole_talk(IpVersion::V4), Some(first.clone()));
    }
}

#[test]
fn both_kernels_send_again_by_themselves_and_copies_fold() {
    let Some(mut stage) = Stage::open(IpVersion::V4) else {
        return;
    };
    stage.connect(WirePlace::There);
    let syn = stage.release("SYN seq 0");
    let answer = stage.held("SYN+ACK seq 0 ack 1");
    // The client has no answer, so it sends its SYN again, which is held under the number of the one that was let go; and the server its
    // SYN+ACK.
    stage.until("both are sent again", |stage| {
        let (syn, answer) = (stage.entry(syn), stage.entry(answer));
        (syn.held_copies >= 1 && answer.copies >= 2).then_some(())
    });
    assert_eq!(stage.queue.wire().entries().len(), 2);
    assert!(stage.is_held(answer) && stage.is_held(syn));
    let client = stage.client;
    assert!(stage.tcp(client).retransmits >= 1);
    let server = stage
        .wire
        .states(IpVersion::V4, crate::stage::PORT)
        .unwrap();
    let half_open = server.iter().find(|end| end.state.name() == "SYN-RECV");
    assert!(half_open.unwrap().timer.is_some(), "{server:?}");
    stage.release("SYN+ACK seq 0 ack 1");
    assert_eq!(stage.state(client), "ESTABLISHED");
}

/// What is lost once is mended by the kernels, as long as their copies are let go.
#[test]
fn a_lost_last_ack_of_the_handshake_is_mended_by_the_next_syn_ack() {
    let Some(mut stage) = Stage::open(IpVersion::V4) else {
        return;
    };
    stage.connect(WirePlace::There);
    stage.release("SYN seq 0");
    stage.release("SYN+ACK seq 0 ack 1");
    let ack = stage.held("ACK seq 1 ack 1");
    stage.queue.drop(ack, stage.now()).unwrap();
    assert_eq!(stage.server(), "SYN-RECV");
    // The server has no ACK, sends again, and the client answers again.
    stage.release("SYN+ACK seq 0 ack 1");
    stage.release("ACK seq 1 ack 1");
    stage.until("the server has it", |stage| {
        (stage.server() == "ESTABLISHED").then_some(())
    });
}

#[test]
fn a_dropped_syn_comes_again_and_a_repeated_one_changes_nothing() {
    let Some(mut stage) = Stage::open(IpVersion::V4) else {
        return;
    };
    stage.connect(WirePlace::There);
    let syn = stage.held("SYN seq 0");
    stage.queue.drop(syn, stage.now()).unwrap();
    assert!(!stage.is_held(syn));
    assert_eq!(stage.server(), "");
    stage.until("the SYN is held again", |stage| {
        stage.is_held(syn).then_some(())
    });
    stage.release("SYN seq 0");
    let turn = stage.queue.repeat(syn, stage.now()).unwrap();
    stage.carry_out(turn);
    assert_eq!(stage.server(), "SYN-RECV");
}

#[test]
fn data_that_overtakes_is_read_when_the_gap_is_filled() {
    let Some(mut stage) = Stage::open(IpVersion::V4) else {
        return;
    };
    let server = stage.establish();
    let fd = stage.client;
    for bytes in [b"one ".to_vec(), b"two".to_vec()] {
        stage.must(Call::Send {
            fd,
            data: sockstep::model::call::Payload::Bytes(bytes),
        });
    }
    let one = stage.held("data seq 1 ack 1 4 bytes");
    let two = stage.held("data seq 5 ack 1 3 bytes");
    let now = stage.now();
    stage.queue.reorder(two, Order::Before, one, now).unwrap();
    let order: Vec<PacketNumber> = stage.queue.wire().waiting().map(|one| one.number).collect();
    assert!(order.iter().position(|n| *n == two) < order.iter().position(|n| *n == one));
    let turn = stage.queue.release(two, now).unwrap();
    stage.carry_out(turn);
    assert_eq!(stage.masks(server), "OUT, W");
    let turn = stage.queue.release(one, now).unwrap();
    stage.carry_out(turn);
    assert_eq!(stage.masks(server), "IN|OUT, R|W");
    assert_eq!(
        stage.must(Call::Recv {
            fd: server,
            size: 100
        }),
        7
    );
}

#[test]
fn rules_let_packets_pass_by_themselves() {
    let Some(mut stage) = Stage::open(IpVersion::V6) else {
        return;
    };
    let rule = |which, treatment| Rule { which, treatment };
    let pass = Treatment::Pass(Delay::None);
    stage.queue.rule(rule(PacketFilter::Everything, pass));
    stage
        .queue
        .rule(rule(PacketFilter::Of(SegmentKind::SynAck), Treatment::Hold));
    stage.connect(WirePlace::There);
    stage.held("SYN+ACK seq 0 ack 1");
    assert_eq!(stage.server(), "SYN-RECV");
    stage.release("SYN+ACK seq 0 ack 1");
    stage.until("the server has it", |stage| {
        (stage.server() == "ESTABLISHED").then_some(())
    });
}

#[test]
fn a_delayed_packet_arrives_when_its_time_has_come() {
    let Some(mut stage) = Stage::open(IpVersion::V4) else {
        return;
    };
    stage.queue.rule(Rule {
        which: PacketFilter::Everything,
        treatment: Treatment::Pass(Delay::Ms(20)),
    });
    stage.connect(WirePlace::There);
    let client = stage.client;
    stage.until("it is connected", |stage| {
        let turn = stage.queue.due(stage.now());
        stage.carry_out(turn);
        (stage.state(client) == "ESTABLISHED").then_some(())
    });
    // Two packets took 20 ms each.
    assert!(stage.now().at_us >= 40_000);
}

#[test]
fn a_repeated_syn_makes_the_server_answer_again_at_once() {
    let Some(mut stage) = Stage::open(IpVersion::V4) else {
        return;
    };
    stage.connect(WirePlace::There);
    let syn = stage.release("SYN seq 0");
    let answer = stage.held("SYN+ACK seq 0 ack 1");
    stage.queue.drop(answer, stage.now()).unwrap();
    let turn = stage.queue.repeat(syn, stage.now()).unwrap();
    stage.carry_out(turn);
    stage.pump();
    assert!(stage.is_held(answer), "{:?}", stage.queue.wire().entries());
}
