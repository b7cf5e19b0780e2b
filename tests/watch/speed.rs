//! What watching costs, beside strace in the same run.

#![allow(
    clippy::print_stderr,
    clippy::allow_attributes,
    reason = "how long it took is worth a line"
)]

use crate::clients::Clients;
use crate::support::{SOCKSTEP, need, run_bounded, soak, stderr};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// strace's filter stops at the same calls.
const CALLS: &str = "trace=%network,read,write,close,dup,dup2,dup3,close_range,poll,epoll_wait";

/// The longest that a run may take.
const LONGEST: Duration = Duration::from_secs(300);

fn took(command: &mut Command) -> Duration {
    command.stdin(Stdio::null());
    let begun = Instant::now();
    let output = run_bounded(command, LONGEST);
    assert!(output.status.success(), "{}", stderr(&output));
    begun.elapsed()
}

/// The bare tracer took 0.8 to 0.9 times as long as strace; with records as JSON it may be half as slow again. A build that is not
/// optimised is only held to what would be noticed.
#[test]
fn watching_costs_at_most_half_as_much_again_as_strace() {
    let Some((_keep, program)) = Clients::c("many") else {
        return;
    };
    if !need("strace") {
        return;
    }
    let calls = if soak() { "100000" } else { "5000" };
    let most = if cfg!(debug_assertions) { 60.0 } else { 1.5 };
    let folder = tempfile::tempdir().expect("a folder");
    let out = |name: &str| folder.path().join(name);
    let best = (0..3).map(|round| {
        let mut strace = Command::new("strace");
        strace.args(["-f", "--seccomp-bpf", "-e", CALLS, "-o"]);
        strace.arg(out("strace")).arg(&program[0]).arg(calls);
        let mut ours = Command::new("sh");
        let line = "exec \"$0\" watch --auto --json --looks off -- \"$1\" \"$2\" > \"$3\"";
        ours.args(["-c", line, SOCKSTEP, &program[0], calls]);
        ours.arg(out("ours"));
        let (theirs, ours) = (took(&mut strace), took(&mut ours));
        let times = ours.as_secs_f64() / theirs.as_secs_f64();
        eprintln!("round {round}: {calls} recv, strace {theirs:?}, watched {ours:?}, x {times:.2}");
        times
    });
    let best = best.fold(f64::INFINITY, f64::min);
    assert!(best <= most, "x {best:.2}");
    let lines = std::fs::read_to_string(out("ours")).expect("a trace");
    let wanted: usize = calls.parse().expect("a number");
    assert!(lines.lines().count() > wanted);
}
