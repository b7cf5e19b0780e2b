//! How a connect fails on the wire: closed ports, silence, routes, ICMP errors, resets.

use crate::stage::Stage;
use sockstep::pure::call::{Call, SocketOption};
use sockstep::pure::packet::flow::RstNumber;
use sockstep::pure::packet::segment::Direction;
use sockstep::pure::wire::Fate;
use sockstep::pure::wire::places::{Place, Version};

const BOTH: [Version; 2] = [Version::V4, Version::V6];
const FAILED: &str = "IN|OUT|ERR|HUP|RDHUP, R|W";

#[test]
fn a_closed_port_refuses_when_its_reset_is_let_go() {
    for version in BOTH {
        let Some(mut stage) = Stage::bare(version) else {
            return;
        };
        let client = stage.client;
        assert_eq!(stage.connect(Place::There), "EINPROGRESS");
        stage.release("SYN seq 0");
        let reset = stage.held("RST seq 0 ack 1");
        assert_eq!(stage.entry(reset).segment.direction, Direction::ToClient);
        assert_eq!(
            (stage.state(client), stage.masks(client).as_str()),
            ("SYN-SENT", "-, -")
        );
        stage.release("RST seq 0 ack 1");
        assert_eq!(
            (stage.state(client), stage.masks(client).as_str()),
            ("CLOSE", FAILED)
        );
        assert_eq!([stage.so_error(), stage.so_error()], ["ECONNREFUSED", "0"]);
    }
}

#[test]
fn silence_swallows_every_syn() {
    for version in BOTH {
        let Some(mut stage) = Stage::bare(version) else {
            return;
        };
        let fd = stage.client;
        let (option, value) = (SocketOption::TcpUserTimeout, 1500);
        stage.must(Call::SetOption { fd, option, value });
        assert_eq!(stage.connect(Place::Silent), "EINPROGRESS");
        assert_eq!(stage.connect(Place::Silent), "EALREADY");
        stage.until("it gives up", |stage| {
            (stage.masks(fd) == FAILED).then_some(())
        });
        let entries = stage.queue.wire().entries();
        assert_eq!(entries.len(), 1);
        assert_eq!(
            (entries[0].fate, entries[0].copies >= 2),
            (Fate::Swallowed, true)
        );
        assert_eq!(stage.so_error(), "ETIMEDOUT");
    }
}

#[test]
fn routes_that_refuse_fail_at_once() {
    for version in BOTH {
        for (place, errno) in [
            (Place::NoRoute, "ENETUNREACH"),
            (Place::Unreachable, "EHOSTUNREACH"),
            (Place::Prohibit, "EACCES"),
            (Place::Blackhole, "EINVAL"),
        ] {
            let Some(mut stage) = Stage::bare(version) else {
                return;
            };
            let client = stage.client;
            assert_eq!(stage.connect(place), errno, "{version:?} {place:?}");
            assert_eq!(stage.masks(client), "OUT|HUP, R|W");
            assert_eq!(
                (stage.so_error().as_str(), stage.state(client)),
                ("0", "CLOSE")
            );
            stage.pump();
            assert_eq!(stage.queue.wire().entries(), []);
        }
    }
}

/// ICMP type and code, the errno of a client whose SYN is held; `-` if it goes on trying.
const ON_A_SYN: &[(Version, u8, u8, &str)] = &[
    (Version::V4, 3, 0, "?"),
    (Version::V4, 3, 1, "?"),
    (Version::V4, 3, 2, "?"),
    (Version::V4, 3, 3, "?"),
    (Version::V4, 3, 4, "?"),
    (Version::V4, 3, 5, "?"),
    (Version::V4, 3, 6, "?"),
    (Version::V4, 3, 7, "?"),
    (Version::V4, 3, 8, "?"),
    (Version::V4, 3, 9, "?"),
    (Version::V4, 3, 10, "?"),
    (Version::V4, 3, 11, "?"),
    (Version::V4, 3, 12, "?"),
    (Version::V4, 3, 13, "?"),
    (Version::V4, 3, 14, "?"),
    (Version::V4, 3, 15, "?"),
    (Version::V4, 3, 16, "?"),
    (Version::V4, 4, 0, "?"),
    (Version::V4, 5, 1, "?"),
    (Version::V4, 11, 0, "?"),
    (Version::V4, 11, 1, "?"),
    (Version::V4, 12, 0, "?"),
    (Version::V6, 1, 0, "?"),
    (Version::V6, 1, 1, "?"),
    (Version::V6, 1, 2, "?"),
    (Version::V6, 1, 3, "?"),
    (Version::V6, 1, 4, "?"),
    (Version::V6, 1, 5, "?"),
    (Version::V6, 1, 6, "?"),
    (Version::V6, 1, 7, "?"),
    (Version::V6, 2, 0, "?"),
    (Version::V6, 3, 0, "?"),
    (Version::V6, 4, 0, "?"),
];

