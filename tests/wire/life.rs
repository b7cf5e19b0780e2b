//! What is left of a wire: nothing. And how long a packet may be held.

use crate::stage::{PORT, Stage, open};
use crate::support::pty::Pty;
use crate::support::{SOCKSTEP, eventually};
use sockstep::model::call::Call;
use sockstep::model::wire::places::{IpVersion, WirePlace};
use sockstep::os::wire::{Inside, TunWire};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

fn soak() -> bool {
    std::env::var("SOCKSTEP_SOAK").as_deref() == Ok("1")
}

fn open_descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}

/// Whether a process is there and is no zombie.
fn lives(id: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    stat.rsplit(") ")
        .next()
        .is_some_and(|rest| !rest.is_empty() && !rest.starts_with('Z'))
}

/// The processes in a network namespace, named as `/proc/PID/ns/net` names it.
fn members(network: &str) -> Vec<u32> {
    let all = std::fs::read_dir("/proc").unwrap().flatten();
    let ids = all.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let inside = |id: &u32| {
        std::fs::read_link(format!("/proc/{id}/ns/net"))
            .is_ok_and(|net| net.display().to_string() == network)
    };
    ids.filter(inside).collect()
}

/// The TUN device is in a namespace of its own: from outside no interface of that name is to be seen, while it lives and after.
fn interfaces() -> String {
    std::fs::read_to_string("/proc/self/net/dev").unwrap()
}

#[test]
fn the_program_that_is_killed_leaves_no_process_no_namespace_and_no_interface() {
    let before = interfaces().lines().count();
    let Some(mut pty) = Pty::on_the_wire(80, 24) else {
        return;
    };
    pty.press_until("N", "=>HELD");
    let parent = format!("PPid:\t{}", pty.pid());
    let is_child = |id: &u32| {
        let status = std::fs::read_to_string(format!("/proc/{id}/status"));
        status.is_ok_and(|status| status.contains(&parent))
    };
    let all = std::fs::read_dir("/proc").unwrap().flatten();
    let ids = all.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let children: Vec<u32> = ids.filter(is_child).collect();
    let [helper] = children.as_slice() else {
        panic!("one helper, not {children:?}");
    };
    let network = std::fs::read_link(format!("/proc/{helper}/ns/net"))
        .unwrap()
        .display()
        .to_string();
    assert_eq!(members(&network), [*helper]);
    let pid = rustix::process::Pid::from_raw(pty.pid() as i32).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
    pty.end();
    eventually("the helper is gone", || (!lives(*helper)).then_some(()));
    assert_eq!(members(&network), Vec::<u32>::new());
    assert_eq!(interfaces().lines().count(), before);
}

/// Not a test by itself: owns a wire and waits to be killed.
#[test]
#[ignore = "it is started by another test, which kills it"]
fn owner_that_is_killed() {
    let Some(stage) = Stage::open(IpVersion::V4) else {
        return;
    };
    let network = std::fs::read_link(format!("/proc/{}/ns/net", stage.wire.helper_id())).unwrap();
    eprintln!("wire {} {}", stage.wire.helper_id(), network.display());
    // Until standard input ends, which it does only if the test that started this fails.
    let _ = std::io::stdin().lines().next();
}

#[test]
fn nothing_is_left_when_its_owner_is_killed() {
    if open().is_none() {
        return;
    }
    let mut owner = Command::new(std::env::current_exe().unwrap())
        .args([
            "--ignored",
            "--exact",
            "--nocapture",
            "life::owner_that_is_killed",
        ])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(owner.stderr.take().unwrap()).lines();
    let line = lines
        .find_map(|line| line.ok().filter(|line| line.contains("wire ")))
        .unwrap();
    let mut words = line.rsplit("wire ").next().unwrap().split(' ');
    let helper: u32 = words.next().unwrap().parse().unwrap();
    let network = words.next().unwrap().to_owned();
    assert_eq!(members(&network), [helper]);
    // SIGKILL to the owner: it can clean up nothing.
    owner.kill().unwrap();
    owner.wait().unwrap();
    eventually("the helper is gone", || (!lives(helper)).then_some(()));
    assert_eq!(members(&network).len(), 0);
}

#[test]
fn starting_and_stopping_leaves_descriptors_and_processes_where_they_were() {
    if open().is_none() {
        return;
    }
    // A process of its own, so that other tests' descriptors are not counted.
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "life::many_cycles"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(status.success());
}

