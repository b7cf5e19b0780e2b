//! What several tests need: the program's binary, skipping loudly, traces as JSON, a pseudo-terminal.

#![allow(
    dead_code,
    unreachable_pub,
    clippy::allow_attributes,
    clippy::print_stderr,
    reason = "each test binary uses a part of it"
)]

pub mod apart;
pub mod bench;
pub mod lists_by_walking;
pub mod notation;
pub mod pty;
pub mod recordings;
pub mod strace;

use serde_json::Value;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

/// The program under test.
pub const SOCKSTEP: &str = env!("CARGO_BIN_EXE_sockstep");

/// Whether a tool that this test needs can be run. If not the test skips with a line that says so, or fails if skipping is forbidden.
pub fn need(tool: &str) -> bool {
    let found = Command::new(tool)
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok();
    if !found {
        skip(&format!("{tool} is not installed"));
    }
    found
}

/// Says why a test is skipped; fails if `SOCKSTEP_REQUIRE_ALL=1`.
pub fn skip(why: &str) {
    assert!(
        std::env::var("SOCKSTEP_REQUIRE_ALL").as_deref() != Ok("1"),
        "this test may not be skipped: {why}"
    );
    eprintln!("SKIPPED: {why}");
}

/// Runs the program to its end.
pub fn sockstep(args: &[&str]) -> Output {
    Command::new(SOCKSTEP)
        .args(args)
        .stdin(Stdio::null())
        .output()
        .expect("the program can be run")
}

/// What it printed.
pub fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("the output is UTF-8")
}

/// What it complained about.
pub fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("the output is UTF-8")
}

/// A trace, line by line; the first is the header.
pub fn json_lines(text: &str) -> Vec<Value> {
    text.lines()
        .map(|line| serde_json::from_str(line).expect("each line is JSON"))
        .collect()
}

/// Runs targets until they are settled and returns the trace.
pub fn trace(args: &[&str]) -> Vec<Value> {
    let mut all = vec!["run", "--json", "--until-settled"];
    all.extend_from_slice(args);
    let output = sockstep(&all);
    assert!(output.status.success(), "{args:?}: {}", stderr(&output));
    json_lines(&stdout(&output))
}

/// The stages that a row went through, with the errno behind *error*.
pub fn stages(trace: &[Value], row: u64) -> Vec<String> {
    let of = |record: &Value| -> Vec<String> {
        let list = record["stages"].as_array().cloned().unwrap_or_default();
        list.iter()
            .filter(|stage| stage["socket"] == row)
            .map(|stage| {
                let word = stage["stage"].as_str().expect("a stage has a word");
                stage["errno"]
                    .as_str()
                    .map_or_else(|| word.to_owned(), |errno| format!("{word} {errno}"))
            })
            .collect()
    };
    trace.iter().flat_map(of).collect()
}

/// The number of the last tick.
pub fn last_tick(trace: &[Value]) -> u64 {
    trace
        .iter()
        .filter_map(|record| record["tick"].as_u64())
        .max()
        .unwrap_or(0)
}

/// Whatever is waited for comes within this time, also on a slow machine that has other things to do.
pub const BOUND: Duration = Duration::from_secs(60);

/// Waits until `done` gives something, within [`BOUND`].
pub fn eventually<T>(what: &str, mut done: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + BOUND;
    loop {
        if let Some(result) = done() {
            return result;
        }
        assert!(Instant::now() < deadline, "not within {BOUND:?}: {what}");
        // Whoever is waited for needs the processor.
        std::thread::park_timeout(Duration::from_micros(500));
    }
}

/// Whether this machine can be reached by IPv6; else the test skips that.
pub fn need_ipv6(what: &str) -> bool {
    let can = std::net::TcpListener::bind("[::1]:0").is_ok();
    if !can {
        skip(&format!("there is no ::1 here, which {what} needs"));
    }
    can
}

/// What this thread has computed so far: what else the machine does is not in it.
pub fn computed() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec as u32)
}

/// Whether the long repetitions are wanted: `SOCKSTEP_SOAK=1`.
pub fn soak() -> bool {
    std::env::var("SOCKSTEP_SOAK").as_deref() == Ok("1")
}

/// Whether we may do what only root may; else the test skips.
pub fn need_root(what: &str) -> bool {
    let root = rustix::process::geteuid().is_root();
    if !root {
        skip(&format!("{what} needs root"));
    }
    root
}

/// Runs a command to its end, which must come within the time.
pub fn run_bounded(command: &mut Command, longest: Duration) -> Output {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command can be started");
    let mut out = child.stdout.take().expect("piped");
    let mut err = child.stderr.take().expect("piped");
    let (sender, over) = std::sync::mpsc::channel::<()>();
    let id = rustix::process::Pid::from_child(&child);
    std::thread::scope(|scope| {
        let watch = scope.spawn(move || {
            let late =
                over.recv_timeout(longest) == Err(std::sync::mpsc::RecvTimeoutError::Timeout);
            if late {
                // It may have ended in this moment.
                let _ = rustix::process::kill_process(id, rustix::process::Signal::KILL);
            }
            late
        });
        let reader = scope.spawn(move || {
            let mut text = Vec::new();
            let _ = std::io::Read::read_to_end(&mut err, &mut text);
            text
        });
        let mut stdout = Vec::new();
        let _ = std::io::Read::read_to_end(&mut out, &mut stdout);
        let stderr = reader.join().expect("the reader does not panic");
        let status = child.wait().expect("it was started");
        drop(sender);
        assert!(
            !watch.join().expect("the watch does not panic"),
            "not within {longest:?}"
        );
        Output {
            status,
            stdout,
            stderr,
        }
    })
}
