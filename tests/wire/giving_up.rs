//! When each kernel gives up: what is counted forward, beside what happens.

use crate::stage::Stage;
use sockstep::model::call::{Call, Payload, SocketOption};
use sockstep::model::ids::Fd;
use sockstep::model::retransmit::{RetransmitLimits, RunningTimer};
use sockstep::model::wire::ends::{EndState, TimerKind};
use sockstep::model::wire::places::{IpVersion, WirePlace};
use sockstep::os::tcp;
use std::time::{Duration, Instant};

/// The kernel's timers go off this much late at most, and a busy machine looks late.
const LATE_US: u64 = 600_000;
const BOUND: Duration = Duration::from_secs(60);

fn set(stage: &mut Stage, fd: Fd, option: SocketOption, value: u32) {
    stage.must(Call::SetOption { fd, option, value });
}

fn limits(stage: &Stage, fd: Fd) -> RetransmitLimits {
    let fd = stage.descriptors.get(fd).expect("it is open");
    tcp::retransmit_limits(fd).expect("it is TCP")
}

/// The timer of the connection whose local port is this, and not a listener's.
fn timer(stage: &Stage, port: u16) -> Option<RunningTimer> {
    let ends = stage.wire.states(stage.version, port).expect("an answer");
    let running = |end: &EndState| {
        let timer = end.timer.filter(|timer| timer.kind == TimerKind::Again)?;
        Some(RunningTimer {
            due_us: stage.now().at_us + u64::from(timer.left_ms) * 1000,
            retransmits: u32::from(end.retransmits),
        })
    };
    ends.iter().find_map(running)
}

fn client_port(stage: &Stage) -> u16 {
    let first = stage.queue.wire().entries().first().expect("a SYN");
    first.flow.expect("it is TCP").client.port()
}

/// Waits until it is over, and says when that was.
fn ended(stage: &mut Stage, mut over: impl FnMut(&mut Stage) -> bool) -> u64 {
    let end = Instant::now() + BOUND;
    while !over(stage) {
        assert!(Instant::now() < end, "it did not end within {BOUND:?}");
        stage.wait(Duration::from_millis(20));
        stage.pump();
    }
    stage.now().at_us
}

fn near(foretold: u64, was: u64) {
    let early = foretold.saturating_sub(was);
    let late = was.saturating_sub(foretold);
    eprintln!("foretold {foretold} us, was {was} us");
    assert!(
        early < 100_000 && late < LATE_US,
        "foretold {foretold}, was {was}"
    );
}

#[test]
fn a_connect_is_given_up_when_it_was_foretold() {
    let Some(mut stage) = Stage::bare(IpVersion::V4) else {
        return;
    };
    let fd = stage.client;
    set(&mut stage, fd, SocketOption::TcpSynCnt, 1);
    assert_eq!(stage.connect(WirePlace::There), "EINPROGRESS");
    stage.held("SYN seq 0");
    let port = client_port(&stage);
    let first = timer(&stage, port).expect("a SYN waits for its answer");
    let foretold = limits(&stage, fd).syn(first);
    let was = ended(&mut stage, |stage| stage.state(fd) == "CLOSE");
    near(foretold, was);
    assert_eq!(stage.so_error(), "ETIMEDOUT");
}

#[test]
fn a_half_open_connection_is_forgotten_when_it_was_foretold() {
    let Some(mut stage) = Stage::open(IpVersion::V6) else {
        return;
    };
    let fd = stage.listener;
    set(&mut stage, fd, SocketOption::TcpSynCnt, 1);
    assert_eq!(stage.connect(WirePlace::There), "EINPROGRESS");
    stage.release("SYN seq 0");
    stage.held("SYN+ACK seq 0 ack 1");
    let first = timer(&stage, crate::stage::PORT).expect("a SYN+ACK waits for its answer");
    let foretold = limits(&stage, fd).syn_ack(first);
    let was = ended(&mut stage, |stage| stage.server().is_empty());
    near(foretold, was);
}

#[test]
fn a_connection_whose_data_nobody_acknowledges_ends_when_it_was_foretold() {
    let Some(mut stage) = Stage::open(IpVersion::V4) else {
        return;
    };
    stage.establish();
    let fd = stage.client;
    set(&mut stage, fd, SocketOption::TcpUserTimeout, 1500);
    let data = Payload::Bytes(b"hello".to_vec());
    stage.must(Call::Send { fd, data });
    stage.held("data seq 1 ack 1 5 bytes");
    let port = client_port(&stage);
    let first = timer(&stage, port).expect("data waits for its acknowledgment");
    let foretold = limits(&stage, fd).data(first, None);
    let was = ended(&mut stage, |stage| stage.state(fd) == "CLOSE");
    near(foretold.expect("there is a limit"), was);
    assert_eq!(stage.so_error(), "ETIMEDOUT");
}
