//! How a connect fails on the wire: closed ports, silence, routes, ICMP errors, resets.

use crate::stage::Stage;
use sockstep::model::call::{Call, SocketOption};
use sockstep::model::packet::flow::RstNumber;
use sockstep::model::packet::segment::{Direction, SegmentKind};
use sockstep::model::wire::PacketStatus;
use sockstep::model::wire::places::{IpVersion, WirePlace};

const BOTH: [IpVersion; 2] = [IpVersion::V4, IpVersion::V6];
const FAILED: &str = "IN|OUT|ERR|HUP|RDHUP, R|W";

#[test]
fn a_closed_port_refuses_when_its_reset_is_let_go() {
    for version in BOTH {
        let Some(mut stage) = Stage::bare(version) else {
            return;
        };
        let client = stage.client;
        assert_eq!(stage.connect(WirePlace::There), "EINPROGRESS");
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
        assert_eq!(stage.connect(WirePlace::Silent), "EINPROGRESS");
        assert_eq!(stage.connect(WirePlace::Silent), "EALREADY");
        stage.until("it gives up", |stage| {
            (stage.masks(fd) == FAILED).then_some(())
        });
        let entries = stage.queue.wire().entries();
        assert_eq!(entries.len(), 1);
        assert_eq!(
            (entries[0].status, entries[0].copies >= 2),
            (PacketStatus::Swallowed, true)
        );
        assert_eq!(stage.so_error(), "ETIMEDOUT");
    }
}

#[test]
fn routes_that_refuse_fail_at_once() {
    for version in BOTH {
        for (place, errno) in [
            (WirePlace::NoRoute, "ENETUNREACH"),
            (WirePlace::Unreachable, "EHOSTUNREACH"),
            (WirePlace::Prohibit, "EACCES"),
            (WirePlace::Blackhole, "EINVAL"),
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
            assert!(stage.queue.wire().entries().is_empty());
        }
    }
}

/// ICMP type and code on a held SYN, and the errno of the connect; `-` if it goes on trying. Measured on Linux 6.18.
const ON_A_SYN: &[(IpVersion, u8, u8, &str)] = &[
    (IpVersion::V4, 3, 0, "ENETUNREACH"),
    (IpVersion::V4, 3, 1, "EHOSTUNREACH"),
    (IpVersion::V4, 3, 2, "ENOPROTOOPT"),
    (IpVersion::V4, 3, 3, "ECONNREFUSED"),
    (IpVersion::V4, 3, 4, "-"),
    (IpVersion::V4, 3, 5, "EOPNOTSUPP"),
    (IpVersion::V4, 3, 6, "ENETUNREACH"),
    (IpVersion::V4, 3, 7, "EHOSTDOWN"),
    (IpVersion::V4, 3, 8, "ENONET"),
    (IpVersion::V4, 3, 9, "ENETUNREACH"),
    (IpVersion::V4, 3, 10, "EHOSTUNREACH"),
    (IpVersion::V4, 3, 11, "ENETUNREACH"),
    (IpVersion::V4, 3, 12, "EHOSTUNREACH"),
    (IpVersion::V4, 3, 13, "EHOSTUNREACH"),
    (IpVersion::V4, 3, 14, "EHOSTUNREACH"),
    (IpVersion::V4, 3, 15, "EHOSTUNREACH"),
    (IpVersion::V4, 3, 16, "-"),
    (IpVersion::V4, 4, 0, "-"),
    (IpVersion::V4, 5, 1, "-"),
    (IpVersion::V4, 11, 0, "EHOSTUNREACH"),
    (IpVersion::V4, 11, 1, "-"),
    (IpVersion::V4, 12, 0, "EPROTO"),
    (IpVersion::V6, 1, 0, "ENETUNREACH"),
    (IpVersion::V6, 1, 1, "EACCES"),
    (IpVersion::V6, 1, 2, "EHOSTUNREACH"),
    (IpVersion::V6, 1, 3, "EHOSTUNREACH"),
    (IpVersion::V6, 1, 4, "ECONNREFUSED"),
    (IpVersion::V6, 1, 5, "EACCES"),
    (IpVersion::V6, 1, 6, "EACCES"),
    (IpVersion::V6, 1, 7, "EPROTO"),
    (IpVersion::V6, 2, 0, "-"),
    (IpVersion::V6, 3, 0, "EHOSTUNREACH"),
    (IpVersion::V6, 4, 0, "EPROTO"),
];

#[test]
fn an_icmp_error_on_a_held_syn_gives_the_kernels_errno() {
    for &(version, kind, code, errno) in ON_A_SYN {
        let Some(mut stage) = Stage::open(version) else {
            return;
        };
        let client = stage.client;
        stage.connect(WirePlace::There);
        let syn = stage.held("SYN seq 0");
        let turn = stage.queue.inject_icmp(syn, kind, code, stage.now());
        stage.carry_out(turn.unwrap());
        let (state, masks) = (stage.state(client), stage.masks(client));
        let found = (state, masks.as_str(), stage.so_error());
        let wanted = match errno {
            "-" => ("SYN-SENT", "-, -", "0".to_owned()),
            errno => ("CLOSE", FAILED, errno.to_owned()),
        };
        assert_eq!(found, wanted, "{version:?} type {kind} code {code}");
    }
}

