//! What must not grow: descriptors and memory over many connects. The long runs are for `SOCKSTEP_SOAK=1`.

mod support;

use sockstep::engine::{AskKernel, Options, PerformOptions, Session};
use sockstep::model::command::Command;
use sockstep::model::ids::Row;
use sockstep::model::readiness::Interest;
use sockstep::model::socket::Stage;
use sockstep::os::system::raise_descriptor_limit;
use std::time::{Duration, Instant};

fn descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").map_or(0, Iterator::count)
}

/// Resident memory in KiB.
fn memory() -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").expect("procfs");
    let line = text
        .lines()
        .find(|line| line.starts_with("VmRSS:"))
        .expect("a line");
    line.split_whitespace()
        .nth(1)
        .and_then(|kib| kib.parse().ok())
        .expect("a number")
}

fn perform(session: &mut Session, line: &str) {
    let command = Command::parse(line).expect("a command");
    let performed = session.perform(&command, PerformOptions::default());
    assert_eq!(performed.refusal, None, "{line}");
}

/// Connects row 1 and resets it, so that no port waits in TIME-WAIT.
fn cycle(session: &mut Session) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while session.world().row(Row(1)).expect("row 1").stage() != Stage::Connected {
        assert!(
            Instant::now() < deadline,
            "{:?}",
            session.world().row(Row(1))
        );
        let tick = Command::Tick {
            only: None,
            wait: true,
        };
        let asked = PerformOptions {
            until: Some(deadline),
            ..PerformOptions::default()
        };
        assert_eq!(session.perform(&tick, asked).refusal, None);
    }
    perform(session, "reset 1");
    perform(session, "restart 1");
}

#[test]
fn sixty_thousand_connects_leave_nothing_behind() {
    let cycles = if support::soak() { 60_000 } else { 1_000 };
    raise_descriptor_limit();
    let options = Options {
        looks: AskKernel::On,
        interest: Interest::default(),
        race: None,
        seed: 1,
    };
    let mut session = Session::new(options, None).expect("a session");
    perform(&mut session, "add @open");
    for _ in 0..200 {
        cycle(&mut session);
    }
    let before = (descriptors(), memory());
    for _ in 0..cycles {
        cycle(&mut session);
    }
    let after = (descriptors(), memory());
    assert_eq!(after.0, before.0, "descriptors");
    let grown = after.1.saturating_sub(before.1);
    assert!(
        grown < 1024,
        "memory grew by {grown} KiB in {cycles} cycles"
    );
}
