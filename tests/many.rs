//! Thousands of sockets in the interactive program: what one of them takes, and what there is no descriptor for.

mod support;

use rustix::net::{AddressFamily, SocketType, bind, getsockname, listen, socket};
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::os::fd::OwnedFd;
use std::path::Path;
use std::time::{Duration, Instant};
use support::pty::Pty;
use support::{SOCKSTEP, need, recordings};

/// A listener in whose queue connections are finished without anybody accepting them, and its port.
fn listener() -> (OwnedFd, u16) {
    let fd = socket(AddressFamily::INET, SocketType::STREAM, None).expect("a socket");
    bind(&fd, &SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0)).expect("a port");
    listen(&fd, 4096).expect("it listens");
    let addr = getsockname(&fd).expect("its address");
    let addr = SocketAddrV4::try_from(addr).expect("IPv4");
    (fd, addr.port())
}

/// How many finished connections a listener can hold here.
fn queue() -> usize {
    let most = std::fs::read_to_string("/proc/sys/net/core/somaxconn");
    let most = most.ok().and_then(|most| most.trim().parse().ok());
    most.unwrap_or(128).min(4096)
}

/// A file of so many targets.
fn targets(folder: &Path, port: u16, count: usize) -> String {
    let file = folder.join("targets");
    std::fs::write(&file, format!("127.0.0.1:{port}\n").repeat(count)).expect("written");
    file.to_str().expect("a path").to_owned()
}

/// What `/proc/PID/status` says of the program's own memory, in KiB.
fn memory(pty: &Pty) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", pty.pid())).expect("it runs");
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("RssAnon:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    kib.expect("a number")
}

/// What the program takes when it is at rest, nine ticks on.
fn settled(args: &[&str]) -> u64 {
    let mut pty = Pty::start(160, 50, SOCKSTEP, args);
    pty.wait_for("TICK 0");
    for tick in 1..=9 {
        pty.press_until(" ", &format!("TICK {tick} "));
    }
    // What is given back is given back behind the picture.
    let mut least = memory(&pty);
    let begin = Instant::now();
    while begin.elapsed() < Duration::from_millis(500) {
        least = least.min(memory(&pty));
        std::thread::yield_now();
    }
    pty.press("q");
    assert!(pty.end().success());
    least
}

#[test]
fn a_settled_socket_takes_at_most_two_kibibytes() {
    let count = queue().min(3_000) as u64;
    let folder = tempfile::tempdir().expect("a directory");
    let (_listener, port) = listener();
    // What is kept once, however many there are, is no part of a socket.
    let a_third = count / 3;
    let few = targets(folder.path(), port, a_third as usize);
    let few = settled(&["--no-save", "--targets", &few]);
    let many = targets(folder.path(), port, count as usize);
    let file = folder.path().join("many.jsonl");
    let file = file.to_str().expect("a path");
    let many = settled(&["--no-save", "--record", file, "--targets", &many]);
    let bytes = many.saturating_sub(few) * 1024 / (count - a_third);
    assert!(
        bytes <= 2048,
        "{bytes} bytes a socket: {few} KiB with {a_third}, {many} KiB with {count}"
    );
}

/// Far more than any of them may have descriptors.
const ALL: usize = 20_000;

#[test]
fn twenty_thousand_targets_for_which_there_are_no_descriptors_are_told_and_none_is_lost() {
    if !need("prlimit") {
        return;
    }
    let folder = tempfile::tempdir().expect("a directory");
    let (_listener, port) = listener();
    let many = targets(folder.path(), port, ALL);
    let file = folder.path().join("many.jsonl");
    let path = file.to_str().expect("a path");
    let mut args = vec!["--nofile=200:200", SOCKSTEP, "--no-save"];
    args.extend(["--record", path, "--targets", &many]);
    let mut pty = Pty::start(160, 50, "prlimit", &args);
    pty.wait_for("TICK 0");
    let first = pty.press_until(" ", "TICK 1 ");
    assert!(first.contains("EMFILE"), "{first}");
    for tick in 2..=8 {
        pty.press_until(" ", &format!("TICK {tick} "));
    }
    pty.press("q");
    assert!(pty.end().success());
    let text = std::fs::read(&file).expect("the file");
    let (_, records) = recordings::read(&text).expect("a recording");
    let last = records.iter().rev().find_map(|record| record.tick);
    assert_eq!(last, Some(8), "every record that was drawn is there");
    // Every target has its row, and every row its one answer to socket().
    let mut answers: BTreeMap<&str, usize> = BTreeMap::new();
    for fact in records.iter().flat_map(|record| &record.calls) {
        let outcome = fact.outcome.as_ref().filter(|_| fact.name() == "socket");
        if let Some(outcome) = outcome {
            let errno = outcome.errno.map(|errno| errno.name().into_owned());
            let said = match errno.as_deref() {
                None => "made",
                Some("EMFILE") => "EMFILE",
                Some(other) => panic!("socket() said {other}"),
            };
            *answers.entry(said).or_default() += 1;
        }
    }
    let made = answers["made"];
    assert!((100..200).contains(&made), "{answers:?}");
    assert_eq!(answers["EMFILE"] + made, ALL);
    let mut world = sockstep::model::world::World::default();
    for record in &records {
        world.apply(record);
    }
    let at = |stage| {
        let side = sockstep::model::world::BoardSide::Program;
        world.count_at(stage, side)
    };
    assert_eq!(at(sockstep::model::socket::Stage::Error), ALL - made);
    assert_eq!(at(sockstep::model::socket::Stage::Connected), made);
}