/// ICMP type and code on a held SYN+ACK, and the server's half-open connection. Measured on Linux 6.18.
const ON_A_SYN_ACK: &[(IpVersion, u8, u8, &str)] = &[
    (IpVersion::V4, 3, 0, ""),
    (IpVersion::V4, 3, 1, ""),
    (IpVersion::V4, 3, 2, "SYN-RECV"),
    (IpVersion::V4, 3, 3, "SYN-RECV"),
    (IpVersion::V4, 3, 13, "SYN-RECV"),
    (IpVersion::V4, 11, 0, ""),
    (IpVersion::V4, 12, 0, ""),
    (IpVersion::V6, 1, 0, "SYN-RECV"),
    (IpVersion::V6, 1, 1, ""),
    (IpVersion::V6, 1, 3, "SYN-RECV"),
    (IpVersion::V6, 1, 4, ""),
    (IpVersion::V6, 3, 0, "SYN-RECV"),
    (IpVersion::V6, 4, 0, ""),
];

#[test]
fn an_icmp_error_on_a_held_syn_ack_makes_the_server_forget_or_not() {
    for &(version, kind, code, server) in ON_A_SYN_ACK {
        let Some(mut stage) = Stage::open(version) else {
            return;
        };
        stage.connect(WirePlace::There);
        stage.release("SYN seq 0");
        let answer = stage.held("SYN+ACK seq 0 ack 1");
        let turn = stage.queue.inject_icmp(answer, kind, code, stage.now());
        let turn = turn.unwrap();
        let error = turn.deliveries[0].number;
        assert_eq!(stage.entry(error).segment.direction, Direction::ToServer);
        stage.carry_out(turn);
        let found = (stage.server(), stage.state(stage.client));
        let wanted = (server.to_owned(), "SYN-SENT");
        assert_eq!(found, wanted, "{version:?} type {kind} code {code}");
    }
}

/// An error about data is only a message: nobody is told until `SO_ERROR` is read, and the connection lives.
#[test]
fn an_icmp_error_on_held_data_ends_nothing() {
    for (version, kind, code, errno) in [
        (IpVersion::V4, 3, 0, "ENETUNREACH"),
        (IpVersion::V4, 3, 1, "EHOSTUNREACH"),
        (IpVersion::V4, 3, 2, "ENOPROTOOPT"),
        (IpVersion::V4, 3, 3, "ECONNREFUSED"),
        (IpVersion::V4, 3, 13, "EHOSTUNREACH"),
        (IpVersion::V4, 11, 0, "EHOSTUNREACH"),
        (IpVersion::V6, 1, 0, "ENETUNREACH"),
        (IpVersion::V6, 1, 1, "EACCES"),
        (IpVersion::V6, 1, 4, "ECONNREFUSED"),
    ] {
        let Some(mut stage) = Stage::open(version) else {
            return;
        };
        let server = stage.establish();
        let (fd, bytes) = (stage.client, b"hello".to_vec());
        stage.must(Call::Send {
            fd,
            data: sockstep::model::call::Payload::Bytes(bytes),
        });
        let data = stage.held("data seq 1 ack 1 5 bytes");
        let turn = stage.queue.inject_icmp(data, kind, code, stage.now());
        stage.carry_out(turn.unwrap());
        let quiet = ("ESTABLISHED", "OUT, W".to_owned());
        assert_eq!((stage.state(fd), stage.masks(fd)), quiet);
        assert_eq!([stage.so_error(), stage.so_error()], [errno, "0"]);
        stage.release("data seq 1 ack 1 5 bytes");
        assert_eq!(stage.masks(server), "IN|OUT, R|W");
    }
}

/// What is held when a reset is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum When {
    Syn,
    SynAck,
    Ack,
    Established,
}

use Direction::{ToClient, ToServer};
use RstNumber::{InWindow, Outside, Valid};

type Reset = (
    When,
    Direction,
    RstNumber,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    bool,
);