#[test]
fn an_icmp_error_on_a_held_syn_gives_the_kernels_errno() {
    for &(version, kind, code, errno) in ON_A_SYN {
        let Some(mut stage) = Stage::open(version) else {
            return;
        };
        let client = stage.client;
        stage.connect(Place::There);
        let syn = stage.held("SYN seq 0");
        let turn = stage.queue.inject_icmp(syn, kind, code, stage.now());
        stage.carry_out(turn.unwrap());
        let got = (stage.state(client), stage.masks(client), stage.so_error());
        eprintln!("syn {version:?} {kind} {code}: {got:?} ({errno})");
    }
}

#[test]
fn icmp_on_others() {
    for (version, codes) in [
        (
            Version::V4,
            &[(3, 0), (3, 1), (3, 2), (3, 3), (3, 13), (11, 0), (12, 0)][..],
        ),
        (
            Version::V6,
            &[(1, 0), (1, 1), (1, 3), (1, 4), (3, 0), (4, 0)][..],
        ),
    ] {
        for &(kind, code) in codes {
            let mut stage = Stage::open(version).unwrap();
            stage.connect(Place::There);
            stage.release("SYN seq 0");
            let answer = stage.held("SYN+ACK seq 0 ack 1");
            let turn = stage
                .queue
                .inject_icmp(answer, kind, code, stage.now())
                .unwrap();
            stage.carry_out(turn);
            eprintln!(
                "syn+ack {version:?} {kind} {code}: server {:?} client {}",
                stage.server(),
                stage.state(stage.client)
            );
            let mut stage = Stage::open(version).unwrap();
            let server = stage.establish();
            let (fd, bytes) = (stage.client, b"hello".to_vec());
            stage.must(Call::Send { fd, bytes });
            let data = stage.held("data seq 1 ack 1 5 bytes");
            let turn = stage
                .queue
                .inject_icmp(data, kind, code, stage.now())
                .unwrap();
            stage.carry_out(turn);
            let got = (stage.state(fd), stage.masks(fd), stage.so_error());
            eprintln!(
                "data {version:?} {kind} {code}: {got:?} server {}",
                stage.masks(server)
            );
        }
    }
}

#[test]
fn rst() {
    for number in [RstNumber::Valid, RstNumber::InWindow, RstNumber::Outside] {
        for to in [Direction::ToClient, Direction::ToServer] {
            for version in BOTH {
                let mut report = Vec::new();
                for at in ["SYN", "SYN+ACK", "ACK", "EST"] {
                    let mut stage = Stage::open(version).unwrap();
                    stage.connect(Place::There);
                    let mut of = stage.held("SYN seq 0");
                    let mut server = None;
                    if at != "SYN" {
                        stage.release("SYN seq 0");
                        of = stage.held("SYN+ACK seq 0 ack 1");
                    }
                    if at == "ACK" || at == "EST" {
                        stage.release("SYN+ACK seq 0 ack 1");
                        of = stage.held("ACK seq 1 ack 1");
                    }
                    if at == "EST" {
                        stage.release("ACK seq 1 ack 1");
                        server = Some(stage.accept());
                    }
                    let turn = stage.queue.inject_rst(of, to, number, stage.now()).unwrap();
                    let words = stage.entry(turn.deliveries[0].number).segment.to_string();
                    stage.carry_out(turn);
                    stage.pump();
                    let waiting: Vec<String> = stage
                        .queue
                        .wire()
                        .waiting()
                        .map(|e| format!("{} {}", e.segment.direction.words(), e.segment))
                        .collect();
                    let copies: Vec<u32> = stage
                        .queue
                        .wire()
                        .entries()
                        .iter()
                        .map(|e| e.copies)
                        .collect();
                    let client = stage.client;
                    report.push(format!("  held {at}: {words}: client {} {} {} server {:?} {} {waiting:?} {copies:?}", stage.state(client), stage.masks(client), stage.so_error(), stage.server(), server.map_or(String::new(), |fd| stage.masks(fd))));
                }
                eprintln!("rst {number:?} {to:?} {version:?}\n{}", report.join("\n"));
            }
        }
    }
}
