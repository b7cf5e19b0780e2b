//! The exported packets, read by tshark.

use crate::stage::Stage;
use crate::support::need;
use sockstep::model::call::{Call, ShutdownHow};
use sockstep::model::packet::flow::RstNumber;
use sockstep::model::packet::segment::Direction;
use sockstep::model::wire::places::IpVersion;
use sockstep::trace::pcapng::{Captured, file};
use std::process::Command;

/// tshark's view: stream, flags, sequence and acknowledgment numbers, checksums (1 is good), the quoted address of an ICMP error, comment.
fn tshark(stage: &Stage) -> Vec<String> {
    let captured: Vec<Captured> = stage
        .queue
        .wire()
        .entries()
        .iter()
        .map(|entry| Captured {
            at_us: 1_790_000_000_000_000 + entry.first_us,
            bytes: stage.queue.client_view(entry.number).unwrap(),
            comment: format!("packet {}", entry.number),
        })
        .collect();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("talk.pcapng");
    std::fs::write(&path, file("sockstep", &captured)).unwrap();
    let mut command = Command::new("tshark");
    command
        .arg("-r")
        .arg(&path)
        .args(["-T", "fields", "-E", "separator= ", "-E", "occurrence=f"]);
    for preference in ["tcp.check_checksum:TRUE", "ip.check_checksum:TRUE"] {
        command.args(["-o", preference]);
    }
    for field in [
        "tcp.stream",
        "tcp.flags.str",
        "tcp.seq",
        "tcp.ack",
        "tcp.checksum.status",
        "icmp.checksum.status",
        "icmpv6.checksum.status",
        "frame.comment",
    ] {
        command.args(["-e", field]);
    }
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(str::to_owned).collect()
}

#[test]
fn tshark_finds_one_stream_and_no_checksum_error() {
    if !need("tshark") {
        return;
    }
    for version in [IpVersion::V4, IpVersion::V6] {
        let Some(mut stage) = Stage::open(version) else {
            return;
        };
        let server = stage.establish();
        let fd = stage.client;
        let bytes = b"hello".to_vec();
        stage.must(Call::Send {
            fd,
            data: sockstep::model::call::Payload::Bytes(bytes),
        });
        let data = stage.release("data seq 1 ack 1 5 bytes");
        stage.release("ACK seq 1 ack 6");
        let (fd, how) = (server, ShutdownHow::Write);
        stage.must(Call::Shutdown { fd, how });
        let fin = stage.release("FIN seq 1 ack 6");
        let (kind, code) = match version {
            IpVersion::V4 => (3, 1),
            IpVersion::V6 => (1, 3),
        };
        let now = stage.now();
        for turn in [
            stage.queue.inject_icmp(data, kind, code, now),
            stage.queue.inject_icmp(fin, kind, code, now),
            stage
                .queue
                .inject_rst(data, Direction::ToServer, RstNumber::Valid, now),
        ] {
            stage.carry_out(turn.unwrap());
        }
        let lines = tshark(&stage);
        eprintln!("{}", lines.join("\n"));
        let tcp: Vec<&String> = lines.iter().filter(|line| !line.starts_with(' ')).collect();
        let flags: Vec<String> = tcp
            .iter()
            .map(|line| {
                line.split(' ')
                    .skip(1)
                    .take(4)
                    .collect::<Vec<_>>()
                    .join(" ")
            })
            .collect();
        let streams: Vec<&str> = tcp
            .iter()
            .filter_map(|line| line.split(' ').next())
            .collect();
        assert!(streams.iter().all(|stream| *stream == "0"), "{lines:?}");
        // With a dot for each flag that is not set, then sequence and acknowledgment number, and 1 for a right checksum.
        let flags: Vec<String> = flags
            .iter()
            .map(|text| text.chars().filter(|c| *c != '·').collect())
            .collect();
        assert_eq!(
            flags[..6],
            [
                "S 0 0 1", "AS 0 1 1", "A 1 1 1", "AP 1 1 1", "A 1 6 1", "AF 1 6 1"
            ],
            "{lines:?}"
        );
        assert!(lines[0].ends_with("packet 1"), "{lines:?}");
    }
}