/// When, to whom and with which number; the reset in words; then the client's state and error, and the server's state. RFC 5961: only the
/// exact number ends a connection, another one in the window is answered with an ACK (last column), and the rest is ignored.
#[rustfmt::skip]
const RESETS: &[Reset] = &[
    (When::Syn, ToClient, Valid, "RST seq 0 ack 1", "CLOSE", "ECONNREFUSED", "", false),
    (When::SynAck, ToClient, Valid, "RST seq 0 ack 1", "CLOSE", "ECONNREFUSED", "SYN-RECV", false),
    (When::Ack, ToClient, Valid, "RST seq 1", "CLOSE", "ECONNRESET", "SYN-RECV", false),
    (When::Established, ToClient, Valid, "RST seq 1", "CLOSE", "ECONNRESET", "ESTABLISHED", false),
    (When::Syn, ToServer, Valid, "RST seq 1", "SYN-SENT", "0", "", false),
    (When::SynAck, ToServer, Valid, "RST seq 1", "SYN-SENT", "0", "", false),
    (When::Ack, ToServer, Valid, "RST seq 1", "ESTABLISHED", "0", "", false),
    (When::Established, ToServer, Valid, "RST seq 1", "ESTABLISHED", "0", "", false),
    (When::Syn, ToClient, InWindow, "RST seq 0 ack 2", "SYN-SENT", "0", "", false),
    (When::SynAck, ToClient, InWindow, "RST seq 0 ack 2", "SYN-SENT", "0", "SYN-RECV", false),
    (When::Ack, ToClient, InWindow, "RST seq 2", "ESTABLISHED", "0", "SYN-RECV", true),
    (When::Established, ToClient, InWindow, "RST seq 2", "ESTABLISHED", "0", "ESTABLISHED", true),
    (When::SynAck, ToServer, InWindow, "RST seq 2", "SYN-SENT", "0", "SYN-RECV", true),
    (When::Ack, ToServer, InWindow, "RST seq 2", "ESTABLISHED", "0", "SYN-RECV", true),
    (When::Established, ToServer, InWindow, "RST seq 2", "ESTABLISHED", "0", "ESTABLISHED", true),
    (When::Syn, ToClient, Outside, "RST seq 0 ack 1610612737", "SYN-SENT", "0", "", false),
    (When::SynAck, ToClient, Outside, "RST seq 0 ack 1610612737", "SYN-SENT", "0", "SYN-RECV", false),
    (When::Ack, ToClient, Outside, "RST seq 1610612737", "ESTABLISHED", "0", "SYN-RECV", false),
    (When::Established, ToClient, Outside, "RST seq 1610612737", "ESTABLISHED", "0", "ESTABLISHED", false),
    (When::SynAck, ToServer, Outside, "RST seq 1610612737", "SYN-SENT", "0", "SYN-RECV", false),
    (When::Established, ToServer, Outside, "RST seq 1610612737", "ESTABLISHED", "0", "ESTABLISHED", false),
];

#[test]
fn only_a_reset_with_the_expected_number_is_believed() {
    for version in BOTH {
        for row in RESETS {
            let &(when, to, number, words, client_state, errno, server_state, answered) = row;
            let Some(mut stage) = Stage::open(version) else {
                return;
            };
            stage.connect(WirePlace::There);
            let syn = stage.held("SYN seq 0");
            if when > When::Syn {
                stage.release("SYN seq 0");
                stage.held("SYN+ACK seq 0 ack 1");
            }
            if when > When::SynAck {
                stage.release("SYN+ACK seq 0 ack 1");
                stage.held("ACK seq 1 ack 1");
            }
            if when > When::Ack {
                stage.release("ACK seq 1 ack 1");
            }
            let turn = stage.queue.inject_rst(syn, to, number, stage.now());
            let turn = turn.unwrap();
            let reset = turn.deliveries[0].number;
            stage.carry_out(turn);
            // A copy of an ACK that was seen before folds, so copies are counted and not packets.
            let acks = |stage: &Stage| -> u32 {
                let entries = stage.queue.wire().entries().iter();
                let acks = entries.filter(|entry| {
                    entry.segment.direction == to.back() && entry.segment.kind == SegmentKind::Ack
                });
                acks.map(|entry| entry.copies).sum()
            };
            let before = acks(&stage);
            stage.pump();
            let found = (
                stage.entry(reset).segment.to_string(),
                stage.state(stage.client),
                stage.so_error(),
                stage.server(),
                acks(&stage) > before,
            );
            let wanted = (
                words.to_owned(),
                client_state,
                errno.to_owned(),
                server_state.to_owned(),
                answered,
            );
            assert_eq!(found, wanted, "{version:?} {row:?}");
        }
    }
}

/// An ICMP error is told twice: as SO_ERROR, which reading empties, and as a message in the socket's error queue, which keeps poll's ERR.
#[test]
fn after_an_icmp_error_the_error_queue_keeps_err_until_it_is_read() {
    let Some(mut stage) = Stage::open(IpVersion::V4) else {
        return;
    };
    stage.connect(WirePlace::There);
    let syn = stage.held("SYN seq 0");
    let turn = stage.queue.inject_icmp(syn, 3, 1, stage.now()).unwrap();
    stage.carry_out(turn);
    let client = stage.client;
    assert_eq!(stage.masks(client), "IN|OUT|ERR|HUP|RDHUP, R|W");
    assert_eq!(stage.so_error(), "EHOSTUNREACH");
    assert_eq!(stage.so_error(), "0");
    assert_eq!(stage.masks(client), "IN|OUT|ERR|HUP|RDHUP, R|W");
    let fd = stage.descriptors.get(client).unwrap();
    let mut bytes = [0_u8; 256];
    let read = rustix::net::recv(fd, &mut bytes[..], rustix::net::RecvFlags::ERRQUEUE);
    eprintln!("the message in the error queue: {read:?}");
    assert!(read.is_ok());
    assert_eq!(stage.masks(client), "IN|OUT|HUP|RDHUP, R|W");
}
