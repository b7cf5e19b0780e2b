//! One failure, two events: a reset is let go while another CPU asks again and again.

use crate::stage::{PORT, Stage};
use crate::support::skip;
use mio::unix::SourceFd;
use sockstep::model::addr::Addr;
use sockstep::model::call::Call;
use sockstep::model::ids::{Fd, Row};
use sockstep::model::readiness::{Interest, Readiness};
use sockstep::model::record::{Cause, Change, Event, Record};
use sockstep::model::socket::Mode;
use sockstep::model::target::Target;
use sockstep::model::wire::places::{IpVersion, WirePlace};
use sockstep::model::world::World;
use sockstep::narrate::recognised;
use sockstep::os::wire::Inside;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// So often it is tried; on an idle machine every fifth try or so shows it.
const ROUNDS: usize = 400;

/// Keeps this thread on one CPU. On a busy machine the scheduler puts two threads that wake each other onto the same one, and then the one
/// never looks while the kernel works for the other.
fn stay_on(cpu: &str) -> bool {
    let tid = std::fs::read_link("/proc/thread-self").expect("procfs");
    let tid = tid.file_name().expect("a thread").to_owned();
    let set = std::process::Command::new("taskset")
        .args(["-cp", cpu])
        .arg(tid)
        .output();
    set.is_ok_and(|set| set.status.success())
}

/// The first two CPUs on which this program may run.
fn two_cpus() -> Option<[String; 2]> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let list = status
        .lines()
        .find_map(|line| line.strip_prefix("Cpus_allowed_list:"))?;
    let mut cpus = list.trim().split(',').flat_map(|part| {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let number = |text: &str| text.parse::<u32>().unwrap_or(0);
        number(first)..=number(last)
    });
    Some([cpus.next()?, cpus.next()?].map(|cpu| cpu.to_string()))
}

/// What a poll that is armed again and again is told of a socket, until it is told everything or `over`.
fn reported(fd: Fd, cpu: &str, begun: &AtomicBool, over: &AtomicBool) -> Vec<Readiness> {
    stay_on(cpu);
    let mut poll = mio::Poll::new().expect("a poll instance");
    let mut events = mio::Events::with_capacity(4);
    let interest = mio::Interest::READABLE | mio::Interest::WRITABLE;
    let mut source = SourceFd(&fd.0);
    let registry = poll.registry().try_clone().expect("a registry");
    registry
        .register(&mut source, mio::Token(1), interest)
        .expect("it is open");
    begun.store(true, Ordering::SeqCst);
    let mut reports = Vec::new();
    while !over.load(Ordering::SeqCst) {
        registry
            .reregister(&mut source, mio::Token(1), interest)
            .expect("it is open");
        poll.poll(&mut events, Some(Duration::ZERO))
            .expect("it polls");
        for event in &events {
            let mut readiness = Readiness::empty();
            for (flag, on) in [
                (Readiness::READABLE, event.is_readable()),
                (Readiness::WRITABLE, event.is_writable()),
                (Readiness::ERROR, event.is_error()),
                (Readiness::READ_CLOSED, event.is_read_closed()),
                (Readiness::WRITE_CLOSED, event.is_write_closed()),
            ] {
                readiness.set(flag, on);
            }
            reports.push(readiness);
            if !readiness.is_half_a_failure() {
                return reports;
            }
        }
    }
    reports
}

/// One try: a closed port's reset is let go while another thread asks.
fn round(stage: &mut Stage, cpu: &str) -> Vec<Readiness> {
    let made = stage
        .wire
        .socket(Inside::Tcp(IpVersion::V4))
        .expect("a socket");
    let fd = stage.descriptors.insert(made);
    stage.must(Call::SetNonblocking { fd });
    let addr = Addr::from_ip(WirePlace::There.at(IpVersion::V4, PORT));
    stage.make(&Call::Connect { fd, addr });
    stage.release("SYN seq 0");
    let reset = stage.held("RST seq 0 ack 1");
    let (begun, over) = (AtomicBool::new(false), AtomicBool::new(false));
    let reports = std::thread::scope(|scope| {
        let asks = scope.spawn(|| reported(fd, cpu, &begun, &over));
        let bound = Instant::now() + crate::support::BOUND;
        while !begun.load(Ordering::SeqCst) && Instant::now() < bound {
            std::thread::yield_now();
        }
        let turn = stage.queue.release(reset, stage.now()).expect("it is held");
        stage.carry_out(turn);
        while !asks.is_finished() && Instant::now() < bound {
            std::thread::yield_now();
        }
        over.store(true, Ordering::SeqCst);
        asks.join().expect("it does not panic")
    });
    stage.must(Call::Close { fd });
    reports
}

/// What the program says of these events, one tick each.
fn recognised(reports: &[Readiness]) -> Vec<String> {
    let mut world = World::default();
    let mut first = Record::new(0, Cause::parse("add"), 0);
    first.changes.push(Change::Added {
        row: Row(1),
        target: Target::parse("@wire-closed").expect("a target"),
        addresses: Vec::new(),
        interest: Interest::READABLE | Interest::WRITABLE,
        mode: Mode::NonBlocking,
    });
    world.apply(&first);
    let mut sentences = Vec::new();
    for (n, readiness) in (1..).zip(reports) {
        let event = Event {
            row: Row(1),
            stale: None,
            readiness: *readiness,
        };
        let record = Record {
            tick: Some(n),
            events: vec![event].into(),
            ..Record::new(n, Cause::parse("tick"), n)
        };
        world.apply(&record);
        let said = recognised::narrate(&world, &record).into_iter();
        sentences.extend(said.map(|told| told.text));
    }
    sentences
}

#[test]
fn a_failure_that_is_seen_from_another_cpu_is_told_in_two_events() {
    let Some([here, there]) = two_cpus() else {
        return skip("one CPU: nobody can look while the kernel works");
    };
    if !stay_on(&here) {
        return skip("no taskset: two threads cannot be kept on two CPUs");
    }
    let Some(mut stage) = Stage::bare(IpVersion::V4) else {
        return;
    };
    for _ in 0..ROUNDS {
        let reports = round(&mut stage, &there);
        if !reports
            .first()
            .is_some_and(|first| first.is_half_a_failure())
        {
            assert_eq!(recognised(&reports), Vec::<String>::new(), "{reports:?}");
            continue;
        }
        let sentences = recognised(&reports).join(" ");
        assert!(sentences.contains("error and nothing else"), "{reports:?}");
        assert!(sentences.contains("One failure, two events"), "{reports:?}");
        return;
    }
    panic!("in {ROUNDS} tries the failure was never seen half done");
}
