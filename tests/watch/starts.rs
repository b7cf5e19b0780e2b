//! Many starts in one process leave its descriptors, its memory and its children as they were.

#![allow(
    clippy::print_stderr,
    clippy::allow_attributes,
    reason = "how much it was is worth a line"
)]

use crate::clients::Clients;
use crate::support::{SOCKSTEP, need, run_bounded, soak, stderr, stdout};
use sockstep::engine::watch::{WatchOptions, Watched};
use std::ffi::OsString;
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// In the process that starts many: how many, and the program that is left in the middle.
const COUNT: &str = "SOCKSTEP_STARTS";
const HELD: &str = "SOCKSTEP_STARTS_HELD";

/// The first ones fill what is kept: the allocator's pools, the tables of names.
const WARM: usize = 20;

/// The longest that all may take.
const LONGEST: Duration = Duration::from_secs(300);

/// What this process has: descriptors, children, KiB of memory.
#[derive(Debug)]
struct Has {
    descriptors: usize,
    children: usize,
    memory: u64,
}

fn has() -> Has {
    let count = |path: &str| std::fs::read_dir(path).expect("it is there").count();
    let status = std::fs::read_to_string("/proc/self/status").expect("it is there");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let memory = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    let tasks = std::fs::read_dir("/proc/self/task").expect("it is there");
    let children = tasks.flatten().map(|task| {
        let children = std::fs::read_to_string(task.path().join("children"));
        children.unwrap_or_default().split_whitespace().count()
    });
    Has {
        descriptors: count("/proc/self/fd"),
        children: children.sum(),
        memory: memory.expect("a size"),
    }
}

/// Watches a program to its end, or leaves it at its first held call.
fn start(argv: &[&str], to_its_end: bool) {
    let argv: Vec<OsString> = argv.iter().map(OsString::from).collect();
    let options = WatchOptions {
        looks: true,
        ..WatchOptions::default()
    };
    let begun = Watched::begin(Path::new(SOCKSTEP), &argv, options, None);
    let (mut watched, _) = begun.expect("it starts");
    let late = Instant::now() + LONGEST;
    while !watched.is_over() {
        assert!(Instant::now() < late);
        if to_its_end && !watched.is_to_go_on() && watched.step(None).is_some() {
            continue;
        }
        watched.go_on(&[], Some(late));
        if !to_its_end && watched.world().rows_ever() == 0 && !watched.world().tasks().is_empty() {
            let held = watched.world().program_does();
            if held == sockstep::model::world::ProgramDoes::IsHeld {
                return;
            }
        }
    }
    assert!(to_its_end, "it was never held");
}

/// The process that starts them.
fn starts(count: usize, held: &str) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener
        .local_addr()
        .expect("an address")
        .port()
        .to_string();
    let one = |number: usize| match number % 3 {
        0 => start(&["true"], true),
        1 => start(&["sh", "-c", "(exit 1); exit 3"], true),
        _ => start(&[held, "127.0.0.1", &port], false),
    };
    (0..WARM).for_each(one);
    let before = has();
    let begun = Instant::now();
    (0..count).for_each(one);
    let took = begun.elapsed();
    let after = has();
    eprintln!("{count} starts in {took:?}: {before:?}, then {after:?}");
    assert_eq!(before.descriptors, after.descriptors);
    assert_eq!((before.children, after.children), (0, 0));
    // A page or two for each hundred would be a leak of what each start keeps.
    assert!(after.memory < before.memory + 1024, "{before:?} {after:?}");
}

#[test]
fn a_thousand_starts_in_one_process_leave_nothing_behind() {
    if let (Ok(count), Ok(held)) = (std::env::var(COUNT), std::env::var(HELD)) {
        return starts(count.parse().expect("a number"), &held);
    }
    let Some((_keep, program)) = Clients::c("poll") else {
        return;
    };
    if !need("env") {
        return;
    }
    // Whoever watches must have blocked SIGCHLD in every thread before the first one: the harness has threads already.
    let mut own = Command::new("env");
    own.arg("--block-signal=CHLD");
    own.arg(std::env::current_exe().expect("this test"));
    own.args(["--exact", "--nocapture", "--test-threads=1"]);
    own.arg("starts::a_thousand_starts_in_one_process_leave_nothing_behind");
    own.env(COUNT, if soak() { "1000" } else { "50" });
    own.env(HELD, &program[0]);
    let output = run_bounded(&mut own, LONGEST);
    assert!(
        output.status.success(),
        "{}{}",
        stdout(&output),
        stderr(&output)
    );
    let said = stderr(&output);
    let line = said.lines().find(|line| line.contains(" starts in "));
    eprintln!("{}", line.expect("what it was"));
}