fn resident_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS:"))
        .unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[test]
#[ignore = "it is started by another test, alone in a process"]
fn many_cycles() {
    let cycles = if soak() { 1000 } else { 20 };
    let mut first = None;
    for _ in 0..cycles {
        let mut stage = Stage::open(IpVersion::V4).expect("a wire");
        stage.establish();
        let helper = stage.wire.helper_id();
        drop(stage);
        assert!(!Path::new(&format!("/proc/{helper}")).exists());
        let now = (open_descriptors(), resident_kib());
        let (descriptors, memory) = *first.get_or_insert(now);
        assert_eq!(now.0, descriptors);
        assert!(now.1 < memory + 1024, "{now:?} KiB, at first {memory}");
    }
}

#[test]
fn the_helper_keeps_no_copy_of_what_it_passes_out() {
    let Some(wire) = open() else {
        return;
    };
    let sockets =
        [IpVersion::V4, IpVersion::V6].map(|version| wire.socket(Inside::Tcp(version)).unwrap());
    let folder = format!("/proc/{}/fd", wire.helper_id());
    let mut kept: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .flatten()
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    kept.sort();
    assert_eq!(kept, ["0", "1", "2"]);
    drop(sockets);
}

#[test]
fn the_helper_is_in_a_process_group_of_its_own() {
    let Some(wire) = open() else {
        return;
    };
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", wire.helper_id())).unwrap();
    let group = stat.rsplit(") ").next().unwrap().split(' ').nth(2).unwrap();
    assert_eq!(group, wire.helper_id().to_string());
}

#[test]
fn a_socket_inside_sees_only_the_inside() {
    let Some(mut stage) = Stage::bare(IpVersion::V4) else {
        return;
    };
    // A listener of this machine's own network cannot be reached from inside.
    let outside = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = outside.local_addr().unwrap().port();
    let addr = format!("127.0.0.1:{port}").parse().unwrap();
    let fd = stage.client;
    stage.make(&Call::Connect { fd, addr });
    stage.until("it is refused", |stage| {
        (stage.state(fd) == "CLOSE").then_some(())
    });
    assert_eq!(stage.so_error(), "ECONNREFUSED");
}

#[test]
fn a_program_that_is_not_this_one_is_not_taken_for_a_helper() {
    let error = TunWire::open(Path::new("/bin/true")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the lab wire failed to start a helper process: it ended without a word"
    );
    let error = TunWire::open(Path::new("/nonexistent")).unwrap_err();
    assert!(error.to_string().ends_with("ENOENT"), "{error}");
    assert!(Path::new(SOCKSTEP).exists());
}

/// Takes packets in for a while, without a key.
fn hold(stage: &mut Stage, time: Duration) {
    let end = Instant::now() + time;
    while Instant::now() < end {
        stage.wait(Duration::from_millis(200));
        stage.pump();
    }
}

#[test]
fn a_syn_ack_that_is_let_go_after_80_seconds_still_connects() {
    if !soak() {
        eprintln!("SKIPPED: it takes 80 s and runs with SOCKSTEP_SOAK=1");
        return;
    }
    let Some(mut stage) = Stage::open(IpVersion::V4) else {
        return;
    };
    stage.connect(WirePlace::There);
    stage.release("SYN seq 0");
    let answer = stage.held("SYN+ACK seq 0 ack 1");
    hold(&mut stage, Duration::from_secs(80));
    eprintln!(
        "{} copies of the SYN+ACK in 80 s",
        stage.entry(answer).copies
    );
    assert_eq!(stage.server(), "SYN-RECV");
    stage.release("SYN+ACK seq 0 ack 1");
    let client = stage.client;
    assert_eq!(stage.state(client), "ESTABLISHED");
    stage.release("ACK seq 1 ack 1");
    assert_eq!(stage.server(), "ESTABLISHED");
    // And data, for longer than tcp_retries2 would last with these pauses.
    let bytes = b"hello".to_vec();
    stage.must(Call::Send {
        fd: client,
        data: sockstep::model::call::Payload::Bytes(bytes),
    });
    stage.held("data seq 1 ack 1 5 bytes");
    hold(&mut stage, Duration::from_secs(80));
    stage.release("data seq 1 ack 1 5 bytes");
    let server = stage.accept();
    assert_eq!(stage.masks(server), "IN|OUT, R|W");
    assert_eq!(stage.wire.states(IpVersion::V4, PORT).unwrap().len(), 2);
}
