//! The ladder that the screen shows: calls, packets and states in their order, from the records of a real talk.

use crate::support::{recordings, stderr};
use sockstep::derive::ladder::{EndChange, LadderPart, LadderRow, Ladders};
use sockstep::model::ids::Row;
use sockstep::model::record::Record;
use sockstep::model::world::World;
use std::sync::Arc;

/// The records of a script.
fn records(script: &str) -> Option<Vec<Arc<Record>>> {
    let dir = tempfile::tempdir().expect("a folder");
    let (words, trace) = (dir.path().join("a.script"), dir.path().join("a.jsonl"));
    std::fs::write(&words, script).expect("it can be written");
    let output = crate::support::sockstep(&[
        "run",
        "--script",
        words.to_str().expect("UTF-8"),
        "--record",
        trace.to_str().expect("UTF-8"),
    ]);
    if stderr(&output).contains("there is no lab wire here") {
        crate::support::skip(&stderr(&output));
        return None;
    }
    assert!(output.status.success(), "{}", stderr(&output));
    let bytes = std::fs::read(&trace).expect("it was recorded");
    let (_, records) = recordings::read(&bytes).expect("it is a recording");
    Some(records)
}

/// A row of the ladder as one line: client's call, client's state, packet, server's state, server's call.
fn line(world: &World, rung: &LadderRow) -> String {
    let state = |state: Option<(EndChange, u64)>| state.map_or("", |(moved, _)| moved.word());
    let packet = rung.transit.map_or_else(String::new, |transit| {
        let entry = world.wire.get(transit.number).expect("a packet");
        let part = match transit.part {
            LadderPart::Held => "held",
            LadderPart::Waits(_) => "waits",
            LadderPart::Leaves => "leaves",
            LadderPart::Passes => "passes",
            LadderPart::Arrives => "arrives",
            LadderPart::ArrivesAgain => "a copy arrives",
            LadderPart::Dropped => "dropped",
            LadderPart::Swallowed => "swallowed",
            LadderPart::Made => "made",
            LadderPart::NotWritten(_) => "not written",
        };
        format!("{} {} {part}", transit.number, entry.segment.kind)
    });
    let call = |call: &Option<String>| call.clone().unwrap_or_default();
    [
        call(&rung.client_call),
        state(rung.client_state).to_owned(),
        packet,
        state(rung.server_state).to_owned(),
        call(&rung.server_call),
    ]
    .join("|")
}

fn of_script(script: &str) -> Option<Vec<String>> {
    let records = records(script)?;
    let mut world = World::default();
    let mut ladders = Ladders::new();
    for (at, record) in records.iter().enumerate() {
        world.apply(record);
        ladders.take_in(at, record, &world, &records[..at]);
    }
    let rungs = ladders.of(Row(1), records.len() - 1)?;
    Some(rungs.map(|rung| line(&world, rung)).collect())
}

#[test]
fn the_ladder_tells_who_knew_what_in_which_order() {
    let script = "add @wire:80\ntick 4\nrelease 1\nrelease 2\ntick 3\nrelease 3\naccept 1\nsend 1 hello\nrelease 4\nrecv 2 5\nrelease 5\nclose 2\nrelease 6\nawait wire held 1 within 5s\nrelease 7\nclose 1\nrelease 8\nrelease 9\n";
    let Some(lines) = of_script(script) else {
        return;
    };
    let told: Vec<&str> = lines
        .iter()
        .map(String::as_str)
        // The numbers of descriptors differ from machine to machine.
        .map(|line| match line.split_once("accept = ") {
            Some(("||||", _)) => "||||accept",
            _ => line,
        })
        .collect();
    assert_eq!(
        told,
        [
            "connect = EINPROGRESS||||",
            "|SYN-SENT|1 SYN passes|SYN-RECV|",
            "|ESTABLISHED|2 SYN+ACK passes||",
            "||3 ACK leaves||",
            "epoll_wait: W||||",
            "epoll_wait: no event||||",
            "SO_ERROR = 0||||",
            "epoll_wait: no event||||",
            "getpeername = 0||||",
            "||3 ACK arrives|ESTABLISHED|",
            "||||accept",
            "send = 5||||",
            "||4 data passes||",
            "||5 ACK leaves||",
            "||||recv = 5",
            "||5 ACK arrives||",
            "||||close = 0",
            "|CLOSE-WAIT|6 FIN passes|FIN-WAIT-1|",
            "||7 ACK passes|FIN-WAIT-2|",
            "close = 0||||",
            "|LAST-ACK|8 FIN passes|TIME-WAIT|",
            "|forgotten|9 ACK passes||",
        ]
    );
}

#[test]
fn what_is_lost_made_repeated_or_swallowed_stands_on_the_ladder() {
    let script = "add @wire:80\ntick 3\ndrop 1\nawait wire held 1 within 5s\nrepeat 1\nrelease 1\ninject rst to-client wrong\ninject icmp 3 3 about 1\n";
    let Some(lines) = of_script(script) else {
        return;
    };
    assert_eq!(lines[1], "|SYN-SENT|1 SYN dropped||", "{lines:#?}");
    let rest: Vec<&str> = lines[2..].iter().map(String::as_str).collect();
    let packets: Vec<&str> = rest
        .iter()
        .filter_map(|line| line.split('|').nth(2))
        .collect();
    assert_eq!(
        packets,
        [
            "1 SYN leaves",
            "1 SYN a copy arrives",
            "2 SYN+ACK held",
            "1 SYN arrives",
            "3 RST made",
            "4 ICMP 3 3 made",
        ],
        "{lines:#?}"
    );
    assert!(
        lines
            .iter()
            .any(|line| line.starts_with("|CLOSE|4 ICMP 3 3")),
        "{lines:#?}"
    );
    let Some(lines) = of_script("add @wire-silent\ntick 3\n") else {
        return;
    };
    assert_eq!(lines[1], "|SYN-SENT|1 SYN swallowed||");
}

#[test]
fn a_new_socket_begins_a_new_ladder() {
    let script = "add @wire-closed\ntick 4\nrelease all\nrelease all\ntick 2\nrestart 1\ntick 3\n";
    let Some(lines) = of_script(script) else {
        return;
    };
    assert_eq!(
        lines,
        ["connect = EINPROGRESS||||", "|SYN-SENT|3 SYN held||"]
    );
}

#[test]
fn what_is_accepted_over_the_wire_is_the_clients_connection_and_no_filler() {
    let script = "add @wire:80\npass all\ntick 7\nawait 1 server ESTABLISHED within 2s by looking\naccept 1\n";
    let Some(records) = records(script) else {
        return;
    };
    let mut world = World::default();
    for record in &records {
        world.apply(record);
    }
    let last = records.last().expect("the accept");
    let told =
        sockstep::narrate::story::narrate(&world, last, sockstep::language::depth::Depth::Program)
            .join(" ");
    assert!(
        told.contains("took one connection out of its queue"),
        "{told}"
    );
    assert!(!told.contains("the lab's own"), "{told}");
}
